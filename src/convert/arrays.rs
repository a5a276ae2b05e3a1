//! Arrays: `Vec`, slices, Rust arrays.

use alloc::vec::Vec;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{FromValue, ToValue, TypeExpr, runtime_of, to_value_by_build};
use crate::runtime::{Allocator, ROOM, Runtime, check_stack, expect_stack};
use crate::value::{ConversionError, Layout, Value};

/// An empty vector with room, or an error: a request for too much memory must not end the program.
pub(super) fn with_capacity<T>(length: usize) -> Result<Vec<T>, ConversionError> {
    let mut vec = Vec::new();
    match vec.try_reserve_exact(length) {
        Ok(()) => Ok(vec),
        Err(_) => Err(ConversionError::message(alloc::format!(
            "no memory for the {length} elements of an array"
        ))),
    }
}

/// Reads an array of any type.
pub(super) fn from_value<'gc, T: FromValue<'gc>>(
    value: Value<'gc>,
) -> Result<Vec<T>, ConversionError> {
    check_stack()?;
    match value.array_layout()? {
        Layout::Values(length) => {
            let mut vec = with_capacity(length)?;
            for i in 0..length {
                // SAFETY: the block has that many fields, and blocks do not shrink.
                match T::from_value(unsafe { value.field_unchecked(i) }) {
                    Ok(element) => vec.push(element),
                    Err(error) => return Err(error.in_element(i)),
                }
            }
            Ok(vec)
        }
        Layout::Floats(length) => {
            let mut vec = with_capacity(length)?;
            for i in 0..length {
                // SAFETY: the block has that many floats.
                let float = unsafe { value.float_at_unchecked(i) };
                let element = if T::IS_FLOAT {
                    T::from_flat_float(float)
                } else {
                    // The type is a variable, or a handle: it wants a float as a value.
                    // SAFETY: `value` is at hand; just made.
                    T::from_value(unsafe {
                        let mut allocator = Allocator::new(runtime_of(value));
                        let boxed = allocator.float(float);
                        allocator.value(boxed)
                    })
                };
                match element {
                    Ok(element) => vec.push(element),
                    Err(error) => return Err(error.in_element(i)),
                }
            }
            Ok(vec)
        }
    }
}

/// Makes an array of any type; `LAST` when no other value is alive.
pub(super) fn build<'gc, T: ToValue, const LAST: bool>(
    elements: &[T],
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    expect_stack();
    if elements.is_empty() {
        // SAFETY: the atom.
        return unsafe { allocator.value(crate::runtime::atom()) };
    }
    if sys::FLAT_FLOAT_ARRAY && T::IS_FLOAT {
        return build_flat(elements.iter().map(T::to_flat_float), allocator);
    }
    // A type whose values are floats, but which does not say so at compile time.
    let first = elements[0].build(allocator);
    if sys::FLAT_FLOAT_ARRAY && first.tag() == Some(sys::DOUBLE_TAG) {
        let floats: Vec<f64> = elements
            .iter()
            .map(|element| element.build(allocator).as_float().unwrap_or(f64::NAN))
            .collect();
        return build_flat(floats.into_iter(), allocator);
    }
    let array = allocator.locally(|allocator| {
        let mut array = allocator.array_of_units(elements.len());
        // SAFETY: field 0 is there; a value just made.
        unsafe { allocator.initialize(array, 0, first.raw()) };
        for (i, element) in elements.iter().enumerate().skip(1) {
            if LAST && !T::IMMEDIATE && allocator.room() < ROOM {
                // SAFETY: `LAST` says that no other value is alive.
                array = unsafe { allocator.make_room_for_more(array) };
            }
            let element = element.build(allocator);
            // SAFETY: the field is there; a value just made.
            unsafe { allocator.initialize(array, i, element.raw()) };
        }
        array
    });
    // SAFETY: just made.
    unsafe { allocator.value(array.block) }
}

/// Makes a flat array of at least one float.
fn build_flat<'gc>(
    floats: impl ExactSizeIterator<Item = f64>,
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    let length = floats.len();
    let block = allocator.words(sys::DOUBLE_ARRAY_TAG, length * sys::DOUBLE_WOSIZE);
    for (i, float) in floats.enumerate() {
        // SAFETY: room for that many floats. Words not yet written are no values either way.
        unsafe { block.cast::<f64>().add(i).write_unaligned(float) };
    }
    // SAFETY: just made.
    unsafe { allocator.value(block as Raw) }
}

impl<'gc, T: FromValue<'gc>> FromValue<'gc> for Vec<T> {
    const TYPE: TypeExpr = T::ARRAY_TYPE;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        T::array_from_value(value)
    }
}

impl<'gc, T: FromValue<'gc>, const N: usize> FromValue<'gc> for [T; N] {
    const TYPE: TypeExpr = T::ARRAY_TYPE;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        match <[T; N]>::try_from(T::array_from_value(value)?) {
            Ok(array) => Ok(array),
            Err(vec) => Err(ConversionError::new(
                alloc::format!("an array of length {N}"),
                alloc::format!("one of length {}", vec.len()),
            )),
        }
    }
}

impl<T: ToValue> ToValue for [T] {
    const TYPE: TypeExpr = T::ARRAY_TYPE;
    to_value_by_build!();

    #[inline]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        T::build_array(self, allocator)
    }

    #[inline]
    unsafe fn build_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: the caller's promise.
        unsafe { T::build_array_last(self, allocator) }
    }
}

/// Implements `ToValue` for what is seen as a slice.
macro_rules! as_slice {
    ([$($parameters:tt)*] $type:ty) => {
        impl<$($parameters)*> ToValue for $type {
            const TYPE: TypeExpr = T::ARRAY_TYPE;
            const MOVED: bool = T::MOVED;
            to_value_by_build!();

            fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
                if T::MOVED {
                    let elements: Vec<Value<'gc>> =
                        self.into_iter().map(|element| element.into_value(rt)).collect();
                    elements.to_value(rt)
                } else {
                    self.to_value(rt)
                }
            }

            #[inline]
            fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                T::build_array(self, allocator)
            }

            #[inline]
            unsafe fn build_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                // SAFETY: the caller's promise.
                unsafe { T::build_array_last(self, allocator) }
            }
        }
    };
}
as_slice!([T: ToValue] Vec<T>);
as_slice!([T: ToValue, const N: usize] [T; N]);
