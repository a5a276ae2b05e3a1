//! Values that live as long as wanted.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use bactrian_sys::Value as Raw;

use super::{Any, Value};
use crate::runtime::{Cell, Runtime};

/// An OCaml value kept alive until this is dropped, wherever the collector moves it.
///
/// It belongs to no call: it can be stored, sent to another thread, dropped anywhere (also without
/// the runtime). Making and dropping one takes a few nanoseconds. Reading needs a [`Runtime`].
///
/// # Examples
///
/// ```
/// use bactrian::{Root, Runtime, ToValue};
///
/// # bactrian::hidden::embedded(|rt| {
/// fn collect_meanwhile(rt: &mut Runtime) -> String {
///     let root: Root = Root::new(rt, "kept".to_value(rt));
///     rt.poll().unwrap(); // may collect: no `Value` could live across this line
///     root.get(rt).to::<String>().unwrap()
/// }
/// assert_eq!(collect_meanwhile(rt), "kept");
/// # });
/// ```
pub struct Root<T = Any> {
    cell: Cell,
    phantom: PhantomData<fn() -> T>,
}

impl<T> Root<T> {
    /// Keeps a value alive.
    ///
    /// ```
    /// # use bactrian::{Root, ToValue};
    /// # bactrian::hidden::embedded(|rt| {
    /// let root = Root::new(rt, 1isize.to_value(rt));
    /// # });
    /// ```
    #[inline(always)]
    pub fn new(_: &Runtime, value: Value<'_, T>) -> Self {
        Root {
            cell: Cell::new(value.raw()),
            phantom: PhantomData,
        }
    }

    /// The cell, which is not dropped.
    #[inline(always)]
    pub(crate) fn into_cell(self) -> NonNull<Raw> {
        self.cell.into_raw()
    }

    /// The opposite of [`Root::into_cell`].
    ///
    /// # Safety
    ///
    /// The cell is of `into_cell`, of this type, and is dropped once only.
    #[inline(always)]
    pub(crate) unsafe fn from_cell(cell: NonNull<Raw>) -> Self {
        Root {
            // SAFETY: the caller's promise.
            cell: unsafe { Cell::from_raw(cell) },
            phantom: PhantomData,
        }
    }

    /// The value, for as long as the runtime is only borrowed shared.
    ///
    /// ```
    /// # use bactrian::{Root, ToValue};
    /// # bactrian::hidden::embedded(|rt| {
    /// let root = Root::new(rt, 1isize.to_value(rt));
    /// assert_eq!(root.get(rt).as_int().unwrap(), 1);
    /// # });
    /// ```
    #[inline(always)]
    pub fn get<'gc>(&self, _: &'gc Runtime) -> Value<'gc, T> {
        // SAFETY: the cell holds a value of type `T`, kept up to date by the collector, which
        // cannot run as long as the runtime is borrowed.
        unsafe { Value::from_raw(self.cell.get()) }
    }

    /// Keeps another value alive instead.
    ///
    /// ```
    /// # use bactrian::{Root, ToValue};
    /// # bactrian::hidden::embedded(|rt| {
    /// let mut root = Root::new(rt, 1isize.to_value(rt));
    /// root.set(rt, 2isize.to_value(rt));
    /// assert_eq!(root.get(rt).as_int().unwrap(), 2);
    /// # });
    /// ```
    #[inline]
    pub fn set(&mut self, rt: &Runtime, value: Value<'_, T>) {
        *self = Root::new(rt, value);
    }

    /// A second root of the same value.
    ///
    /// ```
    /// # use bactrian::{Root, ToValue};
    /// # bactrian::hidden::embedded(|rt| {
    /// let root = Root::new(rt, "shared".to_value(rt));
    /// let second = root.duplicate(rt);
    /// drop(root);
    /// assert_eq!(second.get(rt).as_str().unwrap(), "shared");
    /// # });
    /// ```
    #[inline]
    pub fn duplicate(&self, rt: &Runtime) -> Self {
        Root::new(rt, self.get(rt))
    }
}

impl<T> fmt::Debug for Root<T> {
    /// Prints nothing of the value: reading it needs a [`Runtime`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").finish_non_exhaustive()
    }
}
