//! Conversion of values: the traits [`FromValue`] and [`ToValue`], one file per family of types.
//!
//! `conversion-table.md` at the top of the project lists every type.

pub mod adapters;
mod arrays;
mod bigarrays;
#[cfg(feature = "num-bigint")]
mod bigints;
pub(crate) mod derived;
mod exceptions;
mod functions;
mod handles;
mod lists;
mod maps;
#[cfg(feature = "ndarray")]
pub(crate) mod ndarrays;
mod numbers;
mod options;
mod pointers;
mod sequences;
#[cfg(feature = "std")]
pub(crate) mod sharing;
mod text;
mod tuples;
mod zarith;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem::MaybeUninit;

pub use crate::interface::TypeExpr;
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

pub(crate) use derived::Placed;
pub use exceptions::OCamlException;
pub(crate) use exceptions::{find_registered, raise_built};
pub use functions::{Arguments, given, given_as};
pub use handles::OCamlType;
pub(crate) use numbers::{checked_isize, checked_usize};
pub use sequences::{LazySeq, Seq, SeqIter};

/// Conversion of an OCaml value to a Rust one, checked.
///
/// Any value may be given, whatever its type claims: what does not fit is an error that says what
/// was expected, what was found, and where. It is never undefined behaviour.
///
/// Derive it for structs and enums: `#[derive(FromValue)]`. The lifetime is that of types that
/// borrow from the heap, such as `&'gc str`.
///
/// # Examples
///
/// By hand, for a type that OCaml knows as an `int` of minutes:
///
/// ```
/// use bactrian::{ConversionError, FromValue, TypeExpr, Value};
/// use std::time::Duration;
///
/// struct Minutes(Duration);
///
/// impl<'gc> FromValue<'gc> for Minutes {
///     const TYPE: TypeExpr = <u32 as FromValue>::TYPE;
///
///     fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
///         Ok(Minutes(Duration::from_secs(60 * u64::from(u32::from_value(value)?))))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an OCaml value",
    label = "no `FromValue` for this type",
    note = "for a type of your own, derive it: `#[derive(FromValue)]` for one that is taken by value, \
            a copy of OCaml's; `#[derive(Custom)]` for one that is taken by reference, OCaml's handle",
    note = "`&[u8]`, `&[f64]` and `&mut [T]` are possible only as arguments of a `#[func]` that \
            does not take the runtime; elsewhere take `Vec<u8>` or `Vec<f64>`"
)]
pub trait FromValue<'gc>: Sized {
    /// The OCaml type that this reads.
    const TYPE: TypeExpr;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the value is not of the shape that `TYPE` has, or is out of range.
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError>;

    /// Whether `TYPE` is `float`: a record of nothing else is flat.
    #[doc(hidden)]
    const IS_FLOAT: bool = false;

    /// The OCaml type that `Vec<Self>` reads.
    #[doc(hidden)]
    const ARRAY_TYPE: TypeExpr = TypeExpr::Name("array", &[Self::TYPE]);

    /// Reads an array of this type.
    #[doc(hidden)]
    fn array_from_value(value: Value<'gc>) -> Result<Vec<Self>, ConversionError> {
        arrays::from_value(value)
    }

    /// Whether a pointer to this need not check the stack: the conversion does it by itself, or goes
    /// no deeper.
    #[doc(hidden)]
    const CHECKED: bool = false;

    /// Reads a value into its place: what is large need not be moved there.
    #[doc(hidden)]
    #[inline(always)]
    fn read_in(
        value: Value<'gc>,
        place: &mut MaybeUninit<Self>,
    ) -> Result<Placed, ConversionError> {
        match Self::from_value(value) {
            Ok(read) => Ok(Placed::new(place, read)),
            Err(error) => Err(error),
        }
    }

    /// Reads a block into its place, for a derived enum that has constant constructors, too: those
    /// need no call.
    #[doc(hidden)]
    fn read_block_in(_: Value<'gc>, _: &mut MaybeUninit<Self>) -> Result<Placed, ConversionError> {
        Err(ConversionError::message("this type has no such blocks"))
    }

    /// Makes one of a field of a flat record, when `IS_FLOAT`.
    #[doc(hidden)]
    fn from_flat_float(_: f64) -> Result<Self, ConversionError> {
        Err(ConversionError::message("this type is no float"))
    }
}

