//! What a custom block looks like, how it is made, known and finalised.
//!
//! # Structure
//!
//! A block is two words: the operations, and the payload, a pointer that [`Access`] knows. So the
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
use core::marker::PhantomData;
use core::ptr;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use bactrian_sys as sys;
use sys::Value as Raw;

use super::access::{Access, Boxed, Copied, MOST_INLINE, Payload};
use super::panics::contain;
use super::{Custom, Shared, Unusable, operations, with_article};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

/// What the operations of our blocks, and no others, point to. It also says how long the data is,
/// which marshalled data then need not repeat.
static MARKERS: [sys::CustomFixedLength; MOST_INLINE + 1] = {
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
    type_id: fn() -> TypeId,
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

/// The operations of a type. There may be several copies of them in a program.
pub(super) struct OperationsOf<T>(PhantomData<T>);

impl<T: Custom<Access = Shared>> OperationsOf<T> {
    /// Those of a block whose value Rust shares.
    const OF_ARC: &'static Operations = &Operations {
        base: sys::CustomOperations {
            finalize: Some(finalize_arc::<T>),
            ..Self::ALL.base
        },
        ..Self::ALL
    };
}

impl<T: Custom> OperationsOf<T> {
    pub(super) const OPERATIONS: &'static Operations = &Self::ALL;

    const ALL: Operations = Operations {
        base: sys::CustomOperations {
            identifier: T::IDENTIFIER.as_ptr(),
            finalize: match <T::Access as Access<T>>::RELEASE {
                Some(_) => Some(finalize::<T>),
                None => None,
            },
            compare: match T::COMPARE {
                Some(_) => Some(operations::compare),
                None => None,
            },
            hash: match T::HASH {
                Some(_) => Some(operations::hash),
                None => None,
            },
            serialize: match T::MARSHAL {
                Some(_) => Some(operations::serialize),
                None => None,
            },
            deserialize: match T::MARSHAL {
                Some(_) => Some(operations::deserialize::<T>),
                None => None,
            },
            // The runtime's own order has immediates before blocks.
            compare_ext: None,
            fixed_length: &raw const MARKERS[<T::Access as Access<T>>::INLINE],
        },
        code: ptr::null(),
        type_id: TypeId::of::<T>,
        name: T::NAME,
        compare: match T::COMPARE {
            Some(_) => Some(operations::compare_payloads::<T>),
            None => None,
        },
        hash: match T::HASH {
            Some(_) => Some(operations::hash_payload::<T>),
            None => None,
        },
        write: match T::MARSHAL {
            Some(_) => Some(operations::write_payload::<T>),
            None => None,
        },
        register: match T::MARSHAL {
            Some(_) => Some(operations::register::<T>),
            None => None,
        },
    };
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
unsafe fn payload_in(block: Raw, inline: bool) -> Payload {
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

/// The payload of a value of type `T`.
#[inline(always)]
pub(super) fn payload<T: Custom>(value: Value<'_>) -> Result<Payload, ConversionError> {
    let inline = <T::Access as Access<T>>::INLINE;
    if value.is_block_of(sys::CUSTOM_TAG, if inline > 0 { 1 + inline } else { 2 }) {
        // SAFETY: a custom block of so many words; it is ours and a `T`'s where that is checked.
        unsafe {
            let operations = (value.raw() as *const *const Operations).read();
            if ptr::eq(operations, OperationsOf::<T>::OPERATIONS)
                || is_of(value.raw(), TypeId::of::<T>())
            {
                return Ok(payload_in(value.raw(), inline > 0));
            }
        }
    }
    Err(value.unexpected(with_article(T::NAME)))
}

/// Whether a block is ours and of this type.
///
/// # Safety
///
/// A custom block of at least two words.
#[inline(never)]
unsafe fn is_of(block: Raw, id: TypeId) -> bool {
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

/// Whether a value is a block of this type.
#[doc(hidden)]
#[inline]
pub fn check<T: Custom>(value: Value<'_>) -> Result<(), ConversionError> {
    payload::<T>(value).map(|_| ())
}

/// Borrows the value of a block for the time of a call.
///
/// # Safety
///
/// The value is one of the heap. Unless `COLLECTS`, nothing collects before the borrow is dropped; with
/// `SOLE`, this thread begins no other borrow before that.
#[inline(always)]
pub(crate) unsafe fn lend<T: Custom, const COLLECTS: bool, const SOLE: bool>(
    value: Value<'_>,
) -> Result<<T::Access as Access<T>>::Lent<COLLECTS>, ConversionError> {
    let payload = payload::<T>(value)?;
    // SAFETY: just checked.
    match unsafe { <T::Access as Access<T>>::lend::<COLLECTS, SOLE>(value, payload) } {
        Ok(lent) => Ok(lent),
        Err(unusable) => Err(unusable.error(T::NAME)),
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

/// Moves a value into a new block.
#[doc(hidden)]
#[inline]
pub fn into_block<T: Custom<Access: Boxed<T>>>(value: T, rt: &Runtime) -> Value<'_> {
    let bytes = value.external_size();
    let payload = <T::Access as Boxed<T>>::pack(value, bytes);
    let release = Release(payload, <T::Access as Boxed<T>>::release);
    block_of(OperationsOf::<T>::OPERATIONS, release, bytes, rt)
}

/// Copies a value into a new block.
#[doc(hidden)]
#[inline(always)]
pub fn inline_block<'gc, T: Custom<Access: Copied>>(
    value: &T,
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    let inline = <T::Access as Access<T>>::INLINE;
    let block = allocator.words(sys::CUSTOM_TAG, 1 + inline);
    // SAFETY: the block has these words, and the value fits into all but the first. It is `Copy`, or
    // `Inline` were not its access.
    unsafe {
        block.write(ptr::from_ref(OperationsOf::<T>::OPERATIONS) as usize);
        block.add(1).cast::<T>().copy_from_nonoverlapping(value, 1);
        allocator.value(block as Raw)
    }
}

/// Copies a value out of its block.
#[doc(hidden)]
#[inline(always)]
pub fn inline_value<T: Custom<Access: Copied>>(value: Value<'_>) -> Result<T, ConversionError> {
    let payload = payload::<T>(value)?;
    // SAFETY: the value is there, and nothing has collected since. It is `Copy`, as above.
    Ok(unsafe { payload.cast::<T>().read() })
}

/// Makes a new block of a value that Rust shares.
#[doc(hidden)]
pub fn share<'gc, T: Custom<Access = Shared>>(value: &Arc<T>, rt: &'gc Runtime) -> Value<'gc> {
    let bytes = value.external_size();
    let release = Release(Shared::pack_arc(value.clone()), Shared::release_arc::<T>);
    block_of(OperationsOf::<T>::OF_ARC, release, bytes, rt)
}

/// A payload that no block has yet: without memory there is none.
struct Release(Payload, unsafe fn(Payload));

impl Drop for Release {
    fn drop(&mut self) {
        // SAFETY: the payload is still ours, and this is the function that releases it.
        unsafe { (self.1)(self.0) };
    }
}

#[inline(always)]
fn block_of<'gc>(
    operations: &'static Operations,
    release: Release,
    bytes: usize,
    rt: &'gc Runtime,
) -> Value<'gc> {
    let block = if bytes == 0 {
        let words = [ptr::from_ref(operations).cast(), release.0];
        // SAFETY: the payload is one of these operations.
        unsafe { Allocator::new(rt).custom_if_room(words) }
    } else {
        None
    };
    let block = match block {
        Some(block) => {
            core::mem::forget(release);
            block
        }
        None => elsewhere(operations, release, bytes, rt),
    };
    // SAFETY: just made.
    unsafe { Value::from_raw(block) }
}

