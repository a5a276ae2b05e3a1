//! Lists: `LinkedList`, `VecDeque`; `Vec` where a field or parameter says `as = list`.

use alloc::collections::{LinkedList, VecDeque};
use alloc::vec::Vec;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, ROOM, Runtime, check_stack, expect_stack};
use crate::value::{Any, ConversionError, ListIter, UNCHECKED, Value};

/// Reads a list, giving each element to a function.
#[inline(always)]
pub(super) fn for_each<'gc, T: FromValue<'gc>>(
    list: Value<'gc>,
    mut push: impl FnMut(T),
) -> Result<(), ConversionError> {
    check_stack()?;
    let mut cells = ListIter::<Any>::new(list);
    let mut index = 0;
    while let Some(element) = cells.next() {
        match element.and_then(T::from_value) {
            Ok(element) => push(element),
            Err(error) => return Err(in_list(error, index, cells.failed())),
        }
        index += 1;
    }
    Ok(())
}

/// Reads a list into a vector: what is counted in the loop stays in registers.
#[inline]
pub(super) fn to_vec<'gc, T: FromValue<'gc>>(list: Value<'gc>) -> Result<Vec<T>, ConversionError> {
    /// Elements that the vector does not yet know it has.
    struct Filling<'a, T> {
        vec: &'a mut Vec<T>,
        length: usize,
    }
    impl<T> Drop for Filling<'_, T> {
        #[inline(always)]
        fn drop(&mut self) {
            // SAFETY: so many elements have been written, into reserved room.
            unsafe { self.vec.set_len(self.length) };
        }
    }

    check_stack()?;
    let mut vec: Vec<T> = Vec::new();
    let mut filling = Filling {
        vec: &mut vec,
        length: 0,
    };
    let (mut start, mut room) = (filling.vec.as_mut_ptr(), 0);
    let mut cell = list;
    // Brent's search for a cycle, as in `ListIter`.
    let (mut behind, mut limit) = (list, UNCHECKED);
    while cell.raw() != sys::EMPTY_LIST {
        if !cell.is_block_of(0, 2) {
            return Err(in_list(cell.unexpected("a list"), filling.length, true));
        }
        // SAFETY: just checked.
        let (head, tail) = unsafe { (cell.field_unchecked(0), cell.field_unchecked(1)) };
        if filling.length == room {
            // SAFETY: so many elements have been written, into reserved room.
            unsafe { filling.vec.set_len(room) };
            // At least doubles the room when there is something in it.
            filling.vec.reserve(FIRST_ROOM);
            (start, room) = (filling.vec.as_mut_ptr(), filling.vec.capacity());
        }
        match T::from_value(head) {
            // SAFETY: there is room for more than `length` elements.
            Ok(element) => unsafe { start.add(filling.length).write(element) },
            Err(error) => return Err(in_list(error, filling.length, false)),
        }
        filling.length += 1;
        if tail.raw() == behind.raw() {
            return Err(in_list(ListIter::<Any>::cyclic(), 0, true));
        }
        if filling.length == limit {
            (behind, limit) = (tail, limit * 2);
        }
        cell = tail;
    }
    drop(filling);
    Ok(vec)
}

/// Elements that a vector has room for at first.
const FIRST_ROOM: usize = 16;

/// Says where in the list an error was met: in an element, or in the list's own cells.
#[cold]
#[inline(never)]
fn in_list(error: ConversionError, index: usize, cells_failed: bool) -> ConversionError {
    match (cells_failed, index) {
        (true, 0) => error,
        (true, _) => error.after_elements(index),
        (false, _) => error.in_element(index),
    }
}

/// Makes a list of elements given from the last to the first; `LAST` when no other value is alive.
#[inline(always)]
pub(super) fn build<'gc, 'a, T: ToValue + 'a, const LAST: bool>(
    backwards: impl Iterator<Item = &'a T>,
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    expect_stack();
    let list =
        allocator.locally(|allocator| cons::<T, LAST>(backwards, sys::EMPTY_LIST, allocator));
    // SAFETY: just made.
    unsafe { allocator.value(list) }
}

/// Makes a list of the slices' elements, one slice after the other; `LAST` when no other value is
/// alive.
#[inline(always)]
pub(super) fn build_slices<'gc, T: ToValue, const LAST: bool, const N: usize>(
    slices: [&[T]; N],
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    let mut list = sys::EMPTY_LIST;
    if T::IMMEDIATE {
        for slice in slices.into_iter().rev() {
            list = cons_immediates::<T, LAST>(slice, list, allocator);
        }
    } else {
        expect_stack();
        list = allocator.locally(|allocator| {
            for slice in slices.into_iter().rev() {
                list = cons::<T, LAST>(slice.iter().rev(), list, allocator);
            }
            list
        });
    }
    // SAFETY: just made.
    unsafe { allocator.value(list) }
}

/// Puts elements before a list, which is the only other value alive when `LAST`.
#[inline(always)]
fn cons<'gc, 'a, T: ToValue + 'a, const LAST: bool>(
    backwards: impl Iterator<Item = &'a T>,
    mut list: Raw,
    allocator: &mut Allocator<'gc>,
) -> Raw {
    for element in backwards {
        if LAST && allocator.room() < ROOM {
            // SAFETY: `LAST` says that no other value is alive.
            list = unsafe { allocator.make_room(list) };
        }
        let head = element.build(allocator);
        // SAFETY: values just made; a cell has tag 0, head and tail.
        list = unsafe { allocator.block(0, [head.raw(), list]) };
    }
    list
}

