//! The frame around the body of every function that OCaml calls.

use core::ffi::CStr;

use bactrian_sys as sys;
use sys::Value as Raw;

#[cfg(feature = "std")]
use super::Allocator;
#[cfg(feature = "std")]
use super::raise::OutOfMemory;
use super::{NamedValue, Raise, Runtime};

/// What finds the exception that a panic becomes: through `dyn`, so that there is one copy of what is
/// done with a panic, and not one in every stub.
///
/// # Safety
///
/// What is found is a root of the runtime's.
#[doc(hidden)]
pub unsafe trait PanicException {
    /// The root of the exception's constructor, if the program has one. May collect.
    fn find(&self, rt: &mut Runtime) -> Option<*const Raw>;
}

// SAFETY: what is registered under a name is in such a root.
/// The name that a generated interface registers it under.
unsafe impl PanicException for &'static CStr {
    #[cold]
    fn find(&self, rt: &mut Runtime) -> Option<*const Raw> {
        NamedValue::look_up(self, rt)
    }
}

/// Runs the body of a stub: gives it the token, makes an exception of a panic: the one that `panic`
/// finds, if there is one.
///
/// # Safety
///
/// OCaml has called the function that calls this, with the runtime held.
#[doc(hidden)]
#[inline(always)]
pub unsafe fn enter<R>(
    panic: &dyn PanicException,
    body: impl FnOnce(&mut Runtime) -> Result<R, Raise>,
) -> Result<R, Raise> {
    // SAFETY: the caller's promise. The token that an outer stub may have is not reachable while this
    // one runs: its body is waiting for the OCaml code that called us, for which it gave its token away
    // exclusively.
    let body = move || body(&mut unsafe { Runtime::assume_held() });
    #[cfg(feature = "std")]
    match std::panic::catch_unwind(core::panic::AssertUnwindSafe(body)) {
        Ok(outcome) => outcome,
        Err(payload) => Err(of_panic(panic, payload)),
    }
    #[cfg(not(feature = "std"))]
    {
        let _ = panic;
        body()
    }
}

/// Collects when that is due, at the end of a stub, and returns `result`, perhaps moved.
///
/// The blocks that did not find room in the minor heap have asked for a collection. A loop of OCaml
/// code that does not allocate would never come to it.
///
/// # Safety
///
/// This thread holds the runtime, and no other value is used after this.
#[doc(hidden)]
#[inline(always)]
pub unsafe fn check(result: Raw) -> Raw {
    let state = sys::state();
    // SAFETY: the state of the domain that this thread holds; `result` is all that is alive.
    unsafe {
        let ptr = state.byte_add(sys::YOUNG_PTR).cast::<usize>().read();
        let limit = state
            .byte_add(sys::YOUNG_LIMIT)
            .cast::<usize>()
            .read_volatile();
        // OCaml 4 raises the limit to the end of the minor heap: where `ptr` is while that is empty.
        if ptr <= limit {
            collect(result)
        } else {
            result
        }
    }
}

/// # Safety
///
/// As for [`check`].
#[cold]
#[inline(never)]
unsafe fn collect(result: Raw) -> Raw {
    // SAFETY: the caller's promise. Runs no OCaml code, raises nothing.
    unsafe { sys::caml_check_urgent_gc(result) }
}

/// The name that a program may register an exception under when it has no generated interface.
pub(crate) const ANY_PANIC: &CStr = c"Bactrian.Panic";

/// The exception that a panic becomes: that of the stub's crate, which a generated interface
/// registers; or `Bactrian.Panic`, when the program has one; else `Failure`.
#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn of_panic(
    panic: &dyn PanicException,
    payload: std::boxed::Box<dyn core::any::Any + Send>,
) -> Raise {
    if payload.is::<OutOfMemory>() {
        return Raise::OutOfMemory;
    }
    // SAFETY: called at the end of a stub, whose token is gone, and with it all values.
    let mut runtime = unsafe { Runtime::assume_held() };
    let make = || {
        // First of all: this may collect.
        let constructor = panic
            .find(&mut runtime)
            .or_else(|| ANY_PANIC.find(&mut runtime))
            // SAFETY: a root of the runtime's.
            .filter(|root| unsafe { is_constructor(root.read()) });
        let mut allocator = Allocator::new(&runtime);
        let message = allocator.string(text_of_panic(&*payload).as_bytes());
        match constructor {
            None => Raise::Failure(message),
            // SAFETY: a root of the runtime's, and nothing has collected since the message was made;
            // an exception with an argument is a block of the constructor and it.
            Some(root) => unsafe { Raise::Exception(allocator.block(0, [root.read(), message])) },
        }
    };
    // Memory may be what there is none of, and a payload may panic when it is dropped.
    let make = core::panic::AssertUnwindSafe(make);
    let raise = std::panic::catch_unwind(make).unwrap_or(Raise::OutOfMemory);
    let drop_payload = core::panic::AssertUnwindSafe(move || drop(payload));
    if let Err(second) = std::panic::catch_unwind(drop_payload) {
        core::mem::forget(second);
    }
    raise
}

/// Whether a value is the constructor of an exception: OCaml code may register anything.
///
/// # Safety
///
/// It is a value of the heap, and the runtime is held.
#[cfg(feature = "std")]
unsafe fn is_constructor(value: Raw) -> bool {
    // SAFETY: the caller's promise; before each block is its header.
    sys::is_block(value)
        && sys::header_tag(unsafe { (value as *const sys::Header).sub(1).read() })
            == sys::OBJECT_TAG
}

/// What a panic says.
#[cfg(feature = "std")]
pub(crate) fn text_of_panic(payload: &(dyn core::any::Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<std::string::String>() {
        text
    } else {
        "Rust panicked with a value that is no text"
    }
}
