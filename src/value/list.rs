//! Lists in place.

use core::marker::PhantomData;

use bactrian_sys as sys;

use super::{ConversionError, Value};
use crate::runtime::{Allocator, Runtime};

/// Stands for OCaml's `list` in a [`Value`] or [`Root`](crate::Root): `Value<'gc, List<isize>>` is
/// an `int list`, read in place.
///
/// # Examples
///
/// ```
/// use bactrian::{List, Value};
///
/// /// The first element, of whatever type.
/// #[bactrian::func]
/// fn first<'gc>(list: Value<'gc, List<String>>) -> Option<Value<'gc, String>> {
///     list.iter().next()?.ok()
/// }
/// ```
pub struct List<T>(PhantomData<fn() -> T>);

impl<T> List<T> {
    /// The empty list.
    ///
    /// ```
    /// # use bactrian::{List, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let list: Value<List<isize>> = List::empty(rt);
    /// assert!(list.is_int());
    /// # });
    /// ```
    pub fn empty(_: &Runtime) -> Value<'_, List<T>> {
        // SAFETY: an immediate.
        unsafe { Value::from_raw(sys::EMPTY_LIST) }
    }

    /// `head :: tail`.
    ///
    /// ```
    /// # use bactrian::{List, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let one: Value<isize> = Value::new(rt, &1isize);
    /// let list = List::cons(rt, one, List::empty(rt));
    /// assert_eq!(list.iter().count(), 1);
    /// # });
    /// ```
    #[inline]
    pub fn cons<'gc>(
        rt: &'gc Runtime,
        head: Value<'gc, T>,
        tail: Value<'gc, List<T>>,
    ) -> Value<'gc, List<T>> {
        let mut allocator = Allocator::new(rt);
        // SAFETY: both are values of this heap; a list cell has tag 0, head and tail.
        unsafe {
            let cell = allocator.block(0, [head.raw(), tail.raw()]);
            allocator.value(cell)
        }
    }
}

impl<'gc, T> Value<'gc, List<T>> {
    /// The elements, read in place.
    ///
    /// The iterator ends with an error when it meets something that is no list cell, and when the
    /// list is cyclic.
    ///
    /// ```
    /// use bactrian::{List, Value};
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// fn total_length(list: Value<List<String>>) -> Result<usize, bactrian::ConversionError> {
    ///     let mut sum = 0;
    ///     for text in list.iter() {
    ///         sum += text?.as_bytes()?.len();
    ///     }
    ///     Ok(sum)
    /// }
    /// # let list = List::cons(rt, Value::new(rt, &"abc".to_string()), List::empty(rt));
    /// # assert_eq!(total_length(list).unwrap(), 3);
    /// # });
    /// ```
    #[inline]
    pub fn iter(self) -> ListIter<'gc, T> {
        ListIter::new(self.any())
    }
}

/// The elements of a list. Made by [`Value::iter`].
///
/// ```
/// # use bactrian::{List, Value};
/// # bactrian::hidden::embedded(|rt| {
/// let list: Value<List<isize>> = List::cons(rt, Value::new(rt, &7), List::empty(rt));
/// let mut elements = list.iter();
/// assert_eq!(elements.next().unwrap().unwrap().as_int().unwrap(), 7);
/// assert!(elements.next().is_none());
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct ListIter<'gc, T> {
    /// What is not yet read; `None` after an error.
    rest: Option<Value<'gc>>,
    /// Brent's search for a cycle: a cell behind, and how far it may fall back.
    behind: Value<'gc>,
    steps: usize,
    limit: usize,
    phantom: PhantomData<fn() -> T>,
}

/// Cells after which the search for a cycle begins: most lists end before.
pub(crate) const UNCHECKED: usize = 1 << 10;

impl<'gc, T> ListIter<'gc, T> {
    #[inline(always)]
    pub(crate) fn new(list: Value<'gc>) -> Self {
        ListIter {
            rest: Some(list),
            behind: list,
            steps: 0,
            limit: UNCHECKED,
            phantom: PhantomData,
        }
    }

    /// The error of a list that has no end.
    #[cold]
    #[inline(never)]
    pub(crate) fn cyclic() -> ConversionError {
        ConversionError::message("expected a list that ends, got a cyclic one")
    }

    /// Whether the last error was one of the list itself.
    pub(crate) fn failed(&self) -> bool {
        self.rest.is_none()
    }

    /// At each doubling of the number of steps, the comparison starts again from here. A list of a
    /// cycle is found at the latest when the cycle has been gone through once after that.
    #[inline(always)]
    fn checkpoint(&mut self, here: Value<'gc>) {
        self.behind = here;
        self.limit = self.steps * 2;
    }
}

impl<'gc, T> Iterator for ListIter<'gc, T> {
    type Item = Result<Value<'gc, T>, ConversionError>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let cell = self.rest?;
        if cell.raw() == sys::EMPTY_LIST {
            return None;
        }
        if !cell.is_block_of(0, 2) {
            self.rest = None;
            return Some(Err(cell.unexpected("a list")));
        }
        self.steps += 1;
        // SAFETY: just checked.
        let (head, tail) = unsafe { (cell.field_unchecked(0), cell.field_unchecked(1)) };
        if tail.raw() == self.behind.raw() {
            self.rest = None;
            return Some(Err(Self::cyclic()));
        }
        if self.steps == self.limit {
            self.checkpoint(tail);
        }
        self.rest = Some(tail);
        // SAFETY: an element of this list.
        Some(Ok(unsafe { head.cast() }))
    }
}
