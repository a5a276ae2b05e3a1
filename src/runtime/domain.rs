//! A domain of OCaml 5 that lends itself to Rust threads.
//!
//! # Why it is lent
//!
//! OCaml finds a domain by its number and then waits for its lock. When the domain has ended meanwhile, the
//! lock may never be free again (measured with 5.5: a thread that chose a domain which ended just then waited
//! for ever). And a domain does not end before the threads that are registered in it. So a [`Domain`] exists
//! only while OCaml code of that domain waits in [`Runtime::lend`], and a thread is registered in it only for
//! the time of [`Domain::attach`].

use bactrian_sys as sys;

use super::start::Attached;
use super::{AttachError, Runtime};

/// A domain of OCaml, for the time of [`Runtime::lend`]: Rust threads attach in it.
///
/// On OCaml 4 there is one domain, of number 0.
///
/// For an example, see [`Runtime::lend`].
#[derive(Debug)]
pub struct Domain {
    number: usize,
}

impl Runtime {
    /// Runs a function without the runtime, as [`Runtime::detach`] does, and lends this thread's domain
    /// to it: the Rust threads that it starts, or sends the [`Domain`] to, [attach](Domain::attach) in
    /// this domain, and not in domain 0 as those of [`Runtime::attach`] do.
    ///
    /// So each of OCaml's domains can have Rust threads of its own, which run OCaml code in parallel with
    /// those of other domains. The threads of one domain take turns, as always.
    ///
    /// The domain cannot end before the function does, and nobody has the [`Domain`] any longer.
    ///
    /// # Panics
    ///
    /// When the function does.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{Fun, Root, Runtime};
    ///
    /// /// Calls an OCaml function on another thread of the domain that calls this.
    /// #[bactrian::func]
    /// fn beside(rt: &mut Runtime, f: Root<Fun<(isize,), isize>>) -> isize {
    ///     rt.lend(|domain| {
    ///         std::thread::scope(|scope| {
    ///             let call = || domain.attach(|rt| f.call(rt, (1,)).unwrap());
    ///             scope.spawn(call).join().unwrap().unwrap()
    ///         })
    ///     })
    /// }
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let number = rt.lend(|domain| domain.number());
    /// assert_eq!(number, 0);
    /// # });
    /// ```
    ///
    /// The domain does not get out:
    ///
    /// ```compile_fail
    /// use bactrian::Runtime;
    ///
    /// fn wrong(rt: &mut Runtime) {
    ///     let domain = rt.lend(|domain| domain);
    /// }
    /// ```
    ///
    /// ```compile_fail,E0521
    /// use bactrian::Runtime;
    ///
    /// fn wrong(rt: &mut Runtime) {
    ///     rt.lend(|domain| {
    ///         std::thread::spawn(|| domain.attach(|_rt| ())); // may last longer than the domain
    ///     });
    /// }
    /// ```
    pub fn lend<R: Send>(&mut self, f: impl FnOnce(&Domain) -> R + Send) -> R {
        // SAFETY: the token says that this thread holds the runtime.
        let number = unsafe { sys::bactrian_domain() };
        self.detach(move || f(&Domain { number }))
    }
}

impl Domain {
    /// As [`Runtime::attach`], in this domain.
    ///
    /// A thread is made known to OCaml in this domain for the time of the call, but for domain 0, where it
    /// stays known. That costs about 3 µs each time.
    ///
    /// # Errors
    ///
    /// As for [`Runtime::attach`]; and
    ///
    /// - [`AttachError::NoChoice`] when the domain is not domain 0 and OCaml is older than 5.5, on threads
    ///   that OCaml has not made;
    /// - [`AttachError::OtherDomain`] on a thread that has attached in another domain before, with
    ///   [`Runtime::attach`] in domain 0. It is a rule of OCaml's that a thread stays in its first one, even
    ///   when it is not registered in between. So threads of a pool that use OCaml stay with one domain.
    ///
    /// # Panics
    ///
    /// When the function does.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{AttachError, Runtime};
    ///
    /// /// The domain of another thread that is lent this one.
    /// fn other_thread(rt: &mut Runtime) -> Result<usize, AttachError> {
    ///     rt.lend(|domain| {
    ///         std::thread::scope(|scope| {
    ///             scope.spawn(|| domain.attach(|rt| rt.lend(|domain| domain.number()))).join().unwrap()
    ///         })
    ///     })
    /// }
    /// # bactrian::hidden::embedded(|rt| assert_eq!(other_thread(rt), Ok(0)));
    /// ```
    pub fn attach<R>(&self, f: impl FnOnce(&mut Runtime) -> R) -> Result<R, AttachError> {
        let _attached = Attached::in_domain(self.number)?;
        // SAFETY: as in `Runtime::attach`. The domain lives: the thread that lends it is in `lend`.
        let mut runtime = unsafe { Runtime::assume_held() };
        Ok(f(&mut runtime))
    }

    /// The number of the domain, `Domain.self ()` in OCaml: 0 for the first one, and none is used twice.
    ///
    /// For an example, see [`Runtime::lend`].
    pub fn number(&self) -> usize {
        self.number
    }
}
