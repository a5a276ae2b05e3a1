//! What a custom block looks like, and how it is known.
//!
//! # Structure
//!
//! A block is two words: the operations, and the payload, a pointer that [`Access`](super::Access) knows. So the
//! value has an address of its own, which no collection moves, and any alignment and size.
//!
//! Behind the operations of an `inline` type is the value itself. It is `Copy`, is never written to,
//! and needs no finalisation; the payload is the address of that word, as long as nothing collects.
//!
//! # Invariants
//!
//! 1. The word `fixed_length` of operations points into `MARKERS` if and only if they are the head of
//!    an [`Operations`] of this library. A static has one address; functions and constants need not.
//!    The index is the number of words that the value has in the block, 0 for a pointer.
//! 2. The payload of a block whose operations say the type `T` is one of `T::Access`, and the block
//!    owns it. Payloads are written once, when the block is made. Null is the payload of a block that
//!    marshalled data had no value for: nothing can reach it, but it is finalised.
//! 3. The collector calls `finalize` once for each block, when nothing can reach it.

use core::any::TypeId;
use core::cmp::Ordering;

use alloc::string::String;
use alloc::vec::Vec;
use bactrian_sys as sys;
use sys::Value as Raw;

use super::access::{MOST_INLINE, Payload};
use super::{Unusable, with_article};
use crate::value::Value;

/// What the operations of our blocks, and no others, point to. It also says how long the data is,
/// which marshalled data then need not repeat.
pub(super) static MARKERS: [sys::CustomFixedLength; MOST_INLINE + 1] = {
    const ONE: sys::CustomFixedLength = sys::CustomFixedLength {
        bsize_32: 4,
        bsize_64: 8,
    };
    let mut markers = [ONE; MOST_INLINE + 1];
    let mut words = 1;
    while words <= MOST_INLINE {
        // Of values that are in the block, the bytes are those of this platform.
        markers[words] = sys::CustomFixedLength {
            bsize_32: words as isize * size_of::<usize>() as isize,
            bsize_64: words as isize * size_of::<usize>() as isize,
        };
        words += 1;
    }
    markers
};

/// The index in `MARKERS` that operations point to.
///
/// # Safety
///
/// Those of a custom block.
unsafe fn marker_of(operations: *const sys::CustomOperations) -> Option<usize> {
    // SAFETY: the caller's promise.
    let address = unsafe { (*operations).fixed_length }.addr();
    let offset = address.wrapping_sub((&raw const MARKERS).addr());
    (offset < size_of_val(&MARKERS)).then(|| offset / size_of::<sys::CustomFixedLength>())
}

type Compare = unsafe fn(Payload, Payload) -> Result<Option<Ordering>, Unusable>;
type Write = unsafe fn(Payload, &mut Vec<u8>) -> Result<(), Unusable>;

/// Operations of the runtime's, and behind them our own.
#[repr(C)]
pub(crate) struct Operations {
    pub(super) base: sys::CustomOperations,
    /// The code of a closure, for the C functions that call one: they know it to be here.
    pub(crate) code: *const (),
    pub(super) type_id: fn() -> TypeId,
    pub(super) name: &'static str,
    /// The order of two payloads; `None` in it where there is none.
    pub(super) compare: Option<Compare>,
    pub(super) hash: Option<unsafe fn(Payload) -> Result<u64, Unusable>>,
    pub(super) write: Option<Write>,
    /// Has OCaml find the type by its identifier.
    pub(super) register: Option<fn()>,
}

impl Operations {
    /// Whether blocks have the value in them.
    pub(super) fn is_inline(&self) -> bool {
        // SAFETY: operations of ours.
        unsafe { marker_of(&raw const self.base) }.is_some_and(|words| words > 0)
    }
}

/// The operations of a block that is ours.
///
/// # Safety
///
/// A custom block of at least two words.
pub(super) unsafe fn operations_of(block: Raw) -> Option<&'static Operations> {
    // SAFETY: the first word of a custom block points to operations; what OCaml code could forge
    // (`Obj.with_tag`) would end the collector as well.
    unsafe {
        let operations = (block as *const *const sys::CustomOperations).read();
        if operations.is_null() || !operations.is_aligned() {
            return None;
        }
        // Invariant 1.
        marker_of(operations).map(|_| &*operations.cast::<Operations>())
    }
}

/// # Safety
///
/// A block of ours, with a value in it or a pointer.
#[inline(always)]
pub(super) unsafe fn payload_in(block: Raw, inline: bool) -> Payload {
    // SAFETY: invariant 2.
    unsafe {
        let place = (block as *const Payload).add(1);
        if inline { place.cast() } else { place.read() }
    }
}

/// # Safety
///
/// A block of ours.
pub(super) unsafe fn payload_of(block: Raw) -> Payload {
    // SAFETY: invariants 1 and 2.
    unsafe {
        let operations = (block as *const *const sys::CustomOperations).read();
        payload_in(block, marker_of(operations).is_some_and(|words| words > 0))
    }
}

/// Whether a block is ours and of this type.
///
/// # Safety
///
/// A custom block of at least two words.
#[inline(never)]
pub(super) unsafe fn is_of(block: Raw, id: TypeId) -> bool {
    // SAFETY: the caller's promise.
    unsafe { operations_of(block) }.is_some_and(|operations| (operations.type_id)() == id)
}

/// The order of the types of two blocks, if they are not the same.
pub(super) fn order_of_types(one: &Operations, other: &Operations) -> Option<Ordering> {
    let (one, other) = ((one.type_id)(), (other.type_id)());
    match one.cmp(&other) {
        Ordering::Equal => None,
        order => Some(order),
    }
}

/// What a custom block of ours is called.
pub(crate) fn name_of(block: Value<'_>) -> Option<String> {
    let header = block.header()?;
    if sys::header_tag(header) != sys::CUSTOM_TAG || sys::header_wosize(header) < 2 {
        return None;
    }
    // SAFETY: just checked.
    unsafe { operations_of(block.raw()) }
        .map(|operations| with_article(operations.name).into_owned())
}
