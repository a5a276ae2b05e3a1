//! The token that stands for the OCaml runtime, and what is done with it: allocation, roots,
//! raising, stubs.
//!
//! This module knows raw words only; [`crate::value`] gives them lifetimes and types.

mod allocator;
mod attach;
#[cfg(feature = "std")]
mod attempt;
#[cfg(feature = "std")]
mod domain;
#[cfg(feature = "std")]
mod embedded;
mod named;
mod raise;
mod roots;
mod stack;
#[cfg(feature = "std")]
mod start;
mod stub;
mod used;

use core::marker::PhantomData;

pub use allocator::Allocator;
pub(crate) use allocator::{ROOM, atom, copy_bytes};
pub use attach::{AttachError, detach, sent};
#[cfg(feature = "std")]
pub use domain::Domain;
#[cfg(feature = "std")]
pub use embedded::embedded;
pub use named::NamedValue;
pub use raise::Raise;
#[cfg(feature = "std")]
use roots::forget_runtime;
use roots::mark_as_holding;
pub use roots::{Cell, root_pages};
pub(crate) use roots::{may_look, while_collecting};
pub use stack::StackExhausted;
pub(crate) use stack::{check_stack, expect_stack};
#[cfg(feature = "std")]
pub use start::{InitError, ShutdownError};
pub(crate) use stub::ANY_PANIC;
#[cfg(feature = "std")]
pub(crate) use stub::text_of_panic;
pub use stub::{PanicException, check, enter};
pub(crate) use used::{Used, is_kept};

use bactrian_sys as sys;

/// The OCaml runtime, held by this thread.
///
/// It is a token without size. Having one means that this thread holds the runtime (the master
/// lock of OCaml 4, the domain lock of OCaml 5), and how it is borrowed says what may happen:
///
/// - `&Runtime` may **read and allocate**. Allocation never collects, so no value moves while the
///   token is shared.
/// - `&mut Runtime` may **run OCaml code, collect, or release the lock**: everything that could
///   move a value.
///
/// A [`Value`](crate::Value) borrows `&Runtime`, so the borrow checker rejects every value that a
/// collection could have made stale:
///
/// ```compile_fail,E0502
/// use bactrian::{Runtime, ToValue};
///
/// fn stale(rt: &mut Runtime) {
///     let list = vec!["a", "b"].to_value(rt);
///     rt.poll().unwrap(); // may collect
///     println!("{list:?}");
/// }
/// ```
///
/// What is kept longer becomes a [`Root`](crate::Root):
///
/// ```
/// use bactrian::{List, Root, Runtime, ToValue, Value};
///
/// fn fresh(rt: &mut Runtime) {
///     let list: Value<List<String>> = List::empty(rt);
///     let root: Root<List<String>> = Root::new(rt, list);
///     rt.poll().unwrap(); // may collect
///     println!("{:?}", root.get(rt));
/// }
/// # bactrian::hidden::embedded(|rt| fresh(rt));
/// ```
///
/// There is no way to make one: functions marked [`func`](crate::func) are given theirs, and other
/// Rust code, in threads of its own or in a program that has started OCaml, [attaches](Runtime::attach).
///
/// # A function that allocates without end
///
/// Since allocation does not collect, a function that allocates in a long loop and keeps nothing
/// should call [`Runtime::poll`] in between.
#[derive(Debug)]
pub struct Runtime {
    /// Neither `Send` nor `Sync`: it is this thread that holds the lock.
    _this_thread: PhantomData<*mut ()>,
}

impl Runtime {
    /// Makes the token out of nothing.
    ///
    /// # Safety
    ///
    /// This thread holds the OCaml runtime, and as long as the token is used it is the only one
    /// that this thread's running code can reach.
    ///
    /// With debug assertions the program ends when it is known that the thread does not.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn assume_held() -> Runtime {
        #[cfg(debug_assertions)]
        if let 0 | 2 = sys::bactrian_lock_state() {
            not_held();
        }
        Runtime {
            _this_thread: PhantomData,
        }
    }

    /// Makes the current domain's garbage collector empty the minor heap, mark and sweep
    /// everything (`Gc.full_major` without finalisers' OCaml code being waited for).
    #[doc(hidden)]
    pub fn collect_minor(&mut self) {
        // SAFETY: the token says that this thread holds the runtime, and being borrowed
        // exclusively, that no value that a collection could move is alive.
        unsafe {
            sys::caml_request_minor_gc();
            sys::caml_check_urgent_gc(sys::UNIT);
        }
    }
}

/// Says what is wrong, and ends the program: without the runtime there is no exception to be raised, so
/// a panic must not get out of here.
#[cfg(debug_assertions)]
#[cold]
#[inline(never)]
extern "C" fn not_held() -> ! {
    panic!(
        "a function of the OCaml program's is called, or Rust code uses OCaml, on a thread that does not hold \
         the OCaml runtime: C code has called it between `caml_enter_blocking_section` and \
         `caml_leave_blocking_section`, or a thread that is not one of OCaml's. Call it with the runtime \
         held; in Rust, within `Runtime::attach`"
    )
}
