//! The pool of roots: cells that the collector scans and updates.
//!
//! # Structure
//!
//! Cells live in aligned pages of 16 KiB, so a cell's address tells its page. Each domain has a
//! pool: the page it takes cells from (`current`), pages that may hold pointers into the minor heap
//! (`young`), and pages that do not (`old`). A free cell holds the address of the next free one
//! with its lowest bit set, an immediate for the collector. Pages without roots go to a list that all
//! domains take from, so that many domains, one after the other, need no more pages than one; they
//! are never given back to the system.
//!
//! A page is kept by the last root on it. A domain that makes roots after a collection does so on the
//! page it used last, while that is less than half full: roots that stay lie together. Those of
//! domains that have ended do not: at worst, when each has left one, there is a page for each.
//!
//! # Invariants
//!
//! 1. A page is scanned by one domain per collection: its owner, or the domain that adopts it.
//! 2. Only the owner's code, under its domain lock, or the collector on its behalf, writes a
//!    page's cells and lists. Others that drop a root (another domain, a thread without the lock)
//!    set one bit in the page's `dropped` map; the owner frees those cells when it scans, or when
//!    it runs out of room.
//! 3. A cell that may hold a young pointer is in `current` or `young`. A minor collection scans
//!    these only, and when it is done nothing young is left: the young pages become old.
//! 4. A domain that ends hands its pages to the orphans, which the next domain that scans adopts.
//!    The ending domain still takes part in collections, and must not adopt its own pages back.
//!
//! 5. A collection of all of the heap (a major one) also scans a cell that others have dropped: once.
//!    From 5.5 on, a domain runs again as soon as its own roots are marked, while those of others are
//!    not yet. It may make a root of a value that it finds in a root of theirs, and drop that: nobody
//!    else would mark the value in this cycle. So what is dropped is freed after the marking, not
//!    before. A minor collection ends before any domain goes on; it frees first.
//! 6. On OCaml 4 nothing but the collector writes a cell that it has just been given, until its work is
//!    done: compaction links all that point to a block through the places of these pointers, cells among
//!    them. So there each scan frees first, and not again.
//!
//! So no barrier is needed where a root is made or dropped: marking takes a snapshot of all roots at
//! the start of a cycle, and what is allocated during a cycle is marked.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};

use alloc::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use alloc::boxed::Box;
use bactrian_sys as sys;
use sys::Value as Raw;

const PAGE: usize = 16 * 1024;
const WORD: usize = size_of::<usize>();
/// Cells of a page; the words before them are its header.
const CELLS: usize = PAGE / WORD - HEADER_WORDS;
const HEADER_WORDS: usize = size_of::<Header>().div_ceil(WORD);
/// One bit for each word of a page.
const MAP: usize = PAGE / WORD / 64;
/// OCaml allows no more domains at a time than this (`Max_domains_max`).
const MAX_DOMAINS: usize = if sys::OCAML5 { 4096 } else { 1 };
/// The owner of an orphaned page, and of a free one.
const NOBODY: usize = usize::MAX;
/// The end of a page's list of free cells: an immediate too.
const END: usize = 1;

#[repr(C)]
struct Header {
    /// Number of the domain whose pool the page is in, or `NOBODY`.
    owner: AtomicUsize,
    /// First free cell, its address with the lowest bit set.
    free: usize,
    /// Cells in use, those of `dropped` included.
    live: usize,
    /// Next page of the list that this page is in.
    next: *mut Page,
    /// Whether `dropped` may have a bit.
    any_dropped: AtomicBool,
    /// Cells to be freed by the owner.
    dropped: [AtomicU64; MAP],
}

#[repr(C, align(16384))]
struct Page {
    header: Header,
    cells: [Raw; CELLS],
}

static_assertions::const_assert!(size_of::<Page>() == PAGE && align_of::<Page>() == PAGE);

struct Pool {
    number: usize,
    current: *mut Page,
    young: *mut Page,
    old: *mut Page,
    /// Set when the domain has ended, and until a new one with its number makes a root.
    ended: bool,
}

/// The pools, by the number of the domain.
static POOLS: [AtomicPtr<Pool>; MAX_DOMAINS] =
    [const { AtomicPtr::new(ptr::null_mut()) }; MAX_DOMAINS];

/// Pages of domains that have ended. Taken out only as a whole list, so no `next` goes stale.
static ORPHANS: AtomicPtr<Page> = AtomicPtr::new(ptr::null_mut());