/// Conversion of a Rust value to an OCaml one.
///
/// It cannot fail, except where the type says so (an `isize` of 64 bits does not fit an OCaml
/// `int`): then it panics, which a stub makes an exception.
///
/// Derive it for structs and enums: `#[derive(ToValue)]`.
///
/// # Examples
///
/// By hand, for a type that OCaml knows as an `int` of minutes:
///
/// ```
/// use bactrian::{Runtime, ToValue, TypeExpr, Value};
/// use std::time::Duration;
///
/// struct Minutes(Duration);
///
/// impl ToValue for Minutes {
///     const TYPE: TypeExpr = <u64 as ToValue>::TYPE;
///
///     fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
///         (self.0.as_secs() / 60).to_value(rt)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made an OCaml value",
    label = "no `ToValue` for this type",
    note = "for a type of your own, derive it: `#[derive(ToValue)]`"
)]
pub trait ToValue {
    /// The OCaml type that this makes.
    const TYPE: TypeExpr;

    /// Makes a value.
    ///
    /// # Panics
    ///
    /// When the type says so, and without memory.
    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc>;

    /// Makes a value and consumes this one: a [`Custom`](crate::Custom) value is moved to OCaml.
    ///
    /// # Panics
    ///
    /// As [`ToValue::to_value`].
    ///
    /// ```
    /// use bactrian::ToValue;
    /// use bactrian::bigarray::{Array1, Buffer};
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let samples: Buffer<Array1<f32>> = vec![0.5; 1_000_000].into();
    /// let value = samples.into_value(rt); // nothing is copied
    /// # });
    /// ```
    #[inline]
    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc>
    where
        Self: Sized,
    {
        self.to_value(rt)
    }

    /// Whether `into_value` moves something, which `to_value` cannot.
    #[doc(hidden)]
    const MOVED: bool = false;

    /// Whether a result is better made by `into_value`.
    #[doc(hidden)]
    const CONSUMED: bool = Self::MOVED;

    /// Makes a value of what is in a box, and consumes it.
    #[doc(hidden)]
    #[expect(clippy::boxed_local, reason = "an unsized type has no other way")]
    fn unbox_value<'gc>(this: Box<Self>, rt: &'gc Runtime) -> Value<'gc> {
        (*this).to_value(rt)
    }

    /// Makes a value that Rust and OCaml share, of a custom value.
    #[doc(hidden)]
    fn share_value<'gc>(this: &Arc<Self>, rt: &'gc Runtime) -> Value<'gc> {
        (**this).to_value(rt)
    }

    /// Whether `TYPE` is `float`: a record of nothing else is flat.
    #[doc(hidden)]
    const IS_FLOAT: bool = false;

    /// Whether the values are immediates, so that nothing is allocated.
    #[doc(hidden)]
    const IMMEDIATE: bool = false;

    /// Whether a pointer to this need not check the stack: the conversion does it by itself, or goes
    /// no deeper.
    #[doc(hidden)]
    const CHECKED: bool = false;

    /// The OCaml type that `Vec<Self>` makes.
    #[doc(hidden)]
    const ARRAY_TYPE: TypeExpr = TypeExpr::Name("array", &[Self::TYPE]);

    /// Makes a value with the bounds of the heap held in registers.
    #[doc(hidden)]
    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        allocator.escape(|rt| self.to_value(rt))
    }

    /// Makes a block, for a derived enum that has constant constructors, too: those need no call.
    #[doc(hidden)]
    fn build_block<'gc>(&self, _: &mut Allocator<'gc>) -> Value<'gc> {
        unreachable!("this type has no such blocks")
    }

    /// Makes the result of a stub.
    ///
    /// # Safety
    ///
    /// No value is alive, so this may collect in between.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn build_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        self.build(allocator)
    }

    /// The value when `IMMEDIATE`, and a negative number if it does not fit: then `build` panics.
    /// For many at once, where a test for each would take as long as the rest.
    #[doc(hidden)]
    #[inline(always)]
    fn immediate(&self, allocator: &mut Allocator<'_>) -> (bactrian_sys::Value, isize) {
        (self.build(allocator).raw(), 0)
    }

    /// Makes an array of this type.
    #[doc(hidden)]
    fn build_array<'gc>(elements: &[Self], allocator: &mut Allocator<'gc>) -> Value<'gc>
    where
        Self: Sized,
    {
        arrays::build::<Self, false>(elements, allocator)
    }

    /// Makes an array of this type as the result of a stub.
    ///
    /// # Safety
    ///
    /// As for `build_last`.
    #[doc(hidden)]
    unsafe fn build_array_last<'gc>(elements: &[Self], allocator: &mut Allocator<'gc>) -> Value<'gc>
    where
        Self: Sized,
    {
        arrays::build::<Self, true>(elements, allocator)
    }

    /// What a field of a flat record holds, when `IS_FLOAT`.
    #[doc(hidden)]
    fn to_flat_float(&self) -> f64 {
        unreachable!("this type is no float")
    }
}

