//! Integers of any size, and of 128 bits.

use num_bigint::{BigInt, BigUint};

use crate::conversions;

conversions! {
    read_bigint echo_bigint BigInt;
    read_biguint echo_biguint BigUint;
    read_i128 echo_i128 i128;
    read_u128 echo_u128 u128;
    read_bigints echo_bigints Vec<Option<BigInt>>;
}

#[bactrian::func]
fn hex_bigint(value: BigInt) -> String {
    format!("{value:x}")
}

#[bactrian::func]
fn bigint_of_decimal(text: &str) -> BigInt {
    text.parse().expect("a number")
}

/// The sum, difference and product.
#[bactrian::func]
fn bigint_arithmetic(a: BigInt, b: BigInt) -> (BigInt, BigInt, BigInt) {
    (&a + &b, &a - &b, a * b)
}

/// Beyond OCaml's `int`, where there is no Zarith.
#[bactrian::func]
fn large_i128() -> i128 {
    i128::MAX
}