/// Pages without a root, for any domain to take. Taken out only as a whole list, too.
static FREE: AtomicPtr<Page> = AtomicPtr::new(ptr::null_mut());

/// How many pages there are, with and without roots.
static PAGES: AtomicUsize = AtomicUsize::new(0);

/// How many pages there are, for tests: they never become fewer.
#[doc(hidden)]
pub fn root_pages() -> usize {
    PAGES.load(Ordering::Relaxed)
}

/// The hook that was there before ours.
static PREVIOUS_SCAN: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// A root: a cell that holds a value, kept alive and updated by the collector until the cell is
/// dropped. May be dropped by any thread, with or without the runtime.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cell(NonNull<Raw>);

// SAFETY: reading needs the runtime, whose collections are the only writes while the cell lives;
// dropping is made for any thread (invariant 2).
unsafe impl Send for Cell {}
// SAFETY: as above.
unsafe impl Sync for Cell {}

impl Cell {
    /// Makes a root of a value. This thread must hold the runtime.
    #[inline(always)]
    pub(crate) fn new(value: Raw) -> Cell {
        let pool = POOLS[domain_number()].load(Ordering::Relaxed);
        if !pool.is_null() {
            // SAFETY: the pool of this domain, which this thread holds (invariant 2).
            unsafe {
                let page = (*pool).current;
                if !page.is_null() && (*page).header.free != END {
                    return take(page, value);
                }
            }
        }
        new_slow(value)
    }

    /// The cell's address; the root lives on.
    #[inline(always)]
    pub(crate) fn into_raw(self) -> NonNull<Raw> {
        ManuallyDrop::new(self).0
    }

    /// The opposite of [`Cell::into_raw`].
    ///
    /// # Safety
    ///
    /// The address is of `into_raw`, and the root is dropped once only.
    #[inline(always)]
    pub(crate) unsafe fn from_raw(cell: NonNull<Raw>) -> Cell {
        Cell(cell)
    }

    /// The value. This thread must hold the runtime.
    #[inline(always)]
    pub(crate) fn get(&self) -> Raw {
        // SAFETY: the cell is ours, and the collector, which alone writes it, is not running.
        unsafe { self.0.read_volatile() }
    }
}

impl Drop for Cell {
    #[inline(always)]
    fn drop(&mut self) {
        let cell = self.0.as_ptr();
        let page = page_of(cell);
        // SAFETY: pages live for ever. Being the owner and holding its lock, this thread may
        // write the page (invariant 2).
        unsafe {
            if holds_runtime() && (*page).header.owner.load(Ordering::Relaxed) == domain_number() {
                release(page, cell);
            } else {
                drop_remotely(page, cell);
            }
        }
    }
}

/// Whether this thread is known to hold the runtime. On OCaml 4 only the main thread ever is, and threads that
/// have attached.
#[inline(always)]
fn holds_runtime() -> bool {
    if sys::OCAML5 {
        !sys::state().is_null() && !domain_has_ended()
    } else {
        sys::bactrian_holds_runtime() != 0
    }
}

/// Has [`holds_runtime`] know that this thread has the runtime.
///
/// # Safety
///
/// It has.
#[inline(always)]
pub(super) unsafe fn mark_as_holding() {
    if !sys::OCAML5 {
        // SAFETY: the caller's promise.
        unsafe { sys::bactrian_watch_runtime() };
    }
}

/// The runtime has ended on this thread, which has to pass for one without it.
#[cfg(feature = "std")]
pub(super) fn forget_runtime() {
    DOMAIN.set(Domain::Ended);
}

/// Whether this thread is known to hold the runtime with no collection at work on it: values can be
/// looked at without a token. Without the standard library that is not known.
#[inline(always)]
pub(crate) fn may_look() -> bool {
    #[cfg(feature = "std")]
    {
        holds_runtime() && !COLLECTING.with(core::cell::Cell::get)
    }
    #[cfg(not(feature = "std"))]
    {
        false
    }
}

/// Runs code that the collector calls, which may be the user's.
#[inline(always)]
pub(crate) fn while_collecting<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(feature = "std")]
    {
        struct Restore(bool);
        impl Drop for Restore {
            fn drop(&mut self) {
                COLLECTING.with(|collecting| collecting.set(self.0));
            }
        }
        let _restore = Restore(COLLECTING.with(|collecting| collecting.replace(true)));
        f()
    }
    #[cfg(not(feature = "std"))]
    {
        f()
    }
}

