//! OCaml functions that Rust calls by the name they are registered under.

use bactrian_sys as sys;

use crate::adapters::FromValueAs;
use crate::convert::FromValue;
use crate::runtime::{Allocator, NamedValue, Runtime};
use crate::value::{ConversionError, Exception, Value, apply};

/// An OCaml function, looked up when it is first called.
#[derive(Debug)]
pub struct Imported(NamedValue);

impl Imported {
    /// The function of a name, which ends with NUL.
    pub const fn new(name: &'static str) -> Self {
        Imported(NamedValue::of_text(name))
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
        // First of all: this may collect.
        let Some(root) = self.0.find(rt) else {
            return Err(self.missing().into());
        };
        let arguments = arguments(&mut Allocator::new(rt)).map(|argument| argument.raw());
        // SAFETY: a root of the runtime's; it is read, and the arguments are made, while nothing
        // collects.
        unsafe { apply(rt, root.read(), arguments) }
    }

    #[cold]
    fn missing(&self) -> ConversionError {
        ConversionError::message(alloc::format!(
            "no OCaml function is registered as `{}`: the OCaml program has to apply the functor \
             `Register` of the generated interface, in a module that is linked",
            self.0.name().to_string_lossy()
        ))
    }
}

/// The argument of a function that takes none.
#[inline(always)]
pub fn unit<'gc>(allocator: &mut Allocator<'gc>) -> Value<'gc> {
    // SAFETY: an immediate.
    unsafe { allocator.value(sys::UNIT) }
}
