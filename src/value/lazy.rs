//! Lazy values in place.
//!
//! # Structure
//!
//! What OCaml's type `'a Lazy.t` may be in memory:
//!
//! | | |
//! |---|---|
//! | a block of `Lazy_tag` | not computed: its field is the function that does it |
//! | a block of `Forcing_tag` (OCaml 5) | being computed |
//! | a block of `Forward_tag` | computed: its field is the value |
//! | anything else | computed: it is the value itself, since the collector or the compiler has cut the block out |
//!
//! # Invariants of computing
//!
//! OCaml does it with code of its own (`CamlinternalLazy`), which no C function reaches. The same steps
//! are made here, with the same primitives of the runtime:
//!
//! 1. OCaml 5: whoever changes the tag from `Lazy_tag` to `Forcing_tag`, in one atomic step, computes.
//!    Nobody else reads or writes the field until the tag is another one.
//! 2. OCaml 4 has the master lock. The block keeps its function meanwhile, since OCaml would call what
//!    is there instead; that somebody else has computed the value is looked for afterwards.
//! 3. The value is written before the tag says that it is there.

use core::marker::PhantomData;
use core::sync::atomic::{Ordering, fence};

use bactrian_sys as sys;
use sys::Value as Raw;

use super::closure::{self, Function};
use super::{Any, ConversionError, Exception, Root, Value};
use crate::convert::ToValue;
use crate::runtime::{Allocator, Runtime, check_stack};

/// Stands for OCaml's `Lazy.t` in a [`Value`] or [`Root`]: `Value<'gc, Lazy<isize>>` is an
/// `int Lazy.t`.
///
/// Computing runs OCaml code, so a lazy value that is to be forced is a [`Root`].
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Lazy, Root, Runtime};
///
/// /// OCaml: `external length : string Lazy.t -> int = "mycrate_length"`
/// #[bactrian::func]
/// fn length(rt: &mut Runtime, text: Root<Lazy<String>>) -> Result<usize, Exception> {
///     Ok(text.force(rt)?.as_str()?.len())
/// }
/// ```
pub struct Lazy<T>(PhantomData<fn() -> T>);

/// What a lazy value is at the moment.
enum State {
    Forced(Raw),
    Forcing,
    Suspended,
}

fn state(lazy: Value<'_>) -> State {
    match lazy.header() {
        Some(header) if sys::header_wosize(header) > 0 => match sys::header_tag(header) {
            sys::FORWARD_TAG => {
                // Another domain wrote the value before the tag.
                fence(Ordering::Acquire);
                // SAFETY: such a block holds values, and this has one.
                State::Forced(unsafe { lazy.field_unchecked(0).raw() })
            }
            sys::LAZY_TAG => State::Suspended,
            sys::FORCING_TAG if sys::OCAML5 => State::Forcing,
            _ => State::Forced(lazy.raw()),
        },
        _ => State::Forced(lazy.raw()),
    }
}

impl<T> Lazy<T> {
    /// A lazy value that is computed already (`Lazy.from_val`).
    ///
    /// ```
    /// # use bactrian::{Lazy, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let lazy = Lazy::from_val(rt, Value::new(rt, &7isize));
    /// assert_eq!(lazy.forced().unwrap().as_int().unwrap(), 7);
    /// # });
    /// ```
    #[inline]
    pub fn from_val<'gc>(rt: &'gc Runtime, value: Value<'gc, T>) -> Value<'gc, Lazy<T>> {
        let mut allocator = Allocator::new(rt);
        // SAFETY: a value of this heap, behind a block that says so: it may be a float or a lazy
        // value itself, which cannot do without.
        unsafe {
            let block = allocator.block(sys::FORWARD_TAG, [value.raw()]);
            allocator.value(block)
        }
    }
}

impl<'gc, T> Value<'gc, Lazy<T>> {
    /// The value, if it has been computed (`Lazy.is_val`). Runs no code.
    ///
    /// ```
    /// # use bactrian::{Lazy, Value};
    /// # bactrian::hidden::embedded(|rt| {
    /// let lazy = Lazy::from_val(rt, Value::new(rt, &1.5f64));
    /// assert_eq!(lazy.forced().unwrap().as_float().unwrap(), 1.5);
    /// # });
    /// ```
    #[inline]
    pub fn forced(self) -> Option<Value<'gc, T>> {
        match state(self.any()) {
            // SAFETY: the value of a lazy value of this type.
            State::Forced(raw) => Some(unsafe { Value::from_raw(raw) }),
            State::Forcing | State::Suspended => None,
        }
    }
}

