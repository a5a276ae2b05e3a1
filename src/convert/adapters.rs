//! Rust types with a second OCaml type, chosen with `#[ocaml(as = ...)]` on a field or parameter.
//!
//! | `as =` | Rust types | OCaml type |
//! |---|---|---|
//! | `int` | `i32`, `u32`, `i64`, `u64` | `int`, checked by range |
//! | `nativeint` | `isize`, `usize` | `nativeint`, all the bits |
//! | `char` | `u8` | `char` |
//! | `string` | `Vec<u8>` | `string` of any bytes |
//! | `list` | `Vec<T>`, `Box<[T]>` | `'a list` |
//! | `array` | `VecDeque<T>` | `'a array` |
//! | `bigarray` | `Vec<T>` of numbers, see [`bigarray`](crate::bigarray) | `Bigarray.Array1.t`, copied |
//! | `share` | `Rc<T>`, `Arc<T>`, `Option` and `Vec` of them | that of `T`: see [`Share`] |
//! | `fortran` | arrays of ndarray, with its feature | bigarrays in Fortran layout |
//!
//! ```
//! use bactrian::{FromValue, ToValue};
//!
//! #[derive(FromValue, ToValue)]
//! struct Commit {
//!     #[ocaml(as = int)]
//!     time: i64,
//!     #[ocaml(as = list)]
//!     parents: Vec<String>,
//! }
//! # bactrian::hidden::embedded(|rt| {
//! let commit = Commit { time: 1, parents: vec![] }.to_value(rt);
//! assert!(commit.field(0).unwrap().is_int());
//! # });
//! ```

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use bactrian_sys as sys;

use super::numbers::out_of_range;
use super::{FromValue, ToValue, TypeExpr, lists};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

/// `as = int`: OCaml's `int`.
///
/// ```
/// use bactrian::OCamlType;
/// use bactrian::adapters::{As, Int};
///
/// assert_eq!(<As<Int, i64> as OCamlType>::TYPE.to_string(), "int");
/// ```
#[derive(Debug)]
pub enum Int {}
/// `as = nativeint`: OCaml's `nativeint`.
///
/// ```
/// use bactrian::OCamlType;
/// use bactrian::adapters::{As, Nativeint};
///
/// assert_eq!(<As<Nativeint, isize> as OCamlType>::TYPE.to_string(), "nativeint");
/// ```
#[derive(Debug)]
pub enum Nativeint {}
/// `as = char`: OCaml's `char`, a byte.
///
/// ```
/// use bactrian::OCamlType;
/// use bactrian::adapters::{As, Char};
///
/// assert_eq!(<As<Char, u8> as OCamlType>::TYPE.to_string(), "char");
/// ```
#[derive(Debug)]
pub enum Char {}
/// `as = string`: OCaml's `string`.
///
/// ```
/// use bactrian::OCamlType;
/// use bactrian::adapters::{As, Text};
///
/// assert_eq!(<As<Text, Vec<u8>> as OCamlType>::TYPE.to_string(), "string");
/// ```
#[derive(Debug)]
pub enum Text {}
/// `as = list`: OCaml's `list`.
///
/// ```
/// use bactrian::OCamlType;
/// use bactrian::adapters::{As, AsList};
///
/// assert_eq!(<As<AsList, Vec<String>> as OCamlType>::TYPE.to_string(), "string list");
/// ```
#[derive(Debug)]
pub enum AsList {}
/// `as = array`: OCaml's `array`.
///
/// ```
/// use bactrian::OCamlType;
/// use bactrian::adapters::{As, AsArray};
/// use std::collections::VecDeque;
///
/// assert_eq!(<As<AsArray, VecDeque<String>> as OCamlType>::TYPE.to_string(), "string array");
/// ```
#[derive(Debug)]
pub enum AsArray {}

