//! A closure that other threads may not have: any domain may call or drop it.

use std::cell::Cell;
use std::rc::Rc;

use bactrian::{Function, Runtime};

#[bactrian::func]
fn shares(n: isize) -> Function<(), isize> {
    let n = Rc::new(n);
    Function::new(move |_: &mut Runtime| *n)
}

#[bactrian::func]
fn counts(n: isize) -> Function<(), isize> {
    let n = Cell::new(n);
    Function::new(move |_: &mut Runtime| n.replace(n.get() + 1))
}

fn main() {}
