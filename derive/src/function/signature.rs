//! What a function's signature says.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Error, FnArg, GenericParam, Ident, ItemFn, Lifetime, Pat, Path, ReturnType, Type,
    parse_quote,
};

use super::options::{Options, adapter, unknown_word};

/// How a parameter is passed and read.
pub enum Passing {
    /// The runtime: given by the stub.
    Runtime { exclusive: bool },
    /// As a value.
    Value,
    /// As a value that an adapter reads.
    As(Path),
    /// Without box or tag.
    Unboxed,
    /// As a value that is borrowed, in a function that does not touch the runtime.
    Borrowed,
    /// Likewise, by an adapter.
    BorrowedAs(Path),
    /// `&T`: as a custom value, which is borrowed for the time of the call.
    Lent,
    /// `&mut T`, likewise.
    LentMut,
    /// The receiver of a method, by reference or not: as a custom value, or as one that converts.
    Receiver { by_reference: bool },
}

impl Passing {
    /// Whether the parameter borrows mutable data.
    pub fn is_borrowed(&self) -> bool {
        matches!(self, Passing::Borrowed | Passing::BorrowedAs(_))
    }

    /// Whether the stub holds what the function gets a reference to.
    pub fn is_lent(&self) -> bool {
        matches!(
            self,
            Passing::Lent | Passing::LentMut | Passing::Receiver { by_reference: true }
        )
    }
}

/// Whether OCaml gives a parameter by name.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Label {
    #[default]
    Positional,
    Labelled,
    Optional,
}

pub struct Parameter {
    /// The name in error messages.
    pub name: String,
    /// Whether that is a name, not the parameter's number.
    pub named: bool,
    pub label: Label,
    pub kind: Passing,
    pub ty: Type,
}

pub enum Output {
    Unit,
    /// Without box or tag.
    Unboxed(Type),
    Value {
        /// Whether it may borrow from the heap, so that nothing may collect before it is made.
        borrows: bool,
        ty: Type,
    },
}

/// The method that a function stands for: it has the method's signature, but for the receiver, which
/// is its first parameter.
pub struct Method {
    /// `<Type>::method`
    pub path: TokenStream,
    /// The type.
    pub owner: Type,
}

pub struct Signature {
    pub method: Option<Method>,
    pub parameters: Vec<Parameter>,
    pub output: Output,
    /// How many type parameters the function has.
    pub type_parameters: usize,
    /// Whether the function is given the runtime, or its stub uses it.
    pub takes_runtime: bool,
    /// How many parameters borrow.
    pub borrowed: usize,
}

/// Types that native code passes without box or tag.
const UNBOXED: &[&str] = &[
    "isize", "usize", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64",
];
/// Types that a `noalloc` function can take as values: reading them cannot fail when the OCaml type
/// is right.
const IMMEDIATE: &[&str] = &["bool", "char"];
/// Unboxed types that hold whatever is passed.
const TOTAL: &[&str] = &["isize", "i32", "u32", "i64", "u64", "f32", "f64"];

