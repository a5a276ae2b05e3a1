//! An OCaml runtime for Rust programs without an OCaml main program: the documentation's examples
//! and Bactrian's own tests.

#[cfg(feature = "std")]
use super::Runtime;

/// Runs a function with the OCaml runtime, which is started on first use on a thread of its own.
///
/// Needs the feature `link`. Any thread may call it; calls wait for each other. A panic in the
/// function is passed on.
///
/// # Panics
///
/// When the runtime does not start, and without the feature `std`.
#[doc(hidden)]
#[cfg(feature = "std")]
pub fn embedded<R: Send>(f: impl FnOnce(&mut Runtime) -> R + Send) -> R {
    use std::boxed::Box;
    use std::sync::mpsc::{Sender, channel};
    use std::sync::{Mutex, OnceLock};

    type Job = Box<dyn FnOnce(&mut Runtime) + Send>;
    static JOBS: OnceLock<Mutex<Sender<Job>>> = OnceLock::new();

    let jobs = JOBS.get_or_init(|| {
        let (sender, receiver) = channel::<Job>();
        std::thread::Builder::new()
            .name("ocaml".into())
            .stack_size(64 << 20)
            .spawn(move || {
                let mut program = *b"bactrian\0";
                let arguments = [program.as_mut_ptr().cast(), core::ptr::null_mut()];
                // SAFETY: called once; this thread keeps the runtime from here on.
                let outcome = unsafe { bactrian_sys::caml_startup_exn(arguments.as_ptr()) };
                assert!(
                    outcome & 3 != 2,
                    "the OCaml program raised an exception at its start"
                );
                // SAFETY: as above, and this is the only token of this thread.
                let mut runtime = unsafe { Runtime::assume_held() };
                for job in receiver {
                    job(&mut runtime);
                }
            })
            .expect("a thread for OCaml");
        Mutex::new(sender)
    });

    let (sender, receiver) = channel();
    let job = move |runtime: &mut Runtime| {
        let f = core::panic::AssertUnwindSafe(move || f(runtime));
        let _ = sender.send(std::panic::catch_unwind(f));
    };
    let job: Box<dyn FnOnce(&mut Runtime) + Send + '_> = Box::new(job);
    // SAFETY: only the lifetime changes, and this function waits for the job's end below.
    let job: Job = unsafe { core::mem::transmute(job) };
    jobs.lock()
        .expect("no job panics")
        .send(job)
        .expect("the thread for OCaml lives");
    match receiver.recv().expect("a job answers") {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
