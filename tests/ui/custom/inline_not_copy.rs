//! What is in the block itself is copied.
use bactrian::Custom;

#[derive(Custom)]
#[ocaml(inline)]
struct Dropped(String);

fn main() {}
