//! The expansion of `#[derive(Exception)]`.

use darling::ast::Data;
use darling::util::SpannedValue;
use darling::{Error, Result};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::attributes::Container;
use super::describe::Describe;
use super::generics::Direction;
use super::model::{Fields, Unique, exception_name};
use super::read::{From, Read};
use super::to_value::Build;
use crate::names::{bactrian, crate_prefix, snake_case};
use crate::record;

/// One exception of the type.
struct Raised {
    /// The Rust variant or struct, in expressions and patterns.
    path: TokenStream,
    span: Span,
    name: String,
    /// The name that it is registered under.
    registered: String,
    /// The documentation comment, as a constant.
    doc: TokenStream,
    fields: Fields,
}

pub fn expand(container: &Container) -> Result<TokenStream> {
    let bactrian = bactrian();
    let all = raised(container)?;
    let ident = &container.ident;
    let builds = all
        .iter()
        .enumerate()
        .map(|(number, raised)| raised.build(&bactrian, number));
    let builds = match all.len() {
        0 => quote!(match *self {}),
        _ => quote!(match self { #(#builds)* }),
    };
    let reads = all
        .iter()
        .enumerate()
        .map(|(number, raised)| raised.read(&bactrian, number));
    let use_types = all.iter().map(|raised| raised.fields.use_types(&bactrian));
    let printer = printer(container);
    let stub = printer_stub(container, &printer);
    let records = all.iter().map(|raised| raised.record(container, &printer));
    let interface = record::interface();
    let names = all.iter().map(|raised| &raised.registered);
    let (count, c_names) = (all.len(), all.iter().map(Raised::c_name));
    Ok(quote! {
        #[automatically_derived]
        impl #bactrian::OCamlException for #ident {
            const NAMES: &'static [#interface::Name] = &[#(#interface::Name { name: #names }),*];

            fn registered() -> &'static [#bactrian::hidden::NamedValue] {
                static __REGISTERED: [#bactrian::hidden::NamedValue; #count] =
                    [#(#bactrian::hidden::NamedValue::new(#c_names)),*];
                &__REGISTERED
            }

            fn build_exception<'gc>(
                &self,
                __allocator: &mut #bactrian::hidden::Allocator<'gc>,
            ) -> ::core::result::Result<
                #bactrian::Value<'gc, #bactrian::Exn>,
                &'static ::core::primitive::str,
            > {
                #builds
            }

            fn read_exception<'gc>(
                __exception: #bactrian::Value<'gc, #bactrian::Exn>,
            ) -> ::core::option::Option<::core::result::Result<Self, #bactrian::ConversionError>> {
                #(#reads)*
                ::core::option::Option::None
            }
        }

        #(#use_types)*
        #stub
        #(#records)*
    })
}

/// The symbol of the stub that gives OCaml the message of an exception.
fn printer(container: &Container) -> String {
    let krate = crate_prefix();
    format!(
        "{krate}_{}_message",
        snake_case(&container.ident.to_string())
    )
}

