//! Borrows of a mutable custom value, and the value taken out.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use super::access::{Payload, Readable};
use super::counted::Handle;
use super::{Custom, Mutable, Unusable, block};
use crate::convert::{FromValue, OCamlType, TypeExpr};
use crate::value::{ConversionError, Value};

/// A custom value that all share is read as a reference. One that is in its block does not move as
/// long as the runtime is borrowed, either.
impl<'gc, T: Custom<Access: Readable>> FromValue<'gc> for &'gc T {
    const TYPE: TypeExpr = <T as OCamlType>::TYPE;

    #[inline(always)]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let payload = block::payload::<T>(value)?;
        // SAFETY: the block is alive, and where it is, as long as the runtime is borrowed, and keeps the
        // value alive.
        Ok(unsafe { &*payload.cast::<T>() })
    }
}

/// A shared borrow of a [`Mutable`] custom value, for as long as wanted: what a parameter `&T` is,
/// for all other places, such as `Option<Borrowed<T>>` or `value.to::<Borrowed<T>>()`.
///
/// It keeps the value alive, in any thread, also when OCaml has no handle any more. Reading one is
/// an error when the value is borrowed mutably, or has been taken.
///
/// # Examples
///
/// ```
/// use bactrian::{Borrowed, Custom};
///
/// #[derive(Custom)]
/// #[ocaml(mutable)]
/// struct Stack(Vec<i64>);
///
/// #[bactrian::func]
/// fn depth(stacks: Vec<Borrowed<Stack>>) -> usize {
///     stacks.iter().map(|stack| stack.0.len()).sum()
/// }
/// ```
pub struct Borrowed<T: Custom> {
    handle: Handle<T>,
    owns: PhantomData<T>,
}

// SAFETY: a `&T`, and perhaps the last owner of the `T`, which is `Send` and `Sync`.
unsafe impl<T: Custom> Send for Borrowed<T> {}
// SAFETY: as above.
unsafe impl<T: Custom> Sync for Borrowed<T> {}

impl<T: Custom> Borrowed<T> {
    /// # Safety
    ///
    /// The payload of a block of type `T`, which counts borrows; the block is alive, and the runtime
    /// held.
    #[inline(always)]
    unsafe fn of(payload: Payload) -> Result<Self, Unusable> {
        // SAFETY: the caller's promise.
        unsafe {
            let handle = Handle::of(payload);
            handle.borrow()?;
            Ok(Borrowed {
                handle,
                owns: PhantomData,
            })
        }
    }
}

impl<T: Custom> Deref for Borrowed<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: there is a shared borrow, so there is no mutable one, and the value is there.
        unsafe { &*self.handle.value() }
    }
}

impl<T: Custom> Drop for Borrowed<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this is the borrow.
        unsafe { self.handle.unborrow() };
    }
}

impl<'gc, T: Mutable> FromValue<'gc> for Borrowed<T> {
    const TYPE: TypeExpr = <T as OCamlType>::TYPE;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let payload = block::payload::<T>(value)?;
        // SAFETY: just checked; with a value at hand the runtime is held.
        unsafe { Borrowed::of(payload) }.map_err(|unusable| unusable.error(T::NAME))
    }
}

impl<T: Custom + fmt::Debug> fmt::Debug for Borrowed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A mutable borrow of a [`Mutable`] custom value, for as long as wanted: what a parameter `&mut T`
/// is, for all other places.
///
/// It keeps the value alive, in any thread. Reading one is an error when there is another borrow, or
/// the value has been taken.
///
/// # Examples
///
/// ```
/// use bactrian::{BorrowedMut, Custom};
///
/// #[derive(Custom)]
/// #[ocaml(mutable)]
/// struct Stack(Vec<i64>);
///
/// #[bactrian::func]
/// fn clear(stack: Option<BorrowedMut<Stack>>) {
///     if let Some(mut stack) = stack {
///         stack.0.clear();
///     }
/// }
/// ```
pub struct BorrowedMut<T: Custom> {
    handle: Handle<T>,
    owns: PhantomData<T>,
}

