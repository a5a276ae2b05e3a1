//! The fields of a record in place, for `#[derive(FromValue)]`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{GenericParam, Member, Type, parse_quote};

use super::generics::mentions_parameter;
use super::model::{Conversion, Field, Fields, Model, Shape};
use crate::names::plural;
use crate::record;

/// A struct of the fields' places, and the `impl` that makes it of a checked value; nothing for types
/// that borrow or are no records.
pub fn in_place(model: &Model) -> TokenStream {
    let (Shape::Record(fields) | Shape::Tuple(fields)) = &model.shape else {
        return TokenStream::new();
    };
    if model.remote.is_some() || model.generics.lifetimes().next().is_some() {
        return TokenStream::new();
    }
    let bactrian = &model.bactrian;
    let size = fields.kept().count();
    let expected = |what: &str| format!("a `{}` ({what})", model.name);
    let places = Places {
        bactrian,
        own: syn::parse2(model.own.clone()).ok(),
    };
    let check = if fields.named {
        let check = |flat: bool, what: &str| {
            let expected = expected(&format!("a record of {}", plural(size, what)));
            quote!(#bactrian::hidden::check_fields(__value, #size, #flat, #expected))
        };
        let record = check(false, "field");
        let mut kept = fields.kept();
        if kept.any(|field| mentions_parameter(model, &field.ty)) {
            record
        } else {
            let (are_floats, floats) = (places.are_floats(fields), check(true, "float"));
            quote!(if #are_floats { #floats } else { #record })
        }
    } else {
        let expected = expected(&format!("a tuple of {size}"));
        quote!(#bactrian::hidden::check_fields(__value, #size, false, #expected))
    };
    let (definitions, values) = places.of(fields);
    let named = fields.named;
    let name = format_ident!("{}Fields", model.ident);
    let own = &model.own;
    let mut generics = model.generics.clone();
    generics
        .params
        .insert(0, GenericParam::Lifetime(parse_quote!('__gc)));
    let conditions = &model.generics.where_clause;
    let (impl_parameters, _, _) = model.generics.split_for_impl();
    let (_, arguments, _) = generics.split_for_impl();
    let parameters = &generics.params;
    let body = if named {
        quote! {
            <#parameters> #conditions {
                #(#definitions,)*
                __record: ::core::marker::PhantomData<(fn() -> #own, &'__gc ())>,
            }
        }
    } else {
        quote! {
            <#parameters>(
                #(#definitions,)*
                ::core::marker::PhantomData<(fn() -> #own, &'__gc ())>,
            ) #conditions;
        }
    };
    let made = if named {
        quote!(#name { #(#values,)* __record: ::core::marker::PhantomData })
    } else {
        quote!(#name(#(#values,)* ::core::marker::PhantomData))
    };
    quote! {
        const _: () = {
            #[doc(hidden)]
            #[allow(dead_code, missing_docs, missing_debug_implementations, non_snake_case)]
            pub struct #name #body

            #[automatically_derived]
            impl #impl_parameters #bactrian::Record for #own #conditions {
                type Fields<'__gc> = #name #arguments;

                #[inline]
                fn read_fields(
                    __value: #bactrian::Value<'_>,
                ) -> ::core::result::Result<Self::Fields<'_>, #bactrian::ConversionError> {
                    match #check {
                        ::core::result::Result::Ok(()) => ::core::result::Result::Ok(#made),
                        ::core::result::Result::Err(__error) => {
                            ::core::result::Result::Err(__error)
                        }
                    }
                }
            }
        };
    }
}

struct Places<'a> {
    bactrian: &'a TokenStream,
    own: Option<Type>,
}

impl Places<'_> {
    /// The definitions of the fields that have a place, and how each is made.
    fn of(&self, fields: &Fields) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let (mut definitions, mut values) = (Vec::new(), Vec::new());
        let mut index = 0;
        for field in &fields.all {
            let (ty, value) = match &field.conversion {
                Conversion::Skip => (quote!(()), quote!(())),
                Conversion::With(_) => {
                    index += 1;
                    (quote!(()), quote!(()))
                }
                _ => {
                    let defined = self.place(field, index);
                    let (bactrian, kind) = (self.bactrian, kind(field));
                    index += 1;
                    // SAFETY (of the expansion): checked; the derive says of which type the field is,
                    // and whether it is mutable.
                    (defined, quote!(unsafe { #bactrian::#kind::of(__value) }))
                }
            };
            let visibility = &field.visibility;
            match &field.member {
                Member::Named(name) => {
                    definitions.push(quote!(#visibility #name: #ty));
                    values.push(quote!(#name: #value));
                }
                Member::Unnamed(_) => {
                    definitions.push(quote!(#visibility #ty));
                    values.push(value);
                }
            }
        }
        (definitions, values)
    }

    /// Whether OCaml's record is flat, as a constant expression.
    fn are_floats(&self, fields: &Fields) -> TokenStream {
        let bactrian = self.bactrian;
        if fields.kept().any(Field::is_spelled_as_no_float) {
            return quote!(false);
        }
        let floats = fields.kept().map(|field| {
            let ty = record::described(&field.ty, self.own.as_ref());
            match &field.conversion {
                Conversion::With(module) => {
                    quote!(#bactrian::hidden::is_float(false, #module::TYPE))
                }
                Conversion::As(adapter) => {
                    quote!(<#bactrian::hidden::FloatAs<#adapter, #ty>>::IS_FLOAT)
                }
                _ => quote!(<#bactrian::hidden::Float<#ty>>::IS_FLOAT),
            }
        });
        quote!(const {
            #[allow(unused_imports)]
            use #bactrian::hidden::NoFloat as _;
            #bactrian::hidden::sys::FLAT_FLOAT_ARRAY #(&& #floats)*
        })
    }

    /// The type of a field's place.
    fn place(&self, field: &Field, index: usize) -> TokenStream {
        let bactrian = self.bactrian;
        let ty = record::described(&field.ty, self.own.as_ref());
        let ty = match &field.conversion {
            Conversion::As(adapter) => quote!(#bactrian::adapters::As<#adapter, #ty>),
            _ => quote!(#ty),
        };
        let kind = kind(field);
        let index = Literal::usize_unsuffixed(index);
        quote!(#bactrian::#kind<'__gc, #ty, #index>)
    }
}

/// The type of a field's place, without its parameters.
fn kind(field: &Field) -> TokenStream {
    if field.mutable {
        quote!(MutableField)
    } else {
        quote!(Field)
    }
}
