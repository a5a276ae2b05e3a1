//! Which closures there can be, and how they are called.

use core::cell::UnsafeCell;
use core::error::Error;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicBool, Ordering};

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::ffi::CString;
use alloc::string::String;
use bactrian_sys as sys;
use sys::Value as Raw;

use super::Closure;
#[cfg(doc)]
use super::Function;
use crate::convert::{FromValue, ToValue, TypeExpr};
use crate::hidden::{
    Finish, Raised, argument, finish_plain, invalid_text, of_boxed_error, of_own_error, of_text,
};
use crate::runtime::{NamedValue, PanicException, Raise, Runtime, Used, check, enter};

mod sealed {
    pub trait Sealed {}
}

/// The arguments of a [`Function`]: a tuple of one to eight types with [`FromValue`] that own what
/// they have, `()` for unit.
///
/// ```
/// use bactrian::closures::{Call, Parameters};
/// use bactrian::{Function, Runtime, ToValue};
///
/// /// A closure, and what it is called.
/// struct Command<A, R> {
///     name: &'static str,
///     function: Function<A, R>,
/// }
///
/// impl<A: Parameters, R: ToValue> Command<A, R> {
///     fn new(name: &'static str, closure: impl Call<A, R> + Send + Sync + 'static) -> Self {
///         Command { name, function: Function::new(closure) }
///     }
/// }
///
/// let double = Command::new("double", |_: &mut Runtime, n: isize| 2 * n);
/// # assert_eq!(double.name, "double");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not the arguments of a Rust closure that OCaml calls",
    label = "not a tuple of types that OCaml can give",
    note = "it is a tuple of one to eight types with `FromValue`, `()` for unit; they own what they \
            have: `String`, not `&str`, and `Root`, not `Value`"
)]
pub trait Parameters: sealed::Sealed + Sized {
    /// How many there are for OCaml.
    #[doc(hidden)]
    const ARITY: usize;
    /// Their types.
    #[doc(hidden)]
    const TYPES: &'static [TypeExpr];
    /// What has the code for a closure that is kept as `K`.
    #[doc(hidden)]
    type Code<K: Kept<Self, R>, R>: Code;
}

/// Says which function the C functions call.
#[doc(hidden)]
pub trait Code {
    /// Its address. It has the block and the arguments as arguments.
    const CODE: *const ();
}

/// The code for closures kept as `K` that are functions from `A` to `R`.
#[doc(hidden)]
#[derive(Debug)]
pub struct CodeOf<K, A, R>(PhantomData<(K, A, R)>);

/// A closure `Fn(&mut Runtime, A, B..) -> R`, or `-> Result<R, E>`, for [`Function::new`].
///
/// For an example, see [`Parameters`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Rust closure that OCaml can call as a `Function<{A}, {R}>`",
    label = "not such a closure",
    note = "it is `|rt: &mut Runtime, a: A, b: B..|`, with these types written out, and returns `R` \
            or `Result<R, E>` where `E` can be raised; if it changes what it holds, or consumes it, \
            use `Function::new_mut` or `Function::new_once`"
)]
pub trait Call<A, R> {
    #[doc(hidden)]
    fn call(&self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise>;
}

/// A closure `FnMut(&mut Runtime, A, B..) -> R`, or `-> Result<R, E>`, for [`Function::new_mut`].
///
/// For an example, see [`Function::new_mut`](crate::Function::new_mut).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Rust closure that OCaml can call as a `Function<{A}, {R}>`",
    label = "not such a closure",
    note = "it is `|rt: &mut Runtime, a: A, b: B..|`, with these types written out, and returns `R` \
            or `Result<R, E>` where `E` can be raised; if it consumes what it holds, use \
            `Function::new_once`"
)]
pub trait CallMut<A, R> {
    #[doc(hidden)]
    fn call_mut(&mut self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise>;
}

/// A closure `FnOnce(&mut Runtime, A, B..) -> R`, or `-> Result<R, E>`, for [`Function::new_once`].
///
/// For an example, see [`Function::new_once`](crate::Function::new_once).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Rust closure that OCaml can call as a `Function<{A}, {R}>`",
    label = "not such a closure",
    note = "it is `|rt: &mut Runtime, a: A, b: B..|`, with these types written out, and returns `R` \
            or `Result<R, E>` where `E` can be raised"
)]
pub trait CallOnce<A, R> {
    #[doc(hidden)]
    fn call_once(self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise>;
}

/// What a closure of a [`Function<A, R>`](Function) may return: an `R`, or a `Result<R, E>` whose
/// error is [raised](Raises).
///
/// For an example, see [`Function`](crate::Function).
#[diagnostic::on_unimplemented(
    message = "a closure of a `Function<_, {R}>` cannot return `{Self}`",
    label = "neither `{R}` nor a `Result` of it whose error can be raised",
    note = "errors of your own are raised if they derive `bactrian::Exception`; others can be made a \
            `Box<dyn std::error::Error>`"
)]
pub trait Outcome<R> {
    #[doc(hidden)]
    fn finish(self, rt: &mut Runtime) -> Result<Finish, Raise>;
}

