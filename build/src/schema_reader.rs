//! The types of `schema.rs`, with owned contents, and how they are read.

/// Bytes that are read from the front.
pub struct Reader<'a> {
    bytes: &'a [u8],
    /// How many types we are in: bytes that are no records could say that types nest without end.
    depth: usize,
}

/// The deepest nesting of types that is read.
const MAX_DEPTH: usize = 256;

/// Why bytes are not what they should be.
type Damage = String;

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, depth: 0 }
    }

    /// A record, and nothing after it.
    pub fn all<T: Read>(&mut self) -> Result<T, Damage> {
        let record = T::read(self)?;
        if self.bytes.is_empty() {
            Ok(record)
        } else {
            Err(format!("{} bytes too many in a record", self.bytes.len()))
        }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Damage> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or("a record is shorter than what it holds")?;
        self.bytes = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Damage> {
        Ok(self.take(1)?[0])
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Damage>,
    ) -> Result<T, Damage> {
        if self.depth == MAX_DEPTH {
            return Err(format!("types nest more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

/// What can be read.
pub trait Read: Sized {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Damage>;
}

impl Read for u32 {
    fn read(reader: &mut Reader<'_>) -> Result<u32, Damage> {
        let bytes = reader.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

impl Read for bool {
    fn read(reader: &mut Reader<'_>) -> Result<bool, Damage> {
        match reader.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(format!("a flag is {other}")),
        }
    }
}

impl Read for String {
    fn read(reader: &mut Reader<'_>) -> Result<String, Damage> {
        let length = u32::read(reader)? as usize;
        let text = std::str::from_utf8(reader.take(length)?);
        Ok(text.map_err(|_| "a text is not UTF-8")?.to_owned())
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Vec<T>, Damage> {
        let count = u32::read(reader)?;
        // Nothing is reserved: the count may be nonsense.
        (0..count).map(|_| T::read(reader)).collect()
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: &mut Reader<'_>) -> Result<Box<T>, Damage> {
        T::read(reader).map(Box::new)
    }
}

/// The Rust type of a field.
macro_rules! type_of {
    (text) => { String };
    (number) => { u32 };
    (flag) => { bool };
    ([$of:ident]) => { Vec<$of> };
    (($of:ident)) => { $of };
    ((box $of:ident)) => { Box<$of> };
}

/// Makes types that can be read.
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
            /// Which record it is.
            pub const NUMBER: u32 = $number;
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
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: type_of!($kind),)*
        }

        impl Read for $name {
            fn read(reader: &mut Reader<'_>) -> Result<$name, Damage> {
                Ok($name { $($field: Read::read(reader)?,)* })
            }
        }

        #[cfg(test)]
        impl $crate::tests::encode::Encode for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                $($crate::tests::encode::Encode::encode(&self.$field, out);)*
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
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant $(($(type_of!($kind)),*))?,)*
        }

        impl Read for $name {
            fn read(reader: &mut Reader<'_>) -> Result<$name, Damage> {
                reader.deeper(|reader| match reader.byte()? {
                    $($tag => Ok($name::$variant $(($(<type_of!($kind)>::read(reader)?),*))?),)*
                    other => Err(format!("{} cannot be {other}", stringify!($name))),
                })
            }
        }

        #[cfg(test)]
        impl $crate::tests::encode::Encode for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$variant $(($($field),*))? => {
                        out.push($tag);
                        $($($crate::tests::encode::Encode::encode($field, out);)*)?
                    })*
                }
            }
        }

        schema! { $($rest)* }
    };
}

include!("schema.rs");
