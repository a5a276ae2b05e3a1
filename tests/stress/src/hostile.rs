//! Values of any shape, read as values of every type. See `ocaml/hostile.ml`.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use bactrian::adapters::{Char, Nativeint};
use bactrian::bigarray::{
    Array0, Array1, Array2, Array3, ArrayView, ArrayViewMut, Buffer, Complex, FortranLayout,
    Genarray,
};
use bactrian::{
    Any, Array, Borrowed, ConversionError, Custom, Exn, FromValue, Fun, List, Root, Runtime, Seq,
    Taken, ToValue, TypeExpr, Value,
};

use crate::conversions::*;

/// Reads a value as one of a type, and makes one of what it has read.
type Way = for<'gc> fn(&'gc Runtime, Value<'gc>) -> Result<Option<Value<'gc>>, ConversionError>;

/// Types that convert in both directions, and types that can only be read.
macro_rules! ways {
    (both { $($both:literal $ty:ty;)* } only { $($name:literal $only:ty;)* }) => {
        const WAYS: &[(&str, Way)] = &[
            $(($both, |rt, value| {
                let read: $ty = value.to()?;
                Ok(Some(read.to_value(rt)))
            }),)*
            $(($name, |_, value| {
                let _: $only = value.to()?;
                Ok(None)
            }),)*
        ];
    };
}

ways! {
    both {
        "unit" ();
        "bool" bool;
        "uchar" char;
        "isize" isize;
        "usize" usize;
        "i8" i8;
        "u8" u8;
        "i16" i16;
        "u16" u16;
        "i32" i32;
        "u32" u32;
        "i64" i64;
        "u64" u64;
        "f64" f64;
        "f32" f32;
        "string" String;
        "boxed_str" Box<str>;
        "cow_str" Cow<'static, str>;
        "path" PathBuf;
        "os_string" OsString;
        "str" &str;
        "os_str" &OsStr;
        "path_ref" &Path;
        "bytes" Vec<u8>;
        "eight_bytes" [u8; 8];
        "option" Option<String>;
        "option2" Option<Option<i64>>;
        "result" Result<String, isize>;
        "pair" (isize, String);
        "triple" (f64, Option<bool>, String);
        "tuple21" Tuple21;
        "ints" Vec<isize>;
        "small_ints" Vec<i16>;
        "floats" Vec<f64>;
        "singles" Vec<f32>;
        "three_floats" [f64; 3];
        "strings" Vec<String>;
        "strs" Vec<&str>;
        "int64s" Vec<Option<i64>>;
        "matrix" Vec<Vec<f64>>;
        "boxed_slice" Box<[i32]>;
        "four" [String; 4];
        "none" [String; 0];
        "list" VecDeque<String>;
        "linked" LinkedList<isize>;
        "pairs" VecDeque<(isize, String)>;
        "lists" VecDeque<VecDeque<f64>>;
        "map" BTreeMap<isize, String>;
        "maps" BTreeMap<String, BTreeMap<isize, f64>>;
        "hash_map" HashMap<String, isize>;
        "boxes" Vec<Box<(isize, f64)>>;
        "rc" Rc<Vec<Arc<String>>>;
        "point" Point;
        "flat" Flat;
        "wrapped" Wrapped;
        "vectors" Vec<Flat>;
        "tagged" Tagged;
        "unit_struct" Nothing;
        "pair_struct" PairStruct;
        "shape" Shape;
        "shapes" Vec<Shape>;
        "colour" Colour;
        "colours" Vec<Colour>;
        "poly" Poly;
        "polys" VecDeque<Poly>;
        "inherited" Inherited;
        "tree" Tree;
        "rose" Rose;
        "chain" Chain;
        "generic" Generic<String, Vec<f64>>;
        "adapted" Adapted;
        "renamed" Renamed;
        "mirrored" Mirrored;
        "by_hand" Vec<ByHand>;
        "by_hand_list" VecDeque<(ByHand, String)>;
        "deep_options" Nest;
        "deep_results" Deep;
        "value" Value<'_, Any>;
        "values" Vec<Value<'_, Any>>;
        "value_list" Value<'_, List<isize>>;
        "value_array" Value<'_, Array<String>>;
        "exn" Value<'_, Exn>;
        "root" Root<Any>;
        "roots" Option<Root<List<String>>>;
        "function" Root<Fun<(isize, String), bool>>;
        "borrowed" Lent<'_>;
        "bigarray0" Buffer<Array0<f32>>;
        "bigarray1" Buffer<Array1<f64>>;
        "bigarray2" Buffer<Array2<isize, FortranLayout>>;
        "bigarray3" Buffer<Array3<Complex<f64>>>;
        "bigarray_chars" Buffer<Array1<Char>>;
        "bigarray_native" Buffer<Array2<Nativeint>>;
        "bigarray" Buffer<Genarray<u16>>;
        "bigarray_value" Value<'_, Genarray<i64>>;
    }
    only {
        "seq" Seq<isize>;
        "shared" &Shared;
        "shared_list" LinkedList<&Shared>;
        "mutable" Borrowed<Changing>;
        "mutables" Vec<Borrowed<Changing>>;
        "i128" i128;
        "u128" u128;
    }
}

