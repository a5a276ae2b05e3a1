#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod convert;
pub mod hidden;
mod interface;
mod runtime;
mod value;

/// The OCaml type of a conversion, as a constant.
///
/// # Examples
///
/// ```
/// use bactrian::{FromValue, TypeExpr};
///
/// /// OCaml: `(string * int) list`
/// const PAIRS: TypeExpr = TypeExpr::Name(
///     "list",
///     &[TypeExpr::Tuple(&[<String as FromValue>::TYPE, TypeExpr::named("int")])],
/// );
///
/// assert_eq!(PAIRS.to_string(), "(string * int) list");
/// ```
pub use convert::TypeExpr;
pub use convert::{
    Arguments, FromValue, LazySeq, OCamlException, OCamlType, Seq, SeqIter, ToValue, adapters,
};
pub use runtime::{AttachError, Runtime};
#[cfg(feature = "std")]
pub use runtime::{Domain, InitError, ShutdownError};
pub use value::bigarray;
pub use value::{
    Any, Array, Backtrace, Borrowed, BorrowedMut, ConversionError, Custom, Exception, Exn, Field,
    Frame, Fun, Function, Hashtbl, HashtblIter, Instance, Lazy, List, ListIter, Map, MapIter,
    Marshal, Method, Mutable, MutableField, Predefined, Record, Ref, Root, Set, SetIter, Taken,
    Value, Variant,
};

/// What the bounds of [`Function`] mean: closures, their arguments and results.
pub mod closures {
    pub use crate::value::closure::{Call, CallMut, CallOnce, Outcome, Parameters, Raises};
}

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
/// | derives [`Exception`](macro@Exception), or is an [`Exception`](struct@Exception) of OCaml's | raised |
/// | has [`ToValue`] | `(t, e) result` |
/// | `std::io::Error` | `Sys_error` with the message |
/// | another error, `Box<dyn Error>` or the like | `Failure` with the message and its causes |
///
/// `#[func(exn)]` raises where `result` would be chosen; `#[func(result)]` makes a `result` where an
/// exception would be raised; `#[func(both)]` makes two OCaml functions, `f` with a `result` and
/// `f_exn` that raises.
///
/// # The generated interface
///
/// OCaml gets the function under its own name, or that in `#[func(name = "...")]`, with its
/// documentation. A parameter with `#[label]` is given by name, one with `#[optional]`, an `Option`,
/// may be left out; `#[func(labels)]` labels all. `#[sig("int -> int list")]` below `#[func]` gives
/// the OCaml type by hand.
///
/// ```
/// /// OCaml: `resize : ?height:int -> width:int -> string -> string`
/// #[bactrian::func]
/// fn resize(#[optional] height: Option<usize>, #[label] width: usize, image: &str) -> String {
///     format!("{image} {width}x{}", height.unwrap_or(width))
/// }
/// ```
///
/// # Exceptions and panics
///
/// An argument that does not convert is `Invalid_argument` with the path to what is wrong. A panic
/// is the exception `Bactrian.Panic` of the generated interface, else `Failure`. In all cases every
/// Rust value is dropped before the exception is raised.
///
/// # `detach`
///
/// `#[func(detach)]` runs the function without the runtime: other threads run OCaml code meanwhile,
/// and no domain's collection waits for it. See [`Runtime::detach`]. It takes and returns what is
/// Rust's and `Send`: owned data, `&T` and `&mut T` of a [`Custom`] type, a [`Root`]. Nothing can be
/// borrowed from the heap (`&str`, `&[u8]`, a [`Value`]), and there is no runtime. A panic is an
/// exception, as ever. The OCaml function is the same as without.
///
/// ```
/// /// OCaml: `primes : int -> int array`
/// #[bactrian::func(detach)]
/// fn primes(below: usize) -> Vec<usize> {
///     (2..below).filter(|n| (2..*n).all(|d| n % d != 0)).collect()
/// }
/// ```
///
/// ```compile_fail
/// #[bactrian::func(detach)]
/// fn length(text: &str) -> usize { // error: take a `String`
///     text.len()
/// }
/// ```
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

