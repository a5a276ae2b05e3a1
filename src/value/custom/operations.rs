//! What OCaml does with custom values of its own accord: comparison, hash, marshalling.
//!
//! The runtime calls these functions. `compare` may raise; `hash` may not (`caml_hash` is
//! `[@@noalloc]`), nor may `serialize` (what the runtime has at work would be lost).

use core::any::TypeId;
use core::cmp::Ordering;
use core::error::Error;
use core::ffi::{CStr, c_int, c_void};
use core::hash::{Hash, Hasher};
use core::sync::atomic::{AtomicPtr, Ordering as Atomic};

use alloc::boxed::Box;
use alloc::ffi::CString;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bactrian_sys as sys;
use sys::Value as Raw;

use super::access::{Access, Payload};
use super::layout::{Operations, operations_of, order_of_types, payload_of};
use super::panics::catch;
use super::{Custom, Marshal, Unusable};
use crate::runtime::{Allocator, Raise, Runtime};
use crate::value::Value;

/// How a type is marshalled.
#[doc(hidden)]
pub struct Marshalling<T> {
    write: fn(&T, &mut Vec<u8>),
    read: Read<T>,
}

type Read<T> = fn(&[u8]) -> Result<T, Box<dyn Error>>;

impl<T> core::fmt::Debug for Marshalling<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Marshalling").finish_non_exhaustive()
    }
}

/// As the trait says.
#[doc(hidden)]
pub const fn marshalling<T: Marshal>() -> Marshalling<T> {
    Marshalling {
        write: T::to_bytes,
        read: T::from_bytes,
    }
}

/// The order of `Ord`.
#[doc(hidden)]
pub fn by_ord<T: Ord>(one: &T, other: &T) -> Option<Ordering> {
    Some(one.cmp(other))
}

/// The order of `PartialOrd`.
#[doc(hidden)]
pub fn by_partial_ord<T: PartialOrd>(one: &T, other: &T) -> Option<Ordering> {
    one.partial_cmp(other)
}

/// Equal, or without an order.
#[doc(hidden)]
pub fn by_eq<T: PartialEq>(one: &T, other: &T) -> Option<Ordering> {
    (one == other).then_some(Ordering::Equal)
}

/// The hash of `Hash`.
#[doc(hidden)]
pub fn by_hash<T: Hash>(value: &T) -> u64 {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    value.hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a: the same in every program and version, as `Hashtbl`s that are marshalled need.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// # Safety
///
/// Two payloads of blocks of type `T`, which are alive.
pub(super) unsafe fn compare_payloads<T: Custom>(
    one: Payload,
    other: Payload,
) -> Result<Option<Ordering>, Unusable> {
    let Some(compare) = T::COMPARE else {
        return Ok(None);
    };
    // SAFETY: the caller's promise; nothing collects meanwhile.
    unsafe {
        let (one, other) = (lend::<T>(one)?, lend::<T>(other)?);
        Ok(compare(&one, &other))
    }
}

/// # Safety
///
/// A payload of a block of type `T`, which is alive until this borrow ends.
unsafe fn lend<T: Custom>(
    payload: Payload,
) -> Result<<T::Access as Access<T>>::Lent<false>, Unusable> {
    // SAFETY: the caller's promise. The block is not looked at, since nothing collects.
    unsafe { <T::Access as Access<T>>::lend::<false, false>(Value::from_raw(sys::UNIT), payload) }
}

/// # Safety
///
/// A payload of a block of type `T`, which is alive.
pub(super) unsafe fn hash_payload<T: Custom>(payload: Payload) -> Result<u64, Unusable> {
    // SAFETY: the caller's promise.
    let value = unsafe { lend::<T>(payload) }?;
    Ok(T::HASH.map_or(0, |hash| hash(&value)))
}

/// # Safety
///
/// A payload of a block of type `T`, which is alive.
pub(super) unsafe fn write_payload<T: Custom>(
    payload: Payload,
    bytes: &mut Vec<u8>,
) -> Result<(), Unusable> {
    // SAFETY: the caller's promise.
    let value = unsafe { lend::<T>(payload) }?;
    if let Some(marshalling) = T::MARSHAL {
        (marshalling.write)(&value, bytes);
    }
    Ok(())
}

/// The order of two blocks, or an exception.
///
/// All types have this one function: the runtime calls it for two blocks that both have it.
///
/// # Safety
///
/// The runtime compares two blocks of ours that have an order.
pub(super) unsafe extern "C" fn compare(one: Raw, other: Raw) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { order(one, other) } {
        Ok(order) => order,
        // SAFETY: OCaml called the comparison; here nothing that needs dropping is alive, and the
        // exception has just been made.
        Err(raise) => unsafe { raise.raise() },
    }
}

