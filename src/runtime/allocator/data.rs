//! Blocks without values in them: strings, floats, boxed numbers.

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{Allocator, Elsewhere, atom, slowly};

impl Allocator<'_> {
    /// A `string` or `bytes`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn string(&mut self, bytes: &[u8]) -> Raw {
        let word = size_of::<usize>();
        let wosize = bytes.len() / word + 1;
        if wosize <= sys::MAX_YOUNG_WOSIZE
            && let Some(block) = self.take(sys::header(wosize, sys::STRING_TAG))
        {
            // SAFETY: `take` reserved `wosize` words.
            unsafe { write_string(block.cast(), wosize, bytes) };
            return block as Raw;
        }
        self.elsewhere(|| string_elsewhere(bytes))
    }

    /// A `float`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn float(&mut self, float: f64) -> Raw {
        match self.take(sys::header(sys::DOUBLE_WOSIZE, sys::DOUBLE_TAG)) {
            Some(block) => {
                // SAFETY: the block has room for a float, aligned as the runtime aligns it.
                unsafe { block.cast::<f64>().write_unaligned(float) };
                block as Raw
            }
            None => self.elsewhere(|| float_elsewhere(float)),
        }
    }

    /// A `float array`, or a record of floats.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn float_array(&mut self, floats: &[f64]) -> Raw {
        if floats.is_empty() {
            return atom();
        }
        let block = self.words(sys::DOUBLE_ARRAY_TAG, floats.len() * sys::DOUBLE_WOSIZE);
        // SAFETY: the block has room for these floats.
        unsafe {
            block
                .cast::<u8>()
                .copy_from_nonoverlapping(floats.as_ptr().cast(), size_of_val(floats));
        }
        block as Raw
    }

    /// An `int32` or `int64`: a custom block of one number, which needs no finaliser.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn boxed_number<T: Copy>(
        &mut self,
        operations: *const core::ffi::c_void,
        number: T,
    ) -> Raw {
        let wosize = 1 + size_of::<T>().div_ceil(size_of::<usize>());
        match self.take(sys::header(wosize, sys::CUSTOM_TAG)) {
            Some(block) => {
                // SAFETY: `take` reserved `wosize` words.
                unsafe { write_number(block.cast(), operations.addr(), number) };
                block as Raw
            }
            None => self.elsewhere(|| number_elsewhere(operations.addr(), number)),
        }
    }
}

/// Writes the words of a string.
///
/// # Safety
///
/// `block` is one of `wosize` words, as many as a string of so many bytes has.
#[inline(always)]
unsafe fn write_string(block: *mut usize, wosize: usize, bytes: &[u8]) {
    let word = size_of::<usize>();
    // SAFETY: `wosize` words are more bytes than `bytes` has. The last one is the padding: zeros,
    // and in the last byte their number.
    unsafe {
        let padding = wosize * word - 1 - bytes.len();
        let last = (padding << (8 * (word - 1))).to_le();
        block.add(wosize - 1).write(last);
        copy_bytes(bytes.as_ptr(), block.cast(), bytes.len());
    }
}

/// Copies bytes: a few without a call.
///
/// # Safety
///
/// As for [`core::ptr::copy_nonoverlapping`].
#[inline(always)]
pub(crate) unsafe fn copy_bytes(from: *const u8, to: *mut u8, length: usize) {
    /// Copies the first and the last bytes, which may be the same ones.
    #[inline(always)]
    unsafe fn ends<T: Copy>(from: *const u8, to: *mut u8, length: usize) {
        let rest = length - size_of::<T>();
        // SAFETY: the caller's promise, and `length` is at least the size of a `T`. Both are read
        // before anything is written.
        unsafe {
            let first = from.cast::<T>().read_unaligned();
            let last = from.add(rest).cast::<T>().read_unaligned();
            to.cast::<T>().write_unaligned(first);
            to.add(rest).cast::<T>().write_unaligned(last);
        }
    }
    // SAFETY: the caller's promise.
    unsafe {
        match length {
            8..16 => ends::<u64>(from, to, length),
            16..=32 => ends::<u128>(from, to, length),
            _ => to.copy_from_nonoverlapping(from, length),
        }
    }
}

/// Writes the words of a boxed number.
///
/// # Safety
///
/// `block` is one of a word and as many as the number takes.
#[inline(always)]
unsafe fn write_number<T>(block: *mut usize, operations: usize, number: T) {
    // SAFETY: the block has room for the pointer and the number. A smaller number leaves the rest
    // of its word as it was: it is set first.
    unsafe {
        block.write(operations);
        block
            .add(size_of::<T>().div_ceil(size_of::<usize>()))
            .write(0);
        block.add(1).cast::<T>().write_unaligned(number);
    }
}

#[cold]
#[inline(never)]
fn string_elsewhere(bytes: &[u8]) -> Elsewhere {
    slowly(|allocator| {
        let wosize = bytes.len() / size_of::<usize>() + 1;
        let block = allocator.words_slowly(sys::STRING_TAG, wosize);
        // SAFETY: `words_slowly` reserved `wosize` words.
        unsafe { write_string(block, wosize, bytes) };
        block as Raw
    })
}

#[cold]
#[inline(never)]
fn float_elsewhere(float: f64) -> Elsewhere {
    slowly(|allocator| {
        let block = allocator.words_slowly(sys::DOUBLE_TAG, sys::DOUBLE_WOSIZE);
        // SAFETY: the block has room for a float, aligned as the runtime aligns it.
        unsafe { block.cast::<f64>().write_unaligned(float) };
        block as Raw
    })
}

#[cold]
#[inline(never)]
fn number_elsewhere<T>(operations: usize, number: T) -> Elsewhere {
    slowly(|allocator| {
        let wosize = 1 + size_of::<T>().div_ceil(size_of::<usize>());
        let block = allocator.words_slowly(sys::CUSTOM_TAG, wosize);
        // SAFETY: `words_slowly` reserved `wosize` words.
        unsafe { write_number(block, operations, number) };
        block as Raw
    })
}
