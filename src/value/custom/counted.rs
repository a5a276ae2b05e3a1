//! Custom values whose borrows are counted.

use core::cell::UnsafeCell;
use core::fmt;
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering, fence};

use alloc::boxed::Box;
use bactrian_sys as sys;

use super::access::{Access, Boxed, Payload};
use super::panics::contain;
use super::{Custom, Unusable};
use crate::value::Value;

/// Borrows are counted: the payload is a `Box<Counter<T>>`.
#[doc(hidden)]
#[derive(Debug)]
pub enum Counted {}

impl<T: Custom> Boxed<T> for Counted {
    #[inline]
    fn pack(value: T, bytes: usize) -> Payload {
        Counter::pack(0, bytes, MaybeUninit::new(value))
    }

    #[inline]
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
}

impl<T: Custom> Access<T> for Counted {
    type Lent<const COLLECTS: bool> = LentCounted<T>;
    const RELEASE: Option<unsafe fn(Payload)> = Some(<Self as Boxed<T>>::release);

    unsafe fn put(value: T, bytes: usize, place: *mut Payload) {
        // SAFETY: the caller's promise.
        unsafe { place.write(Self::pack(value, bytes)) };
    }

    fn closed() -> Option<Payload> {
        Some(Counter::<T>::pack(CLOSED, 0, MaybeUninit::uninit()))
    }

    #[inline(always)]
    unsafe fn lend<const COLLECTS: bool, const SOLE: bool>(
        _: Value<'_>,
        payload: Payload,
    ) -> Result<LentCounted<T>, Unusable> {
        // SAFETY: the caller's promise: a value of the heap is at hand, so the runtime is held.
        unsafe {
            let handle = Handle::of(payload);
            let counted = !(SOLE && handle.is_free_for_one());
            if counted {
                handle.borrow()?;
            }
            Ok(LentCounted { handle, counted })
        }
    }
}

/// A counted borrow for the time of a call. It begins and ends with the runtime held.
#[doc(hidden)]
pub struct LentCounted<T: Custom> {
    handle: Handle<T>,
    /// Whether the state says so.
    counted: bool,
}

impl<T: Custom> Deref for LentCounted<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: there is a shared borrow, so there is no mutable one, and the value is there.
        unsafe { &*self.handle.value() }
    }
}

impl<T: Custom> Drop for LentCounted<T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.counted {
            // SAFETY: this is the borrow; the runtime is held.
            unsafe { self.handle.unborrow_held() };
        }
    }
}

impl<T: Custom> fmt::Debug for LentCounted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LentCounted").finish_non_exhaustive()
    }
}

