//! Rust closures as OCaml functions.
//!
//! | file | what |
//! |---|---|
//! | here | [`Function`], and how OCaml gets one |
//! | `call` | which closures there can be, and how they are called |
//!
//! # Structure
//!
//! OCaml calls an ordinary function of its own, `fun a b -> apply2 f a b`, made by ocamlopt or
//! ocamlc; so partial application, currying and whatever else OCaml does with functions is right.
//! What differs is `f`: a custom block that owns a Rust closure. The support code, which every
//! generated interface that needs it has, makes one such OCaml function for each number of
//! arguments, with a number for `f`, and gives them to Rust as soon as it runs; a new function is a
//! copy of one of them, with its own block in place of the number. So no OCaml code runs while a value
//! is made, nor is anything looked up that could let others collect.
//!
//! `apply2` is the C function `bactrian1_apply2`. It belongs to no library: the block says which code
//! to call. Of several libraries in a program, it does not matter whose functions are copied, or
//! whose `bactrian1_apply2` is linked: all of this, and the root of the functions, is weak and global,
//! so that there is one of each.
//!
//! The `1` in the names is the version of what libraries then have to agree on: the invariants below,
//! the arguments of the code, and what the OCaml functions look like. A change of any of these is
//! another number. Libraries of two versions have a set of functions each; an interface that another
//! version has generated does not link.
//!
//! # Invariants
//!
//! 1. A block of `OPERATIONS` has four words: these, the payload, the code that belongs to the type
//!    of the payload, and that word with [`MARK`] and the number of arguments: the C functions know it by
//!    these.
//! 2. The payload is an `Arc<Closure<K>>` that begins with a [`Head`]; the block owns one share.

mod call;

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicIsize, Ordering};

use alloc::sync::Arc;
use bactrian_sys as sys;
use sys::Value as Raw;

use self::call::{Kept, Many, Once, OneAtATime};
use super::custom::{Operations, drop_closure, operations_of_closures};
use super::{ConversionError, Value};
use crate::convert::{OCamlType, ToValue, TypeExpr};
use crate::runtime::{Allocator, Runtime};

pub use call::{Call, CallMut, CallOnce, Outcome, Parameters, Raises};

