//! OCaml shares what is not `mutable`.
use bactrian::{BorrowedMut, Custom, Taken};

#[derive(Custom)]
struct Counter(u8);

#[bactrian::func]
fn increment(counter: &mut Counter) {
    counter.0 += 1;
}

#[bactrian::func]
fn close(counter: Taken<Counter>) {
    drop(counter);
}

#[bactrian::func]
fn increment_all(counters: Vec<BorrowedMut<Counter>>) {
    drop(counters);
}

fn main() {}
