//! How fields are read, wherever they are.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::generics::Direction;
use super::model::{Constructor, Conversion, Field, Fields};

/// Where fields are read from.
#[derive(Clone, Copy)]
pub enum From {
    /// `__value` itself is the only field.
    Value,
    /// The block `__fields`, from this field on.
    Fields(usize),
    /// The flat record `__floats`.
    Floats,
    /// `__float`, which was in a flat record.
    Float,
}

/// What an error says of the place of a field.
#[derive(Clone, Copy)]
pub enum Within<'a> {
    Nothing,
    Tuple,
    Record,
    /// The constructor of this name, which has one argument.
    Constructor(&'a str),
    /// One that has several.
    Arguments(&'a str),
    InlineRecord(&'a str),
}

impl Constructor {
    pub fn within(&self) -> Within<'_> {
        self.fields.within(&self.name)
    }
}

impl Fields {
    /// As arguments of a constructor.
    pub fn within<'a>(&self, constructor: &'a str) -> Within<'a> {
        if self.named {
            Within::InlineRecord(constructor)
        } else if self.kept().count() == 1 {
            Within::Constructor(constructor)
        } else {
            Within::Arguments(constructor)
        }
    }
}

impl Within<'_> {
    /// Adds the place to `__error`.
    fn place(self, field: &Field, index: usize) -> TokenStream {
        let name = &field.name;
        match self {
            Within::Nothing => quote!(__error),
            Within::Tuple => quote!(__error.in_element(#index)),
            Within::Record => quote!(__error.in_field(#name)),
            Within::Constructor(constructor) => quote!(__error.in_constructor(#constructor)),
            Within::Arguments(constructor) => {
                quote!(__error.in_constructor_argument(#constructor, #index))
            }
            Within::InlineRecord(constructor) => {
                quote!(__error.in_field(#name).in_constructor(#constructor))
            }
        }
    }
}

/// How fields are read.
#[derive(Clone, Copy)]
pub struct Read<'a> {
    pub bactrian: &'a TokenStream,
    pub from: From,
    pub within: Within<'a>,
}

impl Read<'_> {
    /// An expression that reads all the fields and gives a `Result`; it returns at once on an error.
    pub fn fields(self, path: &TokenStream, fields: &Fields) -> TokenStream {
        let Read {
            bactrian, within, ..
        } = self;
        let mut index = 0;
        let reads = fields.all.iter().map(|field| {
            let Field { binding, ty, .. } = field;
            if let Conversion::Skip = field.conversion {
                return quote!(let #binding = <#ty as ::core::default::Default>::default(););
            }
            let (read, place) = (self.field(field, index), within.place(field, index));
            index += 1;
            quote! {
                let __read: ::core::result::Result<#ty, #bactrian::ConversionError> = #read;
                let #binding = match __read {
                    ::core::result::Result::Ok(__field) => __field,
                    ::core::result::Result::Err(__error) => {
                        return ::core::result::Result::Err(#place);
                    }
                };
            }
        });
        let bindings = fields.bindings(false);
        quote!({ #(#reads)* ::core::result::Result::Ok(#path #bindings) })
    }

    /// An expression that reads the field of this index among those that OCaml sees.
    fn field(self, field: &Field, index: usize) -> TokenStream {
        let (bactrian, ty) = (self.bactrian, &field.ty);
        let adapter = match &field.conversion {
            Conversion::As(adapter) => Some(adapter),
            _ => None,
        };
        let conversion = Direction::From.conversion(bactrian, adapter);
        let value = match self.from {
            From::Value => quote!(__value),
            From::Fields(first) => {
                let index = Literal::usize_unsuffixed(first + index);
                quote!(__fields.get(#index))
            }
            From::Floats => {
                let index = Literal::usize_unsuffixed(index);
                match &field.conversion {
                    Conversion::As(adapter) => {
                        return quote!(__floats.read_as::<#adapter, #ty>(#index));
                    }
                    Conversion::With(_) => quote!(__floats.boxed(#index)),
                    Conversion::Plain | Conversion::Skip => {
                        return quote!(__floats.read::<#ty>(#index));
                    }
                }
            }
            From::Float => {
                return match &field.conversion {
                    Conversion::As(_) => quote!(<#ty as #conversion>::from_flat_float_as(__float)),
                    _ => quote!(<#ty as #conversion>::from_flat_float(__float)),
                };
            }
        };
        match &field.conversion {
            Conversion::With(module) => quote!(#module::from_value(#value)),
            Conversion::As(_) => quote!(<#ty as #conversion>::from_value_as(#value)),
            Conversion::Plain | Conversion::Skip => {
                quote!(<#ty as #conversion>::from_value(#value))
            }
        }
    }
}