#[cfg(feature = "std")]
std::thread_local! {
    /// Whether the collector called what this thread runs: the heap is no heap meanwhile.
    static COLLECTING: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

/// What is known of the domain that a thread was made for. When it ends, the runtime leaves `caml_state` as it
/// was, though a new domain may have it already; and what is in Rust's thread-local variables is dropped last
/// of all.
#[cfg(feature = "std")]
#[derive(Clone, Copy)]
enum Domain {
    /// Nothing: it may have ended before any root was made.
    Unknown,
    /// It lives: its end will be noticed.
    Lives,
    Ended,
}

#[cfg(feature = "std")]
std::thread_local! {
    static DOMAIN: core::cell::Cell<Domain> = const { core::cell::Cell::new(Domain::Unknown) };
}

/// On a thread that has a domain's state.
#[cfg(feature = "std")]
#[inline(always)]
fn domain_has_ended() -> bool {
    match DOMAIN.get() {
        Domain::Lives => false,
        Domain::Ended => true,
        Domain::Unknown => look_at_domain(),
    }
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn look_at_domain() -> bool {
    let ended = sys::bactrian_domain_has_ended() != 0;
    if ended {
        DOMAIN.set(Domain::Ended);
    } else {
        // SAFETY: the thread has the state of a domain that lives, so it holds the runtime.
        unsafe { install_hooks() };
        DOMAIN.set(Domain::Lives);
    }
    ended
}

/// Without the standard library there are no thread-local variables that are dropped.
#[cfg(not(feature = "std"))]
fn domain_has_ended() -> bool {
    false
}

#[inline(always)]
fn domain_number() -> usize {
    if sys::OCAML5 {
        // SAFETY: the state of the domain that this thread holds.
        unsafe { number_of(sys::state()) }
    } else {
        0
    }
}

/// # Safety
///
/// The state of a domain.
#[inline(always)]
unsafe fn number_of(state: *mut sys::State) -> usize {
    // SAFETY: the caller's promise, the offset is the header's.
    let id = unsafe {
        state
            .byte_add(sys::DOMAIN_ID)
            .cast::<core::ffi::c_int>()
            .read()
    };
    id as usize
}

#[inline(always)]
fn page_of(cell: *mut Raw) -> *mut Page {
    cell.map_addr(|address| address & !(PAGE - 1)).cast()
}

/// Takes a free cell of a page that has one.
///
/// # Safety
///
/// This thread may write the page (invariant 2), and its list of free cells is not empty.
#[inline(always)]
unsafe fn take(page: *mut Page, value: Raw) -> Cell {
    // SAFETY: the caller's promise.
    unsafe {
        let cell = ((*page).header.free - 1) as *mut Raw;
        (*page).header.free = cell.read() as usize;
        (*page).header.live += 1;
        cell.write(value);
        Cell(NonNull::new_unchecked(cell))
    }
}

/// Gives a cell back to its page.
///
/// # Safety
///
/// This thread may write the page (invariant 2); the cell is in use and nobody's any more.
#[inline(always)]
unsafe fn release(page: *mut Page, cell: *mut Raw) {
    // SAFETY: the caller's promise.
    unsafe {
        cell.write((*page).header.free as Raw);
        (*page).header.free = cell as usize | 1;
        (*page).header.live -= 1;
    }
}

/// Asks the owner to free a cell.
///
/// # Safety
///
/// The cell is in use and nobody's any more.
#[cold]
#[inline(never)]
unsafe fn drop_remotely(page: *mut Page, cell: *mut Raw) {
    let index = (cell as usize & (PAGE - 1)) / WORD;
    // SAFETY: pages live for ever, and these fields are atomic.
    unsafe {
        (&(*page).header.dropped)[index / 64].fetch_or(1 << (index % 64), Ordering::Release);
        (*page).header.any_dropped.store(true, Ordering::Release);
    }
}

/// Frees the cells that others have dropped.
///
/// # Safety
///
/// This thread may write the page (invariant 2).
unsafe fn free_dropped(page: *mut Page) {
    // SAFETY: the caller's promise.
    unsafe {
        let header = &raw mut (*page).header;
        if !(*header).any_dropped.swap(false, Ordering::Acquire) {
            return;
        }
        for i in 0..MAP {
            let mut bits = (&(*header).dropped)[i].swap(0, Ordering::Acquire);
            while bits != 0 {
                let index = i * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                release(page, page.cast::<Raw>().add(index));
            }
        }
    }
}

#[cold]
#[inline(never)]
fn new_slow(value: Raw) -> Cell {
    // SAFETY: this thread holds the runtime, so it may install the hooks and write the pool of its
    // domain (invariant 2).
    unsafe {
        install_hooks();
        let pool = pool_of(domain_number());
        (*pool).ended = false;
        if !(*pool).current.is_null() {
            free_dropped((*pool).current);
            if (*(*pool).current).header.free == END {
                push(&mut (*pool).young, (*pool).current);
                (*pool).current = ptr::null_mut();
            }
        }
        if (*pool).current.is_null() {
            let page = match reusable_page(&mut (*pool).old) {
                // Scanned by the next minor collection from now on.
                Some(page) => page,
                None => match free_page((*pool).number) {
                    Some(page) => page,
                    None => new_page((*pool).number),
                },
            };
            (*pool).current = page;
        }
        take((*pool).current, value)
    }
}

/// The pool of a domain, made on first use by the domain itself.
fn pool_of(number: usize) -> *mut Pool {
    let pool = POOLS[number].load(Ordering::Acquire);
    if !pool.is_null() {
        return pool;
    }
    let null = ptr::null_mut();
    let fresh = Box::new(Pool {
        number,
        current: null,
        young: null,
        old: null,
        ended: false,
    });
    let fresh = Box::into_raw(fresh);
    POOLS[number].store(fresh, Ordering::Release);
    fresh
}

/// Takes out of a list a page that is less than half full.
///
/// # Safety
///
/// This thread may write the pages of the list (invariant 2).
unsafe fn reusable_page(list: &mut *mut Page) -> Option<*mut Page> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut link: *mut *mut Page = list;
        while !(*link).is_null() {
            let page = *link;
            free_dropped(page);
            if (*page).header.live < CELLS / 2 {
                *link = (*page).header.next;
                return Some(page);
            }
            link = &raw mut (*page).header.next;
        }
        None
    }
}

