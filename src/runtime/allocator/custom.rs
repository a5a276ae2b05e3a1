//! Custom blocks that are finalised, and the functions of OCaml's that have one for a Rust closure.

use core::sync::atomic::{AtomicUsize, Ordering};

use bactrian_sys as sys;
use sys::{Header, Value as Raw};

use super::{Allocator, NewBlock};

impl Allocator<'_> {
    /// Enters a custom block, which holds nothing outside the heap, among those to be finalised when
    /// they die in the minor heap.
    ///
    /// # Safety
    ///
    /// The block has just been made, in the minor heap, and is entered once.
    #[inline(always)]
    unsafe fn enter_custom(&mut self, block: Raw) {
        // SAFETY: the table is this domain's, which this thread holds; the places are the headers'.
        // What grows a table does not collect.
        unsafe {
            let tables = self.state().byte_add(sys::CUSTOM_TABLE);
            let table = tables
                .cast::<*mut sys::CustomTable>()
                .read()
                .byte_add(sys::CUSTOM_TABLE_AT);
            let element = (*table).ptr;
            if element < (*table).limit {
                (*table).ptr = element.add(1);
                element.write(sys::CustomElement {
                    block,
                    memory: 0,
                    most: 1,
                });
            } else {
                sys::bactrian_custom_young(block, 0);
            }
        }
    }

    /// A custom block of these words that is finalised, when the minor heap has room.
    ///
    /// # Safety
    ///
    /// The words are what its operations, the first of them, want.
    #[inline(always)]
    pub(crate) unsafe fn custom_if_room(&mut self, words: [*const (); 2]) -> Option<Raw> {
        let block = self.take(sys::header(2, sys::CUSTOM_TAG))?;
        // SAFETY: `take` reserved two words.
        unsafe {
            write_custom(block.cast(), words);
            self.enter_custom(block as Raw);
        }
        Some(block as Raw)
    }

    /// A custom block of these words that is finalised, and holds so many bytes outside the heap.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::custom_if_room`].
    pub(crate) unsafe fn custom(&mut self, words: [*const (); 2], bytes: usize) -> Raw {
        // SAFETY: the caller's promise, and the block has two words.
        unsafe { self.custom_with(2, bytes, |block| write_custom(block, words)) }
    }

    /// As [`Allocator::custom`], of any size; `write` sets all of its words.
    ///
    /// # Safety
    ///
    /// The words are what its operations, the first of them, want.
    pub(crate) unsafe fn custom_with(
        &mut self,
        wosize: usize,
        bytes: usize,
        write: impl FnOnce(*mut usize),
    ) -> Raw {
        // SAFETY: this allocator borrows the token.
        let NewBlock { block, young } = if unsafe { sys::bactrian_custom_is_large(bytes) } != 0 {
            NewBlock {
                block: self.words_in_major_heap(sys::CUSTOM_TAG, wosize) as Raw,
                young: false,
            }
        } else {
            self.new_block(sys::CUSTOM_TAG, wosize)
        };
        write(block as *mut usize);
        // SAFETY: neither function of the runtime collects, and a block in the minor heap is entered
        // once, so that it is finalised when it dies there.
        unsafe {
            if young {
                sys::bactrian_custom_young(block, bytes);
            } else {
                sys::bactrian_custom_old(bytes);
            }
        }
        block
    }

    /// A custom block of these words that is finalised, and an OCaml function of `wosize` words that
    /// has it in place of the last of `function`, in the minor heap, when that has room for both.
    ///
    /// # Safety
    ///
    /// The custom block's words are what its operations want. `function` has the words of a function's
    /// closure, the last of them the only value; `2 <= wosize <= 4`.
    #[inline(always)]
    pub(crate) unsafe fn closure_if_room(
        &mut self,
        block: [*const (); 2],
        function: &[AtomicUsize; 4],
        wosize: usize,
    ) -> Option<Raw> {
        let start = self.ptr.wrapping_sub((3 + 1 + wosize) * size_of::<usize>());
        if start < self.limit {
            return None;
        }
        self.ptr = start;
        // SAFETY: the words from `young_limit` to `young_ptr` are free for this domain.
        unsafe {
            let custom = (start as *mut Header).add(1);
            custom.sub(1).write(sys::header(2, sys::CUSTOM_TAG));
            write_custom(custom, block);
            let closure = custom.add(3);
            closure.sub(1).write(sys::header(wosize, sys::CLOSURE_TAG));
            write_closure(closure, function, wosize, custom as Raw);
            self.enter_custom(custom as Raw);
            Some(closure as Raw)
        }
    }

    /// An OCaml function as for [`Allocator::closure_if_room`], with a block of the heap.
    ///
    /// # Safety
    ///
    /// As there. This allocator's lifetime protects the block.
    pub(crate) unsafe fn closure_of(
        &mut self,
        custom: Raw,
        function: &[AtomicUsize; 4],
        wosize: usize,
    ) -> Raw {
        let new = self.new_block(sys::CLOSURE_TAG, wosize);
        // SAFETY: the block has so many words, the last of them an immediate before it is the value.
        unsafe {
            write_closure(new.block as *mut usize, function, wosize, sys::UNIT);
            self.initialize(new, wosize - 1, custom);
        }
        new.block
    }
}

/// Writes the words of a custom block, one by one: they stay in registers.
///
/// # Safety
///
/// `block` is one of two words.
#[inline(always)]
unsafe fn write_custom(block: *mut usize, words: [*const (); 2]) {
    for (i, word) in words.into_iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe { block.cast::<*const ()>().add(i).write(word) };
    }
}

/// Writes the words of an OCaml function, with another value in place of the last.
///
/// # Safety
///
/// `block` is one of `wosize` words, 2 to 4, which needs no write barrier.
#[inline(always)]
unsafe fn write_closure(block: *mut usize, function: &[AtomicUsize; 4], wosize: usize, value: Raw) {
    let word = |i: usize| function[i].load(Ordering::Relaxed);
    // SAFETY: the caller's promise.
    unsafe {
        block.write(word(0));
        if wosize > 2 {
            block.add(1).write(word(1));
        }
        if wosize > 3 {
            block.add(2).write(word(2));
        }
        block.add(wosize - 1).cast::<Raw>().write(value);
    }
}
