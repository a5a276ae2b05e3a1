//! Zarith's `Z.t`: an immediate when the integer fits, else a custom block of a word with the sign
//! and the number of limbs, and the limbs of the magnitude, the least significant first.
//!
//! The blocks have Zarith's own operations, which it registers as `_z` when its module `Z` is
//! initialised: so they compare, hash and marshal as Zarith's own blocks do.

use core::ffi::c_void;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use alloc::string::String;
use bactrian_sys as sys;

use super::{FromValue, ToValue, TypeExpr, to_value_by_build};
use crate::runtime::Allocator;
use crate::value::{ConversionError, Value};

pub(super) const TYPE: TypeExpr = TypeExpr::named("Z.t");

/// The sign, in the word before the limbs.
const NEGATIVE: usize = 1 << (usize::BITS - 1);

/// Zarith's operations, once they have been found.
static OPERATIONS: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// Zarith's operations; null when Zarith is not there.
#[inline]
fn operations() -> *const c_void {
    let known = OPERATIONS.load(Ordering::Relaxed);
    if known.is_null() { find() } else { known }
}

#[cold]
#[inline(never)]
fn find() -> *const c_void {
    // SAFETY: the runtime is held (a conversion called this). What is registered stays.
    let found = unsafe { sys::caml_find_custom_operations(c"_z".as_ptr()) };
    OPERATIONS.store(found.cast_mut(), Ordering::Relaxed);
    found
}

/// A `Z.t` taken apart.
#[derive(Clone, Copy)]
pub(super) enum Integer<'gc> {
    Small(isize),
    /// The limbs need not be as few as possible.
    Large {
        negative: bool,
        limbs: &'gc [usize],
    },
}

impl<'gc> Integer<'gc> {
    /// Reads a value.
    #[inline]
    pub(super) fn read(value: Value<'gc>) -> Result<Self, ConversionError> {
        if value.is_int() {
            return Ok(Integer::Small(sys::int_of(value.raw())));
        }
        match value.header() {
            Some(header)
                if sys::header_tag(header) == sys::CUSTOM_TAG
                    && sys::header_wosize(header) >= 2 =>
            {
                let block = value.raw() as *const usize;
                // SAFETY: the block has two words at least, the first of them its operations.
                let (of, head) = unsafe { (block.read() as *const c_void, block.add(1).read()) };
                let length = head & !NEGATIVE;
                let zarith = operations();
                if of != zarith || zarith.is_null() || length > sys::header_wosize(header) - 2 {
                    return Err(value.unexpected("a Z.t"));
                }
                Ok(Integer::Large {
                    negative: head & NEGATIVE != 0,
                    // SAFETY: the block has so many limbs. Nobody writes to a `Z.t`, and nothing
                    // moves it as long as the runtime is borrowed.
                    limbs: unsafe { core::slice::from_raw_parts(block.add(2), length) },
                })
            }
            _ => Err(value.unexpected("a Z.t")),
        }
    }

    /// The sign and the magnitude, if that has 128 bits.
    fn parts(self) -> Option<(bool, u128)> {
        match self {
            Integer::Small(n) => Some((n < 0, n.unsigned_abs() as u128)),
            Integer::Large { negative, limbs } => {
                let mut magnitude = 0;
                for (i, &limb) in limbs.iter().enumerate() {
                    if i < size_of::<u128>() / size_of::<usize>() {
                        magnitude |= (limb as u128) << (i as u32 * usize::BITS);
                    } else if limb != 0 {
                        return None;
                    }
                }
                Some((negative && magnitude != 0, magnitude))
            }
        }
    }

