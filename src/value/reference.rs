//! References in place, and what writing to OCaml's values asks for.
//!
//! # Writing with a shared token
//!
//! [`Array::set`](Value::set), [`Ref`]'s and [`MutableField`](super::MutableField)'s write with
//! `caml_modify` where `&Runtime` is at hand. It is enough:
//!
//! | what may be there already | |
//! |---|---|
//! | a [`Value`] read from the place before | stays the value that it was: `caml_modify` moves and frees nothing, and runs no OCaml code. What it has to remember for the collector may grow a table outside the heap, and ask for a collection at the next poll |
//! | a `&str` or `&[u8]` | borrows from a string, which has no fields |
//! | `&[u8]`, `&mut [f64]` and views of bigarrays | are arguments of functions without a token |
//! | an iterator, another handle | reads each field when it is asked, and checks what it read |
//! | another domain that reads or writes | is as with two domains of OCaml code: `caml_modify` publishes what is written after what it points to |
//!
//! What is written has the type that the place has. Only what is mutable by its type has a function
//! that writes.

use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Value};
use crate::runtime::{Allocator, Runtime};

/// Stands for OCaml's `ref` in a [`Value`] or [`Root`](crate::Root): `Value<'gc, Ref<isize>>` is an
/// `int ref`, read and written in place.
///
/// # Examples
///
/// ```
/// use bactrian::{ConversionError, Ref, Runtime, Value};
///
/// /// OCaml: `external push : string list ref -> string -> unit = "mycrate_push"`
/// #[bactrian::func]
/// fn push<'gc>(
///     rt: &'gc Runtime,
///     list: Value<'gc, Ref<bactrian::List<String>>>,
///     text: Value<'gc, String>,
/// ) -> Result<(), ConversionError> {
///     list.set(rt, bactrian::List::cons(rt, text, list.get()?))
/// }
/// ```
pub struct Ref<T>(PhantomData<fn() -> T>);

impl<T> Ref<T> {
    /// `ref contents`.
    ///
    /// ```
    /// # use bactrian::{Ref, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let counter = Ref::new(rt, Value::new(rt, &0isize));
    /// assert_eq!(counter.get().unwrap().as_int().unwrap(), 0);
    /// # });
    /// ```
    #[inline]
    pub fn new<'gc>(rt: &'gc Runtime, contents: Value<'gc, T>) -> Value<'gc, Ref<T>> {
        let mut allocator = Allocator::new(rt);
        // SAFETY: a value of this heap; a reference has tag 0 and one field.
        unsafe {
            let block = allocator.block(0, [contents.raw()]);
            allocator.value(block)
        }
    }
}

impl<'gc, T> Value<'gc, Ref<T>> {
    /// What the reference holds now (`!`).
    ///
    /// # Errors
    ///
    /// When this is no reference.
    ///
    /// ```
    /// # use bactrian::{Ref, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let counter = Ref::new(rt, Value::new(rt, &7isize));
    /// assert_eq!(counter.get().unwrap().to::<isize>().unwrap(), 7);
    /// # });
    /// ```
    #[inline]
    pub fn get(self) -> Result<Value<'gc, T>, ConversionError> {
        check(self.any())?;
        // SAFETY: just checked; what a reference of this type holds.
        unsafe { Ok(self.field_unchecked(0).cast()) }
    }

    /// Has the reference hold something else (`:=`, `caml_modify`).
    ///
    /// # Errors
    ///
    /// When this is no reference.
    ///
    /// ```
    /// # use bactrian::{Ref, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let counter = Ref::new(rt, Value::new(rt, &7isize));
    /// counter.set(rt, Value::new(rt, &8isize)).unwrap();
    /// assert_eq!(counter.get().unwrap().to::<isize>().unwrap(), 8);
    /// # });
    /// ```
    #[inline]
    pub fn set(self, _: &'gc Runtime, contents: Value<'gc, T>) -> Result<(), ConversionError> {
        check(self.any())?;
        // SAFETY: just checked; a value of the same heap.
        unsafe { sys::caml_modify(self.raw() as *mut Raw, contents.raw()) };
        Ok(())
    }
}

/// Whether a value looks like a reference.
#[inline]
pub(crate) fn check(value: Value<'_>) -> Result<(), ConversionError> {
    if value.is_block_of(0, 1) {
        Ok(())
    } else {
        Err(value.unexpected("a reference"))
    }
}
