//! The start and the end of OCaml in a Rust program, and who has attached in between.

use alloc::boxed::Box;
use alloc::ffi::CString;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::Cell;
use core::ffi::c_char;
use core::fmt;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::ffi::OsStr;
use std::sync::{Mutex, PoisonError};

use bactrian_sys as sys;

use super::used::{begin_to_count, keep_what_is_used, thread_of_rust};
use super::{AttachError, Runtime, forget_runtime, mark_as_holding};
use crate::value::{Exception, Value};

/// The phase, in the lowest bits; how many threads are attached, in steps of `ATTACHED`; how many are
/// taking leave of OCaml at their end, in steps of `LEAVING`.
static STATE: AtomicU64 = AtomicU64::new(NOT_STARTED);

const NOT_STARTED: u64 = 0;
const STARTING: u64 = 1;
/// By `Runtime::init`.
const RUNNING: u64 = 2;
/// By an OCaml main program.
const FOREIGN: u64 = 3;
const FAILED: u64 = 4;
const SHUT_DOWN: u64 = 5;
const PHASE: u64 = 7;
const ATTACHED: u64 = 8;
const LEAVING: u64 = 1 << 34;

/// Held while OCaml is started: who comes second waits.
static STARTS: Mutex<()> = Mutex::new(());

/// Whether OCaml's thread library is known to be there.
static HAS_THREADS: AtomicBool = AtomicBool::new(false);

/// The phase. An OCaml main program's runtime is noticed.
fn phase() -> u64 {
    let state = STATE.load(Ordering::Acquire);
    if state & PHASE != NOT_STARTED || sys::bactrian_runtime_lives() == 0 {
        return state & PHASE;
    }
    // The phase may have changed meanwhile: to STARTING, which made the runtime live.
    let notice = |state| (state & PHASE == NOT_STARTED).then_some(state | FOREIGN);
    match STATE.fetch_update(Ordering::AcqRel, Ordering::Acquire, notice) {
        Ok(_) => FOREIGN,
        Err(state) => state & PHASE,
    }
}

fn set_phase(phase: u64) {
    let set = |state| Some(state & !PHASE | phase);
    let _ = STATE.fetch_update(Ordering::AcqRel, Ordering::Acquire, set);
}

/// Whether this thread holds the runtime; when in doubt, it does.
fn is_known_to_hold() -> bool {
    sys::bactrian_lock_state() == 1
}

/// Whether another thread may attach while this one waits: it is an error when this one is known to
/// have the runtime, and when there is none.
pub(super) fn check_attachable() -> Result<(), AttachError> {
    let phase = phase();
    if phase != SHUT_DOWN && is_known_to_hold() {
        return Err(AttachError::Attached);
    }
    Counted::new(ATTACHED).map(drop)
}

/// A thread that has the runtime, until this is dropped.
pub(super) struct Attached {
    /// OCaml is to forget the thread then.
    leaves: bool,
    _counted: Counted,
}

impl Attached {
    /// In domain 0, or in whatever domain OCaml knows the thread.
    pub(super) fn new() -> Result<Attached, AttachError> {
        Attached::wherever(None)
    }

    /// In this domain, which runs and does not end before this is dropped.
    pub(super) fn in_domain(domain: usize) -> Result<Attached, AttachError> {
        let attached = Attached::wherever(Some(domain))?;
        // SAFETY: this thread has just taken the runtime.
        if unsafe { sys::bactrian_domain() } == domain {
            Ok(attached)
        } else {
            Err(AttachError::OtherDomain)
        }
    }

    fn wherever(domain: Option<usize>) -> Result<Attached, AttachError> {
        let (phase, state) = (phase(), sys::bactrian_lock_state());
        if phase != SHUT_DOWN && state == 1 {
            return Err(AttachError::Attached);
        }
        let counted = match phase {
            // Another main program's runtime ends with the program.
            FOREIGN => Counted(0),
            _ => Counted::new(ATTACHED)?,
        };
        // Inside of `detach` it is known.
        let leaves = state != 2 && make_known(domain)?;
        // SAFETY: the thread is known to OCaml and does not hold the runtime, which does not end
        // while it is counted.
        unsafe { sys::bactrian_acquire() };
        Ok(Attached {
            leaves,
            _counted: counted,
        })
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: this thread took the runtime in `wherever`, and its token is gone.
        unsafe { sys::bactrian_release() };
        if self.leaves {
            // SAFETY: this thread was made known in `make_known`, and does not hold the runtime, which
            // does not end while it is counted.
            unsafe { sys::bactrian_unregister_thread() };
            let _ = KNOWN.try_with(|known| {
                if let Place::Inside(domain) = known.0.get() {
                    known.0.set(Place::Left(domain));
                }
            });
        }
    }
}

/// Keeps the runtime from ending, if it is not 0.
struct Counted(u64);

