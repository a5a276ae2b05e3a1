//! Allocation that never moves a value.
//!
//! A collection happens only where the runtime polls, and nothing here polls. A block is taken
//! from the free part of the minor heap by the same few instructions that ocamlopt emits; where
//! that part is used up, the block comes from the major heap, and a collection is asked for at the
//! next poll. A runtime that wants attention raises `young_limit`, so that OCaml code polls: then
//! the true bound is looked up once, since there still is room.
//!
//! The largest functions are not inlined where debug assertions are on: in debug builds they were half of
//! what the compiler had to do for a user's crate.
//!
//! | file | what |
//! |---|---|
//! | here | the bounds of the free part; blocks of values, and of words that are to be written |
//! | `data` | strings, floats, boxed numbers |
//! | `custom` | custom blocks that are finalised, and the functions that have one for a Rust closure |

mod custom;
mod data;

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::sync::atomic::{AtomicUsize, Ordering};

use bactrian_sys as sys;
use sys::{Header, Value as Raw};

use super::Runtime;

pub(crate) use data::copy_bytes;

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
    /// Only where looking the state up again costs a call: a copy takes a register across calls.
    state: *mut sys::State,
    /// What the stack pointer must not be below: the thread's limit, or the highest address, below
    /// which it is looked up.
    stack_limit: usize,
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
        let mut allocator = Allocator {
            ptr: 0,
            limit: 0,
            state: if sys::STATE_IS_NEAR {
                core::ptr::null_mut()
            } else {
                sys::state()
            },
            stack_limit: usize::MAX,
            runtime: PhantomData,
        };
        allocator.reload();
        allocator
    }

    /// The state of the domain that this thread holds.
    #[inline(always)]
    fn state(&self) -> *mut sys::State {
        if sys::STATE_IS_NEAR {
            sys::state()
        } else {
            self.state
        }
    }

    #[inline(always)]
    fn flush(&mut self) {
        // SAFETY: the state of the domain that this thread holds (its token is borrowed); the
        // offset is the header's. Between `ptr` and the old `young_ptr` lie whole blocks.
        unsafe {
            self.state()
                .byte_add(sys::YOUNG_PTR)
                .cast::<usize>()
                .write(self.ptr)
        };
    }

    #[inline(always)]
    fn reload(&mut self) {
        self.reload_ptr();
        // SAFETY: as in `flush`. On OCaml 5 other domains write `young_limit`: the read is atomic.
        unsafe {
            let limit = self.state().byte_add(sys::YOUNG_LIMIT);
            self.limit = (*limit.cast::<AtomicUsize>()).load(Ordering::Relaxed);
        }
    }

    #[inline(always)]
    fn reload_ptr(&mut self) {
        // SAFETY: as in `flush`.
        self.ptr = unsafe { self.state().byte_add(sys::YOUNG_PTR).cast::<usize>().read() };
    }

    /// Has a function that is not inlined make a block that found no room, through an allocator of
    /// its own. Across the call nothing of this one is held in registers.
    #[inline(always)]
    fn elsewhere(&mut self, make: impl FnOnce() -> Elsewhere) -> Raw {
        struct Reload<'a, 'gc>(&'a mut Allocator<'gc>);
        impl Drop for Reload<'_, '_> {
            #[inline(always)]
            fn drop(&mut self) {
                self.0.reload_ptr();
            }
        }
        self.flush();
        let reload = Reload(self);
        let Elsewhere { block, limit } = make();
        reload.0.limit = limit;
        block
    }

    /// What [`Allocator::elsewhere`] is told.
    #[inline(always)]
    fn made(&self, block: Raw) -> Elsewhere {
        Elsewhere {
            block,
            limit: self.limit,
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

    /// Where `young_limit` is raised, or there is no room: the true bound of the minor heap.
    #[inline(always)]
    fn look_closer(&mut self) {
        self.limit = young_trigger();
    }

    /// Panics when this thread's stack is nearly used up: what recursive conversions call once a
    /// level.
    #[inline(always)]
    pub(crate) fn expect_stack(&mut self) {
        if !super::stack::is_above(self.stack_limit) {
            super::expect_stack();
            self.stack_limit = super::stack::limit();
        }
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
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub unsafe fn block<const N: usize>(&mut self, tag: u8, fields: [Raw; N]) -> Raw {
        // SAFETY: the caller's promise.
        match unsafe { self.block_if_room(tag, fields) } {
            Some(block) => block,
            // SAFETY: the caller's promise.
            None => self.elsewhere(|| unsafe {
                match *fields.as_slice() {
                    // In registers, so that the caller needs no room on the stack.
                    [a] => small_block_elsewhere(tag, a, sys::UNIT, sys::UNIT, 1),
                    [a, b] => small_block_elsewhere(tag, a, b, sys::UNIT, 2),
                    [a, b, c] => small_block_elsewhere(tag, a, b, c, 3),
                    _ => {
                        // A copy has an address, so that the fields themselves need none.
                        let copy = fields;
                        block_elsewhere(tag, &copy)
                    }
                }
            }),
        }
    }

    /// A block with these fields in the minor heap, when that has room.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::block`].
    #[inline(always)]
    pub(crate) unsafe fn block_if_room<const N: usize>(
        &mut self,
        tag: u8,
        fields: [Raw; N],
    ) -> Option<Raw> {
        const { assert!(N >= 1 && N <= sys::MAX_YOUNG_WOSIZE) };
        let block = self.take(sys::header(N, tag))?;
        // One by one: the fields stay in registers.
        for (i, field) in fields.into_iter().enumerate() {
            // SAFETY: `take` reserved N words, and a young block needs no write barrier.
            unsafe { block.add(i).write(field) };
        }
        Some(block as Raw)
    }

    /// A block with these fields, where `room` has said that it fits.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::block`], and `room` was more than N.
    #[inline(always)]
    pub(crate) unsafe fn block_in_room<const N: usize>(
        &mut self,
        tag: u8,
        fields: [Raw; N],
    ) -> Raw {
        self.ptr -= (N + 1) * size_of::<usize>();
        let start = self.ptr as *mut Header;
        // SAFETY: the words from `young_limit` to the old `ptr` are free for this domain, and are
        // more than N.
        unsafe {
            start.write(sys::header(N, tag));
            let block = start.add(1).cast::<Raw>();
            for (i, field) in fields.into_iter().enumerate() {
                block.add(i).write(field);
            }
            block as Raw
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
        // SAFETY: the caller's promise.
        self.elsewhere(|| unsafe { block_elsewhere(tag, fields) })
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
        self.elsewhere(|| words_elsewhere(tag, wosize)) as *mut usize
    }

    /// As `words`, when there is no room by the copy of `young_limit`.
    #[inline]
    fn words_slowly(&mut self, tag: u8, wosize: usize) -> *mut usize {
        if wosize <= sys::MAX_YOUNG_WOSIZE {
            self.look_closer();
            if let Some(block) = self.take(sys::header(wosize, tag)) {
                return block.cast();
            }
        }
        self.flush();
        let block = in_major_heap(tag, wosize) as *mut usize;
        self.reload_ptr();
        self.look_closer();
        block
    }

    /// As [`Allocator::words`], for a block that is treated by where it is.
    #[inline(always)]
    fn new_block(&mut self, tag: u8, wosize: usize) -> NewBlock {
        let top = self.ptr;
        let block = self.words(tag, wosize) as Raw;
        let young = self.ptr != top;
        NewBlock { block, young }
    }

    /// As [`Allocator::words`], where the minor heap has room, too.
    fn words_in_major_heap(&mut self, tag: u8, wosize: usize) -> *mut usize {
        self.flush();
        // SAFETY: the runtime is held: this allocator borrows the token.
        let block = unsafe { sys::bactrian_alloc_shr(wosize, tag) };
        self.reload();
        if block == 0 {
            super::raise::panic_out_of_memory();
        }
        block as *mut usize
    }

    /// An array to be filled, of `wosize >= 1` fields that are the unit for now.
    pub(crate) fn array_of_units(&mut self, wosize: usize) -> NewBlock {
        let new = self.new_block(0, wosize);
        for i in 0..wosize {
            // SAFETY: `new_block` reserved `wosize` words.
            unsafe { (new.block as *mut Raw).add(i).write(sys::UNIT) };
        }
        new
    }

    /// Sets a field of a new block for the first time.
    ///
    /// # Safety
    ///
    /// The block has this field, which is an immediate so far, and `value` is of the same heap.
    #[inline(always)]
    pub(crate) unsafe fn initialize(&mut self, new: NewBlock, index: usize, value: Raw) {
        // SAFETY: the caller's promise.
        let field = unsafe { (new.block as *mut Raw).add(index) };
        if new.young || !sys::is_block(value) {
            // SAFETY: a field of a young block, or an immediate in place of another, needs no
            // barrier.
            unsafe { field.write(value) };
        } else {
            // The collector is to know of the pointer; what it points to is to be committed first.
            self.flush();
            // SAFETY: the caller's promise.
            unsafe { sys::caml_initialize(field, value) };
            self.reload();
        }
    }

    /// Makes room with a new array kept alive.
    ///
    /// # Safety
    ///
    /// As for [`Allocator::make_room`].
    #[inline(always)]
    pub(crate) unsafe fn make_room_for_more(&mut self, array: NewBlock) -> NewBlock {
        // SAFETY: the caller's promise.
        let block = unsafe { self.make_room(array.block) };
        // It may have been promoted, whether or not it was.
        NewBlock {
            block,
            young: false,
        }
    }

    /// Has the collector make room in the minor heap, and returns `live`, kept alive and perhaps
    /// moved.
    ///
    /// # Safety
    ///
    /// No other value is used after this: this is the one place where an allocator collects, for
    /// conversions of a stub's result, when no `Value` is left.
    #[inline(always)]
    pub(crate) unsafe fn make_room(&mut self, live: Raw) -> Raw {
        self.flush();
        // SAFETY: the caller's promise.
        let live = unsafe { collect_keeping(live) };
        self.reload();
        // OCaml 4 keeps `young_limit` raised after a collection, until OCaml code polls.
        self.look_closer();
        live
    }

    /// Runs code with a copy of the bounds that it has for itself: in registers, where the code is
    /// a loop that is compiled as a whole, though this allocator is in memory.
    #[inline(always)]
    pub(crate) fn locally<R>(&mut self, f: impl FnOnce(&mut Allocator<'gc>) -> R) -> R {
        struct WriteBack<'a, 'gc> {
            outer: &'a mut Allocator<'gc>,
            local: ManuallyDrop<Allocator<'gc>>,
        }
        impl Drop for WriteBack<'_, '_> {
            #[inline(always)]
            fn drop(&mut self) {
                self.outer.ptr = self.local.ptr;
                self.outer.limit = self.local.limit;
            }
        }
        let local = Allocator {
            ptr: self.ptr,
            limit: self.limit,
            state: self.state,
            stack_limit: self.stack_limit,
            runtime: PhantomData,
        };
        let mut both = WriteBack {
            outer: self,
            local: ManuallyDrop::new(local),
        };
        f(&mut both.local)
    }
}

/// A block that is being filled.
#[derive(Clone, Copy)]
pub(crate) struct NewBlock {
    pub(crate) block: Raw,
    /// Whether it is in the minor heap.
    young: bool,
}

/// Free words below which the result of a stub is continued after a collection: enough for a block
/// and what is in it, of most types.
pub(crate) const ROOM: usize = 64;

/// Collects with `live` kept alive, if that makes room; returns it, perhaps moved.
///
/// # Safety
///
/// This thread holds the runtime, and no other value is used after this.
#[cold]
#[inline(never)]
unsafe fn collect_keeping(live: Raw) -> Raw {
    let root = super::Cell::new(live);
    // SAFETY: the caller's promise, and `live` is rooted. The runtime's allocator collects when
    // there is no room for the block, and runs no OCaml code; the block is garbage.
    unsafe {
        let block = sys::caml_alloc_small(ROOM, 0) as *mut Raw;
        for i in 0..ROOM {
            block.add(i).write(sys::UNIT);
        }
    }
    root.get()
}

/// The block without fields: `[||]`.
pub(crate) fn atom() -> Raw {
    // SAFETY: a constant of the runtime.
    unsafe { sys::bactrian_atom0() }
}

#[cold]
#[inline(never)]
fn young_trigger() -> usize {
    // SAFETY: the runtime is held (an `Allocator` called this).
    unsafe { sys::bactrian_young_trigger() }
}

/// A block that was made out of line, and the true bound of the minor heap: two registers.
struct Elsewhere {
    block: Raw,
    limit: usize,
}

/// Makes a block when `young_limit` says that there is no room: in the minor heap, if there is room
/// all the same, else in the major heap. No `Allocator` has a copy of the bounds.
#[inline(always)]
fn slowly(make: impl FnOnce(&mut Allocator<'_>) -> Raw) -> Elsewhere {
    // SAFETY: an `Allocator` called this, so the runtime is held.
    let runtime = unsafe { Runtime::assume_held() };
    let mut allocator = Allocator::new(&runtime);
    let block = make(&mut allocator);
    allocator.made(block)
}

#[cold]
#[inline(never)]
fn words_elsewhere(tag: u8, wosize: usize) -> Elsewhere {
    slowly(|allocator| allocator.words_slowly(tag, wosize) as Raw)
}

/// # Safety
///
/// As for [`Allocator::block`], of the first `size` of these fields, 1 to 3.
#[cold]
#[inline(never)]
unsafe fn small_block_elsewhere(tag: u8, a: Raw, b: Raw, c: Raw, size: usize) -> Elsewhere {
    // SAFETY: the caller's promise.
    unsafe { block_elsewhere(tag, &[a, b, c][..size]) }
}

/// # Safety
///
/// As for [`Allocator::block`], and `fields` is not empty.
#[cold]
#[inline(never)]
unsafe fn block_elsewhere(tag: u8, fields: &[Raw]) -> Elsewhere {
    slowly(|allocator| {
        if fields.len() <= sys::MAX_YOUNG_WOSIZE {
            allocator.look_closer();
            if let Some(block) = allocator.take(sys::header(fields.len(), tag)) {
                // SAFETY: `take` reserved the words, and a young block needs no write barrier.
                unsafe { block.copy_from_nonoverlapping(fields.as_ptr(), fields.len()) };
                return block as Raw;
            }
        }
        // What the block points to is to be committed before the collector hears of it.
        allocator.flush();
        let block = in_major_heap(tag, fields.len());
        for (i, &field) in fields.iter().enumerate() {
            // SAFETY: the block has these fields. `caml_initialize` tells the collector of pointers
            // into the minor heap, and does not collect.
            unsafe { sys::caml_initialize((block as *mut Raw).add(i), field) };
        }
        allocator.reload_ptr();
        allocator.look_closer();
        block
    })
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
