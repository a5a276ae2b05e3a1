//! Exceptions that OCaml code raised, as errors.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Root, Value};
use crate::runtime::{Runtime, may_look};

/// Stands for OCaml's `exn` in a [`Value`] or [`Root`].
#[derive(Debug)]
pub enum Exn {}

/// An exception that OCaml code raised.
///
/// Calls into OCaml give it as the error of a `Result`. A function that returns it, through `?` for
/// example, raises the very same exception again.
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Runtime};
///
/// fn step(rt: &mut Runtime) -> Result<(), Exception> {
///     rt.poll()?; // a signal handler may raise
///     Ok(())
/// }
/// # bactrian::hidden::embedded(|rt| step(rt).unwrap());
/// ```
///
/// Its name and text are looked up when they are first asked for, and kept: an exception that is
/// only counted or raised again costs no more than a root. Looking them up needs the runtime. Where
/// an exception is sent to a thread without it, call [`Exception::name`] before, on the thread that
/// caught it; else the name is `?` there and the text `an OCaml exception`.
pub struct Exception(
    /// The root of the exception value; with the lowest bit set, a box of what is [`Known`].
    AtomicPtr<u8>,
);

enum Known {
    /// OCaml raised it.
    Raised {
        value: Root<Exn>,
        name: String,
        text: String,
    },
    /// OCaml's result was not what the type said.
    Result(ConversionError),
}

/// What [`Exception`] holds, one of the two.
enum Held<'a> {
    Root(NonNull<Raw>),
    Known(&'a Known),
}

/// Marks the address of a [`Known`].
const KNOWN: usize = 1;

static_assertions::const_assert!(align_of::<Known>() > KNOWN && align_of::<Raw>() > KNOWN);

impl Exception {
    /// Takes an exception just raised.
    #[cold]
    #[inline(never)]
    pub(crate) fn caught(rt: &Runtime, value: Value<'_, Exn>) -> Exception {
        let root = Root::new(rt, value).into_cell();
        let exception = Exception(AtomicPtr::new(root.as_ptr().cast()));
        let will_know = sys::OCAML5 && cfg!(feature = "std");
        if !will_know && !may_look() {
            // It does hold it, but does not know: it would not know later, either.
            exception.look_up(root);
        }
        exception
    }

    fn of(known: Box<Known>) -> *mut u8 {
        Box::into_raw(known).cast::<u8>().map_addr(|a| a | KNOWN)
    }

