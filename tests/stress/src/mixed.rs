//! Everything at once: Rust threads that attach, try, detach, and end; domains or threads of OCaml's
//! that call Rust; roots and callbacks that cross between them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bactrian::{AttachError, Exception, Fun, Root, Runtime, ToValue};

use crate::common::Random;

/// A number and its text.
type Pair = (isize, String);
type Callback = Fun<(isize,), isize>;
/// A root, and the number of its pair.
type Kept = Option<(Root<Pair>, isize)>;

/// Roots that everybody puts there and takes. Nobody waits for the runtime while a lock is held.
static SHARED: [Mutex<Kept>; 128] = [const { Mutex::new(None) }; 128];

static STOP: AtomicBool = AtomicBool::new(false);
static THREADS: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// How often each was done: attached, tried in vain, detached, called, raised, panicked.
static COUNTS: [AtomicUsize; 6] = [const { AtomicUsize::new(0) }; 6];

fn count(what: usize) {
    COUNTS[what].fetch_add(1, Ordering::Relaxed);
}

fn exchange(random: &mut Random, new: Kept) -> Kept {
    let mut slot = SHARED[random.below(SHARED.len())].lock().unwrap();
    std::mem::replace(&mut *slot, new)
}

fn check(rt: &Runtime, root: &Root<Pair>, n: isize) {
    let found: (isize, &str) = root.get(rt).to().expect("a pair");
    assert_eq!(found, (n, n.to_string().as_str()));
}

/// One thing that code with the runtime does.
fn operation(rt: &mut Runtime, random: &mut Random, f: &Root<Callback>) {
    match random.below(10) {
        0..=2 => {
            let n = random.below(1 << 30) as isize;
            let root = Root::new(rt, (n, n.to_string()).to_value(rt).to().expect("a pair"));
            // The old one, which may be of any domain, is dropped with the runtime...
            drop(exchange(random, Some((root, n))));
        }
        3 | 4 => {
            if let Some((root, n)) = exchange(random, None) {
                check(rt, &root, n);
                let back = (root.duplicate(rt), n);
                exchange(random, Some(back));
                // ... or without.
                rt.detach(|| drop(root));
                count(2);
            }
        }
        5 | 6 => {
            let n = random.below(1000) as isize;
            count(3);
            match f.call(rt, (n,)) {
                Ok(result) => assert_eq!(result, n + 1),
                Err(error) => {
                    count(4);
                    // The name and what it says are looked up in the heap.
                    if random.below(8) == 0 {
                        assert_eq!(error.to_string(), format!("Failure(\"{n}\")"));
                    }
                }
            }
        }
        7 => rt.poll().expect("no handler raises"),
        8 => {
            count(2);
            let (number, text) = rt.detach(|| {
                thread::yield_now();
                let attach = Runtime::attach(|rt| {
                    assert_eq!(Runtime::attach(|_| ()), Err(AttachError::Attached));
                    let root = Root::new(rt, "nested".to_value(rt));
                    rt.poll().expect("no handler raises");
                    root.get(rt).to::<String>().expect("a string")
                });
                (7, attach.expect("detached"))
            });
            assert_eq!((number, text.as_str()), (7, "nested"));
        }
        _ => {
            count(5);
            let panics = AssertUnwindSafe(|| rt.detach(|| panic!("on purpose")));
            assert!(catch_unwind(panics).is_err());
        }
    }
}

/// A Rust thread for some time. One operation in `tries` is tried, which is done by one more thread.
fn run(mut random: Random, f: &Root<Callback>, rounds: usize, tries: usize) {
    for _ in 0..rounds {
        if STOP.load(Ordering::Relaxed) {
            return;
        }
        if random.below(tries) == 0 {
            // Which other thread runs it does not matter.
            let mut other = Random(random.next());
            let time = Duration::from_micros(random.below(2000) as u64);
            match Runtime::try_attach(time, |rt| operation(rt, &mut other, f)) {
                Ok(()) => count(0),
                Err(AttachError::Busy) => count(1),
                Err(error) => panic!("{error}"),
            }
        } else {
            count(0);
            let some = random.below(4);
            let work = |rt: &mut Runtime| (0..=some).for_each(|_| operation(rt, &mut random, f));
            Runtime::attach(work).expect("not attached");
        }
        // Roots are dropped by threads that have not the runtime, too.
        if random.below(4) == 0 {
            drop(exchange(&mut random, None));
        }
    }
}

/// Starts Rust threads, of which each runs until it is told to stop, as one thread after the other.
#[bactrian::func(boxed)]
fn mixed_start(rt: &mut Runtime, threads: usize, rounds: usize, tries: usize, f: Root<Callback>) {
    let mut started = THREADS.lock().expect("no panic");
    for number in 0..threads {
        let f = f.duplicate(rt);
        started.push(thread::spawn(move || {
            let mut random = Random(number as u64 + 1);
            while !STOP.load(Ordering::Relaxed) {
                let next = Random(random.next());
                thread::scope(|scope| scope.spawn(|| run(next, &f, rounds, tries)).join())
                    .expect("no panic");
            }
        }));
    }
}

/// Ends them, and drops all roots; what was done how often.
#[bactrian::func]
fn mixed_stop(rt: &mut Runtime) -> [usize; 6] {
    STOP.store(true, Ordering::Relaxed);
    let threads = std::mem::take(&mut *THREADS.lock().expect("no panic"));
    rt.detach(|| {
        threads
            .into_iter()
            .for_each(|thread| thread.join().expect("no panic"))
    });
    for slot in &SHARED {
        drop(slot.lock().expect("no panic").take());
    }
    std::array::from_fn(|i| COUNTS[i].load(Ordering::Relaxed))
}

/// The same, called by OCaml, in any domain and thread.
#[bactrian::func(boxed)]
fn mixed_work(rt: &mut Runtime, seed: isize, operations: usize, f: Root<Callback>) {
    let mut random = Random(seed as u64);
    for _ in 0..operations {
        operation(rt, &mut random, &f);
    }
}

/// Given an OCaml function that calls this again: Rust and OCaml frames take turns on the stack.
#[bactrian::func(boxed)]
fn mixed_deep(rt: &mut Runtime, n: isize, f: Root<Callback>) -> Result<isize, Exception> {
    let text = n.to_string();
    if n == 0 {
        rt.detach(thread::yield_now);
        return Ok(0);
    }
    let result = f.call(rt, (n - 1,))?;
    assert_eq!(text, n.to_string());
    Ok(result + 1)
}
