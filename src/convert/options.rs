//! `option` and `result`.

use bactrian_sys as sys;

use super::{FromValue, ToValue, TypeExpr, derived, to_value_by_build};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

impl<'gc, T: FromValue<'gc>> FromValue<'gc> for Option<T> {
    const TYPE: TypeExpr = TypeExpr::Name("option", &[T::TYPE]);

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.raw() == sys::NONE {
            return Ok(None);
        }
        if !value.is_block_of(0, 1) {
            return Err(value.unexpected("an option"));
        }
        // SAFETY: just checked.
        match T::from_value(unsafe { value.field_unchecked(0) }) {
            Ok(inside) => Ok(Some(inside)),
            Err(error) => Err(error.in_constructor("Some")),
        }
    }
}

impl<T: ToValue> ToValue for Option<T> {
    const TYPE: TypeExpr = TypeExpr::Name("option", &[T::TYPE]);
    const MOVED: bool = T::MOVED;
    to_value_by_build!();

    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        match self {
            // SAFETY: an immediate.
            None => unsafe { Value::from_raw(sys::NONE) },
            Some(inside) => derived::moved_block(rt, 0, [inside.into_value(rt)]),
        }
    }

    #[inline]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: `None` is an immediate; `Some` a block of tag 0 of a value just made.
        unsafe {
            match self {
                None => Value::from_raw(sys::NONE),
                Some(inside) => {
                    let inside = inside.build(allocator);
                    let some = allocator.block(0, [inside.raw()]);
                    allocator.value(some)
                }
            }
        }
    }

    #[inline]
    unsafe fn build_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: as above, and no value is alive when the one inside is made.
        unsafe {
            match self {
                None => Value::from_raw(sys::NONE),
                Some(inside) => {
                    let inside = inside.build_last(allocator);
                    let some = allocator.block(0, [inside.raw()]);
                    allocator.value(some)
                }
            }
        }
    }
}

impl<'gc, T: FromValue<'gc>, E: FromValue<'gc>> FromValue<'gc> for Result<T, E> {
    const TYPE: TypeExpr = TypeExpr::Name("result", &[T::TYPE, E::TYPE]);

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        // SAFETY: checked before.
        let inside = || unsafe { value.field_unchecked(0) };
        if value.is_block_of(0, 1) {
            T::from_value(inside())
                .map(Ok)
                .map_err(|error| error.in_constructor("Ok"))
        } else if value.is_block_of(1, 1) {
            E::from_value(inside())
                .map(Err)
                .map_err(|error| error.in_constructor("Error"))
        } else {
            Err(value.unexpected("a result"))
        }
    }
}

impl<T: ToValue, E: ToValue> ToValue for Result<T, E> {
    const TYPE: TypeExpr = TypeExpr::Name("result", &[T::TYPE, E::TYPE]);
    const MOVED: bool = T::MOVED || E::MOVED;
    to_value_by_build!();

    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        match self {
            Ok(inside) => derived::moved_block(rt, 0, [inside.into_value(rt)]),
            Err(inside) => derived::moved_block(rt, 1, [inside.into_value(rt)]),
        }
    }

    #[inline]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        let (tag, inside) = match self {
            Ok(inside) => (0, inside.build(allocator)),
            Err(inside) => (1, inside.build(allocator)),
        };
        // SAFETY: a block of a value just made.
        unsafe {
            let result = allocator.block(tag, [inside.raw()]);
            allocator.value(result)
        }
    }

    #[inline]
    unsafe fn build_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // SAFETY: as above, and no value is alive when the one inside is made.
        unsafe {
            let (tag, inside) = match self {
                Ok(inside) => (0, inside.build_last(allocator)),
                Err(inside) => (1, inside.build_last(allocator)),
            };
            let result = allocator.block(tag, [inside.raw()]);
            allocator.value(result)
        }
    }
}