/// `#[ocaml(share)]`, or `as = share`: an `Rc` or `Arc` that keeps sharing. Within one conversion, the same
/// block of OCaml's becomes the same pointer, and the same pointer becomes the same block.
///
/// Without it, what is behind a pointer is converted each time that the pointer is met: a value whose
/// parts share parts is unfolded.
///
/// One conversion is that of the outermost value that has shared fields itself: of a `Vec<Graph>`, each
/// `Graph` is one. For more, put the vector into a struct, or share its elements: `#[ocaml(share)]
/// Vec<Rc<Graph>>`. A value that is part of itself is an error. What is behind the pointer must be `'static`.
/// Needs the feature `std`.
///
/// ```
/// use bactrian::{FromValue, ToValue};
/// use std::rc::Rc;
///
/// /// OCaml: `type tree = Leaf of int | Node of tree * tree`
/// #[derive(FromValue, ToValue)]
/// enum Tree {
///     Leaf(isize),
///     Node(#[ocaml(share)] Rc<Tree>, #[ocaml(share)] Rc<Tree>),
/// }
///
/// # bactrian::hidden::embedded(|rt| {
/// let leaf = Rc::new(Tree::Leaf(1));
/// let value = Tree::Node(leaf.clone(), leaf).to_value(rt);
/// let Tree::Node(left, right) = value.to().unwrap() else { panic!() };
/// assert!(Rc::ptr_eq(&left, &right));
/// # });
/// ```
#[derive(Debug)]
pub enum Share {}

/// `as = bigarray`: OCaml's `Bigarray.Array1.t`, in C layout.
///
/// ```
/// /// OCaml: `external wave : int -> (float, float64_elt, c_layout) Bigarray.Array1.t = "mycrate_wave"`
/// #[bactrian::func(boxed, as = bigarray)]
/// fn wave(samples: u32) -> Vec<f64> {
///     (0..samples).map(|i| (f64::from(i) / 10.).sin()).collect()
/// }
/// ```
#[derive(Debug)]
pub enum AsBigarray {}

/// `as = fortran`: a bigarray in Fortran layout.
///
/// ```
/// # #[cfg(feature = "ndarray")] mod example {
/// /// OCaml: `(float, float64_elt, fortran_layout) Bigarray.Array2.t`
/// #[bactrian::func(as = fortran)]
/// fn identity(size: usize) -> ndarray::Array2<f64> {
///     ndarray::Array2::eye(size)
/// }
/// # }
/// ```
#[derive(Debug)]
pub enum AsFortran {}

/// Stands for the OCaml type of `T` as `A` says, in a [`Value`] or [`Root`](crate::Root):
/// `Value<'gc, As<Int, i64>>` is an `int`. The fields of a record that have `as` are of such types.
///
/// ```
/// use bactrian::adapters::{As, Int};
/// use bactrian::Value;
///
/// # bactrian::hidden::embedded(|rt| {
/// let seven: Value<As<Int, i64>> = Value::new_as(rt, &7i64);
/// assert!(seven.is_int());
/// assert_eq!(seven.to_as().unwrap(), 7);
/// # });
/// ```
pub struct As<A, T>(core::marker::PhantomData<fn() -> (A, T)>);