/// A Rust closure that OCaml gets as a function: `Function<(isize, String), bool>` is
/// `int -> string -> bool`, `Function<(), bool>` is `unit -> bool`.
///
/// It has one to eight arguments, or unit. To OCaml it is a function as any other: it can be applied
/// to some of its arguments, stored, passed on. The closure is dropped when the last of them, and of
/// the `Function`s in Rust, is gone.
///
/// The closure takes `&mut Runtime`, written out, and then its arguments, which are types that own
/// what they have: [`String`](alloc::string::String), not `&str`; [`Root`](crate::Root), not
/// [`Value`]. It returns
///
/// - a type with [`ToValue`]: for `Result<T, E>`, OCaml's `result`;
/// - or `Result<R, E>` where `E` is raised: a type that derives [`Exception`](macro@crate::Exception),
///   an [`Exception`](struct@crate::Exception) of OCaml's, `io::Error` as `Sys_error`, other errors of
///   the standard library, texts and `Box<dyn Error>` as `Failure`.
///
/// The type says which of the two it is: a closure that returns `Result<isize, String>` raises in a
/// `Function<A, isize>`, and not in a `Function<A, Result<isize, String>>`.
///
/// An argument that does not convert is `Invalid_argument`, a panic is the exception
/// `Bactrian.Panic` of the interface of the crate where the closure was written, else `Failure`.
///
/// # Any domain, any thread
///
/// Whoever has the function may call it, also while it runs: in another domain, or in a call that a
/// call makes. So the closure is a `Fn`, `Send`, `Sync` and `'static`. [`Function::new_mut`] and
/// [`Function::new_once`] are for others.
///
/// # What is never freed
///
/// OCaml's collector does not see into a closure. What a [`Root`](crate::Root) in it refers to lives
/// as long as the closure; so if that is, or leads to, the closure's own function (a table of handlers
/// in which it is registered, say), neither is ever freed. Let OCaml pass the value with each call
/// instead, or have it in a closure of [`Function::new_once`], which is dropped when it is called.
///
/// # What the OCaml program needs
///
/// Some OCaml code, which runs before the first value is made. There is nothing to do about it where
///
/// - the generated interface is linked: it has the code when a function of its returns a `Function`,
///   or gives one to an OCaml function;
/// - a Rust program has OCaml code compiled in by `bactrian_build::Embed`, or the feature `link`.
///
/// Else making the value panics with a message that says what is missing:
///
/// ```ocaml
/// external register : Obj.t array -> unit = "bactrian1_register_functions"
/// external apply1 : Obj.t -> 'a -> 'r = "bactrian1_apply1"
/// external apply2 : Obj.t -> 'a -> 'b -> 'r = "bactrian1_apply2"
/// (* ... *)
/// external apply5 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'r
///   = "bactrian1_apply5_bytecode" "bactrian1_apply5"
/// (* ... *)
///
/// let[@inline never] functions f =
///   [| Obj.repr (fun a -> apply1 f a); Obj.repr (fun a b -> apply2 f a b); (* ... *) |]
///
/// let () = register (functions (Sys.opaque_identity (Obj.repr 0xbac7)))
/// ```
///
/// It may end with the largest number of arguments that is used.
///
/// # Examples
///
/// ```
/// use bactrian::{Function, Runtime};
///
/// /// OCaml: `type adder = int -> int`, `adder : int -> adder`
/// #[bactrian::func]
/// fn adder(n: isize) -> Function<(isize,), isize> {
///     Function::new(move |_: &mut Runtime, m: isize| n + m)
/// }
/// ```
///
/// Given to an OCaml function:
///
/// ```
/// use bactrian::{Exception, Fun, Function, Root, Runtime};
///
/// type Visitor = Function<(String,), ()>;
///
/// #[bactrian::func]
/// fn visit(rt: &mut Runtime, walk: Root<Fun<(Visitor,), ()>>) -> Result<(), Exception> {
///     let visitor = Visitor::new(|_: &mut Runtime, name: String| println!("{name}"));
///     walk.call(rt, (visitor,))
/// }
/// ```
pub struct Function<A, R> {
    payload: NonNull<Head>,
    phantom: PhantomData<fn(A) -> R>,
}

// SAFETY: a share of a closure that is `Send` and `Sync`, by the bounds of `Kept`.
unsafe impl<A, R> Send for Function<A, R> {}
// SAFETY: as above.
unsafe impl<A, R> Sync for Function<A, R> {}

/// What is known of a closure without its type.
struct Head {
    /// What the C functions call, with the block and the arguments.
    code: *const (),
    retain: unsafe fn(*const Head),
    release: unsafe fn(*const ()),
}

/// What a block owns a share of: a `Head` first.
#[repr(C)]
struct Closure<K> {
    head: Head,
    kept: K,
}

// SAFETY: the head is addresses of code.
unsafe impl<K: Send> Send for Closure<K> {}
// SAFETY: as above.
unsafe impl<K: Sync> Sync for Closure<K> {}

/// # Safety
///
/// The payload is an `Arc<Closure<K>>`.
unsafe fn retain<K>(payload: *const Head) {
    // SAFETY: the caller's promise.
    unsafe { Arc::increment_strong_count(payload.cast::<Closure<K>>()) };
}

/// # Safety
///
/// The payload is an `Arc<Closure<K>>`, and this share of it is not used again.
unsafe fn release<K>(payload: *const ()) {
    // SAFETY: the caller's promise.
    drop(unsafe { Arc::from_raw(payload.cast::<Closure<K>>()) });
}

