//! The expansion of `#[derive(FromValue)]`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::check::check_tag;
use super::describe::{check_arrays, definition};
use super::floats::{Flat, declared_float, is_float};
use super::generics::{Direction, Impl, borrow_from_heap, type_expr};
use super::mirror::pretend_use;
use super::model::{Constructor, Conversion, Fields, Model, Number, Shape};
use super::read::{From, Read, Within};
use crate::names::plural;

pub fn expand(mut model: Model) -> TokenStream {
    let definition = definition(&model, Direction::From);
    let check_arrays = check_arrays(&model, Direction::From);
    let in_place = super::fields::in_place(&model);
    borrow_from_heap(&mut model);
    let (model, bactrian) = (&model, &model.bactrian);
    let Impl {
        parameters,
        conditions,
    } = Impl::new(model, Direction::From);
    let (own, ty) = (&model.own, type_expr(model, Direction::From));
    // A mirror converts in place of the type that it mirrors.
    let adapter = model.remote.as_ref().map(|_| own);
    let conversion = Direction::From.conversion(bactrian, adapter);
    let (target, function, from_flat) = match &model.remote {
        None => (quote!(#own), quote!(from_value), quote!(from_flat_float)),
        Some(remote) => (
            quote!(#remote),
            quote!(from_value_as),
            quote!(from_flat_float_as),
        ),
    };
    let mut read_block = None;
    let (body, float) = match &model.shape {
        Shape::Unit(fields) => (unit(model, fields), None),
        Shape::Transparent(fields) => {
            let within = if fields.named {
                Within::Record
            } else {
                Within::Nothing
            };
            let read = Read {
                bactrian,
                from: From::Value,
                within,
            };
            (
                read.fields(&model.path(), fields),
                transparent(model, fields, read),
            )
        }
        Shape::Tuple(fields) => (tuple(model, fields), None),
        Shape::Record(fields) => (record(model, fields), None),
        Shape::Variant(constructors) => {
            let (body, of_block) = variant(model, constructors);
            read_block = of_block;
            (body, None)
        }
        Shape::UnboxedVariant(constructor) => {
            let read = Read {
                bactrian,
                from: From::Value,
                within: constructor.within(),
            };
            let path = constructor.path(model);
            (
                read.fields(&path, &constructor.fields),
                transparent(model, &constructor.fields, read),
            )
        }
        Shape::Polymorphic(constructors) => (polymorphic(model, constructors), None),
    };
    let (ty, float) = match float {
        None => (ty, TokenStream::new()),
        Some(Transparent {
            is_float,
            declared,
            read,
        }) => (
            // A float that does not say so by its hooks says so by its type's name.
            quote!(if #is_float && !#declared {
                #bactrian::TypeExpr::named("float")
            } else {
                #ty
            }),
            read.map_or(TokenStream::new(), |read| {
                quote! {
                    const IS_FLOAT: ::core::primitive::bool = #declared;

                    #[inline]
                    fn #from_flat(
                        __float: ::core::primitive::f64,
                    ) -> ::core::result::Result<Self, #bactrian::ConversionError> {
                        #read
                    }
                }
            }),
        ),
    };
    let inline = model.inline();
    let sharing = model.sharing();
    let read_block = read_block.map(|body| {
        let (checked, check_stack) = if model.checks_stack() {
            (
                quote!(
                    const CHECKED: ::core::primitive::bool = true;
                ),
                quote! {
                    if let ::core::result::Result::Err(__error) = #bactrian::hidden::check_stack() {
                        return ::core::result::Result::Err(__error);
                    }
                },
            )
        } else {
            Default::default()
        };
        quote! {
            #checked

            #[inline(always)]
            fn read_in(
                __value: #bactrian::Value<'gc>,
                __place: &mut ::core::mem::MaybeUninit<Self>,
            ) -> ::core::result::Result<#bactrian::hidden::Placed, #bactrian::ConversionError> {
                if !#bactrian::Value::is_int(__value) {
                    return <Self as #conversion>::read_block_in(__value, __place);
                }
                match <Self as #conversion>::from_value(__value) {
                    ::core::result::Result::Ok(__read) => {
                        ::core::result::Result::Ok(#bactrian::hidden::Placed::new(__place, __read))
                    }
                    ::core::result::Result::Err(__error) => ::core::result::Result::Err(__error),
                }
            }

            #inline
            fn read_block_in(
                __value: #bactrian::Value<'gc>,
                __place: &mut ::core::mem::MaybeUninit<Self>,
            ) -> ::core::result::Result<#bactrian::hidden::Placed, #bactrian::ConversionError> {
                #check_stack
                #sharing
                let __read: ::core::result::Result<Self, #bactrian::ConversionError> = { #body };
                match __read {
                    ::core::result::Result::Ok(__read) => {
                        ::core::result::Result::Ok(#bactrian::hidden::Placed::new(__place, __read))
                    }
                    ::core::result::Result::Err(__error) => ::core::result::Result::Err(__error),
                }
            }
        }
    });
    let (pretend_use, use_types) = (pretend_use(model), model.use_types());
    let has_tag = match &model.shape {
        Shape::Polymorphic(constructors) => has_tag(model, constructors),
        _ => TokenStream::new(),
    };
    quote! {
        #[automatically_derived]
        impl #parameters #conversion for #target #conditions {
            const TYPE: #bactrian::TypeExpr = #ty;

            #inline
            fn #function(
                __value: #bactrian::Value<'gc>,
            ) -> ::core::result::Result<Self, #bactrian::ConversionError> {
                #check_arrays
                #pretend_use
                #sharing
                #body
            }

            #read_block
            #float
        }

        #has_tag
        #use_types
        #in_place

        #definition
    }
}

