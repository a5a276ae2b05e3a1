//! Every kind of function.

use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};

use bactrian::{Exception, Fun, Function, List, Root, Runtime, Value};

#[bactrian::func]
fn unit() {}

#[bactrian::func]
fn one(x: isize) -> isize {
    x
}

#[bactrian::func]
fn boxed(a: Option<f64>) -> Option<f64> {
    a
}

#[bactrian::func]
fn unboxed(a: f64, b: i32, c: i64) -> f64 {
    a + f64::from(b) + c as f64
}

#[bactrian::func(noalloc)]
fn noalloc(a: f64, b: f64) -> f64 {
    a * b
}

#[bactrian::func]
fn seven(a: isize, b: &str, c: f64, d: bool, e: char, f: i64, g: ()) -> String {
    format!("{a} {b} {c} {d} {e} {f} {g:?}")
}

#[bactrian::func(boxed)]
fn five(a: isize, b: isize, c: isize, d: isize, e: isize) -> isize {
    a + b + c + d + e
}

#[bactrian::func]
fn labelled(#[label] r#type: isize, #[optional] width: Option<usize>, text: &str) -> String {
    format!("{text} {type} {width:?}", type = r#type)
}

#[bactrian::func(labels)]
fn all_labelled(left: isize, right: isize) -> isize {
    left - right
}

#[bactrian::func(name = "named_otherwise")]
fn named(x: isize) -> isize {
    x
}

#[bactrian::func(symbol = "everything_own_symbol")]
fn symbol() {}

#[bactrian::func]
fn r#val(r#end: isize) -> isize {
    r#end
}

/// Returns a function: `int -> (int -> int)` would have two arguments.
#[bactrian::func]
fn chosen<'gc>(
    first: bool,
    f: Value<'gc, Fun<(isize,), isize>>,
    g: Value<'gc, Fun<(isize,), isize>>,
) -> Value<'gc, Fun<(isize,), isize>> {
    if first { f } else { g }
}

#[bactrian::func]
fn apply(rt: &mut Runtime, f: Root<Fun<(isize, String), bool>>) -> Result<bool, Exception> {
    f.call(rt, (1, "x".to_owned()))
}

#[bactrian::func]
fn uses_gc(x: isize) -> Option<isize> {
    let _ = gc.poll();
    Some(x)
}

#[bactrian::func]
fn fill(bytes: &mut [u8], floats: &[f64]) {
    for (byte, float) in bytes.iter_mut().zip(floats) {
        *byte = *float as u8;
    }
}

#[bactrian::func(as = list)]
fn as_list(#[ocaml(as = list)] list: Vec<isize>) -> Vec<isize> {
    list
}

#[bactrian::func]
fn handles<'gc>(list: Value<'gc, List<isize>>) -> Value<'gc, List<isize>> {
    list
}

#[bactrian::func(both)]
fn halve(x: isize) -> Result<isize, String> {
    if x % 2 == 0 {
        Ok(x / 2)
    } else {
        Err(format!("{x} is odd"))
    }
}

#[bactrian::func]
fn panics(message: &str) {
    panic!("{message}")
}

/// Without the runtime, which it takes for a moment.
#[bactrian::func(detach)]
fn detached(n: isize) -> String {
    assert!(n >= 0, "negative");
    // A thread that has it is refused.
    let read = Runtime::attach(|rt| Value::new(rt, &n).to::<isize>());
    format!("{n} {}", read.expect("no runtime here").expect("an int"))
}

#[bactrian::native_func]
fn without_a_record<'gc>(x: Value<'gc>) -> Value<'gc> {
    x
}

/// Returns a closure.
#[bactrian::func]
fn adder(n: isize) -> Function<(isize, isize), isize> {
    Function::new(move |_: &mut Runtime, a: isize, b: isize| n + a + b)
}

/// Returns closures in a list, each to be called once.
#[bactrian::func]
fn fuses(texts: Vec<String>) -> Vec<Function<(), String>> {
    let fuse = |text: String| Function::new_once(move |_: &mut Runtime| text);
    texts.into_iter().map(fuse).collect()
}

type Visitor = Function<(String,), isize>;

/// Gives a closure to a function: raises what that raises.
#[bactrian::func]
fn count_calls(rt: &mut Runtime, f: Root<Fun<(Visitor,), ()>>) -> Result<isize, Exception> {
    let calls = Arc::new(AtomicIsize::new(0));
    let counted = calls.clone();
    let closure = Visitor::new(move |_: &mut Runtime, text: String| {
        assert_ne!(text, "panic");
        counted.fetch_add(1, Ordering::Relaxed)
    });
    f.call(rt, (closure,))?;
    Ok(calls.load(Ordering::Relaxed))
}
