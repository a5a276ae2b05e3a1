//! Lazy sequences.

use core::fmt;

use bactrian_sys as sys;

use super::{FromValue, OCamlType, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, Runtime};
use crate::value::{Any, ConversionError, Exception, Root, Value};

/// OCaml's `Seq.t`: a sequence whose elements are computed by OCaml code as they are asked for.
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Runtime, Seq};
///
/// /// The sum of the first `n` elements.
/// #[bactrian::func]
/// fn sum_first(rt: &mut Runtime, mut seq: Seq<isize>, n: usize) -> Result<isize, Exception> {
///     let mut sum = 0;
///     for _ in 0..n {
///         let Some(element) = seq.next(rt)? else { break };
///         sum += element;
///     }
///     Ok(sum)
/// }
/// ```
pub struct Seq<T> {
    rest: Root<Any>,
    phantom: core::marker::PhantomData<fn() -> T>,
}

impl<T> Seq<T> {
    /// The next element, `None` at the end. Calls OCaml code.
    ///
    /// # Errors
    ///
    /// The exception that the code raised, or that the element did not convert: it is left out
    /// then, and the next call goes on after it.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime, Seq};
    /// fn length(rt: &mut Runtime, mut seq: Seq<isize>) -> Result<usize, Exception> {
    ///     let mut length = 0;
    ///     while seq.next(rt)?.is_some() {
    ///         length += 1;
    ///     }
    ///     Ok(length)
    /// }
    /// ```
    pub fn next<'gc>(&mut self, rt: &'gc mut Runtime) -> Result<Option<T>, Exception>
    where
        T: FromValue<'gc>,
    {
        let node = self.rest.apply(rt, |_| [sys::UNIT])?;
        if node.is_int() {
            return Ok(None);
        }
        if !node.is_block_of(0, 2) {
            return Err(node.unexpected("a node of a sequence").into());
        }
        // SAFETY: just checked.
        let (head, rest) = unsafe { (node.field_unchecked(0), node.field_unchecked(1)) };
        // SAFETY: `node` is at hand.
        self.rest.set(unsafe { super::runtime_of(node) }, rest);
        Ok(Some(T::from_value(head)?))
    }
}

impl<T> fmt::Debug for Seq<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seq").finish_non_exhaustive()
    }
}

impl<'gc, T: OCamlType> FromValue<'gc> for Seq<T> {
    const TYPE: TypeExpr = TypeExpr::Name("Seq.t", &[T::TYPE]);

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        if !matches!(value.tag(), Some(sys::CLOSURE_TAG | sys::INFIX_TAG)) {
            return Err(value.unexpected("a sequence"));
        }
        Ok(Seq {
            rest: Root::from_value(value)?,
            phantom: core::marker::PhantomData,
        })
    }
}

/// What is left of the sequence.
impl<T: OCamlType> ToValue for Seq<T> {
    const TYPE: TypeExpr = TypeExpr::Name("Seq.t", &[T::TYPE]);
    to_value_by_build!();

    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        self.rest.build(allocator)
    }
}