/// Has OCaml's collector own values of a type: see the trait [`Custom`](trait@Custom).
///
/// OCaml sees an abstract type, named as the Rust type is: `HttpServer` is `http_server`. Its type
/// parameters are OCaml's, too.
///
/// # Options
///
/// `#[ocaml(...)]` on the type:
///
/// | option | |
/// |---|---|
/// | `mutable` | functions may take `&mut T` and [`Taken<T>`](Taken): see [`Mutable`] |
/// | `inline` | the value, of at most 16 words, is in OCaml's block itself: see below |
/// | `compare` | OCaml's `compare`, `=`, `<` are those of [`Ord`] |
/// | `partial_compare` | those of [`PartialOrd`]: `=` and `<` are false where there is no order |
/// | `equal` | `=` is that of [`PartialEq`]; `compare` is some order of what is not equal |
/// | `hash` | `Hashtbl.hash` is that of [`Hash`](core::hash::Hash), the same in every program |
/// | `marshal` | `Marshal` writes and reads values as [`Marshal`] says |
/// | `external_size = function` | a `fn(&T) -> usize`: see [`Custom::external_size`](trait@Custom) |
/// | `name = "..."` | the OCaml type's name; one with modules before it, `Http.Server.t`, exists |
/// | `identifier = "..."` | the name in marshalled data, `<crate>.<Type>` if it is not given |
///
/// Without them OCaml's `compare` and `Marshal` raise `Invalid_argument`, and every value has the
/// same hash.
///
/// # Boxed or inline
///
/// A block has a pointer to its value, which has an address of its own that no collection changes. So
/// the value can be of any size and alignment, borrowed while OCaml code runs, changed, and dropped.
///
/// A small `Copy` type can say `inline`: there is no second block outside the heap, and nothing to be
/// finalised. OCaml's collector moves such a value, so what functions get is a copy; it cannot be
/// `mutable`. It can be passed and returned by value anywhere that types which convert can, in lists
/// and maps, too. OCaml's `compare` has values without an order with themselves, such as a NaN,
/// equal to each other and before all others, as for `float`.
///
/// ```
/// use bactrian::Custom;
///
/// #[derive(Custom, Clone, Copy, PartialEq, PartialOrd)]
/// #[ocaml(inline, partial_compare)]
/// struct Point {
///     x: f64,
///     y: f64,
/// }
///
/// #[bactrian::func]
/// fn middle(a: &Point, b: &Point) -> Point {
///     Point { x: (a.x + b.x) / 2., y: (a.y + b.y) / 2. }
/// }
/// ```
///
/// # Examples
///
/// ```
/// use bactrian::Custom;
///
/// #[derive(Custom, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// #[ocaml(compare, hash, external_size = Text::size)]
/// struct Text(String);
///
/// impl Text {
///     fn size(&self) -> usize {
///         self.0.capacity()
///     }
/// }
/// ```
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::Custom;

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

/// Makes the functions of an `impl` callable from OCaml, in a module of the type's own.
///
/// ```
/// use bactrian::{FromValue, ToValue};
///
/// /// In the generated interface:
/// ///
/// /// module Interval : sig
/// ///   type t = { from : int; until : int }
/// ///   external create : int -> int -> t = ...
/// ///   external length : t -> int = ...
/// /// end
/// #[derive(FromValue, ToValue)]
/// pub struct Interval {
///     from: isize,
///     until: isize,
/// }
///
/// #[bactrian::methods]
/// impl Interval {
///     pub fn new(from: isize, until: isize) -> Interval {
///         Interval { from, until: until.max(from) }
///     }
///
///     pub fn length(&self) -> isize {
///         self.until - self.from
///     }
///
///     /// Not for OCaml.
///     #[ocaml(skip)]
///     pub fn bounds(&mut self) -> (&mut isize, &mut isize) {
///         (&mut self.from, &mut self.until)
///     }
/// }
/// ```
///
/// Each function is as with [`func`], and says what differs with `#[func(...)]`, `#[sig("...")]`,
/// `#[label]`, `#[optional]`. A function `new` is called `create` in OCaml, where `new` is a keyword.
/// The receiver is `self` or `&self`; the OCaml value is converted for it. The runtime is a parameter
/// where it is needed. The C symbol is `<crate>_<type>_<function>`.
///
/// `#[methods(name = "Span")]` names the OCaml module, which else has the name of the type.
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::methods;