impl<A: Parameters, R: ToValue> Function<A, R> {
    /// A function of a closure that any number of calls may run at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{Function, Runtime};
    ///
    /// #[bactrian::func]
    /// fn add() -> Function<(isize, isize), isize> {
    ///     Function::new(|_: &mut Runtime, a: isize, b: isize| a + b)
    /// }
    ///
    /// /// Its function raises `Failure`.
    /// #[bactrian::func]
    /// fn parse() -> Function<(String,), isize> {
    ///     Function::new(|_: &mut Runtime, text: String| text.parse::<isize>())
    /// }
    /// ```
    pub fn new<F: Call<A, R> + Send + Sync + 'static>(closure: F) -> Self {
        Self::of(Many(closure))
    }

    /// A function of a closure that changes what it holds.
    ///
    /// A call while another runs (one that comes back through an OCaml function, or another domain)
    /// raises `Invalid_argument`. A panic leaves what the closure holds as it is then.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{Function, Runtime};
    ///
    /// /// Counts from `n` on. OCaml: `type counter_from = unit -> int`
    /// #[bactrian::func]
    /// fn counter_from(mut n: isize) -> Function<(), isize> {
    ///     Function::new_mut(move |_: &mut Runtime| {
    ///         n += 1;
    ///         n - 1
    ///     })
    /// }
    /// ```
    pub fn new_mut<F: CallMut<A, R> + Send + 'static>(closure: F) -> Self {
        Self::of(OneAtATime::new(closure))
    }

    /// A function of a closure that can be called once: the second call raises
    /// `Invalid_argument`. A call with an argument that does not convert is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use bactrian::{Function, Runtime};
    ///
    /// #[bactrian::func]
    /// fn open_later(path: String) -> Function<(), String> {
    ///     Function::new_once(move |_: &mut Runtime| std::fs::read_to_string(path))
    /// }
    /// ```
    pub fn new_once<F: CallOnce<A, R> + Send + 'static>(closure: F) -> Self {
        Self::once_or(
            closure,
            "the Rust closure has been called before: it can be called once",
        )
    }

    /// A function of a closure that can be called once; what the second call says.
    pub(crate) fn once_or<F: CallOnce<A, R> + Send + 'static>(
        closure: F,
        again: &'static str,
    ) -> Self {
        Self::of(Once::new(closure, again))
    }

    fn of<K: Kept<A, R>>(kept: K) -> Self {
        let closure = Arc::new(Closure {
            head: Head {
                code: A::code::<K, R>(),
                retain: retain::<K>,
                release: release::<K>,
            },
            kept,
        });
        let payload = Arc::into_raw(closure).cast::<Head>().cast_mut();
        Function {
            // SAFETY: `Arc::into_raw` gives no null.
            payload: unsafe { NonNull::new_unchecked(payload) },
            phantom: PhantomData,
        }
    }
}

impl<A, R> Function<A, R> {
    fn head(&self) -> &Head {
        // SAFETY: this owns a share.
        unsafe { self.payload.as_ref() }
    }
}

/// Another share of the same closure.
impl<A, R> Clone for Function<A, R> {
    fn clone(&self) -> Self {
        // SAFETY: invariant 2.
        unsafe { (self.head().retain)(self.payload.as_ptr()) };
        Function {
            payload: self.payload,
            phantom: PhantomData,
        }
    }
}

impl<A, R> Drop for Function<A, R> {
    fn drop(&mut self) {
        // SAFETY: invariant 2; this is the end of this share.
        unsafe { (self.head().release)(self.payload.as_ptr().cast_const().cast()) };
    }
}

impl<A, R> fmt::Debug for Function<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").finish_non_exhaustive()
    }
}

impl<A: Parameters, R: ToValue> OCamlType for Function<A, R> {
    const TYPE: TypeExpr = TypeExpr::Function(A::TYPES, &R::TYPE);

    #[inline]
    fn check(value: Value<'_>) -> Result<(), ConversionError> {
        match value.tag() {
            Some(sys::CLOSURE_TAG | sys::INFIX_TAG) => Ok(()),
            _ => Err(value.unexpected("a function")),
        }
    }
}

