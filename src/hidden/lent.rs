//! How a stub lends what its function takes by reference: a custom value, which is borrowed in its
//! block; a value that converts, for the receiver of a method; what is a reference by itself.
//!
//! Which it is depends on the traits of the type. The macro cannot know them, so it calls a method on
//! `&&&&Lend::<T>`: the compiler takes the first of these that applies, by the number of references.
//!
//! 1. [`LendCustom`]: a custom type.
//! 2. [`LendConverted`]: a type that converts, where the macro allows it.
//! 3. [`LendReference`]: `&T` itself converts, where `T` is another name of `str`.
//! 4. [`LendNothing`]: none of these, for the sake of the compiler's message.

use core::marker::PhantomData;
use core::ops::Deref;

use sys::Value as Raw;

use super::arguments::{argument, invalid};
use super::sys;
use crate::convert::FromValue;
use crate::runtime::{Raise, Runtime};
use crate::value::custom::{self, LentMut};
use crate::value::{Custom, Mutable, Taken, Value};

/// A parameter `&T`, or `&mut T`. With `COLLECTS` the function may run the collector. With `SOLE` it is
/// the only parameter, the runtime neither, and the borrow ends before anything else is done: so nobody can
/// begin another one meanwhile in this domain.
#[derive(Debug)]
pub struct Lend<T: ?Sized, const COLLECTS: bool, const SOLE: bool>(
    PhantomData<fn() -> PhantomData<T>>,
);

impl<T: ?Sized, const COLLECTS: bool, const SOLE: bool> Lend<T, COLLECTS, SOLE> {
    /// The parameter.
    pub const NEW: Self = Lend(PhantomData);
}

/// A custom type.
pub trait LendCustom {
    /// The borrow.
    type Lent;
    /// Borrows for the time of the call.
    ///
    /// # Safety
    ///
    /// `raw` is a value that OCaml passed to the stub, and nothing has collected since. Unless
    /// `COLLECTS`, nothing does before the borrow is dropped; with `SOLE`, it is the only one that
    /// begins before it is dropped.
    unsafe fn lend(&self, rt: &Runtime, raw: Raw, name: &'static str) -> Result<Self::Lent, Raise>;
}

impl<T: Custom, const COLLECTS: bool, const SOLE: bool> LendCustom for &&&Lend<T, COLLECTS, SOLE> {
    type Lent = <T::Access as custom::Access<T>>::Lent<COLLECTS>;

    #[inline(always)]
    unsafe fn lend(&self, rt: &Runtime, raw: Raw, name: &'static str) -> Result<Self::Lent, Raise> {
        // SAFETY: the caller's promise.
        match unsafe { custom::lend::<T, COLLECTS, SOLE>(Value::from_raw(raw)) } {
            Ok(lent) => Ok(lent),
            Err(error) => Err(invalid(rt, error, name)),
        }
    }
}

/// What has been converted, or is a reference already.
#[derive(Debug)]
pub struct Own<T>(T);

impl<T> Deref for Own<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A type that converts.
pub trait LendConverted<'gc> {
    /// The type.
    type Lent;
    /// Converts.
    ///
    /// # Safety
    ///
    /// As for [`argument`].
    unsafe fn lend(
        &self,
        rt: &'gc Runtime,
        raw: Raw,
        name: &'static str,
    ) -> Result<Self::Lent, Raise>;
}

impl<'gc, T: FromValue<'gc>, const COLLECTS: bool, const SOLE: bool> LendConverted<'gc>
    for &&Lend<T, COLLECTS, SOLE>
{
    type Lent = Own<T>;

    #[inline(always)]
    unsafe fn lend(&self, rt: &'gc Runtime, raw: Raw, name: &'static str) -> Result<Own<T>, Raise> {
        // SAFETY: the caller's promise.
        unsafe { argument::<T>(rt, raw, name) }.map(Own)
    }
}

/// A reference that converts.
#[derive(Debug)]
pub struct Reference<'gc, T: ?Sized>(&'gc T);

impl<T: ?Sized> Deref for Reference<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        self.0
    }
}