/// Makes OCaml functions callable by the names they are registered under.
///
/// ```
/// use bactrian::{Exception, List, Root, Runtime};
///
/// bactrian::import! {
///     /// OCaml: `val successor : int -> int`
///     fn successor(n: isize) -> isize;
///     /// OCaml: `val length : 'a list -> int`
///     fn length<A>(list: &Root<List<A>>) -> isize;
///     /// OCaml: `val log : level:int -> string -> unit`
///     pub fn log(#[label] level: u8, message: &str);
/// }
///
/// fn twice(rt: &mut Runtime, n: isize) -> Result<isize, Exception> {
///     let n = successor(rt, n)?;
///     log(rt, 1, "once more")?;
///     successor(rt, n)
/// }
/// ```
///
/// The Rust function takes `&mut Runtime` before the arguments, since OCaml code may collect, and
/// returns a `Result`: what the OCaml function raises is the [`Exception`](struct@Exception).
/// (`-> Result<T, Exception>` says the same as `-> T`; any other `Result` is an OCaml `result`.) An
/// argument of a [custom type](macro@Custom) is moved to OCaml, as a result is.
///
/// The generated interface has a module type `Imports` with these functions and a functor `Register`,
/// so that OCaml checks the types of what is registered:
///
/// ```ocaml
/// module _ = Mycrate.Register (struct
///   let successor n = n + 1
///   let length = List.length
///   let log ~level message = Printf.eprintf "%d %s\n" level message
/// end)
/// ```
///
/// # Errors
///
/// What the function raises; that nothing is registered under the name; a result that does not
/// convert.
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::import;

/// Says what the OCaml module of the Rust module is to be like where this stands.
///
/// ```
/// mod people {
///     bactrian::interface!(doc = "Who is who.", name = "Who", labels);
///
///     /// OCaml: `Who.greet : name:string -> string`
///     #[bactrian::func]
///     fn greet(name: &str) -> String {
///         format!("Hello, {name}")
///     }
/// }
/// ```
///
/// | | |
/// |---|---|
/// | `doc = "..."` | the OCaml module's documentation |
/// | `name = "Who"` | its name, else that of the Rust module |
/// | `flatten` | no module: what is in it belongs to the module around it |
/// | `labels` | the parameters of all functions have labels; in the crate's root, of all in the crate |
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::interface;

