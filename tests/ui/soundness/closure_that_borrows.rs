//! A closure that borrows from the function that makes it: OCaml may call it later.

use bactrian::{Function, Runtime};

#[bactrian::func]
fn prefixer(prefix: String) -> Function<(String,), String> {
    Function::new(|_: &mut Runtime, text: String| format!("{prefix}{text}"))
}

fn main() {}