/// # Panics
///
/// When the OCaml program does not have the code for it: see [`Function`].
impl<A: Parameters, R: ToValue> ToValue for Function<A, R> {
    const TYPE: TypeExpr = TypeExpr::Function(A::TYPES, &R::TYPE);

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        let (template, wosize) = template(A::ARITY);
        let share = self.clone();
        let code = self.head().code;
        let mut allocator = Allocator::new(rt);
        let block = allocator.custom_with(
            OPERATIONS,
            self.payload.as_ptr().cast_const().cast(),
            [code.addr(), code.addr() ^ (MARK + A::ARITY)],
        );
        // The block's from here on.
        core::mem::forget(share);
        // SAFETY: `template` has checked it, and nothing has collected since.
        unsafe { Value::from_raw(allocator.closure_with(template, wosize, block)) }
    }
}

const OPERATIONS: &Operations = &operations_of_closures(finalize);

/// # Safety
///
/// The collector calls it, with a block of `OPERATIONS`.
unsafe extern "C" fn finalize(block: Raw) {
    // SAFETY: invariant 2; the block's share ends with it.
    unsafe {
        drop_closure(block, |payload| {
            ((*payload.cast::<Head>()).release)(payload)
        })
    };
}

/// `CLOSURE_MARK` of the C functions.
const MARK: usize = 0x4261_6374;

/// What stands for the block in the functions that are registered.
const PLACE: Raw = sys::int(0xbac7);

/// Most words that a closure of one value can have.
const MOST_WORDS: usize = 8;

/// Whether the OCaml program has the code for functions of so many arguments.
pub(super) fn can_be_made(arity: usize) -> bool {
    // SAFETY: as in `template`.
    let functions = unsafe { AtomicIsize::from_ptr(&raw mut sys::bactrian1_functions) };
    let functions = functions.load(Ordering::Acquire);
    if functions == 0 {
        return false;
    }
    // SAFETY: the root has a value, and nothing collects meanwhile.
    let functions = unsafe { Value::<super::Any>::from_raw(functions) };
    functions.size() >= Some(arity)
}

/// The OCaml function of so many arguments that is to be copied, and its size.
fn template(arity: usize) -> (Raw, usize) {
    // SAFETY: a word that lives as long as the program. It is read while the runtime is held, so the
    // collector, which updates it, does not run; another domain's initialisation may write it.
    let functions = unsafe { AtomicIsize::from_ptr(&raw mut sys::bactrian1_functions) };
    let functions = functions.load(Ordering::Acquire);
    if functions == 0 {
        missing(arity, "has not done so");
    }
    // SAFETY: the root has a value; the caller does not collect before it has copied the function.
    let functions = unsafe { Value::<super::Any>::from_raw(functions) };
    if functions.tag() != Some(0) || functions.size() < Some(arity) {
        missing(arity, "gave too few functions");
    }
    // SAFETY: a block of tag 0 with more fields.
    let function = unsafe { functions.field_unchecked(arity - 1) };
    let wosize = function.size().unwrap_or(0);
    if function.tag() != Some(sys::CLOSURE_TAG) || wosize == 0 {
        missing(arity, "gave another value");
    }
    // One of a single function, which needs a single value, ends with that.
    // SAFETY: the closure has so many words, at least one.
    let last = unsafe { (function.raw() as *const Raw).add(wosize - 1).read() };
    if !(2..=MOST_WORDS).contains(&wosize) || last != PLACE {
        missing(arity, "gave another function");
    }
    (function.raw(), wosize)
}

#[cold]
#[inline(never)]
fn missing(arity: usize, what: &str) -> ! {
    panic!(
        "a Rust closure of {arity} arguments cannot be made an OCaml function: the OCaml program has \
         to call `bactrian1_register_functions` when it starts, and {what}; link the generated \
         interface, in which some function returns or passes a closure, or see the documentation of \
         `bactrian::Function`"
    )
}
