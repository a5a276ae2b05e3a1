//! Exceptions that OCaml code raised, as errors.
//!
//! | | |
//! |---|---|
//! | [`Exception`] | an exception that was caught, kept as long as wanted |
//! | `Value<Exn>` (`exn.rs`) | an exception as a value: its constructor, its arguments |
//! | [`Predefined`] (`predefined.rs`) | the exceptions that every OCaml program has, both ways |
//! | [`Backtrace`] (`backtrace.rs`) | where it was raised |

mod backtrace;
mod exn;
mod predefined;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Root, Value, apply};
use crate::runtime::{Allocator, NamedValue, Raise, Runtime, may_look};

pub use backtrace::{Backtrace, Frame};
pub use predefined::Predefined;

/// Stands for OCaml's `exn` in a [`Value`] or [`Root`].
///
/// ```
/// use bactrian::{Exception, Exn, Runtime, Value};
///
/// /// OCaml: `external name : exn -> string = "mycrate_name"`
/// #[bactrian::func]
/// fn name(rt: &Runtime, exception: Value<'_, Exn>) -> Result<String, Exception> {
///     Ok(Exception::new(rt, exception)?.name().to_owned())
/// }
/// ```
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
///
/// # Which exception it is
///
/// | the exception | |
/// |---|---|
/// | that OCaml itself has: `Not_found`, `Failure`... | [`predefined`](Exception::predefined) |
/// | of a Rust type with `derive(Exception)` | [`to`](Exception::to), [`downcast`](Exception::downcast) |
/// | any other, also local ones and those of functors | [`value`](Exception::value): its [constructor](Value::same_constructor), its [arguments](Value::argument); [`name`](Exception::name) |
///
/// ```
/// use bactrian::{Exception, Fun, Predefined, Root, Runtime};
///
/// fn find(rt: &mut Runtime, find: &Root<Fun<(String,), isize>>, key: &str) -> Result<Option<isize>, Exception> {
///     match find.call(rt, (key.to_owned(),)) {
///         Ok(found) => Ok(Some(found)),
///         Err(exception) => match exception.predefined(rt) {
///             Some(Predefined::NotFound) => Ok(None),
///             _ => Err(exception), // raised again
///         },
///     }
/// }
/// ```
///
/// # What it says
///
/// `Display` is what OCaml prints of an exception that it knows nothing special about:
/// `Failure("text")`. Printers that the program has registered with `Printexc.register_printer` are
/// OCaml code: [`printed`](Exception::printed) runs them.
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
        /// Where it came from, as long as backtraces are recorded.
        trace: Vec<usize>,
    },
    /// OCaml's result was not what the type said.
    Result(ConversionError),
    /// Rust made it.
    Predefined(Predefined),
}

/// What [`Exception`] holds, one of the two.
enum Held<'a> {
    Root(NonNull<Raw>),
    Known(&'a Known),
}

/// Marks the address of a [`Known`].
const KNOWN: usize = 1;

// The address of one says nothing of it to the compiler.
static_assertions::assert_impl_all!(Known: Send, Sync);
static_assertions::const_assert!(align_of::<Known>() > KNOWN && align_of::<Raw>() > KNOWN);

impl Exception {
    /// Takes an exception just raised.
    #[cold]
    #[inline(never)]
    pub(crate) fn caught(rt: &Runtime, value: Value<'_, Exn>) -> Exception {
        let will_know = sys::OCAML5 && cfg!(feature = "std");
        if backtrace::are_recorded(rt) || !will_know && !may_look() {
            return Self::caught_and_known(rt, value);
        }
        Self::rooted(rt, value).0
    }

    /// As [`Exception::caught`], where the exception has to be looked at now: the next one takes its
    /// place in the backtrace, or this thread holds the runtime and does not know it, so that it would not
    /// know later, either.
    #[cold]
    #[inline(never)]
    fn caught_and_known(rt: &Runtime, value: Value<'_, Exn>) -> Exception {
        let (exception, root) = Self::rooted(rt, value);
        exception.look_up(root, backtrace::of_last(value));
        exception
    }