/// # Safety
///
/// This thread may write the page and the list.
unsafe fn push(list: &mut *mut Page, page: *mut Page) {
    // SAFETY: the caller's promise.
    unsafe { (*page).header.next = *list };
    *list = page;
}

/// Takes a page without roots that some domain has no use for.
fn free_page(owner: usize) -> Option<*mut Page> {
    if FREE.load(Ordering::Relaxed).is_null() {
        return None;
    }
    let page = FREE.swap(ptr::null_mut(), Ordering::AcqRel);
    if page.is_null() {
        return None;
    }
    // SAFETY: whoever takes the list out owns its pages.
    unsafe {
        let mut rest = (*page).header.next;
        let back =
            FREE.compare_exchange(ptr::null_mut(), rest, Ordering::AcqRel, Ordering::Relaxed);
        if back.is_err() {
            // Others have put pages there meanwhile.
            while !rest.is_null() {
                let next = (*rest).header.next;
                push_shared(&FREE, rest);
                rest = next;
            }
        }
        (*page).header.owner.store(owner, Ordering::Release);
        Some(page)
    }
}

/// Puts a page into a list that others put pages into at the same time.
///
/// # Safety
///
/// This thread owns the page, which is in no list.
unsafe fn push_shared(list: &AtomicPtr<Page>, page: *mut Page) {
    // SAFETY: the caller's promise. Only whole lists are taken out, so the head seen here either
    // still is the head when it is exchanged, or the exchange fails.
    unsafe {
        (*page).header.owner.store(NOBODY, Ordering::Release);
        let mut head = list.load(Ordering::Acquire);
        loop {
            (*page).header.next = head;
            match list.compare_exchange(head, page, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }
}

fn new_page(owner: usize) -> *mut Page {
    let layout = Layout::new::<Page>();
    // SAFETY: the layout has a size. All-zero bytes are a valid `Page`; its links are made before
    // anybody sees it.
    unsafe {
        let page = alloc_zeroed(layout).cast::<Page>();
        if page.is_null() {
            handle_alloc_error(layout);
        }
        PAGES.fetch_add(1, Ordering::Relaxed);
        (*page).header.owner = AtomicUsize::new(owner);
        let cells = (&raw mut (*page).cells).cast::<Raw>();
        for i in 0..CELLS - 1 {
            cells.add(i).write(cells.add(i + 1) as Raw | 1);
        }
        cells.add(CELLS - 1).write(END as Raw);
        (*page).header.free = cells as usize | 1;
        page
    }
}

/// Which roots a collection asks for.
#[derive(Clone, Copy, PartialEq)]
enum Scan {
    /// Those that may point into the minor heap.
    Young,
    /// All.
    All,
}

impl Scan {
    /// Whether cells that others have dropped are freed before the others are scanned (invariant 6)
    /// or after it (invariant 5).
    fn frees_first(self) -> bool {
        self == Scan::Young || !sys::OCAML5
    }
}

/// Scans the roots of one domain.
///
/// # Safety
///
/// The collector calls for this domain, once in this phase.
unsafe fn scan(number: usize, scan: Scan, mut action: impl FnMut(Raw, *mut Raw)) {
    let pool = POOLS[number].load(Ordering::Acquire);
    // SAFETY: the domain is stopped, and the collector works on its behalf (invariant 2).
    unsafe {
        if pool.is_null() {
            // A domain that has no pool adopts as well: it may be the only one left.
            if ORPHANS.load(Ordering::Relaxed).is_null() {
                return;
            }
            return self::scan_adopting(pool_of(number), scan, &mut action);
        }
        scan_adopting(pool, scan, &mut action);
    }
}

/// # Safety
///
/// As for [`scan`].
unsafe fn scan_adopting(pool: *mut Pool, scan: Scan, action: &mut impl FnMut(Raw, *mut Raw)) {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*pool).ended {
            adopt_orphans(&mut *pool, scan);
        }
        scan_page((*pool).current, scan, action);
        scan_list((*pool).young, scan, action);
        match scan {
            Scan::All => {
                if scan.frees_first() {
                    free_empty(&raw mut (*pool).old);
                }
                scan_list((*pool).old, scan, action);
                if !scan.frees_first() {
                    free_empty(&raw mut (*pool).old);
                }
            }
            Scan::Young => {
                // Invariant 3: after a minor collection nothing is young. The current page would be
                // scanned again by each of the next ones.
                let mut last = core::mem::replace(&mut (*pool).current, ptr::null_mut());
                if last.is_null() {
                    last = (*pool).old;
                    if !last.is_null() {
                        (*pool).old = (*last).header.next;
                    }
                }
                while !(*pool).young.is_null() {
                    let page = (*pool).young;
                    (*pool).young = (*page).header.next;
                    push(&mut (*pool).old, page);
                }
                // The page used last stays the first to be used next. Were it one just adopted each
                // time, the roots that stay for long would come to lie on as many pages, which were
                // never free.
                if !last.is_null() {
                    push(&mut (*pool).old, last);
                }
            }
        }
    }
}

