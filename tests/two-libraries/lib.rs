//! The code of both libraries, but for the word NAME.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicIsize, Ordering};

use bactrian::{Function, Root, Runtime};

static CALLS: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static DEPTH: Cell<isize> = const { Cell::new(0) };
    static KEPT: RefCell<Option<Root<String>>> = const { RefCell::new(None) };
}

/// How often the library was called, and how often on this thread.
#[bactrian::func]
pub fn calls() -> (isize, isize) {
    (CALLS.load(Ordering::SeqCst), DEPTH.get())
}

/// Panics without a text.
#[bactrian::func]
pub fn length(text: &str) -> isize {
    CALLS.fetch_add(1, Ordering::SeqCst);
    DEPTH.set(DEPTH.get() + 1);
    assert!(!text.is_empty(), "NAME: no text");
    isize::try_from(text.len()).expect("a length")
}

/// A panic that the library itself catches.
#[bactrian::func]
pub fn caught() -> String {
    let panicked = panic::catch_unwind(AssertUnwindSafe(|| panic!("NAME: within")));
    let payload = panicked.expect_err("it panics");
    payload
        .downcast_ref::<&str>()
        .map_or_else(|| "another panic".to_owned(), |text| (*text).to_owned())
}

/// A value of OCaml's that the library keeps.
#[bactrian::func]
pub fn keep(text: Root<String>) {
    KEPT.with(|kept| *kept.borrow_mut() = Some(text));
}

/// The value that the library keeps.
#[bactrian::func]
pub fn kept() -> Option<Root<String>> {
    KEPT.take()
}

/// A closure of this library.
#[bactrian::func]
pub fn closure(n: isize) -> Function<(isize,), String> {
    Function::new(move |_: &mut Runtime, m: isize| {
        assert!(m >= 0, "NAME: closure");
        format!("NAME: {n} {m} {}", STARTED.load(Ordering::SeqCst))
    })
}

// Tables that the linker assembles, as some crates have them. Each library is to see its own.

#[used]
#[unsafe(link_section = "two_libraries")]
static ENTRY: &str = "NAME";

unsafe extern "C" {
    static __start_two_libraries: u8;
    static __stop_two_libraries: u8;
}

/// The table.
#[bactrian::func]
pub fn table() -> Vec<String> {
    let (start, stop) = (&raw const __start_two_libraries, &raw const __stop_two_libraries);
    let length = (stop.addr() - start.addr()) / size_of::<&str>();
    // SAFETY: the linker puts nothing but the texts between the two symbols.
    let texts = unsafe { std::slice::from_raw_parts(start.cast::<&str>(), length) };
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[used]
#[unsafe(link_section = ".init_array")]
static AT_START: extern "C" fn() = at_start;

static STARTED: AtomicIsize = AtomicIsize::new(0);

extern "C" fn at_start() {
    STARTED.fetch_add(1, Ordering::SeqCst);
}

/// How often the library's initialiser ran.
#[bactrian::func]
pub fn started() -> isize {
    STARTED.load(Ordering::SeqCst)
}