/// Reads a struct or enum from an OCaml value: implements the trait [`FromValue`](trait@FromValue).
///
/// With [`ToValue`](derive@ToValue), which understands the same attributes, the type goes both ways.
///
/// ```
/// use bactrian::{FromValue, ToValue};
///
/// /// OCaml: `type person = { name : string; mutable age : int; tags : string list }`
/// #[derive(FromValue, ToValue)]
/// struct Person {
///     name: String,
///     #[ocaml(mutable)]
///     age: u8,
///     #[ocaml(as = list)]
///     tags: Vec<String>,
/// }
///
/// # bactrian::hidden::embedded(|rt| {
/// let value = ("Toad", 300isize, ()).to_value(rt);
/// let error = value.to::<Person>().err().unwrap();
/// assert_eq!(error.to_string(), "field `age`: expected an int between 0 and 255, got 300");
/// # });
/// ```
///
/// # What Rust types are in OCaml
///
/// | Rust | OCaml | value |
/// |---|---|---|
/// | `struct A { x: T, y: U }` | `{ x : t; y : u }` | block of tag 0 |
/// | the same, when all fields are floats | | flat: the numbers themselves, as OCaml has it |
/// | `#[ocaml(unboxed)] struct A { x: T }` | `{ x : t } [@@unboxed]` | that of `x` |
/// | `struct A(T)` | `type a = t` | that of the field |
/// | `struct A(T, U)` | `t * u` | block of tag 0 |
/// | `struct A;` | `unit` | `()` |
/// | variant `A` | constant constructor `A` | its number among the constants |
/// | variant `A(T)`, `A(T, U)` | `A of t`, `A of t * u` | block; its tag is its number among the blocks |
/// | variant `A((T, U))` | `A of (t * u)` | block of one field, a tuple |
/// | variant `A { x: T }` | `A of { x : t }` | block |
/// | `#[ocaml(unboxed)] enum A { B(T) }` | `B of t [@@unboxed]` | that of the field |
/// | `#[ocaml(polymorphic)] enum A { B, C(T), D(T, U) }` | ``[ `B \| `C of t \| `D of t * u ]`` | the hash of the tag, computed at compile time; with an argument, a block of the two |
///
/// Whether a field is a float is decided by its type, not by its spelling: `type Km = f64`,
/// `struct Km(f64)` and `#[ocaml(unboxed)]` types are. A field whose type mentions a type parameter
/// is not, as in OCaml.
///
/// Types may have parameters, constants and lifetimes. `Tree<T>` is `'a tree`; every lifetime is that
/// of the value, so `struct Name<'a>(&'a str)` is read without a copy. A type may contain itself
/// behind `Box`, `Vec`, `Rc`...; a value that is too deep for the stack is an error, or a panic on the
/// way to OCaml. An enum has at most 246 variants with arguments, as many as OCaml has tags for (244
/// from OCaml 5.2 on).
///
/// # Names
///
/// The OCaml type is called as the Rust type in `snake_case` (`OCamlDepth` is `ocaml_depth`), fields
/// and constructors as in Rust; a keyword gets a `_` (`r#type` is `type_`). What OCaml would not
/// accept, or what two things are called, is an error at compile time.
///
/// # Attributes of the type
///
/// | `#[ocaml(...)]` | |
/// |---|---|
/// | `name = "t"` | the OCaml type is called so |
/// | `name = "Geo.Point.t"` | the OCaml type is this one, which exists: the generated interface has OCaml check that it is the same |
/// | `rename_all = "camelCase"` | names of a struct's fields, or of an enum's variants, by a rule of serde's: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`. Constructors keep a capital first: `snake_case` makes `Get_info` |
/// | `unboxed`, `polymorphic` | see above |
/// | `remote = "path::Type"` | this is a mirror of another crate's type, see below |
/// | `bound = "T: MyTrait"` | the bounds, in place of `T: FromValue<'gc>` and `T: ToValue`; `bound(from = "...", to = "...")` tells the two apart |
/// | `deriving = "show, eq"` | `[@@deriving show, eq]` of the generated OCaml type |
///
/// `#[sig("private int")]` gives the right-hand side of the OCaml type by hand.
///
/// # Attributes of a field
///
/// | `#[ocaml(...)]` | |
/// |---|---|
/// | `name = "x"`, `mutable` | of the OCaml field |
/// | `as = int` | the OCaml type, where the Rust type has a second one: see [`adapters`] |
/// | `as = path::Def` | converted as a mirror says, or another type that [`adapters::FromValueAs`] and [`adapters::ToValueAs`] are implemented for; in quotes when it has parameters |
/// | `share` | an `Rc` or `Arc` that keeps sharing: see [`adapters::Share`] |
/// | `with = module` | converted by `module::from_value` and `module::to_value`, see below |
/// | `skip` | not in the OCaml type; `Default::default()` when it is read. For `PhantomData`, caches... |
///
/// # Attributes of a variant
///
/// | `#[ocaml(...)]` | |
/// |---|---|
/// | `name = "Blue"` | the constructor or tag is called so |
/// | `inherit` | in a polymorphic variant: all the tags of the one that is the variant's field |
///
/// ```
/// use bactrian::{FromValue, ToValue};
///
/// /// OCaml: ``type colour = [ `Red | `Rgb of int * int * int ]``
/// #[derive(FromValue, ToValue)]
/// #[ocaml(polymorphic)]
/// enum Colour {
///     Red,
///     Rgb(u8, u8, u8),
/// }
///
/// /// OCaml: ``type paint = [ colour | `none ]``
/// #[derive(FromValue, ToValue)]
/// #[ocaml(polymorphic)]
/// enum Paint {
///     #[ocaml(inherit)]
///     Colour(Colour),
///     #[ocaml(name = "none")]
///     Transparent,
/// }
/// # bactrian::hidden::embedded(|rt| {
/// // The hash is known to whoever asks OCaml: `(Obj.magic `Red : int)`.
/// assert_eq!(Paint::Colour(Colour::Red).to_value(rt).as_int().unwrap(), 4100401);
/// # });
/// ```
///
/// # Fields by functions
///
/// ```
/// use bactrian::{FromValue, ToValue};
/// use std::time::Duration;
///
/// mod seconds {
///     use bactrian::{ConversionError, Runtime, ToValue, TypeExpr, Value};
///     use std::time::Duration;
///
///     pub const TYPE: TypeExpr = TypeExpr::named("float");
///
///     pub fn from_value(value: Value<'_>) -> Result<Duration, ConversionError> {
///         Duration::try_from_secs_f64(value.as_float()?).map_err(|_| value.unexpected("a duration"))
///     }
///
///     pub fn to_value<'gc>(duration: &Duration, rt: &'gc Runtime) -> Value<'gc> {
///         duration.as_secs_f64().to_value(rt)
///     }
/// }
///
/// /// OCaml: `type job = { name : string; timeout : float }`
/// #[derive(FromValue, ToValue)]
/// struct Job {
///     name: String,
///     #[ocaml(with = seconds)]
///     timeout: Duration,
/// }
/// # bactrian::hidden::embedded(|rt| {
/// let job = Job { name: "x".into(), timeout: Duration::from_millis(1500) };
/// assert_eq!(format!("{:?}", job.to_value(rt)), r#"0("x", 1.5)"#);
/// # });
/// ```
///
/// # Types of other crates
///
/// ```
/// # mod geo { pub struct Point { pub x: f64, pub y: f64 } }
/// use bactrian::{FromValue, ToValue};
///
/// /// Shows the public fields of `geo::Point`; that they agree is checked.
/// #[derive(FromValue, ToValue)]
/// #[ocaml(remote = "geo::Point")]
/// struct PointDef {
///     x: f64,
///     y: f64,
/// }
///
/// #[derive(FromValue, ToValue)]
/// struct City {
///     name: String,
///     #[ocaml(as = PointDef)]
///     place: geo::Point,
/// }
/// # bactrian::hidden::embedded(|rt| {
/// let city = City { name: "Paris".into(), place: geo::Point { x: 48.9, y: 2.35 } };
/// assert_eq!(format!("{:?}", city.to_value(rt)), r#"0("Paris", [|48.9; 2.35|])"#);
/// # });
/// ```
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::FromValue;

