//! Any domain may use and drop a value.
use bactrian::Custom;
use std::rc::Rc;

#[derive(Custom)]
struct Shared(Rc<u8>);

fn main() {}
