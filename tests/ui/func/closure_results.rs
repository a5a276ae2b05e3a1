//! Closures whose results OCaml cannot have, or that change what they hold.

use bactrian::{Function, Runtime};

#[derive(Debug)]
struct Mine;

impl std::fmt::Display for Mine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("mine")
    }
}
impl std::error::Error for Mine {}

#[bactrian::func]
fn own_error() -> Function<(isize,), isize> {
    Function::new(|_: &mut Runtime, n: isize| if n > 0 { Ok(n) } else { Err(Mine) })
}

#[bactrian::func]
fn another_type() -> Function<(isize,), isize> {
    Function::new(|_: &mut Runtime, n: isize| n > 0)
}

#[bactrian::func]
fn another_argument() -> Function<(isize,), bool> {
    Function::new(|_: &mut Runtime, text: String| text.is_empty())
}

#[bactrian::func]
fn changes(mut n: isize) -> Function<(), isize> {
    Function::new(move |_: &mut Runtime| {
        n += 1;
        n
    })
}

fn main() {}
