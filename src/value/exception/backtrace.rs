//! Where an exception came from.
//!
//! The runtime notes the return addresses that an exception passes, in a buffer of the domain, which
//! the next exception overwrites. They are copied when an exception is caught, as words that the
//! collector does not know, and looked up in the tables of debugging information when somebody asks.

use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::fmt;
use core::ops::Range;

use bactrian_sys as sys;

use super::Exn;
use crate::runtime::{Allocator, Runtime};
use crate::value::Value;

/// Where an exception was raised, and what it passed on its way: [`Exception::backtrace`].
///
/// It displays as OCaml's `Printexc` prints it, a line for each frame; nothing when it is empty.
///
/// ```text
/// Raised at Parser.fail in file "parser.ml", line 12, characters 2-20
/// Called from Parser.parse in file "parser.ml", line 40, characters 8-19
/// ```
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Runtime};
///
/// /// The file and line where it was raised.
/// fn origin(rt: &mut Runtime, exception: &Exception) -> Option<(String, usize)> {
///     let backtrace = exception.backtrace(rt);
///     let frame = backtrace.frames().first()?;
///     Some((frame.file()?.to_owned(), frame.line()?))
/// }
/// ```
///
/// [`Exception::backtrace`]: crate::Exception::backtrace
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backtrace(Vec<Frame>);

/// A place that an exception passed, in a [`Backtrace`].
///
/// # Examples
///
/// ```
/// use bactrian::Backtrace;
///
/// fn files(backtrace: &Backtrace) -> Vec<&str> {
///     backtrace.frames().iter().filter_map(|frame| frame.file()).collect()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    is_raise: bool,
    /// `None` where the code has no debugging information.
    place: Option<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    function: Option<String>,
    file: String,
    lines: (usize, usize),
    characters: Range<usize>,
    is_inlined: bool,
}

impl Backtrace {
    /// Looks up what was copied. May collect: in bytecode, what is looked up first has the runtime read the
    /// debugging information of the program, which it does with values of the heap.
    #[cold]
    pub(super) fn of_slots(_: &mut Runtime, slots: &[usize]) -> Self {
        let mut frames = Vec::with_capacity(slots.len());
        for &slot in slots {
            // Where functions were inlined, an address stands for several places.
            for depth in 0.. {
                let mut raw = sys::Frame::default();
                // SAFETY: a slot of the runtime's; the token says that its tables can be read.
                if unsafe { sys::bactrian_frame(slot, depth, &mut raw) } == 0 {
                    break;
                }
                // SAFETY: just filled.
                let frame = unsafe { Frame::of(&raw) };
                // The compiler's own raises, as at the end of a `match ... with exception`.
                if !(frame.is_raise && frame.place.is_none()) {
                    frames.push(frame);
                }
            }
        }
        Backtrace(frames)
    }

    /// The places, from where the exception was raised outwards.
    ///
    /// ```
    /// # use bactrian::Backtrace;
    /// fn depth(backtrace: &Backtrace) -> usize {
    ///     backtrace.frames().len()
    /// }
    /// ```
    pub fn frames(&self) -> &[Frame] {
        &self.0
    }