/// Makes a block that holds memory outside the heap, or for which the minor heap has no room.
#[inline(never)]
fn elsewhere(operations: &'static Operations, release: Release, bytes: usize, rt: &Runtime) -> Raw {
    let words = [ptr::from_ref(operations).cast(), release.0];
    // SAFETY: the payload is one of these operations.
    let block = unsafe { Allocator::new(rt).custom(words, bytes) };
    core::mem::forget(release);
    block
}

/// The operations of blocks that hold closures, which nothing but their code reads; `finalize` calls
/// [`drop_closure`].
pub(crate) const fn operations_of_closures(
    identifier: *const core::ffi::c_char,
    finalize: unsafe extern "C" fn(Raw),
    code: *const (),
) -> Operations {
    Operations {
        base: sys::CustomOperations {
            identifier,
            finalize: Some(finalize),
            compare: None,
            hash: None,
            serialize: None,
            deserialize: None,
            compare_ext: None,
            fixed_length: &raw const MARKERS[0],
        },
        code,
        type_id: TypeId::of::<ClosureBlock>,
        name: CLOSURE,
        compare: None,
        hash: None,
        write: None,
        register: None,
    }
}

/// Ends a block that holds a closure, whose drop runs code of the user's if `DROPS`.
///
/// # Safety
///
/// The collector finalises the block; `release` may have its payload.
#[inline(always)]
pub(crate) unsafe fn drop_closure<const DROPS: bool>(block: Raw, release: unsafe fn(Payload)) {
    // SAFETY: the caller's promise.
    let release = || unsafe { release(payload_in(block, false)) };
    if DROPS {
        crate::runtime::while_collecting(|| contain(CLOSURE, release));
    } else {
        release();
    }
}

const CLOSURE: &str = "Rust closure";

/// Stands for blocks that hold closures.
struct ClosureBlock;

/// What conversion by reference does, where that was not seen at compile time.
#[doc(hidden)]
#[cold]
pub fn by_reference<T: Custom>() -> ! {
    panic!(
        "a {} belongs to OCaml once it is there, so it is moved: return it by value, alone or in \
         an `Option`, `Result`, tuple, `Vec` or `#[ocaml(moved)]` type, make it with `Value::owned`, \
         or share an `Arc` of it",
        T::NAME
    )
}

/// Ends a block. The collector calls this, in any domain or thread.
///
/// # Safety
///
/// The collector calls this for a block of ours of type `T`, once.
unsafe extern "C" fn finalize<T: Custom>(block: Raw) {
    // SAFETY: invariants 2 and 3.
    let payload = unsafe { payload_in(block, false) };
    if let Some(release) = <T::Access as Access<T>>::RELEASE
        && !payload.is_null()
    {
        // SAFETY: as above.
        dropping::<T>(|| unsafe { release(payload) });
    }
}

/// Ends a block whose value Rust shares.
///
/// # Safety
///
/// As for [`finalize`]; the payload is an `Arc`.
unsafe extern "C" fn finalize_arc<T: Custom<Access = Shared>>(block: Raw) {
    // SAFETY: invariants 2 and 3.
    dropping::<T>(|| unsafe { Shared::release_arc::<T>(payload_in(block, false)) });
}

/// Runs what ends a value while the collector works.
#[inline(always)]
fn dropping<T: Custom>(release: impl FnOnce()) {
    if core::mem::needs_drop::<T>() {
        crate::runtime::while_collecting(|| contain(T::NAME, release));
    } else {
        // No code of the user's runs.
        release();
    }
}
