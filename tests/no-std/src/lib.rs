//! A library without Rust's standard library: the memory is `malloc`'s, and a panic ends the program
//! in a way of its own. `tests/no-std.sh` links it into OCaml programs.
#![no_std]

extern crate alloc;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_char, c_int, c_void};
use core::fmt::{self, Write};
use core::panic::PanicInfo;

use bactrian::{Custom, Exception, FromValue, Root, Runtime, ToValue, Value};

unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn realloc(block: *mut c_void, size: usize) -> *mut c_void;
    fn posix_memalign(block: *mut *mut c_void, align: usize, size: usize) -> c_int;
    fn free(block: *mut c_void);
    fn write(file: c_int, bytes: *const c_char, count: usize) -> isize;
    safe fn _exit(status: c_int) -> !;
}

/// What `malloc` aligns for everyone.
const ALIGNED: usize = 2 * size_of::<usize>();

struct Malloc;

// SAFETY: libc's promises are those of `GlobalAlloc`. Other alignments than `malloc`'s own come from
// `posix_memalign`, whose blocks `free` takes too.
unsafe impl GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= ALIGNED {
            // SAFETY: any size will do.
            return unsafe { malloc(layout.size()) }.cast();
        }
        let mut block = core::ptr::null_mut();
        // SAFETY: an alignment is a power of two, and this one is larger than a pointer.
        match unsafe { posix_memalign(&mut block, layout.align(), layout.size()) } {
            0 => block.cast(),
            _ => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: a block of `alloc` or `realloc`.
        unsafe { free(block.cast()) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if layout.align() <= ALIGNED {
            // SAFETY: a block of `malloc` or `realloc`.
            return unsafe { realloc(block.cast(), size) }.cast();
        }
        // SAFETY: the caller's promises.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                core::ptr::copy_nonoverlapping(block, new, size.min(layout.size()));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

#[global_allocator]
static MALLOC: Malloc = Malloc;

struct Stderr;

impl Write for Stderr {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: so many bytes are there.
        unsafe { write(2, text.as_ptr().cast(), text.len()) };
        Ok(())
    }
}

/// The way that this library chooses. It must not return, nor raise: the frames of Rust code that it
/// was called from own things.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Stderr, "no-std: {info}");
    _exit(42)
}

/// What `alloc` refers to, which was compiled for programs that unwind. Nothing calls these.
mod no_unwinder {
    #[unsafe(no_mangle)]
    extern "C" fn rust_eh_personality() {}

    #[unsafe(no_mangle)]
    extern "C" fn _Unwind_Resume() -> ! {
        super::_exit(43)
    }
}

/// A point.
#[derive(FromValue, ToValue)]
pub struct Point {
    pub x: isize,
    pub name: String,
}

#[derive(FromValue, ToValue)]
pub enum Shape {
    Nothing,
    Circle(f64),
    Polygon { corners: Vec<Point> },
}

#[derive(Debug, Exception)]
pub enum Wrong {
    TooLarge(isize),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wrong::TooLarge(n) = self;
        write!(f, "{n} is too large")
    }
}

impl core::error::Error for Wrong {}

/// An error that is none of OCaml's.
#[derive(Debug)]
pub struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("something else")
    }
}

impl core::error::Error for Other {}

#[derive(Custom)]
#[ocaml(mutable)]
pub struct Counter(usize);

#[bactrian::methods]
impl Counter {
    pub fn new() -> Counter {
        Counter(0)
    }

    pub fn step(&mut self) -> usize {
        self.0 += 1;
        self.0
    }
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}

#[bactrian::func]
pub fn add(a: isize, b: isize) -> isize {
    a + b
}

#[bactrian::func]
pub fn shout(text: &str) -> String {
    text.to_uppercase()
}

#[bactrian::func]
pub fn names(shape: Shape) -> Vec<String> {
    match shape {
        Shape::Nothing | Shape::Circle(_) => Vec::new(),
        Shape::Polygon { corners } => corners.into_iter().map(|corner| corner.name).collect(),
    }
}

#[bactrian::func]
pub fn count(words: Vec<String>) -> BTreeMap<String, isize> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

#[bactrian::func]
pub fn small(n: isize) -> Result<u8, Wrong> {
    u8::try_from(n).map_err(|_| Wrong::TooLarge(n))
}

#[bactrian::func]
pub fn fail() -> Result<(), Other> {
    Err(Other)
}

/// Calls a function, with a root kept over the call.
#[bactrian::func]
pub fn twice(rt: &mut Runtime, f: Root<bactrian::Fun<(isize,), isize>>, n: isize) -> isize {
    let kept: Root = Root::new(rt, 1000isize.to_value(rt));
    let mut call = |n| f.call(rt, (n,)).unwrap_or(-1);
    let once = call(n);
    let twice = call(once);
    twice + kept.get(rt).to::<isize>().unwrap_or(0)
}

#[bactrian::func]
pub fn same<'gc, T>(value: Value<'gc, T>) -> Value<'gc, T> {
    value
}

/// A panic, on the way that the library chooses.
#[bactrian::func]
pub fn broken(n: isize) -> isize {
    [1, 2, 3][n as usize]
}

/// More memory than there is.
#[bactrian::func]
pub fn exhaust() {
    loop {
        let large = Vec::<u8>::with_capacity(isize::MAX as usize - 4096);
        core::mem::forget(core::hint::black_box(large));
    }
}
