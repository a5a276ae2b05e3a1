//! Rust closures as OCaml functions, called by Rust: the feature `link` brings the OCaml code.
#![cfg(feature = "link")]
#![deny(warnings, clippy::all)]
#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bactrian::hidden::embedded;
use bactrian::{Fun, Function, Root, Runtime, ToValue};

#[test]
fn a_closure_goes_to_ocaml_and_back() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    embedded(move |rt| {
        let add = Function::new(move |_: &mut Runtime, a: isize, b: String| {
            counted.fetch_add(1, Ordering::Relaxed);
            format!("{a} {b}")
        });
        let add: Root<Fun<(isize, String), String>> = add.to_value(rt).to().unwrap();
        assert_eq!(add.call(rt, (1, "b".into())).unwrap(), "1 b");
        type Rest = Fun<(String,), String>;
        let partly: Root<Fun<(isize,), Root<Rest>>> = add.get(rt).to_value(rt).to().unwrap();
        let partly = partly.call(rt, (2,)).unwrap();
        assert_eq!(partly.call(rt, ("c".into(),)).unwrap(), "2 c");
        assert_eq!(partly.call(rt, ("d".into(),)).unwrap(), "2 d");
    });
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

#[test]
fn errors_come_back() {
    embedded(|rt| {
        let once = Function::<_, isize>::new_once(
            |_: &mut Runtime, n: isize| {
                if n > 0 { Ok(n) } else { Err("none") }
            },
        );
        let once: Root<Fun<(isize,), isize>> = once.to_value(rt).to().unwrap();
        let error = once.call(rt, (0,)).unwrap_err();
        assert_eq!(error.to_string(), "Failure(\"none\")");
        let error = once.call(rt, (1,)).unwrap_err();
        assert_eq!(error.name(), "Invalid_argument");
    });
}

#[test]
fn a_closure_in_a_closure() {
    embedded(|rt| {
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        let inner = Function::new_mut(move |_: &mut Runtime, n: isize| {
            kept.lock().unwrap().push(n);
        });
        let inner: Root<Fun<(isize,), ()>> = inner.to_value(rt).to().unwrap();
        let outer = Function::new(move |rt: &mut Runtime, n: isize| {
            inner.call(rt, (n,))?;
            inner.call(rt, (n + 1,))
        });
        let outer: Root<Fun<(isize,), ()>> = outer.to_value(rt).to().unwrap();
        outer.call(rt, (5,)).unwrap();
        assert_eq!(*log.lock().unwrap(), [5, 6]);
    });
}
