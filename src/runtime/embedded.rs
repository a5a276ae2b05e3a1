//! OCaml for the documentation's examples and Bactrian's own tests.

use super::Runtime;

/// Runs a function with the OCaml runtime, which is started on first use.
///
/// Needs the feature `link`. Any thread may call it.
///
/// # Panics
///
/// When the function does, and when the runtime does not start or this thread has it already.
#[doc(hidden)]
pub fn embedded<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    if let Err(error) = Runtime::init_once(["bactrian"]) {
        panic!("{error}");
    }
    match Runtime::attach(f) {
        Ok(result) => result,
        Err(error) => panic!("{error}"),
    }
}
