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
    assert!(writer.at == HEAD - 8);
    out
};

/// Bytes that are written from the front. What has no room is counted only.
///
/// The compiler evaluates this for every item of the user's, step by step: few calls are what counts.
struct Writer<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl Writer<'_> {
    /// Writes the bytes at once: a loop takes the compiler almost twice as long.
    const fn bytes(&mut self, bytes: &[u8]) {
        let (at, length) = (self.at, bytes.len());
        self.at += length;
        if self.at <= self.out.len() {
            // SAFETY: there is so much room, and nobody else has it.
            unsafe {
                let place = self.out.as_mut_ptr().add(at);
                place.copy_from_nonoverlapping(bytes.as_ptr(), length);
            }
        }
    }

    const fn byte(&mut self, byte: u8) {
        if self.at < self.out.len() {
            self.out[self.at] = byte;
        }
        self.at += 1;
    }

    const fn count(&mut self, n: usize) {
        assert!(n <= u32::MAX as usize, "more than a record can hold");
        let at = self.at;
        self.at += 4;
        if self.at <= self.out.len() {
            self.out[at] = n as u8;
            self.out[at + 1] = (n >> 8) as u8;
            self.out[at + 2] = (n >> 16) as u8;
            self.out[at + 3] = (n >> 24) as u8;
        }
    }

    const fn text(&mut self, text: &str) {
        let text = text.as_bytes();
        self.count(text.len());
        // Half of the texts are empty, and this is less than the call.
        if !text.is_empty() {
            self.bytes(text);
        }
    }
}

/// The fields of a record as bytes, if they have room; else their length only.
///
/// Nothing is known of the length before they are written, so this saves a pass over them. What is longer
/// is written once more, where it has the room that it needs.
#[derive(Debug)]
pub struct Written {
    bytes: [u8; Written::ROOM],
    length: usize,
}

impl Written {
    /// So much that what is longer is rare.
    const ROOM: usize = 1024;

    /// How many bytes the record takes.
    pub const fn record_size(&self) -> usize {
        HEAD + self.length
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
            /// The fields of the record, written.
            pub const fn written(&self) -> Written {
                let mut bytes = [0; Written::ROOM];
                let writer = &mut Writer { out: &mut bytes, at: 0 };
                self.write(writer);
                let length = writer.at;
                Written { bytes, length }
            }

            /// The record, of which `written` are the fields: `N` is its size.
            pub const fn record<const N: usize>(&self, written: &Written) -> [u8; N] {
                let mut out = [0; N];
                let writer = &mut Writer { out: &mut out, at: 0 };
                writer.bytes(&VERSIONS);
                writer.bytes(&u32::to_le_bytes($number));
                writer.count(written.length);
                if written.length <= Written::ROOM {
                    writer.bytes(written.bytes.split_at(written.length).0);
                } else {
                    self.write(writer);
                }
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
