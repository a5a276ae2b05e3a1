//! Unit, booleans, characters, integers, floats.

use alloc::vec::Vec;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

/// An immediate as a value.
#[inline(always)]
fn immediate<'gc>(n: isize) -> Value<'gc> {
    // SAFETY: an immediate.
    unsafe { Value::from_raw(sys::int(n)) }
}

/// Implements the trait `ToValue` for a type of immediates.
macro_rules! immediate_to_value {
    ($ocaml:literal, $self:ident => $number:expr) => {
        const TYPE: TypeExpr = TypeExpr::named($ocaml);
        const IMMEDIATE: bool = true;

        #[inline(always)]
        fn to_value<'gc>(&$self, _: &'gc Runtime) -> Value<'gc> {
            immediate($number)
        }

        #[inline(always)]
        fn build<'gc>(&$self, _: &mut Allocator<'gc>) -> Value<'gc> {
            immediate($number)
        }
    };
}

impl<'gc> FromValue<'gc> for () {
    const TYPE: TypeExpr = TypeExpr::named("unit");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.raw() == sys::UNIT {
            Ok(())
        } else {
            Err(value.unexpected("unit"))
        }
    }
}

impl ToValue for () {
    immediate_to_value!("unit", self => 0);
}

impl<'gc> FromValue<'gc> for bool {
    const TYPE: TypeExpr = TypeExpr::named("bool");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        match value.raw() {
            sys::FALSE => Ok(false),
            sys::TRUE => Ok(true),
            _ => Err(value.unexpected("a bool")),
        }
    }
}

impl ToValue for bool {
    immediate_to_value!("bool", self => *self as isize);
}

impl<'gc> FromValue<'gc> for char {
    const TYPE: TypeExpr = TypeExpr::named("Uchar.t");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.is_int()
            && let Ok(code) = u32::try_from(sys::int_of(value.raw()))
            && let Some(char) = char::from_u32(code)
        {
            Ok(char)
        } else {
            Err(value.unexpected("a Unicode scalar value (Uchar.t)"))
        }
    }
}

impl ToValue for char {
    immediate_to_value!("Uchar.t", self => *self as isize);
}

/// Integers that are an OCaml `int`, checked by range.
macro_rules! small_int {
    ($($int:ident)*) => {$(
        impl<'gc> FromValue<'gc> for $int {
            const TYPE: TypeExpr = TypeExpr::named("int");

            #[inline(always)]
            fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
                if value.is_int()
                    && let Ok(n) = $int::try_from(sys::int_of(value.raw()))
                {
                    return Ok(n);
                }
                Err(out_of_range(value, $int::MIN as i128, $int::MAX as i128))
            }
        }

        impl ToValue for $int {
            immediate_to_value!("int", self => *self as isize);
        }
    )*};
}
small_int!(i8 i16 u16);

#[cold]
#[inline(never)]
pub(super) fn out_of_range(value: Value<'_>, least: i128, most: i128) -> ConversionError {
    let int_bounds = (sys::MIN_INT as i128, sys::MAX_INT as i128);
    if (least, most) == int_bounds {
        value.unexpected("an int")
    } else if most >= int_bounds.1 {
        value.unexpected(alloc::format!("an int of at least {least}"))
    } else {
        value.unexpected(alloc::format!("an int between {least} and {most}"))
    }
}

impl<'gc> FromValue<'gc> for u8 {
    const TYPE: TypeExpr = TypeExpr::named("int");
    const ARRAY_TYPE: TypeExpr = TypeExpr::named("bytes");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.is_int()
            && let Ok(n) = u8::try_from(sys::int_of(value.raw()))
        {
            return Ok(n);
        }
        Err(out_of_range(value, 0, 255))
    }

    fn array_from_value(value: Value<'gc>) -> Result<Vec<Self>, ConversionError> {
        if value.tag() == Some(sys::STRING_TAG) {
            // SAFETY: just checked, and copied at once.
            Ok(unsafe { value.bytes_unchecked() }.to_vec())
        } else {
            Err(value.unexpected("bytes"))
        }
    }
}

impl ToValue for u8 {
    const ARRAY_TYPE: TypeExpr = TypeExpr::named("bytes");
    immediate_to_value!("int", self => isize::from(*self));