/// # Safety
///
/// As for [`compare`].
unsafe fn order(one: Raw, other: Raw) -> Result<c_int, Raise> {
    // SAFETY: the caller's promise.
    let (operations, others, one, other) = unsafe {
        match (operations_of(one), operations_of(other)) {
            (Some(operations), Some(others)) => {
                (operations, others, payload_of(one), payload_of(other))
            }
            _ => return Ok(0),
        }
    };
    if let Some(order) = order_of_types(operations, others) {
        // SAFETY: identifiers end with NUL.
        let names = unsafe {
            CStr::from_ptr(operations.base.identifier).cmp(CStr::from_ptr(others.base.identifier))
        };
        return Ok(names.then(order) as c_int);
    }
    let Some(compare) = operations.compare else {
        return Ok(0);
    };
    // SAFETY: payloads of one type, whose blocks are alive.
    let message = match catch(|| unsafe { compare(one, other) }) {
        Ok(Ok(Some(order))) => return Ok(order as c_int),
        Ok(Ok(None)) => {
            // SAFETY: the runtime is comparing.
            unsafe { sys::bactrian_compare_unordered() };
            if !operations.is_inline() {
                // `compare` has an order all the same: addresses do not change.
                return Ok(one.cmp(&other) as c_int);
            }
            // As OCaml has it for floats: what has no order with itself comes first.
            // SAFETY: as above.
            let odd =
                |payload| matches!(catch(|| unsafe { compare(payload, payload) }), Ok(Ok(None)));
            return Ok(odd(other) as c_int - odd(one) as c_int);
        }
        Ok(Err(unusable)) => format!("compare: {}", unusable.message(operations.name)),
        Err(message) => {
            // SAFETY: OCaml called the comparison, with the runtime held.
            let rt = unsafe { Runtime::assume_held() };
            return Err(Raise::failure(message.as_bytes(), &rt));
        }
    };
    // SAFETY: as above.
    let rt = unsafe { Runtime::assume_held() };
    Err(Raise::InvalidArgument(
        Allocator::new(&rt).string(message.as_bytes()),
    ))
}

/// The hash of a block; 0 if there is none to be had.
///
/// # Safety
///
/// The runtime hashes a block of ours that has a hash.
pub(super) unsafe extern "C" fn hash(block: Raw) -> isize {
    // SAFETY: the caller's promise.
    let hash = unsafe {
        let Some(hash) = operations_of(block).and_then(|operations| operations.hash) else {
            return 0;
        };
        let payload = payload_of(block);
        catch(|| hash(payload))
    };
    match hash {
        // 32 bits on every platform: hashes may be marshalled.
        Ok(Ok(hash)) => (hash ^ (hash >> 32)) as u32 as isize,
        // This must not raise. The panic has been reported.
        Ok(Err(_)) | Err(_) => 0,
    }
}

/// What follows in marshalled data: the value's bytes, with their number before them; nothing, for a
/// value that was taken; why there is no value, as a text.
const VALUE: u8 = 0;
const CLOSED: u8 = 1;
const FAILED: u8 = 2;

