//! Roots made, read, changed, duplicated, handed over and dropped, by everybody at once.

use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, OnceLock};
use std::thread;

use bactrian::{Any, Exception, Root, Runtime, ToValue, Value};

use crate::common::Random;

/// A root and what its value is to be: `(tag, string_of_int tag, [| tag |])`.
struct Tagged {
    root: Root<Any>,
    tag: isize,
}

impl Tagged {
    fn new(rt: &Runtime, tag: isize) -> Tagged {
        let value = (tag, tag.to_string(), vec![Some(tag); tag as usize % 5]).to_value(rt);
        Tagged {
            root: Root::new(rt, value),
            tag,
        }
    }

    fn check(&self, rt: &Runtime) {
        check(self.root.get(rt), self.tag);
    }
}

fn check(value: Value<'_>, tag: isize) {
    let found: (isize, &str, Vec<Option<isize>>) = match value.to() {
        Ok(found) => found,
        Err(error) => panic!("the root of {tag} holds another value: {error}"),
    };
    assert_eq!(found.0, tag, "the root of {tag} holds {found:?}");
    assert_eq!(
        found.1,
        tag.to_string(),
        "the root of {tag} holds {found:?}"
    );
    assert_eq!(
        found.2,
        vec![Some(tag); tag as usize % 5],
        "the root of {tag} holds {found:?}"
    );
}

/// Roots that all domains and threads share. Nothing collects while a lock is held.
static SHARED: [Mutex<Option<Tagged>>; 256] = [const { Mutex::new(None) }; 256];

/// Roots of domains that have ended, or are about to.
static LEFT_BEHIND: Mutex<Vec<Tagged>> = Mutex::new(Vec::new());

/// What is sent to the plain Rust thread that drops roots.
enum ToDrop {
    One(Tagged),
    /// All it has been sent, and then say so.
    All(Sender<()>),
}

/// Where a plain Rust thread drops what it is given. How much it can be behind is limited: each
/// root that waits may be alone on a page.
fn dropper() -> SyncSender<ToDrop> {
    static SENDER: OnceLock<Mutex<SyncSender<ToDrop>>> = OnceLock::new();
    let sender = SENDER.get_or_init(|| {
        let (sender, receiver) = sync_channel::<ToDrop>(256);
        thread::spawn(move || {
            let mut kept = Vec::new();
            let mut random = Random(7);
            for sent in receiver {
                match sent {
                    // Some at once, some later and in bulk.
                    ToDrop::One(tagged) if random.below(4) == 0 => drop(tagged),
                    ToDrop::One(tagged) => kept.push(tagged),
                    ToDrop::All(done) => {
                        kept.clear();
                        done.send(()).unwrap();
                    }
                }
                if kept.len() > 500 {
                    kept.clear();
                }
            }
        });
        Mutex::new(sender)
    });
    sender.lock().unwrap().clone()
}

/// A plain Rust thread that takes shared roots and drops them while collections run.
#[bactrian::func(boxed)]
fn roots_start_thief(_: ()) {
    thread::spawn(|| {
        let mut random = Random(11);
        loop {
            let slot = &SHARED[random.below(SHARED.len())];
            let taken = slot.lock().unwrap().take();
            drop(taken);
            thread::yield_now();
        }
    });
}

/// `steps` things done with roots, as the numbers from `seed` say. Collections happen at polls only,
/// with local roots alive.
#[bactrian::func(boxed)]
fn roots_work(rt: &mut Runtime, seed: isize, steps: isize) -> Result<isize, Exception> {
    let mut random = Random(seed as u64);
    let dropper = dropper();
    let mut mine: Vec<Tagged> = Vec::new();
    let mut done = 0;
    for _ in 0..steps {
        done += 1;
        let slot = &SHARED[random.below(SHARED.len())];
        let tag = (random.next() >> 8) as isize;
        match random.below(16) {
            0..=3 => mine.push(Tagged::new(rt, tag)),
            4 => {
                // The old one may be another domain's.
                let tagged = Tagged::new(rt, tag);
                let old = slot.lock().unwrap().replace(tagged);
                if let Some(old) = old {
                    old.check(rt);
                }
            }
            5 => {
                if let Some(tagged) = slot.lock().unwrap().take() {
                    tagged.check(rt);
                    mine.push(tagged);
                }
            }
            6 => {
                if let Some(tagged) = &mut *slot.lock().unwrap() {
                    tagged.check(rt);
                    let value = (tag, tag.to_string(), vec![Some(tag); tag as usize % 5]);
                    tagged.root.set(rt, value.to_value(rt));
                    tagged.tag = tag;
                }
            }
            7 => {
                if let Some(tagged) = &*slot.lock().unwrap() {
                    let root = tagged.root.duplicate(rt);
                    mine.push(Tagged {
                        root,
                        tag: tagged.tag,
                    });
                }
            }
            8 => {
                if !mine.is_empty() {
                    let i = random.below(mine.len());
                    let tagged = mine.swap_remove(i);
                    tagged.check(rt);
                    dropper.send(ToDrop::One(tagged)).unwrap();
                }
            }
            9 => {
                if !mine.is_empty() {
                    let i = random.below(mine.len());
                    let tagged = mine.swap_remove(i);
                    let old = slot.lock().unwrap().replace(tagged);
                    drop(old);
                }
            }
            10 | 11 => {
                if !mine.is_empty() {
                    let i = random.below(mine.len());
                    mine.swap_remove(i).check(rt);
                }
            }
            12 => {
                if let Some(tagged) = mine.last() {
                    tagged.check(rt);
                }
            }
            13 => {
                // Many at once: pages fill up and empty again.
                let many: Vec<Tagged> = (0..random.below(300))
                    .map(|i| Tagged::new(rt, tag ^ i as isize))
                    .collect();
                if random.below(2) == 0 {
                    rt.poll()?;
                }
                many.iter().for_each(|tagged| tagged.check(rt));
                let tagged = many.into_iter().next();
                if let Some(tagged) = tagged {
                    dropper.send(ToDrop::One(tagged)).unwrap();
                }
            }
            // Each stops all domains.
            14 if random.below(16) == 0 => rt.collect_minor(),
            _ => rt.poll()?,
        }
        if mine.len() > 3000 {
            mine.iter().for_each(|tagged| tagged.check(rt));
            mine.truncate(1000);
        }
    }
    mine.iter().for_each(|tagged| tagged.check(rt));
    Ok(done)
}

