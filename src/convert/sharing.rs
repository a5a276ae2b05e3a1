//! `#[ocaml(share)]`: pointers that keep sharing.
//!
//! # Structure
//!
//! While a conversion runs that has shared pointers in it, the thread has two tables: which block of
//! OCaml's became which pointer, and which pointer became which block. A conversion opens a [`Scope`]: the
//! derived conversion of a type that has a shared field, or that of a shared pointer itself. Scopes within
//! a scope join it, and when the outermost ends, so do the tables.
//!
//! # Invariants
//!
//! 1. The tables hold raw addresses of blocks, so nothing may collect while a scope is open. A conversion
//!    that reads holds a [`Value`], and with it the shared token. One that makes values does so by `build`,
//!    which never collects; `build_last`, which may, opens no scope: of what has shared fields it is `build`.
//! 2. What is found under an address is of the type that is asked for: the type is part of the key. It is
//!    `'static`, so that no two types which differ in lifetimes only are confused.
//! 3. The table of pointers keeps each alive, so that no other can have its address.
//! 4. No code of the user's runs while a table is borrowed.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::{Any, TypeId};
use core::cell::RefCell;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use std::collections::HashMap;
use std::thread_local;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::adapters::{FromValueAs, Share, ToValueAs};
use super::{FromValue, ToValue, TypeExpr};
use crate::runtime::{Allocator, check_stack, expect_stack};
use crate::value::{ConversionError, Value};

/// Address of a block or of what a pointer points to, and the type of the pointer.
type Key = (usize, TypeId);

#[derive(Default)]
struct Tables {
    /// How many scopes are open.
    scopes: usize,
    /// Pointers that blocks became; `None` while that is being found out.
    read: HashMap<Key, Option<Box<dyn Any>>>,
    /// Blocks that pointers became, and the pointers.
    made: HashMap<Key, (Raw, Box<dyn Any>)>,
}

thread_local! {
    /// Not to be dropped, since there is nothing in them outside of a scope: destructors of other
    /// thread-local variables may attach, and convert.
    static TABLES: RefCell<ManuallyDrop<Tables>> = RefCell::default();
}

/// As long as one is there, pointers are remembered.
#[derive(Debug)]
pub struct Scope {
    /// It belongs to this thread.
    phantom: PhantomData<*mut ()>,
}

/// Opens a scope, or joins the one that is open, in a derived conversion.
///
/// # Safety
///
/// Nothing collects as long as it is there: the conversion reads, or makes values by `build`.
#[inline]
pub unsafe fn scope() -> Scope {
    open()
}

/// Opens a scope, or joins the one that is open. See invariant 1.
#[inline]
fn open() -> Scope {
    TABLES.with_borrow_mut(|tables| tables.scopes += 1);
    Scope {
        phantom: PhantomData,
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        let ended = TABLES.with_borrow_mut(|tables| {
            tables.scopes -= 1;
            (tables.scopes == 0).then(|| {
                (
                    core::mem::take(&mut tables.read),
                    core::mem::take(&mut tables.made),
                )
            })
        });
        // Dropped here: it may be the user's code that is run.
        drop(ended);
    }
}