impl<'gc, A, T> Value<'gc, As<A, T>> {
    /// Makes a value of the OCaml type that `A` says.
    ///
    /// For an example, see [`As`].
    #[inline]
    pub fn new_as(rt: &'gc crate::Runtime, rust: &T) -> Self
    where
        T: ToValueAs<A>,
    {
        // SAFETY: of the type that `T` makes.
        unsafe { rust.build_as(&mut Allocator::new(rt)).cast() }
    }

    /// Converts the value as `A` says.
    ///
    /// # Errors
    ///
    /// When the value is not what `T` reads.
    ///
    /// For an example, see [`As`].
    #[inline]
    pub fn to_as(self) -> Result<T, ConversionError>
    where
        T: FromValueAs<'gc, A>,
    {
        T::from_value_as(self.any())
    }
}

/// Reading as the OCaml type that `As` names.
///
/// ```
/// use bactrian::ToValue;
/// use bactrian::adapters::{Char, FromValueAs};
///
/// # bactrian::hidden::embedded(|rt| {
/// let letter = 97_isize.to_value(rt);
/// assert_eq!(<u8 as FromValueAs<Char>>::from_value_as(letter).unwrap(), b'a');
/// # });
/// assert_eq!(<u8 as FromValueAs<Char>>::TYPE.to_string(), "char");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read `as` this OCaml type",
    note = "the module `bactrian::adapters` lists what can"
)]
pub trait FromValueAs<'gc, As>: Sized {
    /// The OCaml type that this reads.
    const TYPE: TypeExpr;

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the value is not of the shape that `TYPE` has, or is out of range.
    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError>;

    /// Whether `TYPE` is `float`: a record of nothing else is flat.
    #[doc(hidden)]
    const IS_FLOAT: bool = false;

    /// Makes one of a field of a flat record, when `IS_FLOAT`.
    #[doc(hidden)]
    fn from_flat_float_as(_: f64) -> Result<Self, ConversionError> {
        Err(ConversionError::message("this type is no float"))
    }
}

/// Making values of the OCaml type that `As` names.
///
/// ```
/// use bactrian::adapters::{AsList, ToValueAs};
///
/// assert_eq!(<Vec<u16> as ToValueAs<AsList>>::TYPE.to_string(), "int list");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made a value `as` this OCaml type",
    note = "the module `bactrian::adapters` lists what can"
)]
pub trait ToValueAs<As> {
    /// The OCaml type that this makes.
    const TYPE: TypeExpr;

    /// Makes a value.
    #[doc(hidden)]
    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc>;

    /// Whether `into_value_as` moves something, which `build_as` cannot.
    #[doc(hidden)]
    const MOVED: bool = false;

    /// Makes a value and consumes this one.
    #[doc(hidden)]
    #[inline]
    fn into_value_as<'gc>(self, rt: &'gc Runtime) -> Value<'gc>
    where
        Self: Sized,
    {
        self.build_as(&mut Allocator::new(rt))
    }

    /// Makes the result of a stub.
    ///
    /// # Safety
    ///
    /// No value is alive, so this may collect in between.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn build_as_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        self.build_as(allocator)
    }

    /// Whether `TYPE` is `float`: a record of nothing else is flat.
    #[doc(hidden)]
    const IS_FLOAT: bool = false;

    /// Whether the values are immediates, so that nothing is allocated.
    #[doc(hidden)]
    const IMMEDIATE: bool = false;

    /// What a field of a flat record holds, when `IS_FLOAT`.
    #[doc(hidden)]
    fn to_flat_float_as(&self) -> f64 {
        unreachable!("this type is no float")
    }
}

macro_rules! as_int {
    ($($int:ident)*) => {$(
        impl<'gc> FromValueAs<'gc, Int> for $int {
            const TYPE: TypeExpr = TypeExpr::named("int");

            #[inline(always)]
            fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
                if value.is_int()
                    && let Ok(n) = $int::try_from(sys::int_of(value.raw()))
                {
                    return Ok(n);
                }
                let most = ($int::MAX as i128).min(sys::MAX_INT as i128);
                Err(out_of_range(value, ($int::MIN as i128).max(sys::MIN_INT as i128), most))
            }
        }

        /// Panics beyond OCaml's `int`.
        impl ToValueAs<Int> for $int {
            const TYPE: TypeExpr = TypeExpr::named("int");
            const IMMEDIATE: bool = true;

            #[inline(always)]
            fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                match isize::try_from(*self) {
                    Ok(n) => n.build(allocator),
                    Err(_) => super::numbers::overflow(*self as i128),
                }
            }
        }
    )*};
}
as_int!(i32 u32 i64 u64);