/// # Safety
///
/// As for [`scan`].
unsafe fn scan_list(mut page: *mut Page, scan: Scan, action: &mut impl FnMut(Raw, *mut Raw)) {
    while !page.is_null() {
        // SAFETY: the caller's promise.
        unsafe {
            scan_page(page, scan, action);
            page = (*page).header.next;
        }
    }
}

/// Takes the pages without roots out of a list, for others to use.
///
/// # Safety
///
/// This thread may write the list and its pages (invariant 2).
unsafe fn free_empty(mut link: *mut *mut Page) {
    // SAFETY: the caller's promise.
    unsafe {
        while !(*link).is_null() {
            let page = *link;
            free_dropped(page);
            if (*page).header.live == 0 {
                *link = (*page).header.next;
                push_shared(&FREE, page);
            } else {
                link = &raw mut (*page).header.next;
            }
        }
    }
}

/// # Safety
///
/// As for [`scan`].
unsafe fn scan_page(page: *mut Page, scan: Scan, action: &mut impl FnMut(Raw, *mut Raw)) {
    if page.is_null() {
        return;
    }
    // SAFETY: the caller's promise. A free cell is an immediate.
    unsafe {
        if scan.frees_first() {
            free_dropped(page);
        }
        if (*page).header.live == 0 {
            return;
        }
        let cells = (&raw mut (*page).cells).cast::<Raw>();
        for i in 0..CELLS {
            let cell = cells.add(i);
            let value = cell.read();
            if sys::is_block(value) {
                action(value, cell);
            }
        }
        if !scan.frees_first() {
            free_dropped(page);
        }
    }
}

