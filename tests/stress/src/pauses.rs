//! A long computation, with the runtime and without.

use std::hint::black_box;
use std::time::{Duration, Instant};

fn compute(milliseconds: u64) -> usize {
    let start = Instant::now();
    let mut n = 0usize;
    while start.elapsed() < Duration::from_millis(milliseconds) {
        for _ in 0..1000 {
            n = black_box(n.wrapping_mul(31).wrapping_add(7));
        }
    }
    n
}

#[bactrian::func(boxed)]
fn pauses_attached(milliseconds: u64) -> usize {
    compute(milliseconds) / 4
}

#[bactrian::func(boxed, detach)]
fn pauses_detached(milliseconds: u64) -> usize {
    compute(milliseconds) / 4
}
