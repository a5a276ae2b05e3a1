//! How a stub makes its result.
//!
//! What a function's result becomes depends on which traits its type has. The macro cannot know
//! them, so it calls a method on `&&&&&&returned(...)`: the compiler takes the first of these that
//! applies, by the number of references.
//!
//! 1. [`FinishRaised`]: `Result<T, E>` where `E` is an OCaml exception: raised.
//! 2. [`FinishValue`]: a type that converts, OCaml's `result` too. Where the function says `exn`,
//!    [`FinishText`] is in its place: `Result<T, E>` where `E` is a text: `Failure`.
//! 3. [`FinishOwnError`]: `Result<T, E>` where `E` is an error: `Failure`, or `Sys_error`.
//! 4. [`FinishSendError`], [`FinishError`]: `Result<T, E>` where `E` becomes a box of one: as the
//!    error in it. They are two since `Box<dyn Error + Send + Sync>` is no `Into<Box<dyn Error>>`.
//! 5. [`FinishNothing`]: none of these, for the sake of the compiler's message.

use alloc::boxed::Box;
use core::error::Error;
use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::arguments::invalid_argument;
use super::message::Message;
use crate::adapters::ToValueAs;
use crate::convert::{OCamlException, ToValue, find_registered};
use crate::interface::{Name, TypeExpr};
use crate::runtime::{ANY_PANIC, Allocator, Raise, Runtime, check, enter};
use crate::value::{ConversionError, Exception, Exn, Predefined, Root, Value};

/// How to make a value of a `T`: as its `ToValue` does, or as an adapter does.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be returned to OCaml",
    label = "no `ToValue` for this type",
    note = "a result is a type with `ToValue` (derive it for your own), or a `Result` of such a type \
            and an error: one with `ToValue`, `bactrian::Exception`, or `std::error::Error`"
)]
pub trait Build<T> {
    /// The OCaml type of the value.
    const TYPE: TypeExpr;
    /// Whether nothing is allocated.
    const IMMEDIATE: bool;
    /// Whether the result is consumed.
    const CONSUMED: bool;
    /// Makes the value when the result is consumed.
    fn into_value(result: T, rt: &Runtime) -> Value<'_>;
    /// Makes the value when nothing is allocated for it.
    fn immediate<'gc>(result: &T, rt: &'gc Runtime) -> Value<'gc>;
    /// Makes the value.
    fn build<'gc>(result: &T, allocator: &mut Allocator<'gc>) -> Value<'gc>;
    /// Makes the value, collecting in between if that helps.
    ///
    /// # Safety
    ///
    /// No value is alive.
    unsafe fn build_last<'gc>(result: &T, allocator: &mut Allocator<'gc>) -> Value<'gc>;
}

/// As its `ToValue` does.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

/// As the adapter `As` does.
#[derive(Clone, Copy, Debug)]
pub struct By<As>(pub PhantomData<As>);

impl<T: ToValue> Build<T> for Plain {
    const TYPE: TypeExpr = T::TYPE;
    const IMMEDIATE: bool = T::IMMEDIATE;
    const CONSUMED: bool = T::CONSUMED;

    #[inline(always)]
    fn into_value(result: T, rt: &Runtime) -> Value<'_> {
        result.into_value(rt)
    }

    #[inline(always)]
    fn immediate<'gc>(result: &T, rt: &'gc Runtime) -> Value<'gc> {
        result.to_value(rt)
    }

    #[inline(always)]
    fn build<'gc>(result: &T, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        result.build(allocator)
    }

    #[inline(always)]
    unsafe fn build_last<'gc>(result: &T, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: the caller's promise.
        unsafe { result.build_last(allocator) }
    }
}

impl<As, T: ToValueAs<As>> Build<T> for By<As> {
    const TYPE: TypeExpr = T::TYPE;
    const IMMEDIATE: bool = false;
    const CONSUMED: bool = T::MOVED;

