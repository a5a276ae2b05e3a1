//! Handles to values that stay OCaml's: no conversion.

use bactrian_sys as sys;

use super::adapters::{As, FromValueAs};
use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::Allocator;
use crate::value::{
    Any, Array, ConversionError, Exn, Fun, Hashtbl, Instance, Lazy, List, Map, Ref, Root, Set,
    Value, reference, tables,
};

/// A type that can stand for an OCaml type in [`Value`] and [`Root`].
///
/// Every type with [`FromValue`] does, and the types that exist only for this: [`List`], [`Array`],
/// [`Ref`], [`Lazy`], [`Hashtbl`], [`Map`], [`Set`], [`Fun`], [`Any`], [`Exn`]. A type that OCaml code
/// defines can have a name for this, too:
///
/// ```
/// use bactrian::{OCamlType, TypeExpr, Value};
///
/// /// OCaml's `Buffer.t`.
/// enum OCamlBuffer {}
///
/// impl OCamlType for OCamlBuffer {
///     const TYPE: TypeExpr = TypeExpr::named("Buffer.t");
/// }
///
/// #[bactrian::func]
/// fn same<'gc>(buffer: Value<'gc, OCamlBuffer>) -> Value<'gc, OCamlBuffer> {
///     buffer
/// }
/// ```
///
/// # Examples
///
/// ```
/// use bactrian::{Array, List, OCamlType};
///
/// assert_eq!(<Array<List<isize>> as OCamlType>::TYPE.to_string(), "int list array");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for an OCaml type",
    label = "no `OCamlType` for this type",
    note = "types that implement `FromValue` do"
)]
pub trait OCamlType {
    /// The OCaml type.
    const TYPE: TypeExpr;

    /// Whether a value looks like one of this type at first sight. What is in it is checked when it
    /// is read.
    #[doc(hidden)]
    #[inline(always)]
    fn check(_: Value<'_>) -> Result<(), ConversionError> {
        Ok(())
    }
}

impl<T: for<'gc> FromValue<'gc>> OCamlType for T {
    const TYPE: TypeExpr = <T as FromValue<'static>>::TYPE;
}

impl OCamlType for Any {
    const TYPE: TypeExpr = TypeExpr::named("Obj.t");
}

impl OCamlType for Exn {
    const TYPE: TypeExpr = TypeExpr::named("exn");

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        if value.is_exception() {
            Ok(())
        } else {
            Err(value.unexpected("an exception"))
        }
    }
}

impl<T: OCamlType> OCamlType for List<T> {
    const TYPE: TypeExpr = TypeExpr::Name("list", &[T::TYPE]);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        if value.raw() == sys::EMPTY_LIST || value.is_block_of(0, 2) {
            Ok(())
        } else {
            Err(value.unexpected("a list"))
        }
    }
}

impl<T: OCamlType> OCamlType for Array<T> {
    const TYPE: TypeExpr = TypeExpr::Name("array", &[T::TYPE]);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        value.array_layout().map(|_| ())
    }
}

impl<T: OCamlType> OCamlType for Ref<T> {
    const TYPE: TypeExpr = TypeExpr::Name("ref", &[T::TYPE]);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        reference::check(value)
    }
}

/// Its value may be of any shape.
impl<T: OCamlType> OCamlType for Lazy<T> {
    const TYPE: TypeExpr = TypeExpr::Name("Lazy.t", &[T::TYPE]);
}

impl<K: OCamlType, V: OCamlType> OCamlType for Hashtbl<K, V> {
    const TYPE: TypeExpr = TypeExpr::Name("Hashtbl.t", &[K::TYPE, V::TYPE]);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        tables::buckets(value).map(|_| ())
    }
}

impl<M: Instance, V: OCamlType> OCamlType for Map<M, V> {
    const TYPE: TypeExpr = TypeExpr::Name(M::TYPE, &[V::TYPE]);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        tables::check_tree(value, 5)
    }
}

impl<S: Instance> OCamlType for Set<S> {
    const TYPE: TypeExpr = TypeExpr::named(S::TYPE);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        tables::check_tree(value, 4)
    }
}

impl<A, T: for<'gc> FromValueAs<'gc, A>> OCamlType for As<A, T> {
    const TYPE: TypeExpr = <T as FromValueAs<'static, A>>::TYPE;
}

/// A function of any type.
#[inline]
fn check_function(value: Value<'_>) -> Result<(), ConversionError> {
    match value.tag() {
        Some(sys::CLOSURE_TAG | sys::INFIX_TAG) => Ok(()),
        _ => Err(value.unexpected("a function")),
    }
}

macro_rules! function_type {
    ($($argument:ident)*) => {
        impl<$($argument: OCamlType,)* R: OCamlType> OCamlType for Fun<($($argument,)*), R> {
            const TYPE: TypeExpr = TypeExpr::Function(&[$($argument::TYPE),*], &R::TYPE);

            #[inline]
            fn check(value: Value<'_>) -> Result<(), ConversionError> {
                check_function(value)
            }
        }
    };
}
impl<R: OCamlType> OCamlType for Fun<(), R> {
    const TYPE: TypeExpr = TypeExpr::Function(&[TypeExpr::named("unit")], &R::TYPE);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        check_function(value)
    }
}
function_type!(A);
function_type!(A B);
function_type!(A B C);
function_type!(A B C D);
function_type!(A B C D E);
function_type!(A B C D E F);
function_type!(A B C D E F G);
function_type!(A B C D E F G H);

impl<'gc, T: OCamlType> FromValue<'gc> for Value<'gc, T> {
    const TYPE: TypeExpr = T::TYPE;

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        T::check(value)?;
        // SAFETY: OCaml code passes a value of this type. Every access checks.
        Ok(unsafe { value.cast() })
    }
}

impl<T: OCamlType> ToValue for Value<'_, T> {
    const TYPE: TypeExpr = T::TYPE;

    #[inline(always)]
    fn to_value<'gc>(&self, _: &'gc crate::Runtime) -> Value<'gc> {
        // SAFETY: the value lives as long as its own lifetime, and nothing can collect as long as
        // the token, of which there is one, is borrowed for `'gc`.
        unsafe { Value::from_raw(self.raw()) }
    }

    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: as above.
        unsafe { allocator.value(self.raw()) }
    }
}

impl<'gc, T: OCamlType> FromValue<'gc> for Root<T> {
    const TYPE: TypeExpr = T::TYPE;

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        T::check(value)?;
        // SAFETY: a `Value` of this lifetime is at hand. OCaml code passes a value of this type.
        unsafe { Ok(Root::new(super::runtime_of(value), value.cast())) }
    }
}

impl<T: OCamlType> ToValue for Root<T> {
    const TYPE: TypeExpr = T::TYPE;
    to_value_by_build!();

    #[inline(always)]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // Reading a root does not allocate.
        allocator.escape(|rt| self.get(rt).any())
    }
}
