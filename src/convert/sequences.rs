//! Lazy sequences.

use core::fmt;

use bactrian_sys as sys;

use super::derived::moved_block;
use super::{FromValue, OCamlType, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::{Allocator, Runtime};
use crate::value::{Any, ConversionError, Exception, Function, Root, Value};

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

impl<T: for<'gc> FromValue<'gc>> Seq<T> {
    /// The elements that are left, for a `for` loop that has no other use for the runtime.
    ///
    /// An exception is an element, too; the iterator can be asked for the next one then.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{Exception, Runtime, Seq};
    ///
    /// /// OCaml: `total : int Seq.t -> int`
    /// #[bactrian::func]
    /// fn total(rt: &mut Runtime, mut seq: Seq<isize>) -> Result<isize, Exception> {
    ///     seq.iter(rt).sum()
    /// }
    /// ```
    pub fn iter<'a>(&'a mut self, rt: &'a mut Runtime) -> SeqIter<'a, T> {
        SeqIter { seq: self, rt }
    }
}

/// The elements of an OCaml sequence: see [`Seq::iter`].
///
/// For an example, see [`Seq::iter`].
pub struct SeqIter<'a, T> {
    seq: &'a mut Seq<T>,
    rt: &'a mut Runtime,
}

impl<T: for<'gc> FromValue<'gc>> Iterator for SeqIter<'_, T> {
    type Item = Result<T, Exception>;

    fn next(&mut self) -> Option<Self::Item> {
        self.seq.next(self.rt).transpose()
    }
}

impl<T> fmt::Debug for SeqIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeqIter").finish_non_exhaustive()
    }
}

/// A Rust iterator that OCaml gets as a `Seq.t`: an element is computed when OCaml asks for it.
///
/// As for those of `Seq.of_dispenser`, each part of the sequence can be asked for once, since the
/// iterator goes on: the second time raises `Invalid_argument`. OCaml's `Seq.memoize` makes a sequence
/// of it that can be gone through again. The iterator is dropped at its end, and with the sequence.
///
/// The OCaml program needs what [`Function`] needs, and the iterator what [`Function::new_once`]
/// needs of a closure. A panic of the iterator is an exception, and ends the sequence.
///
/// # Examples
///
/// ```
/// use bactrian::LazySeq;
///
/// /// OCaml: `squares : unit -> int Seq.t`
/// #[bactrian::func]
/// fn squares() -> LazySeq<isize> {
///     LazySeq::new((0..).map(|n| n * n))
/// }
/// ```
pub struct LazySeq<T>(Function<(), Node<T>>);

impl<T: ToValue + 'static> LazySeq<T> {
    /// The elements of an iterator.
    pub fn new<I>(elements: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        Self::of(elements.into_iter())
    }

    fn of<I: Iterator<Item = T> + Send + 'static>(mut elements: I) -> Self {
        LazySeq(Function::once_or(
            move |_: &mut Runtime| match elements.next() {
                None => Node::Nil,
                Some(element) => Node::Cons(element, LazySeq::of(elements)),
            },
            "this part of the sequence has been asked for before: the Rust iterator has gone on; \
             Seq.memoize makes a sequence that can be gone through again",
        ))
    }
}

impl<T> fmt::Debug for LazySeq<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazySeq").finish_non_exhaustive()
    }
}

impl<T: ToValue> ToValue for LazySeq<T> {
    const TYPE: TypeExpr = TypeExpr::Name("Seq.t", &[T::TYPE]);

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        self.0.to_value(rt)
    }
}

/// OCaml's `Seq.node`.
enum Node<T> {
    Nil,
    Cons(T, LazySeq<T>),
}

impl<T: ToValue> ToValue for Node<T> {
    const TYPE: TypeExpr = TypeExpr::Name("Seq.node", &[T::TYPE]);
    const MOVED: bool = T::MOVED;
    to_value_by_build!();

    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        match self {
            // SAFETY: an immediate.
            Node::Nil => unsafe { Value::from_raw(sys::NONE) },
            Node::Cons(head, rest) => moved_block(rt, 0, [head.into_value(rt), rest.to_value(rt)]),
        }
    }

    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        match self {
            // SAFETY: an immediate.
            Node::Nil => unsafe { Value::from_raw(sys::NONE) },
            Node::Cons(head, rest) => {
                let (head, rest) = (head.build(allocator), rest.build(allocator));
                // SAFETY: a block of two values just made.
                unsafe {
                    let node = allocator.block(0, [head.raw(), rest.raw()]);
                    allocator.value(node)
                }
            }
        }
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
