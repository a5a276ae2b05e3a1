//! Which fields are floats in OCaml, and which records are flat: those of floats alone.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::generics::{Direction, mentions_parameter};
use super::model::{Conversion, Field, Fields, Model};

/// Whether a field's conversion declares that it is a float, as a constant expression.
pub fn declared_float(model: &Model, field: &Field, direction: Direction) -> TokenStream {
    let (bactrian, ty) = (&model.bactrian, &field.ty);
    let adapter = match &field.conversion {
        Conversion::With(_) => return quote!(false),
        Conversion::As(adapter) => Some(adapter),
        Conversion::Plain | Conversion::Skip => None,
    };
    let conversion = direction.conversion(bactrian, adapter);
    quote!(<#ty as #conversion>::IS_FLOAT)
}

/// Whether a field is a float in OCaml, as a constant expression.
pub fn is_float(model: &Model, field: &Field, direction: Direction) -> TokenStream {
    let (bactrian, ty) = (&model.bactrian, &field.ty);
    let declared = declared_float(model, field, direction);
    let adapter = match &field.conversion {
        Conversion::With(module) => {
            return quote!(#bactrian::hidden::is_float(false, #module::TYPE));
        }
        Conversion::As(adapter) => Some(adapter),
        Conversion::Plain | Conversion::Skip => None,
    };
    let conversion = direction.conversion(bactrian, adapter);
    quote!(#bactrian::hidden::is_float(#declared, <#ty as #conversion>::TYPE))
}

/// Whether a record is flat.
pub enum Flat {
    /// Never. Where that was believed of how a field's type is spelled, with what does not compile when the
    /// name means something else.
    Never(Option<TokenStream>),
    /// If this constant expression is true.
    If(TokenStream),
}

impl Flat {
    pub fn of(model: &Model, fields: &Fields, direction: Direction) -> Flat {
        let mut kept = fields.kept();
        if kept.any(|field| mentions_parameter(model, &field.ty)) {
            return Flat::Never(None);
        }
        let mut kept = fields.kept();
        if let Some(field) = kept.find(|field| field.is_spelled_as_no_float()) {
            return Flat::Never(Some(assertion(model, fields, field, direction)));
        }
        let bactrian = &model.bactrian;
        let floats = fields.kept().map(|field| is_float(model, field, direction));
        Flat::If(quote!(const { #bactrian::hidden::sys::FLAT_FLOAT_ARRAY #(&& #floats)* }))
    }
}

/// That this field is no float.
fn assertion(model: &Model, fields: &Fields, field: &Field, direction: Direction) -> TokenStream {
    let is_float = is_float(model, field, direction);
    // Types that do not convert are reported here, once, and not for each of their uses.
    let perhaps_missing = |field: &&Field| match &field.ty {
        Type::Path(path) => !(field.is_spelled_as_no_float() && path.path.get_ident().is_some()),
        _ => true,
    };
    let others = fields.kept().filter(perhaps_missing);
    let others = others.map(|field| declared_float(model, field, direction));
    quote! {
        const {
            #(let _ = #others;)*
            ::core::assert!(!#is_float, "this name is not for a type that is OCaml's float");
        }
    }
}
