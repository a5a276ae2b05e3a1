//! The expansion of `#[derive(ToValue)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::check::check_tag;
use super::describe::{check_arrays, definition};
use super::floats::{Flat, declared_float, is_float};
use super::generics::{Direction, Impl, type_expr};
use super::mirror::pretend_use;
use super::model::{Constructor, Conversion, Field, Fields, Model, Number, Shape};

/// The most fields of a block that is made without a slice.
const SMALL: usize = 256;

pub fn expand(model: Model) -> TokenStream {
    let definition = definition(&model, Direction::To);
    let check_arrays = check_arrays(&model, Direction::To);
    let (model, bactrian) = (&model, &model.bactrian);
    let Impl {
        parameters,
        conditions,
    } = Impl::new(model, Direction::To);
    let (own, ty) = (&model.own, type_expr(model, Direction::To));
    // A mirror converts in place of the type that it mirrors.
    let adapter = model.remote.as_ref().map(|_| own);
    let conversion = Direction::To.conversion(bactrian, adapter);
    let target = model
        .remote
        .as_ref()
        .map_or(quote!(#own), |remote| quote!(#remote));
    let (build, build_last, to_flat) = match &model.remote {
        None => (quote!(build), quote!(build_last), quote!(to_flat_float)),
        Some(_) => (
            quote!(build_as),
            quote!(build_as_last),
            quote!(to_flat_float_as),
        ),
    };
    let to_value = match &model.remote {
        Some(_) => TokenStream::new(),
        None => {
            let body = to_value(model);
            quote! {
                #[inline]
                fn to_value<'__gc>(
                    &self,
                    __rt: &'__gc #bactrian::Runtime,
                ) -> #bactrian::Value<'__gc> {
                    #body
                }
            }
        }
    };
    let (ty, constants) = match Constants::of(model) {
        Constants::Immediate => (
            ty,
            quote!(
                const IMMEDIATE: ::core::primitive::bool = true;
            ),
        ),
        Constants::Block => (ty, TokenStream::new()),
        Constants::Transparent {
            is_float,
            declared,
            hooks,
        } => (
            // A float that does not say so by its hooks says so by its type's name.
            quote!(if #is_float && !#declared {
                #bactrian::TypeExpr::named("float")
            } else {
                #ty
            }),
            hooks.map_or(TokenStream::new(), |Hooks { immediate, flat }| {
                quote! {
                    const IS_FLOAT: ::core::primitive::bool = #declared;
                    const IMMEDIATE: ::core::primitive::bool = #immediate;

                    #[inline]
                    fn #to_flat(&self) -> ::core::primitive::f64 {
                        #flat
                    }
                }
            }),
        ),
    };
    let body = body(model, Build::new(bactrian));
    let inline = model.inline();
    let inline_first = if model.splits() {
        quote!(#[inline(always)])
    } else {
        inline.clone()
    };
    let (checked, expect_stack) = if model.checks_stack() {
        (
            quote!(
                const CHECKED: ::core::primitive::bool = true;
            ),
            quote!(#bactrian::hidden::expect_stack(__allocator);),
        )
    } else {
        Default::default()
    };
    let sharing = model.sharing();
    let (body, build_block) = match &model.shape {
        Shape::Variant(constructors) if model.splits() => {
            let split = constants_first(model, constructors);
            let build_block = quote! {
                #inline
                fn build_block<'__gc>(
                    &self,
                    __allocator: &mut #bactrian::hidden::Allocator<'__gc>,
                ) -> #bactrian::Value<'__gc> {
                    #expect_stack
                    #sharing
                    #body
                }
            };
            (split, build_block)
        }
        _ => (body, TokenStream::new()),
    };
    let moving = moving(model);
    let (pretend_use, use_types) = (pretend_use(model), model.use_types());
    let last = match Constants::of(model) {
        Constants::Immediate => TokenStream::new(),
        // It may collect in between, which would make stale what is remembered.
        _ if !sharing.is_empty() => TokenStream::new(),
        _ => {
            let body = self::body(
                model,
                Build {
                    last: true,
                    ..Build::new(bactrian)
                },
            );
            quote! {
                #inline
                unsafe fn #build_last<'__gc>(
                    &self,
                    __allocator: &mut #bactrian::hidden::Allocator<'__gc>,
                ) -> #bactrian::Value<'__gc> {
                    #check_arrays
                    #expect_stack
                    let mut __alone = true;
                    #body
                }
            }
        }
    };
    quote! {
        #[automatically_derived]
        impl #parameters #conversion for #target #conditions {
            const TYPE: #bactrian::TypeExpr = #ty;
            #constants
            #checked

            #to_value

            #inline_first
            fn #build<'__gc>(
                &self,
                __allocator: &mut #bactrian::hidden::Allocator<'__gc>,
            ) -> #bactrian::Value<'__gc> {
                #check_arrays
                #pretend_use
                #sharing
                #body
            }

            #build_block
            #last
            #moving
        }

        #use_types

        #definition
    }
}

