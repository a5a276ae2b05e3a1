//! Raw bindings to the OCaml runtime, for the crate `bactrian`, which is the safe way to use them.
//!
//! Everything that differs between OCaml 4.11 and 5.5 is known here and nowhere else: the build
//! script reads the installed headers and writes the layout of the domain state, a small C file
//! holds what only the headers can say, and the function [`state`] finds the domain state the
//! fastest way the platform has.
//!
//! | what | OCaml 4.11 to 4.14 | OCaml 5.0 to 5.5 |
//! |---|---|---|
//! | domain state | global `Caml_state` | thread-local `caml_state`, null without the domain lock |
//! | order of `young_ptr`, `young_limit` | pointer first in 4.11 and 4.12, then limit first | limit first |
//! | block in the major heap, no exception | `caml_alloc_shr_no_track_noexc` | `caml_alloc_shr_noexc` |
//! | hook that scans roots | one argument, under the master lock | four arguments, one call per domain |
//! | memory that custom blocks hold outside | the limit is the caller's to compute | since 5.3 the collector's |
//! | the block without fields | in `caml_atom_table` | `caml_atom(0)` |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

use core::ffi::{c_char, c_int, c_void};

mod layout {
    include!(concat!(env!("OUT_DIR"), "/layout.rs"));
}
pub use layout::{
    BACKTRACE_ACTIVE, CUSTOM_TABLE, DOMAIN_ID, FLAT_FLOAT_ARRAY, VERSION, YOUNG_END, YOUNG_LIMIT,
    YOUNG_PTR, YOUNG_START,
};

/// An OCaml `value`: an immediate (lowest bit set) or the address of a block's first field.
pub type Value = isize;

/// A word before a block's first field: size, colour and tag.
pub type Header = usize;

/// The runtime's `caml_domain_state`, known only by the offsets of its fields.
#[repr(C)]
pub struct State {
    _opaque: [u8; 0],
}

/// Whether this is OCaml 5: several domains, and a thread-local state.
pub const OCAML5: bool = VERSION.0 >= 5;

/// `()`, `false`, `[]`, `None` and the first constant constructor.
pub const UNIT: Value = int(0);
/// `false`.
pub const FALSE: Value = int(0);
/// `true`.
pub const TRUE: Value = int(1);
/// `[]`.
pub const EMPTY_LIST: Value = int(0);
/// `None`.
pub const NONE: Value = int(0);

/// Blocks with this tag or above have no fields that are values.
pub const NO_SCAN_TAG: u8 = 251;
/// Forcing of a lazy value (OCaml 5.2 and later).
pub const FORCING_TAG: u8 = 244;
/// Continuation (OCaml 5).
pub const CONT_TAG: u8 = 245;
/// Suspended lazy value.
pub const LAZY_TAG: u8 = 246;
/// Closure.
pub const CLOSURE_TAG: u8 = 247;
/// Object, or the constructor of an exception.
pub const OBJECT_TAG: u8 = 248;
/// A closure within a closure block, of mutually recursive functions.
pub const INFIX_TAG: u8 = 249;
/// Forced lazy value.
pub const FORWARD_TAG: u8 = 250;
/// Block of which the collector knows nothing.
pub const ABSTRACT_TAG: u8 = 251;
/// `string` and `bytes`.
pub const STRING_TAG: u8 = 252;
/// `float`.
pub const DOUBLE_TAG: u8 = 253;
/// `float array` and record of floats.
pub const DOUBLE_ARRAY_TAG: u8 = 254;
/// Custom block: `int32`, `int64`, `nativeint`, bigarrays, handles of libraries.
pub const CUSTOM_TAG: u8 = 255;

/// Most fields of a block in the minor heap (`Max_young_wosize`).
pub const MAX_YOUNG_WOSIZE: usize = 256;
/// Most fields of a block that OCaml itself can make (`Max_wosize`).
pub const MAX_WOSIZE: usize = if size_of::<usize>() == 8 {
    (1 << 54) - 1
} else {
    (1 << 22) - 1
};
/// Largest `int`.
pub const MAX_INT: isize = isize::MAX >> 1;
/// Smallest `int`.
pub const MIN_INT: isize = isize::MIN >> 1;
/// Words that a float takes.
pub const DOUBLE_WOSIZE: usize = 8 / size_of::<usize>();