// SAFETY: a `&mut T`, and perhaps the last owner of the `T`, which is `Send` and `Sync`.
unsafe impl<T: Custom> Send for BorrowedMut<T> {}
// SAFETY: as above.
unsafe impl<T: Custom> Sync for BorrowedMut<T> {}

impl<T: Custom> Deref for BorrowedMut<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this is the only borrow, and the value is there.
        unsafe { &*self.handle.value() }
    }
}

impl<T: Custom> DerefMut for BorrowedMut<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.handle.value() }
    }
}

impl<T: Custom> Drop for BorrowedMut<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this is the borrow.
        unsafe { self.handle.unborrow_mut() };
    }
}

impl<'gc, T: Mutable> FromValue<'gc> for BorrowedMut<T> {
    const TYPE: TypeExpr = <T as OCamlType>::TYPE;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let payload = block::payload::<T>(value)?;
        // SAFETY: just checked; with a value at hand the runtime is held.
        let (handle, borrowed) = unsafe {
            let handle = Handle::of(payload);
            (handle, handle.borrow_mut())
        };
        match borrowed {
            Ok(()) => Ok(BorrowedMut {
                handle,
                owns: PhantomData,
            }),
            Err(unusable) => Err(unusable.error(T::NAME)),
        }
    }
}

impl<T: Custom + fmt::Debug> fmt::Debug for BorrowedMut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Borrows the value of a block mutably for the time of a call.
///
/// # Safety
///
/// The value is one of the heap, and the runtime is held when the borrow ends. Unless `COLLECTS`, nothing
/// collects before that; with `SOLE`, this thread begins no other borrow before that, and keeps the runtime.
#[inline(always)]
pub(crate) unsafe fn lend_mut<T: Mutable, const COLLECTS: bool, const SOLE: bool>(
    value: Value<'_>,
) -> Result<LentMut<T>, ConversionError> {
    let payload = block::payload::<T>(value)?;
    // SAFETY: just checked; the caller's promise.
    unsafe {
        let handle = Handle::<T>::of(payload);
        let counted = COLLECTS || !(SOLE && handle.is_free());
        if counted && let Err(unusable) = handle.borrow_mut() {
            return Err(unusable.error(T::NAME));
        }
        Ok(LentMut {
            handle,
            counted,
            end: if COLLECTS {
                Handle::unborrow_mut_held
            } else {
                Handle::unborrow_mut_alive
            },
        })
    }
}

/// What a parameter `&mut T` borrows. It asks nothing of `T`, so that the compiler reports once what
/// the type lacks.
#[doc(hidden)]
pub struct LentMut<T> {
    handle: Handle<T>,
    /// Whether the state says so.
    counted: bool,
    end: unsafe fn(Handle<T>, bool),
}

impl<T> Deref for LentMut<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this is the only borrow, and the value is there.
        unsafe { &*self.handle.value() }
    }
}

impl<T> DerefMut for LentMut<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.handle.value() }
    }
}

impl<T> Drop for LentMut<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this is the borrow.
        unsafe { (self.end)(self.handle, self.counted) };
    }
}

/// A [`Mutable`] custom value, taken out of its block: an early close.
///
/// The block stays behind, closed: whoever uses it again gets `Invalid_argument`, `the File is
/// closed`. Reading one is an error when the value is borrowed, or has been taken before.
///
/// # Examples
///
/// ```
/// use bactrian::{Custom, Taken};
///
/// #[derive(Custom)]
/// #[ocaml(mutable)]
/// struct File(std::fs::File);
///
/// /// OCaml: `close : file -> unit`
/// #[bactrian::func]
/// fn close(file: Taken<File>) -> std::io::Result<()> {
///     file.0.0.sync_all()
/// }
/// ```
#[derive(Debug)]
pub struct Taken<T>(pub T);

impl<'gc, T: Mutable> FromValue<'gc> for Taken<T> {
    const TYPE: TypeExpr = <T as OCamlType>::TYPE;

    #[inline]
    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let payload = block::payload::<T>(value)?;
        // SAFETY: just checked; with a value at hand the runtime is held.
        match unsafe { Handle::<T>::of(payload).take() } {
            Ok(value) => Ok(Taken(value)),
            Err(unusable) => Err(unusable.error(T::NAME)),
        }
    }
}
