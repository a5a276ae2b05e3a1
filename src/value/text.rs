//! Strings and floats.

use bactrian_sys as sys;

use super::{ConversionError, Value};

impl<'gc, T> Value<'gc, T> {
    /// The bytes of a `string`, without a copy.
    ///
    /// OCaml strings do not change. Those of a `bytes` might: take a `&[u8]` or a `Vec<u8>` as the
    /// argument of a function instead.
    ///
    /// # Errors
    ///
    /// When this is no string.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// let value = "a\0b".to_value(rt);
    /// assert_eq!(value.as_bytes().unwrap(), [b'a', 0, b'b']);
    /// # });
    /// ```
    #[inline]
    pub fn as_bytes(self) -> Result<&'gc [u8], ConversionError> {
        if self.tag() == Some(sys::STRING_TAG) {
            // SAFETY: just checked.
            Ok(unsafe { self.bytes_unchecked() })
        } else {
            Err(self.unexpected("a string"))
        }
    }

    /// The text of a `string`, without a copy.
    ///
    /// # Errors
    ///
    /// When this is no string, or not UTF-8: the error says where.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert_eq!("caf\u{e9}".to_value(rt).as_str().unwrap(), "café");
    /// let error = b"caf\xe9".to_value(rt).as_str().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"expected a UTF-8 string, got the string "caf\233", which is not UTF-8 at byte 3"#,
    /// );
    /// # });
    /// ```
    #[inline]
    pub fn as_str(self) -> Result<&'gc str, ConversionError> {
        let bytes = self.as_bytes()?;
        // SAFETY: `as_bytes` has seen that this is a string.
        if unsafe { self.is_ascii_unchecked() } {
            // SAFETY: ASCII is UTF-8.
            return Ok(unsafe { core::str::from_utf8_unchecked(bytes) });
        }
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(error) => Err(self.invalid_utf8(error.valid_up_to())),
        }
    }

    /// Whether a string has ASCII only, by whole words: the padding is, too.
    ///
    /// # Safety
    ///
    /// This is a block of the tag of strings.
    #[inline(always)]
    unsafe fn is_ascii_unchecked(self) -> bool {
        const HIGH_BITS: usize = usize::from_ne_bytes([0x80; size_of::<usize>()]);
        let words = self.raw() as *const usize;
        // SAFETY: the caller's promise: the block has that many words, none of them values.
        let words = unsafe {
            let size = sys::header_wosize(words.sub(1).read());
            core::slice::from_raw_parts(words, size)
        };
        words.iter().fold(0, |all, word| all | word) & HIGH_BITS == 0
    }

    #[cold]
    #[inline(never)]
    fn invalid_utf8(self, position: usize) -> ConversionError {
        ConversionError::new(
            "a UTF-8 string",
            alloc::format!("{}, which is not UTF-8 at byte {position}", self.describe()),
        )
    }

    /// The bytes of a `string` or `bytes`.
    ///
    /// # Safety
    ///
    /// This is a block of the tag of strings, and nothing writes to it as long as the result is
    /// used.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn bytes_unchecked(self) -> &'gc [u8] {
        let address = self.raw() as *const u8;
        // SAFETY: the last byte of a string's block is the number of padding bytes before it. A block
        // that only has the tag of strings, made by `Obj.with_tag`, may have another byte there, or
        // none: it is taken for an empty one.
        unsafe {
            let header = (address as *const sys::Header).sub(1).read();
            let size = sys::header_wosize(header) * size_of::<usize>();
            if size == 0 {
                return &[];
            }
            let padding = *address.add(size - 1) as usize;
            let length = (size - 1).saturating_sub(padding);
            core::slice::from_raw_parts(address, length)
        }
    }

    /// The number of a `float`.
    ///
    /// # Errors
    ///
    /// When this is no float.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert_eq!(1.5f64.to_value(rt).as_float().unwrap(), 1.5);
    /// # });
    /// ```
    #[inline(always)]
    pub fn as_float(self) -> Result<f64, ConversionError> {
        if self.is_block_of(sys::DOUBLE_TAG, sys::DOUBLE_WOSIZE) {
            // SAFETY: just checked.
            Ok(unsafe { self.float_unchecked() })
        } else {
            Err(self.unexpected("a float"))
        }
    }

    /// # Safety
    ///
    /// This is a block of the tag of floats.
    #[inline(always)]
    pub(crate) unsafe fn float_unchecked(self) -> f64 {
        // SAFETY: the caller's promise.
        unsafe { (self.raw() as *const f64).read_unaligned() }
    }

    /// A float of a float array or a record of floats.
    ///
    /// # Safety
    ///
    /// This is a block of that tag, and long enough.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn float_at_unchecked(self, index: usize) -> f64 {
        // SAFETY: the caller's promise.
        unsafe { (self.raw() as *const f64).add(index).read_unaligned() }
    }

    /// The number of a custom block with these operations.
    #[inline(always)]
    pub(crate) fn boxed_number<N: Copy>(self, operations: *const core::ffi::c_void) -> Option<N> {
        if !self.is_block_of(
            sys::CUSTOM_TAG,
            1 + size_of::<N>().div_ceil(size_of::<usize>()),
        ) {
            return None;
        }
        // SAFETY: the first word of a custom block points to its operations; with these, a number
        // follows.
        unsafe {
            let block = self.raw() as *const *const core::ffi::c_void;
            (block.read() == operations).then(|| block.add(1).cast::<N>().read_unaligned())
        }
    }
}
