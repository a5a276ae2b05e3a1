#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod convert;
pub mod hidden;
mod runtime;
mod value;

pub use convert::{
    Arguments, FromValue, OCamlException, OCamlType, Seq, ToValue, TypeExpr, adapters,
};
pub use runtime::Runtime;
pub use value::{Any, Array, ConversionError, Exception, Exn, Fun, List, ListIter, Root, Value};

/// Makes a Rust function callable from OCaml.
///
/// The function stays as it is, callable from Rust. Around it are made the stubs that OCaml calls:
/// they convert the arguments, run the function, and convert the result or raise an exception.
///
/// ```
/// /// The words of a text. OCaml: `external words : string -> string array = "mycrate_words"`
/// #[bactrian::func]
/// pub fn words(text: &str) -> Vec<String> {
///     text.split_whitespace().map(str::to_owned).collect()
/// }
/// ```
///
/// # Symbols
///
/// The C symbol is `<crate>_<function>`, or what `symbol = "..."` says. Where bytecode needs a stub
/// of its own (more than five arguments, numbers without boxes), it is `<symbol>_bytecode`.
///
/// # Arguments
///
/// Any type with [`FromValue`], and:
///
/// - **Numbers** spelt `isize`, `usize`, `i8` to `u16` are passed `[@untagged]`, those spelt `f32`,
///   `f64`, `i32` to `u64` `[@unboxed]`, and so are results: the `external` has to say so, and name
///   the bytecode stub first. `#[func(boxed)]` passes everything as ordinary values.
/// - **Borrowed data of the heap**, without a copy: `&str` from `string`; `&[u8]` and `&mut [u8]`
///   from `bytes`, `&[f64]` and `&mut [f64]` from `float array`. OCaml could change what a slice
///   borrows, so a function with one cannot touch the runtime; two that overlap, one of them
///   mutable, are refused when the function is called. Other domains and threads must not write to
///   the data meanwhile.
/// - `#[ocaml(as = list)]` and its like before a parameter choose another OCaml type (see
///   [`adapters`]), `#[func(as = list)]` that of the result.
/// - **The runtime**, `rt: &Runtime` or `rt: &mut Runtime`, which OCaml does not see. A function whose
///   body uses the name `gc` without having it as a parameter gets it: `&Runtime` when another
///   parameter borrows, else `&mut Runtime`. `#[func(name)]` gives it another name.
///
/// ```
/// use bactrian::{Exception, Fun, Root, Runtime, Value};
///
/// // external scale : float array -> (float [@unboxed]) -> unit
/// //   = "mycrate_scale_bytecode" "mycrate_scale"
/// #[bactrian::func]
/// fn scale(numbers: &mut [f64], factor: f64) {
///     numbers.iter_mut().for_each(|n| *n *= factor);
/// }
///
/// // external twice : ('a -> 'a) -> 'a -> 'a = "mycrate_twice"
/// #[bactrian::func]
/// fn twice(rt: &mut Runtime, f: Root<Fun<(Root,), Root>>, x: Root) -> Result<Root, Exception> {
///     let once = f.call(rt, (x,))?;
///     f.call(rt, (once,))
/// }
///
/// // external greet : string -> string = "mycrate_greet"
/// #[bactrian::func]
/// fn greet(name: &str) -> Value<'_, String> {
///     Value::new(gc, &format!("hello {name}"))
/// }
/// ```
///
/// # Results
///
/// A type with [`ToValue`], or a `Result<T, E>`:
///
/// | `E` | OCaml |
/// |---|---|
/// | derives [`Exception`](macro@Exception), or is an [`Exception`] of OCaml's | raised |
/// | has [`ToValue`] | `(t, e) result` |
/// | `std::io::Error` | `Sys_error` with the message |
/// | another error, `Box<dyn Error>` or the like | `Failure` with the message and its causes |
///
/// `#[func(exn)]` raises where `result` would be chosen; `#[func(result)]` makes a `result` where an
/// exception would be raised.
///
/// # Exceptions and panics
///
/// An argument that does not convert is `Invalid_argument` with the path to what is wrong. A panic
/// is `Bactrian.Panic` when the program has registered an exception of this name
/// (`Callback.register_exception`), else `Failure`. In all cases every Rust value is dropped before
/// the exception is raised.
///
/// # `noalloc`
///
/// `#[func(noalloc)]` is for an `external` with `[@@noalloc]`: the function takes and returns numbers,
/// `bool`, `char` or unit, and touches no OCaml. A panic in it ends the program, since it cannot
/// raise.
///
/// ```
/// // external add : (float [@unboxed]) -> (float [@unboxed]) -> (float [@unboxed])
/// //   = "mycrate_add_bytecode" "mycrate_add" [@@noalloc]
/// #[bactrian::func(noalloc)]
/// fn add(a: f64, b: f64) -> f64 {
///     a + b
/// }
/// ```
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::func;

/// Makes only the stub for native code, with all arguments and the result as OCaml values.
///
/// For code at the level of [`Value`], where [`func`] would do too much. The symbol is the same as
/// for [`func`], and so are the options, other than `noalloc`.
///
/// ```
/// use bactrian::{Runtime, Value};
///
/// #[bactrian::native_func]
/// fn first_field<'gc>(_rt: &'gc Runtime, block: Value<'gc>) -> Result<Value<'gc>, bactrian::ConversionError> {
///     block.field(0)
/// }
/// ```
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::native_func;

/// Makes only the stub for bytecode, with all arguments and the result as OCaml values: an array of
/// them and its length, when there are more than five.
///
/// ```
/// use bactrian::{Runtime, Value};
///
/// #[bactrian::bytecode_func(symbol = "mycrate_first_field_bytecode")]
/// fn first_field<'gc>(block: Value<'gc>) -> Result<Value<'gc>, bactrian::ConversionError> {
///     block.field(0)
/// }
/// ```
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::bytecode_func;

#[cfg(feature = "derive")]
pub use bactrian_derive::{Exception, FromValue, ToValue};
