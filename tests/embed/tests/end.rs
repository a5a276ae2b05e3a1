//! A program from before the start to after the end of OCaml.

use bactrian::{AttachError, InitError, Root, Runtime, ShutdownError, ToValue};
use bactrian_embed_tests as ocaml;
use bactrian_embed_tests::Watched;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

#[test]
fn from_start_to_end() {
    assert_eq!(Runtime::attach(|_| ()), Err(AttachError::NotStarted));
    assert_eq!(Runtime::shutdown(), Err(ShutdownError::NotStarted));
    assert_eq!(
        Runtime::init(["a\0b"]),
        Err(InitError::Argument { index: 0 })
    );

    // The thread that starts OCaml need not go on.
    thread::spawn(|| Runtime::init(["end"]).unwrap())
        .join()
        .unwrap();
    assert_eq!(Runtime::init(["end"]), Err(InitError::Running));
    assert_eq!(Runtime::init_once(["end"]), Ok(()));

    let file = std::env::temp_dir().join(format!("bactrian-end-{}", std::process::id()));
    Runtime::attach(|rt| ocaml::write_at_exit(rt, file.to_str().unwrap()))
        .unwrap()
        .unwrap();

    // A thread that has used OCaml ends after OCaml, with roots.
    let (to_thread, from_main) = channel::<()>();
    let (to_main, from_thread) = channel();
    let late = thread::spawn(move || {
        let make = || Runtime::attach(|rt| Root::new(rt, "of a thread".to_value(rt))).unwrap();
        let (kept, sent) = (make(), make());
        to_main.send(sent).unwrap();
        from_main.recv().unwrap();
        assert_eq!(Runtime::attach(|_| ()), Err(AttachError::ShutDown));
        drop(kept);
    });
    let sent = from_thread.recv().unwrap();
    let kept: Vec<Root> = Runtime::attach(|rt| {
        (0..5000isize)
            .map(|n| Root::new(rt, n.to_string().to_value(rt)))
            .collect()
    })
    .unwrap();
    let error = Runtime::attach(|rt| ocaml::fails(rt, "kept").unwrap_err()).unwrap();

    // Values that the collector owns, with roots: one that OCaml keeps, one that Rust keeps.
    let dropped = Arc::new(AtomicUsize::new(0));
    let watched: Root = Runtime::attach(|rt| {
        let watched = |rt: &Runtime, text: &str| Watched {
            root: Root::new(rt, text.to_value(rt)),
            dropped: Arc::clone(&dropped),
        };
        let value = watched(rt, "of OCaml");
        ocaml::keep(rt, Arc::new(value)).unwrap();
        ocaml::collect(rt).unwrap();
        Root::new(rt, watched(rt, "of Rust").into_value(rt))
    })
    .unwrap();
    assert_eq!(dropped.load(Ordering::Relaxed), 0);

    Runtime::shutdown().unwrap();
    assert_eq!(dropped.load(Ordering::Relaxed), 2);
    drop(watched);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "the end");
    std::fs::remove_file(&file).unwrap();

    assert_eq!(Runtime::shutdown(), Err(ShutdownError::ShutDown));
    assert_eq!(Runtime::init(["end"]), Err(InitError::ShutDown));
    assert_eq!(Runtime::init_once(["end"]), Err(InitError::ShutDown));
    assert_eq!(Runtime::attach(|_| ()), Err(AttachError::ShutDown));
    // Later drops do nothing.
    drop((kept, sent));
    let _ = error.to_string();
    drop(error);
    to_thread.send(()).unwrap();
    late.join().unwrap();
    let new = thread::spawn(|| Runtime::attach(|_| ())).join().unwrap();
    assert_eq!(new, Err(AttachError::ShutDown));
}
