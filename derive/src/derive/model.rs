//! A definition with OCaml's names and layouts settled.

use std::collections::HashMap;

use darling::ast::{Data, Style};
use darling::error::Accumulator;
use darling::util::SpannedValue;
use darling::{Error, Result};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Generics, Ident, Member, Path, Type};

use super::attributes::{self, Adapter, Bound, Container};
use super::rename::{Rule, capitalised, hash_variant, is_type_name};
use super::spelling::{is_immediate, is_no_float, is_plain};
use crate::names::{
    bactrian, is_lowercase_name, is_tag_name, is_uppercase_name, lowercase_name, snake_case, unraw,
};
use crate::record;

/// A type that converts.
pub struct Model {
    /// Path of the crate `bactrian`.
    pub bactrian: TokenStream,
    pub ident: Ident,
    /// The type itself, with its parameters.
    pub own: TokenStream,
    pub generics: Generics,
    pub bound: Bound,
    /// The type of another crate that is converted in place of this one, its mirror.
    pub remote: Option<Path>,
    /// Name of the OCaml type.
    pub name: String,
    /// The documentation comment, as a constant.
    pub doc: TokenStream,
    /// The OCaml type, by hand.
    pub sig: String,
    /// `[@@unboxed]` in OCaml.
    pub unboxed: bool,
    /// Its values are moved to OCaml.
    pub moved: bool,
    /// What stands in `[@@deriving ...]`.
    pub deriving: String,
    pub shape: Shape,
}

/// What OCaml makes of the type.
pub enum Shape {
    /// No fields: `unit`.
    Unit(Fields),
    /// One unnamed field: what it is; or one field that is `[@@unboxed]`.
    Transparent(Fields),
    /// Several unnamed fields.
    Tuple(Fields),
    Record(Fields),
    /// Constructors, numbered.
    Variant(Vec<Constructor>),
    /// One constructor with one argument, `[@@unboxed]`.
    UnboxedVariant(Constructor),
    /// Tags, hashed.
    Polymorphic(Vec<Constructor>),
}

pub struct Constructor {
    pub ident: Ident,
    /// Name of the constructor or tag.
    pub name: String,
    /// The documentation comment, as a constant.
    pub doc: TokenStream,
    pub fields: Fields,
    pub number: Number,
}

/// What tells a constructor from the others.
pub enum Number {
    /// An immediate of this number.
    Constant(isize),
    /// A block of this tag.
    Block(u8),
    /// A polymorphic variant's tag of this hash.
    Hash(i32),
    /// The tags of the polymorphic variant that is the only field.
    Inherited,
}

/// The fields of a struct or variant.
pub struct Fields {
    pub named: bool,
    pub all: Vec<Field>,
}

pub struct Field {
    /// What Rust calls it.
    pub member: Member,
    /// What OCaml calls it; empty when it has no name there.
    pub name: String,
    /// The documentation comment, as a constant.
    pub doc: TokenStream,
    /// Whether OCaml may assign to it.
    pub mutable: bool,
    /// Who sees it in Rust.
    pub visibility: syn::Visibility,
    /// Whether it is a pointer that keeps sharing.
    pub shared: bool,
    /// The variable that holds it in expansions.
    pub binding: Ident,
    pub ty: Type,
    pub conversion: Conversion,
}

/// How a field is converted.
pub enum Conversion {
    /// By its type.
    Plain,
    /// By its type, as this type says.
    As(TokenStream),
    /// By the functions of a module.
    With(Path),
    /// Not at all.
    Skip,
}

impl Model {
    pub fn new(container: Container) -> Result<Model> {
        let mut errors = Error::accumulator();
        let bactrian = bactrian();
        let name = type_name(&container, &mut errors);
        let shape = Shape::new(&container, &mut errors);
        let sig = errors.handle(record::sig(&container.attrs).map_err(Error::from));
        let (_, arguments, _) = container.generics.split_for_impl();
        let ident = &container.ident;
        let own = quote!(#ident #arguments);
        let ident = ident.clone();
        errors.finish_with(Model {
            bactrian,
            ident,
            own,
            generics: container.generics,
            bound: container.bound,
            remote: container.remote,
            name,
            doc: record::doc(&container.attrs),
            sig: sig.flatten().unwrap_or_default(),
            unboxed: container.unboxed.is_present(),
            moved: container.moved.is_present(),
            deriving: container
                .deriving
                .map(SpannedValue::into_inner)
                .unwrap_or_default(),
            shape,
        })
    }

    /// All the fields, of every constructor.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.shape
            .products()
            .into_iter()
            .flat_map(|fields| &fields.all)
    }

