//! Rust closures that OCaml gets as functions.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bactrian::{Exception, Fun, Function, Root, Runtime};

/// Closures that are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Counts itself.
struct Live(isize);

impl Live {
    fn new(n: isize) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Live(n)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

#[bactrian::func(boxed)]
fn closures_alive() -> (usize, usize) {
    (
        ALIVE.load(Ordering::Relaxed),
        DROPPED.load(Ordering::Relaxed),
    )
}

macro_rules! arities {
    ($($name:ident $($argument:ident $type:ty),*;)*) => {$(
        /// Writes the arguments after the text.
        #[bactrian::func]
        fn $name(text: String) -> Function<($($type,)*), String> {
            Function::new(move |_: &mut Runtime, $($argument: $type),*| {
                let mut text = text.clone();
                $(text += &format!(" {:?}", $argument);)*
                text
            })
        }
    )*};
}
arities! {
    closure1 a isize;
    closure2 a isize, b String;
    closure3 a isize, b String, c f64;
    closure4 a isize, b String, c f64, d bool;
    closure5 a isize, b String, c f64, d bool, e Vec<isize>;
    closure6 a isize, b String, c f64, d bool, e Vec<isize>, f Option<i64>;
    closure7 a isize, b String, c f64, d bool, e Vec<isize>, f Option<i64>, g char;
    closure8 a isize, b String, c f64, d bool, e Vec<isize>, f Option<i64>, g char, h ();
}

#[bactrian::func(boxed)]
fn closure_unit(n: isize) -> Function<(), isize> {
    let live = Live::new(n);
    Function::new(move |_: &mut Runtime| live.0)
}

/// Many functions at once, of one closure and of several.
#[bactrian::func(boxed)]
fn closures_many(n: isize) -> Vec<Function<(isize,), isize>> {
    let live = Live::new(n);
    let one = Function::new(move |_: &mut Runtime, m: isize| live.0 * m);
    let mut all: Vec<_> = (0..n)
        .map(|i| {
            let live = Live::new(i);
            Function::new(move |_: &mut Runtime, m: isize| live.0 + m)
        })
        .collect();
    all.extend((0..n).map(|_| one.clone()));
    all
}

#[derive(Debug, bactrian::Exception)]
#[ocaml(prefix = "closures")]
enum Wrong {
    Negative(isize),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
impl std::error::Error for Wrong {}

type Plain = Function<(isize,), isize>;

#[bactrian::func]
fn closure_typed_error() -> Plain {
    Function::new(|_: &mut Runtime, n: isize| {
        if n < 0 {
            Err(Wrong::Negative(n))
        } else {
            Ok(n)
        }
    })
}

#[bactrian::func]
fn closure_boxed_error() -> Function<(String,), isize> {
    Function::new(
        |_: &mut Runtime, text: String| -> Result<isize, Box<dyn std::error::Error>> {
            let n = text.parse()?;
            if n < 0 {
                return Err(format!("{n} is negative").into());
            }
            Ok(n)
        },
    )
}

#[bactrian::func]
fn closure_std_error() -> Function<(String,), isize> {
    Function::new(|_: &mut Runtime, text: String| text.parse::<isize>())
}

#[bactrian::func]
fn closure_io_error() -> Function<(), isize> {
    Function::new(|_: &mut Runtime| Err(std::io::Error::other("no disk")))
}

#[bactrian::func]
fn closure_text_raised() -> Plain {
    Function::new(|_: &mut Runtime, n: isize| Err(format!("raised {n}")))
}

#[bactrian::func]
fn closure_text_returned() -> Function<(isize,), Result<isize, String>> {
    Function::new(|_: &mut Runtime, n: isize| if n < 0 { Err(format!("{n}")) } else { Ok(n) })
}

#[bactrian::func]
fn closure_panics() -> Plain {
    Function::new(|_: &mut Runtime, n: isize| -> isize {
        let _live = Live::new(n);
        panic!("no {n}")
    })
}

#[bactrian::func]
fn closure_bytes() -> Function<(u8, String), usize> {
    Function::new(|_: &mut Runtime, n: u8, text: String| usize::from(n) + text.len())
}

/// Calls an OCaml function, twice.
#[bactrian::func]
fn closure_twice(f: Root<Fun<(isize,), isize>>) -> Plain {
    let live = Live::new(0);
    Function::new(move |rt: &mut Runtime, n: isize| {
        let once = f.call(rt, (n,))?;
        // What the closure holds is alive, whatever OCaml has done.
        f.call(rt, (once + live.0,))
    })
}

macro_rules! survivors {
    ($($name:ident $($argument:ident)*;)*) => {$(
        /// Whether what it holds is there after a call of an OCaml function that drops it.
        #[bactrian::func]
        fn $name() -> Function<(Root<Fun<(), ()>>, $(survivors!(@ $argument isize)),*), bool> {
            let held = Arc::new(Live::new(0));
            Function::new(move |rt: &mut Runtime, drop: Root<Fun<(), ()>>, $($argument: isize),*| {
                let held = Arc::downgrade(&held);
                drop.call(rt, ())?;
                $(let _ = $argument;)*
                Ok::<_, Exception>(held.strong_count() == 1)
            })
        }
    )*};
    (@ $argument:ident $type:ty) => { $type };
}
survivors! {
    closure_survives1;
    closure_survives2 b;
    closure_survives3 b c;
    closure_survives4 b c d;
    closure_survives5 b c d e;
    closure_survives6 b c d e f;
    closure_survives7 b c d e f g;
    closure_survives8 b c d e f g h;
}

/// Gives OCaml a closure, and calls what it gives back.
#[bactrian::func]
fn closure_with(
    rt: &mut Runtime,
    f: Root<Fun<(Plain,), Root<Fun<(isize,), isize>>>>,
    n: isize,
) -> Result<isize, Exception> {
    let live = Live::new(n);
    let own = Function::new(move |_: &mut Runtime, m: isize| live.0 * 10 + m);
    let back = f.call(rt, (own,))?;
    back.call(rt, (n,))
}

/// A closure that calls itself through OCaml.
#[bactrian::func]
fn closure_factorial(
    rt: &mut Runtime,
    tie: Root<Fun<(Function<(Root<Fun<(isize,), isize>>, isize), isize>, isize), isize>>,
    n: isize,
) -> Result<isize, Exception> {
    let step = Function::new(
        |rt: &mut Runtime, own: Root<Fun<(isize,), isize>>, n: isize| {
            if n == 0 {
                Ok(1)
            } else {
                own.call(rt, (n - 1,)).map(|rest| n * rest)
            }
        },
    );
    tie.call(rt, (step, n))
}

#[bactrian::func(boxed)]
fn closure_counter(mut n: isize) -> Function<(), isize> {
    let live = Live::new(0);
    Function::new_mut(move |_: &mut Runtime| {
        n += 1 + live.0;
        n
    })
}

/// Counts, and calls an OCaml function meanwhile.
#[bactrian::func]
fn closure_reenter() -> Function<(Root<Fun<(), isize>>,), isize> {
    let mut calls = 0;
    Function::new_mut(move |rt: &mut Runtime, f: Root<Fun<(), isize>>| {
        calls += 1;
        f.call(rt, ()).map(|n| n + calls)
    })
}

#[bactrian::func]
fn closure_mut_panics() -> Function<(bool,), isize> {
    let mut calls = 0;
    Function::new_mut(move |_: &mut Runtime, panics: bool| {
        calls += 1;
        assert!(!panics, "call {calls}");
        calls
    })
}

#[bactrian::func]
fn closure_once(text: String) -> Function<(isize,), String> {
    let live = Live::new(7);
    Function::new_once(move |_: &mut Runtime, n: isize| {
        drop(live);
        format!("{text} {n}")
    })
}

#[bactrian::func]
fn closure_once_reenter() -> Function<(Root<Fun<(), isize>>,), isize> {
    let live = Live::new(7);
    Function::new_once(move |rt: &mut Runtime, f: Root<Fun<(), isize>>| {
        let n = f.call(rt, ())?;
        Ok::<_, Exception>(n + live.0)
    })
}

/// A closure that returns a closure.
#[bactrian::func]
fn closure_curried() -> Function<(isize,), Function<(isize,), isize>> {
    Function::new(|_: &mut Runtime, a: isize| {
        let live = Live::new(a);
        Plain::new(move |_: &mut Runtime, b: isize| live.0 * 10 + b)
    })
}

/// A function, and a box, are closures too.
#[bactrian::func]
fn closure_boxed(n: isize) -> Vec<Plain> {
    fn double(_: &mut Runtime, n: isize) -> isize {
        2 * n
    }
    type Boxed = Box<dyn Fn(&mut Runtime, isize) -> isize + Send + Sync>;
    let boxed: Boxed = Box::new(move |_, m| m - n);
    vec![Plain::new(double), Plain::new(boxed)]
}

/// Allocates so much that there is no room for the value in the minor heap.
#[bactrian::func]
fn closures_on_full_heap(n: usize) -> Vec<(String, Plain)> {
    (0..n)
        .map(|i| {
            let live = Live::new(i.cast_signed());
            let f = Plain::new(move |_: &mut Runtime, m: isize| live.0 + m);
            ("x".repeat(i % 50), f)
        })
        .collect()
}

/// Elements that say when they are computed, of a list's length.
#[bactrian::func(boxed)]
fn lazy_numbers(n: isize) -> bactrian::LazySeq<(isize, String)> {
    let held = Live::new(0);
    bactrian::LazySeq::new((0..n).map(move |i| {
        let _ = &held;
        assert!(i != 13, "unlucky");
        (i, i.to_string())
    }))
}

/// The sum of a sequence, by the iterator.
#[bactrian::func(boxed)]
fn sum_of_seq(rt: &mut Runtime, mut seq: bactrian::Seq<isize>) -> Result<isize, Exception> {
    seq.iter(rt).sum()
}

/// Waits inside until so many calls are at once, for a minute at most; then says how many there were.
#[bactrian::func(boxed)]
fn closure_shared(n: isize) -> Plain {
    let live = Live::new(n);
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    Function::new(move |rt: &mut Runtime, calls: isize| {
        let started = std::time::Instant::now();
        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        while most.load(Ordering::SeqCst) < calls.cast_unsigned()
            && started.elapsed().as_secs() < 60
        {
            // The others may collect.
            rt.poll()?;
            std::thread::yield_now();
        }
        inside.fetch_sub(1, Ordering::SeqCst);
        Ok::<_, Exception>(live.0 + most.load(Ordering::SeqCst).cast_signed())
    })
}
