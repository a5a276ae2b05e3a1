//! The OCaml functions of `ocaml/`, the Rust functions that they call, and what the tests share.

use bactrian::{Custom, Exception, Fun, Function, List, Root, Runtime};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

/// A value with a root, owned by OCaml's collector; counts when it is dropped.
#[derive(Custom)]
pub struct Watched {
    pub root: Root,
    pub dropped: Arc<AtomicUsize>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        assert!(
            Runtime::attach(|_rt| ()).is_err(),
            "a destructor that is run by the collector cannot attach"
        );
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

/// A value that is used by functions which are still running when OCaml ends.
#[derive(Custom)]
pub struct Lasting {
    pub begun: Arc<Barrier>,
    pub ended: Arc<Barrier>,
    pub dropped: Arc<AtomicUsize>,
}

impl Lasting {
    /// Until OCaml has ended.
    pub fn last(&self) {
        self.begun.wait();
        self.ended.wait();
        assert_eq!(self.dropped.load(Ordering::Relaxed), 0);
        self.ended.wait();
    }
}

impl Drop for Lasting {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

bactrian::import! {
    /// Words between blanks.
    #[ocaml(as = list)]
    pub fn split(text: &str) -> Vec<String>;
    /// What a function makes of each number.
    pub fn map(f: Function<(isize,), isize>, numbers: Vec<isize>) -> Vec<isize>;
    /// The sum.
    pub fn sum(numbers: Root<List<isize>>) -> isize;
    /// What OCaml was started with.
    pub fn arguments() -> Vec<String>;
    /// Collects, and moves what there is.
    pub fn collect();
    /// Fails with the message.
    pub fn fails(message: &str);
    /// Computes for a while, and lets other threads run.
    pub fn work(n: isize) -> isize;
    /// Calls [`twice_detached`].
    pub fn stub(n: isize) -> isize;
    /// Calls `twice_detached` and `attach_in_stub` on a thread of OCaml's.
    pub fn in_thread() -> String;
    /// Keeps a value for ever, with a finaliser of OCaml's.
    pub fn keep(value: Arc<Watched>);
    /// Calls [`last_detached`], [`last_beside`] and the function, each on a thread of OCaml's.
    pub fn last(detached: Arc<Lasting>, beside: Arc<Lasting>, f: Function<(), ()>);
    /// Has the end write a file.
    pub fn write_at_exit(file: &str);
    /// Ends the process.
    pub fn leave(status: isize);
    /// Has the end raise an exception.
    pub fn raise_at_exit();
}

mod inner {
    use super::{Fun, Lasting, Root};

    #[bactrian::func(symbol = "embed_last_detached")]
    pub fn last_detached(rt: &mut bactrian::Runtime, value: &Lasting) {
        rt.detach(|| value.last());
    }

    #[bactrian::func(symbol = "embed_last_beside")]
    pub fn last_beside(rt: &mut bactrian::Runtime, value: &Lasting, wait: Root<Fun<(), ()>>) {
        std::thread::scope(|scope| {
            scope.spawn(|| value.last());
            let _ = wait.call(rt, ());
        });
    }

    #[bactrian::func(symbol = "embed_attach_in_stub")]
    pub fn attach_in_stub() -> String {
        format!("{:?}", bactrian::Runtime::attach(|_rt| ()))
    }

    #[bactrian::func(symbol = "embed_twice_detached", boxed)]
    pub fn twice_detached(
        rt: &mut bactrian::Runtime,
        n: isize,
    ) -> Result<isize, bactrian::Exception> {
        // On another thread, which attaches meanwhile.
        rt.detach(|| {
            let thread = move || bactrian::Runtime::attach(|rt| super::work(rt, 50).map(|_| 2 * n));
            std::thread::spawn(thread).join().unwrap().unwrap()
        })
    }
}

/// Runs a test with OCaml.
pub fn with_ocaml<R>(test: impl FnOnce(&mut Runtime) -> R) -> R {
    Runtime::init_once(["test", "one"]).unwrap();
    Runtime::attach(test).unwrap()
}

/// `work`, whose result is known.
pub fn check_work(rt: &mut Runtime, n: isize) -> Result<(), Exception> {
    assert_eq!(work(rt, n)?, 10 * n);
    Ok(())
}

/// Its snippets compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
mod documentation {}
