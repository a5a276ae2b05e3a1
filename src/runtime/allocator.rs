//! Allocation that never moves a value.
//!
//! A collection happens only where the runtime polls, and nothing here polls. A block is taken
//! from the free part of the minor heap by the same few instructions that ocamlopt emits; where
//! that part is used up, or the runtime wants attention (`young_limit` is raised for that), the
//! block comes from the major heap, and a collection is asked for at the next poll.

use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::{Header, Value as Raw};

use super::Runtime;

/// Takes blocks from the heap, with the bounds of the minor heap's free part held in registers.
///
/// The bounds are written back when it is dropped, and around everything that could allocate by
/// another way ([`Allocator::escape`]).
#[doc(hidden)]
pub struct Allocator<'gc> {
    /// Copy of `young_ptr`: blocks are taken downwards from here.
    ptr: usize,
    /// Copy of `young_limit`.
    limit: usize,
    state: *mut sys::State,
    runtime: PhantomData<&'gc Runtime>,
}

impl Drop for Allocator<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.flush();
    }
}

impl<'gc> Allocator<'gc> {
    /// Reads the bounds. The token may be used for nothing that allocates until it is dropped.
    #[inline(always)]
    pub fn new(_: &'gc Runtime) -> Self {
        let state = sys::state();
        let mut allocator = Allocator {
            ptr: 0,
            limit: 0,
            state,
            runtime: PhantomData,
        };
        allocator.reload();
        allocator
    }

    #[inline(always)]
    fn flush(&mut self) {
        // SAFETY: the state of the domain that this thread holds (its token is borrowed); the
        // offset is the header's. Between `ptr` and the old `young_ptr` lie whole blocks.
        unsafe {
            self.state
                .byte_add(sys::YOUNG_PTR)
                .cast::<usize>()
                .write(self.ptr)
        };
    }

    #[inline(always)]
    fn reload(&mut self) {
        // SAFETY: as in `flush`. On OCaml 5 other domains write `young_limit`: the read is atomic.
        unsafe {
            self.ptr = self.state.byte_add(sys::YOUNG_PTR).cast::<usize>().read();
            let limit = self.state.byte_add(sys::YOUNG_LIMIT);
            self.limit = (*limit.cast::<core::sync::atomic::AtomicUsize>())
                .load(core::sync::atomic::Ordering::Relaxed);
        }
    }

