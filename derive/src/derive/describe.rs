//! What a type is to OCaml, for the interface generator.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use super::generics::{Direction, names, simple_parameters};
use super::model::{Constructor, Conversion, Field, Fields, Model, Shape};
use crate::record;

/// The record of the type in one direction.
pub fn definition(model: &Model, direction: Direction) -> TokenStream {
    let describe = Describe::new(Some(model), direction);
    let interface = &describe.interface;
    let (parameters, known) = names(model);
    let body = if known {
        describe.body(&model.shape)
    } else {
        quote!(Abstract)
    };
    let Model {
        name,
        doc,
        sig,
        unboxed,
        deriving,
        ..
    } = model;
    let rust = model.ident.to_string();
    let derive = match direction {
        Direction::From => "FromValue",
        Direction::To => "ToValue",
    };
    record::record(
        "Definition",
        model.ident.span(),
        &record::variables(&model.generics),
        &quote! {
            doc: #doc,
            rust: #rust,
            name: #name,
            derive: #derive,
            parameters: &[#(#interface::Name { name: #parameters }),*],
            body: #interface::Body::#body,
            unboxed: #unboxed,
            deriving: #deriving,
            sig: #sig,
        },
    )
}

/// A statement that refuses parameters whose arrays are no OCaml arrays of them, in a generic type
/// that has such arrays: `Pair<u8>` is `int pair` to OCaml, so its `Vec<u8>` cannot be `bytes`.
pub fn check_arrays(model: &Model, direction: Direction) -> TokenStream {
    let describe = Describe::new(Some(model), direction);
    let (hidden, interface) = (&describe.hidden, &describe.interface);
    let (_, known) = names(model);
    let parameters: Vec<_> = simple_parameters(model);
    if !known || parameters.is_empty() {
        return TokenStream::new();
    }
    let fields = model
        .fields()
        .filter(|field| matches!(field.conversion, Conversion::Plain))
        .map(|field| describe.of(field));
    let variables = record::variables(&model.generics);
    let bactrian = &model.bactrian;
    let conversion = direction.conversion(bactrian, None);
    let checks = parameters.iter().map(|(parameter, name)| {
        quote! {
            #hidden::check_arrays(__FIELDS, #name, <#parameter as #conversion>::ARRAY_TYPE);
        }
    });
    quote! {
        const __FIELDS: &[#interface::TypeExpr] = {
            #variables
            #[allow(unused_imports)]
            use #hidden::Unknown as _;
            &[#(#fields),*]
        };
        const { #(#checks)* }
    }
}

/// Descriptions in one direction.
pub struct Describe {
    direction: Direction,
    pub hidden: TokenStream,
    pub interface: TokenStream,
    own: Option<Type>,
}

impl Describe {
    /// Of parts of the model, if there is one: those may mention `Self`.
    pub fn new(model: Option<&Model>, direction: Direction) -> Describe {
        let bactrian = crate::names::bactrian();
        let own = model.and_then(|model| syn::parse2(model.own.clone()).ok());
        Describe {
            direction,
            hidden: quote!(#bactrian::hidden),
            interface: record::interface(),
            own,
        }
    }

    fn body(&self, shape: &Shape) -> TokenStream {
        let interface = &self.interface;
        match shape {
            Shape::Unit(_) => quote!(Alias(#interface::TypeExpr::named("unit"))),
            Shape::Transparent(fields) if fields.named => self.record(fields),
            Shape::Record(fields) => self.record(fields),
            Shape::Transparent(fields) => {
                let of = fields.kept().map(|field| self.of(field));
                quote!(Alias(#(#of)*))
            }
            Shape::Tuple(fields) => {
                let of = fields.kept().map(|field| self.of(field));
                quote!(Alias(#interface::TypeExpr::Tuple(&[#(#of),*])))
            }
            Shape::Variant(constructors) => {
                let constructors = constructors.iter().map(|one| self.constructor(one));
                quote!(Variant(&[#(#constructors),*]))
            }
            Shape::UnboxedVariant(constructor) => {
                let constructor = self.constructor(constructor);
                quote!(Variant(&[#constructor]))
            }
            Shape::Polymorphic(constructors) => {
                let tags = constructors.iter().map(|one| self.constructor(one));
                quote!(Polymorphic(&[#(#tags),*]))
            }
        }
    }

    fn record(&self, fields: &Fields) -> TokenStream {
        let fields = self.fields(fields);
        quote!(Record(&[#(#fields),*]))
    }

    fn constructor(&self, constructor: &Constructor) -> TokenStream {
        let Constructor {
            name, doc, fields, ..
        } = constructor;
        self.product(name, doc, fields)
    }

    /// A constructor or exception.
    pub fn product(&self, name: &str, doc: &TokenStream, fields: &Fields) -> TokenStream {
        let interface = &self.interface;
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        if fields.named {
            named = self.fields(fields);
        } else {
            arguments = fields.kept().map(|field| self.of(field)).collect();
        }
        quote! {
            #interface::Constructor {
                name: #name,
                doc: #doc,
                arguments: &[#(#arguments),*],
                fields: &[#(#named),*],
            }
        }
    }

    fn fields(&self, fields: &Fields) -> Vec<TokenStream> {
        let interface = &self.interface;
        fields
            .kept()
            .map(|field| {
                let of = self.of(field);
                let Field {
                    name, doc, mutable, ..
                } = field;
                quote! {
                    #interface::Field { name: #name, doc: #doc, mutable: #mutable, of: #of }
                }
            })
            .collect()
    }

    /// The OCaml type of a field.
    fn of(&self, field: &Field) -> TokenStream {
        let hidden = &self.hidden;
        let ty = record::described(&field.ty, self.own.as_ref());
        let at = Span::call_site().located_at(field.ty.span());
        match (&field.conversion, self.direction) {
            (Conversion::With(module), _) => quote!(#module::TYPE),
            (Conversion::As(adapter), direction) => {
                let adapter = self.adapter(adapter);
                match direction {
                    Direction::From => {
                        quote_spanned!(at=> <#hidden::ReadAs<#adapter, #ty>>::TYPE)
                    }
                    Direction::To => quote_spanned!(at=> <#hidden::MadeAs<#adapter, #ty>>::TYPE),
                }
            }
            (_, Direction::From) => quote_spanned!(at=> <#hidden::Read<#ty>>::TYPE),
            (_, Direction::To) => quote_spanned!(at=> <#hidden::Made<#ty>>::TYPE),
        }
    }

    fn adapter(&self, adapter: &TokenStream) -> TokenStream {
        match syn::parse2::<Type>(adapter.clone()) {
            Ok(ty) => record::described(&ty, self.own.as_ref()).into_token_stream(),
            Err(_) => adapter.clone(),
        }
    }
}
