//! Custom blocks: Rust values that OCaml's collector owns.

use std::sync::atomic::{AtomicUsize, Ordering};

use bactrian::{Custom, Exception, Fun, Root, Runtime, Taken};

/// Values that are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts itself.
#[derive(Debug)]
struct Live(u64);

impl Live {
    fn new(n: u64) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Live(n)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

#[bactrian::func]
fn custom_alive() -> usize {
    ALIVE.load(Ordering::Relaxed)
}

#[derive(Custom)]
struct Counter {
    live: Live,
    hits: AtomicUsize,
}

#[bactrian::func]
fn custom_counter(n: u64) -> Counter {
    Counter {
        live: Live::new(n),
        hits: AtomicUsize::new(0),
    }
}

#[bactrian::func]
fn custom_hit(counter: &Counter) -> usize {
    counter.hits.fetch_add(1, Ordering::Relaxed) + 1
}

#[bactrian::func]
fn custom_number(counter: &Counter) -> u64 {
    counter.live.0
}

/// Calls OCaml, which drops its handle and collects.
#[bactrian::func]
fn custom_across(
    rt: &mut Runtime,
    counter: &Counter,
    f: Root<Fun<(), ()>>,
) -> Result<u64, Exception> {
    f.call(rt, ())?;
    Ok(counter.live.0)
}

#[derive(Custom)]
#[ocaml(mutable)]
struct Stack(Vec<i64>, Live);

#[bactrian::func]
fn custom_stack() -> Stack {
    Stack(Vec::new(), Live::new(0))
}

#[bactrian::func]
fn custom_push(stack: &mut Stack, element: i64) -> usize {
    stack.0.push(element);
    stack.0.len()
}

#[bactrian::func]
fn custom_close(stack: Taken<Stack>) -> Vec<i64> {
    stack.0.0.iter().map(|n| n + (stack.0.1.0 as i64)).collect()
}