    #[inline(always)]
    fn into_value(result: T, rt: &Runtime) -> Value<'_> {
        result.into_value_as(rt)
    }

    #[inline(always)]
    fn immediate<'gc>(result: &T, rt: &'gc Runtime) -> Value<'gc> {
        result.build_as(&mut Allocator::new(rt))
    }

    #[inline(always)]
    fn build<'gc>(result: &T, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        result.build_as(allocator)
    }

    #[inline(always)]
    unsafe fn build_last<'gc>(result: &T, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: the caller's promise.
        unsafe { result.build_as_last(allocator) }
    }
}

/// The type of a function's result `R`, to be made in the way `H`.
#[derive(Debug)]
pub struct Returned<R, H>(PhantomData<fn() -> (R, H)>);

/// The type of this result.
#[inline(always)]
pub fn returned<R, H>(_: &R, _: H) -> Returned<R, H> {
    Returned(PhantomData)
}

/// A finished result, and whether making it may have allocated.
#[derive(Clone, Copy, Debug)]
pub struct Finish {
    /// The value.
    pub raw: Raw,
    /// Whether a collection may be due.
    pub allocated: bool,
}

/// Makes a value of a result that borrows nothing; `rt` is free, so this may collect.
#[inline(always)]
fn finish<R, H: Build<R>, const LAST: bool>(result: R, rt: &mut Runtime) -> Finish {
    let raw = if H::CONSUMED {
        H::into_value(result, rt).raw()
    } else if H::IMMEDIATE {
        H::immediate(&result, rt).raw()
    } else {
        let mut allocator = Allocator::new(rt);
        if LAST {
            // SAFETY: the token is borrowed exclusively, so no value is alive.
            unsafe { H::build_last(&result, &mut allocator) }.raw()
        } else {
            H::build(&result, &mut allocator).raw()
        }
    };
    Finish {
        raw,
        allocated: !H::IMMEDIATE,
    }
}

/// Makes the result of a closure.
#[inline(always)]
pub(crate) fn finish_plain<T: ToValue>(result: T, rt: &mut Runtime) -> Finish {
    finish::<T, Plain, true>(result, rt)
}

/// Errors that are exceptions of OCaml's, raised as they are.
pub trait Raised: Sized {
    /// The exceptions' names.
    const RAISES: &'static [Name];

    /// The exception. May collect before it is made.
    fn into_raise(self, rt: &mut Runtime) -> Raise;
}

impl<E: OCamlException> Raised for E {
    const RAISES: &'static [Name] = E::NAMES;

    #[cold]
    #[inline(never)]
    fn into_raise(self, rt: &mut Runtime) -> Raise {
        OCamlException::into_raise(self, rt)
    }
}

impl Raised for Exception {
    // Whatever the OCaml function raised.
    const RAISES: &'static [Name] = Predefined::NAMES;

    #[cold]
    #[inline(never)]
    fn into_raise(self, rt: &mut Runtime) -> Raise {
        self.raise(rt)
    }
}

impl Raised for ConversionError {
    const RAISES: &'static [Name] = &[Name {
        name: "Invalid_argument",
    }];

    #[cold]
    #[inline(never)]
    fn into_raise(self, rt: &mut Runtime) -> Raise {
        invalid_argument(rt, self)
    }
}

/// The message of an exception, if it is one of `E`'s: an OCaml `string option`.
///
/// # Safety
///
/// OCaml has called the function that calls this, with an exception.
pub unsafe fn exception_message<E: OCamlException>(exception: Raw) -> Raw {
    let body = |rt: &mut Runtime| {
        // SAFETY: the caller's promise; nothing has collected since.
        let exception: Root<Exn> = Root::new(rt, unsafe { Value::from_raw(exception) });
        find_registered::<E>(rt);
        let message = match E::read_exception(exception.get(rt)) {
            Some(Ok(error)) => Some(alloc::string::ToString::to_string(&error)),
            Some(Err(_)) | None => None,
        };
        Ok(message.to_value(rt).raw())
    };
    // SAFETY: OCaml called this; nothing that needs dropping is alive at the end.
    match unsafe { enter(&ANY_PANIC, body) } {
        // SAFETY: the end of a stub; the message is all that is alive.
        Ok(message) => unsafe { check(message) },
        // Not raised: a printer does not.
        Err(_) => sys::NONE,
    }
}