    /// An exception of which nothing is known but the value, and its root.
    #[inline(always)]
    fn rooted(rt: &Runtime, value: Value<'_, Exn>) -> (Exception, NonNull<Raw>) {
        let root = Root::new(rt, value).into_cell();
        (Exception(AtomicPtr::new(root.as_ptr().cast())), root)
    }

    /// An exception value, to be raised.
    ///
    /// # Errors
    ///
    /// When it is no exception, whatever its type says.
    ///
    /// ```
    /// use bactrian::{Exception, Exn, Runtime, Value};
    ///
    /// /// OCaml: `val check : bool -> exn -> unit`
    /// #[bactrian::func]
    /// fn check(rt: &Runtime, holds: bool, otherwise: Value<Exn>) -> Result<(), Exception> {
    ///     if holds { Ok(()) } else { Err(Exception::new(rt, otherwise)?) }
    /// }
    /// ```
    pub fn new(rt: &Runtime, value: Value<'_, Exn>) -> Result<Exception, ConversionError> {
        value.constructor_name()?;
        let (exception, root) = Self::rooted(rt, value);
        if !may_look() {
            exception.look_up(root, Vec::new());
        }
        Ok(exception)
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
            Held::Root(root) if may_look() => Some(self.look_up(root, Vec::new())),
            Held::Root(_) => None,
        }
    }

    /// Looks the name and the text up. This thread holds the runtime, and `root` was here.
    #[cold]
    #[inline(never)]
    fn look_up(&self, root: NonNull<Raw>, trace: Vec<usize>) -> &Known {
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
        let text = exn::format_exception(value);
        let known = Self::of(Box::new(Known::Raised {
            value: ManuallyDrop::into_inner(root_here),
            name,
            text,
            trace,
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

    /// The exception value, for example to look at it; `None` when no OCaml code raised it: the
    /// result of a call did not convert, or Rust made it of a [`Predefined`].
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
            Held::Known(Known::Result(_) | Known::Predefined(_)) => None,
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
            Some(Known::Predefined(it)) => it.name(),
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
            Some(value) => value.argument(index),
            None => Err(ConversionError::message(
                "no OCaml code raised this exception",
            )),
        }
    }

    /// Which of the exceptions that OCaml itself has this is, with its arguments; `None` if it is
    /// another one.
    ///
    /// ```
    /// use bactrian::{Exception, Predefined, Runtime};
    ///
    /// fn explain(rt: &Runtime, exception: &Exception) -> String {
    ///     match exception.predefined(rt) {
    ///         Some(Predefined::Failure(message)) => message,
    ///         Some(Predefined::SysError(message)) => format!("the system says: {message}"),
    ///         Some(Predefined::Break) => "interrupted".to_owned(),
    ///         _ => exception.to_string(),
    ///     }
    /// }
    /// ```
    pub fn predefined(&self, rt: &Runtime) -> Option<Predefined> {
        match self.held() {
            Held::Known(known) if !matches!(known, Known::Raised { .. }) => self.made(),
            _ => Predefined::read(self.value(rt)?),
        }
    }

    /// What it is when Rust made it.
    pub(crate) fn made(&self) -> Option<Predefined> {
        match self.held() {
            Held::Known(Known::Result(error)) => {
                Some(Predefined::InvalidArgument(error.to_string()))
            }
            Held::Known(Known::Predefined(it)) => Some(it.clone()),
            Held::Root(_) | Held::Known(Known::Raised { .. }) => None,
        }
    }

    /// The exception as OCaml's `Printexc.to_string` prints it, through the printers that the
    /// program has registered.
    ///
    /// For that the program must have registered that function, as the generated interface does:
    ///
    /// ```ocaml
    /// let () = Callback.register "Printexc.to_string" Printexc.to_string
    /// ```
    ///
    /// Else, and should it raise, this is what `Display` says. The runtime is borrowed exclusively
    /// since printers are OCaml code.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime};
    /// fn report(rt: &mut Runtime, exception: &Exception) {
    ///     eprintln!("the plugin failed: {}", exception.printed(rt));
    /// }
    /// ```
    pub fn printed(&self, rt: &mut Runtime) -> String {
        static TO_STRING: NamedValue = NamedValue::new(c"Printexc.to_string");
        // First of all: this may collect.
        let to_string = TO_STRING.find(rt);
        let value = self.value(rt).map(Value::raw);
        let (Some(to_string), Some(value)) = (to_string, value) else {
            return self.to_string();
        };
        // SAFETY: a root of the runtime's, and a value that was read just now.
        match unsafe { apply(rt, to_string.read(), [value]) } {
            Ok(text) => match text.as_bytes() {
                Ok(text) => String::from_utf8_lossy(text).into_owned(),
                Err(_) => self.to_string(),
            },
            Err(_) => self.to_string(),
        }
    }

    /// Where the exception was raised, and what it passed on its way here.
    ///
    /// OCaml records that if it is told to, by `OCAMLRUNPARAM=b` or `Printexc.record_backtrace
    /// true`; the places are known in code that is compiled with `-g`. Else the backtrace is empty,
    /// and costs nothing.
    ///
    /// When the exception is raised again, OCaml code sees in its own backtrace where it came from
    /// with OCaml 4 in native code; bytecode, and OCaml 5, begin the backtrace of what C or Rust
    /// raises anew.
    ///
    /// ```
    /// # use bactrian::{Exception, Runtime};
    /// fn report(rt: &mut Runtime, exception: &Exception) {
    ///     eprint!("{exception}\n{}", exception.backtrace(rt));
    /// }
    /// ```
    ///
    /// The runtime is borrowed exclusively since bytecode reads the program's debugging information into
    /// OCaml's heap the first time, and may collect.
    pub fn backtrace(&self, rt: &mut Runtime) -> Backtrace {
        match self.held() {
            Held::Known(Known::Raised { trace, .. }) => Backtrace::of_slots(rt, trace),
            _ => Backtrace::default(),
        }
    }

    /// How to raise it: the very same value, on OCaml 4 with the backtrace that it came with, to which
    /// the runtime adds where it goes from here.
    #[cold]
    #[inline(never)]
    pub(crate) fn raise(&self, rt: &mut Runtime) -> Raise {
        match self.held() {
            Held::Known(Known::Result(error)) => {
                let text = error.to_string();
                Raise::InvalidArgument(Allocator::new(rt).string(text.as_bytes()))
            }
            Held::Known(Known::Predefined(it)) => it.raise(rt),
            Held::Root(_) | Held::Known(Known::Raised { .. }) => {
                let rt = &*rt;
                let Some(value) = self.value(rt) else {
                    unreachable!("OCaml raised it")
                };
                if let Held::Known(Known::Raised { trace, .. }) = self.held() {
                    backtrace::restore(rt, value, trace);
                }
                Raise::Exception(value.raw())
            }
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

impl From<Predefined> for Exception {
    /// Rust made it. Raised, it is OCaml's own.
    ///
    /// ```
    /// # use bactrian::{Exception, Fun, Predefined, Root, Runtime};
    /// fn first(rt: &mut Runtime, all: &[Root<Fun<(), isize>>]) -> Result<isize, Exception> {
    ///     all.first().ok_or(Predefined::NotFound)?.call(rt, ())
    /// }
    /// ```
    #[cold]
    fn from(exception: Predefined) -> Self {
        let known = Known::Predefined(exception);
        Exception(AtomicPtr::new(Self::of(Box::new(known))))
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
            unsafe { drop_known(word) };
        }
    }
}

/// # Safety
///
/// [`Exception::of`] made it, and it is not used again.
#[cold]
#[inline(never)]
unsafe fn drop_known(word: *mut u8) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(word.map_addr(|a| a & !KNOWN).cast::<Known>()) });
}

impl fmt::Display for Exception {
    /// The exception as OCaml prints it: `Failure("no such thing")`. On a thread without the
    /// runtime, and when nothing was asked before: `an OCaml exception`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some(Known::Raised { text, .. }) => f.write_str(text),
            Some(Known::Result(error)) => error.fmt(f),
            Some(Known::Predefined(it)) => it.fmt(f),
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
