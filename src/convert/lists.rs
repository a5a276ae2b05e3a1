//! Lists: `LinkedList`, `VecDeque`; `Vec` where a field or parameter says `as = list`.

use alloc::collections::{LinkedList, VecDeque};
use alloc::vec::Vec;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::pointers::too_deep;
use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, ROOM, check_stack};
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
    if check_stack().is_err() {
        too_deep();
    }
    let list = allocator.locally(|allocator| {
        if T::IMMEDIATE {
            build_of_immediates::<T, LAST>(backwards, allocator)
        } else {
            build_of_blocks::<T, LAST>(backwards, allocator)
        }
    });
    // SAFETY: just made.
    unsafe { allocator.value(list) }
}

#[inline(always)]
fn build_of_blocks<'gc, 'a, T: ToValue + 'a, const LAST: bool>(
    backwards: impl Iterator<Item = &'a T>,
    allocator: &mut Allocator<'gc>,
) -> Raw {
    let mut list = sys::EMPTY_LIST;
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

/// Cells only: as many as there is room for, without a look at the bounds for each.
#[inline(always)]
fn build_of_immediates<'gc, 'a, T: ToValue + 'a, const LAST: bool>(
    mut backwards: impl Iterator<Item = &'a T>,
    allocator: &mut Allocator<'gc>,
) -> Raw {
    const CELL: usize = 3;
    let mut list = sys::EMPTY_LIST;
    loop {
        for _ in 0..allocator.room() / CELL {
            let Some(element) = backwards.next() else {
                return list;
            };
            let head = element.build(allocator);
            // SAFETY: `room` says so; an immediate, a value just made.
            list = unsafe { allocator.block_in_room(0, [head.raw(), list]) };
        }
        if LAST {
            // SAFETY: `LAST` says that no other value is alive.
            list = unsafe { allocator.make_room(list) };
        }
        let Some(element) = backwards.next() else {
            return list;
        };
        let head = element.build(allocator);
        // SAFETY: values just made; a cell has tag 0, head and tail.
        list = unsafe { allocator.block(0, [head.raw(), list]) };
    }
}

/// Implements `ToValue` as a list of what an expression iterates over backwards.
macro_rules! list_to_value {
    ($self:ident, $backwards:expr) => {
        const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);
        to_value_by_build!();

        fn build<'gc>(&$self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
            build::<T, false>($backwards, allocator)
        }

        unsafe fn build_last<'gc>(&$self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
            build::<T, true>($backwards, allocator)
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

impl<T: ToValue> ToValue for LinkedList<T> {
    list_to_value!(self, self.iter().rev());
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
    list_to_value!(self, self.iter().rev());
}
