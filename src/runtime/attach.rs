//! Taking the runtime, and giving it back for a while.

use core::fmt;

use bactrian_sys as sys;

#[cfg(feature = "std")]
use core::time::Duration;

use super::{Runtime, mark_as_holding};
#[cfg(feature = "std")]
use super::{attempt, start};

impl Runtime {
    /// Runs a function with the runtime, which this thread takes for the purpose: it waits until no
    /// other thread has it, and gives it back at the end, also when the function panics.
    ///
    /// For any Rust thread, once [`Runtime::init`] has started OCaml, and for the threads of a Rust
    /// library in an OCaml program. A thread is made known to OCaml the first time, and forgotten at
    /// its end. In OCaml 5 it belongs to domain 0: Rust threads take turns, with each other and with
    /// OCaml's threads of that domain. [`Runtime::lend`] has them belong to another one.
    ///
    /// Nothing of OCaml's heap can leave the function but in a [`Root`](crate::Root).
    ///
    /// # Errors
    ///
    /// There is always one runtime token on a thread, so a thread that has the runtime cannot attach:
    /// in a function called by OCaml, in the destructor of a value that OCaml's collector drops, in
    /// another `attach`. Use the token that is there, or attach inside of [`Runtime::detach`].
    ///
    /// Before [`Runtime::init`] and after [`Runtime::shutdown`] it is an error too, and on threads
    /// that OCaml has not made, when the program does not contain OCaml's thread library.
    ///
    /// # Waiting for threads
    ///
    /// A thread that waits for another one, which attaches, must not have the runtime meanwhile:
    /// neither could go on. Join threads, receive from channels and lock mutexes that are held by
    /// those who attach, inside of [`Runtime::detach`].
    ///
    /// # Panics
    ///
    /// When the function does.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{AttachError, Root, Runtime, ToValue};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Runtime::init_once(["example"])?;
    /// let roots: Vec<Root> = std::thread::scope(|scope| {
    ///     let attach = |n: isize| move || Runtime::attach(|rt| Root::new(rt, n.to_value(rt)));
    ///     let threads = [scope.spawn(attach(1)), scope.spawn(attach(2))];
    ///     threads.into_iter().map(|t| t.join().unwrap()).collect::<Result<_, _>>()
    /// })?;
    /// let sum: isize = Runtime::attach(|rt| {
    ///     roots.iter().map(|root| root.get(rt).to::<isize>().unwrap()).sum()
    /// })?;
    /// assert_eq!(sum, 3);
    ///
    /// let nested = Runtime::attach(|_rt| Runtime::attach(|_rt| ()))?;
    /// assert_eq!(nested, Err(AttachError::Attached));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A [`Value`](crate::Value) does not get out:
    ///
    /// ```compile_fail
    /// use bactrian::{Runtime, ToValue};
    ///
    /// let value = Runtime::attach(|rt| 1isize.to_value(rt));
    /// ```
    #[cfg(feature = "std")]
    pub fn attach<R>(f: impl FnOnce(&mut Runtime) -> R) -> Result<R, AttachError> {
        let _attached = start::Attached::new()?;
        // SAFETY: this thread has just taken the runtime, which it had not, and gives it back when
        // the guard is dropped, after the token. A token of the code around this is lent to a
        // `detach` that has not ended: nothing else gives the lock back.
        let mut runtime = unsafe { Runtime::assume_held() };
        Ok(f(&mut runtime))
    }

    /// As [`Runtime::attach`], but gives up when the runtime is not to be had for that long, because
    /// other threads have it.
    ///
    /// OCaml gives no thread its lock without the thread waiting for it: **the function runs on another
    /// thread**, which Bactrian starts, while this one waits for it. So it has to be `Send`, and sees
    /// that thread's thread-local variables. Starting the thread takes about a tenth of a millisecond,
    /// more on a busy machine: shorter times are always over. The time is for the runtime; how long the
    /// function then takes does not matter.
    ///
    /// # Errors
    ///
    /// [`AttachError::Busy`] when the time is over: the function has not run. Else as for
    /// [`Runtime::attach`]; the thread library is needed on all threads. A thread of OCaml 4's that has
    /// the runtime may get `Busy`, not `Attached`: whether it has is not always known.
    ///
    /// # Panics
    ///
    /// When the function does.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{AttachError, Runtime, ToValue};
    /// use std::time::Duration;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Runtime::init_once(["example"])?;
    /// let second = Duration::from_secs(1);
    /// let text = Runtime::try_attach(second, |rt| 12isize.to_value(rt).to::<isize>())??;
    /// assert_eq!(text, 12);
    ///
    /// // A thread that is waited for with the runtime held, which can never get it.
    /// let other = Runtime::attach(|_rt| {
    ///     let thread = std::thread::spawn(|| Runtime::try_attach(Duration::from_millis(5), |_rt| ()));
    ///     thread.join().unwrap()
    /// })?;
    /// assert_eq!(other, Err(AttachError::Busy));
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "std")]
    pub fn try_attach<R: Send>(
        timeout: Duration,
        f: impl FnOnce(&mut Runtime) -> R + Send,
    ) -> Result<R, AttachError> {
        attempt::within(timeout, f)
    }

    /// Runs a function without the runtime: other threads run OCaml code meanwhile, and collections
    /// do not wait for this thread.
    ///
    /// For everything that takes long or waits, and does not use OCaml: computing, reading files,
    /// joining threads. The function cannot use OCaml's heap: this borrows the token exclusively, so
    /// no [`Value`](crate::Value) is alive, and `Send` keeps every handle out that belongs to a thread
    /// with the runtime. A [`Root`](crate::Root) may be moved in and out, and dropped.
    ///
    /// When it ends, or panics, this thread waits for the runtime and takes it again. No OCaml code
    /// runs then on this thread: signals that came meanwhile are handled by the next
    /// [`Runtime::poll`], or by OCaml when the function that it called returns.
    ///
    /// It costs about as much as a hundred conversions of a number, so that it is not for short work.
    ///
    /// A function that does nothing else is `#[func(detach)]`, without a runtime: see
    /// [`func`](crate::func#detach).
    ///
    /// # Panics
    ///
    /// When the function does.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::Runtime;
    ///
    /// #[bactrian::func]
    /// fn digest(rt: &mut Runtime, data: Vec<u8>) -> u64 {
    ///     rt.detach(|| data.iter().fold(0, |sum: u64, byte| sum.rotate_left(5) ^ u64::from(*byte)))
    /// }
    /// # bactrian::hidden::embedded(|rt| assert_eq!(digest(rt, vec![1, 1]), 33));
    /// ```
    ///
    /// What belongs to the heap stays out:
    ///
    /// ```compile_fail
    /// use bactrian::{Runtime, ToValue};
    ///
    /// fn wrong(rt: &mut Runtime) {
    ///     let value = "text".to_value(rt);
    ///     rt.detach(|| value.as_str().unwrap().len());
    /// }
    /// ```
    pub fn detach<R: Send>(&mut self, f: impl FnOnce() -> R + Send) -> R {
        // SAFETY: the function and its result are `Send`.
        unsafe { detach(self, f) }
    }
}

