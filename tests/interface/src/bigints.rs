//! Integers of any size, which are Zarith's.

use bactrian::{FromValue, ToValue};
use num_bigint::{BigInt, BigUint};

/// A ratio of integers.
#[derive(FromValue, ToValue)]
pub struct Ratio {
    pub numerator: BigInt,
    pub denominator: BigUint,
}

/// The product of the numbers up to this one.
#[bactrian::func]
fn factorial(n: usize) -> BigUint {
    (1..=n).product()
}

#[bactrian::func]
fn negated(ratio: Ratio) -> Ratio {
    Ratio {
        numerator: -ratio.numerator,
        ..ratio
    }
}

/// Integers that Rust has itself.
#[bactrian::func]
fn widened(x: i64) -> i128 {
    i128::from(x) << 64
}
