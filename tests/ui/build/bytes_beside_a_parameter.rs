//! No array of the parameter: any type goes.
use bactrian::{FromValue, ToValue};

#[derive(FromValue, ToValue)]
struct Single<T> {
    one: T,
    others: Option<T>,
    bytes: Vec<u8>,
}

#[bactrian::func]
fn same(x: Single<u8>) -> Single<u8> {
    x
}

fn main() {}
