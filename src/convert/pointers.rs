//! Pointers, which OCaml does not see: what is behind them is converted.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, Runtime, check_stack};
use crate::value::{ConversionError, Value};

/// A custom value behind a pointer is not the pointer's to give away.
const fn not_moved<T: ToValue + ?Sized>() {
    assert!(
        !T::MOVED,
        "a custom value belongs to OCaml once it is there, so it cannot be made of a reference or an \
         `Rc`: return it by value, or share an `Arc` of it"
    );
}

/// Implements `ToValue` by what is behind a pointer, a level deeper on the stack.
macro_rules! to_value_behind {
    () => {
        to_value_behind!(
            by | this,
            rt | {
                const { not_moved::<T>() };
                let _ = (this, rt);
                unreachable!("checked")
            }
        );
    };
    (by |$this:ident, $rt:ident| $moved:expr) => {
        const TYPE: TypeExpr = T::TYPE;
        const IS_FLOAT: bool = T::IS_FLOAT;
        const IMMEDIATE: bool = T::IMMEDIATE;
        to_value_by_build!();

        #[inline]
        fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
            if T::MOVED {
                let $this = self;
                return allocator.escape(|$rt| $moved);
            }
            if !(T::CHECKED || T::IMMEDIATE || T::IS_FLOAT) {
                allocator.expect_stack();
            }
            (**self).build(allocator)
        }

        #[inline]
        unsafe fn build_last<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
            if T::MOVED {
                return self.build(allocator);
            }
            if !(T::CHECKED || T::IMMEDIATE || T::IS_FLOAT) {
                allocator.expect_stack();
            }
            // SAFETY: the caller's promise.
            unsafe { (**self).build_last(allocator) }
        }

        #[inline]
        fn to_flat_float(&self) -> f64 {
            (**self).to_flat_float()
        }
    };
}

/// Owning pointers to one value.
macro_rules! owning_pointer {
    ($($pointer:ident $read:expr;)*) => {$(
        impl<'gc, T: FromValue<'gc>> FromValue<'gc> for $pointer<T> {
            const TYPE: TypeExpr = T::TYPE;
            const IS_FLOAT: bool = T::IS_FLOAT;

            #[inline]
            fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
                if !(T::CHECKED || T::IS_FLOAT) {
                    check_stack()?;
                }
                $read(value)
            }

            #[inline]
            fn from_flat_float(float: f64) -> Result<Self, ConversionError> {
                T::from_flat_float(float).map($pointer::new)
            }
        }

    )*};
}
owning_pointer! {
    Box super::derived::read_boxed;
    Rc |value| T::from_value(value).map(Rc::new);
    Arc |value| T::from_value(value).map(Arc::new);
}

impl<T: ToValue + ?Sized> ToValue for Box<T> {
    const MOVED: bool = T::MOVED;

    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        if T::MOVED {
            T::unbox_value(self, rt)
        } else {
            self.to_value(rt)
        }
    }

    // Says why it panics.
    to_value_behind!(by | this, rt | (**this).to_value(rt));
}

impl<T: ToValue + ?Sized> ToValue for Rc<T> {
    to_value_behind!();
}

/// A custom value is shared.
impl<T: ToValue + ?Sized> ToValue for Arc<T> {
    to_value_behind!(by | this, rt | T::share_value(this, rt));
}

impl<T: ToValue + ?Sized> ToValue for &T {
    to_value_behind!();
}

impl<T: ToValue + ?Sized> ToValue for &mut T {
    to_value_behind!();
}

impl<'gc, T: FromValue<'gc>> FromValue<'gc> for Box<[T]> {
    const TYPE: TypeExpr = T::ARRAY_TYPE;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        Vec::from_value(value).map(Vec::into_boxed_slice)
    }
}

/// Always owned: what is borrowed would have to be told apart by type.
impl<'gc, B: ToOwned<Owned: FromValue<'gc>> + ?Sized> FromValue<'gc> for Cow<'_, B> {
    const TYPE: TypeExpr = B::Owned::TYPE;
    const IS_FLOAT: bool = B::Owned::IS_FLOAT;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        B::Owned::from_value(value).map(Cow::Owned)
    }

    #[inline]
    fn from_flat_float(float: f64) -> Result<Self, ConversionError> {
        B::Owned::from_flat_float(float).map(Cow::Owned)
    }
}

/// It does not say of itself that it is a float or an immediate: those are made without regard to
/// code of the user's, and here a `Borrow` of the user's may run.
impl<B: ToOwned + ToValue + ?Sized> ToValue for Cow<'_, B> {
    const TYPE: TypeExpr = if B::IS_FLOAT {
        TypeExpr::named("float")
    } else {
        B::TYPE
    };
    to_value_by_build!();

    #[inline]
    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        // The user's `Borrow` may run here: it could allocate.
        let borrowed: &B = allocator.escape(|_| &**self);
        borrowed.build(allocator)
    }
}