/// A value and how it is borrowed.
///
/// `state` is a number of shared borrows, above three bits. A borrow keeps the payload alive without
/// a root: when the block is finalised meanwhile, the last borrow frees it.
///
/// # Without locked instructions
///
/// Borrows begin, values are taken, blocks are finalised only where the runtime is held; guards
/// ([`Borrowed`](super::Borrowed), [`BorrowedMut`](super::BorrowedMut)) end anywhere. While there is
/// but one domain ([`sys::alone`]; on OCaml 4 always), holding the runtime excludes all but the ends
/// of guards. So whoever holds it then may change `state` by a load and a store where the state says
/// that there is no guard: from 0; and back to 0 from the one borrow that is its own.
///
/// A borrow that ends before whoever holds the runtime does anything else need not be written down at all
/// then: nobody can begin one that it excludes.
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
        if core::mem::needs_drop::<T>() && *counter.state.get_mut() & CLOSED == 0 {
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

    /// Whether there is no borrow, and nobody but who holds the runtime begins one.
    ///
    /// # Safety
    ///
    /// The runtime is held.
    #[inline(always)]
    pub(super) unsafe fn is_free(self) -> bool {
        sys::alone() && self.state().load(Ordering::Acquire) == 0
    }

    /// Adds a shared borrow.
    ///
    /// # Safety
    ///
    /// The runtime is held.
    #[inline(always)]
    pub(super) unsafe fn borrow(self) -> Result<(), Unusable> {
        // SAFETY: the caller's promise.
        if unsafe { self.is_free() } {
            self.state().store(ONE, Ordering::Relaxed);
            return Ok(());
        }
        self.borrow_counted()
    }

    /// Whether a shared borrow need not be counted during which this thread keeps the runtime and begins
    /// no other.
    ///
    /// # Safety
    ///
    /// The runtime is held.
    #[inline(always)]
    unsafe fn is_free_for_one(self) -> bool {
        sys::alone() && self.state().load(Ordering::Acquire) & (MUTABLE | CLOSED) == 0
    }

    #[inline(never)]
    fn borrow_counted(self) -> Result<(), Unusable> {
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

    /// Ends a shared borrow where the runtime is held.
    ///
    /// # Safety
    ///
    /// There is one, it is not used again, and the runtime is held.
    #[inline(always)]
    pub(super) unsafe fn unborrow_held(self) {
        if sys::alone() && self.state().load(Ordering::Relaxed) == ONE {
            self.state().store(0, Ordering::Release);
        } else {
            // SAFETY: the caller's promise.
            unsafe { self.unborrow_counted() };
        }
    }

    /// # Safety
    ///
    /// As for [`Handle::unborrow`].
    #[inline(never)]
    unsafe fn unborrow_counted(self) {
        // SAFETY: the caller's promise.
        unsafe { self.unborrow() };
    }

    /// Begins a mutable borrow, or takes the value, as `flag` says.
    ///
    /// # Safety
    ///
    /// The runtime is held.
    #[inline(always)]
    unsafe fn claim(self, flag: usize) -> Result<(), Unusable> {
        // SAFETY: the caller's promise.
        if unsafe { self.is_free() } {
            self.state().store(flag, Ordering::Relaxed);
            return Ok(());
        }
        self.claim_atomically(flag)
    }

    #[inline(never)]
    fn claim_atomically(self, flag: usize) -> Result<(), Unusable> {
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

    /// Begins a mutable borrow.
    ///
    /// # Safety
    ///
    /// The runtime is held.
    #[inline(always)]
    pub(super) unsafe fn borrow_mut(self) -> Result<(), Unusable> {
        // SAFETY: the caller's promise.
        unsafe { self.claim(MUTABLE) }
    }

    /// Takes the value out: the block is closed.
    ///
    /// # Safety
    ///
    /// The runtime is held.
    pub(super) unsafe fn take(self) -> Result<T, Unusable> {
        // SAFETY: the caller's promise; no other has the value, and `CLOSED` says that it is not there
        // any more.
        unsafe {
            self.claim(CLOSED)?;
            Ok(self.value().read())
        }
    }

    /// Tells the collector what has grown, if the runtime is `held` or this thread is known to hold it. The
    /// size is the user's code, which may panic.
    #[inline(always)]
    fn tell(self, held: bool) {
        if !T::HOLDS_OUTSIDE {
            return;
        }
        // While a panic unwinds, another one would end the program.
        #[cfg(feature = "std")]
        if std::thread::panicking() {
            return;
        }
        // SAFETY: the mutable borrow still lasts.
        let bytes = unsafe { (*self.value()).external_size() };
        // SAFETY: the payload lives as long as the borrow.
        let told = unsafe { &self.0.as_ref().told };
        if bytes != told.load(Ordering::Relaxed) {
            tell(told, bytes, held);
        }
    }

    /// Ends a mutable borrow during which the block was not finalised; tells the collector what has
    /// grown.
    ///
    /// # Safety
    ///
    /// There is one, it is in the state if `counted`, and it is not used again; the block is alive and the
    /// runtime held.
    #[inline(always)]
    pub(super) unsafe fn unborrow_mut_alive(self, counted: bool) {
        // Others only try, and do not change anything.
        let _end = counted.then(|| End(self, |handle| handle.state().store(0, Ordering::Release)));
        self.tell(true);
    }

    /// Ends a mutable borrow where the runtime is held; tells the collector what has grown.
    ///
    /// # Safety
    ///
    /// There is one, it is in the state, and it is not used again; the runtime is held.
    #[inline(always)]
    pub(super) unsafe fn unborrow_mut_held(self, _counted: bool) {
        if sys::alone() && self.state().load(Ordering::Relaxed) == MUTABLE {
            let _end = End(self, |handle| handle.state().store(0, Ordering::Release));
            self.tell(true);
        } else {
            // SAFETY: the caller's promise.
            unsafe { self.unborrow_mut_and_tell(true) };
        }
    }

    /// Ends a mutable borrow; tells the collector what has grown.
    ///
    /// # Safety
    ///
    /// There is one, and it is not used again.
    #[inline(always)]
    pub(super) unsafe fn unborrow_mut(self) {
        // SAFETY: the caller's promise.
        unsafe { self.unborrow_mut_and_tell(false) };
    }

    /// # Safety
    ///
    /// As for [`Handle::unborrow_mut`]; the runtime is `held` if that is said.
    #[inline(always)]
    unsafe fn unborrow_mut_and_tell(self, held: bool) {
        let _end = End(self, |handle| {
            let before = handle.state().fetch_and(!MUTABLE, Ordering::Release);
            if before == MUTABLE | ORPHAN {
                // SAFETY: that was the last borrow, and the block is gone.
                unsafe { free(handle.0.as_ptr()) };
            }
        });
        self.tell(held);
    }
}

/// Ends a mutable borrow when it is dropped: also when [`Handle::tell`] panics.
struct End<T, F: Fn(Handle<T>)>(Handle<T>, F);

impl<T, F: Fn(Handle<T>)> Drop for End<T, F> {
    #[inline(always)]
    fn drop(&mut self) {
        (self.1)(self.0);
    }
}

/// Tells the collector of a size that has changed, if this thread may. What was not told now is told
/// the next time. (Where nobody says that the runtime is held, OCaml 4 knows it of few threads.)
#[cold]
fn tell(told: &AtomicUsize, bytes: usize, held: bool) {
    if !held && sys::bactrian_holds_runtime() == 0 {
        return;
    }
    let before = told.swap(bytes, Ordering::Relaxed);
    if bytes > before {
        // SAFETY: this thread holds the runtime. What shrinks need not be told: the collector counts
        // what comes, not what is.
        unsafe { sys::bactrian_custom_old(bytes - before) };
    }
}