/// `Failure` of an error's text and its causes'; an `io::Error` is `Sys_error`.
#[cold]
#[inline(never)]
fn of_error<E: Error>(error: &E, is_io: bool, rt: &Runtime) -> Raise {
    let mut message = Message::new();
    message.say_error(error);
    if is_io {
        Raise::SysError(Allocator::new(rt).string(message.bytes()))
    } else {
        Raise::failure(message.bytes(), rt)
    }
}

/// As the error in the box would be raised, if it is one that has an exception of its own.
#[cold]
pub(crate) fn of_boxed_error(error: &(dyn Error + 'static), rt: &mut Runtime) -> Raise {
    if let Some(exception) = error.downcast_ref::<Exception>() {
        return exception.raise(rt);
    }
    if let Some(exception) = error.downcast_ref::<Predefined>() {
        return exception.raise(rt);
    }
    if error.is::<ConversionError>() {
        return Raise::InvalidArgument(Allocator::new(rt).string(Message::of(&error).bytes()));
    }
    #[cfg(feature = "std")]
    let is_io = error.is::<std::io::Error>();
    #[cfg(not(feature = "std"))]
    let is_io = false;
    of_error(&error, is_io, rt)
}

#[inline(always)]
pub(crate) fn of_own_error<E: Error + 'static>(error: &E, rt: &Runtime) -> Raise {
    #[cfg(feature = "std")]
    let is_io = core::any::TypeId::of::<E>() == core::any::TypeId::of::<std::io::Error>();
    #[cfg(not(feature = "std"))]
    let is_io = false;
    of_error(error, is_io, rt)
}

/// Errors that are nothing but a text.
pub trait ErrorText {
    /// The text.
    fn text(&self) -> &str;
}

impl ErrorText for alloc::string::String {
    #[inline(always)]
    fn text(&self) -> &str {
        self
    }
}

impl ErrorText for &str {
    #[inline(always)]
    fn text(&self) -> &str {
        self
    }
}

impl ErrorText for alloc::borrow::Cow<'_, str> {
    #[inline(always)]
    fn text(&self) -> &str {
        self
    }
}

/// `Failure` of a text.
#[cold]
#[inline(never)]
pub(crate) fn of_text(text: &str, rt: &Runtime) -> Raise {
    Raise::failure(text.as_bytes(), rt)
}

