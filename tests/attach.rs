//! Threads that take the runtime and give it back, without any OCaml code.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use bactrian::{AttachError, FromValue, InitError, List, Root, Runtime, ToValue};

/// What each test begins with: they run in parallel.
fn start() {
    Runtime::init_once(["attach"]).unwrap();
}

#[test]
fn eight_threads_and_roots() {
    start();
    let held = AtomicUsize::new(0);
    let roots: Vec<Root<List<String>>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread: usize| {
                let held = &held;
                scope.spawn(move || {
                    let mut roots = Vec::new();
                    for i in 0..200 {
                        let root = Runtime::attach(|rt| {
                            assert_eq!(held.fetch_add(1, Ordering::SeqCst), 0);
                            let texts: std::collections::LinkedList<String> =
                                (0..20).map(|n| format!("{thread} {i} {n}")).collect();
                            let root = Root::new(rt, texts.to_value(rt).to().unwrap());
                            rt.poll().unwrap();
                            assert_eq!(held.fetch_sub(1, Ordering::SeqCst), 1);
                            root
                        })
                        .unwrap();
                        if i % 3 != 0 {
                            roots.push(root);
                        }
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
    Runtime::attach(|rt| {
        let texts = |root: &Root<List<String>>| -> Vec<String> {
            let list = root.get(rt).to::<std::collections::LinkedList<String>>();
            list.unwrap().into_iter().collect()
        };
        assert_eq!(texts(&roots[0])[19], "0 1 19");
        assert_eq!(texts(roots.last().unwrap())[0], "7 199 0");
    })
    .unwrap();
}

#[test]
fn nested() {
    start();
    let inner = Runtime::attach(|_rt| Runtime::attach(|_rt| ())).unwrap();
    assert_eq!(inner, Err(AttachError::Attached));
    let inner = Runtime::attach(|_rt| Runtime::init([""])).unwrap();
    assert_eq!(inner, Err(InitError::Running));
    // With the token lent to `detach` it is not.
    let inner = Runtime::attach(|rt| {
        rt.detach(|| {
            let inner = Runtime::attach(|rt| {
                rt.poll().unwrap();
                assert_eq!(Runtime::attach(|_| ()), Err(AttachError::Attached));
                rt.detach(|| Runtime::attach(|rt| "deep".to_value(rt).to::<String>().unwrap()))
            });
            assert_eq!(Runtime::attach(|_| ()), Ok(()));
            inner
        })
    });
    assert_eq!(inner, Ok(Ok(Ok("deep".to_owned()))));
}

#[test]
fn panics() {
    start();
    let panic = thread::spawn(|| Runtime::attach(|_rt| panic!("attached"))).join();
    assert_eq!(*panic.unwrap_err().downcast::<&str>().unwrap(), "attached");
    for _ in 0..2 {
        let panic = std::panic::catch_unwind(|| Runtime::attach(|_rt| panic!("attached")));
        assert!(panic.is_err());
        let kept = Runtime::attach(|rt| {
            let root = Root::new(rt, "kept".to_value(rt));
            let detached = std::panic::AssertUnwindSafe(|| rt.detach(|| panic!("detached")));
            assert!(std::panic::catch_unwind(detached).is_err());
            assert_eq!(Runtime::attach(|_| ()), Err(AttachError::Attached));
            rt.poll().unwrap();
            root.get(rt).to::<String>().unwrap()
        });
        assert_eq!(kept.as_deref(), Ok("kept"));
    }
}

#[test]
fn others_run_while_one_is_detached() {
    start();
    let (to_other, from_one) = std::sync::mpsc::channel::<Root>();
    let (to_one, from_other) = std::sync::mpsc::channel::<String>();
    let other = thread::spawn(move || {
        for root in from_one {
            let text = Runtime::attach(|rt| root.get(rt).to::<String>().unwrap()).unwrap();
            to_one.send(text).unwrap();
        }
    });
    // What `detach` gets is `Send`.
    let from_other = std::sync::Mutex::new(from_other);
    Runtime::attach(|rt| {
        for n in 0..100 {
            let root = Root::new(rt, format!("message {n}").to_value(rt));
            // The answer can only come while this thread does not have the runtime.
            let answer = rt.detach(|| {
                to_other.send(root).unwrap();
                from_other.lock().unwrap().recv().unwrap()
            });
            assert_eq!(answer, format!("message {n}"));
        }
        // A thread that ends takes leave of OCaml, for which it needs the runtime.
        rt.detach(|| {
            drop(to_other);
            other.join().unwrap();
        });
    })
    .unwrap();
}

#[derive(FromValue, ToValue)]
struct Shared(#[ocaml(share)] Arc<String>, #[ocaml(share)] Arc<String>);

/// Destructors of thread-local variables that use OCaml, before and after ours.
#[test]
fn attach_at_the_end_of_a_thread() {
    struct AtEnd(Root);
    impl Drop for AtEnd {
        fn drop(&mut self) {
            ENDS.fetch_add(1, Ordering::SeqCst);
            let text = Runtime::attach(|rt| {
                let text: String = self.0.get(rt).to().unwrap();
                // A conversion with tables of its own, which thread-local variables have.
                let shared = Arc::new(text);
                let pair = Shared(shared.clone(), shared).to_value(rt);
                let Shared(one, other) = pair.to().unwrap();
                assert!(Arc::ptr_eq(&one, &other));
                (*one).clone()
            });
            assert_eq!(text.as_deref(), Ok("at the end"));
            ENDS.fetch_add(1, Ordering::SeqCst);
        }
    }
    static ENDS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static FIRST: std::cell::RefCell<Option<AtEnd>> = const { std::cell::RefCell::new(None) };
        static SECOND: std::cell::RefCell<Option<AtEnd>> = const { std::cell::RefCell::new(None) };
    }
    start();
    for _ in 0..20 {
        thread::spawn(|| {
            FIRST.with(|first| assert!(first.borrow().is_none()));
            let make = || Runtime::attach(|rt| AtEnd(Root::new(rt, "at the end".to_value(rt))));
            let made = (make().unwrap(), make().unwrap());
            SECOND.set(Some(made.0));
            FIRST.set(Some(made.1));
        })
        .join()
        .unwrap();
    }
    assert_eq!(ENDS.load(Ordering::SeqCst), 80);
}

#[test]
fn many_short_threads() {
    start();
    for _ in 0..50 {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| Runtime::attach(|rt| rt.poll()).unwrap().unwrap());
            }
        });
    }
}

