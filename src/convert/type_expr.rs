//! OCaml types, as constants on the conversion traits.

use core::fmt;

/// An OCaml type expression, known at compile time.
///
/// The `TYPE` of [`FromValue`](crate::FromValue) and [`ToValue`](crate::ToValue): error messages,
/// and later the generated interface, are written from it, so it cannot disagree with the
/// conversion.
///
/// # Examples
///
/// ```
/// use bactrian::{ToValue, TypeExpr};
///
/// assert_eq!(<Option<Vec<f64>> as ToValue>::TYPE.to_string(), "float array option");
/// assert_eq!(<(isize, Result<(), String>) as ToValue>::TYPE.to_string(), "int * (unit, string) result");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeExpr {
    /// A type constructor and its parameters: `int`, `string list`, `(int, string) result`.
    Name(&'static str, &'static [TypeExpr]),
    /// `a * b`.
    Tuple(&'static [TypeExpr]),
    /// `a -> b -> result`.
    Function(&'static [TypeExpr], &'static TypeExpr),
    /// `'a`.
    Variable(&'static str),
}

impl TypeExpr {
    /// A type without parameters.
    ///
    /// ```
    /// # use bactrian::TypeExpr;
    /// const COLOUR: TypeExpr = TypeExpr::named("Colour.t");
    /// assert_eq!(COLOUR.to_string(), "Colour.t");
    /// ```
    pub const fn named(name: &'static str) -> TypeExpr {
        TypeExpr::Name(name, &[])
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, within: Within) -> fmt::Result {
        let own = match self {
            TypeExpr::Name(..) | TypeExpr::Variable(_) => Within::Parameter,
            TypeExpr::Tuple(_) => Within::Argument,
            TypeExpr::Function(..) => Within::Nothing,
        };
        let parentheses = own < within;
        if parentheses {
            f.write_str("(")?;
        }
        match self {
            TypeExpr::Variable(name) => write!(f, "'{name}")?,
            TypeExpr::Name(name, []) => f.write_str(name)?,
            TypeExpr::Name(name, [only]) => {
                only.write(f, Within::Parameter)?;
                write!(f, " {name}")?;
            }
            TypeExpr::Name(name, several) => {
                f.write_str("(")?;
                separated(f, several, ", ", Within::Nothing)?;
                write!(f, ") {name}")?;
            }
            TypeExpr::Tuple(parts) => separated(f, parts, " * ", Within::Parameter)?,
            TypeExpr::Function(arguments, result) => {
                separated(f, arguments, " -> ", Within::Argument)?;
                f.write_str(" -> ")?;
                result.write(f, Within::Nothing)?;
            }
        }
        if parentheses {
            f.write_str(")")
        } else {
            Ok(())
        }
    }
}

/// What stands around a type expression, by how tightly it binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Within {
    Nothing,
    Argument,
    Parameter,
}

fn separated(
    f: &mut fmt::Formatter<'_>,
    types: &[TypeExpr],
    separator: &str,
    within: Within,
) -> fmt::Result {
    for (i, part) in types.iter().enumerate() {
        if i > 0 {
            f.write_str(separator)?;
        }
        part.write(f, within)?;
    }
    Ok(())
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Within::Nothing)
    }
}
