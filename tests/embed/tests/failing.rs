//! OCaml raises an exception when it is started.

use bactrian::{AttachError, InitError, Runtime, ShutdownError};
// The OCaml code comes with it.
use bactrian_embed_tests as _;

#[test]
fn an_exception_at_the_start() {
    let exception = "Failure(\"no start today\")".to_owned();
    assert_eq!(
        Runtime::init(["test", "fail"]),
        Err(InitError::Failed(exception))
    );
    assert_eq!(
        Runtime::init(["test"]),
        Err(InitError::Failed(String::new()))
    );
    assert_eq!(Runtime::attach(|_| ()), Err(AttachError::Failed));
    assert_eq!(Runtime::shutdown(), Err(ShutdownError::NotStarted));
}
