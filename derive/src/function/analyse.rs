//! How a function's signature is read.

use syn::visit_mut::VisitMut;
use syn::{Attribute, Error, FnArg, GenericParam, ItemFn, Pat, Path, ReturnType, Type};

use super::check::{
    check_detached, check_label, check_noalloc, check_optional, check_qualifiers, error_at,
};
use super::implicit::add_implicit_runtime;
use super::options::{Options, adapter};
use super::signature::{Label, Output, Parameter, Passing, Signature};
use super::types::{borrows, is_text, is_unboxed, is_view, word};
use crate::names::unraw;

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