fn printer_stub(container: &Container, symbol: &str) -> TokenStream {
    let (bactrian, ident) = (bactrian(), &container.ident);
    let hidden = quote!(#bactrian::hidden);
    quote! {
        const _: () = {
            #[unsafe(export_name = #symbol)]
            unsafe extern "C" fn __bactrian_message(
                __exception: #hidden::sys::Value,
            ) -> #hidden::sys::Value {
                // SAFETY: OCaml called this, with an exception.
                unsafe { #hidden::exception_message::<#ident>(__exception) }
            }
        };
    }
}

fn raised(container: &Container) -> Result<Vec<Raised>> {
    let mut errors = Error::accumulator();
    let mut unique = Unique::default();
    let prefix = prefix(container);
    let rule = container.rename_all.as_deref().copied();
    let mut of =
        |path, ident: &Ident, given: Option<&SpannedValue<String>>, doc, fields, in_enum| {
            // As everywhere, the rule of a struct is for its fields.
            let (own, inner) = if in_enum { (rule, None) } else { (None, rule) };
            let name = exception_name(ident, given, own, &mut errors);
            let span = given.map_or(ident.span(), SpannedValue::span);
            unique.add("exception", &name, span, &mut errors);
            let fields = Fields::new(fields, inner, &mut errors);
            Raised {
                path,
                span: ident.span(),
                registered: format!("{prefix}.{name}"),
                name,
                doc: record::doc(doc),
                fields,
            }
        };
    let all = match &container.data {
        Data::Struct(fields) => {
            vec![of(
                quote!(Self),
                &container.ident,
                container.name.as_ref(),
                &container.attrs,
                fields,
                false,
            )]
        }
        Data::Enum(variants) => variants
            .iter()
            .map(|variant| {
                let ident = &variant.ident;
                of(
                    quote!(Self::#ident),
                    ident,
                    variant.name.as_ref(),
                    &variant.attrs,
                    &variant.fields,
                    true,
                )
            })
            .collect(),
    };
    errors.finish_with(all)
}

/// What was given, or the name of the crate.
fn prefix(container: &Container) -> String {
    match &container.prefix {
        Some(prefix) => prefix.as_ref().clone(),
        None => crate_prefix(),
    }
}

impl Raised {
    fn record(&self, container: &Container, printer: &str) -> TokenStream {
        let Raised {
            name,
            registered,
            doc,
            fields,
            ..
        } = self;
        let rust = container.ident.to_string();
        let describe = Describe::new(None, Direction::To);
        let constructor = describe.product(name, doc, fields);
        record::record(
            "Exception",
            self.span,
            &TokenStream::new(),
            &quote! {
                rust: #rust,
                registered: #registered,
                printer: #printer,
                constructor: #constructor,
            },
        )
    }

    fn c_name(&self) -> Literal {
        let name = std::ffi::CString::new(self.registered.as_str());
        Literal::c_string(&name.expect("the prefix was checked, and names have letters only"))
    }

    /// The arm of a `match` that makes the exception.
    fn build(&self, bactrian: &TokenStream, number: usize) -> TokenStream {
        let Raised {
            path,
            registered,
            fields,
            ..
        } = self;
        let bindings = fields.bindings(true);
        let build = Build::new(bactrian);
        let arguments = fields.kept().map(|field| build.field(field));
        let exception = match fields.kept().count() {
            0 => quote!(__constructor.constant()),
            _ => quote!({
                let __fields = [__constructor.value(), #(#arguments),*];
                __constructor.with_arguments(__allocator, __fields)
            }),
        };
        quote! {
            #path #bindings => {
                match #bactrian::hidden::ExceptionConstructor::of::<Self>(__allocator, #number) {
                    ::core::option::Option::Some(__constructor) => {
                        ::core::result::Result::Ok(#exception)
                    }
                    ::core::option::Option::None => ::core::result::Result::Err(#registered),
                }
            }
        }
    }

    /// A statement that returns the exception if it is this one.
    fn read(&self, bactrian: &TokenStream, number: usize) -> TokenStream {
        let Raised {
            path, name, fields, ..
        } = self;
        let count = fields.kept().count();
        let read = Read {
            bactrian,
            from: From::Fields(1),
            within: fields.within(name),
        };
        let read = read.fields(path, fields);
        let arguments = match (count, fields.named) {
            (0, _) => "without arguments".to_owned(),
            (1, false) => "with 1 argument".to_owned(),
            (1, true) => "with 1 field".to_owned(),
            (_, false) => format!("with {count} arguments"),
            (_, true) => format!("with {count} fields"),
        };
        let expected = format!("the exception `{name}` {arguments}");
        let error = quote!(::core::result::Result::Err(
            #bactrian::Value::unexpected(__exception, #expected)
        ));
        let size = Literal::usize_unsuffixed(count + 1);
        let read = match count {
            0 => quote!(if __exception.tag() == ::core::option::Option::Some(
                #bactrian::hidden::sys::OBJECT_TAG
            ) {
                #read
            } else {
                #error
            }),
            _ => quote!(match #bactrian::hidden::Fields::of(__exception.any(), 0, #size) {
                ::core::option::Option::Some(__fields) => #read,
                ::core::option::Option::None => #error,
            }),
        };
        quote! {
            if #bactrian::hidden::ExceptionConstructor::is_that_of::<Self>(__exception, #number) {
                let __read = || -> ::core::result::Result<Self, #bactrian::ConversionError> {
                    #read
                };
                return ::core::option::Option::Some(__read());
            }
        }
    }
}
