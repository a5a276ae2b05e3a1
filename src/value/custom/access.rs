//! How a custom value is kept and borrowed: by all, or by a count.

use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering, fence};

use alloc::boxed::Box;
use alloc::sync::Arc;
use bactrian_sys as sys;

use super::block::contain;
use super::{Custom, Unusable};
use crate::runtime::Cell;
use crate::value::Value;

/// What a block points to.
pub type Payload = *const ();

/// How a custom value is kept and borrowed: [`Shared`] or [`Counted`].
#[doc(hidden)]
pub trait Access<T: Custom>: sealed::Sealed {
    /// A borrow for the time of a call. With `COLLECTS`, the block may be finalised meanwhile.
    type Lent<const COLLECTS: bool>: Deref<Target = T>;

    /// Makes a payload of a value that holds so many bytes outside the heap.
    fn pack(value: T, bytes: usize) -> Payload;

    /// A payload whose value has been taken out, if there can be one.
    fn closed() -> Option<Payload>;

    /// Ends the block's share in the payload.
    ///
    /// # Safety
    ///
    /// The payload was made by `pack`, and this is its block's finalisation.
    unsafe fn release(payload: Payload);

    /// Borrows the value.
    ///
    /// # Safety
    ///
    /// The payload is that of the block `value`, which is alive.
    unsafe fn lend<const COLLECTS: bool>(
        value: Value<'_>,
        payload: Payload,
    ) -> Result<Self::Lent<COLLECTS>, Unusable>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Shared {}
    impl Sealed for super::Counted {}
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

impl<T: Custom> Access<T> for Shared {
    type Lent<const COLLECTS: bool> = Lent<T>;

    fn pack(value: T, _: usize) -> Payload {
        Box::into_raw(Box::new(value)).cast_const().cast()
    }

    fn closed() -> Option<Payload> {
        None
    }

    unsafe fn release(payload: Payload) {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(payload.cast::<T>().cast_mut()) });
    }

    #[inline(always)]
    unsafe fn lend<const COLLECTS: bool>(
        value: Value<'_>,
        payload: Payload,
    ) -> Result<Lent<T>, Unusable> {
        Ok(Lent {
            // SAFETY: neither `Box` nor `Arc` give null.
            value: unsafe { NonNull::new_unchecked(payload.cast::<T>().cast_mut()) },
            _root: COLLECTS.then(|| Cell::new(value.raw())),
        })
    }
}

/// A borrow of a value for the time of a call.
#[doc(hidden)]
pub struct Lent<T> {
    value: NonNull<T>,
    /// Keeps the block alive where the collector may run.
    _root: Option<Cell>,
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

/// Borrows are counted: the payload is a `Box<Counter<T>>`.
#[doc(hidden)]
#[derive(Debug)]
pub enum Counted {}

impl<T: Custom> Access<T> for Counted {
    type Lent<const COLLECTS: bool> = super::Borrowed<T>;

    fn pack(value: T, bytes: usize) -> Payload {
        Counter::pack(0, bytes, MaybeUninit::new(value))
    }

    fn closed() -> Option<Payload> {
        Some(Counter::<T>::pack(CLOSED, 0, MaybeUninit::uninit()))
    }

    unsafe fn release(payload: Payload) {
        let counter = payload.cast::<Counter<T>>().cast_mut();
        // SAFETY: the caller's promise. If there are borrows, the last one frees the payload; if there
        // are none, nobody can begin one, since nothing reaches the block.
        unsafe {
            if (*counter).state.load(Ordering::Acquire) & !CLOSED == 0 {
                return free(counter);
            }
            let before = (*counter).state.fetch_or(ORPHAN, Ordering::AcqRel);
            if before & !CLOSED == 0 {
                free(counter);
            }
        }
    }

    #[inline(always)]
    unsafe fn lend<const COLLECTS: bool>(
        _: Value<'_>,
        payload: Payload,
    ) -> Result<super::Borrowed<T>, Unusable> {
        // SAFETY: the caller's promise.
        unsafe { super::Borrowed::of(payload) }
    }
}

/// A value and how it is borrowed.
///
/// `state` is a number of shared borrows, above three bits. A borrow keeps the payload alive without
/// a root: when the block is finalised meanwhile, the last borrow frees it.
struct Counter<T> {
    state: AtomicUsize,
    /// Bytes outside the heap that the collector has been told of.
    told: AtomicUsize,
    /// The value, unless the block is closed.
    value: UnsafeCell<MaybeUninit<T>>,
}

impl<T> Counter<T> {
    fn pack(state: usize, told: usize, value: MaybeUninit<T>) -> Payload {
        Box::into_raw(Box::new(Counter {
            state: AtomicUsize::new(state),
            told: AtomicUsize::new(told),
            value: UnsafeCell::new(value),
        }))
        .cast_const()
        .cast()
    }
}

/// The block has been finalised.
const ORPHAN: usize = 1;
/// There is a mutable borrow.
const MUTABLE: usize = 2;
/// The value has been taken out.
const CLOSED: usize = 4;
/// One shared borrow.
const ONE: usize = 8;

/// # Safety
///
/// Nobody has the payload any more.
unsafe fn free<T: Custom>(counter: *mut Counter<T>) {
    fence(Ordering::Acquire);
    // SAFETY: the caller's promise; a value that was taken out is not there.
    unsafe {
        let mut counter = Box::from_raw(counter);
        if *counter.state.get_mut() & CLOSED == 0 {
            // A borrow that ends while a panic unwinds must not panic again.
            contain(T::NAME, || counter.value.get_mut().assume_init_drop());
        }
    }
}

/// A counted payload that is borrowed, or about to be.
pub(super) struct Handle<T>(NonNull<Counter<T>>);

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Handle<T> {}

impl<T> Handle<T> {
    #[inline(always)]
    pub(super) fn value(self) -> *mut T {
        // SAFETY: the payload lives as long as its block or a borrow.
        unsafe { self.0.as_ref() }.value.get().cast()
    }
}

impl<T: Custom> Handle<T> {
    /// # Safety
    ///
    /// A payload of [`Counted`].
    #[inline(always)]
    pub(super) unsafe fn of(payload: Payload) -> Self {
        // SAFETY: `Box::into_raw` gives no null.
        Handle(unsafe { NonNull::new_unchecked(payload.cast::<Counter<T>>().cast_mut()) })
    }

