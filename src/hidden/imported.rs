//! OCaml functions that Rust calls by the name they are registered under.

use core::ffi::CStr;
use core::sync::atomic::{AtomicPtr, Ordering};

use bactrian_sys as sys;
use sys::Value as Raw;

use crate::adapters::FromValueAs;
use crate::convert::FromValue;
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Exception, Value, apply};

/// An OCaml function, looked up when it is first called.
///
/// The runtime keeps what is registered under a name in a root that never moves and lasts as long as
/// the program, so that is what is remembered; a function that is registered anew is found in it. A
/// name that is missing is looked for again the next time: registrations may come late.
#[derive(Debug)]
pub struct Imported {
    name: &'static str,
    root: AtomicPtr<Raw>,
}

impl Imported {
    /// The function of a name, which ends with NUL.
    pub const fn new(name: &'static str) -> Self {
        Imported {
            name,
            root: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// The exception that it raised; that nothing is registered; that its result does not convert.
    #[inline]
    pub fn call<'gc, R: FromValue<'gc>, const N: usize>(
        &self,
        rt: &'gc mut Runtime,
        arguments: impl for<'a> FnOnce(&mut Allocator<'a>) -> [Value<'a>; N],
    ) -> Result<R, Exception> {
        Ok(R::from_value(self.apply(rt, arguments)?)?)
    }

    /// Calls the function; an adapter reads its result.
    ///
    /// # Errors
    ///
    /// As for [`Imported::call`].
    #[inline]
    pub fn call_as<'gc, As, R: FromValueAs<'gc, As>, const N: usize>(
        &self,
        rt: &'gc mut Runtime,
        arguments: impl for<'a> FnOnce(&mut Allocator<'a>) -> [Value<'a>; N],
    ) -> Result<R, Exception> {
        Ok(R::from_value_as(self.apply(rt, arguments)?)?)
    }

    #[inline]
    fn apply<'gc, const N: usize>(
        &self,
        rt: &'gc mut Runtime,
        arguments: impl for<'a> FnOnce(&mut Allocator<'a>) -> [Value<'a>; N],
    ) -> Result<Value<'gc>, Exception> {
        let root = self.root()?;
        let arguments = arguments(&mut Allocator::new(rt)).map(|argument| argument.raw());
        // SAFETY: a root of the runtime's; it is read, and the arguments are made, while nothing
        // collects.
        unsafe { apply(rt, root.read(), arguments) }
    }

    #[inline]
    fn root(&self) -> Result<*const Raw, ConversionError> {
        let root = self.root.load(Ordering::Relaxed);
        if root.is_null() {
            self.find()
        } else {
            Ok(root)
        }
    }

    #[cold]
    fn find(&self) -> Result<*const Raw, ConversionError> {
        let name = CStr::from_bytes_with_nul(self.name.as_bytes()).unwrap_or(c"");
        // SAFETY: a C string; the caller holds the runtime.
        let root = unsafe { sys::caml_named_value(name.as_ptr()) };
        if root.is_null() {
            return Err(ConversionError::message(alloc::format!(
                "no OCaml function is registered as `{}`: the OCaml program has to apply the functor \
                 `Register` of the generated interface, in a module that is linked",
                name.to_string_lossy()
            )));
        }
        self.root.store(root.cast_mut(), Ordering::Relaxed);
        Ok(root)
    }
}

/// The argument of a function that takes none.
#[inline(always)]
pub fn unit<'gc>(allocator: &mut Allocator<'gc>) -> Value<'gc> {
    // SAFETY: an immediate.
    unsafe { allocator.value(sys::UNIT) }
}