static_assertions::const_assert!(size_of::<Value>() == size_of::<*const ()>());
static_assertions::const_assert!(int(MAX_INT) == isize::MAX && int(MIN_INT) == isize::MIN + 1);
static_assertions::const_assert!(header_tag(header(3, 252)) == 252);
static_assertions::const_assert!(header_wosize(header(MAX_WOSIZE >> 8, 1)) == MAX_WOSIZE >> 8);
static_assertions::const_assert!(YOUNG_PTR.abs_diff(YOUNG_LIMIT) == 8);
static_assertions::const_assert!(
    VERSION.0 == 4 && VERSION.1 >= 11 || VERSION.0 == 5 && VERSION.1 <= 5
);

/// `Val_long`: the immediate of an integer, whose highest bit is lost.
#[inline(always)]
pub const fn int(n: isize) -> Value {
    (n << 1) | 1
}

/// `Long_val`: the integer of an immediate.
#[inline(always)]
pub const fn int_of(v: Value) -> isize {
    v >> 1
}

/// Whether the value is an immediate.
#[inline(always)]
pub const fn is_int(v: Value) -> bool {
    v & 1 == 1
}

/// Whether the value is the address of a block, aligned as every block is.
#[inline(always)]
pub const fn is_block(v: Value) -> bool {
    v & (size_of::<usize>() as isize - 1) == 0
}

/// The header of a block in the minor heap: no colour, no reserved bits.
#[inline(always)]
pub const fn header(wosize: usize, tag: u8) -> Header {
    (wosize << 10) | tag as usize
}

/// The tag in a header.
#[inline(always)]
pub const fn header_tag(header: Header) -> u8 {
    header as u8
}

/// The number of fields in a header. The highest eight bits may be reserved for other uses
/// (`--enable-reserved-header-bits`, profiling) and no block is that large: they are cut.
#[inline(always)]
pub const fn header_wosize(header: Header) -> usize {
    if size_of::<usize>() == 8 {
        (header << 8) >> 18
    } else {
        header >> 10
    }
}

/// The polymorphic variant's constructor as OCaml numbers it (`caml_hash_variant`, `Val_int` of
/// it is the constant): computed at compile time.
///
/// ```
/// assert_eq!(bactrian_sys::hash_variant("Red"), 4100401);
/// ```
pub const fn hash_variant(name: &str) -> isize {
    let bytes = name.as_bytes();
    let mut hash: u32 = 0;
    let mut i = 0;
    while i < bytes.len() {
        hash = hash.wrapping_mul(223).wrapping_add(bytes[i] as u32);
        i += 1;
    }
    // 31 bits, sign included, on every platform.
    (((hash << 1) as i32) >> 1) as isize
}

/// Whether [`state`] is no more than a load or two, where it is better called again than kept.
pub const STATE_IS_NEAR: bool = cfg!(any(state_in_tls, state_in_global));

/// The state of the domain whose lock this thread holds. On OCaml 5 it is null when the thread
/// holds none.
#[inline(always)]
#[cfg(state_in_tls)]
pub fn state() -> *mut State {
    let state: *mut State;
    // SAFETY: the initial-exec access to the thread-local `caml_state`, which the runtime defines
    // for every program that it is linked into. It reads one word and changes nothing.
    unsafe {
        core::arch::asm!(
            "mov {s}, qword ptr [rip + caml_state@GOTTPOFF]",
            "mov {s}, qword ptr fs:[{s}]",
            s = out(reg) state,
            options(nostack, preserves_flags, readonly, pure),
        );
    }
    state
}

/// The state of the domain whose lock this thread holds. On OCaml 5 it is null when the thread
/// holds none.
#[inline(always)]
#[cfg(state_in_global)]
pub fn state() -> *mut State {
    unsafe extern "C" {
        static Caml_state: *mut State;
    }
    // SAFETY: a global that the runtime sets once, at start.
    unsafe { Caml_state }
}

/// The state of the domain whose lock this thread holds. On OCaml 5 it is null when the thread
/// holds none.
#[inline(always)]
#[cfg(not(any(state_in_tls, state_in_global)))]
pub fn state() -> *mut State {
    unsafe extern "C" {
        safe fn bactrian_state() -> *mut State;
    }
    bactrian_state()
}

/// Whether there is but one domain. To whoever holds the runtime, that stays so until it is released:
/// only OCaml code begins domains.
#[inline(always)]
#[cfg(not(ocaml5))]
pub const fn alone() -> bool {
    true
}