    /// The integer in words, as the end of "expected ..., got ...".
    #[cold]
    #[inline(never)]
    pub(super) fn describe(self) -> String {
        let sign = |negative| if negative { "-" } else { "" };
        match (self.parts(), self) {
            (Some((negative, magnitude)), _) => alloc::format!("{}{magnitude}", sign(negative)),
            (None, Integer::Small(n)) => alloc::format!("{n}"),
            (None, Integer::Large { negative, limbs }) => {
                let above = limbs.iter().rev().skip_while(|&&limb| limb == 0);
                let highest = above.clone().next().map_or(0, |limb| limb.leading_zeros());
                let bits = above.count() * usize::BITS as usize - highest as usize;
                let kind = if negative { "a negative" } else { "an" };
                alloc::format!("{kind} integer of {bits} bits")
            }
        }
    }
}

impl<'gc> Allocator<'gc> {
    /// Makes a `Z.t` of `limbs`, the least significant first, of which the last is not 0.
    #[inline]
    pub(super) fn integer(
        &mut self,
        negative: bool,
        mut limbs: impl ExactSizeIterator<Item = usize>,
    ) -> Value<'gc> {
        const HIGHEST: usize = sys::MAX_INT as usize;
        let length = limbs.len();
        let mut first = None;
        if length <= 1 {
            let limb = limbs.next().unwrap_or(0);
            if limb <= HIGHEST + usize::from(negative) {
                let n = limb as isize;
                let n = if negative { n.wrapping_neg() } else { n };
                // SAFETY: an immediate; the number fits.
                return unsafe { self.value(sys::int(n)) };
            }
            first = Some(limb);
        }
        let operations = operations();
        if operations.is_null() {
            no_zarith();
        }
        let block = self.words(sys::CUSTOM_TAG, 2 + length);
        // SAFETY: the block has 2 + `length` words, and all are written: where the iterator should
        // end early, with zeros.
        unsafe {
            block.write(operations as usize);
            block
                .add(1)
                .write(length | if negative { NEGATIVE } else { 0 });
            for i in 0..length {
                let limb = first.take().or_else(|| limbs.next()).unwrap_or(0);
                block.add(2 + i).write(limb);
            }
        }
        // SAFETY: just made.
        unsafe { self.value(block as sys::Value) }
    }
}

#[cold]
#[inline(never)]
fn no_zarith() -> ! {
    panic!(
        "an integer that does not fit OCaml's int is a Z.t of Zarith, and Zarith's module Z is not \
         part of this program (link zarith.cmxa or zarith.cma, and use Z or link with -linkall)"
    )
}

#[cold]
#[inline(never)]
fn out_of_range<T: core::fmt::Display>(got: Integer<'_>, least: T, most: T) -> ConversionError {
    ConversionError::new(
        alloc::format!("an integer between {least} and {most}"),
        got.describe(),
    )
}

macro_rules! of_128_bits {
    ($($int:ident $read:expr;)*) => {$(
        impl<'gc> FromValue<'gc> for $int {
            const TYPE: TypeExpr = TYPE;

            fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
                let integer = Integer::read(value)?;
                let read: fn(bool, u128) -> Option<$int> = $read;
                match integer.parts().and_then(|(negative, magnitude)| read(negative, magnitude)) {
                    Some(n) => Ok(n),
                    None => Err(out_of_range(integer, $int::MIN, $int::MAX)),
                }
            }
        }

        impl ToValue for $int {
            const TYPE: TypeExpr = TYPE;
            to_value_by_build!();

            fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                #[allow(unused_comparisons)]
                let negative = *self < 0;
                let magnitude = if negative { (*self as u128).wrapping_neg() } else { *self as u128 };
                let bits = u128::BITS - magnitude.leading_zeros();
                let limbs = (0..bits.div_ceil(usize::BITS) as usize)
                    .map(|i| (magnitude >> (i as u32 * usize::BITS)) as usize);
                allocator.integer(negative, limbs)
            }
        }
    )*};
}
of_128_bits! {
    i128 |negative, magnitude| {
        if negative { 0i128.checked_sub_unsigned(magnitude) } else { magnitude.try_into().ok() }
    };
    u128 |negative, magnitude| (!negative).then_some(magnitude);
}
