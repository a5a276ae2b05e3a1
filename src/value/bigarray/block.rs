//! What the block of a bigarray looks like, how it is made, known and finalised.
//!
//! # Structure
//!
//! ```text
//! operations | data | number of dimensions | kind, layout, whose data | proxy | dimensions...
//! ```
//!
//! The data is outside the heap. Arrays that share data (`sub`, `slice`, `reshape`) share a proxy,
//! which counts them. The runtime copies the operations of an array to those that share its data, so
//! that they have the finaliser that the data needs, as for files mapped into memory.
//!
//! # Invariants
//!
//! 1. The operations of bigarrays, and of no other blocks, have the runtime's function that compares
//!    bigarrays.
//! 2. A block with [`operations`] has a proxy that is the head of an [`Owner`], and a share in it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::c_void;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering, fence};

use bactrian_sys as sys;
use sys::CustomOperations;
use sys::Value as Raw;

use super::kinds::kind_name;
use super::{Bigarray, Dims, Kind, Layout};
use crate::runtime::Allocator;
use crate::value::{ConversionError, Value};

/// Words before the dimensions.
const HEAD: usize = 5;

const KIND: isize = 0xff;
const FORTRAN: isize = 0x100;
/// The data is freed with the last array that has it.
const MANAGED: isize = 0x200;

/// The kind and the layout of this type.
const fn flags<A: Bigarray>() -> isize {
    A::Kind::NUMBER | if A::Layout::FORTRAN { FORTRAN } else { 0 }
}

/// What the runtime knows of a proxy.
#[repr(C)]
struct Proxy {
    /// How many arrays have the data.
    count: AtomicUsize,
    data: *mut c_void,
    /// Of a mapped file.
    size: usize,
    /// Frees the owner.
    release: unsafe fn(NonNull<Proxy>),
}

/// A proxy and what owns the data.
#[repr(C)]
struct Owner<O> {
    proxy: Proxy,
    owner: O,
}

/// Frees an owner.
///
/// # Safety
///
/// The proxy is the head of a boxed `Owner<O>`, and nothing uses the data.
unsafe fn release<O>(proxy: NonNull<Proxy>) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(proxy.as_ptr().cast::<Owner<O>>()) });
}

/// Ends an array's share in its data. The collector calls this, in any domain or thread.
///
/// # Safety
///
/// The block is a bigarray with [`operations`], and it is finalised once.
unsafe extern "C" fn finalize(block: Raw) {
    // SAFETY: invariant 2.
    unsafe {
        let proxy = (block as *const *mut Proxy).add(4).read();
        if (*proxy).count.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            ((*proxy).release)(NonNull::new_unchecked(proxy));
        }
    }
}

/// The runtime's operations.
fn runtime_operations() -> *const CustomOperations {
    (&raw const sys::caml_ba_ops).cast()
}

/// The runtime's operations, but for the finaliser.
fn operations() -> *const CustomOperations {
    static OPERATIONS: AtomicPtr<CustomOperations> = AtomicPtr::new(ptr::null_mut());
    let known = OPERATIONS.load(Ordering::Acquire);
    if !known.is_null() {
        return known;
    }
    // SAFETY: a structure of the runtime's that does not change.
    let mut copy = Box::new(unsafe { runtime_operations().read() });
    copy.finalize = Some(finalize);
    let copy = Box::into_raw(copy);
    // Another domain may have been faster.
    match OPERATIONS.compare_exchange(ptr::null_mut(), copy, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => copy,
        Err(known) => {
            // SAFETY: just made, and nobody else knows it.
            drop(unsafe { Box::from_raw(copy) });
            known
        }
    }
}

/// Where the elements of a bigarray are, and how many.
pub(crate) struct Parts<'gc, T> {
    pub(crate) data: NonNull<T>,
    /// In the block, which does not move meanwhile.
    pub(crate) dims: &'gc [usize],
    pub(crate) length: usize,
}

/// The number of elements.
pub(super) fn length_of(dims: &[usize]) -> Option<usize> {
    if dims.contains(&0) {
        return Some(0);
    }
    dims.iter()
        .try_fold(1, |length: usize, &dim| length.checked_mul(dim))
}