impl Counted {
    fn new(step: u64) -> Result<Counted, AttachError> {
        let counted = Counted(step);
        match STATE.fetch_add(step, Ordering::AcqRel) & PHASE {
            RUNNING | FOREIGN => Ok(counted),
            FAILED => Err(AttachError::Failed),
            SHUT_DOWN => Err(AttachError::ShutDown),
            _ => Err(AttachError::NotStarted),
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0 != 0 {
            STATE.fetch_sub(self.0, Ordering::AcqRel);
        }
    }
}

/// What we have told OCaml about a thread.
#[derive(Clone, Copy)]
enum Place {
    Nowhere,
    /// Known in domain 0, until its end.
    Zero,
    /// Known in this domain, not 0, as long as it is attached.
    Inside(usize),
    /// It was, and can be so again in no other domain.
    Left(usize),
}

struct Known(Cell<Place>);

std::thread_local! {
    static KNOWN: Known = const { Known(Cell::new(Place::Nowhere)) };
}

impl Drop for Known {
    fn drop(&mut self) {
        // After the end of the runtime there is nobody to tell. The end waits for those in here. A thread that
        // has the runtime, or has given it back for a while, does not end: the process does.
        if let Place::Zero = self.0.get()
            && sys::bactrian_lock_state() == 0
            && let Ok(_counted) = Counted::new(LEAVING)
        {
            sys::bactrian_flag_thread(0);
            // SAFETY: this thread was made known in `make_known`, does not hold the runtime, and the
            // runtime does not end meanwhile.
            unsafe { sys::bactrian_unregister_thread() };
        }
    }
}

/// Makes this thread known to OCaml, if it is not yet, in this domain, which does not end meanwhile; else
/// in domain 0. It is not known to hold the runtime, which does not end meanwhile either. Returns whether
/// OCaml is to forget the thread when it gives the runtime back.
///
/// A thread that OCaml knows already may be in another domain.
fn make_known(domain: Option<usize>) -> Result<bool, AttachError> {
    // Where the variable is gone, its thread is about to end: another destructor attaches. That
    // thread stays in the list of domain 0, where it does no harm.
    let place = KNOWN.try_with(|known| known.0.get());
    match (place.unwrap_or(Place::Nowhere), domain) {
        (Place::Zero, None | Some(0)) => return Ok(false),
        (Place::Zero, Some(_)) => return Err(AttachError::OtherDomain),
        // Inside of `detach`.
        (Place::Inside(_), None) => return Ok(false),
        (Place::Inside(known), Some(wanted)) if known == wanted => return Ok(false),
        (Place::Inside(_), Some(_)) => return Err(AttachError::OtherDomain),
        (Place::Left(known), wanted) if wanted != Some(known) => {
            return Err(AttachError::OtherDomain);
        }
        (Place::Nowhere | Place::Left(_), _) => {}
    }
    let domain = domain.unwrap_or(0);
    let has_threads = HAS_THREADS.load(Ordering::Relaxed) || {
        // SAFETY: the runtime lives.
        let found = unsafe { sys::bactrian_has_threads() } != 0;
        HAS_THREADS.store(found, Ordering::Relaxed);
        found
    };
    // SAFETY: this thread is not known to hold the runtime; if it does, it is found out here.
    let answer = unsafe { sys::bactrian_register_thread(has_threads.into(), domain) };
    if answer == 1 {
        thread_of_rust();
    }
    match answer {
        1 if domain == 0 => {
            sys::bactrian_flag_thread(1);
            let _ = KNOWN.try_with(|known| known.0.set(Place::Zero));
            Ok(false)
        }
        1 => {
            let _ = KNOWN.try_with(|known| known.0.set(Place::Inside(domain)));
            Ok(true)
        }
        2 => Ok(false),
        3 => Err(AttachError::Attached),
        4 => Err(AttachError::NoChoice),
        _ if has_threads => Err(AttachError::Refused),
        _ => Err(AttachError::NoThreads),
    }
}

impl Runtime {
    /// Starts OCaml in a Rust program: runs the initialisation of all OCaml modules that are linked
    /// into it, with `arguments` as `Sys.argv`, the program's name first.
    ///
    /// Once in a program. Then any thread may [`attach`](Runtime::attach). The thread that calls this
    /// is OCaml's main thread, but need not go on: it does not have the runtime when this returns.
    ///
    /// Not for Rust libraries in an OCaml program, which has started OCaml itself.
    ///
    /// # Errors
    ///
    /// When OCaml runs already, has ended, or raised an exception that its initialisation did not
    /// catch; when an argument contains a NUL; when no OCaml is linked into the program.
    ///
    /// A call of OCaml's `exit` ends the program.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{InitError, Runtime};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Runtime::init(std::env::args_os())?;
    /// Runtime::attach(|rt| rt.poll())??;
    /// assert_eq!(Runtime::init([""; 0]), Err(InitError::Running));
    /// # Ok(())
    /// # }
    /// ```
    pub fn init<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Result<(), InitError> {
        let mut strings = Vec::new();
        for (index, argument) in arguments.into_iter().enumerate() {
            let argument = CString::new(argument.as_ref().as_encoded_bytes());
            strings.push(argument.map_err(|_| InitError::Argument { index })?);
        }
        if is_known_to_hold() && phase() != SHUT_DOWN {
            return Err(InitError::Running);
        }
        let _one_at_a_time = STARTS.lock().unwrap_or_else(PoisonError::into_inner);
        match phase() {
            NOT_STARTED => {}
            FAILED => return Err(InitError::Failed(String::new())),
            SHUT_DOWN => return Err(InitError::ShutDown),
            _ => return Err(InitError::Running),
        }
        if strings.is_empty() {
            strings.push(CString::default());
        }
        // OCaml keeps them.
        let mut pointers: Vec<*mut c_char> = strings.into_iter().map(CString::into_raw).collect();
        pointers.push(core::ptr::null_mut());
        let arguments = Box::leak(pointers.into_boxed_slice()).as_ptr();
        set_phase(STARTING);
        begin_to_count();
        let mut result = sys::UNIT;
        // SAFETY: no OCaml runs in this program, and none has run; the arguments are C strings, stay
        // for ever, and null is after the last.
        if unsafe { sys::bactrian_start(arguments, &raw mut result) } == 0 {
            set_phase(NOT_STARTED);
            return Err(InitError::NotLinked);
        }
        let outcome = {
            // SAFETY: OCaml has started on this thread, which so holds it.
            unsafe { mark_as_holding() };
            // SAFETY: as above; nobody else can attach on this thread before this one is gone.
            let runtime = unsafe { Runtime::assume_held() };
            if result & 3 == 2 {
                // SAFETY: the mark is bit 1; below it is the exception, which nothing has moved.
                let exception = unsafe { Value::from_raw(result & !3) };
                let exception = Exception::caught(&runtime, exception).to_string();
                Err(InitError::Failed(exception))
            } else {
                Ok(())
            }
        };
        // SAFETY: the runtime lives.
        let has_threads = unsafe { sys::bactrian_has_threads() } != 0;
        HAS_THREADS.store(has_threads, Ordering::Relaxed);
        // SAFETY: this thread holds the runtime, and the token is gone.
        unsafe { sys::bactrian_release() };
        set_phase(if outcome.is_ok() { RUNNING } else { FAILED });
        outcome
    }