    /// Whether nothing is known.
    ///
    /// ```
    /// assert!(bactrian::Backtrace::default().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Frame {
    /// # Safety
    ///
    /// The runtime has filled the frame.
    unsafe fn of(raw: &sys::Frame) -> Self {
        // SAFETY: the caller's promise: null, or a text that ends with NUL.
        let text = |text: *const core::ffi::c_char| unsafe {
            (!text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        };
        let number = |number: isize| usize::try_from(number).unwrap_or(0);
        Frame {
            is_raise: raw.is_raise != 0,
            place: text(raw.file).map(|file| Place {
                function: text(raw.function).filter(|name| !name.is_empty()),
                file,
                lines: (number(raw.line), number(raw.end_line)),
                characters: number(raw.start)..number(raw.end),
                is_inlined: raw.is_inlined != 0,
            }),
        }
    }

    /// The function, with its module's path: `Parser.parse`, `Parser.parse.(fun)`.
    ///
    /// ```
    /// # fn f(frame: &bactrian::Frame) -> Option<&str> {
    /// frame.function()
    /// # }
    /// ```
    pub fn function(&self) -> Option<&str> {
        self.place.as_ref()?.function.as_deref()
    }

    /// The source file, as the compiler was given it.
    ///
    /// ```
    /// # fn f(frame: &bactrian::Frame) -> Option<&str> {
    /// frame.file()
    /// # }
    /// ```
    pub fn file(&self) -> Option<&str> {
        Some(&self.place.as_ref()?.file)
    }

    /// The line, from 1.
    ///
    /// ```
    /// # fn f(frame: &bactrian::Frame) -> Option<usize> {
    /// frame.line()
    /// # }
    /// ```
    pub fn line(&self) -> Option<usize> {
        Some(self.place.as_ref()?.lines.0)
    }

    /// The characters of the line, from 0, in bytes; counted on from there where the expression goes
    /// over several lines.
    ///
    /// ```
    /// # fn f(frame: &bactrian::Frame) -> Option<usize> {
    /// Some(frame.characters()?.start)
    /// # }
    /// ```
    pub fn characters(&self) -> Option<Range<usize>> {
        Some(self.place.as_ref()?.characters.clone())
    }

    /// Whether it was raised here, first or again, not only passed.
    ///
    /// ```
    /// # fn f(frame: &bactrian::Frame) -> bool {
    /// frame.is_raise()
    /// # }
    /// ```
    pub fn is_raise(&self) -> bool {
        self.is_raise
    }
}

impl fmt::Display for Backtrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, frame) in self.0.iter().enumerate() {
            let how = match (frame.is_raise, index) {
                (true, 0) => "Raised at",
                (true, _) => "Re-raised at",
                (false, 0) => "Raised by primitive operation at",
                (false, _) => "Called from",
            };
            writeln!(f, "{how} {frame}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Frame {
    /// `Parser.parse in file "parser.ml", line 40, characters 8-19`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(place) = &self.place else {
            return f.write_str("unknown location");
        };
        if let Some(function) = &place.function {
            write!(f, "{function} in ")?;
        }
        write!(f, "file \"{}\"", place.file)?;
        if place.is_inlined {
            f.write_str(" (inlined)")?;
        }
        match place.lines {
            (line, end) if line == end => write!(f, ", line {line}")?,
            (line, end) => write!(f, ", lines {line}-{end}")?,
        }
        let Range { start, end } = &place.characters;
        write!(f, ", characters {start}-{end}")
    }
}

/// Whether the runtime records backtraces.
#[inline(always)]
pub(super) fn are_recorded(_: &Runtime) -> bool {
    // SAFETY: the token says that the domain is this thread's, so its state can be read.
    unsafe {
        sys::state()
            .byte_add(sys::BACKTRACE_ACTIVE)
            .cast::<isize>()
            .read()
            != 0
    }
}

/// The places that an exception passed, if they are recorded and it is the last one that was raised.
#[cold]
pub(super) fn of_last(exception: Value<'_, Exn>) -> Vec<usize> {
    // SAFETY: the token that the value borrows says that the domain is this thread's. The first call
    // counts, the second writes as many words as there is room for.
    unsafe {
        let count = sys::bactrian_backtrace(exception.raw(), core::ptr::null_mut(), 0);
        let mut slots = Vec::with_capacity(count);
        let count = sys::bactrian_backtrace(exception.raw(), slots.as_mut_ptr(), count);
        slots.set_len(count);
        slots
    }
}

/// Has the runtime believe that this exception was the last one raised, and came from there: what
/// `Printexc.raise_with_backtrace` does. Nothing is done when backtraces are not recorded.
///
/// That is for OCaml 4, where native code goes on with the backtrace of the exception that C raises.
/// Bytecode begins anew, and so does all of OCaml 5 (`caml_raise_exn`).
pub(super) fn restore(rt: &Runtime, exception: Value<'_, Exn>, slots: &[usize]) {
    if sys::OCAML5 || slots.is_empty() || !are_recorded(rt) {
        return;
    }
    // `Printexc.raw_backtrace`: the addresses, which are even, as integers.
    let fields: Vec<sys::Value> = slots.iter().map(|slot| (slot | 1) as sys::Value).collect();
    // SAFETY: an array of immediates; both are values, and nothing collects: OCaml's compiler calls
    // this function as one that does not.
    unsafe {
        let slots = Allocator::new(rt).block_from_slice(0, &fields);
        sys::caml_restore_raw_backtrace(exception.raw(), slots);
    }
}
