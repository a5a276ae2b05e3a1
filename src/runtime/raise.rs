//! How a stub that fails ends: the exception is made while Rust values may still be alive, and
//! raised when none is.

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
                Raise::Failure(message) => match failure(message) {
                    Some(exception) => sys::caml_raise(exception),
                    None => sys::caml_failwith_value(message),
                },
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

/// `Failure` of a string, if that takes no more than a block in the minor heap.
///
/// # Safety
///
/// This thread holds the runtime.
#[inline(always)]
unsafe fn failure(message: Raw) -> Option<Raw> {
    let constructor = sys::bactrian_failure();
    if constructor == 0 {
        return None;
    }
    // SAFETY: the caller's promise.
    let rt = unsafe { Runtime::assume_held() };
    // SAFETY: an exception with an argument is a block of the constructor and it; both live.
    unsafe { Allocator::new(&rt).block_if_room(0, [constructor, message]) }
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
