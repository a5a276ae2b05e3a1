//! Strings.

use alloc::string::String;
use alloc::vec::Vec;

use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, copy_bytes};
use crate::value::{ConversionError, Value};

impl<'gc> FromValue<'gc> for &'gc str {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        value.as_str()
    }
}

#[inline(always)]
fn owned(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    // SAFETY: there is room for as many bytes, and they are UTF-8.
    unsafe {
        copy_bytes(text.as_ptr(), bytes.as_mut_ptr(), text.len());
        bytes.set_len(text.len());
        String::from_utf8_unchecked(bytes)
    }
}

impl<'gc> FromValue<'gc> for String {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        match value.as_str() {
            Ok(text) => Ok(owned(text)),
            Err(error) => Err(error),
        }
    }
}

impl<'gc> FromValue<'gc> for alloc::boxed::Box<str> {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        value.as_str().map(Self::from)
    }
}

impl ToValue for str {
    const TYPE: TypeExpr = TypeExpr::named("string");
    const CHECKED: bool = true;
    to_value_by_build!();

    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        let string = allocator.string(self.as_bytes());
        // SAFETY: just made.
        unsafe { allocator.value(string) }
    }
}

impl ToValue for String {
    const TYPE: TypeExpr = TypeExpr::named("string");
    const CHECKED: bool = true;
    to_value_by_build!();

    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        self.as_str().build(allocator)
    }
}

/// File names: strings of any bytes, as OCaml has them.
#[cfg(all(feature = "std", unix))]
mod os {
    use super::*;
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    use std::path::{Path, PathBuf};

    impl<'gc> FromValue<'gc> for &'gc OsStr {
        const TYPE: TypeExpr = TypeExpr::named("string");

        #[inline]
        fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
            value.as_bytes().map(OsStr::from_bytes)
        }
    }

    impl<'gc> FromValue<'gc> for &'gc Path {
        const TYPE: TypeExpr = TypeExpr::named("string");

        #[inline]
        fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
            <&OsStr>::from_value(value).map(Path::new)
        }
    }

    impl<'gc> FromValue<'gc> for OsString {
        const TYPE: TypeExpr = TypeExpr::named("string");

        fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
            Ok(OsString::from_vec(value.as_bytes()?.to_vec()))
        }
    }

    impl<'gc> FromValue<'gc> for PathBuf {
        const TYPE: TypeExpr = TypeExpr::named("string");

        fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
            OsString::from_value(value).map(PathBuf::from)
        }
    }

    /// Implements `ToValue` for types that are seen as an `OsStr`.
    macro_rules! as_os_str {
        ($($type:ty)*) => {$(
            impl ToValue for $type {
                const TYPE: TypeExpr = TypeExpr::named("string");
                to_value_by_build!();

                #[inline]
                fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                    let os_str: &OsStr = self.as_ref();
                    let string = allocator.string(os_str.as_bytes());
                    // SAFETY: just made.
                    unsafe { allocator.value(string) }
                }
            }
        )*};
    }
    as_os_str!(OsStr OsString Path PathBuf);
}