    #[inline(always)]
    fn state(&self) -> &AtomicUsize {
        // SAFETY: as above.
        unsafe { &self.0.as_ref().state }
    }

    /// Adds a shared borrow.
    #[inline(always)]
    pub(super) fn borrow(self) -> Result<(), Unusable> {
        let mut state = self.state().load(Ordering::Relaxed);
        loop {
            if state & (MUTABLE | CLOSED) != 0 {
                return Err(if state & CLOSED != 0 {
                    Unusable::Closed
                } else {
                    Unusable::BorrowedMutably
                });
            }
            // Borrows can be forgotten (`mem::forget`); their number must not become the bits.
            if state > usize::MAX / 2 {
                return Err(Unusable::Borrowed);
            }
            match self.state().compare_exchange_weak(
                state,
                state + ONE,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(now) => state = now,
            }
        }
    }

    /// Ends a shared borrow.
    ///
    /// # Safety
    ///
    /// There is one, and it is not used again.
    #[inline(always)]
    pub(super) unsafe fn unborrow(self) {
        let before = self.state().fetch_sub(ONE, Ordering::Release);
        if before == ONE | ORPHAN {
            // SAFETY: that was the last borrow, and the block is gone.
            unsafe { free(self.0.as_ptr()) };
        }
    }

    /// Begins a mutable borrow, or takes the value, as `flag` says.
    #[inline(always)]
    fn claim(self, flag: usize) -> Result<(), Unusable> {
        self.state()
            .compare_exchange(0, flag, Ordering::Acquire, Ordering::Relaxed)
            .map(|_| ())
            .map_err(|state| {
                if state & CLOSED != 0 {
                    Unusable::Closed
                } else if state & MUTABLE != 0 {
                    Unusable::BorrowedMutably
                } else {
                    Unusable::Borrowed
                }
            })
    }

    #[inline(always)]
    pub(super) fn borrow_mut(self) -> Result<(), Unusable> {
        self.claim(MUTABLE)
    }

    /// Takes the value out: the block is closed.
    pub(super) fn take(self) -> Result<T, Unusable> {
        self.claim(CLOSED)?;
        // SAFETY: no other has it, and `CLOSED` says that it is not there any more.
        Ok(unsafe { self.value().read() })
    }

    /// Tells the collector what has grown.
    #[inline(always)]
    fn tell(self) {
        // SAFETY: the mutable borrow still lasts.
        let bytes = unsafe { (*self.value()).external_size() };
        // SAFETY: the payload lives as long as the borrow.
        let told = unsafe { &self.0.as_ref().told };
        if bytes != told.load(Ordering::Relaxed) {
            tell(told, bytes);
        }
    }

    /// Ends a mutable borrow during which the block was not finalised; tells the collector what has
    /// grown.
    ///
    /// # Safety
    ///
    /// There is one, and it is not used again; the block is alive.
    #[inline(always)]
    pub(super) unsafe fn unborrow_mut_alive(self) {
        self.tell();
        // Others only try, and do not change anything.
        self.state().store(0, Ordering::Release);
    }

    /// Ends a mutable borrow; tells the collector what has grown.
    ///
    /// # Safety
    ///
    /// There is one, and it is not used again.
    #[inline(always)]
    pub(super) unsafe fn unborrow_mut(self) {
        self.tell();
        let before = self.state().fetch_and(!MUTABLE, Ordering::Release);
        if before == MUTABLE | ORPHAN {
            // SAFETY: that was the last borrow, and the block is gone.
            unsafe { free(self.0.as_ptr()) };
        }
    }
}

/// Tells the collector of a size that has changed, if this thread may. What was not told now is told
/// the next time.
#[cold]
fn tell(told: &AtomicUsize, bytes: usize) {
    if sys::bactrian_holds_runtime() == 0 {
        return;
    }
    let before = told.swap(bytes, Ordering::Relaxed);
    if bytes > before {
        // SAFETY: this thread holds the runtime. What shrinks need not be told: the collector counts
        // what comes, not what is.
        unsafe { sys::bactrian_custom_old(bytes - before) };
    }
}