impl Signature {
    /// Reads the signature; removes our attributes from it, and adds the implicit runtime.
    pub fn analyse(function: &mut ItemFn, options: &Options) -> Result<Signature, Vec<Error>> {
        let mut errors = Vec::new();
        Ungroup.visit_signature_mut(&mut function.sig);
        check_qualifiers(function, &mut errors);

        let mut parameters = Vec::new();
        for (i, input) in function.sig.inputs.iter_mut().enumerate() {
            match input {
                FnArg::Receiver(receiver) => errors.push(error_at(
                    receiver,
                    "a method is exported by `#[bactrian::methods]` on its `impl`",
                )),
                FnArg::Typed(input) => {
                    let adapter = take_adapter(&mut input.attrs, &mut errors);
                    let label = take_label(&mut input.attrs, &mut errors);
                    let kind = match (kind_of(&input.ty, options), adapter) {
                        (kind, None) => kind,
                        (Passing::Borrowed, Some(adapter)) if is_of_bigarrays(&adapter) => {
                            Passing::BorrowedAs(adapter)
                        }
                        (_, Some(adapter)) => Passing::As(adapter),
                    };
                    if let Type::ImplTrait(ty) = &*input.ty {
                        let message = "a parameter needs a type that OCaml has, not `impl Trait`";
                        errors.push(error_at(ty, message));
                    }
                    let (name, named) = match &*input.pat {
                        Pat::Ident(name) => (unraw(&name.ident), true),
                        _ => (format!("{}", i + 1), false),
                    };
                    if label != Label::Positional {
                        check_label(input, named, &kind, &mut errors);
                    }
                    parameters.push(Parameter {
                        name,
                        named,
                        label,
                        kind,
                        ty: (*input.ty).clone(),
                    });
                }
            }
        }
        let explicit = parameters
            .iter()
            .filter(|p| matches!(p.kind, Passing::Runtime { .. }))
            .count();
        if explicit > 1 {
            errors.push(error_at(
                &function.sig.inputs,
                "a function takes the runtime once",
            ));
        }
        if options.detach {
            check_detached(&parameters, options, &mut errors);
        } else if options.implicit_runtime {
            add_implicit_runtime(
                function,
                &mut parameters,
                explicit > 0,
                options,
                &mut errors,
            );
        }

        // The stub of a detached function does, to give it back.
        let takes_runtime = options.detach
            || parameters
                .iter()
                .any(|p| matches!(p.kind, Passing::Runtime { .. }));
        check_optional(
            &parameters.iter().collect::<Vec<_>>(),
            options.labels,
            &mut errors,
        );
        let borrowed = match options.detach {
            true => 0,
            false => settle_borrowed(&mut parameters, takes_runtime, &mut errors),
        };
        let output = output_of(&function.sig.output, options);
        if options.noalloc {
            check_noalloc(&parameters, &output, &mut errors);
        }
        let mut type_parameters = 0;
        for parameter in &function.sig.generics.params {
            match parameter {
                GenericParam::Type(_) => type_parameters += 1,
                GenericParam::Lifetime(_) => {}
                GenericParam::Const(constant) => errors.push(error_at(
                    constant,
                    "OCaml has no constants as parameters of functions",
                )),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Signature {
            method: None,
            parameters,
            output,
            type_parameters,
            takes_runtime,
            borrowed,
        })
    }
}

/// Types that a macro passes on, as `$type:ty`, come in invisible parentheses: takes them away, for a
/// type means the same however it is written.
struct Ungroup;

impl VisitMut for Ungroup {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        while let Type::Group(group) = ty
            && !matches!(*group.elem, Type::TraitObject(_) | Type::ImplTrait(_))
        {
            *ty = (*group.elem).clone();
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }
}

/// An error that covers all of these tokens.
fn error_at(tokens: impl ToTokens, message: impl std::fmt::Display) -> Error {
    Error::new_spanned(tokens, message)
}

pub fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

/// OCaml calls plain functions.
fn check_qualifiers(function: &ItemFn, errors: &mut Vec<Error>) {
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        let message = "OCaml cannot wait for an `async` function: block on it within a function";
        errors.push(error_at(token, message));
    }
    if matches!(signature.safety, syn::Safety::Unsafe(_)) {
        let message = "OCaml code is trusted to call this with any values: \
                       it cannot be `unsafe`, wrap it in a function that checks";
        errors.push(error_at(signature.fn_token, message));
    }
    if let Some(abi) = &signature.abi {
        let message = "leave `extern` out: the function that OCaml calls is made around this one";
        errors.push(error_at(abi, message));
    }
}

/// The adapter in `#[ocaml(as = ...)]`; the attribute is removed.
pub fn take_adapter(attributes: &mut Vec<Attribute>, errors: &mut Vec<Error>) -> Option<Path> {
    let mut found = None;
    attributes.retain(|attribute| {
        if !attribute.path().is_ident("ocaml") {
            return true;
        }
        let parsed = attribute
            .meta
            .require_list()
            .and_then(|list| adapter(&list.tokens));
        match parsed {
            Ok(Some(path)) => found = Some(path),
            Ok(None) => errors.push(error_at(&attribute.meta, "expected `as = ...`")),
            Err(error) => errors.push(error),
        }
        false
    });
    found
}

