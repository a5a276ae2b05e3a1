//! Bigarrays of Rust's that several domains or threads make, share, cut into parts and drop at the
//! same time. An allocator counts the vectors behind them.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use bactrian::bigarray::{Array1, ArrayView, Buffer};

/// The capacity of the vectors: nothing else has blocks of this size and alignment.
const CAPACITY: usize = 1237;

const COUNTED: usize = CAPACITY * size_of::<i64>();

static MADE: AtomicUsize = AtomicUsize::new(0);
static FREED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

// SAFETY: the system's allocator, with two counters beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() == COUNTED {
            MADE.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if layout.size() == COUNTED {
            FREED.fetch_add(1, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }
}

/// Numbers from `first` on.
#[bactrian::func]
fn bigarrays_make(first: i64, length: usize) -> Buffer<Array1<i64>> {
    let mut numbers = Vec::with_capacity(CAPACITY);
    numbers.extend(first..first + length as i64);
    numbers.into()
}

/// Whether they are numbers in their order, and the first, if there is one.
#[bactrian::func]
fn bigarrays_check(numbers: ArrayView<'_, Array1<i64>>) -> Option<i64> {
    let first = *numbers.first()?;
    let mut expected = first..;
    numbers
        .iter()
        .all(|&number| Some(number) == expected.next())
        .then_some(first)
}

/// How many vectors were made, and how many freed.
#[bactrian::func]
fn bigarrays_counts() -> (usize, usize) {
    (MADE.load(Ordering::Relaxed), FREED.load(Ordering::Relaxed))
}