/// Threads that are waited for with the runtime held cannot have it, and say so.
#[test]
fn threads_joined_with_the_runtime() {
    start();
    let short = Duration::from_millis(20);
    let ran = AtomicUsize::new(0);
    Runtime::attach(|rt| {
        // More tries than there are threads left waiting.
        let tries = |count: usize| {
            thread::scope(|scope| {
                let attempt =
                    || Runtime::try_attach(short, |_rt| ran.fetch_add(1, Ordering::SeqCst));
                let threads: Vec<_> = (0..count).map(|_| scope.spawn(attempt)).collect();
                let results = threads.into_iter().map(|t| t.join().unwrap());
                results.collect::<Vec<_>>()
            })
        };
        assert_eq!(tries(20), vec![Err(AttachError::Busy); 20]);
        assert_eq!(ran.load(Ordering::SeqCst), 0);
        assert_eq!(
            Runtime::try_attach(short, |_| ()),
            Err(AttachError::Attached)
        );
        rt.poll().unwrap();
    })
    .unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 0);
}

/// What is tried borrows, returns, panics, attaches again, as on one thread.
#[test]
fn tries() {
    start();
    let long = Duration::from_secs(600);
    let texts = ["borrowed".to_owned()];
    for _ in 0..20 {
        let read = Runtime::try_attach(long, |rt| texts[0].to_value(rt).to::<String>().unwrap());
        assert_eq!(read.as_ref(), Ok(&texts[0]));
    }
    assert_eq!(Runtime::try_attach(Duration::MAX, |_rt| 1), Ok(1));
    let panic = std::panic::catch_unwind(|| Runtime::try_attach(long, |_rt| panic!("tried")));
    assert_eq!(*panic.unwrap_err().downcast::<&str>().unwrap(), "tried");
    let inner = Runtime::try_attach(long, |rt| {
        let inner = Runtime::try_attach(long, |_rt| ());
        // While one is detached others get their turn.
        (inner, rt.detach(|| Runtime::try_attach(long, |_rt| 2)))
    });
    assert_eq!(inner, Ok((Err(AttachError::Attached), Ok(2))));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for n in 0..20 {
                    let sum = Runtime::try_attach(long, |rt| {
                        rt.poll().unwrap();
                        rt.detach(|| Runtime::attach(|rt| rt.poll().unwrap()).unwrap());
                        n + 1
                    });
                    assert_eq!(sum, Ok(n + 1));
                }
            });
        }
    });
}

#[test]
fn lends_domain_0() {
    start();
    // With every OCaml, this domain being domain 0.
    let numbers = Runtime::attach(|rt| {
        rt.lend(|domain| {
            let number = || domain.attach(|rt| rt.lend(|domain| domain.number()));
            let other = thread::scope(|scope| {
                let both = || (number(), Runtime::attach(|_rt| ()), number());
                scope.spawn(both).join().unwrap()
            });
            assert_eq!(other, (Ok(0), Ok(()), Ok(0)));
            [Ok(domain.number()), number()]
        })
    });
    assert_eq!(numbers, Ok([Ok(0), Ok(0)]));
    let nested =
        Runtime::attach(|rt| rt.lend(|domain| domain.attach(|_rt| domain.attach(|_rt| ()))));
    assert_eq!(nested, Ok(Ok(Err(AttachError::Attached))));
}

#[bactrian::func]
fn allocates(rt: &mut Runtime) -> String {
    rt.detach(|| "not reached".to_owned())
}

/// C code that calls a function of OCaml's on a thread without the runtime, which is released: a message.
/// The program cannot go on.
#[test]
#[cfg(debug_assertions)]
fn called_without_the_runtime() {
    unsafe extern "C" {
        fn attach_allocates(unit: usize) -> usize;
    }
    const CHILD: &str = "BACTRIAN_CALLED_WITHOUT";
    if let Some(how) = std::env::var_os(CHILD) {
        start();
        let call = || {
            // SAFETY: none: this is the mistake. It ends the program before anything is done.
            unsafe { attach_allocates(1) };
        };
        if how == "detached" {
            Runtime::attach(|rt| rt.detach(call)).unwrap();
        } else {
            Runtime::attach(|_rt| ()).unwrap();
            call();
        }
        unreachable!("the call returns");
    }
    for how in ["detached", "attached before"] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "called_without_the_runtime", "--nocapture"]);
        let output = child.env(CHILD, how).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(
            errors.contains("does not hold the OCaml runtime")
                && errors.contains("Runtime::attach"),
            "{how}: {errors}"
        );
        assert!(!errors.contains("the call returns"), "{how}: {errors}");
    }
}