/// What a type that is its only field hands on.
struct Transparent {
    /// Whether OCaml's type is `float`.
    is_float: TokenStream,
    /// Whether the field's hooks say so.
    declared: TokenStream,
    /// The body of the hook that reads one; functions of a module have none.
    read: Option<TokenStream>,
}

fn transparent(model: &Model, fields: &Fields, read: Read<'_>) -> Option<Transparent> {
    let field = fields.kept().next()?;
    let path = match &model.shape {
        Shape::UnboxedVariant(constructor) => constructor.path(model),
        _ => model.path(),
    };
    Some(Transparent {
        is_float: is_float(model, field, Direction::From),
        declared: declared_float(model, field, Direction::From),
        read: match field.conversion {
            Conversion::With(_) => None,
            _ => Some(
                Read {
                    from: From::Float,
                    ..read
                }
                .fields(&path, fields),
            ),
        },
    })
}

/// An `Err` that says what was expected.
fn unexpected(model: &Model, expected: &str) -> TokenStream {
    let bactrian = &model.bactrian;
    let text = format!("a `{}` ({expected})", model.name);
    quote!(::core::result::Result::Err(#bactrian::Value::unexpected(__value, #text)))
}

fn unit(model: &Model, fields: &Fields) -> TokenStream {
    let bactrian = &model.bactrian;
    let read = Read {
        bactrian,
        from: From::Value,
        within: Within::Nothing,
    };
    let (unit, error) = (
        read.fields(&model.path(), fields),
        unexpected(model, "unit"),
    );
    quote! {
        if __value.raw() == #bactrian::hidden::sys::UNIT {
            #unit
        } else {
            #error
        }
    }
}

/// Reads the fields of a block of this tag and of as many words as there are fields.
fn block(
    model: &Model,
    path: &TokenStream,
    fields: &Fields,
    tag: u8,
    within: Within<'_>,
    error: &TokenStream,
) -> TokenStream {
    let bactrian = &model.bactrian;
    let size = fields.kept().count();
    let size = Literal::usize_unsuffixed(size);
    let read = Read {
        bactrian,
        from: From::Fields(0),
        within,
    }
    .fields(path, fields);
    let check_tag = check_tag(bactrian, tag);
    quote! {{
        #check_tag
        match #bactrian::hidden::Fields::of(__value, #tag, #size) {
            ::core::option::Option::Some(__fields) => #read,
            ::core::option::Option::None => #error,
        }
    }}
}

