//! `BigInt` and `BigUint` of the crate num-bigint.

use alloc::vec::Vec;

use num_bigint::{BigInt, BigUint, Sign};

use super::zarith::{Integer, TYPE};
use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::Allocator;
use crate::value::{ConversionError, Value};

fn magnitude(limbs: &[usize]) -> BigUint {
    if cfg!(target_endian = "little") {
        const HALVES: usize = size_of::<usize>() / size_of::<u32>();
        // SAFETY: the same bytes; the order of halves is that of the limbs.
        let digits =
            unsafe { core::slice::from_raw_parts(limbs.as_ptr().cast(), limbs.len() * HALVES) };
        return BigUint::from_slice(digits);
    }
    let halves = |limb: usize| [limb as u32, (limb as u64 >> 32) as u32];
    let digits = limbs.iter().flat_map(|&limb| {
        let count = size_of::<usize>() / size_of::<u32>();
        halves(limb).into_iter().take(count)
    });
    BigUint::new(digits.collect::<Vec<u32>>())
}

fn build<'gc>(negative: bool, magnitude: &BigUint, allocator: &mut Allocator<'gc>) -> Value<'gc> {
    #[cfg(target_pointer_width = "64")]
    let limbs = magnitude.iter_u64_digits().map(|digit| digit as usize);
    #[cfg(not(target_pointer_width = "64"))]
    let limbs = magnitude.iter_u32_digits().map(|digit| digit as usize);
    allocator.integer(negative, limbs)
}

impl<'gc> FromValue<'gc> for BigInt {
    const TYPE: TypeExpr = TYPE;

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        Ok(match Integer::read(value)? {
            Integer::Small(n) => BigInt::from(n),
            Integer::Large { negative, limbs } => {
                let sign = if negative { Sign::Minus } else { Sign::Plus };
                BigInt::from_biguint(sign, magnitude(limbs))
            }
        })
    }
}

impl ToValue for BigInt {
    const TYPE: TypeExpr = TYPE;
    to_value_by_build!();

    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        build(self.sign() == Sign::Minus, self.magnitude(), allocator)
    }
}

impl<'gc> FromValue<'gc> for BigUint {
    const TYPE: TypeExpr = TYPE;

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let integer = Integer::read(value)?;
        match integer {
            Integer::Small(n) if n >= 0 => Ok(BigUint::from(n.unsigned_abs())),
            Integer::Large { negative, limbs }
                if !negative || limbs.iter().all(|&limb| limb == 0) =>
            {
                Ok(magnitude(limbs))
            }
            _ => Err(ConversionError::new(
                "an integer of at least 0",
                integer.describe(),
            )),
        }
    }
}

impl ToValue for BigUint {
    const TYPE: TypeExpr = TYPE;
    to_value_by_build!();

    fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        build(false, self, allocator)
    }
}