/// A type whose reference converts.
pub trait LendReference<'gc> {
    /// The type.
    type Lent;
    /// Converts.
    ///
    /// # Safety
    ///
    /// As for [`argument`].
    unsafe fn lend(
        &self,
        rt: &'gc Runtime,
        raw: Raw,
        name: &'static str,
    ) -> Result<Self::Lent, Raise>;
}

impl<'gc, T: ?Sized + 'gc, const COLLECTS: bool, const SOLE: bool> LendReference<'gc>
    for &Lend<T, COLLECTS, SOLE>
where
    &'gc T: FromValue<'gc>,
{
    type Lent = Reference<'gc, T>;

    #[inline(always)]
    unsafe fn lend(
        &self,
        rt: &'gc Runtime,
        raw: Raw,
        name: &'static str,
    ) -> Result<Reference<'gc, T>, Raise> {
        // SAFETY: the caller's promise.
        unsafe { argument::<&'gc T>(rt, raw, name) }.map(Reference)
    }
}

/// A type that cannot be lent.
pub trait LendNothing<T: ?Sized> {
    /// Does not compile.
    ///
    /// # Safety
    ///
    /// None is needed.
    unsafe fn lend<'gc>(
        &self,
        rt: &'gc Runtime,
        raw: Raw,
        name: &'static str,
    ) -> Result<Reference<'gc, T>, Raise>
    where
        &'gc T: FromValue<'gc>;
}

impl<T: ?Sized, const COLLECTS: bool, const SOLE: bool> LendNothing<T> for Lend<T, COLLECTS, SOLE> {
    unsafe fn lend<'gc>(
        &self,
        rt: &'gc Runtime,
        raw: Raw,
        name: &'static str,
    ) -> Result<Reference<'gc, T>, Raise>
    where
        &'gc T: FromValue<'gc>,
    {
        // SAFETY: the caller's promise.
        unsafe { argument::<&'gc T>(rt, raw, name) }.map(Reference)
    }
}

/// Ends a borrow, before the result is made and the collector may run.
#[inline(always)]
pub fn end<L>(_: L) {}

/// A parameter `&mut T`.
///
/// # Safety
///
/// As for [`LendCustom::lend`].
#[inline(always)]
pub unsafe fn argument_mut<T: Mutable, const COLLECTS: bool, const SOLE: bool>(
    rt: &Runtime,
    raw: Raw,
    name: &'static str,
) -> Result<LentMut<T>, Raise> {
    // SAFETY: the caller's promise.
    match unsafe { custom::lend_mut::<T, COLLECTS, SOLE>(Value::from_raw(raw)) } {
        Ok(lent) => Ok(lent),
        Err(error) => Err(invalid(rt, error, name)),
    }
}

/// The receiver `self` of a method.
#[derive(Debug)]
pub struct Give<T>(PhantomData<fn() -> T>);

impl<T> Give<T> {
    /// The receiver.
    pub const NEW: Self = Give(PhantomData);
}

/// A custom type: the value is taken out.
pub trait GiveCustom<T> {
    /// Takes it.
    ///
    /// # Safety
    ///
    /// As for [`argument`].
    unsafe fn give(&self, rt: &Runtime, raw: Raw, name: &'static str) -> Result<T, Raise>;
}

impl<T: Mutable> GiveCustom<T> for &Give<T> {
    #[inline(always)]
    unsafe fn give(&self, rt: &Runtime, raw: Raw, name: &'static str) -> Result<T, Raise> {
        // SAFETY: the caller's promise.
        unsafe { argument::<Taken<T>>(rt, raw, name) }.map(|taken| taken.0)
    }
}

/// A type that converts.
pub trait GiveConverted<T> {
    /// Converts.
    ///
    /// # Safety
    ///
    /// As for [`argument`].
    unsafe fn give<'gc>(&self, rt: &'gc Runtime, raw: Raw, name: &'static str) -> Result<T, Raise>
    where
        T: FromValue<'gc>;
}

impl<T> GiveConverted<T> for Give<T> {
    #[inline(always)]
    unsafe fn give<'gc>(&self, rt: &'gc Runtime, raw: Raw, name: &'static str) -> Result<T, Raise>
    where
        T: FromValue<'gc>,
    {
        // SAFETY: the caller's promise.
        unsafe { argument::<T>(rt, raw, name) }
    }
}
