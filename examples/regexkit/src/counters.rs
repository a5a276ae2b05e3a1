//! What the tests look at.

use std::sync::atomic::{AtomicUsize, Ordering};

use bactrian::ToValue;

static ALIVE: AtomicUsize = AtomicUsize::new(0);
static SEARCHES: AtomicUsize = AtomicUsize::new(0);

pub fn made() {
    ALIVE.fetch_add(1, Ordering::Relaxed);
}

pub fn dropped() {
    ALIVE.fetch_sub(1, Ordering::Relaxed);
}

pub fn searched() {
    SEARCHES.fetch_add(1, Ordering::Relaxed);
}

/// What there was to do.
#[derive(ToValue)]
struct Counters {
    /// Patterns that OCaml's collector has not dropped yet.
    alive: usize,
    /// Searches by sequences of matches.
    searches: usize,
}

/// What there was to do, in this program.
#[bactrian::func]
fn read() -> Counters {
    Counters {
        alive: ALIVE.load(Ordering::Relaxed),
        searches: SEARCHES.load(Ordering::Relaxed),
    }
}
