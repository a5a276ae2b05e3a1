//! `#[derive(Custom)]`: options, checks, expansion.

use std::ffi::CString;

use darling::ast::Data;
use darling::util::{Flag, Ignored, SpannedValue};
use darling::{Error, FromDeriveInput, Result};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Attribute, DeriveInput, Expr, GenericParam, Generics, Ident, parse_quote};

use super::rename::is_type_name;
use crate::names::{bactrian, crate_prefix, lowercase_name, snake_case, unraw};
use crate::record::{self, variable_name};

/// What may be written in `#[ocaml(...)]`.
#[derive(FromDeriveInput)]
#[darling(
    attributes(ocaml),
    forward_attrs(doc, sig),
    supports(struct_any, enum_any)
)]
struct Custom {
    ident: Ident,
    /// Documentation, and the type by hand.
    attrs: Vec<Attribute>,
    generics: Generics,
    data: Data<Ignored, Field>,
    /// Name of the OCaml type.
    name: Option<SpannedValue<String>>,
    /// Name in marshalled data.
    identifier: Option<SpannedValue<String>>,
    /// Borrows are counted.
    mutable: Flag,
    /// The value is in the block.
    inline: Flag,
    /// The order of `Ord`.
    compare: Flag,
    /// The order of `PartialOrd`.
    partial_compare: Flag,
    /// Equality of `PartialEq`.
    equal: Flag,
    /// The hash of `Hash`.
    hash: Flag,
    /// Marshalled as `Marshal` says.
    marshal: Flag,
    /// A function that gives the bytes outside the heap.
    external_size: Option<Expr>,
}

/// OCaml does not see fields: they have no options.
#[derive(darling::FromField)]
#[darling(attributes(ocaml))]
struct Field {}

pub fn derive(input: TokenStream) -> Result<TokenStream> {
    let custom = Custom::from_derive_input(&syn::parse2::<DeriveInput>(input)?)?;
    custom.check()?;
    custom.expand()
}

impl Custom {
    fn check(&self) -> Result<()> {
        let mut errors = Error::accumulator();
        // Read for the sake of the errors.
        let _ = &self.data;
        for lifetime in self.generics.lifetimes() {
            let message = "OCaml keeps the value as long as it likes, so it must own all it has: \
                           it cannot have a lifetime";
            errors.push(Error::custom(message).with_span(&lifetime.lifetime));
        }
        for constant in self.generics.const_params() {
            let message = "OCaml has no constants as parameters of types: use a type for each";
            errors.push(Error::custom(message).with_span(&constant.ident));
        }
        if let Some(name) = &self.name
            && !is_type_name(name)
        {
            let message = format!("`{}` is no OCaml name of a type", name.as_str());
            errors.push(Error::custom(message).with_span(&name.span()));
        }
        if let Some(identifier) = &self.identifier
            && (identifier.is_empty() || identifier.starts_with('_') || identifier.contains('\0'))
        {
            let message = "an identifier is a text that does not start with `_`, as OCaml's own do";
            errors.push(Error::custom(message).with_span(&identifier.span()));
        }
        let orders = [
            ("compare", &self.compare),
            ("partial_compare", &self.partial_compare),
            ("equal", &self.equal),
        ];
        let mut orders = orders.iter().filter(|(_, flag)| flag.is_present());
        if let Some((first, _)) = orders.next() {
            for (name, flag) in orders {
                let message = format!("`{name}` and `{first}` say the same thing: one of them");
                errors.push(Error::custom(message).with_span(&flag.span()));
            }
        }
        let refused = [
            (
                self.mutable.is_present(),
                "a value in its block is read as copies, and changes of a copy would be lost: it cannot \
                 be `mutable` and `inline`",
            ),
            (
                self.external_size.is_some(),
                "a value in its block is `Copy`, so it holds no memory: leave `external_size` out",
            ),
            (
                self.equal.is_present(),
                "OCaml's `compare` needs an order of `inline` values, which have no addresses: \
                 `compare` or `partial_compare`",
            ),
        ];
        for (_, message) in refused.iter().filter(|(refused, _)| *refused) {
            if self.inline.is_present() {
                errors.push(Error::custom(message).with_span(&self.inline.span()));
            }
        }
        if self.mutable.is_present() && self.hash.is_present() {
            let message = "the hash of a value that can change is of no use: a `Hashtbl` would not \
                           find it again";
            errors.push(Error::custom(message).with_span(&self.hash.span()));
        }
        errors.finish()
    }