    #[inline(always)]
    fn held(&self) -> Held<'_> {
        let word = self.0.load(Ordering::Acquire);
        if word.addr() & KNOWN == 0 {
            // SAFETY: the address of a root's cell.
            Held::Root(unsafe { NonNull::new_unchecked(word.cast()) })
        } else {
            // SAFETY: `of` made it, and once it is there it stays until this is dropped.
            Held::Known(unsafe { &*word.map_addr(|a| a & !KNOWN).cast() })
        }
    }

    /// The name and the text, if this thread can tell.
    fn known(&self) -> Option<&Known> {
        match self.held() {
            Held::Known(known) => Some(known),
            // The value can be looked at though there is no token: this allocates nothing in the
            // heap, and the collector is not what called the code that asks.
            Held::Root(root) if may_look() => Some(self.look_up(root)),
            Held::Root(_) => None,
        }
    }

    /// Looks the name and the text up. This thread holds the runtime, and `root` was here.
    #[cold]
    #[inline(never)]
    fn look_up(&self, root: NonNull<Raw>) -> &Known {
        // SAFETY: the root is this exception's, and what is made of it here is never dropped unless
        // it takes the place of the one that is here.
        let root_here = ManuallyDrop::new(unsafe { Root::<Exn>::from_cell(root) });
        // SAFETY: this thread holds the runtime, and the token is used for reading alone.
        let rt = unsafe { Runtime::assume_held() };
        let value = root_here.get(&rt);
        let name = match value.constructor_name() {
            Ok(name) => String::from_utf8_lossy(name).into_owned(),
            Err(_) => "?".to_string(),
        };
        let text = format_exception(value);
        let known = Self::of(Box::new(Known::Raised {
            value: ManuallyDrop::into_inner(root_here),
            name,
            text,
        }));
        let was = root.as_ptr().cast::<u8>();
        let exchanged = self
            .0
            .compare_exchange(was, known, Ordering::AcqRel, Ordering::Acquire);
        if exchanged.is_err() {
            // Another thread was first: the root is in what it made.
            // SAFETY: `of` made it, nobody else has seen it, and the root is forgotten.
            unsafe {
                let known = Box::from_raw(known.map_addr(|a| a & !KNOWN).cast::<Known>());
                if let Known::Raised { value, .. } = *known {
                    core::mem::forget(value);
                }
            }
        }
        match self.held() {
            Held::Known(known) => known,
            Held::Root(_) => unreachable!("it was looked up"),
        }
    }

    /// The exception value, for example to look at it; `None` when no OCaml code raised it, but the
    /// result of a call did not convert.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime, Value, Exn};
    /// fn value<'gc>(exception: &Exception, rt: &'gc Runtime) -> Option<Value<'gc, Exn>> {
    ///     exception.value(rt)
    /// }
    /// ```
    pub fn value<'gc>(&self, rt: &'gc Runtime) -> Option<Value<'gc, Exn>> {
        match self.held() {
            Held::Root(root) => {
                // SAFETY: the root is this exception's, and is not dropped here.
                let root = ManuallyDrop::new(unsafe { Root::<Exn>::from_cell(root) });
                Some(root.get(rt))
            }
            Held::Known(Known::Raised { value, .. }) => Some(value.get(rt)),
            Held::Known(Known::Result(_)) => None,
        }
    }

    /// The constructor's name, with its module's path as the OCaml compiler records it:
    /// `Failure`, `Dune__exe__Main.Parse_error`. On a thread without the runtime, and when it was
    /// not asked for before: `?`.
    ///
    /// ```
    /// # use bactrian::Exception;
    /// fn is_not_found(exception: &Exception) -> bool {
    ///     exception.name() == "Not_found"
    /// }
    /// ```
    pub fn name(&self) -> &str {
        match self.known() {
            Some(Known::Raised { name, .. }) => name,
            Some(Known::Result(_)) => "Invalid_argument",
            None => "?",
        }
    }

    /// The exception's argument of this index, from 0; for `Failure` it is the message.
    ///
    /// # Errors
    ///
    /// When there is no such argument.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime};
    /// fn message(exception: &Exception, rt: &Runtime) -> Option<String> {
    ///     exception.argument(rt, 0).ok()?.to().ok()
    /// }
    /// ```
    pub fn argument<'gc>(
        &self,
        rt: &'gc Runtime,
        index: usize,
    ) -> Result<Value<'gc>, ConversionError> {
        match self.value(rt) {
            Some(value) if value.tag() == Some(0) => value.field(index + 1),
            Some(value) => Err(value.unexpected(format!("an exception with an argument {index}"))),
            None => Err(ConversionError::message(
                "no OCaml code raised this exception",
            )),
        }
    }
}

impl From<ConversionError> for Exception {
    /// The result of a call did not convert. Raised again, it is `Invalid_argument`.
    #[cold]
    fn from(error: ConversionError) -> Self {
        Exception(AtomicPtr::new(Self::of(Box::new(Known::Result(error)))))
    }
}

impl Drop for Exception {
    #[inline]
    fn drop(&mut self) {
        let word = *self.0.get_mut();
        if word.addr() & KNOWN == 0 {
            // SAFETY: the root is this exception's.
            drop(unsafe { Root::<Exn>::from_cell(NonNull::new_unchecked(word.cast())) });
        } else {
            // SAFETY: `of` made it.
            drop(unsafe { Box::from_raw(word.map_addr(|a| a & !KNOWN).cast::<Known>()) });
        }
    }
}

impl fmt::Display for Exception {
    /// The exception as OCaml prints it: `Failure("no such thing")`. On a thread without the
    /// runtime, and when nothing was asked before: `an OCaml exception`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some(Known::Raised { text, .. }) => f.write_str(text),
            Some(Known::Result(error)) => error.fmt(f),
            None => f.write_str("an OCaml exception"),
        }
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exception({self})")
    }
}

impl core::error::Error for Exception {}

impl<'gc, T> Value<'gc, T> {
    /// Whether this has the shape of an exception.
    pub(crate) fn is_exception(self) -> bool {
        // SAFETY: only looked at.
        unsafe { self.cast::<Exn>() }.constructor_name().is_ok()
    }
}

