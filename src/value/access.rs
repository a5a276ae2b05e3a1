//! Looking at a value: immediate or block, tag, fields. All checked.

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Value};

impl<'gc, T> Value<'gc, T> {
    /// Whether this is an immediate: an `int`, `bool`, `char`, `()`, a constant constructor.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert!(1isize.to_value(rt).is_int());
    /// assert!(!"1".to_value(rt).is_int());
    /// # });
    /// ```
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        sys::is_int(self.raw())
    }

    /// The number of an immediate (`Long_val`).
    ///
    /// # Errors
    ///
    /// When this is a block.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert_eq!('a'.to_value(rt).as_int().unwrap(), 97);
    /// assert!("a".to_value(rt).as_int().is_err());
    /// # });
    /// ```
    #[inline(always)]
    pub fn as_int(self) -> Result<isize, ConversionError> {
        if self.is_int() {
            Ok(sys::int_of(self.raw()))
        } else {
            Err(self.unexpected("an int"))
        }
    }

    /// The tag, when this is a block (`Obj.tag`).
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert_eq!("text".to_value(rt).tag(), Some(252));
    /// assert_eq!(0isize.to_value(rt).tag(), None);
    /// # });
    /// ```
    #[inline(always)]
    pub fn tag(self) -> Option<u8> {
        self.header().map(sys::header_tag)
    }

    /// The number of words, when this is a block: `Obj.size`, but of a float array, whose floats have two
    /// words each where words have 32 bits, that is the number of floats.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert_eq!((1isize, 2isize).to_value(rt).size(), Some(2));
    /// # });
    /// ```
    #[inline(always)]
    pub fn size(self) -> Option<usize> {
        self.header().map(sys::header_wosize)
    }

    /// The header, when this is a block.
    #[inline(always)]
    pub(crate) fn header(self) -> Option<sys::Header> {
        if sys::is_block(self.raw()) {
            // SAFETY: every block of the heap has a header before its first field.
            Some(unsafe { (self.raw() as *const sys::Header).sub(1).read() })
        } else {
            None
        }
    }

    /// The field of this index, from 0, of a block that holds values: a tuple, a record, a
    /// constructor's arguments, an array.
    ///
    /// # Errors
    ///
    /// When this is no such block, or has no such field.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// let some = Some(1isize).to_value(rt);
    /// assert_eq!(some.field(0).unwrap().as_int().unwrap(), 1);
    /// let error = some.field(1).unwrap_err();
    /// assert_eq!(error.to_string(), "expected a block with a field 1, got a block of tag 0 with 1 field");
    /// # });
    /// ```
    #[inline]
    pub fn field(self, index: usize) -> Result<Value<'gc>, ConversionError> {
        match self.header() {
            Some(header)
                if index < sys::header_wosize(header) && holds_values(sys::header_tag(header)) =>
            {
                // SAFETY: just checked.
                Ok(unsafe { self.field_unchecked(index) })
            }
            _ => Err(self.unexpected(alloc::format!("a block with a field {index}"))),
        }
    }

    /// Reads a field, once: another domain may write it at any time.
    ///
    /// # Safety
    ///
    /// This is a block that holds values and has this field.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn field_unchecked(self, index: usize) -> Value<'gc> {
        // SAFETY: the caller's promise; a field holds a value of the same heap.
        unsafe { Value::from_raw((self.raw() as *const Raw).add(index).read_volatile()) }
    }

    /// Checks that this is a block of this tag and size.
    #[doc(hidden)]
    #[inline(always)]
    pub fn is_block_of(self, tag: u8, size: usize) -> bool {
        // The bits of the colour, and of what may be reserved, do not matter.
        let mask: usize = const {
            if size_of::<usize>() == 8 {
                (usize::MAX >> 8) & !0x300
            } else {
                usize::MAX & !0x300
            }
        };
        match self.header() {
            Some(header) => header & mask == sys::header(size, tag),
            None => false,
        }
    }

    /// An error that says what was expected, and describes this value.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// let error = 1.5f64.to_value(rt).unexpected("a colour");
    /// assert_eq!(error.to_string(), "expected a colour, got the float 1.5");
    /// # });
    /// ```
    #[cold]
    #[inline(never)]
    pub fn unexpected(
        self,
        expected: impl Into<alloc::borrow::Cow<'static, str>>,
    ) -> ConversionError {
        ConversionError::new(expected, self.describe())
    }
}

/// Whether the fields of a block of this tag are all values. Closures hold code pointers, too.
#[inline(always)]
pub(crate) fn holds_values(tag: u8) -> bool {
    tag < sys::NO_SCAN_TAG && tag != sys::CLOSURE_TAG && tag != sys::INFIX_TAG
}