// The two do not overlap: no type is a `Result` of itself.
impl<R: ToValue> Outcome<R> for R {
    #[inline(always)]
    fn finish(self, rt: &mut Runtime) -> Result<Finish, Raise> {
        Ok(finish_plain(self, rt))
    }
}

impl<R: ToValue, E: Raises> Outcome<R> for Result<R, E> {
    #[inline(always)]
    fn finish(self, rt: &mut Runtime) -> Result<Finish, Raise> {
        match self {
            Ok(result) => Ok(finish_plain(result, rt)),
            Err(error) => Err(error.raise(rt)),
        }
    }
}

/// Errors that a closure raises: types that derive [`Exception`](macro@crate::Exception),
/// [`Exception`](struct@crate::Exception) and [`ConversionError`](crate::ConversionError); errors of
/// the standard library, texts and boxes of any error as `Failure`, `io::Error` as `Sys_error`.
///
/// For an example, see [`Function`](crate::Function).
#[diagnostic::on_unimplemented(
    message = "a closure that OCaml calls cannot raise `{Self}`",
    label = "no exception of OCaml's",
    note = "derive `bactrian::Exception` for an error type of your own, or return a \
            `Result<_, Box<dyn std::error::Error>>`"
)]
pub trait Raises {
    #[doc(hidden)]
    fn raise(self, rt: &mut Runtime) -> Raise;
}

impl<E: Raised> Raises for E {
    #[inline]
    fn raise(self, rt: &mut Runtime) -> Raise {
        self.into_raise(rt)
    }
}

macro_rules! raises {
    ($($type:ty => |$error:ident, $rt:ident| $raise:expr;)*) => {$(
        impl Raises for $type {
            fn raise(self, $rt: &mut Runtime) -> Raise {
                let $error = self;
                $raise
            }
        }
    )*};
}
raises! {
    Box<dyn Error> => |error, rt| of_boxed_error(&*error, rt);
    Box<dyn Error + Send + Sync> => |error, rt| of_boxed_error(&*error, rt);
    String => |text, rt| of_text(&text, rt);
    &'static str => |text, rt| of_text(text, rt);
    Cow<'static, str> => |text, rt| of_text(&text, rt);
}

macro_rules! raises_errors {
    ($($type:ty)*) => { raises! { $($type => |error, rt| of_own_error(&error, rt);)* } };
}
raises_errors! {
    core::array::TryFromSliceError
    core::cell::BorrowError
    core::cell::BorrowMutError
    core::char::CharTryFromError
    core::char::ParseCharError
    core::fmt::Error
    core::net::AddrParseError
    core::num::ParseFloatError
    core::num::ParseIntError
    core::num::TryFromIntError
    core::str::ParseBoolError
    core::str::Utf8Error
    alloc::ffi::NulError
    alloc::string::FromUtf8Error
}
#[cfg(feature = "std")]
raises_errors! {
    std::io::Error
    std::env::VarError
    std::sync::mpsc::RecvError
    std::time::SystemTimeError
}

/// A closure, and what says who may call it.
#[doc(hidden)]
pub trait Kept<A, R>: Send + Sync + 'static {
    /// What the closure's type is called.
    fn name() -> &'static str;
    /// Calls it.
    fn run(&self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise>;
}

/// Any number of calls at once.
pub(super) struct Many<F>(pub(super) F);

impl<A, R, F: Call<A, R> + Send + Sync + 'static> Kept<A, R> for Many<F> {
    fn name() -> &'static str {
        core::any::type_name::<F>()
    }

    #[inline(always)]
    fn run(&self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise> {
        self.0.call(rt, arguments)
    }
}

/// One call at a time.
pub(super) struct OneAtATime<F> {
    running: AtomicBool,
    closure: UnsafeCell<F>,
}

// SAFETY: only the thread that has set `running` uses the closure, which is `Send`.
unsafe impl<F: Send> Sync for OneAtATime<F> {}

impl<F> OneAtATime<F> {
    pub(super) fn new(closure: F) -> Self {
        OneAtATime {
            running: AtomicBool::new(false),
            closure: UnsafeCell::new(closure),
        }
    }
}