/// What is known of the type's values at compile time.
enum Constants {
    /// All are immediates.
    Immediate,
    /// Some are blocks.
    Block,
    /// They are those of the only field.
    Transparent {
        is_float: TokenStream,
        declared: TokenStream,
        /// Functions of a module have none.
        hooks: Option<Hooks>,
    },
}

struct Hooks {
    immediate: TokenStream,
    /// What a flat record holds.
    flat: TokenStream,
}

impl Constants {
    fn of(model: &Model) -> Constants {
        match &model.shape {
            Shape::Unit(_) => Constants::Immediate,
            Shape::Tuple(_) | Shape::Record(_) => Constants::Block,
            Shape::Variant(constructors) | Shape::Polymorphic(constructors) => {
                let constant = |constructor: &Constructor| match constructor.number {
                    Number::Constant(_) => true,
                    Number::Hash(_) => constructor.fields.kept().next().is_none(),
                    Number::Block(_) | Number::Inherited => false,
                };
                if constructors.iter().all(constant) {
                    Constants::Immediate
                } else {
                    Constants::Block
                }
            }
            Shape::Transparent(fields) => Constants::transparent(model, fields, &model.path()),
            Shape::UnboxedVariant(constructor) => {
                Constants::transparent(model, &constructor.fields, &constructor.path(model))
            }
        }
    }

    fn transparent(model: &Model, fields: &Fields, path: &TokenStream) -> Constants {
        match fields.kept().next() {
            None => Constants::Immediate,
            Some(field) => Constants::Transparent {
                is_float: is_float(model, field, Direction::To),
                declared: declared_float(model, field, Direction::To),
                hooks: Hooks::of(model, fields, field, path),
            },
        }
    }
}