    pub fn use_types(&self) -> TokenStream {
        let products = self.shape.products();
        products
            .iter()
            .map(|fields| fields.use_types(&self.bactrian))
            .collect()
    }

    /// Whether blocks are converted by a function of their own. Where constants and blocks mix, as
    /// in trees, half of the values need no call then.
    pub fn splits(&self) -> bool {
        let is_constant =
            |constructor: &Constructor| matches!(constructor.number, Number::Constant(_));
        match &self.shape {
            Shape::Variant(constructors) => {
                self.remote.is_none()
                    && constructors.iter().any(is_constant)
                    && !constructors.iter().all(is_constant)
            }
            _ => false,
        }
    }

    /// A statement that has shared pointers remembered, if there are any, while the conversion runs.
    pub fn sharing(&self) -> TokenStream {
        let bactrian = &self.bactrian;
        if self.fields().any(|field| field.shared) {
            quote!(let __sharing = unsafe { #bactrian::hidden::scope() };)
        } else {
            TokenStream::new()
        }
    }

    /// Whether blocks' own conversion checks the stack, so that pointers to the type need not.
    pub fn checks_stack(&self) -> bool {
        self.splits() && !self.is_small()
    }

    /// How eagerly the conversion is to be inlined.
    pub fn inline(&self) -> TokenStream {
        if self.is_small() {
            quote!(#[inline(always)])
        } else {
            quote!(#[inline])
        }
    }

    /// Whether the conversion is small, and nothing in it can grow in turn.
    fn is_small(&self) -> bool {
        self.fields().count() <= SMALL
            && self
                .fields()
                .all(|field| is_plain(&field.ty, &self.generics))
    }

    /// The path of the type in expressions and patterns: without parameters.
    pub fn path(&self) -> TokenStream {
        match &self.remote {
            None => quote!(Self),
            Some(remote) => {
                let mut path = remote.clone();
                if let Some(last) = path.segments.last_mut() {
                    last.arguments = syn::PathArguments::None;
                }
                path.into_token_stream()
            }
        }
    }
}

impl Constructor {
    /// The path of the variant in expressions and patterns.
    pub fn path(&self, model: &Model) -> TokenStream {
        let (ty, ident) = (model.path(), &self.ident);
        quote!(#ty::#ident)
    }
}

impl Field {
    /// Whether its type is spelled as one that is no float in OCaml. A name may mean something else:
    /// who believes this has the compiler assert it.
    pub fn is_spelled_as_no_float(&self) -> bool {
        matches!(self.conversion, Conversion::Plain) && is_no_float(&self.ty)
    }

    /// Whether its values surely are immediates.
    pub fn is_immediate(&self) -> bool {
        matches!(self.conversion, Conversion::Plain) && is_immediate(&self.ty)
    }
}

/// The most fields of a type whose conversion is always inlined.
const SMALL: usize = 8;

impl Shape {
    fn new(container: &Container, errors: &mut Accumulator) -> Shape {
        let rule = container.rename_all.as_deref().copied();
        let unboxed = container.unboxed.is_present();
        match &container.data {
            Data::Struct(fields) => {
                let fields = Fields::new(fields, rule, errors);
                match (fields.kept().count(), fields.named) {
                    (0, _) => Shape::Unit(fields),
                    (1, false) => Shape::Transparent(fields),
                    (_, false) => Shape::Tuple(fields),
                    (_, true) if unboxed => Shape::Transparent(fields),
                    (_, true) => Shape::Record(fields),
                }
            }
            Data::Enum(variants) => {
                let polymorphic = container.polymorphic.is_present();
                let mut constructors = constructors(variants, rule, polymorphic, errors);
                if polymorphic {
                    hashes_are_unique(&constructors, errors);
                    Shape::Polymorphic(constructors)
                } else if unboxed && constructors.len() == 1 {
                    Shape::UnboxedVariant(constructors.remove(0))
                } else {
                    Shape::Variant(constructors)
                }
            }
        }
    }

    pub fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        let products: Vec<&mut Fields> = match self {
            Shape::Unit(fields)
            | Shape::Transparent(fields)
            | Shape::Tuple(fields)
            | Shape::Record(fields) => vec![fields],
            Shape::Variant(constructors) | Shape::Polymorphic(constructors) => constructors
                .iter_mut()
                .map(|constructor| &mut constructor.fields)
                .collect(),
            Shape::UnboxedVariant(constructor) => vec![&mut constructor.fields],
        };
        products.into_iter().flat_map(|fields| &mut fields.all)
    }

    fn products(&self) -> Vec<&Fields> {
        match self {
            Shape::Unit(fields)
            | Shape::Transparent(fields)
            | Shape::Tuple(fields)
            | Shape::Record(fields) => vec![fields],
            Shape::Variant(constructors) | Shape::Polymorphic(constructors) => constructors
                .iter()
                .map(|constructor| &constructor.fields)
                .collect(),
            Shape::UnboxedVariant(constructor) => vec![&constructor.fields],
        }
    }
}

impl Fields {
    pub fn new(
        fields: &darling::ast::Fields<attributes::Field>,
        rule: Option<Rule>,
        errors: &mut Accumulator,
    ) -> Fields {
        let named = fields.style == Style::Struct;
        let mut unique = Unique::default();
        let all = fields
            .iter()
            .enumerate()
            .map(|(i, field)| {
                let member = match &field.ident {
                    Some(ident) => Member::Named(ident.clone()),
                    None => Member::Unnamed(i.into()),
                };
                // In errors about the type; in all else it is the macro's.
                let span = field.ty.span().resolved_at(Span::call_site());
                let name = match &field.ident {
                    Some(ident) if !field.skip.is_present() => {
                        let name = field_name(ident, field.name.as_ref(), rule, errors);
                        let span = field.name.as_ref().map_or(ident.span(), SpannedValue::span);
                        unique.add("field", &name, span, errors);
                        name
                    }
                    _ => String::new(),
                };
                Field {
                    member,
                    name,
                    doc: record::doc(&field.attrs),
                    mutable: field.mutable.is_present(),
                    visibility: field.vis.clone(),
                    shared: is_shared(field),
                    binding: format_ident!("__field{i}", span = span),
                    ty: field.ty.clone(),
                    conversion: Conversion::new(field),
                }
            })
            .collect();
        Fields { named, all }
    }

    /// The fields that OCaml sees.
    pub fn kept(&self) -> impl Iterator<Item = &Field> + Clone {
        self.all
            .iter()
            .filter(|field| !matches!(field.conversion, Conversion::Skip))
    }

    /// Items that use the type of each module of functions. Every such module has one, but not
    /// every layout depends on it: the compiler would warn.
    pub fn use_types(&self, bactrian: &TokenStream) -> TokenStream {
        let uses = self.all.iter().map(|field| match &field.conversion {
            Conversion::With(module) => quote!(const _: #bactrian::TypeExpr = #module::TYPE;),
            _ => TokenStream::new(),
        });
        uses.collect()
    }

    /// `{ x: __field0, y: __field1 }`, for all kinds of structs and variants; in a pattern, what is
    /// skipped is not bound.
    pub fn bindings(&self, pattern: bool) -> TokenStream {
        let bindings = self.all.iter().map(
            |Field {
                 member,
                 binding,
                 conversion,
                 ..
             }| {
                if pattern && matches!(conversion, Conversion::Skip) {
                    quote!(#member: _)
                } else {
                    quote!(#member: #binding)
                }
            },
        );
        quote!({ #(#bindings),* })
    }
}

fn is_shared(field: &attributes::Field) -> bool {
    field.share.is_present() || matches!(field.adapter.as_deref(), Some(Adapter::Known("Share")))
}

impl Conversion {
    fn new(field: &attributes::Field) -> Conversion {
        if field.skip.is_present() {
            Conversion::Skip
        } else if field.share.is_present() {
            let bactrian = bactrian();
            Conversion::As(quote!(#bactrian::adapters::Share))
        } else if let Some(with) = &field.with {
            Conversion::With(with.as_ref().clone())
        } else if let Some(adapter) = &field.adapter {
            Conversion::As(match adapter.as_ref() {
                Adapter::Known(name) => {
                    let (bactrian, name) = (bactrian(), Ident::new(name, adapter.span()));
                    quote!(#bactrian::adapters::#name)
                }
                Adapter::Type(ty) => ty.to_token_stream(),
            })
        } else {
            Conversion::Plain
        }
    }
}

fn constructors(
    variants: &[attributes::Variant],
    rule: Option<Rule>,
    polymorphic: bool,
    errors: &mut Accumulator,
) -> Vec<Constructor> {
    let (mut constants, mut blocks) = (0, 0);
    let mut unique = Unique::default();
    variants
        .iter()
        .map(|variant| {
            // `rename_all` of an enum names the variants, as serde's does.
            let fields = Fields::new(&variant.fields, None, errors);
            let inherited = variant.inherit.is_present();
            let (ident, given) = (variant.ident.clone(), variant.name.as_ref());
            let mut name = String::new();
            if !inherited {
                name = constructor_name(&ident, given, rule, polymorphic, errors);
                let span = given.map_or(ident.span(), SpannedValue::span);
                unique.add("constructor", &name, span, errors);
            }
            let number = if inherited {
                Number::Inherited
            } else if polymorphic {
                Number::Hash(hash_variant(&name))
            } else if fields.kept().next().is_none() {
                constants += 1;
                Number::Constant(constants - 1)
            } else {
                blocks += 1;
                Number::Block(u8::try_from(blocks - 1).unwrap_or(u8::MAX))
            };
            Constructor {
                ident,
                name,
                doc: record::doc(&variant.attrs),
                fields,
                number,
            }
        })
        .collect()
}

/// Two tags of the same hash are one to OCaml, which refuses them.
fn hashes_are_unique(constructors: &[Constructor], errors: &mut Accumulator) {
    let mut seen = HashMap::new();
    for Constructor {
        ident,
        name,
        number,
        ..
    } in constructors
    {
        if let Number::Hash(hash) = number
            && let Some(before) = seen.insert(hash, name)
            && before != name
        {
            let message = format!(
                "OCaml cannot tell the tags `{before}` and `{name}` apart: they \
                                   have the same hash"
            );
            errors.push(Error::custom(message).with_span(ident));
        }
    }
}

/// Names that have been given.
#[derive(Default)]
pub struct Unique(HashMap<String, ()>);

impl Unique {
    pub fn add(&mut self, what: &str, name: &str, span: Span, errors: &mut Accumulator) {
        if self.0.insert(name.to_owned(), ()).is_some() {
            let message = format!("another {what} is already called `{name}` in OCaml");
            errors.push(Error::custom(message).with_span(&span));
        }
    }
}

/// A name that was given, or else made; an error when OCaml does not accept it.
fn checked(
    given: Option<&SpannedValue<String>>,
    ident: &Ident,
    made: impl FnOnce(&str) -> String,
    accepted: impl Fn(&str) -> bool,
    what: &str,
    errors: &mut Accumulator,
) -> String {
    let (name, span, help) = match given {
        Some(given) => (given.as_ref().clone(), given.span(), ""),
        None => (
            made(&unraw(ident)),
            ident.span(),
            ": give it one with `#[ocaml(name = \"...\")]`",
        ),
    };
    if !accepted(&name) {
        let message = format!("`{name}` is no OCaml name of a {what}{help}");
        errors.push(Error::custom(message).with_span(&span));
    }
    name
}

/// The name of the OCaml type: of what is mirrored, if this is a mirror.
fn type_name(container: &Container, errors: &mut Accumulator) -> String {
    let remote = container
        .remote
        .as_ref()
        .and_then(|remote| remote.segments.last());
    let ident = remote.map_or(&container.ident, |last| &last.ident);
    let made = |name: &str| lowercase_name(&snake_case(name));
    checked(
        container.name.as_ref(),
        ident,
        made,
        is_type_name,
        "type",
        errors,
    )
}

fn field_name(
    ident: &Ident,
    given: Option<&SpannedValue<String>>,
    rule: Option<Rule>,
    errors: &mut Accumulator,
) -> String {
    let made = |name: &str| lowercase_name(&rule.map_or(name.to_owned(), |rule| rule.apply(name)));
    checked(given, ident, made, is_lowercase_name, "field", errors)
}

/// The name of a constructor, which starts with a capital, or of a tag, which need not.
fn constructor_name(
    ident: &Ident,
    given: Option<&SpannedValue<String>>,
    rule: Option<Rule>,
    polymorphic: bool,
    errors: &mut Accumulator,
) -> String {
    if polymorphic {
        let made =
            |name: &str| lowercase_name(&rule.map_or(name.to_owned(), |rule| rule.apply(name)));
        checked(
            given,
            ident,
            made,
            is_tag_name,
            "polymorphic variant's tag",
            errors,
        )
    } else {
        let made = |name: &str| rule.map_or(name.to_owned(), |rule| capitalised(&rule.apply(name)));
        checked(given, ident, made, is_uppercase_name, "constructor", errors)
    }
}

/// The name of an exception, as a constructor's.
pub fn exception_name(
    ident: &Ident,
    given: Option<&SpannedValue<String>>,
    rule: Option<Rule>,
    errors: &mut Accumulator,
) -> String {
    constructor_name(ident, given, rule, false, errors)
}
