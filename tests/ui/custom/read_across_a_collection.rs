//! What a handle gives is alive as long as nothing collects.
use bactrian::{Custom, Root, Runtime};

#[derive(Custom)]
struct Counter(u8);

#[bactrian::func]
fn across(rt: &mut Runtime, counter: Root<Counter>) -> u8 {
    let borrowed: &Counter = counter.get(rt).to().unwrap();
    rt.poll().unwrap();
    borrowed.0
}

#[bactrian::func]
fn in_an_option(rt: &mut Runtime, counter: Option<&Counter>) -> u8 {
    rt.poll().unwrap();
    counter.map_or(0, |counter| counter.0)
}

fn main() {}