    #[inline]
    fn build_array<'gc>(elements: &[Self], allocator: &mut Allocator<'gc>) -> Value<'gc> {
        let bytes = allocator.string(elements);
        // SAFETY: just made.
        unsafe { allocator.value(bytes) }
    }

    #[inline]
    unsafe fn build_array_last<'gc>(
        elements: &[Self],
        allocator: &mut Allocator<'gc>,
    ) -> Value<'gc> {
        Self::build_array(elements, allocator)
    }
}

impl<'gc> FromValue<'gc> for usize {
    const TYPE: TypeExpr = TypeExpr::named("int");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.is_int()
            && let Ok(n) = usize::try_from(sys::int_of(value.raw()))
        {
            return Ok(n);
        }
        Err(out_of_range(value, 0, sys::MAX_INT as i128))
    }
}

/// An `isize` or `usize` as a number that an OCaml `int` holds.
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn overflow(n: i128) -> ! {
    panic!(
        "{n} does not fit OCaml's int, which is between {} and {}",
        sys::MIN_INT,
        sys::MAX_INT
    )
}

/// What an `isize` is as an OCaml int; panics beyond 63 bits.
#[doc(hidden)]
#[inline(always)]
#[track_caller]
pub(crate) fn checked_isize(n: isize) -> isize {
    // The two highest bits are the same in every number that fits.
    if (n ^ (n << 1)) < 0 {
        overflow(n as i128)
    }
    n
}

/// What a `usize` is as an OCaml int; panics beyond 62 bits.
#[doc(hidden)]
#[inline(always)]
#[track_caller]
pub(crate) fn checked_usize(n: usize) -> isize {
    if n > sys::MAX_INT as usize {
        overflow(n as i128)
    }
    n as isize
}

impl ToValue for usize {
    immediate_to_value!("int", self => checked_usize(*self));

    #[inline(always)]
    fn immediate(&self, _: &mut Allocator<'_>) -> (Raw, isize) {
        let n = *self as isize;
        // The two highest bits are zero in every number that fits.
        (sys::int(n), n | (n << 1))
    }
}

impl<'gc> FromValue<'gc> for isize {
    const TYPE: TypeExpr = TypeExpr::named("int");

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        value.as_int()
    }

    fn array_from_value(value: Value<'gc>) -> Result<Vec<Self>, ConversionError> {
        let length = match value.header() {
            Some(header) if sys::header_tag(header) == 0 => sys::header_wosize(header),
            // A float array, or none at all: the errors are those of any type.
            _ => return super::arrays::from_value(value),
        };
        let mut numbers = super::arrays::with_capacity(length)?;
        // SAFETY: the block has that many fields, read once each.
        let words = unsafe { core::slice::from_raw_parts(value.raw() as *const Raw, length) };
        // One test at the end lets the loop be vectorised.
        let mut all = -1;
        numbers.extend(words.iter().map(|&word| {
            all &= word;
            sys::int_of(word)
        }));
        if sys::is_int(all) {
            Ok(numbers)
        } else {
            super::arrays::from_value(value)
        }
    }
}

impl ToValue for isize {
    immediate_to_value!("int", self => checked_isize(*self));

    #[inline(always)]
    fn immediate(&self, _: &mut Allocator<'_>) -> (Raw, isize) {
        // The two highest bits are the same in every number that fits.
        (sys::int(*self), self ^ (self << 1))
    }

    fn build_array<'gc>(elements: &[Self], allocator: &mut Allocator<'gc>) -> Value<'gc> {
        if elements.is_empty() {
            // SAFETY: the atom.
            return unsafe { allocator.value(crate::runtime::atom()) };
        }
        let block = allocator.words(0, elements.len()).cast::<Raw>();
        // SAFETY: the block has that many words; all of them are set, to immediates.
        let words = unsafe { core::slice::from_raw_parts_mut(block, elements.len()) };
        let mut overflows = 0;
        for (word, &n) in words.iter_mut().zip(elements) {
            overflows |= n ^ (n << 1);
            *word = sys::int(n);
        }
        if overflows < 0 {
            elements.iter().for_each(|&n| _ = checked_isize(n));
        }
        // SAFETY: just made.
        unsafe { allocator.value(block as Raw) }
    }

    unsafe fn build_array_last<'gc>(
        elements: &[Self],
        allocator: &mut Allocator<'gc>,
    ) -> Value<'gc> {
        Self::build_array(elements, allocator)
    }
}