/// Whether there is but one domain. To whoever holds the runtime, that stays so until it is released:
/// only OCaml code begins domains.
#[inline(always)]
#[cfg(ocaml5)]
pub fn alone() -> bool {
    unsafe extern "C" {
        static caml_num_domains_running: core::sync::atomic::AtomicUsize;
    }
    // SAFETY: an atomic word of the runtime's. Acquired, as what a domain that has ended did.
    unsafe { caml_num_domains_running.load(core::sync::atomic::Ordering::Acquire) == 1 }
}

/// Keeps what it is given when OCaml 4 is bound, else drops it: for the crate that depends on this
/// one and cannot see its configuration.
#[cfg(not(ocaml5))]
#[macro_export]
macro_rules! if_ocaml4 {
    ($($tokens:tt)*) => { $($tokens)* };
}
/// Keeps what it is given when OCaml 4 is bound, else drops it: for the crate that depends on this
/// one and cannot see its configuration.
#[cfg(ocaml5)]
#[macro_export]
macro_rules! if_ocaml4 {
    ($($tokens:tt)*) => {};
}
/// Keeps what it is given when OCaml 5 is bound, else drops it.
#[cfg(ocaml5)]
#[macro_export]
macro_rules! if_ocaml5 {
    ($($tokens:tt)*) => { $($tokens)* };
}
/// Keeps what it is given when OCaml 5 is bound, else drops it.
#[cfg(not(ocaml5))]
#[macro_export]
macro_rules! if_ocaml5 {
    ($($tokens:tt)*) => {};
}

/// A function that is called with each root (OCaml 4).
#[cfg(not(ocaml5))]
pub type ScanningAction = unsafe extern "C" fn(value: Value, root: *mut Value);
/// A function that is called with each root (OCaml 5).
#[cfg(ocaml5)]
pub type ScanningAction = unsafe extern "C" fn(data: *mut c_void, value: Value, root: *mut Value);

/// The hook through which the collector asks for roots (OCaml 4).
#[cfg(not(ocaml5))]
pub type ScanRootsHook = unsafe extern "C" fn(action: ScanningAction);
/// The hook through which the collector asks for roots (OCaml 5): once for each domain.
#[cfg(ocaml5)]
pub type ScanRootsHook = unsafe extern "C" fn(
    action: ScanningAction,
    flags: c_int,
    data: *mut c_void,
    domain: *mut State,
);

/// What the runtime does with a custom block (`struct custom_operations`).
#[repr(C)]
#[derive(Debug)]
pub struct CustomOperations {
    /// Names the type, in marshalled data and in the order of unlike blocks.
    pub identifier: *const c_char,
    /// Called when a block has died, with the block.
    pub finalize: Option<unsafe extern "C" fn(Value)>,
    /// The order of two blocks that have this very function.
    pub compare: Option<unsafe extern "C" fn(Value, Value) -> c_int>,
    /// A hash.
    pub hash: Option<unsafe extern "C" fn(Value) -> isize>,
    /// Writes a block; stores the sizes of its data on platforms of 32 and 64 bits.
    pub serialize: Option<unsafe extern "C" fn(Value, *mut usize, *mut usize)>,
    /// Reads the data of a block to where it belongs; returns its size.
    pub deserialize: Option<unsafe extern "C" fn(*mut c_void) -> usize>,
    /// The order of a block and an immediate.
    pub compare_ext: Option<unsafe extern "C" fn(Value, Value) -> c_int>,
    /// The sizes of the data, if all blocks have them.
    pub fixed_length: *const CustomFixedLength,
}

/// Where the table of custom blocks is, from where the pointer at [`CUSTOM_TABLE`] leads to.
pub const CUSTOM_TABLE_AT: usize = if OCAML5 { 14 * size_of::<usize>() } else { 0 };

/// The table of custom blocks in the minor heap that are finalised, or speed the collector up.
#[repr(C)]
#[derive(Debug)]
pub struct CustomTable {
    base: *mut CustomElement,
    end: *mut CustomElement,
    threshold: *mut CustomElement,
    /// Where the next one is written.
    pub ptr: *mut CustomElement,
    /// The last place for one, or the place after which a collection is asked for.
    pub limit: *mut CustomElement,
}