/// Roots that outlive the domain or thread that calls this.
#[bactrian::func(boxed)]
fn roots_leave_behind(rt: &Runtime, seed: isize, count: isize) {
    let mut random = Random(seed as u64);
    let tagged: Vec<_> = (0..count)
        .map(|_| Tagged::new(rt, (random.next() >> 8) as isize))
        .collect();
    LEFT_BEHIND.lock().unwrap().extend(tagged);
}

/// Checks the roots left behind; drops every other one here, the rest in a plain thread when there
/// are many. Returns how many were checked.
#[bactrian::func(boxed)]
fn roots_check_left_behind(rt: &mut Runtime, keep: isize) -> isize {
    let left = std::mem::take(&mut *LEFT_BEHIND.lock().unwrap());
    let count = left.len();
    left.iter().for_each(|tagged| tagged.check(rt));
    rt.collect_minor();
    left.iter().for_each(|tagged| tagged.check(rt));
    let dropper = dropper();
    let mut kept = Vec::new();
    for (i, tagged) in left.into_iter().enumerate() {
        if kept.len() < keep as usize {
            kept.push(tagged);
        } else if i % 2 == 0 {
            dropper.send(ToDrop::One(tagged)).unwrap();
        }
    }
    LEFT_BEHIND.lock().unwrap().append(&mut kept);
    count as isize
}

/// Waits until the plain thread has dropped all that it was sent.
#[bactrian::func(boxed)]
fn roots_drop_all(_: ()) {
    let (sender, receiver) = channel();
    dropper().send(ToDrop::All(sender)).unwrap();
    receiver.recv().unwrap();
}

/// The pages of the pool of roots, used or free. None is ever given back to the system.
#[bactrian::func(boxed)]
fn roots_pages(_: ()) -> usize {
    bactrian::hidden::root_pages()
}

/// Checks all shared roots.
#[bactrian::func(boxed)]
fn roots_check_shared(rt: &Runtime) -> isize {
    let mut count = 0;
    for slot in &SHARED {
        if let Some(tagged) = &*slot.lock().unwrap() {
            tagged.check(rt);
            count += 1;
        }
    }
    count
}

/// Roots of OCaml's own values, to see what is collected when.
static GIVEN: Mutex<Vec<Root<Any>>> = Mutex::new(Vec::new());

#[bactrian::func(boxed)]
fn roots_give(value: Root<Any>) {
    GIVEN.lock().unwrap().push(value);
}

#[bactrian::func(boxed)]
fn roots_given<'gc>(rt: &'gc Runtime, index: isize) -> Value<'gc> {
    GIVEN.lock().unwrap()[index as usize].get(rt)
}

/// Drops what was given, a third of it here, the rest in plain threads.
#[bactrian::func(boxed)]
fn roots_forget_given(_: ()) {
    let mut given = std::mem::take(&mut *GIVEN.lock().unwrap());
    let rest = given.split_off(given.len() / 3);
    drop(given);
    let mut parts: Vec<Vec<Root<Any>>> = vec![Vec::new(), Vec::new()];
    for (i, root) in rest.into_iter().enumerate() {
        parts[i % 2].push(root);
    }
    thread::scope(|scope| {
        for part in parts {
            scope.spawn(move || drop(part));
        }
    });
}

/// What `roots_forget_meanwhile` has started.
static FORGETTING: Mutex<Option<thread::JoinHandle<()>>> = Mutex::new(None);

/// Has a plain thread drop every other one of what was given, and does not wait for it.
#[bactrian::func(boxed)]
fn roots_forget_meanwhile(_: ()) {
    let mut given = GIVEN.lock().unwrap();
    let (kept, dropped): (Vec<_>, Vec<_>) = std::mem::take(&mut *given)
        .into_iter()
        .enumerate()
        .partition(|(i, _)| i % 2 == 0);
    given.extend(kept.into_iter().map(|(_, root)| root));
    let forgetting = thread::spawn(move || {
        for root in dropped {
            drop(root);
            // About as long as a collection of all of the heap takes.
            (0..10).for_each(|_| std::hint::spin_loop());
        }
    });
    *FORGETTING.lock().unwrap() = Some(forgetting);
}

/// Waits for the thread of `roots_forget_meanwhile`.
#[bactrian::func(boxed)]
fn roots_have_forgotten(_: ()) {
    if let Some(forgetting) = FORGETTING.lock().unwrap().take() {
        forgetting.join().unwrap();
    }
}

thread_local! {
    static OF_THREAD: std::cell::RefCell<Vec<Tagged>> =
        const { std::cell::RefCell::new(Vec::new()) };
}

/// Roots dropped when the thread that calls this has ended: after its last OCaml code, without the
/// runtime.
#[bactrian::func(boxed)]
fn roots_until_thread_ends(rt: &Runtime, seed: isize, count: isize) {
    let mut random = Random(seed as u64);
    OF_THREAD.with(|roots| {
        for _ in 0..count {
            roots
                .borrow_mut()
                .push(Tagged::new(rt, (random.next() >> 8) as isize));
        }
    });
}