impl Hooks {
    fn of(model: &Model, fields: &Fields, only: &Field, path: &TokenStream) -> Option<Hooks> {
        let Field { ty, binding, .. } = only;
        let (adapter, to_flat) = match &only.conversion {
            Conversion::With(_) => return None,
            Conversion::As(adapter) => (Some(adapter), quote!(to_flat_float_as)),
            Conversion::Plain | Conversion::Skip => (None, quote!(to_flat_float)),
        };
        let conversion = Direction::To.conversion(&model.bactrian, adapter);
        let bindings = fields.bindings(true);
        Some(Hooks {
            immediate: quote!(<#ty as #conversion>::IMMEDIATE),
            flat: quote! {
                let #path #bindings = self;
                <#ty as #conversion>::#to_flat(#binding)
            },
        })
    }
}

/// The body of the trait's public function. What allocates nothing does not look at the heap.
fn to_value(model: &Model) -> TokenStream {
    let (bactrian, path) = (&model.bactrian, model.path());
    if let Constants::Immediate = Constants::of(model) {
        return body(model, Build::new(bactrian));
    }
    if let Shape::Transparent(fields) = &model.shape
        && let Some(field) = fields.kept().next()
        && let Conversion::Plain = field.conversion
    {
        let (ty, binding, bindings) = (&field.ty, &field.binding, fields.bindings(true));
        return quote! {
            let #path #bindings = self;
            <#ty as #bactrian::ToValue>::to_value(#binding, __rt)
        };
    }
    quote! {
        let __allocator = &mut #bactrian::hidden::Allocator::new(__rt);
        <Self as #bactrian::ToValue>::build(self, __allocator)
    }
}

fn body(model: &Model, build: Build<'_>) -> TokenStream {
    let (bactrian, path) = (&model.bactrian, model.path());
    let with_fields = |fields: &Fields, body: TokenStream| {
        let bindings = fields.bindings(true);
        quote!(let #path #bindings = self; #body)
    };
    match &model.shape {
        Shape::Unit(fields) => with_fields(fields, quote!(#bactrian::hidden::constant(0))),
        Shape::Transparent(fields) => with_fields(fields, build.only(fields)),
        Shape::Tuple(fields) => with_fields(fields, build.block(fields, 0)),
        Shape::Record(fields) => {
            let record = build.block(fields, 0);
            let body = match Flat::of(model, fields, Direction::To) {
                Flat::If(is_flat) if !build.moved => {
                    let flat = build.flat(fields);
                    quote!(if #is_flat { #flat } else { #record })
                }
                Flat::If(_) => record,
                Flat::Never(assertion) => quote!(#assertion #record),
            };
            with_fields(fields, body)
        }
        Shape::UnboxedVariant(constructor) => {
            let (path, bindings) = (constructor.path(model), constructor.fields.bindings(true));
            let only = build.only(&constructor.fields);
            quote!(let #path #bindings = self; #only)
        }
        Shape::Variant(constructors) | Shape::Polymorphic(constructors) => {
            let arms = constructors.iter().map(|constructor| {
                let (path, bindings) = (constructor.path(model), constructor.fields.bindings(true));
                let body = build.constructor(constructor);
                quote!(#path #bindings => { #body })
            });
            match constructors.len() {
                0 if build.moved => quote!(match self {}),
                0 => quote!(match *self {}),
                _ => quote!(match self { #(#arms)* }),
            }
        }
    }
}

/// The functions that consume a value, for a type that says `moved`.
fn moving(model: &Model) -> TokenStream {
    if !model.moved {
        return TokenStream::new();
    }
    let bactrian = &model.bactrian;
    let body = body(
        model,
        Build {
            moved: true,
            ..Build::new(bactrian)
        },
    );
    let flat = match &model.shape {
        Shape::Record(fields) => Some(Flat::of(model, fields, Direction::To)),
        _ => None,
    };
    let flat = match flat {
        Some(Flat::If(is_flat)) => quote! {
            if #is_flat {
                return <Self as #bactrian::ToValue>::to_value(&self, __rt);
            }
        },
        Some(Flat::Never(_)) | None => TokenStream::new(),
    };
    quote! {
        const MOVED: ::core::primitive::bool = true;

        fn into_value<'__gc>(
            self,
            __rt: &'__gc #bactrian::Runtime,
        ) -> #bactrian::Value<'__gc> {
            #flat
            #bactrian::hidden::expect_room(__rt);
            #body
        }

        fn unbox_value<'__gc>(
            __this: #bactrian::hidden::Box<Self>,
            __rt: &'__gc #bactrian::Runtime,
        ) -> #bactrian::Value<'__gc> {
            <Self as #bactrian::ToValue>::into_value(*__this, __rt)
        }
    }
}

/// Makes the constants, and leaves the rest to `build_block`.
fn constants_first(model: &Model, constructors: &[Constructor]) -> TokenStream {
    let bactrian = &model.bactrian;
    let constants = constructors.iter().filter_map(|constructor| {
        let Number::Constant(number) = constructor.number else {
            return None;
        };
        let (path, bindings) = (constructor.path(model), constructor.fields.bindings(true));
        Some(quote!(#path #bindings => #bactrian::hidden::constant(#number)))
    });
    quote! {
        match self {
            #(#constants,)*
            _ => <Self as #bactrian::ToValue>::build_block(self, __allocator),
        }
    }
}

/// How values are made.
#[derive(Clone, Copy)]
pub struct Build<'a> {
    pub bactrian: &'a TokenStream,
    /// For the result of a stub, while `__alone`.
    pub last: bool,
    /// Of fields that are moved, without an allocator.
    pub moved: bool,
}

impl<'a> Build<'a> {
    pub fn new(bactrian: &'a TokenStream) -> Self {
        Build {
            bactrian,
            last: false,
            moved: false,
        }
    }
}

impl Build<'_> {
    /// An expression that makes the value of a field.
    pub fn field(self, field: &Field) -> TokenStream {
        let Field {
            ty,
            binding,
            conversion,
            ..
        } = field;
        let bactrian = self.bactrian;
        if self.moved {
            return match conversion {
                Conversion::With(module) => quote!(#module::to_value(&#binding, __rt)),
                Conversion::As(adapter) => {
                    let conversion = Direction::To.conversion(bactrian, Some(adapter));
                    quote!(<#ty as #conversion>::into_value_as(#binding, __rt))
                }
                Conversion::Plain | Conversion::Skip => {
                    quote!(<#ty as #bactrian::ToValue>::into_value(#binding, __rt))
                }
            };
        }
        match (conversion, self.last) {
            (Conversion::With(module), last) => {
                let not_alone = last.then(|| quote!(__alone = false;));
                quote!({
                    #not_alone
                    __allocator.escape(|__rt| #module::to_value(#binding, __rt))
                })
            }
            (Conversion::As(adapter), false) => {
                let conversion = Direction::To.conversion(bactrian, Some(adapter));
                quote!(<#ty as #conversion>::build_as(#binding, __allocator))
            }
            (Conversion::As(adapter), true) => quote!(unsafe {
                #bactrian::hidden::part_as::<#adapter, #ty>(#binding, __allocator, &mut __alone)
            }),
            (Conversion::Plain | Conversion::Skip, false) => {
                let conversion = Direction::To.conversion(bactrian, None);
                quote!(<#ty as #conversion>::build(#binding, __allocator))
            }
            (Conversion::Plain | Conversion::Skip, true) => quote!(unsafe {
                #bactrian::hidden::part::<#ty>(#binding, __allocator, &mut __alone)
            }),
        }
    }

    /// The only field itself.
    fn only(self, fields: &Fields) -> TokenStream {
        fields.kept().map(|field| self.field(field)).collect()
    }

    /// A block of the fields.
    fn block(self, fields: &Fields, tag: u8) -> TokenStream {
        let bactrian = self.bactrian;
        // Immediates last: no register holds them while blocks are made.
        let name = |i: usize| format_ident!("__made_{}", i);
        let making = |immediate: bool| {
            let fields = fields.kept().enumerate();
            let fields = fields.filter(move |(_, field)| field.is_immediate() == immediate);
            fields.map(|(i, field)| {
                let (name, part) = (name(i), self.field(field));
                quote!(let #name = #part;)
            })
        };
        let (blocks, immediates) = (making(false), making(true));
        let parts = (0..fields.kept().count()).map(name);
        let size = fields.kept().count();
        let block = if size <= SMALL {
            quote!(block)
        } else {
            quote!(large_block)
        };
        let check_tag = check_tag(bactrian, tag);
        if self.moved {
            return quote! {
                #check_tag
                #(#blocks)*
                #(#immediates)*
                #bactrian::hidden::moved_block(__rt, #tag, [#(#parts),*])
            };
        }
        quote! {
            #check_tag
            #(#blocks)*
            #(#immediates)*
            let __fields = [#(#parts),*];
            #bactrian::hidden::#block(__allocator, #tag, __fields)
        }
    }

    /// A record of floats.
    fn flat(self, fields: &Fields) -> TokenStream {
        let bactrian = self.bactrian;
        let floats = fields.kept().map(|field| {
            let Field {
                ty,
                binding,
                conversion,
                ..
            } = field;
            match conversion {
                Conversion::With(_) => {
                    let value = Build {
                        last: false,
                        ..self
                    }
                    .field(field);
                    quote!(#bactrian::hidden::flat_value(#value))
                }
                Conversion::As(adapter) => {
                    quote!(#bactrian::hidden::flat_as::<#adapter, #ty>(#binding, __allocator))
                }
                Conversion::Plain | Conversion::Skip => {
                    quote!(#bactrian::hidden::flat::<#ty>(#binding, __allocator))
                }
            }
        });
        quote! {
            let __floats = [#(#floats),*];
            #bactrian::hidden::flat_record(__allocator, __floats)
        }
    }

    fn constructor(self, constructor: &Constructor) -> TokenStream {
        let bactrian = self.bactrian;
        let fields = &constructor.fields;
        match constructor.number {
            Number::Constant(number) => quote!(#bactrian::hidden::constant(#number)),
            Number::Block(tag) => self.block(fields, tag),
            Number::Inherited => self.only(fields),
            Number::Hash(hash) => {
                let hash = hash as isize;
                let payload = match fields.kept().count() {
                    0 => return quote!(#bactrian::hidden::constant(#hash)),
                    1 => self.only(fields),
                    _ => self.block(fields, 0),
                };
                if self.moved {
                    return quote! {
                        let __payload = { #payload };
                        let __hash = #bactrian::hidden::constant(#hash);
                        #bactrian::hidden::moved_block(__rt, 0, [__hash, __payload])
                    };
                }
                quote! {
                    let __payload = { #payload };
                    let __fields = [#bactrian::hidden::constant(#hash), __payload];
                    #bactrian::hidden::block(__allocator, 0, __fields)
                }
            }
        }
    }
}