impl<A, R, F: CallMut<A, R> + Send + 'static> Kept<A, R> for OneAtATime<F> {
    fn name() -> &'static str {
        core::any::type_name::<F>()
    }

    #[inline(always)]
    fn run(&self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise> {
        struct Running<'a>(&'a AtomicBool);
        impl Drop for Running<'_> {
            #[inline(always)]
            fn drop(&mut self) {
                self.0.store(false, Ordering::Release);
            }
        }
        if self.running.swap(true, Ordering::Acquire) {
            return Err(invalid_text(
                rt,
                "the Rust closure is in use: it changes what it holds, so it cannot be called \
                 while it runs",
            ));
        }
        let _running = Running(&self.running);
        // SAFETY: `running` was not set, so no other has a reference, and is set for as long as
        // this one is used.
        unsafe { &mut *self.closure.get() }.call_mut(rt, arguments)
    }
}

/// One call.
pub(super) struct Once<F> {
    called: AtomicBool,
    closure: UnsafeCell<Option<F>>,
    /// What the second call raises.
    again: &'static str,
}

// SAFETY: only the thread that has set `called` uses the closure, which is `Send`.
unsafe impl<F: Send> Sync for Once<F> {}

impl<F> Once<F> {
    pub(super) fn new(closure: F, again: &'static str) -> Self {
        Once {
            called: AtomicBool::new(false),
            closure: UnsafeCell::new(Some(closure)),
            again,
        }
    }
}

impl<A, R, F: CallOnce<A, R> + Send + 'static> Kept<A, R> for Once<F> {
    fn name() -> &'static str {
        core::any::type_name::<F>()
    }

    #[inline(always)]
    fn run(&self, rt: &mut Runtime, arguments: A) -> Result<Finish, Raise> {
        let closure = if self.called.swap(true, Ordering::AcqRel) {
            None
        } else {
            // SAFETY: this is the one call that has set `called`, so no other uses the closure.
            unsafe { &mut *self.closure.get() }.take()
        };
        match closure {
            Some(closure) => closure.call_once(rt, arguments),
            None => Err(invalid_text(rt, self.again)),
        }
    }
}

/// What OCaml calls, for all numbers of arguments.
///
/// # Safety
///
/// OCaml calls the function that calls this. `block` is one whose payload is a `Closure<K>`, and alive
/// until that function returns; `read` does not collect. Both it and this are the last in that function.
#[inline(always)]
unsafe fn call<K: Kept<A, R>, A, R>(
    block: Raw,
    read: impl FnOnce(&Runtime) -> Result<A, Raise>,
) -> Raw {
    // SAFETY: the caller's promise.
    unsafe {
        if Used::is_counted() {
            run_and_count::<K, A, R>(block, read)
        } else {
            run::<K, A, R, false>(block, read)
        }
    }
}

/// Runs the closure; with `COUNTS`, what it uses is counted.
///
/// # Safety
///
/// As for [`call`].
#[inline(always)]
unsafe fn run<K: Kept<A, R>, A, R, const COUNTS: bool>(
    block: Raw,
    read: impl FnOnce(&Runtime) -> Result<A, Raise>,
) -> Raw {
    let body = |rt: &mut Runtime| {
        let _used = COUNTS.then(Used::new);
        // SAFETY: the code of a block belongs to the type of its payload. The block owns a share,
        // and is alive until this function returns.
        let closure = unsafe { &*(block as *const *const Closure<K>).add(1).read() };
        let arguments = read(rt)?;
        closure.kept.run(rt, arguments)
    };
    // SAFETY: OCaml called this; nothing that needs dropping is alive at the end.
    match unsafe { enter(&OfCrate(K::name), body) } {
        // SAFETY: the end of a stub; the result is all that is alive.
        Ok(result) => unsafe { check(result.raw) },
        // SAFETY: the last act of a function that OCaml called; all Rust values are gone.
        Err(raise) => unsafe { raise.raise() },
    }
}

/// For a program that may end OCaml meanwhile: apart, so that others have to ask, and no more.
///
/// # Safety
///
/// As for [`call`].
#[cold]
#[inline(never)]
unsafe fn run_and_count<K: Kept<A, R>, A, R>(
    block: Raw,
    read: impl FnOnce(&Runtime) -> Result<A, Raise>,
) -> Raw {
    // SAFETY: the caller's promise.
    unsafe { run::<K, A, R, true>(block, read) }
}