/// Words of a cell, the header included.
const CELL: usize = 3;

/// As [`cons`], where an element takes nothing but a cell: as many as there is room for, without a
/// look at the bounds for each.
#[inline(always)]
fn cons_immediates<'gc, T: ToValue, const LAST: bool>(
    elements: &[T],
    list: Raw,
    allocator: &mut Allocator<'gc>,
) -> Raw {
    if elements.len().saturating_mul(CELL) <= allocator.room() {
        // SAFETY: `room` says so; the list is of the same heap.
        unsafe { cells(elements, list, allocator) }
    } else {
        cons_in_parts::<T, LAST>(elements, list, allocator)
    }
}

#[cold]
#[inline(never)]
fn cons_in_parts<'gc, T: ToValue, const LAST: bool>(
    elements: &[T],
    list: Raw,
    allocator: &mut Allocator<'gc>,
) -> Raw {
    allocator.locally(|allocator| {
        let (mut elements, mut list) = (elements, list);
        loop {
            let room = allocator.room() / CELL;
            let (rest, chunk) = elements.split_at(elements.len().saturating_sub(room));
            // SAFETY: `room` says so; the list is of the same heap.
            list = unsafe { cells(chunk, list, allocator) };
            let Some((element, rest)) = rest.split_last() else {
                return list;
            };
            if LAST {
                // SAFETY: `LAST` says that no other value is alive.
                list = unsafe { allocator.make_room(list) };
            }
            let head = element.build(allocator);
            // SAFETY: values just made; a cell has tag 0, head and tail.
            list = unsafe { allocator.block(0, [head.raw(), list]) };
            elements = rest;
        }
    })
}

/// Puts elements that are immediates before a list.
///
/// # Safety
///
/// There is room for so many cells, and `list` is a value of the allocator's heap.
#[inline(always)]
unsafe fn cells<T: ToValue>(elements: &[T], mut list: Raw, allocator: &mut Allocator<'_>) -> Raw {
    let mut misfits = 0;
    let (first, fours) = elements.as_rchunks::<4>();
    for [a, b, c, d] in fours.iter().rev() {
        for element in [d, c, b, a] {
            let (head, misfit) = element.immediate(allocator);
            misfits |= misfit;
            // SAFETY: the caller's promise; an immediate.
            list = unsafe { allocator.block_in_room(0, [head, list]) };
        }
    }
    for element in first.iter().rev() {
        let (head, misfit) = element.immediate(allocator);
        misfits |= misfit;
        // SAFETY: as above.
        list = unsafe { allocator.block_in_room(0, [head, list]) };
    }
    if misfits < 0 {
        find_misfit(elements, allocator);
    }
    list
}

/// Panics.
#[cold]
#[inline(never)]
fn find_misfit<T: ToValue>(elements: &[T], allocator: &mut Allocator<'_>) {
    for element in elements {
        element.build(allocator);
    }
}

/// Implements `ToValue` as the list that an expression makes; in it, `$last` says whether no other value is
/// alive.
macro_rules! list_to_value {
    (|$self:ident, $allocator:ident, $last:ident| $make:expr) => {
        const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);
        const MOVED: bool = T::MOVED;
        to_value_by_build!();

        fn build<'gc>(&$self, $allocator: &mut Allocator<'gc>) -> Value<'gc> {
            const $last: bool = false;
            $make
        }

        unsafe fn build_last<'gc>(&$self, $allocator: &mut Allocator<'gc>) -> Value<'gc> {
            const $last: bool = true;
            $make
        }

        fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
            if T::MOVED {
                moved(self, rt)
            } else {
                self.to_value(rt)
            }
        }
    };
}

impl<'gc, T: FromValue<'gc>> FromValue<'gc> for LinkedList<T> {
    const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let mut list = LinkedList::new();
        for_each(value, |element| list.push_back(element))?;
        Ok(list)
    }
}

/// Makes a list of elements that are moved to OCaml.
pub(super) fn moved<'gc, T: ToValue>(
    elements: impl IntoIterator<Item = T>,
    rt: &'gc Runtime,
) -> Value<'gc> {
    let moved = |element: T| element.into_value(rt);
    let elements: Vec<Value<'gc>> = elements.into_iter().map(moved).collect();
    build_slices::<_, false, 1>([&elements], &mut Allocator::new(rt))
}

impl<T: ToValue> ToValue for LinkedList<T> {
    list_to_value!(|self, allocator, LAST| build::<T, LAST>(self.iter().rev(), allocator));
}

impl<'gc, T: FromValue<'gc>> FromValue<'gc> for VecDeque<T> {
    const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let mut list = VecDeque::new();
        for_each(value, |element| list.push_back(element))?;
        Ok(list)
    }
}

impl<T: ToValue> ToValue for VecDeque<T> {
    list_to_value!(|self, allocator, LAST| {
        let (front, back) = self.as_slices();
        build_slices::<T, LAST, 2>([front, back], allocator)
    });
}