    /// As [`Runtime::init`], but nothing is done when OCaml runs already: for tests, of which each
    /// may be the first, and for libraries.
    ///
    /// # Errors
    ///
    /// As for [`Runtime::init`], but for [`InitError::Running`].
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{AttachError, Runtime};
    ///
    /// /// Each test goes through this one.
    /// fn with_ocaml<R>(test: impl FnOnce(&mut Runtime) -> R) -> R {
    ///     Runtime::init_once(["test"]).unwrap();
    ///     Runtime::attach(test).unwrap()
    /// }
    /// with_ocaml(|rt| rt.poll()).unwrap();
    /// with_ocaml(|rt| rt.poll()).unwrap();
    /// ```
    pub fn init_once<A: AsRef<OsStr>>(
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(), InitError> {
        match Runtime::init(arguments) {
            Err(InitError::Running) => Ok(()),
            outcome => outcome,
        }
    }

    /// Ends OCaml, which [`Runtime::init`] has started: runs the functions given to `at_exit`, which
    /// write what is left in the buffers of OCaml's channels, and drops what custom blocks own.
    ///
    /// A program that returns from `main` without it ends as well, but `at_exit` functions do not run.
    /// OCaml cannot be started again. [`Root`](crate::Root)s may be dropped later, which does nothing.
    ///
    /// OCaml's own threads and domains should have ended: those that have not never run OCaml code again.
    /// As long as a function runs on such a thread that has borrowed what a block owns (a custom value, a
    /// closure), or another domain runs at all, nothing is dropped.
    ///
    /// # Errors
    ///
    /// When OCaml is not started, has ended already, or was not started by `init`; when this thread
    /// or another one is attached: join them before.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{AttachError, Runtime};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Runtime::init(std::env::args_os())?;
    /// Runtime::attach(|rt| rt.poll())??;
    /// Runtime::shutdown()?;
    /// assert_eq!(Runtime::attach(|_rt| ()), Err(AttachError::ShutDown));
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown() -> Result<(), ShutdownError> {
        match phase() {
            SHUT_DOWN => return Err(ShutdownError::ShutDown),
            _ if is_known_to_hold() => return Err(ShutdownError::Attached),
            FOREIGN => return Err(ShutdownError::Foreign),
            RUNNING => {}
            _ => return Err(ShutdownError::NotStarted),
        }
        make_known(None).map_err(|_| ShutdownError::Thread)?;
        loop {
            match STATE.compare_exchange(RUNNING, SHUT_DOWN, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => break,
                Err(state) if state & PHASE == SHUT_DOWN => return Err(ShutdownError::ShutDown),
                // Threads that have ended are about to tell OCaml.
                Err(state) if state % LEAVING == RUNNING => std::thread::yield_now(),
                Err(state) => {
                    let threads = (state % LEAVING / ATTACHED) as usize;
                    return Err(ShutdownError::InUse { threads });
                }
            }
        }
        // SAFETY: this thread is known, does not hold the runtime, and nobody else ends it. It never
        // gives the runtime back, and from here on does not pass for having it.
        unsafe {
            sys::bactrian_acquire();
            mark_as_holding();
            keep_what_is_used();
            if sys::alone() {
                sys::bactrian_shutdown();
            } else {
                // What other domains use is not known, and they would go on in a heap that is freed.
                sys::bactrian_at_exit();
            }
        }
        forget_runtime();
        Ok(())
    }
}

/// Why [`Runtime::init`] has not started OCaml.
///
/// ```no_run
/// use bactrian::{InitError, Runtime};
///
/// /// For a program, or a library in one that may have started OCaml itself.
/// fn start() -> Result<(), InitError> {
///     match Runtime::init(["program"]) {
///         Err(InitError::Running) => Ok(()),
///         started => started,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitError {
    /// OCaml runs already: `init` was called before, or this is an OCaml program.
    Running,
    /// OCaml raised this exception when it was started; empty when that was in an earlier call.
    Failed(String),
    /// OCaml has ended, and cannot be started again.
    ShutDown,
    /// The argument of this index contains a NUL.
    Argument {
        /// From 0, the program's name.
        index: usize,
    },
    /// The program contains no OCaml runtime for native code.
    NotLinked,
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InitError::Running => f.write_str(
                "OCaml runs already: `Runtime::init` is called once, at the start of the program \
                 (`Runtime::init_once` may be called again)",
            ),
            InitError::Failed(exception) if exception.is_empty() => {
                f.write_str("OCaml raised an exception when it was started before")
            }
            InitError::Failed(exception) => {
                write!(
                    f,
                    "OCaml raised an exception when it was started: {exception}"
                )
            }
            InitError::ShutDown => {
                f.write_str("OCaml has ended, and cannot be started again in this program")
            }
            InitError::Argument { index } => {
                write!(f, "argument {index} for OCaml contains a NUL character")
            }
            InitError::NotLinked => f.write_str(
                "the program contains no OCaml runtime: compile OCaml code into it by \
                 `bactrian_build::Embed` in build.rs, or use the feature `link` of `bactrian`",
            ),
        }
    }
}