/// Makes an OCaml value of a struct or enum: implements the trait [`ToValue`](trait@ToValue).
///
/// The layouts and the attributes are those of [`FromValue`](derive@FromValue).
///
/// ```
/// use bactrian::ToValue;
///
/// /// OCaml: `type 'a tree = Leaf | Node of 'a tree * 'a * 'a tree`
/// #[derive(ToValue)]
/// enum Tree<T> {
///     Leaf,
///     Node(Box<Tree<T>>, T, Box<Tree<T>>),
/// }
///
/// # bactrian::hidden::embedded(|rt| {
/// let leaf = || Box::new(Tree::Leaf);
/// let tree = Tree::Node(leaf(), "a", leaf()).to_value(rt);
/// assert_eq!(format!("{tree:?}"), r#"0(0, "a", 0)"#);
/// assert_eq!(<Tree<bool> as ToValue>::TYPE.to_string(), "bool tree");
/// # });
/// ```
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::ToValue;

/// Makes OCaml exceptions of an error type: implements [`OCamlException`].
///
/// Each variant of an enum is an exception, and so is a struct. A [`func`] that returns
/// `Result<T, E>` raises them; [`Exception::downcast`] and [`OCamlException`] read them back.
///
/// ```
/// use std::fmt;
///
/// // OCaml:
/// //   exception Syntax of string * int
/// //   exception Empty
/// //   exception Failed of { path : string; code : int }
/// //   let () =
/// //     Callback.register_exception "parser.Syntax" (Syntax ("", 0));
/// //     Callback.register_exception "parser.Empty" Empty;
/// //     Callback.register_exception "parser.Failed" (Failed { path = ""; code = 0 })
/// #[derive(Debug, bactrian::Exception)]
/// #[ocaml(prefix = "parser")]
/// enum ParseError {
///     Syntax(String, usize),
///     Empty,
///     #[ocaml(name = "Failed")]
///     Io {
///         path: String,
///         #[ocaml(as = int, name = "code")]
///         errno: i32,
///     },
/// }
/// # impl fmt::Display for ParseError {
/// #     fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.write_str("") }
/// # }
/// impl std::error::Error for ParseError {}
/// ```
///
/// | `#[ocaml(...)]` | on | |
/// |---|---|---|
/// | `prefix = "parser"` | the type | what stands before the names that the exceptions are registered under, `parser.Syntax`; else the name of the Rust crate |
/// | `name = "Failed"` | a variant, a struct | the exception is called so |
/// | `rename_all` | an enum | as for types: see [`FromValue`](derive@FromValue) |
/// | `name`, `as`, `with`, `skip` | a field | as for types |
#[cfg(feature = "derive")]
#[doc(inline)]
pub use bactrian_derive::Exception;

/// What is said of errors compiles.
#[cfg(all(doctest, feature = "derive"))]
#[doc = include_str!("../docs/errors.md")]
mod errors_in_docs {}
