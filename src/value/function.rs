//! OCaml functions.

use core::ffi::c_int;
use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::exception::outcome;
use super::{Any, Exception, Root, Value};
use crate::runtime::Runtime;

/// Stands for an OCaml function in a [`Value`] or [`Root`]: `Fun<(isize, String), bool>` is
/// `int -> string -> bool`, `Fun<(), bool>` is `unit -> bool`.
///
/// A function that is to be called is a [`Root`], since the call may collect.
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Fun, Root, Runtime};
///
/// /// The sum of `f i` for `i` below `n`.
/// #[bactrian::func]
/// fn sum(rt: &mut Runtime, f: Root<Fun<(isize,), isize>>, n: isize) -> Result<isize, Exception> {
///     (0..n).map(|i| f.call(rt, (i,))).sum()
/// }
/// ```
pub struct Fun<A, R>(PhantomData<fn(A) -> R>);

impl<T> Root<T> {
    /// Applies a function to values that `arguments` makes last of all.
    #[inline(always)]
    pub(crate) fn apply<'gc, const N: usize>(
        &self,
        rt: &'gc mut Runtime,
        arguments: impl FnOnce(&Runtime) -> [Raw; N],
    ) -> Result<Value<'gc>, Exception> {
        let arguments = arguments(rt);
        let closure = self.get(rt).raw();
        // SAFETY: all are values that nothing has moved since they were made or read.
        unsafe { apply(rt, closure, arguments) }
    }
}

/// Applies a function to arguments.
///
/// # Safety
///
/// All are values, and nothing has collected since they were made or read.
#[inline(always)]
pub(crate) unsafe fn apply<const N: usize>(
    rt: &mut Runtime,
    closure: Raw,
    mut arguments: [Raw; N],
) -> Result<Value<'_>, Exception> {
    // SAFETY: the caller's promise.
    let function = unsafe { Value::<Any>::from_raw(closure) };
    if !matches!(function.tag(), Some(sys::CLOSURE_TAG | sys::INFIX_TAG)) {
        return Err(function.unexpected("a function").into());
    }
    // SAFETY: the token is borrowed exclusively, so OCaml code may run. This is a closure, and
    // the runtime roots it and the arguments, which nothing has moved since they were made.
    unsafe {
        let result = match arguments.as_mut_slice() {
            [a] => sys::caml_callback_exn(closure, *a),
            [a, b] => sys::caml_callback2_exn(closure, *a, *b),
            [a, b, c] => sys::caml_callback3_exn(closure, *a, *b, *c),
            all => sys::caml_callbackN_exn(closure, all.len() as c_int, all.as_mut_ptr()),
        };
        outcome::<Any>(rt, result)
    }
}