/// [`Runtime::detach`] for stubs.
///
/// # Safety
///
/// The function and its result could be `Send`.
#[doc(hidden)]
pub unsafe fn detach<R>(rt: &mut Runtime, f: impl FnOnce() -> R) -> R {
    struct Again<'a>(
        #[expect(dead_code, reason = "borrowed until it is taken again")] &'a mut Runtime,
    );
    impl Drop for Again<'_> {
        fn drop(&mut self) {
            // SAFETY: this thread released the runtime below, and has ended every `attach` since.
            unsafe { sys::bactrian_acquire_again() };
        }
    }
    // SAFETY: the token says that this thread holds the runtime; it is borrowed exclusively until
    // the guard has taken the runtime again, so that nobody uses it or what it gave out.
    unsafe {
        mark_as_holding();
        sys::bactrian_release_for_a_while();
    }
    let _again = Again(rt);
    f()
}

/// Checks an argument or a result of a detached function.
#[doc(hidden)]
#[inline(always)]
pub fn sent<T: Send>(_: &T) {}

/// Why [`Runtime::attach`] did not run its function.
///
/// ```
/// use bactrian::{AttachError, Runtime};
///
/// // A function that OCaml calls has the runtime already.
/// #[bactrian::func]
/// fn attaches(_rt: &mut Runtime) -> bool {
///     Runtime::attach(|_| ()) == Err(AttachError::Attached)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachError {
    /// This thread has the runtime already, or on OCaml 4, may have it.
    Attached,
    /// Other threads have the runtime: only of [`Runtime::try_attach`].
    Busy,
    /// OCaml is not started, or being started.
    NotStarted,
    /// OCaml raised an exception when it was started.
    Failed,
    /// OCaml has ended.
    ShutDown,
    /// The program does not contain OCaml's thread library, and OCaml does not know this thread.
    NoThreads,
    /// OCaml has refused the thread, for want of memory or of threads.
    Refused,
    /// The thread belongs to another domain of OCaml 5, for ever: it has attached there before, or is
    /// one of OCaml's. See [`Domain::attach`](crate::Domain::attach).
    OtherDomain,
    /// Rust threads belong to domain 0 before OCaml 5.5: only of
    /// [`Domain::attach`](crate::Domain::attach).
    NoChoice,
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AttachError::Attached => {
                "this thread has the OCaml runtime already: pass the `&mut Runtime` on to where it is \
                 needed, or attach inside of `Runtime::detach`"
            }
            AttachError::Busy => "other threads have the OCaml runtime, and have not given it back in time",
            AttachError::NotStarted => {
                "OCaml is not started: call `Runtime::init` before, and wait until it returns"
            }
            AttachError::Failed => "OCaml raised an exception when it was started",
            AttachError::ShutDown => "OCaml has ended: `Runtime::shutdown` was called",
            AttachError::NoThreads => {
                "this thread is not one of OCaml's, and the program does not contain OCaml's thread \
                 library: link the library `threads.posix` (with dune: `(libraries threads.posix)`)"
            }
            AttachError::Refused => "OCaml cannot take one more thread: no memory is left, or too many threads run",
            AttachError::OtherDomain => {
                "this thread belongs to another domain of OCaml's, where it has attached before: a thread \
                 stays in its first domain, so start another thread for this one"
            }
            AttachError::NoChoice => {
                "Rust threads belong to domain 0 before OCaml 5.5: attach in another domain on threads that \
                 OCaml has made, or with OCaml 5.5"
            }
        })
    }
}

impl core::error::Error for AttachError {}

/// The examples of the documentation.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../../docs/threads.md")]
pub struct Documentation;
