//! Rust closures in a program without a generated interface.

use bactrian::{Exception, Function, Runtime};
use bactrian_embed_tests::{self as ocaml, with_ocaml};
use std::sync::Arc;
use std::thread;

#[test]
fn a_closure_is_an_ocaml_function() {
    let held = Arc::new(10);
    let shared = held.clone();
    let function = Function::new(move |_: &mut Runtime, n: isize| n * *shared);
    // Each thread gives the same closure to OCaml, which may collect while another calls it.
    thread::scope(|scope| {
        for thread in 0..4isize {
            let function = &function;
            scope.spawn(move || {
                for _ in 0..50 {
                    let list = vec![thread, 2, 3];
                    let mapped = with_ocaml(|rt| ocaml::map(rt, function.clone(), list)).unwrap();
                    assert_eq!(mapped, [10 * thread, 20, 30]);
                }
                with_ocaml(ocaml::collect).unwrap();
            });
        }
    });
    drop(function);
    with_ocaml(ocaml::collect).unwrap();
    with_ocaml(ocaml::collect).unwrap();
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn an_error_and_a_panic_come_back() {
    let fails = Function::new(|_: &mut Runtime, n: isize| -> Result<isize, String> {
        Err(format!("not {n}"))
    });
    let error: Exception = with_ocaml(|rt| ocaml::map(rt, fails, vec![1, 2])).unwrap_err();
    let text = Runtime::attach(|_| error.to_string()).unwrap();
    assert!(
        ["Failure(\"not 1\")", "Failure(\"not 2\")"].contains(&text.as_str()),
        "{text}"
    );
    let panics = Function::new(|_: &mut Runtime, n: isize| -> isize { panic!("panics at {n}") });
    let error = with_ocaml(|rt| ocaml::map(rt, panics, vec![7])).unwrap_err();
    assert_eq!(
        Runtime::attach(|_| error.to_string()).unwrap(),
        "Failure(\"panics at 7\")"
    );
}
