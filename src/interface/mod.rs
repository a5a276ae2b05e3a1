//! What a compiled crate says of itself, so that an OCaml interface can be written from it.
//!
//! Every macro leaves a record in a section of the object file, made by const evaluation: a static
//! array of bytes, exactly as long as needed. `schema.rs` says what is in it.

use core::fmt;

/// The first bytes of a record.
pub const MAGIC: [u8; 8] = *b"Bactrian";

/// How many bytes stand before a record's fields.
const HEAD: usize = 24;

/// The number in a variable that cargo sets.
const fn number(digits: &str) -> u16 {
    let mut n = 0;
    let mut i = 0;
    while i < digits.len() {
        n = n * 10 + (digits.as_bytes()[i] - b'0') as u16;
        i += 1;
    }
    n
}

/// What each record begins with: which it is, and of which versions.
const VERSIONS: [u8; HEAD - 8] = {
    let mut out = [0; HEAD - 8];
    let writer = &mut Writer {
        out: &mut out,
        at: 0,
    };
    writer.bytes(&MAGIC);
    writer.bytes(&VERSION.to_le_bytes());
    writer.bytes(&number(env!("CARGO_PKG_VERSION_MAJOR")).to_le_bytes());
    writer.bytes(&number(env!("CARGO_PKG_VERSION_MINOR")).to_le_bytes());
    writer.bytes(&number(env!("CARGO_PKG_VERSION_PATCH")).to_le_bytes());
    out
};

/// Bytes that are written from the front.
struct Writer<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl Writer<'_> {
    /// Writes the bytes at once: the compiler, which evaluates a loop step by step, took almost twice as
    /// long for a record of them.
    const fn bytes(&mut self, bytes: &[u8]) {
        assert!(bytes.len() <= self.out.len() - self.at);
        // SAFETY: there is so much room, and nobody else has it.
        unsafe {
            let place = self.out.as_mut_ptr().add(self.at);
            place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        self.at += bytes.len();
    }

    const fn count(&mut self, n: usize) {
        assert!(n <= u32::MAX as usize, "more than a record can hold");
        self.bytes(&(n as u32).to_le_bytes());
    }

    const fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes(text.as_bytes());
    }

    const fn byte(&mut self, byte: u8) {
        self.out[self.at] = byte;
        self.at += 1;
    }

    const fn head(&mut self, record: u32, length: usize) {
        self.bytes(&VERSIONS);
        self.bytes(&record.to_le_bytes());
        self.count(length);
    }
}