/// What `#[label]` or `#[optional]` says; the attribute is removed.
pub fn take_label(attributes: &mut Vec<Attribute>, errors: &mut Vec<Error>) -> Label {
    let mut label = Label::Positional;
    attributes.retain(|attribute| {
        let found = if attribute.path().is_ident("label") {
            Label::Labelled
        } else if attribute.path().is_ident("optional") {
            Label::Optional
        } else {
            return true;
        };
        if label != Label::Positional {
            errors.push(error_at(attribute, "one of `label` and `optional`, once"));
        } else if attribute.meta.require_path_only().is_err() {
            errors.push(error_at(
                attribute,
                "expected no value: the label is the parameter's name",
            ));
        }
        label = found;
        false
    });
    label
}

fn check_label(input: &syn::PatType, named: bool, kind: &Passing, errors: &mut Vec<Error>) {
    if matches!(kind, Passing::Runtime { .. }) {
        errors.push(error_at(
            input,
            "the runtime is no parameter of the OCaml function",
        ));
    } else if !named {
        errors.push(error_at(
            &input.pat,
            "a parameter with a label needs a name",
        ));
    }
}

/// OCaml knows that an optional argument is left out when one without a label after it is given.
pub fn check_optional(parameters: &[&Parameter], labels: bool, errors: &mut Vec<Error>) {
    let positional = |p: &Parameter| {
        p.label == Label::Positional
            && !matches!(p.kind, Passing::Runtime { .. })
            && !(labels && p.named)
    };
    let last = parameters.iter().rposition(|p| positional(p));
    for (i, parameter) in parameters.iter().enumerate() {
        if parameter.label == Label::Optional && last.is_none_or(|last| last < i) {
            errors.push(error_at(
                &parameter.ty,
                "an optional argument needs one without a label after it, so that OCaml knows \
                 when it is left out: add `_: ()`",
            ));
        }
    }
}

/// The last word of a path type without parameters.
fn word(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            last.arguments.is_none().then(|| last.ident.to_string())
        }
        Type::Group(group) => word(&group.elem),
        Type::Paren(paren) => word(&paren.elem),
        _ => None,
    }
}

fn is_unboxed(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.get_ident().is_some())
        && word(ty).is_some_and(|word| UNBOXED.contains(&word.as_str()))
}

/// Types whose references are read from the heap. One under another name is found by the compiler.
fn is_text(ty: &Type) -> bool {
    word(ty).is_some_and(|word| ["str", "Path", "OsStr"].contains(&word.as_str()))
}

fn kind_of(ty: &Type, options: &Options) -> Passing {
    match ty {
        Type::Reference(reference) if word(&reference.elem).as_deref() == Some("Runtime") => {
            Passing::Runtime {
                exclusive: reference.mutability.is_some(),
            }
        }
        Type::Reference(reference) if matches!(*reference.elem, Type::Slice(_)) => {
            Passing::Borrowed
        }
        ty if is_view(ty) => Passing::Borrowed,
        Type::Reference(reference) if reference.mutability.is_some() => Passing::LentMut,
        Type::Reference(reference) if !is_text(&reference.elem) => Passing::Lent,
        ty if !options.boxed && is_unboxed(ty) => Passing::Unboxed,
        _ => Passing::Value,
    }
}

/// Whether an adapter borrows mutable data where the type is a slice.
fn is_of_bigarrays(adapter: &Path) -> bool {
    let last = adapter.segments.last().map(|last| last.ident.to_string());
    matches!(
        last.as_deref(),
        Some("bigarray" | "AsBigarray" | "fortran" | "AsFortran")
    )
}

/// Whether a type is that of a view of a bigarray, ours or ndarray's: known by its name.
fn is_view(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let name = last.ident.to_string();
    let rest = name.strip_prefix("ArrayView");
    rest.map(|rest| rest.strip_prefix("Mut").unwrap_or(rest))
        .is_some_and(|rest| matches!(rest, "" | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "D"))
}