/// Recursion through an option.
#[derive(FromValue, ToValue)]
struct Nest {
    next: Option<Box<Nest>>,
}

/// Recursion through a type that converts by hand.
struct Deep(Result<Box<Deep>, isize>);

impl<'gc> FromValue<'gc> for Deep {
    const TYPE: TypeExpr = TypeExpr::named("deep");

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        Result::from_value(value).map(Deep)
    }
}

impl ToValue for Deep {
    const TYPE: TypeExpr = TypeExpr::named("deep");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        self.0.to_value(rt)
    }
}

/// Tags of another polymorphic variant, and its own.
#[derive(FromValue, ToValue)]
#[ocaml(polymorphic)]
enum Inherited {
    #[ocaml(inherit)]
    Poly(Poly),
    Other(Box<Inherited>, f64),
}

/// A record that borrows.
#[derive(FromValue, ToValue)]
struct Lent<'a> {
    label: &'a str,
    #[ocaml(as = string)]
    bytes: &'a [u8],
    anything: Value<'a>,
}

#[derive(Custom)]
struct Shared(#[expect(dead_code, reason = "freed")] String);

#[derive(Custom)]
#[ocaml(mutable)]
struct Changing(Vec<u8>);

#[bactrian::func]
fn hostile_shared(text: String) -> Shared {
    Shared(text)
}

#[bactrian::func]
fn hostile_changing(bytes: Vec<u8>) -> Changing {
    Changing(bytes)
}

/// What was taken is there no longer.
#[bactrian::func]
fn hostile_take(changing: Taken<Changing>) -> Vec<u8> {
    changing.0.0
}

#[bactrian::func(boxed)]
fn hostile_ways() -> Vec<&'static str> {
    WAYS.iter().map(|(name, _)| *name).collect()
}

thread_local! {
    /// The longest message of an error so far.
    static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whether the value is one of this type. If so, what is made of it is one, too.
#[bactrian::func(boxed)]
fn hostile_read<'gc>(rt: &'gc Runtime, way: usize, value: Value<'gc>, word: bool) -> bool {
    let (name, read) = WAYS[way];
    if word {
        // In words, whatever it is; and no book of it.
        assert!(format!("{value:?}").len() < 20_000, "{name}: a long text");
    }
    match read(rt, value) {
        Ok(None) => true,
        Ok(Some(made)) => {
            if let Err(error) = read(rt, made) {
                panic!("{name}: what was made of a value that was read is refused: {error}");
            }
            true
        }
        Err(error) => {
            let message = error.to_string();
            let words = ["expected ", "nested too deeply", "is closed"];
            let explained = words.iter().any(|word| message.contains(word));
            assert!(explained, "{name}: {message}");
            MESSAGE.with_borrow_mut(|longest| {
                if message.len() > longest.len() {
                    *longest = message;
                }
            });
            false
        }
    }
}

/// Calls a function that raises something, whatever that is, and asks for all that can be asked.
#[bactrian::func(boxed)]
fn hostile_raised(rt: &mut Runtime, f: Root<Fun<(), ()>>) -> bool {
    let Err(exception) = f.call(rt, ()) else {
        return false;
    };
    let arguments = (0..4).filter(|&i| exception.argument(rt, i).is_ok());
    let text = format!(
        "{} {exception} {exception:?} {}",
        exception.name(),
        arguments.count()
    );
    assert!(text.len() < 20_000, "a long text");
    true
}

/// The longest message of an error.
#[bactrian::func]
fn hostile_message() -> String {
    MESSAGE.take()
}

/// Arguments that only stubs have: nothing is done with them.
macro_rules! takes {
    ($($name:ident($($argument:ident: $ty:ty),*);)*) => {$(
        #[bactrian::func(boxed)]
        fn $name($($argument: $ty),*) {
            $(let _ = $argument;)*
        }
    )*};
}
takes! {
    hostile_bytes(first: &mut [u8], second: &[u8]);
    hostile_floats(first: &mut [f64], second: &mut [f64]);
    hostile_views(first: ArrayView<'_, Array1<f64>>, second: ArrayViewMut<'_, Array2<i32>>);
    hostile_two(first: &Shared, second: &mut Changing);
    hostile_taken(first: Taken<Changing>, second: Option<isize>);
}
