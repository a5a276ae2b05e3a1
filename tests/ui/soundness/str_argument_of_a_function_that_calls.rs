//! A function that may run OCaml code cannot have an argument that borrows from the heap.
use bactrian::Runtime;

#[bactrian::func]
fn stale(rt: &mut Runtime, text: &str) -> usize {
    rt.poll().unwrap();
    text.len()
}

fn main() {}