    /// Runs code that may allocate through the token.
    #[inline(always)]
    pub fn escape<R>(&mut self, f: impl FnOnce(&'gc Runtime) -> R) -> R {
        self.flush();
        // SAFETY: this allocator borrows the token, which has no size. Its copies are written back
        // before, and read again after, also when `f` panics.
        let runtime: &'gc Runtime = unsafe { &*core::ptr::NonNull::dangling().as_ptr() };
        struct Reload<'a, 'gc>(&'a mut Allocator<'gc>);
        impl Drop for Reload<'_, '_> {
            #[inline(always)]
            fn drop(&mut self) {
                self.0.reload();
            }
        }
        let _reload = Reload(self);
        f(runtime)
    }

    /// The free words of the minor heap, at least.
    #[inline(always)]
    pub(crate) fn room(&self) -> usize {
        self.ptr.saturating_sub(self.limit) / size_of::<usize>()
    }

    /// Takes space for a block in the minor heap, writes its header, and returns the address of
    /// its first field; `None` when there is no room. The fields are to be set at once.
    #[inline(always)]
    fn take(&mut self, header: Header) -> Option<*mut Raw> {
        let bytes = (sys::header_wosize(header) + 1) * size_of::<usize>();
        let start = self.ptr.wrapping_sub(bytes);
        // No wrap-around: a small block is smaller than the addresses below any heap.
        if start >= self.limit {
            self.ptr = start;
            let start = start as *mut Header;
            // SAFETY: the words from `young_limit` to `young_ptr` are free for this domain.
            unsafe {
                start.write(header);
                Some(start.add(1).cast::<Raw>())
            }
        } else {
            None
        }
    }

    /// A block with these fields; `tag` is below `NO_SCAN_TAG`.
    ///
    /// # Safety
    ///
    /// The fields are values of the heap that this allocator's lifetime protects; `1 <= N <= 256`.
    #[inline(always)]
    pub unsafe fn block<const N: usize>(&mut self, tag: u8, fields: [Raw; N]) -> Raw {
        const { assert!(N >= 1 && N <= sys::MAX_YOUNG_WOSIZE) };
        match self.take(sys::header(N, tag)) {
            Some(block) => {
                // SAFETY: `take` reserved N words, and a young block needs no write barrier.
                unsafe { block.cast::<[Raw; N]>().write(fields) };
                block as Raw
            }
            None => {
                self.flush();
                // A copy has an address, so that the fields themselves can stay in registers.
                let copy = fields;
                // SAFETY: the caller's promise.
                let block = unsafe { block_in_major_heap(tag, &copy) };
                self.reload();
                block
            }
        }
    }

    /// A block of any size with these fields; none gives the atom.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::block`].
    pub unsafe fn block_from_slice(&mut self, tag: u8, fields: &[Raw]) -> Raw {
        if fields.is_empty() {
            return atom();
        }
        if fields.len() <= sys::MAX_YOUNG_WOSIZE
            && let Some(block) = self.take(sys::header(fields.len(), tag))
        {
            // SAFETY: `take` reserved the words, and a young block needs no write barrier.
            unsafe { block.copy_from_nonoverlapping(fields.as_ptr(), fields.len()) };
            return block as Raw;
        }
        self.flush();
        // SAFETY: the caller's promise.
        let block = unsafe { block_in_major_heap(tag, fields) };
        self.reload();
        block
    }

    /// A block without values in it (a tag from `NO_SCAN_TAG` on), or one whose fields are all
    /// immediates: returns the address where its words are to be written, all of them, at once.
    ///
    /// `wosize` is at least 1.
    #[inline(always)]
    pub fn words(&mut self, tag: u8, wosize: usize) -> *mut usize {
        debug_assert!(wosize >= 1);
        if wosize <= sys::MAX_YOUNG_WOSIZE
            && let Some(block) = self.take(sys::header(wosize, tag))
        {
            return block.cast();
        }
        self.flush();
        let block = in_major_heap(tag, wosize) as *mut usize;
        self.reload();
        block
    }

    /// An array to be filled, of `wosize >= 1` fields that are the unit for now.
    pub(crate) fn array_of_units(&mut self, wosize: usize) -> Raw {
        let block = self.words(0, wosize).cast::<Raw>();
        for i in 0..wosize {
            // SAFETY: `words` reserved `wosize` words.
            unsafe { block.add(i).write(sys::UNIT) };
        }
        block as Raw
    }

    /// A `string` or `bytes`.
    #[inline(always)]
    pub fn string(&mut self, bytes: &[u8]) -> Raw {
        let word = size_of::<usize>();
        let wosize = bytes.len() / word + 1;
        let block = self.words(sys::STRING_TAG, wosize);
        // SAFETY: `words` reserved `wosize` words, which are more bytes than `bytes` has. The last
        // one is the padding: zeros, and in the last byte their number.
        unsafe {
            let padding = wosize * word - 1 - bytes.len();
            let last = (padding << (8 * (word - 1))).to_le();
            block.add(wosize - 1).write(last);
            block
                .cast::<u8>()
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        block as Raw
    }

    /// A `float`.
    #[inline(always)]
    pub fn float(&mut self, float: f64) -> Raw {
        let block = self.words(sys::DOUBLE_TAG, sys::DOUBLE_WOSIZE);
        // SAFETY: the block has room for a float, aligned as the runtime aligns it.
        unsafe { block.cast::<f64>().write_unaligned(float) };
        block as Raw
    }

    /// A `float array`, or a record of floats.
    #[inline(always)]
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
    #[inline(always)]
    pub fn boxed_number<T: Copy>(
        &mut self,
        operations: *const core::ffi::c_void,
        number: T,
    ) -> Raw {
        let wosize = 1 + size_of::<T>().div_ceil(size_of::<usize>());
        let block = self.words(sys::CUSTOM_TAG, wosize);
        // SAFETY: the block has room for the pointer and the number. A smaller number leaves the
        // rest of its word as it was: it is set first.
        unsafe {
            block.write(operations as usize);
            block.add(wosize - 1).write(0);
            block.add(1).cast::<T>().write_unaligned(number);
        }
        block as Raw
    }

    /// Sets a field of a block from [`Allocator::array_of_units`] for the first time.
    ///
    /// # Safety
    ///
    /// The block has this field, nothing but a unit has been written there, and `value` is of the
    /// same heap.
    #[inline(always)]
    pub(crate) unsafe fn initialize(&mut self, block: Raw, index: usize, value: Raw) {
        // The block may be in the major heap, so the collector is to know of the pointer; what it
        // points to is to be committed first.
        if sys::is_block(value) {
            self.flush();
            // SAFETY: the caller's promise.
            unsafe { sys::caml_initialize((block as *mut Raw).add(index), value) };
            self.reload();
        } else {
            // SAFETY: the caller's promise; an immediate needs no barrier in place of another.
            unsafe { (block as *mut Raw).add(index).write(value) };
        }
    }

    /// Has the collector make room in the minor heap, and returns `live`, kept alive and perhaps
    /// moved.
    ///
    /// # Safety
    ///
    /// No other value is used after this: this is the one place where an allocator collects, for
    /// conversions of a stub's result, when no `Value` is left.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn make_room(&mut self, live: Raw) -> Raw {
        self.flush();
        let root = super::Cell::new(live);
        // SAFETY: this thread holds the runtime, and `live` is rooted. The runtime's allocator
        // collects when there is no room for the block, and runs no OCaml code; the block is
        // garbage.
        unsafe {
            let block = sys::caml_alloc_small(1, 0);
            (block as *mut Raw).write(sys::UNIT);
        }
        self.reload();
        root.get()
    }
}

/// The block without fields: `[||]`.
pub(crate) fn atom() -> Raw {
    // SAFETY: a constant of the runtime.
    unsafe { sys::bactrian_atom0() }
}

/// A block in the major heap with these fields.
///
/// # Safety
///
/// As for [`Allocator::block`].
#[cold]
#[inline(never)]
unsafe fn block_in_major_heap(tag: u8, fields: &[Raw]) -> Raw {
    let block = in_major_heap(tag, fields.len());
    for (i, &field) in fields.iter().enumerate() {
        // SAFETY: the block has these fields. `caml_initialize` tells the collector of pointers
        // into the minor heap, and does not collect.
        unsafe { sys::caml_initialize((block as *mut Raw).add(i), field) };
    }
    block
}

#[cold]
#[inline(never)]
fn in_major_heap(tag: u8, wosize: usize) -> Raw {
    // SAFETY: the runtime is held (an `Allocator` called this). Neither call collects: the second
    // only raises `young_limit`.
    unsafe {
        let block = sys::bactrian_alloc_shr(wosize, tag);
        if block == 0 {
            super::raise::panic_out_of_memory();
        }
        if wosize <= sys::MAX_YOUNG_WOSIZE {
            sys::caml_request_minor_gc();
        }
        block
    }
}
