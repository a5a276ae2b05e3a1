//! How custom blocks are made, read and finalised.

use core::any::TypeId;
use core::marker::PhantomData;
use core::ptr;

use alloc::sync::Arc;
use bactrian_sys as sys;
use sys::Value as Raw;

use super::access::{Access, Boxed, Copied, Payload};
use super::layout::{MARKERS, Operations, is_of, payload_in};
use super::panics::contain;
use super::{Custom, Shared, operations, with_article};
use crate::runtime::{Allocator, Runtime, is_kept};
use crate::value::{ConversionError, Value};

/// The operations of a type. There may be several copies of them in a program.
struct OperationsOf<T>(PhantomData<T>);

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
    const OPERATIONS: &'static Operations = &Self::ALL;

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
            Some(_) => Some(register_marshal::<T>),
            None => None,
        },
    };
}

/// Has OCaml find the type by its identifier.
#[doc(hidden)]
pub fn register_marshal<T: Custom>() {
    operations::register::<T>(OperationsOf::<T>::OPERATIONS);
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
    if is_kept() {
        return;
    }
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
    // SAFETY: invariants 2 and 3 of `layout`.
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
    // SAFETY: invariants 2 and 3 of `layout`.
    dropping::<T>(|| unsafe { Shared::release_arc::<T>(payload_in(block, false)) });
}

/// Runs what ends a value while the collector works.
#[inline(always)]
fn dropping<T: Custom>(release: impl FnOnce()) {
    if is_kept() {
        return;
    }
    if core::mem::needs_drop::<T>() {
        crate::runtime::while_collecting(|| contain(T::NAME, release));
    } else {
        // No code of the user's runs.
        release();
    }
}
