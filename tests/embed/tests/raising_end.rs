//! An `at_exit` function of OCaml's raises an exception: the end comes all the same.

use bactrian::{AttachError, Root, Runtime, ShutdownError, ToValue};
use bactrian_embed_tests as ocaml;

#[test]
fn an_exception_at_the_end() {
    Runtime::init(["test"]).unwrap();
    let kept = Runtime::attach(|rt| {
        ocaml::raise_at_exit(rt).unwrap();
        Root::new(rt, "kept".to_value(rt))
    })
    .unwrap();
    assert_eq!(Runtime::shutdown(), Ok(()));
    assert_eq!(Runtime::attach(|_| ()), Err(AttachError::ShutDown));
    assert_eq!(Runtime::shutdown(), Err(ShutdownError::ShutDown));
    drop(kept);
}