/// What any bigarray says of itself.
struct Shape<'gc> {
    data: *mut c_void,
    flags: isize,
    dims: &'gc [usize],
}

#[inline(always)]
fn shape<'gc>(value: Value<'gc>) -> Option<Shape<'gc>> {
    let header = value.header()?;
    let size = sys::header_wosize(header);
    if sys::header_tag(header) != sys::CUSTOM_TAG || size < HEAD {
        return None;
    }
    let block = value.raw() as *const isize;
    // SAFETY: the block has these words, and nothing writes to them.
    unsafe {
        let of = block.cast::<*const CustomOperations>().read();
        if of != runtime_operations() && !is_of_bigarrays(of) {
            return None;
        }
        let count = block.add(2).read() as usize;
        if count > Dims::MOST || size < HEAD + count {
            return None;
        }
        Some(Shape {
            data: block.add(1).cast::<*mut c_void>().read(),
            flags: block.add(3).read(),
            dims: core::slice::from_raw_parts(block.add(HEAD).cast::<usize>(), count),
        })
    }
}

/// Whether operations are those of bigarrays, though with another finaliser.
///
/// # Safety
///
/// A custom block has them.
#[inline(never)]
unsafe fn is_of_bigarrays(operations: *const CustomOperations) -> bool {
    let address =
        |f: Option<unsafe extern "C" fn(Raw, Raw) -> core::ffi::c_int>| f.map(|f| f as *const ());
    // SAFETY: a custom block's first word points to its operations.
    unsafe { address((*operations).compare) == address((*runtime_operations()).compare) }
}

/// A bigarray in words.
fn describe(module: &str, kind: isize, fortran: bool) -> String {
    let layout = if fortran { "Fortran" } else { "C" };
    alloc::format!(
        "a Bigarray.{module} of {} in {layout} layout",
        kind_name(kind)
    )
}

#[cold]
#[inline(never)]
fn unexpected<A: Bigarray>(value: Value<'_>) -> ConversionError {
    let shape = shape(value);
    let expected = describe(A::MODULE, A::Kind::NUMBER, A::Layout::FORTRAN);
    match shape {
        None => value.unexpected(expected),
        Some(shape) => {
            let module = match shape.dims.len() {
                count if A::DIMS.is_none_or(|expected| expected == count) => A::MODULE.into(),
                count @ 0..=3 => alloc::format!("Array{count}"),
                count => alloc::format!("Genarray of {count} dimensions"),
            };
            let found = describe(&module, shape.flags & KIND, shape.flags & FORTRAN != 0);
            ConversionError::new(expected, found)
        }
    }
}

/// Reads a bigarray of this type.
#[inline(always)]
pub(crate) fn parts<'gc, A: Bigarray>(
    value: Value<'gc>,
) -> Result<Parts<'gc, <A::Kind as Kind>::Element>, ConversionError> {
    let shape = match shape(value) {
        Some(shape)
            if shape.flags & (KIND | FORTRAN) == flags::<A>()
                && A::DIMS.is_none_or(|count| count == shape.dims.len()) =>
        {
            shape
        }
        _ => return Err(unexpected::<A>(value)),
    };
    let length = match *shape.dims {
        [length] => length,
        _ => match length_of(shape.dims) {
            Some(length) => length,
            None => return Err(unusable("the bigarray is larger than the memory")),
        },
    };
    let data = match NonNull::new(shape.data.cast()) {
        Some(data) if length > 0 => data,
        _ if length > 0 => return Err(unusable("the bigarray has no data")),
        _ => NonNull::dangling(),
    };
    Ok(Parts {
        data,
        dims: shape.dims,
        length,
    })
}

/// Reads a bigarray of this type whose elements can be borrowed.
#[inline(always)]
pub(crate) fn aligned_parts<'gc, A: Bigarray>(
    value: Value<'gc>,
) -> Result<Parts<'gc, <A::Kind as Kind>::Element>, ConversionError> {
    #[cold]
    #[inline(never)]
    fn seldom<R>(read: impl FnOnce() -> R) -> R {
        read()
    }
    let read = || parts::<A>(value)?.aligned();
    match array1::<A>(value) {
        Some(parts) => Ok(parts),
        None if A::DIMS == Some(1) => seldom(read),
        None => read(),
    }
}

