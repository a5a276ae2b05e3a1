//! Rust threads that work for an OCaml program.

use crate::queue::Queue;
use crate::text::{self, Counts, Unreadable};
use bactrian::{AttachError, Exception, Fun, Root, Runtime};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

bactrian::interface!(flatten);

/// An OCaml function that takes what was counted.
type Receive = Root<Fun<(Counts,), ()>>;

/// Threads that take files from a queue until there are no more.
#[derive(bactrian::Custom)]
pub struct Crew {
    queue: Queue,
    threads: Mutex<Vec<JoinHandle<Result<usize, Failure>>>>,
    outcome: Mutex<Result<usize, Unreadable>>,
}

enum Failure {
    Unreadable(Unreadable),
    /// By OCaml, to which the exception goes back.
    Raised(Exception),
    Attach(AttachError),
}

#[bactrian::methods]
impl Crew {
    /// Starts threads. They give what they count in a file to the function, which they call in this
    /// domain, in turns.
    pub fn start(queue: &Queue, workers: usize, receive: Receive) -> Crew {
        let receive = Arc::new(receive);
        let thread = |_| {
            let (queue, receive) = (queue.clone(), Arc::clone(&receive));
            thread::spawn(move || {
                let outcome = work(&queue, &receive);
                if outcome.is_err() {
                    queue.close();
                }
                outcome
            })
        };
        Crew {
            queue: queue.clone(),
            threads: Mutex::new((0..workers).map(thread).collect()),
            outcome: Mutex::new(Ok(0)),
        }
    }

    /// Waits until all threads have ended, and calls the function now and then with how many files are
    /// done, and how many there are. Raises what the function raises, or the one that takes the counts.
    pub fn wait(
        &self,
        rt: &mut Runtime,
        progress: Root<Fun<(usize, usize), ()>>,
    ) -> Result<(), Exception> {
        let mut threads = std::mem::take(&mut *lock(&self.threads));
        let mut raised = None;
        while raised.is_none() && !threads.iter().all(JoinHandle::is_finished) {
            // The threads need the runtime to give away what they have.
            rt.detach(|| thread::sleep(Duration::from_millis(20)));
            raised = progress.call(rt, self.queue.state()).err();
        }
        if raised.is_some() {
            self.queue.close();
        }
        let ends: Vec<_> = rt.detach(|| threads.drain(..).map(JoinHandle::join).collect());
        for end in ends {
            match end.unwrap_or_else(|panic| resume_unwind(panic)) {
                Ok(files) => {
                    if let Ok(sum) = &mut *lock(&self.outcome) {
                        *sum += files;
                    }
                }
                Err(Failure::Unreadable(error)) => *lock(&self.outcome) = Err(error),
                Err(Failure::Raised(exception)) => raised = Some(exception),
                Err(Failure::Attach(error)) => panic!("{error}"),
            }
        }
        raised.map_or(Ok(()), Err)
    }

    /// How many files they have done, once [`wait`](Crew::wait) has returned.
    pub fn files(&self) -> Result<usize, Unreadable> {
        lock(&self.outcome).clone()
    }
}

/// What each thread does.
fn work(queue: &Queue, receive: &Receive) -> Result<usize, Failure> {
    let mut files = 0;
    while let Some(path) = queue.take() {
        // This thread does not have the runtime here: it runs beside all of OCaml's.
        let counts = text::count(&path).map_err(Failure::Unreadable)?;
        Runtime::attach(|rt| receive.call(rt, (counts,)))
            .map_err(Failure::Attach)?
            .map_err(Failure::Raised)?;
        queue.finish();
        files += 1;
    }
    Ok(files)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
