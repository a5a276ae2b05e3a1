//! A limit for recursion: conversion of a deep value ends with an error, not with a crash.

use bactrian_sys as sys;

/// What is left free below the deepest conversion: room for what runs in the frames between two
/// checks and for the destructors on the way back.
const RESERVE: usize = 128 * 1024;

/// The deepest that a conversion goes where the stack has no limit (`ulimit -s unlimited`): a value
/// that contains itself would take all memory before it is an error.
const MOST: usize = 1 << 30;

/// Too little stack is left to convert one more level of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackExhausted;

/// Fails when this thread's stack is nearly used up.
///
/// Recursive conversions call it once a level, where the recursion goes through a pointer
/// (`Box`, `Rc`, `Vec`...), so that types without recursion pay nothing.
#[inline(always)]
pub(crate) fn check_stack() -> Result<(), StackExhausted> {
    if is_above(limit()) {
        Ok(())
    } else {
        Err(StackExhausted)
    }
}

/// Panics when this thread's stack is nearly used up.
#[inline(always)]
pub(crate) fn expect_stack() {
    if check_stack().is_err() {
        too_deep();
    }
}

#[cold]
#[inline(never)]
pub(super) fn too_deep() -> ! {
    panic!("{}", crate::value::ConversionError::from(StackExhausted))
}

/// Whether the stack has not come down to this address.
#[inline(always)]
pub(super) fn is_above(limit: usize) -> bool {
    approximate_stack_pointer() >= limit
}

#[inline(always)]
fn approximate_stack_pointer() -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        let sp: usize;
        // SAFETY: reads a register.
        unsafe {
            core::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags))
        };
        sp
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let local = 0u8;
        core::hint::black_box(&raw const local) as usize
    }
}

/// Lowest address that a conversion may reach; 1 when the thread's stack is not known.
#[cfg(feature = "std")]
#[inline(always)]
pub(super) fn limit() -> usize {
    use core::cell::Cell;
    std::thread_local! {
        static LIMIT: Cell<usize> = const { Cell::new(0) };
    }
    LIMIT.with(|limit| match limit.get() {
        0 => {
            let found = find_limit();
            limit.set(found);
            found
        }
        known => known,
    })
}

#[cfg(not(feature = "std"))]
pub(super) fn limit() -> usize {
    find_limit()
}

#[cold]
fn find_limit() -> usize {
    match sys::bactrian_stack_low() {
        0 => 1,
        low => (low + RESERVE).max(approximate_stack_pointer().saturating_sub(MOST)),
    }
}
