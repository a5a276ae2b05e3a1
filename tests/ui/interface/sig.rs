//! Mistakes in `#[sig]`.
#[bactrian::func]
#[sig]
fn nothing() {}

#[bactrian::func]
#[sig("int -> int")]
#[sig("int -> int")]
fn twice(x: isize) -> isize {
    x
}

#[derive(bactrian::FromValue)]
#[sig(int)]
struct Handle(isize);

fn main() {}
