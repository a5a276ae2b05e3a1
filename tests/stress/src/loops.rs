//! Functions called in loops that do not allocate, and loops that do not return.

use bactrian::{Exception, List, Runtime, ToValue, Value};

/// A list of `n` strings, so that the minor heap is soon full.
#[bactrian::func(boxed, as = list)]
fn loops_strings(n: isize) -> Vec<String> {
    (0..n).map(|i| i.to_string()).collect()
}

/// A list made by hand: nothing collects in between.
#[bactrian::func(boxed)]
fn loops_by_hand<'gc>(rt: &'gc Runtime, n: isize) -> Value<'gc, List<String>> {
    let mut list = List::empty(rt);
    for i in 0..n {
        list = List::cons(rt, Value::new(rt, &i.to_string()), list);
    }
    list
}

/// A large block each time, which never is in the minor heap.
#[bactrian::func(boxed)]
fn loops_large(n: isize) -> Vec<f64> {
    vec![0.5; n as usize]
}

/// Allocates and returns a number: the check at the end of the stub is for what was allocated.
#[bactrian::func]
fn loops_unboxed(rt: &Runtime, n: isize) -> isize {
    let mut sum = 0;
    for i in 0..n {
        sum += i.to_string().to_value(rt).as_bytes().unwrap().len() as isize;
    }
    sum
}

/// Allocates without end, or for so many rounds, and polls.
#[bactrian::func(boxed)]
fn loops_endless(rt: &mut Runtime, rounds: isize) -> Result<isize, Exception> {
    let mut length = 0;
    let mut round = 0;
    while rounds < 0 || round < rounds {
        round += 1;
        let text = round.to_string();
        length += (text.as_str(), vec![text.as_str(); 20])
            .to_value(rt)
            .size()
            .unwrap() as isize;
        if round % 16 == 0 {
            rt.poll()?;
        }
    }
    Ok(length)
}

/// Computes without allocating in the OCaml heap, and polls.
#[bactrian::func(boxed)]
fn loops_busy(rt: &mut Runtime) -> Result<isize, Exception> {
    let mut n = 0isize;
    loop {
        n = n.wrapping_mul(31).wrapping_add(7);
        if n % 1024 == 0 {
            rt.poll()?;
        }
        std::hint::black_box(n);
    }
}
