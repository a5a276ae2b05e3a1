//! OCaml functions called from Rust.

use std::cell::RefCell;
use std::collections::BTreeMap;

use bactrian::{Exception, Fun, Root, Runtime};

type IntFun = Fun<(isize,), isize>;

macro_rules! calls {
    ($($name:ident ($($n:literal $type:ident)*);)*) => {$(
        #[bactrian::func]
        fn $name(rt: &mut Runtime, f: Root<Fun<($($type,)*), String>>) -> Result<String, Exception> {
            f.call(rt, ($(calls!(@argument $n $type),)*))
        }
    )*};
    (@argument $n:literal isize) => { $n };
    (@argument $n:literal String) => { $n.to_string() };
}
calls! {
    call1 (1 isize);
    call2 (1 isize 2 String);
    call3 (1 isize 2 String 3 isize);
    call4 (1 isize 2 String 3 isize 4 String);
    call5 (1 isize 2 String 3 isize 4 String 5 isize);
    call6 (1 isize 2 String 3 isize 4 String 5 isize 6 String);
    call7 (1 isize 2 String 3 isize 4 String 5 isize 6 String 7 isize);
    call8 (1 isize 2 String 3 isize 4 String 5 isize 6 String 7 isize 8 String);
}

#[bactrian::func]
fn call_unit(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Result<isize, Exception> {
    f.call(rt, ())
}

#[bactrian::func]
fn apply(rt: &mut Runtime, f: Root<IntFun>, n: isize) -> Result<isize, Exception> {
    f.call(rt, (n,))
}

/// One argument, then the second: the result of the first call is a function.
#[bactrian::func]
fn apply_partially(
    rt: &mut Runtime,
    f: Root<Fun<(isize,), Root<IntFun>>>,
    a: isize,
    b: isize,
) -> Result<isize, Exception> {
    let partial = f.call(rt, (a,))?;
    partial.call(rt, (b,))
}

/// Two arguments at once for a function that returns a function.
#[bactrian::func]
fn apply_both(
    rt: &mut Runtime,
    f: Root<Fun<(isize, isize), isize>>,
    a: isize,
    b: isize,
) -> Result<isize, Exception> {
    f.call(rt, (a, b))
}

/// Two arguments of three, then the third, twice.
#[bactrian::func(boxed)]
fn apply_two_of_three(
    rt: &mut Runtime,
    f: Root<Fun<(isize, String), Root<Fun<(f64,), String>>>>,
) -> Result<(String, String), Exception> {
    let partial = f.call(rt, (1, "two".to_owned()))?;
    Ok((partial.call(rt, (3.5,))?, partial.call(rt, (4.5,))?))
}

/// Three arguments at once, whatever the function takes of them.
#[bactrian::func(boxed)]
fn apply_three(
    rt: &mut Runtime,
    f: Root<Fun<(isize, String, f64), String>>,
) -> Result<String, Exception> {
    f.call(rt, (1, "two".to_owned(), 3.5))
}

/// A function with an optional parameter: with it and without it.
#[bactrian::func(boxed)]
fn apply_optional(
    rt: &mut Runtime,
    f: Root<Fun<(Option<String>, isize), String>>,
) -> Result<(String, String), Exception> {
    let with = f.call(rt, (Some("given".to_owned()), 1))?;
    Ok((with, f.call(rt, (None, 2))?))
}

#[bactrian::func]
fn fold(
    rt: &mut Runtime,
    f: Root<Fun<(String, isize), String>>,
    n: isize,
) -> Result<String, Exception> {
    let mut text = String::new();
    for i in 0..n {
        text = f.call(rt, (text, i))?;
    }
    Ok(text)
}

/// Rust calls OCaml, which calls Rust, and so on.
#[bactrian::func]
fn recurse(rt: &mut Runtime, f: Root<IntFun>, n: isize) -> Result<isize, Exception> {
    let text = n.to_string();
    let below = f.call(rt, (n,))?;
    Ok(below + text.len() as isize)
}

#[bactrian::func]
fn map_list(
    rt: &mut Runtime,
    f: Root<Fun<(Root,), Root>>,
    list: std::collections::LinkedList<Root>,
) -> Result<std::collections::LinkedList<Root>, Exception> {
    list.into_iter()
        .map(|element| f.call(rt, (element,)))
        .collect()
}

/// Results that convert, of several types.
#[bactrian::func]
fn call_for_map(
    rt: &mut Runtime,
    f: Root<Fun<(Vec<f64>, Option<String>), BTreeMap<String, f64>>>,
) -> Result<BTreeMap<String, f64>, Exception> {
    f.call(rt, (vec![0.5, 1.5], Some("key".to_owned())))
}

#[bactrian::func(boxed)]
fn call_for_u8(rt: &mut Runtime, f: Root<Fun<(), u8>>) -> Result<u16, Exception> {
    f.call(rt, ()).map(u16::from)
}

/// The error that a result of the wrong type is, as text.
#[bactrian::func]
fn call_for_u8_text(rt: &mut Runtime, f: Root<Fun<(), u8>>) -> (String, String) {
    match f.call(rt, ()) {
        Ok(n) => (n.to_string(), String::new()),
        Err(error) => (error.to_string(), error.name().to_owned()),
    }
}

thread_local! {
    static STORED: RefCell<Vec<Root<IntFun>>> = const { RefCell::new(Vec::new()) };
}

/// Kept beyond the call.
#[bactrian::func]
fn store(f: Root<IntFun>) {
    STORED.with_borrow_mut(|stored| stored.push(f));
}

#[bactrian::func]
fn call_stored(rt: &mut Runtime, n: isize) -> Result<Vec<isize>, Exception> {
    let stored = STORED.take();
    let results = stored.iter().map(|f| f.call(rt, (n,))).collect();
    STORED.set(stored);
    results
}

#[bactrian::func(boxed)]
fn forget_stored(_: ()) -> usize {
    STORED.take().len()
}

/// A closure given back, after it was called.
#[bactrian::func]
fn call_and_return(rt: &mut Runtime, f: Root<IntFun>) -> Result<(isize, Root<IntFun>), Exception> {
    Ok((f.call(rt, (1,))?, f))
}