/// Writes a block.
///
/// # Safety
///
/// The runtime marshals a block of ours that can be.
pub(super) unsafe extern "C" fn serialize(block: Raw, size_32: *mut usize, size_64: *mut usize) {
    // SAFETY: the caller's promise.
    let (kind, bytes) = unsafe {
        let Some(operations) = operations_of(block) else {
            return;
        };
        let length = &*operations.base.fixed_length;
        size_32.write(length.bsize_32 as usize);
        size_64.write(length.bsize_64 as usize);
        let payload = payload_of(block);
        let (mut kind, mut bytes) = (VALUE, Vec::new());
        let written = catch(|| {
            if let Some(register) = operations.register {
                register();
            }
            match operations.write {
                Some(write) => write(payload, &mut bytes),
                None => Ok(()),
            }
        });
        match written {
            Ok(Ok(())) => {}
            Ok(Err(Unusable::Closed)) => kind = CLOSED,
            Ok(Err(unusable)) => {
                (kind, bytes) = (FAILED, unusable.message(operations.name).into_bytes());
            }
            Err(message) => (kind, bytes) = (FAILED, message.into_bytes()),
        }
        (kind, bytes)
    };
    // SAFETY: the caller's promise.
    unsafe { put(kind, bytes) };
}

/// Writes what [`serialize`] has. Without memory the runtime raises in here: so nothing that is to be
/// dropped is alive, and the bytes are lost then.
///
/// # Safety
///
/// The runtime is marshalling.
unsafe fn put(kind: u8, bytes: Vec<u8>) {
    let bytes = Box::into_raw(bytes.into_boxed_slice());
    // SAFETY: the caller's promise; the box is ours.
    unsafe {
        sys::caml_serialize_int_1(c_int::from(kind));
        if kind != CLOSED {
            sys::caml_serialize_int_8(bytes.len() as i64);
            sys::caml_serialize_block_1(bytes.cast_const().cast(), bytes.len() as isize);
        }
        drop(Box::from_raw(bytes));
    }
}

/// Reads the payload of a block of type `T`, or raises `Failure`.
///
/// # Safety
///
/// The runtime unmarshals a block that [`serialize`] wrote.
pub(super) unsafe extern "C" fn deserialize<T: Custom>(data: *mut c_void) -> usize {
    // SAFETY: the caller's promise. The message, if there is one, is on the stack: raising loses
    // nothing.
    unsafe {
        // Until OCaml 5.3 the block stays in the heap when there is no value, and is finalised.
        if <T::Access as Access<T>>::INLINE == 0 {
            data.cast::<Payload>().write(core::ptr::null());
        }
        let mut message = [0; 256];
        if read::<T>(data.cast(), &mut message) {
            <T::Access as Access<T>>::INLINE.max(1) * size_of::<Payload>()
        } else {
            sys::bactrian_deserialize_error(message.as_ptr().cast())
        }
    }
}

/// Reads a payload into its place; or makes a message that ends with NUL.
///
/// # Safety
///
/// As for [`deserialize`].
unsafe fn read<T: Custom>(place: *mut Payload, message: &mut [u8; 256]) -> bool {
    // SAFETY: the caller's promise.
    let outcome = unsafe { read_value::<T>(place) };
    let text = match outcome {
        Ok(()) => return true,
        Err(text) => text,
    };
    let text = CString::new(text.replace('\0', " ")).unwrap_or_default();
    let mut bytes = text.as_bytes();
    if bytes.len() > 255 {
        bytes = &bytes[..255];
    }
    message[..bytes.len()].copy_from_slice(bytes);
    false
}

