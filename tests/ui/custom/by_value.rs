//! A value is taken out of its block by `Taken`.
use bactrian::Custom;

#[derive(Custom)]
#[ocaml(mutable)]
struct Counter(u8);

#[bactrian::func]
fn take(counter: Counter) -> u8 {
    counter.0
}

fn main() {}