    fn expand(self) -> Result<TokenStream> {
        let bactrian = bactrian();
        let hidden = quote!(#bactrian::hidden);
        let ident = &self.ident;
        let rust = unraw(ident);
        let name = match &self.name {
            Some(name) => name.as_ref().clone(),
            None => lowercase_name(&snake_case(&rust)),
        };
        let identifier = self.identifier();

        let mut generics = self.generics.clone();
        for parameter in &mut generics.params {
            if let GenericParam::Type(parameter) = parameter {
                for bound in [
                    parse_quote!(#bactrian::OCamlType),
                    parse_quote!(::core::marker::Send),
                    parse_quote!(::core::marker::Sync),
                    parse_quote!('static),
                ] {
                    parameter.bounds.push(bound);
                }
            }
        }
        let (_, arguments, _) = self.generics.split_for_impl();
        let own = quote!(#ident #arguments);
        if !generics.params.is_empty() {
            // What the options need of the parameters.
            let clause = generics.make_where_clause();
            for (flag, bound) in [
                (&self.compare, quote!(::core::cmp::Ord)),
                (&self.partial_compare, quote!(::core::cmp::PartialOrd)),
                (&self.equal, quote!(::core::cmp::PartialEq)),
                (&self.hash, quote!(::core::hash::Hash)),
                (&self.marshal, quote!(#bactrian::Marshal)),
                (&self.inline, quote!(::core::marker::Copy)),
            ] {
                if flag.is_present() {
                    clause.predicates.push(parse_quote!(#own: #bound));
                }
            }
        }
        let mut with_lifetime = generics.clone();
        with_lifetime.params.insert(0, parse_quote!('__gc));
        let (reading, _, _) = with_lifetime.split_for_impl();
        let (parameters, _, clause) = generics.split_for_impl();

        let types = self
            .generics
            .type_params()
            .map(|parameter| &parameter.ident);
        let expr = if name.contains('.') {
            quote!(Name(#name, &[#(<#types as #bactrian::OCamlType>::TYPE),*]))
        } else {
            quote!(Derived(
                ::core::module_path!(), #name, &[#(<#types as #bactrian::OCamlType>::TYPE),*]
            ))
        };
        let access = if self.mutable.is_present() {
            quote!(Counted)
        } else if self.inline.is_present() {
            quote!(Inline)
        } else {
            quote!(Shared)
        };
        let share = (!self.mutable.is_present()).then(|| {
            quote! {
                fn share_value<'gc>(
                    this: &#hidden::Arc<Self>,
                    rt: &'gc #bactrian::Runtime,
                ) -> #bactrian::Value<'gc> {
                    #hidden::share(this, rt)
                }
            }
        });
        let mutable = self.mutable.is_present().then(|| {
            quote! {
                #[automatically_derived]
                impl #parameters #bactrian::Mutable for #own #clause {}
            }
        });
        let moved = quote! {
            #[automatically_derived]
            impl #parameters #bactrian::OCamlType for #own #clause {
                const TYPE: #bactrian::TypeExpr = #bactrian::TypeExpr::#expr;

                fn check(
                    value: #bactrian::Value<'_>,
                ) -> ::core::result::Result<(), #bactrian::ConversionError> {
                    #hidden::check_custom::<Self>(value)
                }
            }

            #[automatically_derived]
            impl #parameters #bactrian::ToValue for #own #clause {
                const TYPE: #bactrian::TypeExpr = <Self as #bactrian::OCamlType>::TYPE;
                const MOVED: ::core::primitive::bool = true;

                fn to_value<'gc>(
                    &self,
                    _: &'gc #bactrian::Runtime,
                ) -> #bactrian::Value<'gc> {
                    #hidden::by_reference::<Self>()
                }

                #[inline]
                fn into_value<'gc>(
                    self,
                    rt: &'gc #bactrian::Runtime,
                ) -> #bactrian::Value<'gc> {
                    #hidden::into_block(self, rt)
                }

                fn unbox_value<'gc>(
                    this: #hidden::Box<Self>,
                    rt: &'gc #bactrian::Runtime,
                ) -> #bactrian::Value<'gc> {
                    #hidden::into_block(*this, rt)
                }

                #share
            }
        };
        let copied = quote! {
            #[automatically_derived]
            impl #parameters #bactrian::ToValue for #own #clause {
                const TYPE: #bactrian::TypeExpr = #bactrian::TypeExpr::#expr;

                #[inline]
                fn to_value<'gc>(
                    &self,
                    rt: &'gc #bactrian::Runtime,
                ) -> #bactrian::Value<'gc> {
                    #hidden::inline_block(self, &mut #hidden::Allocator::new(rt))
                }

                #[inline(always)]
                fn build<'gc>(
                    &self,
                    allocator: &mut #hidden::Allocator<'gc>,
                ) -> #bactrian::Value<'gc> {
                    #hidden::inline_block(self, allocator)
                }
            }

            #[automatically_derived]
            impl #reading #bactrian::FromValue<'__gc> for #own #clause {
                const TYPE: #bactrian::TypeExpr = #bactrian::TypeExpr::#expr;

                #[inline(always)]
                fn from_value(
                    value: #bactrian::Value<'__gc>,
                ) -> ::core::result::Result<Self, #bactrian::ConversionError> {
                    #hidden::inline_value(value)
                }
            }
        };
        let conversions = if self.inline.is_present() {
            copied
        } else {
            moved
        };
        let options = self.options(&hidden);
        let definition = self.definition(&name, &rust);
        // Where that is known before the parameters are.
        let fits = (self.inline.is_present() && self.generics.params.is_empty())
            .then(|| quote!(const _: ::core::primitive::usize = #hidden::inline_words::<#own>();));
        Ok(quote! {
            #conversions

            #[automatically_derived]
            impl #parameters #bactrian::Custom for #own #clause {
                const NAME: &'static ::core::primitive::str = #rust;
                const IDENTIFIER: &'static ::core::ffi::CStr = #identifier;
                type Access = #hidden::#access;
                #options
            }

            #mutable
            #fits
            #definition
        })
    }

    /// The constant of the type's name in marshalled data.
    fn identifier(&self) -> TokenStream {
        let given = self.identifier.as_ref().map(|given| given.as_ref().clone());
        let text = given.unwrap_or_else(|| format!("{}.{}", crate_prefix(), self.ident));
        let text = CString::new(text).unwrap_or_default();
        let literal = Literal::c_string(&text);
        quote!(#literal)
    }

    /// What the type asks for.
    fn options(&self, hidden: &TokenStream) -> TokenStream {
        let some = |flag: &Flag, constant: &str, ty: TokenStream, function: TokenStream| {
            flag.is_present().then(|| {
                let constant = Ident::new(constant, flag.span());
                quote! {
                    const #constant: ::core::option::Option<#ty> =
                        ::core::option::Option::Some(#function);
                }
            })
        };
        let order = || quote!(fn(&Self, &Self) -> ::core::option::Option<::core::cmp::Ordering>);
        let compare = some(
            &self.compare,
            "COMPARE",
            order(),
            quote!(#hidden::by_ord::<Self>),
        );
        let partial = some(
            &self.partial_compare,
            "COMPARE",
            order(),
            quote!(#hidden::by_partial_ord::<Self>),
        );
        let equal = some(
            &self.equal,
            "COMPARE",
            order(),
            quote!(#hidden::by_eq::<Self>),
        );
        let hash = some(
            &self.hash,
            "HASH",
            quote!(fn(&Self) -> ::core::primitive::u64),
            quote!(#hidden::by_hash::<Self>),
        );
        let marshal = some(
            &self.marshal,
            "MARSHAL",
            quote!(#hidden::Marshalling<Self>),
            quote!(#hidden::marshalling::<Self>()),
        );
        let size = match &self.external_size {
            None => quote!(
                const HOLDS_OUTSIDE: ::core::primitive::bool = false;
            ),
            Some(function) => quote! {
                fn external_size(&self) -> ::core::primitive::usize {
                    let function: fn(&Self) -> ::core::primitive::usize = #function;
                    function(self)
                }
            },
        };
        quote!(#compare #partial #equal #hash #marshal #size)
    }

    /// The record of the type, which OCaml sees as abstract.
    fn definition(&self, name: &str, rust: &str) -> TokenStream {
        let interface = record::interface();
        let doc = record::doc(&self.attrs);
        let sig = match record::sig(&self.attrs) {
            Ok(sig) => sig.unwrap_or_default(),
            Err(error) => return error.into_compile_error(),
        };
        let parameters = self
            .generics
            .type_params()
            .map(|parameter| variable_name(&parameter.ident));
        record::record(
            "Definition",
            self.ident.span(),
            &TokenStream::new(),
            &quote! {
                doc: #doc,
                rust: #rust,
                name: #name,
                derive: "Custom",
                parameters: &[#(#interface::Name { name: #parameters }),*],
                body: #interface::Body::Abstract,
                unboxed: false,
                deriving: "",
                sig: #sig,
            },
        )
    }
}
