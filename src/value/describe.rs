//! Any value in words: in one line for errors, as a bounded tree for `Debug`.

use alloc::format;
use alloc::string::String;
use core::fmt::{self, Write};

use bactrian_sys as sys;
use sys::Value as Raw;

use super::Value;
use super::access::holds_values;

/// Bytes of a string that are shown.
const TEXT: usize = 40;
/// Levels of blocks within blocks that `Debug` shows.
const DEPTH: usize = 6;
/// Fields of a block that `Debug` shows.
const WIDTH: usize = 12;
/// Blocks that `Debug` shows in all.
const BLOCKS: usize = 200;

impl<T> Value<'_, T> {
    /// The value in a few words, as the end of "expected ..., got ...".
    #[cold]
    #[inline(never)]
    pub(crate) fn describe(self) -> String {
        let Some(header) = self.header() else {
            return if self.is_int() {
                format!("{}", sys::int_of(self.raw()))
            } else {
                "a misaligned pointer".into()
            };
        };
        let (tag, size) = (sys::header_tag(header), sys::header_wosize(header));
        match tag {
            sys::DOUBLE_TAG | sys::CUSTOM_TAG if size == 0 => {
                format!("an empty block of tag {tag}")
            }
            sys::STRING_TAG => {
                // SAFETY: the tag says so.
                let bytes = unsafe { self.bytes_unchecked() };
                format!("the string {}", text(bytes))
            }
            sys::DOUBLE_TAG => {
                // SAFETY: the tag says so.
                format!("the float {:?}", unsafe { self.float_unchecked() })
            }
            sys::DOUBLE_ARRAY_TAG => {
                let length = size / sys::DOUBLE_WOSIZE;
                format!("a float array of length {length} (or a record of floats)")
            }
            sys::CUSTOM_TAG => match super::custom::name_of(self.any()) {
                Some(name) => name,
                None => match custom_name(self.raw()) {
                    Some(name) => format!("a custom block ({name})"),
                    None => "a custom block".into(),
                },
            },
            sys::CLOSURE_TAG | sys::INFIX_TAG => "a function".into(),
            sys::OBJECT_TAG => "an object or an exception's constructor".into(),
            sys::ABSTRACT_TAG => "an abstract block".into(),
            sys::LAZY_TAG | sys::FORWARD_TAG | sys::FORCING_TAG => "a lazy value".into(),
            sys::CONT_TAG if sys::OCAML5 => "a continuation".into(),
            _ if size == 0 => "an empty block (an array of length 0)".into(),
            _ => format!(
                "a block of tag {tag} with {size} field{}",
                if size == 1 { "" } else { "s" }
            ),
        }
    }
}

/// A string literal as OCaml writes it, cut when long.
fn text(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in &bytes[..bytes.len().min(TEXT)] {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b' '..=b'~' => out.push(byte as char),
            _ => {
                let _ = write!(out, "\\{byte:03}");
            }
        }
    }
    out.push('"');
    if bytes.len() > TEXT {
        let _ = write!(out, "... ({} bytes)", bytes.len());
    }
    out
}

/// The name of a custom block's type, its operations' identifier: `_j` is `int64`.
fn custom_name(raw: Raw) -> Option<String> {
    // SAFETY: the first word of a custom block points to its operations, whose first word points
    // to the identifier, a C string.
    let name = unsafe {
        let operations = (raw as *const *const *const core::ffi::c_char).read();
        if operations.is_null() || (*operations).is_null() {
            return None;
        }
        core::ffi::CStr::from_ptr(*operations)
    };
    Some(match name.to_bytes() {
        b"_i" => "int32".into(),
        b"_j" => "int64".into(),
        b"_n" => "nativeint".into(),
        b"_bigarr02" | b"_bigarray" => "bigarray".into(),
        other => String::from_utf8_lossy(other).into_owned(),
    })
}

impl<T> fmt::Debug for Value<'_, T> {
    /// Prints the shape of any value: immediates as numbers, strings and floats as they are,
    /// blocks as `tag(fields)`. Depth and width are bounded, and a block within itself is marked.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// let value = (1isize, "one", vec![1.5], Some(())).to_value(rt);
    /// assert_eq!(format!("{value:?}"), r#"0(1, "one", [|1.5|], 0(0))"#);
    /// # });
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer {
            above: [0; DEPTH],
            depth: 0,
            blocks: 0,
        }
        .print(self.any(), f)
    }
}

struct Printer {
    /// The blocks around the one that is printed.
    above: [Raw; DEPTH],
    depth: usize,
    blocks: usize,
}

impl Printer {
    fn print(&mut self, value: Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(header) = value.header() else {
            return f.write_str(&value.describe());
        };
        let (tag, size) = (sys::header_tag(header), sys::header_wosize(header));
        match tag {
            sys::DOUBLE_TAG | sys::CUSTOM_TAG if size == 0 => f.write_str("<unknown>"),
            // SAFETY: the tag says so.
            sys::STRING_TAG => f.write_str(&text(unsafe { value.bytes_unchecked() })),
            // SAFETY: the tag says so.
            sys::DOUBLE_TAG => write!(f, "{:?}", unsafe { value.float_unchecked() }),
            sys::DOUBLE_ARRAY_TAG => {
                f.write_str("[|")?;
                let length = size / sys::DOUBLE_WOSIZE;
                for i in 0..length.min(WIDTH) {
                    let separator = if i == 0 { "" } else { "; " };
                    // SAFETY: the tag and the size say so.
                    write!(f, "{separator}{:?}", unsafe { value.float_at_unchecked(i) })?;
                }
                f.write_str(if length > WIDTH { "; ...|]" } else { "|]" })
            }
            sys::CUSTOM_TAG => {
                write!(
                    f,
                    "<{}>",
                    custom_name(value.raw()).as_deref().unwrap_or("custom")
                )
            }
            sys::CLOSURE_TAG | sys::INFIX_TAG => f.write_str("<fun>"),
            sys::ABSTRACT_TAG => f.write_str("<abstract>"),
            _ if !holds_values(tag) => f.write_str("<unknown>"),
            _ => self.print_fields(value, tag, size, f),
        }
    }

    fn print_fields(
        &mut self,
        value: Value<'_>,
        tag: u8,
        size: usize,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        if self.above[..self.depth].contains(&value.raw()) {
            return f.write_str("<cycle>");
        }
        self.blocks += 1;
        if self.depth == DEPTH || self.blocks > BLOCKS {
            return f.write_str("...");
        }
        self.above[self.depth] = value.raw();
        self.depth += 1;
        write!(f, "{tag}(")?;
        for i in 0..size.min(WIDTH) {
            if i > 0 {
                f.write_str(", ")?;
            }
            // SAFETY: the tag and the size say so.
            self.print(unsafe { value.field_unchecked(i) }, f)?;
        }
        if size > WIDTH {
            f.write_str(", ...")?;
        }
        self.depth -= 1;
        f.write_str(")")
    }
}