impl<'gc, T> Value<'gc, T> {
    /// Converts the value.
    ///
    /// # Errors
    ///
    /// When the value is not what `U` reads.
    ///
    /// ```
    /// # use bactrian::ToValue;
    /// # bactrian::hidden::embedded(|rt| {
    /// let value = vec!["a", "b"].to_value(rt);
    /// assert_eq!(value.to::<Vec<String>>().unwrap(), ["a", "b"]);
    /// let error = value.to::<Vec<bool>>().unwrap_err();
    /// assert_eq!(error.to_string(), r#"element 0: expected a bool, got the string "a""#);
    /// # });
    /// ```
    #[inline(always)]
    pub fn to<U: FromValue<'gc>>(self) -> Result<U, ConversionError> {
        U::from_value(self.any())
    }
}

impl<'gc, T: ToValue> Value<'gc, T> {
    /// Makes a value of the OCaml type that `T` stands for.
    ///
    /// ```
    /// # use bactrian::Value;
    /// # bactrian::hidden::embedded(|rt| {
    /// let value: Value<Vec<isize>> = Value::new(rt, &vec![1, 2, 3]);
    /// # });
    /// ```
    #[inline(always)]
    pub fn new(rt: &'gc Runtime, rust: &T) -> Self {
        const {
            assert!(
                !T::MOVED,
                "a custom value is moved to OCaml: use `Value::owned`"
            )
        };
        let value = rust.build(&mut Allocator::new(rt));
        // SAFETY: of the type that `T` makes.
        unsafe { value.cast() }
    }

    /// Makes a value of the OCaml type that `T` stands for, and consumes the Rust one: a
    /// [`Custom`](crate::Custom) value is moved to OCaml.
    ///
    /// ```
    /// # use bactrian::{Custom, Value};
    /// #[derive(Custom)]
    /// struct Seed(u64);
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let seed: Value<Seed> = Value::owned(rt, Seed(7));
    /// assert_eq!(seed.to::<&Seed>().unwrap().0, 7);
    /// # });
    /// ```
    #[inline(always)]
    pub fn owned(rt: &'gc Runtime, rust: T) -> Self {
        // SAFETY: of the type that `T` makes.
        unsafe { rust.into_value(rt).cast() }
    }
}

/// Implements `to_value` by `build`, for types that allocate through an [`Allocator`].
macro_rules! to_value_by_build {
    () => {
        #[inline]
        fn to_value<'gc>(&self, rt: &'gc $crate::runtime::Runtime) -> $crate::value::Value<'gc> {
            self.build(&mut $crate::runtime::Allocator::new(rt))
        }
    };
}
use to_value_by_build;

/// A runtime for a conversion that has to allocate while it reads.
///
/// # Safety
///
/// A `Value` of this lifetime is at hand, so the runtime is held and borrowed shared.
#[inline(always)]
unsafe fn runtime_of<'gc>(_: Value<'gc>) -> &'gc Runtime {
    // SAFETY: the token has no size.
    unsafe { core::ptr::NonNull::dangling().as_ref() }
}
