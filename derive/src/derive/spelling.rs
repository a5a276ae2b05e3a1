//! What is known of a type by how it is spelled, before the compiler knows which type that is.

use syn::{GenericArgument, Generics, Ident, PathArguments, Type};

/// Types that are no floats in OCaml; and so are tuples and arrays.
const NO_FLOATS: &[&str] = &[
    "String", "Vec", "Option", "bool", "char", "i8", "i16", "i32", "i64", "isize", "u8", "u16",
    "u32", "u64", "usize",
];

/// Types whose values are immediates.
const IMMEDIATES: &[&str] = &["bool", "char", "i8", "i16", "isize", "u8", "u16", "usize"];

/// Types whose conversion is a few instructions, or a call.
const PLAIN: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "isize", "u8", "u16", "u32", "u64",
    "usize", "str", "String", "Value",
];

fn is_one_of(ident: &Ident, names: &[&str]) -> bool {
    names.iter().any(|name| ident == name)
}

/// Whether a type looks like one that is no float in OCaml.
pub fn is_no_float(ty: &Type) -> bool {
    match ty {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last();
            last.is_some_and(|last| is_one_of(&last.ident, NO_FLOATS))
        }
        Type::Tuple(_) | Type::Array(_) | Type::Slice(_) => true,
        _ => false,
    }
}

/// Whether a type looks like one whose values are immediates.
pub fn is_immediate(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path
            .path
            .get_ident()
            .is_some_and(|ident| is_one_of(ident, IMMEDIATES)),
        _ => false,
    }
}

/// Whether a type looks like one whose conversion is short, or a parameter, or a vector or reference of
/// one.
pub fn is_plain(ty: &Type, generics: &Generics) -> bool {
    let of_plain = |argument: &GenericArgument| match argument {
        GenericArgument::Type(of) => is_plain(of, generics),
        _ => false,
    };
    match ty {
        Type::Reference(reference) => is_plain(&reference.elem, generics),
        Type::Slice(slice) => is_plain(&slice.elem, generics),
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let is_parameter = generics.type_params().any(|own| own.ident == last.ident);
            let is_vector_of_plain = last.ident == "Vec"
                && match &last.arguments {
                    PathArguments::AngleBracketed(arguments) => arguments.args.iter().all(of_plain),
                    _ => false,
                };
            is_parameter || is_vector_of_plain || is_one_of(&last.ident, PLAIN)
        }),
        _ => false,
    }
}