/// Takes over the pages of domains that have ended: as young ones, since they may point into the
/// minor heap that such a domain left behind.
fn adopt_orphans(pool: &mut Pool, scan: Scan) {
    if ORPHANS.load(Ordering::Relaxed).is_null() {
        return;
    }
    // A domain has ended. Others come after it, perhaps, and want pages: this one has had some from
    // earlier ones.
    if scan == Scan::Young {
        // SAFETY: this thread may write the pool (it scans it).
        unsafe { free_empty(&raw mut pool.old) };
    }
    let mut page = ORPHANS.swap(ptr::null_mut(), Ordering::AcqRel);
    while !page.is_null() {
        // SAFETY: whoever takes the list out owns its pages.
        unsafe {
            let next = (*page).header.next;
            (*page).header.owner.store(pool.number, Ordering::Release);
            push(&mut pool.young, page);
            page = next;
        }
    }
}

/// Has the collector and ending domains call us. Idempotent.
///
/// # Safety
///
/// This thread holds the runtime.
unsafe fn install_hooks() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    // SAFETY: the functions have the hooks' types. On OCaml 5 two domains may come here at once: the
    // first one installs. The roots of the other are scanned from the next collection on, before
    // which it must stop, which orders the two.
    unsafe {
        sys::bactrian_watch_runtime();
        if INSTALLED.swap(true, Ordering::AcqRel) {
            return;
        }
        let scan = scan_hook as sys::ScanRootsHook as *mut c_void;
        chain(&sys::caml_scan_roots_hook, scan, &PREVIOUS_SCAN);
        sys::if_ocaml5! {
            sys::bactrian_at_domain_end(domain_terminated);
        }
    }
}

/// Puts our function into a hook, and what was there where ours finds it, before ours can run.
fn chain(hook: &AtomicPtr<c_void>, ours: *mut c_void, previous: &AtomicPtr<c_void>) {
    let mut there = hook.load(Ordering::Acquire);
    loop {
        previous.store(there, Ordering::Release);
        match hook.compare_exchange(there, ours, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return,
            Err(now) => there = now,
        }
    }
}

sys::if_ocaml4! {
unsafe extern "C" fn scan_hook(action: sys::ScanningAction) {
    // SAFETY: the runtime calls this under the master lock, with the action to be applied; the
    // previous hook has the type of this one.
    unsafe {
        let minor = action as usize == sys::caml_oldify_one as sys::ScanningAction as usize;
        let which = if minor { Scan::Young } else { Scan::All };
        scan(0, which, |value, cell| action(value, cell));
        let previous = PREVIOUS_SCAN.load(Ordering::Acquire);
        if !previous.is_null() {
            core::mem::transmute::<*mut c_void, sys::ScanRootsHook>(previous)(action);
        }
    }
}
}

sys::if_ocaml5! {
unsafe extern "C" fn scan_hook(
    action: sys::ScanningAction,
    flags: core::ffi::c_int,
    data: *mut c_void,
    domain: *mut sys::State,
) {
    // SAFETY: the runtime calls this once for each domain while all are stopped, with the action
    // to be applied to that domain's roots; the previous hook has the type of this one.
    unsafe {
        let minor = flags & sys::SCANNING_ONLY_YOUNG_VALUES != 0;
        let which = if minor { Scan::Young } else { Scan::All };
        scan(number_of(domain), which, |value, cell| action(data, value, cell));
        let previous = PREVIOUS_SCAN.load(Ordering::Acquire);
        if !previous.is_null() {
            let previous = core::mem::transmute::<*mut c_void, sys::ScanRootsHook>(previous);
            previous(action, flags, data, domain);
        }
    }
}

/// The last act of a domain: its pages become orphans (invariant 4).
unsafe extern "C" fn domain_terminated() {
    // SAFETY: the domain that ends calls this, still holding its lock.
    unsafe {
        // A domain that never made a root needs a pool too, to be known as ended.
        let pool = pool_of(domain_number());
        (*pool).ended = true;
        #[cfg(feature = "std")]
        DOMAIN.set(Domain::Ended);
        let mut current = core::mem::replace(&mut (*pool).current, ptr::null_mut());
        if !current.is_null() {
            (*current).header.next = ptr::null_mut();
        }
        for list in [&raw mut current, &raw mut (*pool).young, &raw mut (*pool).old] {
            while !(*list).is_null() {
                let page = *list;
                *list = (*page).header.next;
                free_dropped(page);
                let heirs = if (*page).header.live == 0 { &FREE } else { &ORPHANS };
                push_shared(heirs, page);
            }
        }
    }
}
}
