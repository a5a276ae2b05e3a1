//! Taking the runtime without waiting for long.
//!
//! OCaml has no way to ask for its lock and not wait, and a thread that waits for it cannot be called
//! back. So another thread waits, and the function runs there:
//!
//! | who | does |
//! |---|---|
//! | the thread that asks | leaves its function in the queue, waits until it has run or the time is over, and takes it back then |
//! | the thread that waits for the runtime, at most one | when it has it, takes a function from the queue and runs it; when more are left, another thread waits for them |
//!
//! # Invariants
//!
//! 1. A function is in its `Attempt` as long as the thread that asks may still take it back, and that
//!    thread does not go on before the function is taken back, or has run and its result is there. So
//!    whoever else keeps an `Attempt` for longer keeps nothing borrowed in it.
//! 2. There is a waiting thread whenever the queue is not empty.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::any::Any;
use core::mem;
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::start::{Attached, check_attachable};
use super::{AttachError, Runtime};

/// Runs a function with the runtime on another thread, if that gets the runtime in time.
pub(super) fn within<R: Send>(
    timeout: Duration,
    f: impl FnOnce(&mut Runtime) -> R + Send,
) -> Result<R, AttachError> {
    check_attachable()?;
    let end = Instant::now().checked_add(timeout);
    let attempt = Arc::new(Attempt {
        state: Mutex::new(State::Waiting(f)),
        changed: Condvar::new(),
    });
    let job: Arc<dyn Job + '_> = attempt.clone();
    // SAFETY: only the lifetime changes. Invariant 1: when it ends, this function has, and nothing in
    // the attempt borrows any more.
    let job: Arc<dyn Job> = unsafe { mem::transmute::<Arc<dyn Job + '_>, Arc<dyn Job>>(job) };
    let outcome = enqueue(&job).and_then(|()| attempt.wait(end));
    if outcome.is_err() {
        lock(&QUEUE).jobs.retain(|other| !Arc::ptr_eq(other, &job));
    }
    match outcome? {
        Ok(result) => Ok(result),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

struct Queue {
    jobs: VecDeque<Arc<dyn Job>>,
    /// Whether a thread waits for the runtime, to run the first of them.
    waiting: bool,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    jobs: VecDeque::new(),
    waiting: false,
});

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn enqueue(job: &Arc<dyn Job>) -> Result<(), AttachError> {
    let mut queue = lock(&QUEUE);
    queue.jobs.push_back(job.clone());
    if queue.waiting {
        return Ok(());
    }
    start_waiting(&mut queue)
}

/// Starts a thread that waits for the runtime.
fn start_waiting(queue: &mut Queue) -> Result<(), AttachError> {
    let thread = std::thread::Builder::new().name("bactrian-attach".into());
    let started = thread.spawn(run_next);
    queue.waiting = started.is_ok();
    started.map(drop).map_err(|_| AttachError::Refused)
}

/// Waits for the runtime, and runs the first function of the queue.
fn run_next() {
    let attached = Attached::new();
    let job = {
        let mut queue = lock(&QUEUE);
        queue.waiting = false;
        let job = queue.jobs.pop_front();
        if !queue.jobs.is_empty() && start_waiting(&mut queue).is_err() {
            for job in queue.jobs.drain(..) {
                job.run(Err(AttachError::Refused));
                job.finish();
            }
        }
        job
    };
    let Some(job) = job else { return };
    match &attached {
        Ok(_attached) => {
            // SAFETY: this thread has just taken the runtime, which it had not, and gives it back
            // after the token is gone.
            let mut runtime = unsafe { Runtime::assume_held() };
            job.run(Ok(&mut runtime));
        }
        Err(error) => job.run(Err(*error)),
    }
    // The thread that asked may end OCaml then.
    drop(attached);
    job.finish();
}

/// What the thread with the runtime does.
trait Job: Send + Sync {
    /// Runs the function, if it is still there.
    fn run(&self, runtime: Result<&mut Runtime, AttachError>);
    /// Has the thread that asked go on.
    fn finish(&self);
}

struct Attempt<F, R> {
    state: Mutex<State<F, R>>,
    changed: Condvar,
}

type Outcome<R> = Result<Result<R, Box<dyn Any + Send>>, AttachError>;

enum State<F, R> {
    Waiting(F),
    Running,
    Ran(Outcome<R>),
    Finished(Outcome<R>),
    /// The function, or its result, is taken.
    Empty,
}

impl<F: FnOnce(&mut Runtime) -> R + Send, R: Send> Job for Attempt<F, R> {
    fn run(&self, runtime: Result<&mut Runtime, AttachError>) {
        let f = {
            let mut state = lock(&self.state);
            match mem::replace(&mut *state, State::Running) {
                State::Waiting(f) => f,
                other => {
                    *state = other;
                    return;
                }
            }
        };
        let outcome = match runtime {
            Ok(runtime) => Ok(std::panic::catch_unwind(AssertUnwindSafe(|| f(runtime)))),
            // What it drops may panic: the thread that asked still waits.
            Err(error) => match std::panic::catch_unwind(AssertUnwindSafe(|| drop(f))) {
                Ok(()) => Err(error),
                Err(panic) => Ok(Err(panic)),
            },
        };
        *lock(&self.state) = State::Ran(outcome);
    }

    fn finish(&self) {
        let mut state = lock(&self.state);
        match mem::replace(&mut *state, State::Empty) {
            State::Ran(outcome) => *state = State::Finished(outcome),
            other => *state = other,
        }
        self.changed.notify_one();
    }
}

impl<F, R> Attempt<F, R> {
    /// Waits until the function has run; takes it back when that has not begun at `end`.
    fn wait(&self, end: Option<Instant>) -> Outcome<R> {
        let mut state = lock(&self.state);
        loop {
            match mem::replace(&mut *state, State::Empty) {
                State::Finished(outcome) => return outcome,
                State::Waiting(f) => {
                    let left = end.map(|end| end.saturating_duration_since(Instant::now()));
                    if left == Some(Duration::ZERO) {
                        drop(state);
                        drop(f);
                        return Err(AttachError::Busy);
                    }
                    *state = State::Waiting(f);
                    state = match left {
                        None => self
                            .changed
                            .wait(state)
                            .unwrap_or_else(PoisonError::into_inner),
                        Some(left) => {
                            let waited = self.changed.wait_timeout(state, left);
                            waited.unwrap_or_else(PoisonError::into_inner).0
                        }
                    };
                }
                other => {
                    *state = other;
                    state = self
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}