/// What the interface of a closure's crate has registered for panics. Known is the closure's type.
struct OfCrate(fn() -> &'static str);

// SAFETY: what is registered under a name is in a root of the runtime's.
unsafe impl PanicException for OfCrate {
    #[cold]
    fn find(&self, rt: &mut Runtime) -> Option<*const Raw> {
        // What a type is called is for people. If this is not the crate's name, there is no such
        // exception, and the panic becomes another one.
        let path = (self.0)().trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let crate_name = path.split("::").next().unwrap_or_default();
        let name = CString::new(alloc::format!("{crate_name}.Panic")).ok()?;
        NamedValue::look_up(&name, rt)
    }
}

macro_rules! arities {
    ($($arity:literal: $($type:ident $argument:ident $raw:ident $name:literal),*;)*) => {$(
        impl<$($type: for<'gc> FromValue<'gc>),*> sealed::Sealed for ($($type,)*) {}

        impl<$($type: for<'gc> FromValue<'gc>),*> Parameters for ($($type,)*) {
            const ARITY: usize = $arity;
            const TYPES: &'static [TypeExpr] = &[$(<$type as FromValue<'static>>::TYPE),*];

            type Code<K: Kept<Self, Result_>, Result_> = CodeOf<K, Self, Result_>;
        }

        impl<K, Result_, $($type),*> Code for CodeOf<K, ($($type,)*), Result_>
        where
            K: Kept<($($type,)*), Result_>,
            $($type: for<'gc> FromValue<'gc>,)*
        {
            const CODE: *const () = {
                unsafe extern "C" fn code<K, Result_, $($type),*>(block: Raw, $($raw: Raw),*) -> Raw
                where
                    K: Kept<($($type,)*), Result_>,
                    $($type: for<'gc> FromValue<'gc>,)*
                {
                    // SAFETY: OCaml passes these values, through the C function that found this
                    // address in the block, beside a payload of this type, and the OCaml function
                    // that keeps the block alive.
                    unsafe {
                        call::<K, ($($type,)*), Result_>(block, move |rt| {
                            Ok(($(argument::<$type>(rt, $raw, $name)?,)*))
                        })
                    }
                }
                code::<K, Result_, $($type),*> as *const ()
            };
        }

        calls! { ($($type),*) ($($argument),*) }
    )*};
}

/// The closures of a number of arguments.
macro_rules! calls {
    (($($type:ident),*) ($($argument:ident),*)) => {
        impl<Closure_, Outcome_, Result_, $($type),*> Call<($($type,)*), Result_> for Closure_
        where
            Closure_: Fn(&mut Runtime, $($type),*) -> Outcome_,
            Outcome_: Outcome<Result_>,
        {
            #[inline(always)]
            fn call(&self, rt: &mut Runtime, arguments: ($($type,)*)) -> Result<Finish, Raise> {
                let ($($argument,)*) = arguments;
                self(rt, $($argument),*).finish(rt)
            }
        }

        impl<Closure_, Outcome_, Result_, $($type),*> CallMut<($($type,)*), Result_> for Closure_
        where
            Closure_: FnMut(&mut Runtime, $($type),*) -> Outcome_,
            Outcome_: Outcome<Result_>,
        {
            #[inline(always)]
            fn call_mut(
                &mut self,
                rt: &mut Runtime,
                arguments: ($($type,)*),
            ) -> Result<Finish, Raise> {
                let ($($argument,)*) = arguments;
                self(rt, $($argument),*).finish(rt)
            }
        }

        impl<Closure_, Outcome_, Result_, $($type),*> CallOnce<($($type,)*), Result_> for Closure_
        where
            Closure_: FnOnce(&mut Runtime, $($type),*) -> Outcome_,
            Outcome_: Outcome<Result_>,
        {
            #[inline(always)]
            fn call_once(self, rt: &mut Runtime, arguments: ($($type,)*)) -> Result<Finish, Raise> {
                let ($($argument,)*) = arguments;
                self(rt, $($argument),*).finish(rt)
            }
        }
    };
}

impl sealed::Sealed for () {}

impl Parameters for () {
    const ARITY: usize = 1;
    const TYPES: &'static [TypeExpr] = &[TypeExpr::named("unit")];

    type Code<K: Kept<(), R>, R> = CodeOf<K, (), R>;
}

impl<K: Kept<(), R>, R> Code for CodeOf<K, (), R> {
    const CODE: *const () = {
        unsafe extern "C" fn code<K: Kept<(), R>, R>(block: Raw, _: Raw) -> Raw {
            // SAFETY: as for other numbers of arguments, below.
            unsafe { call::<K, (), R>(block, |_| Ok(())) }
        }
        code::<K, R> as *const ()
    };
}
calls! { () () }

arities! {
    1: A a raw_a "1";
    2: A a raw_a "1", B b raw_b "2";
    3: A a raw_a "1", B b raw_b "2", C c raw_c "3";
    4: A a raw_a "1", B b raw_b "2", C c raw_c "3", D d raw_d "4";
    5: A a raw_a "1", B b raw_b "2", C c raw_c "3", D d raw_d "4", E e raw_e "5";
    6: A a raw_a "1", B b raw_b "2", C c raw_c "3", D d raw_d "4", E e raw_e "5", F f raw_f "6";
    7: A a raw_a "1", B b raw_b "2", C c raw_c "3", D d raw_d "4", E e raw_e "5", F f raw_f "6",
       G g raw_g "7";
    8: A a raw_a "1", B b raw_b "2", C c raw_c "3", D d raw_d "4", E e raw_e "5", F f raw_f "6",
       G g raw_g "7", H h raw_h "8";
}
