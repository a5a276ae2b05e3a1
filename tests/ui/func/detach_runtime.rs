//! A detached function has no runtime, not even one that it does not ask for.

#[bactrian::func(detach)]
fn uses_runtime(n: isize) -> isize {
    gc.poll().unwrap();
    n
}

fn main() {}
