//! Rust closures as OCaml functions.
//!
//! | file | what |
//! |---|---|
//! | here | [`Function`], and how OCaml gets one |
//! | `call` | which closures there can be, and how they are called |
//!
//! # Structure
//!
//! OCaml calls an ordinary function of its own, `fun a b -> .. apply2 f a b ..`, made by ocamlopt or
//! ocamlc; so partial application, currying and whatever else OCaml does with functions is right.
//! What differs is `f`: a custom block that owns a Rust closure. The support code, which every
//! generated interface that needs it has, makes one such OCaml function for each number of
//! arguments, with a number for `f`, and gives them to Rust as soon as it runs. The C function that gets
//! them keeps their words, which but for `f` are addresses of code and numbers; a new function has the
//! same words, and its own block in place of the number. So no OCaml code runs while a value
//! is made, nor is anything looked up that could let others collect.
//!
//! Whoever calls the function may drop it while it runs. Its block is alive all the same: the OCaml
//! function looks at `f` once more when `apply2` has returned.
//!
//! `apply2` is the C function `bactrian2_apply2`. It belongs to no library: the block says which code
//! to call. Of several libraries in a program, it does not matter whose functions are copied, or
//! whose `bactrian2_apply2` is linked: all of this, and where the functions' words are, is weak and
//! global, so that there is one of each.
//!
//! The `2` in the names is the version of what libraries then have to agree on: the invariants below,
//! the arguments of the code, what the OCaml functions look like, and that they keep `f` alive. A change
//! of any of these is another number. Libraries of two versions have a set of functions each; an
//! interface that another version has generated does not link.
//!
//! # Invariants
//!
//! 1. A block of a closure has two words: operations, and the payload. The operations have the code that
//!    belongs to the type of the payload; the C functions know them by the address of their identifier,
//!    of which there is one for each number of arguments.
//! 2. The payload is a `Box<Closure<K>>`, which begins with a [`Head`] and lives as long as one of its
//!    shares. Each `Function` owns one, and so does each block.
//! 3. A block lives as long as a call of its closure.

mod call;

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering, fence};

use alloc::boxed::Box;
use bactrian_sys as sys;
use sys::Value as Raw;

use self::call::{Code, Kept, Many, Once, OneAtATime};
use super::custom::{Operations, Payload, drop_closure, operations_of_closures};
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
/// external register : Obj.t array -> unit = "bactrian2_register_functions"
/// external apply1 : Obj.t -> 'a -> 'r = "bactrian2_apply1"
/// external apply2 : Obj.t -> 'a -> 'b -> 'r = "bactrian2_apply2"
/// (* ... *)
/// external apply5 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'r
///   = "bactrian2_apply5_bytecode" "bactrian2_apply5"
/// (* ... *)
///
/// let[@inline never] functions f =
///   [|
///     Obj.repr (fun a ->
///         let r = apply1 f a in
///         if Obj.repr r == f then Obj.magic 0 else r);
///     Obj.repr (fun a b ->
///         let r = apply2 f a b in
///         if Obj.repr r == f then Obj.magic 0 else r);
///     (* ... *)
///   |]
///
/// let () = register (functions (Sys.opaque_identity (Obj.repr 0xbac7)))
/// ```
///
/// It may end with the largest number of arguments that is used. The comparison is what keeps `f` alive
/// while Rust runs: without it a closure that is dropped during a call is freed during that call.
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
    /// Those who own a share.
    shares: AtomicUsize,
    of: &'static Kind,
}

/// What closures of a type have in common.
struct Kind {
    operations: &'static Operations,
    release: unsafe fn(Payload),
}

#[repr(C)]
struct Closure<K> {
    head: Head,
    kept: K,
}

/// The `Kind` of closures of type `K` that are functions from `A` to `R`.
struct KindOf<K, A, R>(PhantomData<(K, A, R)>);

impl<K: Kept<A, R>, A: Parameters, R> KindOf<K, A, R> {
    const KIND: &'static Kind = &Kind {
        operations: &operations_of_closures(
            (&raw const sys::bactrian2_identifiers[A::ARITY - 1]).cast(),
            finalize::<K>,
            <A::Code<K, R> as Code>::CODE,
        ),
        release: release::<K>,
    };
}

impl Head {
    /// Ends a share; whether it was the last one.
    #[inline(always)]
    fn end_share(&self) -> bool {
        // Who has the only share is the only one who could make another.
        if self.shares.load(Ordering::Acquire) == 1 {
            return true;
        }
        let last = self.shares.fetch_sub(1, Ordering::Release) == 1;
        if last {
            // What the others did with the closure happened before.
            fence(Ordering::Acquire);
        }
        last
    }

