//! Custom values that several domains or threads make, share, compare, hash, marshal, change, close
//! and drop at the same time.

use std::error::Error;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use bactrian::{Custom, Exception, Fun, Marshal, Root, Runtime, Taken};

static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);
/// Values that were dropped twice, or looked at when they were not there.
static WRONG: AtomicUsize = AtomicUsize::new(0);

const MAGIC: u64 = 0x5eed_cafe_0bad_f00d;

/// Knows whether it is alive.
struct Live {
    number: u64,
    seal: AtomicU64,
}

impl Live {
    fn new(number: u64) -> Self {
        MADE.fetch_add(1, Ordering::Relaxed);
        Live {
            number,
            seal: AtomicU64::new(number ^ MAGIC),
        }
    }

    fn number(&self) -> u64 {
        if self.seal.load(Ordering::Relaxed) != self.number ^ MAGIC {
            WRONG.fetch_add(1, Ordering::Relaxed);
        }
        self.number
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.number();
        self.seal.store(0, Ordering::Relaxed);
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

/// How many were made, and dropped, and were wrong.
#[bactrian::func]
fn custom_counts() -> (usize, usize, usize) {
    (
        MADE.load(Ordering::Relaxed),
        DROPPED.load(Ordering::Relaxed),
        WRONG.load(Ordering::Relaxed),
    )
}

#[derive(Custom)]
#[ocaml(compare, hash, marshal, external_size = Handle::size)]
struct Handle(Live, Vec<u8>);

impl Handle {
    fn new(number: u64) -> Self {
        Handle(
            Live::new(number),
            vec![number as u8; (number % 512) as usize],
        )
    }

    fn size(&self) -> usize {
        self.1.len()
    }
}

impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Handle {}

impl PartialOrd for Handle {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Handle {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.number().cmp(&other.0.number())
    }
}

impl std::hash::Hash for Handle {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.number().hash(state);
    }
}

impl Marshal for Handle {
    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.number().to_le_bytes());
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        Ok(Handle::new(u64::from_le_bytes(bytes.try_into()?)))
    }
}

#[bactrian::func(boxed)]
fn custom_make(number: usize) -> Handle {
    Handle::new(number as u64)
}

#[bactrian::func(boxed)]
fn custom_number(handle: &Handle) -> usize {
    handle.0.number() as usize
}

/// Calls OCaml meanwhile.
#[bactrian::func(boxed)]
fn custom_across(
    rt: &mut Runtime,
    handle: &Handle,
    f: Root<Fun<(), ()>>,
) -> Result<usize, Exception> {
    f.call(rt, ())?;
    Ok(handle.0.number() as usize)
}

/// Changes; both numbers are always the same.
#[derive(Custom)]
#[ocaml(mutable, external_size = |it| it.2.capacity())]
struct Changing(Live, u64, Vec<u8>, u64);

#[bactrian::func(boxed)]
fn custom_changing(number: usize) -> Changing {
    Changing(Live::new(number as u64), 0, Vec::new(), 0)
}

#[bactrian::func(boxed)]
fn custom_change(changing: &mut Changing) -> usize {
    changing.0.number();
    changing.1 += 1;
    changing.2.push(0);
    std::hint::spin_loop();
    changing.3 += 1;
    changing.1 as usize
}

#[bactrian::func(boxed)]
fn custom_look(changing: &Changing) -> usize {
    changing.0.number();
    if changing.1 != changing.3 {
        WRONG.fetch_add(1, Ordering::Relaxed);
    }
    changing.1 as usize
}

/// Calls OCaml while it is borrowed mutably.
#[bactrian::func]
fn custom_change_across(
    rt: &mut Runtime,
    changing: &mut Changing,
    f: Root<Fun<(), ()>>,
) -> Result<(), Exception> {
    changing.1 += 1;
    f.call(rt, ())?;
    changing.3 += 1;
    Ok(())
}

#[bactrian::func(boxed)]
fn custom_close(changing: Taken<Changing>) -> usize {
    changing.0.0.number() as usize
}