/// Whether a type may borrow from the heap: it is a handle, or has a lifetime, spelt or left out of a
/// reference, that is not `'static`.
fn borrows(ty: &Type) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.is_none();
            syn::visit::visit_type_reference(self, reference);
        }
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident != "static";
        }
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0 |= ident == "Value";
        }
        // What a macro makes of its tokens is not known.
        fn visit_type_macro(&mut self, _: &'ast syn::TypeMacro) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

/// Where a parameter borrows mutable data, all that borrow do so together, and nothing else of the
/// heap can be reached. Returns how many borrow.
fn settle_borrowed(
    parameters: &mut [Parameter],
    takes_runtime: bool,
    errors: &mut Vec<Error>,
) -> usize {
    let borrowed = |p: &Parameter| p.kind.is_borrowed();
    if !parameters.iter().any(borrowed) {
        return 0;
    }
    for parameter in parameters.iter_mut() {
        match parameter.kind {
            Passing::Borrowed | Passing::BorrowedAs(_) if takes_runtime => errors.push(error_at(
                &parameter.ty,
                "a function that touches the runtime cannot borrow mutable data of the OCaml \
                     heap: take a `Vec`, or leave the runtime out",
            )),
            Passing::Value if matches!(parameter.ty, Type::Reference(_)) => {
                parameter.kind = Passing::Borrowed;
            }
            Passing::Value | Passing::As(_) if borrows(&parameter.ty) => errors.push(error_at(
                &parameter.ty,
                "a function that borrows a slice of mutable data cannot hold other handles to \
                     the OCaml heap",
            )),
            _ => {}
        }
    }
    parameters.iter().filter(|p| borrowed(p)).count()
}

/// Gives the function a parameter for the runtime when its body uses the name, and it has none.
fn add_implicit_runtime(
    function: &mut ItemFn,
    parameters: &mut Vec<Parameter>,
    explicit: bool,
    options: &Options,
    errors: &mut Vec<Error>,
) {
    let name = options
        .runtime
        .clone()
        .unwrap_or_else(|| Ident::new("gc", function.block.span()));
    let used = uses(function.block.to_token_stream(), &name);
    let taken = function.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(input) => uses(input.pat.to_token_stream(), &name),
        FnArg::Receiver(_) => false,
    });
    if let Some(word) = &options.runtime
        && (!used || taken || explicit)
    {
        errors.push(unknown_word(
            word,
            "another word names the runtime, but the body has no use of it",
        ));
        return;
    }
    if !used || taken || explicit {
        return;
    }
    // The name as the body writes it, so that it is found.
    let name = find(function.block.to_token_stream(), &name).unwrap_or(name);
    // What is lent is kept alive by the stub, not by the runtime that is borrowed.
    let shared = parameters.iter().any(|p| match (&p.kind, &p.ty) {
        (Passing::Lent | Passing::LentMut, Type::Reference(lent)) => borrows(&lent.elem),
        _ => borrows(&p.ty),
    });
    if let (false, ReturnType::Type(_, ty)) = (shared, &function.sig.output)
        && borrows(ty)
    {
        // The lifetimes that are left out would be the runtime's, too.
        name_elided_lifetimes(function);
    }
    let ty: Type = if shared {
        let lifetime = name_elided_lifetimes(function);
        parse_quote!(& #lifetime ::bactrian::Runtime)
    } else {
        parse_quote!(&mut ::bactrian::Runtime)
    };
    let bactrian = crate::names::bactrian();
    let ty: Type = match ty {
        Type::Reference(mut reference) => {
            reference.elem = parse_quote!(#bactrian::Runtime);
            Type::Reference(reference)
        }
        other => other,
    };
    function.sig.inputs.insert(0, parse_quote!(#name: #ty));
    let kind = Passing::Runtime { exclusive: !shared };
    parameters.insert(
        0,
        Parameter {
            name: name.to_string(),
            named: true,
            label: Label::Positional,
            kind,
            ty,
        },
    );
}

fn find(tokens: TokenStream, name: &Ident) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        proc_macro2::TokenTree::Ident(word) if word == *name => Some(word),
        proc_macro2::TokenTree::Group(group) => find(group.stream(), name),
        _ => None,
    })
}

fn uses(tokens: TokenStream, name: &Ident) -> bool {
    find(tokens, name).is_some()
}