    /// Makes another share.
    #[inline]
    fn add_share(&self) {
        // Shares can be forgotten (`mem::forget`); their number must not come round to 0.
        if self.shares.fetch_add(1, Ordering::Relaxed) > usize::MAX / 2 {
            self.shares.fetch_sub(1, Ordering::Relaxed);
            panic!("too many references to a Rust closure");
        }
    }
}

/// Ends a share.
///
/// # Safety
///
/// It is a share of a `Closure<K>`, and is not used again.
#[inline(always)]
unsafe fn release<K>(payload: Payload) {
    let closure = payload.cast::<Closure<K>>().cast_mut();
    // SAFETY: the caller's promise, and invariant 2: without a share left, this is the box.
    unsafe {
        if (*closure).head.end_share() {
            drop(Box::from_raw(closure));
        }
    }
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

    #[inline]
    fn of<K: Kept<A, R>>(kept: K) -> Self {
        let closure = Box::new(Closure {
            head: Head {
                shares: AtomicUsize::new(1),
                of: KindOf::<K, A, R>::KIND,
            },
            kept,
        });
        Function {
            payload: NonNull::from(Box::leak(closure)).cast(),
            phantom: PhantomData,
        }
    }
}

impl<A, R> Function<A, R> {
    #[inline(always)]
    fn head(&self) -> &Head {
        // SAFETY: this owns a share.
        unsafe { self.payload.as_ref() }
    }

    /// The words of a block that gets this share.
    #[inline(always)]
    fn words(&self) -> [*const (); 2] {
        [
            core::ptr::from_ref(self.head().of.operations).cast(),
            self.payload.as_ptr().cast_const().cast(),
        ]
    }

    /// The same share, of whatever type.
    #[inline(always)]
    fn erased(self) -> Function<(), ()> {
        let payload = self.payload;
        core::mem::forget(self);
        Function {
            payload,
            phantom: PhantomData,
        }
    }
}

/// Another share of the same closure.
impl<A, R> Clone for Function<A, R> {
    fn clone(&self) -> Self {
        self.head().add_share();
        Function {
            payload: self.payload,
            phantom: PhantomData,
        }
    }
}

impl<A, R> Drop for Function<A, R> {
    fn drop(&mut self) {
        // SAFETY: invariant 2; this is the end of this share.
        unsafe { (self.head().of.release)(self.payload.as_ptr().cast_const().cast()) };
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

    const CONSUMED: bool = true;

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        self.clone().into_value(rt)
    }

    #[inline(always)]
    fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
        let words = self.words();
        let function = &sys::bactrian2_functions[A::ARITY - 1];
        let wosize = function.wosize.load(Ordering::Acquire);
        if wosize == 0 {
            missing(A::ARITY);
        }
        // SAFETY: invariant 1. The words of the function are a closure's, and but for the last, in
        // whose place the block comes, no values.
        let value = unsafe { Allocator::new(rt).closure_if_room(words, &function.words, wosize) };
        let value = match value {
            Some(value) => {
                // The block's from here on.
                core::mem::forget(self);
                value
            }
            None => elsewhere(self.erased(), function, rt),
        };
        // SAFETY: just made.
        unsafe { Value::from_raw(value) }
    }
}

/// Makes an OCaml function where the minor heap has no room for it and its block.
#[cold]
#[inline(never)]
fn elsewhere(share: Function<(), ()>, function: &sys::ClosureFunction, rt: &Runtime) -> Raw {
    let mut allocator = Allocator::new(rt);
    // SAFETY: as for `into_value`.
    unsafe {
        let block = allocator.custom(share.words(), 0);
        // The block's from here on.
        core::mem::forget(share);
        allocator.closure_of(
            block,
            &function.words,
            function.wosize.load(Ordering::Acquire),
        )
    }
}

/// Ends a block.
///
/// # Safety
///
/// The collector calls it, with a block of a `Closure<K>`.
unsafe extern "C" fn finalize<K>(block: Raw) {
    // SAFETY: invariant 2; the block's share ends with it.
    unsafe {
        if core::mem::needs_drop::<K>() {
            drop_closure::<true>(block, release::<K>);
        } else {
            drop_closure::<false>(block, release::<K>);
        }
    }
}

/// Whether the OCaml program has the code for functions of so many arguments.
pub(super) fn can_be_made(arity: usize) -> bool {
    let function = sys::bactrian2_functions.get(arity.wrapping_sub(1));
    function.is_some_and(|function| function.wosize.load(Ordering::Acquire) > 0)
}

#[cold]
#[inline(never)]
fn missing(arity: usize) -> ! {
    panic!(
        "a Rust closure of {arity} arguments cannot be made an OCaml function: the OCaml program has \
         to give `bactrian2_register_functions` a function for so many when it starts, and has not done \
         so; link the generated interface, in which some function returns or passes a closure, or see \
         the documentation of `bactrian::Function`"
    )
}