impl core::error::Error for InitError {}

/// Why [`Runtime::shutdown`] has not ended OCaml.
///
/// ```no_run
/// use bactrian::{Runtime, ShutdownError};
///
/// match Runtime::shutdown() {
///     Err(ShutdownError::InUse { threads }) => eprintln!("{threads} threads still use OCaml"),
///     ended => ended.unwrap(),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShutdownError {
    /// OCaml is not started.
    NotStarted,
    /// This thread is attached.
    Attached,
    /// Other threads are attached, or inside of `detach`.
    InUse {
        /// How many.
        threads: usize,
    },
    /// OCaml has ended already.
    ShutDown,
    /// OCaml's own main program has started it, and ends it.
    Foreign,
    /// OCaml does not know this thread, and cannot be told: see [`AttachError::NoThreads`],
    /// [`AttachError::OtherDomain`] and [`AttachError::Refused`].
    Thread,
}

impl fmt::Display for ShutdownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShutdownError::NotStarted => f.write_str("OCaml is not started"),
            ShutdownError::Attached => f.write_str(
                "this thread has the OCaml runtime: call `Runtime::shutdown` after `Runtime::attach`",
            ),
            ShutdownError::InUse { threads } => write!(
                f,
                "{threads} thread(s) use OCaml: join them before `Runtime::shutdown`"
            ),
            ShutdownError::ShutDown => f.write_str("OCaml has ended already"),
            ShutdownError::Foreign => f.write_str(
                "this is an OCaml program, which ends OCaml itself: `Runtime::shutdown` is for what \
                 `Runtime::init` has started",
            ),
            ShutdownError::Thread => f.write_str(
                "this thread cannot take the OCaml runtime: call `Runtime::shutdown` where \
                 `Runtime::init` was called, or link OCaml's library `threads.posix`",
            ),
        }
    }
}

impl core::error::Error for ShutdownError {}