impl<T> Root<Lazy<T>> {
    /// The value, computed now if it has not been before (`Lazy.force`).
    ///
    /// What is computed is there for OCaml, too; and so is an exception: who forces the value again gets
    /// the same one, without computing again. That takes the OCaml code that Rust closures need (see
    /// [`Function`](crate::Function#what-the-ocaml-program-needs)): generated interfaces with lazy values
    /// that Rust takes have it, and so have Rust programs with OCaml in them. Without it an exception leaves
    /// the value as it was, and it is computed again.
    ///
    /// # Errors
    ///
    /// The exception that computing raised; or that the value is being computed, by another domain or
    /// because it needs itself (`Lazy.Undefined`). OCaml 4 notices the latter when the stack is used up.
    ///
    /// ```
    /// use bactrian::{Exception, Lazy, Root, Runtime};
    ///
    /// fn twice(rt: &mut Runtime, number: &Root<Lazy<isize>>) -> Result<isize, Exception> {
    ///     let n: isize = number.force(rt)?.to()?;
    ///     Ok(2 * n)
    /// }
    /// # use bactrian::Value;
    /// # bactrian::hidden::embedded(|rt| {
    /// # let lazy = Root::new(rt, Lazy::from_val(rt, Value::new(rt, &7isize)));
    /// # assert_eq!(twice(rt, &lazy).unwrap(), 14);
    /// # });
    /// ```
    pub fn force<'gc>(&self, rt: &'gc mut Runtime) -> Result<Value<'gc, T>, Exception> {
        let raw = match state(self.get(rt).any()) {
            State::Forced(raw) => raw,
            State::Forcing => return Err(undefined().into()),
            State::Suspended => self.compute(rt)?,
        };
        // SAFETY: the value of a lazy value of this type; nothing has collected since it was read or
        // returned.
        Ok(unsafe { Value::from_raw(raw) })
    }

    /// Computes the value of a block that was not computed.
    fn compute(&self, rt: &mut Runtime) -> Result<Raw, Exception> {
        check_stack().map_err(ConversionError::from)?;
        let Some(function) = self.begin(rt)? else {
            return Err(undefined().into());
        };
        // SAFETY: a value that nothing has moved since it was read.
        let result = unsafe { super::apply(rt, function.get(rt).raw(), [sys::UNIT]) };
        match result.map(Value::raw) {
            Ok(result) => Ok(self.end(rt, result)),
            Err(exception) => {
                self.undo(rt, raising(rt, &exception));
                Err(exception)
            }
        }
    }
}

#[cold]
fn undefined() -> ConversionError {
    ConversionError::message("the lazy value is being computed (Lazy.Undefined)")
}

/// A function that raises the exception, to be in place of one that has raised it. `None` without the OCaml
/// code that Rust closures need.
#[cold]
fn raising<'gc>(rt: &'gc Runtime, exception: &Exception) -> Option<Value<'gc>> {
    if !closure::can_be_made(1) {
        return None;
    }
    let root = Root::new(rt, exception.value(rt)?);
    let raise =
        move |rt: &mut Runtime| -> Result<(), Exception> { Err(Exception::new(rt, root.get(rt))?) };
    Some(Function::<(), ()>::new(raise).into_value(rt))
}

/// The function of a block that is to be computed.
fn function_of(lazy: Value<'_>) -> Result<Value<'_>, ConversionError> {
    // SAFETY: a block of one of the tags of lazy values, which hold values, and it has one.
    let function = unsafe { lazy.field_unchecked(0) };
    match function.tag() {
        Some(sys::CLOSURE_TAG | sys::INFIX_TAG) => Ok(function),
        _ => Err(lazy.unexpected("a lazy value with its function")),
    }
}

sys::if_ocaml5! {
    impl<T> Root<Lazy<T>> {
        /// Has nobody else compute, and gives the function; `None` when somebody does.
        fn begin(&self, rt: &Runtime) -> Result<Option<Root<Any>>, ConversionError> {
            let lazy = self.get(rt).any();
            // SAFETY: a block.
            if unsafe { sys::caml_lazy_update_to_forcing(lazy.raw()) } != sys::int(0) {
                return Ok(None);
            }
            match function_of(lazy) {
                Ok(function) => Ok(Some(Root::new(rt, function))),
                Err(error) => {
                    // SAFETY: it is ours, by the step before.
                    unsafe { sys::caml_lazy_reset_to_lazy(lazy.raw()) };
                    Err(error)
                }
            }
        }

        /// Says the value. What is returned nothing has moved since.
        fn end(&self, rt: &Runtime, result: Raw) -> Raw {
            let lazy = self.get(rt).raw();
            // SAFETY: the block is ours since `begin`, and it has a field.
            unsafe {
                sys::caml_modify(lazy as *mut Raw, result);
                sys::caml_lazy_update_to_forward(lazy);
            }
            result
        }

        /// Has the block with this function, or else as it was before `begin`: its field has not been
        /// written.
        fn undo(&self, rt: &Runtime, function: Option<Value<'_>>) {
            let lazy = self.get(rt).raw();
            // SAFETY: the block is ours since `begin`, and it has a field.
            unsafe {
                if let Some(function) = function {
                    sys::caml_modify(lazy as *mut Raw, function.raw());
                }
                sys::caml_lazy_reset_to_lazy(lazy);
            }
        }
    }
}

sys::if_ocaml4! {
    impl<T> Root<Lazy<T>> {
        /// The function, which stays where it is.
        fn begin(&self, rt: &Runtime) -> Result<Option<Root<Any>>, ConversionError> {
            let function = function_of(self.get(rt).any())?;
            Ok(Some(Root::new(rt, function)))
        }

        /// Says the value, unless it was computed by somebody else meanwhile. What is returned nothing
        /// has moved since.
        fn end(&self, rt: &Runtime, result: Raw) -> Raw {
            let lazy = self.get(rt).any();
            match state(lazy) {
                State::Forced(other) => other,
                State::Forcing | State::Suspended => {
                    // SAFETY: a block of `Lazy_tag`, which has a field. Of the header, only the tag
                    // changes, as `caml_obj_make_forward` changes it; the lock is held.
                    unsafe {
                        sys::caml_modify(lazy.raw() as *mut Raw, result);
                        let header = (lazy.raw() as *mut sys::Header).sub(1);
                        header.write((header.read() & !0xff) | sys::FORWARD_TAG as sys::Header);
                    }
                    result
                }
            }
        }

        /// Has the block with this function, unless somebody else has computed the value meanwhile; or else
        /// nothing has changed.
        fn undo(&self, rt: &Runtime, function: Option<Value<'_>>) {
            let lazy = self.get(rt).any();
            if let (State::Suspended, Some(function)) = (state(lazy), function) {
                // SAFETY: a block of `Lazy_tag`, which has a field; the lock is held.
                unsafe { sys::caml_modify(lazy.raw() as *mut Raw, function.raw()) };
            }
        }
    }
}