/// A step: the trait, and its implementation for a result behind so many references.
macro_rules! step {
    ($(#[$meta:meta])* $step:ident) => {
        $(#[$meta])*
        pub trait $step {
            /// The function's result.
            type Result;
            /// Makes the result, or the exception.
            fn finish<const LAST: bool>(
                &self,
                result: Self::Result,
                rt: &mut Runtime,
            ) -> Result<Finish, Raise>;
        }
    };
    // `Result<T, E>`, with errors of some kind and the exceptions that they become.
    (
        $(#[$meta:meta])* $step:ident for ($($reference:tt)*),
        E: [$($bound:tt)*], |$error:ident, $rt:ident| $raise:expr
    ) => {
        step!($(#[$meta])* $step);

        impl<T, E: $($bound)*, H: Build<T>> $step for $($reference)* Returned<Result<T, E>, H> {
            type Result = Result<T, E>;

            #[inline(always)]
            fn finish<const LAST: bool>(
                &self,
                result: Result<T, E>,
                $rt: &mut Runtime,
            ) -> Result<Finish, Raise> {
                match result {
                    Ok(result) => Ok(finish::<T, H, LAST>(result, $rt)),
                    Err($error) => Err($raise),
                }
            }
        }
    };
}

step! {
    /// `Result<T, E>` where `E` is an OCaml exception.
    FinishRaised for (&&&&&), E: [Raised], |error, rt| error.into_raise(rt)
}

step! {
    /// A type that converts.
    FinishValue
}

impl<R, H: Build<R>> FinishValue for &&&&Returned<R, H> {
    type Result = R;

    #[inline(always)]
    fn finish<const LAST: bool>(&self, result: R, rt: &mut Runtime) -> Result<Finish, Raise> {
        Ok(finish::<R, H, LAST>(result, rt))
    }
}

step! {
    /// `Result<T, E>` where `E` is a text, and is to be an exception.
    FinishText for (&&&&), E: [ErrorText], |error, rt| of_text(error.text(), rt)
}

step! {
    /// `Result<T, E>` where `E` is an error: no box is made of it.
    FinishOwnError for (&&&), E: [Error + 'static], |error, rt| of_own_error(&error, rt)
}

step! {
    /// `Result<T, E>` where `E` is an error that threads can share, or a box of one.
    FinishSendError for (&&),
    E: [Into<Box<dyn Error + Send + Sync>>], |error, rt| of_boxed_error(&*error.into(), rt)
}

step! {
    /// `Result<T, E>` where `E` is a box of an error.
    FinishError for (&), E: [Into<Box<dyn Error>>], |error, rt| of_boxed_error(&*error.into(), rt)
}

/// A type that does not convert.
pub trait FinishNothing<R, H> {
    /// Does not compile.
    fn finish<const LAST: bool>(&self, result: R, rt: &mut Runtime) -> Result<Finish, Raise>
    where
        H: Build<R>;
}

impl<R, H> FinishNothing<R, H> for Returned<R, H> {
    fn finish<const LAST: bool>(&self, result: R, rt: &mut Runtime) -> Result<Finish, Raise>
    where
        H: Build<R>,
    {
        Ok(finish::<R, H, LAST>(result, rt))
    }
}

/// What a function that takes `&mut Runtime` may return though it borrows from the runtime.
///
/// The value is made with the runtime shared, while the result may still hold the exclusive borrow.
/// A type of the user's could have that borrow in it, and collect while the value is made, or when
/// it is dropped. In these types there is none.
#[diagnostic::on_unimplemented(
    message = "a function that takes `&mut Runtime` cannot return `{Self}`, which borrows",
    label = "might hold the runtime while it is made a value",
    note = "take `&Runtime`; or return a `Value`, or tuples, `Option`, `Result`, `Vec` of them; or a \
            type that owns all it has, with `Root` in place of `Value`"
)]
pub trait Settled {}

/// Checks a result.
#[inline(always)]
pub fn settled<R: Settled>(_: &R) {}

impl<T> Settled for Value<'_, T> {}
impl<T: ?Sized + 'static> Settled for &T {}
impl<T: Settled> Settled for Option<T> {}
impl<T: Settled, E: 'static> Settled for Result<T, E> {}
impl<T: Settled> Settled for Box<T> {}
impl<T: Settled> Settled for alloc::vec::Vec<T> {}
impl<T: Settled> Settled for alloc::collections::VecDeque<T> {}
impl<T> Settled for crate::value::Root<T> {}

macro_rules! settled {
    ($($type:ty)*) => { $(impl Settled for $type {})* };
}
settled!(() bool char isize usize i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 alloc::string::String);

macro_rules! settled_tuple {
    ($($type:ident)*) => { impl<$($type: Settled),*> Settled for ($($type,)*) {} };
}
settled_tuple!(A B);
settled_tuple!(A B C);
settled_tuple!(A B C D);
settled_tuple!(A B C D E);
settled_tuple!(A B C D E F);
settled_tuple!(A B C D E F G);
settled_tuple!(A B C D E F G H);
