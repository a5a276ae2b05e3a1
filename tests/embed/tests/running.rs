//! Tests that run in parallel, as in any Rust program.

use bactrian::{AttachError, Exception, List, Root, Runtime, ShutdownError, ToValue};
use bactrian_embed_tests as ocaml;
use bactrian_embed_tests::{check_work, with_ocaml};
use std::thread;

#[test]
fn functions_of_a_package() {
    let words = with_ocaml(|rt| ocaml::split(rt, "a few \t words")).unwrap();
    assert_eq!(words, ["a", "few", "words"]);
}

#[test]
fn arguments() {
    let arguments = with_ocaml(ocaml::arguments).unwrap();
    assert_eq!(arguments, ["test", "one"]);
}

#[test]
fn exceptions() {
    let error = with_ocaml(|rt| ocaml::fails(rt, "on purpose")).unwrap_err();
    // Sent to a thread that has never seen OCaml.
    let text = thread::spawn(move || {
        let before = error.to_string();
        (before, Runtime::attach(|_rt| error.to_string()).unwrap())
    });
    let (before, attached) = text.join().unwrap();
    assert!(["an OCaml exception", "Failure(\"on purpose\")"].contains(&before.as_str()));
    assert_eq!(attached, "Failure(\"on purpose\")");
}

#[test]
fn a_stub_cannot_attach() {
    with_ocaml(|rt| {
        assert_eq!(ocaml::in_thread(rt).unwrap(), "Err(Attached)8");
        assert_eq!(ocaml::stub(rt, 21).unwrap(), 42);
        assert_eq!(Runtime::attach(|_| ()), Err(AttachError::Attached));
    });
}

/// Roots made by one thread, read by the next, dropped by a third; collections everywhere.
#[test]
fn eight_threads() {
    let roots: Vec<Root<List<isize>>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8isize)
            .map(|thread| {
                scope.spawn(move || {
                    let mut roots = Vec::new();
                    for i in 0..30 {
                        let root = with_ocaml(|rt| -> Result<_, Exception> {
                            check_work(rt, 100)?;
                            let list: std::collections::LinkedList<isize> =
                                (0..=i).map(|n| n * thread).collect();
                            let root = Root::new(rt, list.to_value(rt).to()?);
                            rt.detach(thread::yield_now);
                            if i % 10 == 0 {
                                ocaml::collect(rt)?;
                            }
                            check_work(rt, 20)?;
                            Ok(root)
                        });
                        roots.push(root.unwrap());
                    }
                    roots
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|t| t.join().unwrap())
            .collect()
    });
    for (index, root) in roots.into_iter().enumerate() {
        let (thread, i) = (index as isize / 30, index as isize % 30);
        let sum = with_ocaml(|rt| {
            let root = root.duplicate(rt);
            rt.detach(|| thread::spawn(move || drop(root)).join().unwrap());
            let other = Root::new(rt, root_value(rt, i, thread));
            ocaml::sum(rt, other)
        });
        assert_eq!(sum.unwrap(), thread * i * (i + 1) / 2);
        let sum = with_ocaml(|rt| ocaml::sum(rt, root)).unwrap();
        assert_eq!(sum, thread * i * (i + 1) / 2);
    }
}

fn root_value(rt: &Runtime, i: isize, thread: isize) -> bactrian::Value<'_, List<isize>> {
    let list: std::collections::LinkedList<isize> = (0..=i).map(|n| n * thread).collect();
    list.to_value(rt).to().unwrap()
}

/// While one thread is detached another runs OCaml code: else neither would end.
#[test]
fn detach_lets_others_run() {
    use std::sync::{Barrier, Mutex, mpsc::channel};
    let barrier = Barrier::new(2);
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        scope.spawn(|| {
            barrier.wait();
            with_ocaml(|rt| check_work(rt, 500)).unwrap();
            sender.send("done").unwrap();
        });
        let receiver = Mutex::new(receiver);
        with_ocaml(|rt| {
            let said = rt.detach(|| {
                barrier.wait();
                receiver.lock().unwrap().recv()
            });
            assert_eq!(said, Ok("done"));
        });
    });
}

#[test]
fn shutdown_of_what_is_used() {
    with_ocaml(|rt| {
        assert_eq!(Runtime::shutdown(), Err(ShutdownError::Attached));
        let outcome = rt.detach(Runtime::shutdown);
        assert!(
            matches!(outcome, Err(ShutdownError::InUse { threads: 1.. })),
            "{outcome:?}"
        );
    });
}