/// An entry of the table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CustomElement {
    /// The block.
    pub block: Value,
    /// Bytes that it holds outside the heap.
    pub memory: usize,
    /// How many are worth a collection.
    pub most: usize,
}

/// The words of an OCaml function that is copied for Rust closures.
#[repr(C)]
#[derive(Debug)]
pub struct ClosureFunction {
    /// How many words it has; 0 before OCaml code has given it, and then the others are not read.
    pub wosize: core::sync::atomic::AtomicUsize,
    /// The words, of which the last is replaced.
    pub words: [core::sync::atomic::AtomicUsize; 4],
}

/// A place in OCaml code, of a backtrace.
#[repr(C)]
#[derive(Debug)]
pub struct Frame {
    /// The source file; null when it is not known. It and the function are the runtime's, for ever.
    pub file: *const c_char,
    /// The function, or null.
    pub function: *const c_char,
    /// The line where it begins.
    pub line: isize,
    /// The line where it ends; before OCaml 5.2 the same.
    pub end_line: isize,
    /// The first character, counted from the beginning of the line.
    pub start: isize,
    /// The character after it, counted so too.
    pub end: isize,
    /// Whether an exception was raised here.
    pub is_raise: c_int,
    /// Whether the code was inlined.
    pub is_inlined: c_int,
}

impl Default for Frame {
    /// Nothing is known.
    fn default() -> Self {
        Frame {
            file: core::ptr::null(),
            function: core::ptr::null(),
            line: 0,
            end_line: 0,
            start: 0,
            end: 0,
            is_raise: 0,
            is_inlined: 0,
        }
    }
}

/// Bytes of a custom block's data, by platform.
#[repr(C)]
#[derive(Debug)]
pub struct CustomFixedLength {
    /// Where words have 32 bits.
    pub bsize_32: isize,
    /// Where words have 64 bits.
    pub bsize_64: isize,
}

/// A flag of the hook: only values in the minor heap matter.
#[cfg(ocaml5)]
pub const SCANNING_ONLY_YOUNG_VALUES: c_int = 1;