/// The Rust type of a field.
macro_rules! type_of {
    (text) => { &'static str };
    (number) => { u32 };
    (flag) => { bool };
    ([$of:ident]) => { &'static [$of] };
    (($of:ident)) => { $of };
    ((box $of:ident)) => { &'static $of };
}

/// How many bytes a field takes.
macro_rules! size_of_field {
    ($field:expr, text) => {
        4 + $field.len()
    };
    ($field:expr, number) => {
        4
    };
    ($field:expr, flag) => {
        1
    };
    ($field:expr, [$of:ident]) => {{
        let mut size = 4;
        let mut i = 0;
        while i < $field.len() {
            size += $field[i].size();
            i += 1;
        }
        size
    }};
    ($field:expr, ($of:ident)) => {
        $field.size()
    };
    ($field:expr, (box $of:ident)) => {
        $field.size()
    };
}

macro_rules! write_field {
    ($writer:ident, $field:expr, text) => {
        $writer.text($field)
    };
    ($writer:ident, $field:expr, number) => {
        $writer.count($field as usize)
    };
    ($writer:ident, $field:expr, flag) => {
        $writer.byte($field as u8)
    };
    ($writer:ident, $field:expr, [$of:ident]) => {{
        $writer.count($field.len());
        let mut i = 0;
        while i < $field.len() {
            $field[i].write($writer);
            i += 1;
        }
    }};
    ($writer:ident, $field:expr, ($of:ident)) => {
        $field.write($writer)
    };
    ($writer:ident, $field:expr, (box $of:ident)) => {
        $field.write($writer)
    };
}

/// Makes types whose constants can be written, and the functions that do it.
macro_rules! schema {
    (version = $version:literal; $($items:tt)*) => {
        /// The version of the schema.
        pub const VERSION: u16 = $version;
        schema! { $($items)* }
    };
    () => {};
    (
        $(#[$meta:meta])*
        record $name:ident = $number:literal {
            $($(#[$field_meta:meta])* $field:ident: $kind:tt,)*
        }
        $($rest:tt)*
    ) => {
        schema! {
            $(#[$meta])*
            struct $name { $($(#[$field_meta])* $field: $kind,)* }
        }

        impl $name {
            /// How many bytes the record takes.
            pub const fn record_size(&self) -> usize {
                HEAD + self.size()
            }

            /// The record: `N` is its size.
            pub const fn record<const N: usize>(&self) -> [u8; N] {
                let mut out = [0; N];
                let writer = &mut Writer { out: &mut out, at: 0 };
                writer.head($number, N - HEAD);
                self.write(writer);
                assert!(writer.at == N);
                out
            }
        }

        schema! { $($rest)* }
    };
    (
        $(#[$meta:meta])*
        struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $kind:tt,)*
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: type_of!($kind),)*
        }

        impl $name {
            const fn size(&self) -> usize {
                0 $(+ size_of_field!(self.$field, $kind))*
            }

            const fn write(&self, writer: &mut Writer<'_>) {
                $(write_field!(writer, self.$field, $kind);)*
            }
        }

        schema! { $($rest)* }
    };
    (
        $(#[$meta:meta])*
        enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $(($($field:ident: $kind:tt),*))? = $tag:literal,
            )*
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant $(($(type_of!($kind)),*))?,)*
        }

        impl $name {
            const fn size(&self) -> usize {
                match *self {
                    $($name::$variant $(($($field),*))? => {
                        1 $($(+ size_of_field!($field, $kind))*)?
                    })*
                }
            }

            const fn write(&self, writer: &mut Writer<'_>) {
                match *self {
                    $($name::$variant $(($($field),*))? => {
                        writer.byte($tag);
                        $($(write_field!(writer, $field, $kind);)*)?
                    })*
                }
            }
        }

        schema! { $($rest)* }
    };
}

include!("schema.rs");

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

    fn write_ocaml(&self, f: &mut fmt::Formatter<'_>, within: Within) -> fmt::Result {
        let own = match self {
            TypeExpr::Name(..) | TypeExpr::Derived(..) | TypeExpr::Variable(_) => Within::Parameter,
            TypeExpr::Tuple(_) => Within::Argument,
            TypeExpr::Function(..) => Within::Nothing,
        };
        let parentheses = own < within;
        if parentheses {
            f.write_str("(")?;
        }
        match self {
            TypeExpr::Variable(name) => write!(f, "'{name}")?,
            TypeExpr::Name(name, parameters) | TypeExpr::Derived(_, name, parameters) => {
                match parameters {
                    [] => {}
                    [only] => {
                        only.write_ocaml(f, Within::Parameter)?;
                        f.write_str(" ")?;
                    }
                    several => {
                        f.write_str("(")?;
                        separated(f, several, ", ", Within::Nothing)?;
                        f.write_str(") ")?;
                    }
                }
                f.write_str(name)?;
            }
            TypeExpr::Tuple(parts) => separated(f, parts, " * ", Within::Parameter)?,
            TypeExpr::Function(arguments, result) => {
                separated(f, arguments, " -> ", Within::Argument)?;
                f.write_str(" -> ")?;
                result.write_ocaml(f, Within::Nothing)?;
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
        part.write_ocaml(f, within)?;
    }
    Ok(())
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_ocaml(f, Within::Nothing)
    }
}