/// Gives the lifetimes that the parameters and the result leave out the name that the runtime's
/// borrow gets: the function's first lifetime parameter, or one that is added.
fn name_elided_lifetimes(function: &mut ItemFn) -> Lifetime {
    let declared = function
        .sig
        .generics
        .lifetimes()
        .next()
        .map(|l| l.lifetime.clone());
    let lifetime = declared.unwrap_or_else(|| {
        let lifetime: Lifetime = parse_quote!('gc);
        function
            .sig
            .generics
            .params
            .insert(0, parse_quote!(#lifetime));
        lifetime
    });
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(input) = input {
            name_elided(&mut input.ty, &lifetime);
        }
    }
    if let ReturnType::Type(_, ty) = &mut function.sig.output {
        name_elided(ty, &lifetime);
    }
    lifetime
}

/// Gives the lifetimes that a type leaves out this name.
pub fn name_elided(ty: &mut Type, lifetime: &Lifetime) {
    struct Name<'a>(&'a Lifetime);
    impl VisitMut for Name<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = self.0.clone();
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            reference.lifetime.get_or_insert_with(|| self.0.clone());
            syn::visit_mut::visit_type_reference_mut(self, reference);
        }
        // Functions' own lifetimes stay theirs.
        fn visit_parenthesized_generic_arguments_mut(
            &mut self,
            _: &mut syn::ParenthesizedGenericArguments,
        ) {
        }
    }
    Name(lifetime).visit_type_mut(ty);
}

fn output_of(output: &ReturnType, options: &Options) -> Output {
    match output {
        ReturnType::Default => Output::Unit,
        ReturnType::Type(_, ty) => match &**ty {
            Type::Tuple(tuple) if tuple.elems.is_empty() => Output::Unit,
            ty if !options.boxed && options.result_as.is_none() && is_unboxed(ty) => {
                Output::Unboxed(ty.clone())
            }
            ty => Output::Value {
                borrows: borrows(ty),
                ty: ty.clone(),
            },
        },
    }
}

/// A function that runs without the runtime: what it is given is Rust's. That it may go to another
/// thread, and what a type under another name borrows, is left to the compiler.
fn check_detached(parameters: &[Parameter], options: &Options, errors: &mut Vec<Error>) {
    if let Some(word) = &options.runtime {
        errors.push(unknown_word(
            word,
            "a detached function has no runtime that another word could name",
        ));
    }
    for parameter in parameters {
        let message = match (&parameter.kind, &parameter.ty) {
            (Passing::Runtime { .. }, _) => {
                "a detached function runs without the runtime: leave `detach` out, and call \
                 `Runtime::detach` where it can be missed"
            }
            (Passing::Borrowed | Passing::BorrowedAs(_), _) => {
                "a detached function cannot borrow from the OCaml heap, which others change and \
                 collect meanwhile: take a `Vec`"
            }
            (Passing::Lent | Passing::LentMut, Type::Reference(lent)) if !borrows(&lent.elem) => {
                continue;
            }
            (Passing::Receiver { .. }, _) => continue,
            (_, ty) if borrows(ty) => {
                "a detached function cannot borrow from the OCaml heap, which others change and \
                 collect meanwhile: take a type that owns what it has, as `String`, or a `Root`"
            }
            _ => continue,
        };
        errors.push(error_at(&parameter.ty, message));
    }
}

/// A function that must not raise, allocate or call back.
fn check_noalloc(parameters: &[Parameter], output: &Output, errors: &mut Vec<Error>) {
    let is =
        |ty: &Type, words: &[&str]| word(ty).is_some_and(|word| words.contains(&word.as_str()));
    let is_unit = |ty: &Type| matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty());
    for parameter in parameters {
        match parameter.kind {
            Passing::Runtime { .. } => errors.push(error_at(
                &parameter.ty,
                "a `noalloc` function cannot take the runtime",
            )),
            Passing::Unboxed if is(&parameter.ty, TOTAL) => {}
            Passing::Value if is(&parameter.ty, IMMEDIATE) || is_unit(&parameter.ty) => {}
            _ => errors.push(error_at(
                &parameter.ty,
                format!(
                    "a `noalloc` function cannot raise, so it takes only types that are read \
                     without a check: {}, {}, ()",
                    TOTAL.join(", "),
                    IMMEDIATE.join(", ")
                ),
            )),
        }
    }
    match output {
        Output::Unit | Output::Unboxed(_) => {}
        Output::Value { ty, .. } if is(ty, IMMEDIATE) => {}
        Output::Value { ty, .. } => errors.push(error_at(
            ty,
            "a `noalloc` function returns a number, bool, char or unit",
        )),
    }
}
