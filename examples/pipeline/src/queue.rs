//! What is to be done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

bactrian::interface!(flatten);

/// Files to be read, each by one worker: any domain, any thread.
#[derive(bactrian::Custom, Clone)]
pub struct Queue(Arc<Files>);

struct Files {
    paths: Vec<String>,
    taken: AtomicUsize,
    finished: AtomicUsize,
}

#[bactrian::methods]
impl Queue {
    pub fn new(paths: Vec<String>) -> Queue {
        Queue(Arc::new(Files {
            paths,
            taken: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
        }))
    }

    /// The next file.
    pub fn take(&self) -> Option<String> {
        let files = &*self.0;
        let next = files.taken.fetch_add(1, Ordering::Relaxed);
        files.paths.get(next).cloned()
    }

    /// A file that was taken is done.
    pub fn finish(&self) {
        self.0.finished.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes all that is left: nobody gets any more.
    #[ocaml(skip)]
    pub fn close(&self) {
        self.0
            .taken
            .fetch_add(self.0.paths.len(), Ordering::Relaxed);
    }

    /// How many are done, and how many there are.
    pub fn state(&self) -> (usize, usize) {
        (self.0.finished.load(Ordering::Relaxed), self.0.paths.len())
    }
}
