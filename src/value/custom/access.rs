//! How a custom value is kept and borrowed: by all, by a count, or as copies.

use core::fmt;
use core::ops::Deref;
use core::ptr::NonNull;

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::{Counted, Custom, Unusable};
use crate::runtime::{Cell, Used};
use crate::value::Value;

/// What a block points to; or, for [`Inline`], where in the block the value is.
pub type Payload = *const ();

/// How a custom value is kept and borrowed: [`Shared`], [`Counted`] or [`Inline`].
#[doc(hidden)]
pub trait Access<T: Custom>: sealed::Sealed {
    /// A borrow for the time of a call. With `COLLECTS`, the block may be finalised meanwhile.
    type Lent<const COLLECTS: bool>: Deref<Target = T>;

    /// Words of the block that the value is in; 0 when the block has a pointer.
    const INLINE: usize = 0;

    /// Ends the block's share in the payload: [`Boxed::release`], if there is one.
    const RELEASE: Option<unsafe fn(Payload)>;

    /// Puts a value that holds so many bytes outside the heap into a block that is being read.
    ///
    /// # Safety
    ///
    /// There is room for a payload, or for `INLINE` words.
    unsafe fn put(value: T, bytes: usize, place: *mut Payload);

    /// A payload whose value has been taken out, if there can be one.
    fn closed() -> Option<Payload>;

    /// Borrows the value.
    ///
    /// # Safety
    ///
    /// The payload is that of the block `value`, which is alive. Unless `COLLECTS`, it is so until the
    /// borrow is dropped; with `SOLE`, this thread, which holds the runtime, begins no other borrow before
    /// that, and keeps the runtime.
    unsafe fn lend<const COLLECTS: bool, const SOLE: bool>(
        value: Value<'_>,
        payload: Payload,
    ) -> Result<Self::Lent<COLLECTS>, Unusable>;
}

/// How a custom value is kept that has a place of its own, outside the heap.
#[doc(hidden)]
pub trait Boxed<T: Custom>: Access<T> {
    /// Makes a payload of a value that holds so many bytes outside the heap.
    fn pack(value: T, bytes: usize) -> Payload;

    /// Ends the block's share in the payload.
    ///
    /// # Safety
    ///
    /// The payload was made by `pack`, and this is its block's finalisation.
    unsafe fn release(payload: Payload);
}

/// How a custom value is kept that can be read by a reference as long as nothing collects.
#[doc(hidden)]
pub trait Readable {}

impl Readable for Shared {}
impl Readable for Inline {}

/// How a custom value is kept that is `Copy`: [`Inline`].
#[doc(hidden)]
pub trait Copied {}

impl Copied for Inline {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Shared {}
    impl Sealed for super::Counted {}
    impl Sealed for super::Inline {}
}

/// All may borrow the value, at any time: the payload is a `Box<T>`, or an `Arc<T>` that Rust shares,
/// and nothing is counted for a borrow. The block keeps the value alive, so whoever borrows keeps the
/// block alive.
#[doc(hidden)]
#[derive(Debug)]
pub enum Shared {}

impl Shared {
    pub(super) fn pack_arc<T: Custom>(value: Arc<T>) -> Payload {
        Arc::into_raw(value).cast()
    }

    /// # Safety
    ///
    /// The payload was made by `pack_arc`, and this is its block's finalisation.
    pub(super) unsafe fn release_arc<T: Custom>(payload: Payload) {
        // SAFETY: the caller's promise.
        drop(unsafe { Arc::from_raw(payload.cast::<T>()) });
    }
}

impl<T: Custom> Boxed<T> for Shared {
    #[inline]
    fn pack(value: T, _: usize) -> Payload {
        Box::into_raw(Box::new(value)).cast_const().cast()
    }

    #[inline]
    unsafe fn release(payload: Payload) {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(payload.cast::<T>().cast_mut()) });
    }
}

impl<T: Custom> Access<T> for Shared {
    type Lent<const COLLECTS: bool> = Lent<T>;
    const RELEASE: Option<unsafe fn(Payload)> = Some(<Self as Boxed<T>>::release);

    unsafe fn put(value: T, bytes: usize, place: *mut Payload) {
        // SAFETY: the caller's promise.
        unsafe { place.write(Self::pack(value, bytes)) };
    }

    fn closed() -> Option<Payload> {
        None
    }

    #[inline(always)]
    unsafe fn lend<const COLLECTS: bool, const SOLE: bool>(
        value: Value<'_>,
        payload: Payload,
    ) -> Result<Lent<T>, Unusable> {
        Ok(Lent {
            // SAFETY: neither `Box` nor `Arc` give null.
            value: unsafe { NonNull::new_unchecked(payload.cast::<T>().cast_mut()) },
            _kept: COLLECTS.then(|| (Cell::new(value.raw()), Used::new())),
        })
    }
}

/// A borrow of a value for the time of a call.
#[doc(hidden)]
pub struct Lent<T> {
    value: NonNull<T>,
    /// Keeps the block alive where the collector may run, and OCaml end.
    _kept: Option<(Cell, Used)>,
}

impl<T> Deref for Lent<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the block is rooted, or nothing can collect while this is alive; it keeps the
        // value alive.
        unsafe { self.value.as_ref() }
    }
}

impl<T> fmt::Debug for Lent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").finish_non_exhaustive()
    }
}

/// The value is in the block itself, which moves: functions get copies. There is nothing to finalise.
#[doc(hidden)]
#[derive(Debug)]
pub enum Inline {}

impl<T: Custom + Copy> Access<T> for Inline {
    type Lent<const COLLECTS: bool> = LentCopy<T>;
    const INLINE: usize = inline_words::<T>();
    const RELEASE: Option<unsafe fn(Payload)> = None;

    unsafe fn put(value: T, _: usize, place: *mut Payload) {
        // SAFETY: the caller's promise.
        unsafe { place.cast::<T>().write(value) };
    }

    fn closed() -> Option<Payload> {
        None
    }

    #[inline(always)]
    unsafe fn lend<const COLLECTS: bool, const SOLE: bool>(
        _: Value<'_>,
        payload: Payload,
    ) -> Result<LentCopy<T>, Unusable> {
        // SAFETY: the caller's promise: the payload is in the block, and nothing has collected since.
        Ok(LentCopy(unsafe { payload.cast::<T>().read() }))
    }
}

/// Most words that a value in its block has.
pub(super) const MOST_INLINE: usize = 16;

/// Words of a value in its block: at least one, since 0 says something else.
///
/// # Panics
///
/// When it does not fit.
#[doc(hidden)]
pub const fn inline_words<T>() -> usize {
    assert!(
        align_of::<T>() <= align_of::<usize>(),
        "an `inline` value lies where OCaml's collector puts it, at the address of a word: this type \
         must be aligned to more"
    );
    let words = size_of::<T>().div_ceil(size_of::<usize>());
    assert!(
        words <= MOST_INLINE,
        "an `inline` value has at most 16 words, since it is copied: leave `inline` out"
    );
    if words == 0 { 1 } else { words }
}

/// A copy of a value for the time of a call.
#[doc(hidden)]
#[derive(Debug)]
pub struct LentCopy<T>(T);

impl<T> Deref for LentCopy<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}
