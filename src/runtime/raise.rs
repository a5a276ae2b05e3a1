//! How a stub that fails ends: the exception is made while Rust values may still be alive, and
//! raised when none is.

use core::sync::atomic::{AtomicIsize, Ordering};

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{Allocator, Runtime};

/// An exception about to be raised: plain words, nothing that would have to be dropped.
///
/// The runtime raises predefined exceptions itself, since their constructors are found in
/// different ways in native code and in bytecode.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[must_use]
pub enum Raise {
    /// This exception value.
    Exception(Raw),
    /// `Failure` of this string.
    Failure(Raw),
    /// `Invalid_argument` of this string.
    InvalidArgument(Raw),
    /// `Sys_error` of this string.
    SysError(Raw),
    /// `Not_found`.
    NotFound,
    /// `End_of_file`.
    EndOfFile,
    /// `Division_by_zero`.
    DivisionByZero,
    /// `Out_of_memory`.
    OutOfMemory,
    /// `Stack_overflow`.
    StackOverflow,
}

impl Raise {
    /// Raises the exception: jumps to the OCaml handler.
    ///
    /// # Safety
    ///
    /// This is the last act of a function that OCaml called: from here up to the OCaml frame no
    /// Rust value with a destructor is alive, and the words are values that no collection has
    /// moved since they were made.
    #[cold]
    #[inline(never)]
    pub unsafe fn raise(self) -> ! {
        // SAFETY: the caller's promise; each of these roots its argument by itself.
        unsafe {
            match self {
                Raise::Exception(exception) => sys::caml_raise(exception),
                Raise::Failure(message) => sys::caml_failwith_value(message),
                Raise::InvalidArgument(message) => sys::caml_invalid_argument_value(message),
                Raise::SysError(message) => sys::caml_raise_sys_error(message),
                Raise::NotFound => sys::caml_raise_not_found(),
                Raise::EndOfFile => sys::caml_raise_end_of_file(),
                Raise::DivisionByZero => sys::caml_raise_zero_divide(),
                Raise::OutOfMemory => sys::caml_raise_out_of_memory(),
                Raise::StackOverflow => sys::caml_raise_stack_overflow(),
            }
        }
    }
}

impl Raise {
    /// `Failure` of this text.
    #[inline(always)]
    pub(crate) fn failure(text: &[u8], rt: &Runtime) -> Raise {
        let mut allocator = Allocator::new(rt);
        let message = allocator.string(text);
        let Some(constructor) = failure_constructor() else {
            return Raise::Failure(message);
        };
        // SAFETY: an exception with an argument is a block of the constructor and it; both live.
        match unsafe { allocator.block_if_room(0, [constructor, message]) } {
            Some(exception) => Raise::Exception(exception),
            None => Raise::Failure(message),
        }
    }
}

/// The constructor of `Failure`, where it is known without the runtime's help.
#[inline(always)]
fn failure_constructor() -> Option<Raw> {
    /// The constructor, an address that does not change; 0 before it is looked up, 1 when it is not
    /// known.
    static CONSTRUCTOR: AtomicIsize = AtomicIsize::new(0);
    #[cold]
    #[inline(never)]
    fn look_up() -> Raw {
        let constructor = sys::bactrian_failure();
        let known = if constructor == 0 { 1 } else { constructor };
        CONSTRUCTOR.store(known, Ordering::Relaxed);
        known
    }
    let known = match CONSTRUCTOR.load(Ordering::Relaxed) {
        0 => look_up(),
        known => known,
    };
    (known != 1).then_some(known)
}

/// The payload of the panic that becomes `Out_of_memory`.
#[cfg(feature = "std")]
pub(crate) struct OutOfMemory;

/// There was no memory for a block.
#[cold]
pub(crate) fn panic_out_of_memory() -> ! {
    #[cfg(feature = "std")]
    {
        std::panic::resume_unwind(std::boxed::Box::new(OutOfMemory))
    }
    #[cfg(not(feature = "std"))]
    {
        panic!("out of memory in the OCaml heap")
    }
}
