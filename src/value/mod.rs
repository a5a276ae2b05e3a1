//! Handles to OCaml values: [`Value`], short and as cheap as a C `value`; [`Root`], which keeps its
//! value alive as long as wanted.

mod access;
mod arrays;
pub mod bigarray;
pub(crate) mod closure;
pub(crate) mod custom;
mod describe;
mod error;
mod exception;
pub(crate) mod fields;
mod function;
mod lazy;
mod list;
mod object;
pub(crate) mod reference;
mod root;
pub(crate) mod tables;
mod text;
mod variant;

use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use crate::runtime::{Allocator, Runtime};

pub use arrays::Array;
pub(crate) use arrays::Layout;
pub use closure::Function;
pub use custom::{Borrowed, BorrowedMut, Custom, Marshal, Mutable, Taken};
pub use error::ConversionError;
pub use exception::{Backtrace, Exception, Exn, Frame, Predefined};
pub use fields::{Field, MutableField, Record};
pub use function::Fun;
pub(crate) use function::apply;
pub use lazy::Lazy;
pub(crate) use list::UNCHECKED;
pub use list::{List, ListIter};
pub use object::Method;
pub use reference::Ref;
pub use root::Root;
pub use tables::{Hashtbl, HashtblIter, Instance, Map, MapIter, Set, SetIter};
pub use variant::Variant;

/// The type of a value of which nothing is known: `Obj.t`.
///
/// ```
/// use bactrian::{Any, ToValue, Value};
///
/// # bactrian::hidden::embedded(|rt| {
/// let something: Value<Any> = 7isize.to_value(rt);
/// assert!(something.is_int());
/// # });
/// ```
#[derive(Debug)]
pub enum Any {}

/// An OCaml value, as short-lived as the borrow `'gc` of the [`Runtime`] that protects it.
///
/// `T` stands for the OCaml type: `Value<'gc, String>` is a `string`, `Value<'gc, List<isize>>` an
/// `int list`, `Value<'gc>` anything. A value is a word, `Copy`, and costs what a C `value` costs. It
/// cannot outlive the next call that may collect, since that call needs `&mut Runtime`; to keep it
/// longer, make a [`Root`].
///
/// Every access is checked: a value that is not what `T` says (OCaml's `Obj.magic`, an `external`
/// that lies) gives a [`ConversionError`], never undefined behaviour.
///
/// # Examples
///
/// ```
/// use bactrian::{ToValue, Value};
///
/// # bactrian::hidden::embedded(|rt| {
/// let pair = (1isize, "one").to_value(rt);
/// assert_eq!(pair.tag(), Some(0));
/// assert_eq!(pair.field(0).unwrap().to::<isize>().unwrap(), 1);
/// assert_eq!(pair.field(1).unwrap().as_str().unwrap(), "one");
/// assert!(pair.field(2).is_err());
/// # });
/// ```
pub struct Value<'gc, T = Any> {
    raw: Raw,
    runtime: PhantomData<&'gc Runtime>,
    phantom: PhantomData<fn() -> T>,
}

impl<T> Clone for Value<'_, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Value<'_, T> {}

impl<'gc, T> Value<'gc, T> {
    /// Takes the word for a value.
    ///
    /// # Safety
    ///
    /// It is a value of the OCaml heap or an immediate; as long as `'gc`, which is a borrow of this
    /// thread's [`Runtime`], nothing moves or frees it; and it has the OCaml type that `T` stands
    /// for, as far as OCaml code will see it.
    #[doc(hidden)]
    #[inline(always)]
    pub const unsafe fn from_raw(raw: Raw) -> Self {
        Value {
            raw,
            runtime: PhantomData,
            phantom: PhantomData,
        }
    }

    /// The word. It is stale after the next collection.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn raw(self) -> Raw {
        self.raw
    }

    /// The same value, of which nothing is known (`Obj.repr`).
    ///
    /// ```
    /// # use bactrian::{Array, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let array: Value<Array<isize>> = Array::from_values(rt, &[]);
    /// let any: Value = array.any();
    /// # });
    /// ```
    #[inline(always)]
    pub const fn any(self) -> Value<'gc> {
        Value {
            raw: self.raw,
            runtime: PhantomData,
            phantom: PhantomData,
        }
    }

    /// The same value, said to be of another type (`Obj.magic`).
    ///
    /// # Safety
    ///
    /// OCaml code that the value reaches will believe the type: it must be true.
    ///
    /// ```
    /// use bactrian::{List, ToValue, Value};
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let any = Vec::<isize>::new().to_value(rt);
    /// // SAFETY: an empty array has the elements of any type.
    /// let array: Value<bactrian::Array<String>> = unsafe { any.cast() };
    /// assert_eq!(array.len().unwrap(), 0);
    /// # });
    /// ```
    #[inline(always)]
    pub const unsafe fn cast<U>(self) -> Value<'gc, U> {
        Value {
            raw: self.raw,
            runtime: PhantomData,
            phantom: PhantomData,
        }
    }
}

impl<'gc> Allocator<'gc> {
    /// A value that this allocator's lifetime protects.
    ///
    /// # Safety
    ///
    /// As for [`Value::from_raw`].
    #[doc(hidden)]
    #[inline(always)]
    pub const unsafe fn value<T>(&self, raw: Raw) -> Value<'gc, T> {
        // SAFETY: the caller's promise.
        unsafe { Value::from_raw(raw) }
    }
}