/// An array of a type of one dimension, with elements, as the runtime makes it: what differs from that in
/// any word is left to [`parts`], whether or not it is one.
#[inline(always)]
fn array1<'gc, A: Bigarray>(value: Value<'gc>) -> Option<Parts<'gc, <A::Kind as Kind>::Element>> {
    if A::DIMS != Some(1) || !value.is_block_of(sys::CUSTOM_TAG, HEAD + 1) {
        return None;
    }
    let block = value.raw() as *const isize;
    // SAFETY: the block has these words, and nothing writes to them.
    unsafe {
        let of = block.cast::<*const CustomOperations>().read();
        let data = block
            .add(1)
            .cast::<*mut <A::Kind as Kind>::Element>()
            .read();
        if of != runtime_operations()
            || block.add(2).read() != 1
            || block.add(3).read() & (KIND | FORTRAN) != flags::<A>()
            || !data.is_aligned()
            || block.add(HEAD).read() == 0
        {
            return None;
        }
        let dims = core::slice::from_raw_parts(block.add(HEAD).cast::<usize>(), 1);
        Some(Parts {
            data: NonNull::new(data)?,
            dims,
            length: dims[0],
        })
    }
}

impl<T> Parts<'_, T> {
    /// What can be borrowed as a slice: elements at addresses as Rust wants them.
    #[inline]
    pub(crate) fn aligned(self) -> Result<Self, ConversionError> {
        if self.data.is_aligned() {
            Ok(self)
        } else {
            Err(unusable(
                "the bigarray's data, of a mapped file perhaps, is not aligned for its kind",
            ))
        }
    }

    /// The number of the element with this index, which counts as the layout says.
    #[inline]
    pub(crate) fn offset<L: Layout>(&self, index: &[usize]) -> Option<usize> {
        offset::<L>(self.dims, index)
    }
}

#[cold]
#[inline(never)]
fn unusable(why: &'static str) -> ConversionError {
    ConversionError::message(why)
}

/// The number in memory of the element with this index.
#[inline]
pub(crate) fn offset<L: Layout>(dims: &[usize], index: &[usize]) -> Option<usize> {
    if index.len() != dims.len() {
        return None;
    }
    let step = |offset: usize, (&dim, &i): (&usize, &usize)| {
        let i = if L::FORTRAN { i.wrapping_sub(1) } else { i };
        // Less than the number of elements. Of an array without any, what is in between may be larger
        // than a word, but it comes to nothing.
        (i < dim).then(|| offset.wrapping_mul(dim).wrapping_add(i))
    };
    let mut both = dims.iter().zip(index);
    if L::FORTRAN {
        both.rev().try_fold(0, step)
    } else {
        both.try_fold(0, step)
    }
}

impl<'gc> Allocator<'gc> {
    /// A bigarray that has this vector's data, and frees it.
    pub(super) fn bigarray<A: Bigarray>(
        &mut self,
        dims: &[usize],
        mut data: Vec<<A::Kind as Kind>::Element>,
    ) -> Value<'gc, A> {
        debug_assert!(length_of(dims) == Some(data.len()) && dims.len() <= Dims::MOST);
        let address = data.as_mut_ptr().cast::<c_void>();
        let bytes = data.capacity() * size_of::<<A::Kind as Kind>::Element>();
        let owner = Box::new(Owner {
            proxy: Proxy {
                count: AtomicUsize::new(1),
                data: address,
                size: 0,
                release: release::<Vec<<A::Kind as Kind>::Element>>,
            },
            owner: data,
        });
        let operations = operations();
        // SAFETY: the block has these words.
        unsafe {
            let block = self.custom_with(HEAD + dims.len(), bytes, |block| {
                block.write(operations as usize);
                block.add(1).cast::<*mut c_void>().write(address);
                block.add(2).write(dims.len());
                block.add(3).write((flags::<A>() | MANAGED) as usize);
                let proxy = Box::into_raw(owner).cast();
                block.add(4).cast::<*mut Proxy>().write(proxy);
                block
                    .add(HEAD)
                    .copy_from_nonoverlapping(dims.as_ptr(), dims.len());
            });
            self.value(block)
        }
    }
}