unsafe extern "C" {
    /// Where the collector finds the function that scans further roots; null when there is none.
    pub static caml_scan_roots_hook: core::sync::atomic::AtomicPtr<c_void>;
    /// The action of a minor collection: how a hook knows one.
    #[cfg(not(ocaml5))]
    pub fn caml_oldify_one(value: Value, root: *mut Value);

    /// Operations of `int32`.
    pub static caml_int32_ops: c_void;
    /// Operations of `int64`.
    pub static caml_int64_ops: c_void;
    /// Operations of bigarrays, a [`CustomOperations`].
    pub static caml_ba_ops: c_void;
    /// Operations of `nativeint`.
    pub static caml_nativeint_ops: c_void;

    /// Allocates up to 256 fields in the minor heap, after a collection when there is no room.
    /// Runs no OCaml code.
    pub fn caml_alloc_small(wosize: usize, tag: c_int) -> Value;
    /// Writes a field of a block for the first time.
    pub fn caml_initialize(field: *mut Value, value: Value);
    /// Writes a field of a block.
    pub fn caml_modify(field: *mut Value, value: Value);
    /// Has a minor collection run at the next poll.
    pub fn caml_request_minor_gc();
    /// Collects if that was requested, with the value kept alive; returns it, perhaps moved.
    pub fn caml_check_urgent_gc(value: Value) -> Value;
    /// Runs signal handlers, finalisers, requested collections; returns unit, or an exception
    /// marked in bit 1.
    pub fn caml_process_pending_actions_exn() -> Value;

    /// Calls a closure with one argument; an exception is marked in bit 1 of the result.
    pub fn caml_callback_exn(closure: Value, argument: Value) -> Value;
    /// Calls a closure with two arguments.
    pub fn caml_callback2_exn(closure: Value, a: Value, b: Value) -> Value;
    /// Calls a closure with three arguments.
    pub fn caml_callback3_exn(closure: Value, a: Value, b: Value, c: Value) -> Value;
    /// Calls a closure with any number of arguments.
    pub fn caml_callbackN_exn(closure: Value, count: c_int, arguments: *mut Value) -> Value;
    /// What `Callback.register` stored under a name; null when nothing.
    pub fn caml_named_value(name: *const c_char) -> *const Value;

    /// Has a lazy value that is not computed be one that is being computed, in one atomic step:
    /// returns `0` if that was done. It and those below never collect.
    #[cfg(ocaml5)]
    pub fn caml_lazy_update_to_forcing(lazy: Value) -> Value;
    /// The opposite.
    #[cfg(ocaml5)]
    pub fn caml_lazy_reset_to_lazy(lazy: Value) -> Value;
    /// Has a lazy value that is being computed be one whose field is the value.
    #[cfg(ocaml5)]
    pub fn caml_lazy_update_to_forward(lazy: Value) -> Value;

    /// Raises the exception. No frame above the calling OCaml code may own anything.
    pub fn caml_raise(exception: Value) -> !;
    /// Raises `Failure` of an OCaml string.
    pub fn caml_failwith_value(message: Value) -> !;
    /// Raises `Invalid_argument` of an OCaml string.
    pub fn caml_invalid_argument_value(message: Value) -> !;
    /// Raises `Sys_error` of an OCaml string.
    pub fn caml_raise_sys_error(message: Value) -> !;
    /// Raises `Not_found`.
    pub fn caml_raise_not_found() -> !;
    /// Raises `End_of_file`.
    pub fn caml_raise_end_of_file() -> !;
    /// Raises `Division_by_zero`.
    pub fn caml_raise_zero_divide() -> !;
    /// Raises `Out_of_memory`.
    pub fn caml_raise_out_of_memory() -> !;
    /// Raises `Stack_overflow`.
    pub fn caml_raise_stack_overflow() -> !;

    /// Text of an exception as the runtime prints it, to be freed with [`caml_stat_free`].
    pub fn caml_format_exception(exception: Value) -> *mut c_char;
    /// Frees what the runtime allocated outside the heap.
    pub fn caml_stat_free(block: *mut c_void);
    /// The backtrace of the last exception, as `Printexc.raw_backtrace`.
    pub fn caml_get_exception_raw_backtrace(unit: Value) -> Value;
    /// Whether backtraces are recorded, as an OCaml `bool`.
    pub fn caml_backtrace_status(unit: Value) -> Value;
    /// The operations that were registered under an identifier; null when none were.
    pub fn caml_find_custom_operations(identifier: *const c_char) -> *const c_void;
    /// Has `input_value` know the operations by their identifier, from now on and for ever.
    pub fn caml_register_custom_operations(operations: *const CustomOperations);
    /// Writes a byte, while a custom block is marshalled.
    pub fn caml_serialize_int_1(n: c_int);
    /// Writes eight bytes.
    pub fn caml_serialize_int_8(n: i64);
    /// Writes bytes.
    pub fn caml_serialize_block_1(data: *const c_void, length: isize);
    /// Reads a byte, while a custom block is unmarshalled.
    pub fn caml_deserialize_uint_1() -> c_int;
    /// Reads eight bytes.
    pub fn caml_deserialize_sint_8() -> i64;
    /// Reads bytes.
    pub fn caml_deserialize_block_1(data: *mut c_void, length: isize);
    /// Ends unmarshalling with `Failure` (`caml_deserialize_error`). What has been read so far is lost.
    pub fn bactrian_deserialize_error(message: *const c_char) -> !;

    /// Enters a custom block, just made in the minor heap, among those to be finalised; it holds so
    /// many bytes outside the heap. Never collects.
    pub fn bactrian_custom_young(block: Value, bytes: usize);
    /// A custom block in the major heap holds so many more bytes outside. Never collects.
    pub fn bactrian_custom_old(bytes: usize);
    /// Whether a custom block with so many bytes outside belongs into the major heap at once.
    pub fn bactrian_custom_is_large(bytes: usize) -> c_int;
    /// Says that the two values being compared have no order.
    pub fn bactrian_compare_unordered();

    /// A block in the major heap whose fields are not set, or 0 without memory. Never collects.
    pub fn bactrian_alloc_shr(wosize: usize, tag: u8) -> Value;
    /// The value of `young_limit` when nothing wants the attention of OCaml code. The thread must
    /// hold the runtime.
    pub fn bactrian_young_trigger() -> usize;
    /// The constructor of `Failure` in native code; else 0, and the runtime alone knows it.
    pub safe fn bactrian_failure() -> Value;
    /// The constructor of the predefined exception of this number: `OUT_OF_MEMORY_EXN` and so on of
    /// `caml/fail.h`. 0 where its symbol is not known.
    pub safe fn bactrian_predefined(number: c_int) -> Value;
    /// How many slots the backtrace has, if this exception was the last one raised, and copies as
    /// many as there is room for. The thread must hold the runtime.
    pub fn bactrian_backtrace(exception: Value, slots: *mut usize, room: usize) -> usize;
    /// The place that a slot stands for; of those that were inlined into each other there, the one
    /// of this depth. 0 when there is none. The thread must hold the runtime. May collect: bytecode
    /// reads the program's debugging information the first time.
    pub fn bactrian_frame(slot: usize, depth: usize, frame: *mut Frame) -> c_int;
    /// Has the exception be the last one raised, and its backtrace be this `Printexc.raw_backtrace`.
    /// Never collects.
    pub fn caml_restore_raw_backtrace(exception: Value, backtrace: Value) -> Value;
    /// The block without fields and of tag 0.
    pub fn bactrian_atom0() -> Value;
    /// The functions that are copied for Rust closures of one to eight arguments.
    pub safe static bactrian2_functions: [ClosureFunction; 8];
    /// The identifiers of their blocks' operations.
    pub safe static bactrian2_identifiers: [[c_char; 17]; 8];
    /// The lowest address of this thread's stack, or 0 when it is not known.
    pub safe fn bactrian_stack_low() -> usize;
    /// Whether this thread holds the runtime; what is not known is 0.
    pub safe fn bactrian_holds_runtime() -> c_int;
    /// Whether the domain of this thread has ended, though there still is its state. Not on OCaml 4.
    pub safe fn bactrian_domain_has_ended() -> c_int;
    /// Has a domain that ends call this, after its last OCaml code, still holding its lock. There is one
    /// such function at a time.
    #[cfg(ocaml5)]
    pub fn bactrian_at_domain_end(function: unsafe extern "C" fn());
    /// Has [`bactrian_holds_runtime`] know from now on. The thread must hold the runtime.
    pub fn bactrian_watch_runtime();
    /// Whether [`bactrian_holds_runtime`] is to know this thread too, which ends without the runtime
    /// (OCaml 4).
    pub safe fn bactrian_flag_thread(on: c_int);

    /// Whether this thread holds the runtime: 1; 0; 2 when it has only given it back for a while
    /// ([`bactrian_release_for_a_while`]); or on OCaml 4 -1 when that is not known.
    pub safe fn bactrian_lock_state() -> c_int;
    /// Starts the runtime on this thread, which holds it then; returns 0 when the program has none.
    /// An exception of its initialisation is marked in bit 1 of the result. The arguments, which end
    /// with null, stay for ever.
    pub fn bactrian_start(arguments: *const *mut c_char, result: *mut Value) -> c_int;
    /// Whether there is a runtime that somebody has started.
    pub safe fn bactrian_runtime_lives() -> c_int;
    /// Whether the program has OCaml's thread library. There must be a runtime.
    pub fn bactrian_has_threads() -> c_int;
    /// Makes a thread known to the runtime: 1 when it was not before, and is now in this domain, which must
    /// not end meanwhile; 2 when it was, in whatever domain; 3 when it was and may hold the runtime; 0 when
    /// it is not now; 4 when only domain 0 takes threads (before OCaml 5.5). It must not be known to hold
    /// the runtime.
    pub fn bactrian_register_thread(has_threads: c_int, domain: usize) -> c_int;
    /// The number of the domain whose runtime this thread holds, which no other domain ever has; 0 on
    /// OCaml 4.
    pub fn bactrian_domain() -> usize;
    /// The opposite, for a thread for which that returned 1 and that does not hold the runtime.
    pub fn bactrian_unregister_thread();
    /// Takes the runtime's lock, for a thread that is known and does not hold it, and has
    /// [`bactrian_holds_runtime`] know. Runs no OCaml code.
    pub fn bactrian_acquire();
    /// Gives the lock back. Runs no OCaml code.
    pub fn bactrian_release();
    /// Gives the lock back until [`bactrian_acquire_again`].
    pub fn bactrian_release_for_a_while();
    /// Takes the lock again after [`bactrian_release_for_a_while`].
    pub fn bactrian_acquire_again();
    /// Runs OCaml's `at_exit` functions and ends the runtime, which nobody can hold any more.
    pub fn bactrian_shutdown();
    /// Runs OCaml's `at_exit` functions and ends nothing; but nobody can hold the runtime any more.
    pub fn bactrian_at_exit();
}
