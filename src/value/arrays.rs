//! Arrays in place.

use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{Any, ConversionError, Value};
use crate::runtime::{Allocator, Runtime};

/// Stands for OCaml's `array` in a [`Value`] or [`Root`](crate::Root): `Value<'gc, Array<isize>>` is
/// an `int array`, read and written in place.
///
/// Arrays of floats, which OCaml stores without boxes, work too.
///
/// # Examples
///
/// ```
/// use bactrian::{Array, Runtime, Value};
///
/// /// Swaps the first and the last element.
/// #[bactrian::func]
/// fn swap_ends(rt: &Runtime, array: Value<'_, Array<String>>) -> Result<(), bactrian::ConversionError> {
///     let last = array.len()? - 1;
///     let (a, b) = (array.get(rt, 0)?, array.get(rt, last)?);
///     array.set(rt, 0, b)?;
///     array.set(rt, last, a)
/// }
/// ```
pub struct Array<T>(PhantomData<fn() -> T>);

impl<T> Array<T> {
    /// An array of these elements.
    ///
    /// ```
    /// # use bactrian::{Array, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let one: Value<isize> = Value::new(rt, &1isize);
    /// assert_eq!(Array::from_values(rt, &[one, one]).len().unwrap(), 2);
    /// # });
    /// ```
    pub fn from_values<'gc>(rt: &'gc Runtime, elements: &[Value<'gc, T>]) -> Value<'gc, Array<T>> {
        let mut allocator = Allocator::new(rt);
        // SAFETY: a `Value` is a word, these are of this heap.
        unsafe {
            let words =
                core::slice::from_raw_parts(elements.as_ptr().cast::<Raw>(), elements.len());
            let array = allocator.array_of_values(words);
            allocator.value(array)
        }
    }
}

static_assertions::assert_eq_size!(Value<'static, Any>, Raw);

impl<'gc> Allocator<'gc> {
    /// An array of these elements, flat when they are floats.
    ///
    /// # Safety
    ///
    /// They are values of the heap that this allocator's lifetime protects.
    pub(crate) unsafe fn array_of_values(&mut self, elements: &[Raw]) -> Raw {
        // SAFETY: the caller's promise.
        let first: Option<Value<'gc>> = elements.first().map(|&e| unsafe { self.value(e) });
        if sys::FLAT_FLOAT_ARRAY && first.and_then(Value::tag) == Some(sys::DOUBLE_TAG) {
            let array = self.words(sys::DOUBLE_ARRAY_TAG, elements.len() * sys::DOUBLE_WOSIZE);
            for (i, &element) in elements.iter().enumerate() {
                // SAFETY: the caller's promise. An array of type `float array` has floats only;
                // should an element be none, because its type lied, it becomes a NaN.
                let float = unsafe { self.value::<Any>(element) }
                    .as_float()
                    .unwrap_or(f64::NAN);
                // SAFETY: room for that many floats.
                unsafe { array.cast::<f64>().add(i).write_unaligned(float) };
            }
            return array as Raw;
        }
        // SAFETY: the caller's promise.
        unsafe { self.block_from_slice(0, elements) }
    }
}

/// What an array's block looks like.
pub(crate) enum Layout {
    /// Fields that are values.
    Values(usize),
    /// Floats without boxes.
    Floats(usize),
}

impl<'gc, T> Value<'gc, T> {
    /// The layout of this array, whatever its elements are.
    #[inline(always)]
    pub(crate) fn array_layout(self) -> Result<Layout, ConversionError> {
        match self.header() {
            Some(header) if sys::header_tag(header) == 0 => {
                Ok(Layout::Values(sys::header_wosize(header)))
            }
            Some(header) if sys::header_tag(header) == sys::DOUBLE_ARRAY_TAG => Ok(Layout::Floats(
                sys::header_wosize(header) / sys::DOUBLE_WOSIZE,
            )),
            _ => Err(self.unexpected("an array")),
        }
    }
}

impl<'gc, T> Value<'gc, Array<T>> {
    /// The number of elements (`Array.length`).
    ///
    /// # Errors
    ///
    /// When this is no array.
    ///
    /// ```
    /// # use bactrian::{Array, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let array: Value<Array<isize>> = Array::from_values(rt, &[]);
    /// assert_eq!(array.len().unwrap(), 0);
    /// # });
    /// ```
    pub fn len(self) -> Result<usize, ConversionError> {
        match self.array_layout()? {
            Layout::Values(length) | Layout::Floats(length) => Ok(length),
        }
    }

    /// Whether there are no elements.
    ///
    /// # Errors
    ///
    /// When this is no array.
    ///
    /// ```
    /// # use bactrian::{Array, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let array: Value<Array<isize>> = Array::from_values(rt, &[]);
    /// assert!(array.is_empty().unwrap());
    /// # });
    /// ```
    pub fn is_empty(self) -> Result<bool, ConversionError> {
        Ok(self.len()? == 0)
    }

    /// The element of this index, from 0 (`Array.get`). An element of an array of floats is boxed
    /// for it.
    ///
    /// # Errors
    ///
    /// When this is no array, or has no such element.
    ///
    /// ```
    /// # use bactrian::{Array, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let array = Array::from_values(rt, &[Value::new(rt, &1.5f64)]);
    /// assert_eq!(array.get(rt, 0).unwrap().as_float().unwrap(), 1.5);
    /// assert!(array.get(rt, 1).is_err());
    /// # });
    /// ```
    pub fn get(self, rt: &'gc Runtime, index: usize) -> Result<Value<'gc, T>, ConversionError> {
        match self.array_layout()? {
            // SAFETY: just checked, and an element of this array.
            Layout::Values(length) if index < length => unsafe {
                Ok(self.field_unchecked(index).cast())
            },
            // SAFETY: just checked; a float.
            Layout::Floats(length) if index < length => unsafe {
                let mut allocator = Allocator::new(rt);
                let float = allocator.float(self.float_at_unchecked(index));
                Ok(allocator.value(float))
            },
            Layout::Values(length) | Layout::Floats(length) => Err(out_of_bounds(index, length)),
        }
    }

    /// Writes the element of this index, from 0 (`Array.set`, `caml_modify`).
    ///
    /// # Errors
    ///
    /// When this is no array, or has no such element.
    ///
    /// ```
    /// # use bactrian::{Array, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let array = Array::from_values(rt, &[Value::new(rt, &1isize)]);
    /// array.set(rt, 0, Value::new(rt, &2isize)).unwrap();
    /// assert_eq!(array.get(rt, 0).unwrap().as_int().unwrap(), 2);
    /// # });
    /// ```
    pub fn set(
        self,
        _: &'gc Runtime,
        index: usize,
        element: Value<'gc, T>,
    ) -> Result<(), ConversionError> {
        match self.array_layout()? {
            Layout::Values(length) if index < length => {
                // SAFETY: just checked; a value of the same heap.
                unsafe { sys::caml_modify((self.raw() as *mut Raw).add(index), element.raw()) };
                Ok(())
            }
            Layout::Floats(length) if index < length => {
                let float = element.as_float()?;
                // SAFETY: just checked.
                unsafe { (self.raw() as *mut f64).add(index).write_unaligned(float) };
                Ok(())
            }
            Layout::Values(length) | Layout::Floats(length) => Err(out_of_bounds(index, length)),
        }
    }
}

#[cold]
fn out_of_bounds(index: usize, length: usize) -> ConversionError {
    ConversionError::new(
        alloc::format!("an index below the array's length {length}"),
        alloc::format!("{index}"),
    )
}
