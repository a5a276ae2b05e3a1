//! Integers of any size, and of 128 bits.

use bactrian::Value;
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

/// Writes a word of a block that is no value: `Obj.set_raw_field`, which not every OCaml has.
#[bactrian::func(boxed)]
#[expect(unsafe_code, reason = "a block as Zarith would not leave it")]
fn set_raw_field(block: Value<'_>, index: usize, #[ocaml(as = nativeint)] word: isize) {
    assert!(block.size().is_some_and(|size| index < size));
    // SAFETY: the block has such a word, which the collector does not look at.
    unsafe { (block.raw() as *mut isize).add(index).write(word) }
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