impl<'gc> Value<'gc, Exn> {
    /// The block that identifies the exception: two exceptions have the same constructor when this
    /// is the same block.
    ///
    /// # Errors
    ///
    /// When this is no exception.
    pub(crate) fn constructor(self) -> Result<Value<'gc>, ConversionError> {
        let constructor = match self.tag() {
            Some(sys::OBJECT_TAG) => self.any(),
            Some(0) => self.field(0)?,
            _ => return Err(self.unexpected("an exception")),
        };
        match constructor.tag() {
            Some(sys::OBJECT_TAG) => Ok(constructor),
            _ => Err(self.unexpected("an exception")),
        }
    }

    /// The constructor's name.
    pub(crate) fn constructor_name(self) -> Result<&'gc [u8], ConversionError> {
        self.constructor()?.field(0)?.as_bytes()
    }
}

/// The exception as the runtime prints it. Not by the runtime, which cuts the text at a NUL and
/// after 256 bytes.
fn format_exception(value: Value<'_, Exn>) -> String {
    let Ok(name) = value.constructor_name() else {
        return format!("not an exception: {:?}", value);
    };
    let mut text = String::from_utf8_lossy(name).into_owned();
    if value.tag() != Some(0) {
        return text;
    }
    // The runtime's own exceptions with a place in the source have it as one tuple.
    let (block, first) = match value.field(1) {
        Ok(place) if place.tag() == Some(0) && value.size() == Some(2) && has_place(value) => {
            (place, 0)
        }
        _ => (value.any(), 1),
    };
    text.push('(');
    let mut index = first;
    while let Ok(argument) = block.field(index) {
        if index > first {
            text.push_str(", ");
        }
        if let Ok(number) = argument.as_int() {
            text.push_str(&number.to_string());
        } else if let Ok(bytes) = argument.as_bytes() {
            text.push('"');
            text.push_str(&String::from_utf8_lossy(bytes));
            text.push('"');
        } else {
            text.push('_');
        }
        index += 1;
    }
    text.push(')');
    text
}

/// Whether this is one of the predefined exceptions that say a place in the source: exceptions that
/// programs declare may have the name, but not the negative number.
fn has_place(value: Value<'_, Exn>) -> bool {
    let number = value
        .constructor()
        .and_then(|constructor| constructor.field(1)?.as_int());
    matches!(number, Ok(..=-1))
        && matches!(
            value.constructor_name(),
            Ok(b"Match_failure" | b"Assert_failure" | b"Undefined_recursive_module")
        )
}

/// Whether a result of a call marks an exception.
#[inline(always)]
pub(crate) const fn is_exception(result: Raw) -> bool {
    result & 3 == 2
}

/// The result of a call into OCaml.
///
/// # Safety
///
/// `result` comes from a `caml_*_exn` function, and nothing has collected since.
#[inline(always)]
pub(crate) unsafe fn outcome<'gc, T>(
    rt: &'gc Runtime,
    result: Raw,
) -> Result<Value<'gc, T>, Exception> {
    if is_exception(result) {
        // SAFETY: the mark is bit 1; below it is the exception.
        Err(Exception::caught(rt, unsafe {
            Value::from_raw(result & !3)
        }))
    } else {
        // SAFETY: the caller's promise.
        Ok(unsafe { Value::from_raw(result) })
    }
}

impl Runtime {
    /// Lets the runtime do what is due: collections, signal handlers, finalisers, switching
    /// threads. To be called now and then in long loops, by functions that allocate much or that
    /// are to be interrupted (Ctrl-C raises `Sys.Break`).
    ///
    /// Stands for `caml_process_pending_actions`.
    ///
    /// # Errors
    ///
    /// The exception that a signal handler or finaliser raised.
    ///
    /// # Examples
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime};
    /// fn sum(rt: &mut Runtime, numbers: &[f64]) -> Result<f64, Exception> {
    ///     let mut sum = 0.0;
    ///     for chunk in numbers.chunks(1 << 20) {
    ///         sum += chunk.iter().sum::<f64>();
    ///         rt.poll()?;
    ///     }
    ///     Ok(sum)
    /// }
    /// # bactrian::hidden::embedded(|rt| assert_eq!(sum(rt, &[1.5, 2.5]).unwrap(), 4.0));
    /// ```
    pub fn poll(&mut self) -> Result<(), Exception> {
        // SAFETY: the token is borrowed exclusively, so no value is alive that could move.
        let result = unsafe { sys::caml_process_pending_actions_exn() };
        // SAFETY: just returned.
        unsafe { outcome::<super::Any>(self, result) }.map(|_| ())
    }
}