macro_rules! as_nativeint {
    ($($int:ident)*) => {$(
        impl<'gc> FromValueAs<'gc, Nativeint> for $int {
            const TYPE: TypeExpr = TypeExpr::named("nativeint");

            #[inline(always)]
            fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
                match value.boxed_number(&raw const sys::caml_nativeint_ops) {
                    Some(n) => Ok(n),
                    None => Err(value.unexpected("a nativeint")),
                }
            }
        }

        impl ToValueAs<Nativeint> for $int {
            const TYPE: TypeExpr = TypeExpr::named("nativeint");

            #[inline(always)]
            fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                let number = allocator.boxed_number(&raw const sys::caml_nativeint_ops, *self);
                // SAFETY: just made.
                unsafe { allocator.value(number) }
            }
        }
    )*};
}
as_nativeint!(isize usize);

impl<'gc> FromValueAs<'gc, Char> for u8 {
    const TYPE: TypeExpr = TypeExpr::named("char");

    #[inline(always)]
    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.is_int()
            && let Ok(n) = u8::try_from(sys::int_of(value.raw()))
        {
            return Ok(n);
        }
        Err(value.unexpected("a char"))
    }
}

impl ToValueAs<Char> for u8 {
    const TYPE: TypeExpr = TypeExpr::named("char");
    const IMMEDIATE: bool = true;

    #[inline(always)]
    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        self.build(allocator)
    }
}

impl<'gc> FromValueAs<'gc, Text> for Vec<u8> {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline]
    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        value.as_bytes().map(<[u8]>::to_vec)
    }
}

impl<'gc> FromValueAs<'gc, Text> for &'gc [u8] {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline]
    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        value.as_bytes()
    }
}

impl<T: AsRef<[u8]>> ToValueAs<Text> for T {
    const TYPE: TypeExpr = TypeExpr::named("string");

    #[inline]
    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // The user's `AsRef` may run here: it could allocate.
        let bytes: &[u8] = allocator.escape(|_| self.as_ref());
        let string = allocator.string(bytes);
        // SAFETY: just made.
        unsafe { allocator.value(string) }
    }
}

impl<'gc, T: FromValue<'gc>> FromValueAs<'gc, AsList> for Vec<T> {
    const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        lists::to_vec(value)
    }
}

impl<'gc, T: FromValue<'gc>> FromValueAs<'gc, AsList> for Box<[T]> {
    const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        <Vec<T> as FromValueAs<AsList>>::from_value_as(value).map(Vec::into_boxed_slice)
    }
}

/// Implements `ToValueAs<AsList>` for what is seen as a slice.
macro_rules! slice_as_list {
    ($($type:ty $(=> $elements:ident $into:expr)?;)*) => {$(
        impl<T: ToValue> ToValueAs<AsList> for $type {
            const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);
            $(
                const MOVED: bool = T::MOVED;

                fn into_value_as<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
                    if T::MOVED {
                        let $elements = self;
                        lists::moved($into, rt)
                    } else {
                        self.build_as(&mut Allocator::new(rt))
                    }
                }
            )?

            #[inline]
            fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                lists::build_slices::<T, false, 1>([self], allocator)
            }

            #[inline]
            unsafe fn build_as_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                lists::build_slices::<T, true, 1>([self], allocator)
            }
        }
    )*};
}
slice_as_list! {
    Vec<T> => vec vec;
    Box<[T]> => boxed boxed.into_vec();
    [T];
    &[T];
}

impl<'gc, T: FromValue<'gc>> FromValueAs<'gc, AsArray> for VecDeque<T> {
    const TYPE: TypeExpr = T::ARRAY_TYPE;

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        T::array_from_value(value).map(VecDeque::from)
    }
}

impl<T: ToValue> ToValueAs<AsArray> for VecDeque<T> {
    const TYPE: TypeExpr = T::ARRAY_TYPE;

    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        let elements: Vec<&T> = self.iter().collect();
        <&T>::build_array(&elements, allocator)
    }
}