/// Reads a shared pointer by a function, unless the block has been read before.
fn read<'gc, P: Clone + 'static>(
    value: Value<'gc>,
    read: impl FnOnce(Value<'gc>) -> Result<P, ConversionError>,
) -> Result<P, ConversionError> {
    if !sys::is_block(value.raw()) {
        return read(value);
    }
    let _scope = open();
    let key = (value.raw() as usize, TypeId::of::<P>());
    let known = TABLES.with_borrow_mut(|tables| match tables.read.get(&key) {
        // Its `clone` is that of `Rc` or `Arc`.
        Some(Some(found)) => Some(found.downcast_ref::<P>().cloned()),
        Some(None) => Some(None),
        None => {
            tables.read.insert(key, None);
            None
        }
    });
    match known {
        Some(Some(pointer)) => return Ok(pointer),
        Some(None) => {
            return Err(ConversionError::message(
                "expected a value that can be built from its parts, got one that is part of itself",
            ));
        }
        None => {}
    }
    /// Forgets the block, when reading it fails or panics.
    struct Begun(Option<Key>);
    impl Drop for Begun {
        fn drop(&mut self) {
            if let Some(key) = self.0 {
                TABLES.with_borrow_mut(|tables| tables.read.remove(&key));
            }
        }
    }
    let mut begun = Begun(Some(key));
    let pointer = read(value)?;
    begun.0 = None;
    let kept: Box<dyn Any> = Box::new(pointer.clone());
    TABLES.with_borrow_mut(|tables| tables.read.insert(key, Some(kept)));
    Ok(pointer)
}

/// Makes the value of a shared pointer by a function, unless it has been made before.
fn build<'gc, P: Clone + 'static>(
    pointer: &P,
    address: usize,
    allocator: &mut Allocator<'gc>,
    build: impl FnOnce(&mut Allocator<'gc>) -> Value<'gc>,
) -> Value<'gc> {
    let _scope = open();
    let key = (address, TypeId::of::<P>());
    let made = TABLES.with_borrow(|tables| tables.made.get(&key).map(|(raw, _)| *raw));
    if let Some(raw) = made {
        // SAFETY: made in this scope, in which nothing collects.
        return unsafe { allocator.value(raw) };
    }
    expect_stack();
    let value = build(allocator);
    if !value.is_int() {
        let kept: Box<dyn Any> = Box::new(pointer.clone());
        TABLES.with_borrow_mut(|tables| tables.made.insert(key, (value.raw(), kept)));
    }
    value
}

macro_rules! shared_pointer {
    ($($pointer:ident)*) => {$(
        impl<'gc, T: FromValue<'gc> + 'static> FromValueAs<'gc, Share> for $pointer<T> {
            const TYPE: TypeExpr = T::TYPE;
            const IS_FLOAT: bool = T::IS_FLOAT;

            fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
                check_stack()?;
                read(value, |value| T::from_value(value).map($pointer::new))
            }

            fn from_flat_float_as(float: f64) -> Result<Self, ConversionError> {
                T::from_flat_float(float).map($pointer::new)
            }
        }

        impl<T: ToValue + 'static> ToValueAs<Share> for $pointer<T> {
            const TYPE: TypeExpr = T::TYPE;
            const IS_FLOAT: bool = T::IS_FLOAT;
            const IMMEDIATE: bool = T::IMMEDIATE;

            fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                if T::IMMEDIATE || T::MOVED {
                    // A custom value that is behind an `Arc` is shared by itself.
                    return <$pointer<T> as ToValue>::build(self, allocator);
                }
                let address = $pointer::as_ptr(self).addr();
                build(self, address, allocator, |allocator| (**self).build(allocator))
            }

            fn to_flat_float_as(&self) -> f64 {
                (**self).to_flat_float()
            }
        }
    )*};
}
shared_pointer!(Rc Arc);

impl<'gc, S: FromValueAs<'gc, Share>> FromValueAs<'gc, Share> for Option<S> {
    const TYPE: TypeExpr = TypeExpr::Name("option", &[S::TYPE]);

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        let inside: Option<Value<'gc>> = FromValue::from_value(value)?;
        inside
            .map(|inside| S::from_value_as(inside).map_err(|error| error.in_constructor("Some")))
            .transpose()
    }
}

impl<S: ToValueAs<Share>> ToValueAs<Share> for Option<S> {
    const TYPE: TypeExpr = TypeExpr::Name("option", &[S::TYPE]);

    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        match self {
            // SAFETY: an immediate.
            None => unsafe { Value::from_raw(sys::NONE) },
            Some(inside) => {
                let inside = inside.build_as(allocator);
                super::derived::block(allocator, 0, [inside])
            }
        }
    }
}

impl<'gc, S: FromValueAs<'gc, Share>> FromValueAs<'gc, Share> for Vec<S> {
    const TYPE: TypeExpr = TypeExpr::Name("array", &[S::TYPE]);

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        let _scope = open();
        let elements: Vec<Value<'gc>> = FromValue::from_value(value)?;
        let elements = elements.into_iter().enumerate();
        elements
            .map(|(i, element)| S::from_value_as(element).map_err(|error| error.in_element(i)))
            .collect()
    }
}

impl<S: ToValueAs<Share>> ToValueAs<Share> for Vec<S> {
    const TYPE: TypeExpr = TypeExpr::Name("array", &[S::TYPE]);

    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        let _scope = open();
        let elements: Vec<Value<'gc>> = self
            .iter()
            .map(|element| element.build_as(allocator))
            .collect();
        ToValue::build(elements.as_slice(), allocator)
    }
}