/// Integers that are a boxed OCaml integer of the same size; unsigned ones keep their bits.
macro_rules! boxed_int {
    ($($int:ident $ocaml:literal $expected:literal $operations:ident;)*) => {$(
        impl<'gc> FromValue<'gc> for $int {
            const TYPE: TypeExpr = TypeExpr::named($ocaml);

            #[inline(always)]
            fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
                match value.boxed_number(&raw const sys::$operations) {
                    Some(n) => Ok(n),
                    None => Err(value.unexpected($expected)),
                }
            }
        }

        impl ToValue for $int {
            const TYPE: TypeExpr = TypeExpr::named($ocaml);
            to_value_by_build!();

            #[inline(always)]
            fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                let number = allocator.boxed_number(&raw const sys::$operations, *self);
                // SAFETY: just made.
                unsafe { allocator.value(number) }
            }
        }
    )*};
}
boxed_int! {
    i32 "int32" "an int32" caml_int32_ops;
    u32 "int32" "an int32" caml_int32_ops;
    i64 "int64" "an int64" caml_int64_ops;
    u64 "int64" "an int64" caml_int64_ops;
}

impl<'gc> FromValue<'gc> for f64 {
    const TYPE: TypeExpr = TypeExpr::named("float");
    const IS_FLOAT: bool = true;

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        value.as_float()
    }

    fn array_from_value(value: Value<'gc>) -> Result<Vec<Self>, ConversionError> {
        let length = match value.header() {
            Some(header) if sys::header_tag(header) == sys::DOUBLE_ARRAY_TAG => {
                sys::header_wosize(header) / sys::DOUBLE_WOSIZE
            }
            _ => return super::arrays::from_value(value),
        };
        let mut numbers: Vec<f64> = super::arrays::with_capacity(length)?;
        // SAFETY: the block has that many floats, and so have the reserved elements.
        unsafe {
            let bytes = length * size_of::<f64>();
            numbers
                .as_mut_ptr()
                .cast::<u8>()
                .copy_from_nonoverlapping(value.raw() as *const u8, bytes);
            numbers.set_len(length);
        }
        Ok(numbers)
    }

    #[inline(always)]
    fn from_flat_float(float: f64) -> Result<Self, ConversionError> {
        Ok(float)
    }
}

impl ToValue for f64 {
    const TYPE: TypeExpr = TypeExpr::named("float");
    const IS_FLOAT: bool = true;
    to_value_by_build!();

    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        let float = allocator.float(*self);
        // SAFETY: just made.
        unsafe { allocator.value(float) }
    }

    fn build_array<'gc>(elements: &[Self], allocator: &mut Allocator<'gc>) -> Value<'gc> {
        if !sys::FLAT_FLOAT_ARRAY {
            return super::arrays::build::<f64, false>(elements, allocator);
        }
        let array = allocator.float_array(elements);
        // SAFETY: just made.
        unsafe { allocator.value(array) }
    }

    unsafe fn build_array_last<'gc>(
        elements: &[Self],
        allocator: &mut Allocator<'gc>,
    ) -> Value<'gc> {
        Self::build_array(elements, allocator)
    }

    #[inline(always)]
    fn to_flat_float(&self) -> f64 {
        *self
    }
}

impl<'gc> FromValue<'gc> for f32 {
    const TYPE: TypeExpr = TypeExpr::named("float");
    const IS_FLOAT: bool = true;

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        Ok(value.as_float()? as f32)
    }

    #[inline(always)]
    fn from_flat_float(float: f64) -> Result<Self, ConversionError> {
        Ok(float as f32)
    }
}

impl ToValue for f32 {
    const TYPE: TypeExpr = TypeExpr::named("float");
    const IS_FLOAT: bool = true;
    to_value_by_build!();

    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        f64::from(*self).build(allocator)
    }

    #[inline(always)]
    fn to_flat_float(&self) -> f64 {
        f64::from(*self)
    }
}