/// # Safety
///
/// As for [`deserialize`].
unsafe fn read_value<T: Custom>(place: *mut Payload) -> Result<(), String> {
    // SAFETY: the caller's promise.
    let kind = unsafe { sys::caml_deserialize_uint_1() };
    if kind == c_int::from(CLOSED) {
        let Some(closed) = <T::Access as Access<T>>::closed() else {
            return Err(format!("input_value: a {} cannot be closed", T::NAME));
        };
        // SAFETY: the caller's promise: a pointer is what such a block has.
        unsafe { place.write(closed) };
        return Ok(());
    }
    // SAFETY: as above.
    let length = unsafe { sys::caml_deserialize_sint_8() };
    let length = isize::try_from(length).unwrap_or(-1);
    let mut bytes: Vec<u8> = Vec::new();
    if length < 0 || bytes.try_reserve_exact(length as usize).is_err() {
        return Err(format!("input_value: a {} of {length} bytes", T::NAME));
    }
    // SAFETY: as above; the vector has room for the bytes, which are all written.
    unsafe {
        sys::caml_deserialize_block_1(bytes.as_mut_ptr().cast::<c_void>(), length);
        bytes.set_len(length as usize);
    }
    if kind != c_int::from(VALUE) {
        let text = String::from_utf8_lossy(&bytes);
        return Err(format!("output_value: {text}"));
    }
    let Some(marshalling) = T::MARSHAL else {
        return Err(format!("input_value: a {} cannot be read", T::NAME));
    };
    let read = || (marshalling.read)(&bytes).map_err(|error| error.to_string());
    let make = || {
        let value = read()?;
        let size = value.external_size();
        // SAFETY: the caller's promise.
        unsafe { <T::Access as Access<T>>::put(value, size, place) };
        Ok(size)
    };
    match catch(make) {
        Ok(Ok(size)) => {
            // SAFETY: the runtime is held. The block is the runtime's own, which accounts for none.
            unsafe { sys::bactrian_custom_old(size) };
            Ok(())
        }
        Ok(Err(text)) | Err(text) => Err(format!("input_value: {}: {text}", T::NAME)),
    }
}

/// Has OCaml find the type, and these operations for it, by its identifier.
///
/// Twice does no harm, so what is known need not be exact.
pub(super) fn register<T: Custom>(operations: &'static Operations) {
    let id = TypeId::of::<T>();
    match registered(T::IDENTIFIER) {
        Some(type_) if type_.id == id => return,
        Some(type_) => panic!(
            "the types {} and {} are both marshalled as {:?}: give one of them another name, \
             `#[ocaml(identifier = \"...\")]`",
            type_.name,
            T::NAME,
            T::IDENTIFIER
        ),
        None => {}
    }
    // SAFETY: the operations live for ever, and have an identifier and `deserialize`.
    unsafe {
        sys::caml_register_custom_operations(&raw const operations.base);
    }
    let type_ = Box::into_raw(Box::new(Registered {
        identifier: T::IDENTIFIER,
        id,
        name: T::NAME,
        next: AtomicPtr::new(core::ptr::null_mut()),
    }));
    let mut head = REGISTERED.load(Atomic::Acquire);
    loop {
        // SAFETY: nobody else has it yet.
        unsafe { (*type_).next.store(head, Atomic::Relaxed) };
        match REGISTERED.compare_exchange(head, type_, Atomic::AcqRel, Atomic::Acquire) {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

/// A type that is registered.
struct Registered {
    identifier: &'static CStr,
    id: TypeId,
    name: &'static str,
    next: AtomicPtr<Registered>,
}

/// All of them: a list that only grows.
static REGISTERED: AtomicPtr<Registered> = AtomicPtr::new(core::ptr::null_mut());

fn registered(identifier: &CStr) -> Option<&'static Registered> {
    let mut next = REGISTERED.load(Atomic::Acquire);
    // SAFETY: what is in the list stays, and does not change.
    while let Some(type_) = unsafe { next.as_ref() } {
        if type_.identifier == identifier {
            return Some(type_);
        }
        next = type_.next.load(Atomic::Acquire);
    }
    None
}
