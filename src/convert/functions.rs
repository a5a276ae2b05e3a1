//! Calls of OCaml functions with converted arguments.

use bactrian_sys::Value as Raw;

use super::{FromValue, ToValue};
use crate::adapters::ToValueAs;
use crate::runtime::{Allocator, Runtime};
use crate::value::{Exception, Fun, Root, Value};

mod sealed {
    pub trait Sealed {}
}

/// Makes an argument of a call, and consumes it: a custom value is moved to OCaml.
#[doc(hidden)]
#[inline(always)]
pub fn given<'gc, T: ToValue>(argument: T, allocator: &mut Allocator<'gc>) -> Value<'gc> {
    if T::MOVED {
        allocator.escape(|rt| argument.into_value(rt))
    } else {
        argument.build(allocator)
    }
}

/// As [`given`], by an adapter.
#[doc(hidden)]
#[inline(always)]
pub fn given_as<'gc, As, T: ToValueAs<As>>(
    argument: T,
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    if T::MOVED {
        allocator.escape(|rt| argument.into_value_as(rt))
    } else {
        argument.build_as(allocator)
    }
}

/// The arguments of an OCaml function: a tuple of up to eight types that convert, `()` for unit.
///
/// For an example, see [`Root::call`].
pub trait Arguments: sealed::Sealed {
    /// Calls the function with these arguments.
    #[doc(hidden)]
    fn apply<'gc, T>(
        self,
        function: &Root<T>,
        rt: &'gc mut Runtime,
    ) -> Result<Value<'gc>, Exception>;
}

macro_rules! arguments {
    ($($type:ident $field:tt)*) => {
        impl<$($type: ToValue),*> sealed::Sealed for ($($type,)*) {}

        impl<$($type: ToValue),*> Arguments for ($($type,)*) {
            #[inline(always)]
            fn apply<'gc, T_>(
                self,
                function: &Root<T_>,
                rt: &'gc mut Runtime,
            ) -> Result<Value<'gc>, Exception> {
                function.apply(rt, |rt| {
                    if true $(&& $type::IMMEDIATE)* {
                        return [$(self.$field.to_value(rt).raw()),*];
                    }
                    let mut allocator = Allocator::new(rt);
                    [$(given(self.$field, &mut allocator).raw()),*]
                })
            }
        }
    };
}

impl sealed::Sealed for () {}

impl Arguments for () {
    #[inline(always)]
    fn apply<'gc, T>(
        self,
        function: &Root<T>,
        rt: &'gc mut Runtime,
    ) -> Result<Value<'gc>, Exception> {
        const UNIT: Raw = bactrian_sys::UNIT;
        function.apply(rt, |_| [UNIT])
    }
}

arguments!(A 0);
arguments!(A 0 B 1);
arguments!(A 0 B 1 C 2);
arguments!(A 0 B 1 C 2 D 3);
arguments!(A 0 B 1 C 2 D 3 E 4);
arguments!(A 0 B 1 C 2 D 3 E 4 F 5);
arguments!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
arguments!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);

impl<A: Arguments, R> Root<Fun<A, R>> {
    /// Calls the function (`caml_callback_exn`).
    ///
    /// # Errors
    ///
    /// The exception that the function raised, or that its result did not convert.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{Exception, Fun, Root, Runtime};
    ///
    /// fn twice(rt: &mut Runtime, f: &Root<Fun<(isize,), isize>>) -> Result<isize, Exception> {
    ///     let once = f.call(rt, (1,))?;
    ///     f.call(rt, (once,))
    /// }
    /// ```
    #[inline(always)]
    pub fn call<'gc>(&self, rt: &'gc mut Runtime, arguments: A) -> Result<R, Exception>
    where
        R: FromValue<'gc>,
    {
        let result = arguments.apply(self, rt)?;
        Ok(R::from_value(result)?)
    }
}