fn tuple(model: &Model, fields: &Fields) -> TokenStream {
    let error = unexpected(model, &format!("a tuple of {}", fields.kept().count()));
    block(model, &model.path(), fields, 0, Within::Tuple, &error)
}

fn record(model: &Model, fields: &Fields) -> TokenStream {
    let (bactrian, path) = (&model.bactrian, model.path());
    let size = fields.kept().count();
    let error = unexpected(model, &format!("a record of {}", plural(size, "field")));
    let record = block(model, &path, fields, 0, Within::Record, &error);
    let is_flat = match Flat::of(model, fields, Direction::From) {
        Flat::Never(assertion) => return quote!({ #assertion #record }),
        Flat::If(is_flat) => is_flat,
    };
    let error = unexpected(model, &format!("a record of {}", plural(size, "float")));
    let size = Literal::usize_unsuffixed(size);
    let read = Read {
        bactrian,
        from: From::Floats,
        within: Within::Record,
    }
    .fields(&path, fields);
    quote! {
        if #is_flat {
            match #bactrian::hidden::Floats::of(__value, #size) {
                ::core::option::Option::Some(__floats) => #read,
                ::core::option::Option::None => #error,
            }
        } else {
            #record
        }
    }
}

/// The body of the function that reads a value, and that of the one that reads a block, if that is
/// another.
fn variant(model: &Model, constructors: &[Constructor]) -> (TokenStream, Option<TokenStream>) {
    let bactrian = &model.bactrian;
    let (mut constants, mut blocks) = (Vec::new(), Vec::new());
    for constructor in constructors {
        let (path, fields) = (constructor.path(model), &constructor.fields);
        match constructor.number {
            Number::Block(tag) => {
                let what = if fields.named { "field" } else { "argument" };
                let expected = format!(
                    "tag {tag} is `{}`, of {}",
                    constructor.name,
                    plural(fields.kept().count(), what)
                );
                let error = unexpected(model, &expected);
                let read = block(model, &path, fields, tag, constructor.within(), &error);
                blocks.push(quote!(::core::option::Option::Some(#tag) => #read,));
            }
            Number::Constant(number) => {
                let read = Read {
                    bactrian,
                    from: From::Value,
                    within: Within::Nothing,
                };
                let read = read.fields(&path, fields);
                constants.push(quote!(#number => #read,));
            }
            Number::Hash(_) | Number::Inherited => {}
        }
    }
    let error = unexpected(model, &expected_constructors(constants.len(), blocks.len()));
    let constants = match constants.len() {
        0 => error.clone(),
        _ => quote! {
            match #bactrian::hidden::sys::int_of(__value.raw()) {
                #(#constants)*
                _ => #error,
            }
        },
    };
    let blocks = match blocks.len() {
        0 => error,
        _ => quote! {
            match __value.tag() {
                #(#blocks)*
                _ => #error,
            }
        },
    };
    if model.splits() {
        let body = quote! {
            if __value.is_int() {
                #constants
            } else {
                #bactrian::hidden::read_block::<Self>(__value)
            }
        };
        return (body, Some(blocks));
    }
    let body = quote! {
        if __value.is_int() {
            #constants
        } else {
            #blocks
        }
    };
    (body, None)
}

/// What constructors a type has, in a few words.
fn expected_constructors(constants: usize, blocks: usize) -> String {
    let constant = match constants {
        0 => None,
        1 => Some("the constant constructor 0".to_owned()),
        _ => Some(format!("a constant constructor below {constants}")),
    };
    let block = match blocks {
        0 => None,
        1 => Some("a block of tag 0".to_owned()),
        _ => Some(format!("a block of tag 0..{}", blocks - 1)),
    };
    match (constant, block) {
        (Some(constant), Some(block)) => format!("{constant}, or {block}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "a type without values".to_owned(),
    }
}

/// Tags that an error names.
const SHOWN_TAGS: usize = 8;

fn polymorphic(model: &Model, constructors: &[Constructor]) -> TokenStream {
    let bactrian = &model.bactrian;
    let (mut tags, mut inherited) = (Vec::new(), Vec::new());
    for constructor in constructors {
        let (path, fields) = (constructor.path(model), &constructor.fields);
        match constructor.number {
            Number::Hash(hash) => {
                let hash = hash as isize;
                let (payload, body) = match fields.kept().count() {
                    0 => {
                        let read = Read {
                            bactrian,
                            from: From::Value,
                            within: Within::Nothing,
                        };
                        (
                            quote!(::core::option::Option::None),
                            read.fields(&path, fields),
                        )
                    }
                    1 => {
                        let within = constructor.within();
                        let read = Read {
                            bactrian,
                            from: From::Value,
                            within,
                        };
                        let payload = quote!(::core::option::Option::Some(__value));
                        (payload, read.fields(&path, fields))
                    }
                    several => {
                        let text = format!("a tuple of {several}");
                        let name = &constructor.name;
                        let error = quote!(::core::result::Result::Err(
                            #bactrian::Value::unexpected(__value, #text).in_constructor(#name)
                        ));
                        let within = constructor.within();
                        let payload = quote!(::core::option::Option::Some(__value));
                        (payload, block(model, &path, fields, 0, within, &error))
                    }
                };
                tags.push(quote!(::core::option::Option::Some((#hash, #payload)) => #body));
            }
            Number::Inherited => {
                let within = Within::Nothing;
                let read = Read {
                    bactrian,
                    from: From::Value,
                    within,
                }
                .fields(&path, fields);
                let of = inherited_type(fields);
                inherited.push(quote! {
                    ::core::option::Option::Some((__hash, _))
                        if <#of as #bactrian::hidden::PolymorphicVariant>::has_tag(__hash) => #read
                });
            }
            Number::Constant(_) | Number::Block(_) => {}
        }
    }
    let error = unexpected(model, &expected_tags(constructors));
    quote! {
        match #bactrian::hidden::polymorphic(__value) {
            #(#tags)*
            #(#inherited)*
            _ => #error,
        }
    }
}

/// What tags a type has.
fn expected_tags(constructors: &[Constructor]) -> String {
    let mut tags: Vec<String> = constructors
        .iter()
        .map(|constructor| match constructor.number {
            Number::Inherited => format!("those of {}", constructor.ident),
            _ => constructor.name.clone(),
        })
        .collect();
    if tags.len() > SHOWN_TAGS {
        let rest = tags.len() - (SHOWN_TAGS - 1);
        tags.truncate(SHOWN_TAGS - 1);
        tags.push(format!("{rest} more"));
    }
    match tags.as_slice() {
        [] => "a type without values".to_owned(),
        [only] => format!("the tag {only}"),
        [first @ .., last] => format!("one of the tags {} and {last}", first.join(", ")),
    }
}

/// The type whose tags are inherited.
fn inherited_type(fields: &Fields) -> TokenStream {
    fields
        .kept()
        .next()
        .map_or(TokenStream::new(), |field| match &field.conversion {
            Conversion::As(adapter) => adapter.clone(),
            _ => {
                let ty = &field.ty;
                quote!(#ty)
            }
        })
}

/// Lets other polymorphic variants inherit this one's tags.
fn has_tag(model: &Model, constructors: &[Constructor]) -> TokenStream {
    let (bactrian, own) = (&model.bactrian, &model.own);
    let Impl {
        parameters,
        conditions,
    } = Impl::new(model, Direction::From);
    let tests = constructors
        .iter()
        .filter_map(|constructor| match constructor.number {
            Number::Hash(hash) => {
                let hash = hash as isize;
                Some(quote!(__hash == #hash))
            }
            Number::Inherited => {
                let of = inherited_type(&constructor.fields);
                Some(quote!(<#of as #bactrian::hidden::PolymorphicVariant>::has_tag(__hash)))
            }
            Number::Constant(_) | Number::Block(_) => None,
        });
    quote! {
        #[automatically_derived]
        impl #parameters #bactrian::hidden::PolymorphicVariant for #own #conditions {
            #[inline]
            fn has_tag(__hash: ::core::primitive::isize) -> ::core::primitive::bool {
                false #(|| #tests)*
            }
        }
    }
}
