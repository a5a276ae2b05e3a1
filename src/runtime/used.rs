//! What functions use that still run when OCaml ends.
//!
//! [`Runtime::shutdown`](super::Runtime::shutdown) has the collector finalise all blocks, whatever reaches
//! them. No Rust thread is attached then, but a function may run on a thread of OCaml's, without the runtime:
//! in `detach`, or with scoped threads while it waits for OCaml code. So functions on such threads count what
//! they borrow of blocks, and as long as they have borrowed anything, nothing is dropped.
//!
//! In OCaml's own programs nothing is counted: there is no `shutdown`.

#[cfg(feature = "std")]
use core::sync::atomic::{AtomicBool, AtomicIsize, Ordering};

/// Whether a Rust program has started OCaml.
#[cfg(feature = "std")]
static EMBEDDED: AtomicBool = AtomicBool::new(false);

/// Whether it is about to end it, or has.
#[cfg(feature = "std")]
static ENDING: AtomicBool = AtomicBool::new(false);

#[cfg(feature = "std")]
std::thread_local! {
    /// Whether this thread is one of Rust's: whenever it holds the runtime it is attached, and so counted.
    static OF_RUST: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

/// How many of [`Used`] count. It changes, and is read, with the runtime held.
#[cfg(feature = "std")]
static USED: AtomicIsize = AtomicIsize::new(0);

/// As long as it is there, a block that is borrowed is not finalised by the end of OCaml. Made and dropped
/// with the runtime held.
#[derive(Debug)]
pub(crate) struct Used(());

impl Used {
    /// Whether these are counted at all, for the length of a function.
    #[inline(always)]
    pub(crate) fn is_counted() -> bool {
        #[cfg(feature = "std")]
        {
            EMBEDDED.load(Ordering::Relaxed)
        }
        #[cfg(not(feature = "std"))]
        {
            false
        }
    }

    #[inline(always)]
    pub(crate) fn new() -> Used {
        #[cfg(feature = "std")]
        if Self::is_counted() {
            count(1);
        }
        Used(())
    }
}

#[cfg(feature = "std")]
impl Drop for Used {
    #[inline(always)]
    fn drop(&mut self) {
        // Asked again, so that nothing has to be remembered: a function runs wholly after OCaml was started.
        if Self::is_counted() {
            count(-1);
        }
    }
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn count(change: isize) {
    if !OF_RUST.get() {
        USED.fetch_add(change, Ordering::AcqRel);
    }
}

/// This thread is one of Rust's, and has just been made known to OCaml.
#[cfg(feature = "std")]
pub(super) fn thread_of_rust() {
    OF_RUST.set(true);
}

/// A Rust program starts OCaml.
#[cfg(feature = "std")]
pub(super) fn begin_to_count() {
    EMBEDDED.store(true, Ordering::Release);
}

/// It ends it.
#[cfg(feature = "std")]
pub(super) fn keep_what_is_used() {
    ENDING.store(true, Ordering::Release);
}

/// Whether a block that is finalised has to leave alone what it owns. The runtime is held.
#[inline(always)]
pub(crate) fn is_kept() -> bool {
    #[cfg(feature = "std")]
    {
        ENDING.load(Ordering::Relaxed) && USED.load(Ordering::Acquire) > 0
    }
    #[cfg(not(feature = "std"))]
    {
        false
    }
}
