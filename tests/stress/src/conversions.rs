//! Conversions of everything: read, made again, in the ways that a stub can make a result.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use bactrian::{
    Any, Array, ConversionError, Exception, FromValue, Fun, List, Root, Runtime, Seq, ToValue,
    TypeExpr, Value,
};

/// Three functions for a type:
/// - one that reads and returns it: the stub may collect before and while the result is made;
/// - one that makes a value while others are alive, so that what finds no room goes to the major
///   heap, keeps it in a root over a collection, and reads it again;
/// - one that returns a value made in the same way.
macro_rules! conversion {
    ($($same:literal $held:literal $made:literal $ty:ty;)*) => {$(
        const _: () = {
            #[bactrian::func(boxed, symbol = $same)]
            fn same(x: $ty) -> $ty {
                x
            }

            #[bactrian::func(boxed, symbol = $held)]
            fn held(rt: &mut Runtime, x: $ty, collect: bool) -> $ty {
                let first = Root::new(rt, x.to_value(rt));
                let second = Root::new(rt, x.to_value(rt));
                if collect {
                    rt.collect_minor();
                }

                let _: $ty = first.get(rt).to().expect("what was just made");
                drop(first);
                second.get(rt).to().expect("what was just made")
            }

            #[bactrian::func(boxed, symbol = $made)]
            fn made<'gc>(rt: &'gc Runtime, x: $ty) -> Value<'gc> {
                let first = x.to_value(rt);
                let second = x.to_value(rt);
                let _: $ty = first.to().expect("what was just made");
                second
            }
        };
    )*};
}

conversion! {
    "stress_unit_same" "stress_unit_held" "stress_unit_made" ();
    "stress_bool_same" "stress_bool_held" "stress_bool_made" bool;
    "stress_uchar_same" "stress_uchar_held" "stress_uchar_made" char;
    "stress_isize_same" "stress_isize_held" "stress_isize_made" isize;
    "stress_usize_same" "stress_usize_held" "stress_usize_made" usize;
    "stress_i8_same" "stress_i8_held" "stress_i8_made" i8;
    "stress_u8_same" "stress_u8_held" "stress_u8_made" u8;
    "stress_i16_same" "stress_i16_held" "stress_i16_made" i16;
    "stress_u16_same" "stress_u16_held" "stress_u16_made" u16;
    "stress_i32_same" "stress_i32_held" "stress_i32_made" i32;
    "stress_u32_same" "stress_u32_held" "stress_u32_made" u32;
    "stress_i64_same" "stress_i64_held" "stress_i64_made" i64;
    "stress_u64_same" "stress_u64_held" "stress_u64_made" u64;
    "stress_f64_same" "stress_f64_held" "stress_f64_made" f64;
    "stress_f32_same" "stress_f32_held" "stress_f32_made" f32;
    "stress_string_same" "stress_string_held" "stress_string_made" String;
    "stress_boxed_str_same" "stress_boxed_str_held" "stress_boxed_str_made" Box<str>;
    "stress_cow_str_same" "stress_cow_str_held" "stress_cow_str_made" Cow<'static, str>;
    "stress_path_same" "stress_path_held" "stress_path_made" PathBuf;
    "stress_bytes_same" "stress_bytes_held" "stress_bytes_made" Vec<u8>;
    "stress_option_same" "stress_option_held" "stress_option_made" Option<String>;
    "stress_option2_same" "stress_option2_held" "stress_option2_made" Option<Option<i64>>;
    "stress_result_same" "stress_result_held" "stress_result_made" Result<String, isize>;
    "stress_pair_same" "stress_pair_held" "stress_pair_made" (isize, String);
    "stress_triple_same" "stress_triple_held" "stress_triple_made" (f64, Option<bool>, String);
    "stress_tuple21_same" "stress_tuple21_held" "stress_tuple21_made" Tuple21;
    "stress_ints_same" "stress_ints_held" "stress_ints_made" Vec<isize>;
    "stress_floats_same" "stress_floats_held" "stress_floats_made" Vec<f64>;
    "stress_singles_same" "stress_singles_held" "stress_singles_made" Vec<f32>;
    "stress_strings_same" "stress_strings_held" "stress_strings_made" Vec<String>;
    "stress_int64s_same" "stress_int64s_held" "stress_int64s_made" Vec<Option<i64>>;
    "stress_matrix_same" "stress_matrix_held" "stress_matrix_made" Vec<Vec<f64>>;
    "stress_four_same" "stress_four_held" "stress_four_made" [String; 4];
    "stress_list_same" "stress_list_held" "stress_list_made" VecDeque<String>;
    "stress_linked_same" "stress_linked_held" "stress_linked_made" LinkedList<isize>;
    "stress_pairs_same" "stress_pairs_held" "stress_pairs_made" VecDeque<(isize, String)>;
    "stress_lists_same" "stress_lists_held" "stress_lists_made" VecDeque<VecDeque<f64>>;
    "stress_map_same" "stress_map_held" "stress_map_made" BTreeMap<isize, String>;
    "stress_maps_same" "stress_maps_held" "stress_maps_made" BTreeMap<String, BTreeMap<isize, f64>>;
    "stress_boxes_same" "stress_boxes_held" "stress_boxes_made" Vec<Box<(isize, f64)>>;
    "stress_rc_same" "stress_rc_held" "stress_rc_made" Rc<Vec<Arc<String>>>;
    "stress_point_same" "stress_point_held" "stress_point_made" Point;
    "stress_flat_same" "stress_flat_held" "stress_flat_made" Flat;
    "stress_wrapped_same" "stress_wrapped_held" "stress_wrapped_made" Wrapped;
    "stress_vectors_same" "stress_vectors_held" "stress_vectors_made" Vec<Flat>;
    "stress_tagged_same" "stress_tagged_held" "stress_tagged_made" Tagged;
    "stress_unit_struct_same" "stress_unit_struct_held" "stress_unit_struct_made" Nothing;
    "stress_pair_struct_same" "stress_pair_struct_held" "stress_pair_struct_made" PairStruct;
    "stress_shape_same" "stress_shape_held" "stress_shape_made" Shape;
    "stress_shapes_same" "stress_shapes_held" "stress_shapes_made" Vec<Shape>;
    "stress_colour_same" "stress_colour_held" "stress_colour_made" Colour;
    "stress_poly_same" "stress_poly_held" "stress_poly_made" Poly;
    "stress_polys_same" "stress_polys_held" "stress_polys_made" VecDeque<Poly>;
    "stress_tree_same" "stress_tree_held" "stress_tree_made" Tree;
    "stress_rose_same" "stress_rose_held" "stress_rose_made" Rose;
    "stress_chain_same" "stress_chain_held" "stress_chain_made" Chain;
    "stress_generic_same" "stress_generic_held" "stress_generic_made" Generic<String, Vec<f64>>;
    "stress_adapted_same" "stress_adapted_held" "stress_adapted_made" Adapted;
    "stress_renamed_same" "stress_renamed_held" "stress_renamed_made" Renamed;
    "stress_mirrored_same" "stress_mirrored_held" "stress_mirrored_made" Mirrored;
    "stress_by_hand_same" "stress_by_hand_held" "stress_by_hand_made" Vec<ByHand>;
    "stress_by_hand_list_same" "stress_by_hand_list_held" "stress_by_hand_list_made" VecDeque<(ByHand, String)>;
}

pub(crate) type Tuple21 = (
    isize,
    bool,
    String,
    f64,
    isize,
    isize,
    isize,
    (),
    u8,
    i32,
    i64,
    String,
    isize,
    isize,
    isize,
    isize,
    isize,
    isize,
    Option<isize>,
    isize,
    String,
);

/// A record.
#[derive(FromValue, ToValue)]
pub(crate) struct Point {
    name: String,
    x: f64,
    y: f64,
    tags: Vec<String>,
    #[ocaml(mutable)]
    next: Option<Box<Point>>,
}

/// A record of floats: flat.
#[derive(FromValue, ToValue)]
pub(crate) struct Flat {
    x: f64,
    y: f64,
    z: f32,
}

/// `[@@unboxed]`.
#[derive(FromValue, ToValue)]
#[ocaml(unboxed)]
pub(crate) struct Wrapped {
    text: String,
}

/// A record of records.
#[derive(FromValue, ToValue)]
pub(crate) struct Tagged {
    at: Flat,
    colour: Colour,
    wrapped: Wrapped,
    count: usize,
}

/// Unit.
#[derive(FromValue, ToValue)]
pub(crate) struct Nothing;

/// A tuple.
#[derive(FromValue, ToValue)]
pub(crate) struct PairStruct(isize, VecDeque<String>);

/// All kinds of constructors.
#[derive(FromValue, ToValue)]
pub(crate) enum Shape {
    Empty,
    Circle(f64),
    Unknown,
    Segment(Flat, String),
    Pair((isize, String)),
    Labelled {
        label: String,
        area: f64,
        sub: Vec<Shape>,
    },
    Group(VecDeque<Shape>),
}

/// Constant constructors only.
#[derive(FromValue, ToValue)]
pub(crate) enum Colour {
    Red,
    Green,
    Blue,
}

/// A polymorphic variant.
#[derive(FromValue, ToValue)]
#[ocaml(polymorphic)]
pub(crate) enum Poly {
    Zero,
    Text(String),
    Both(isize, String),
    Many(Vec<Poly>),
}

/// Recursion through boxes.
#[derive(FromValue, ToValue)]
pub(crate) enum Tree {
    Leaf,
    Node(Box<Tree>, isize, Box<Tree>),
}

/// Recursion through a list.
#[derive(FromValue, ToValue)]
pub(crate) struct Rose {
    label: String,
    #[ocaml(as = list)]
    children: Vec<Rose>,
}

/// Recursion through `Rc` and `Option`.
#[derive(FromValue, ToValue)]
pub(crate) struct Chain {
    number: i64,
    rest: Option<Rc<Chain>>,
}

/// A type with parameters.
#[derive(FromValue, ToValue)]
pub(crate) struct Generic<A, B> {
    first: A,
    second: Vec<(A, B)>,
    third: Option<B>,
}

/// Adapters, and functions of a module.
#[derive(FromValue, ToValue)]
pub(crate) struct Adapted {
    #[ocaml(as = int)]
    int: i64,
    #[ocaml(as = nativeint)]
    nativeint: isize,
    #[ocaml(as = char)]
    char: u8,
    #[ocaml(as = string)]
    string: Vec<u8>,
    #[ocaml(as = list)]
    list: Vec<String>,
    #[ocaml(as = array)]
    array: VecDeque<f64>,
    #[ocaml(with = reversed)]
    reversed: String,
}

/// A string, backwards in OCaml.
mod reversed {
    use super::*;

    pub const TYPE: TypeExpr = TypeExpr::named("string");

    fn backwards(text: &str) -> String {
        text.chars().rev().collect()
    }

    pub fn to_value<'gc>(text: &str, rt: &'gc Runtime) -> Value<'gc> {
        // Something else is made in between.
        let _ = vec![text; 3].to_value(rt);
        backwards(text).to_value(rt)
    }

    pub fn from_value(value: Value<'_>) -> Result<String, ConversionError> {
        value.to::<&str>().map(backwards)
    }
}

/// Names of other styles.
#[derive(FromValue, ToValue)]
#[ocaml(rename_all = "camelCase", name = "renamed_record")]
pub(crate) struct Renamed {
    first_field: isize,
    #[ocaml(name = "other")]
    second_field: String,
}

/// A type of another crate.
mod other {
    pub struct Remote {
        pub seconds: i64,
        pub name: String,
    }
}

/// Its mirror.
#[derive(FromValue, ToValue)]
#[ocaml(remote = other::Remote)]
struct Mirror {
    seconds: i64,
    name: String,
}

/// A use of the mirror.
#[derive(FromValue, ToValue)]
pub(crate) struct Mirrored {
    #[ocaml(as = Mirror)]
    remote: other::Remote,
    number: isize,
}

/// Converted by hand: makes more values than it returns, through the token.
pub(crate) struct ByHand(isize, String);

impl<'gc> FromValue<'gc> for ByHand {
    const TYPE: TypeExpr = TypeExpr::named("(int * string)");

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let (number, text) = value.to()?;
        Ok(ByHand(number, text))
    }
}

impl ToValue for ByHand {
    const TYPE: TypeExpr = TypeExpr::named("(int * string)");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        let wrong = (self.0 ^ 1, "another".to_string()).to_value(rt);
        let right = (self.0, &self.1).to_value(rt);
        let list = List::cons(rt, wrong, List::cons(rt, right, List::empty(rt)));
        let root = Root::new(rt, right);
        let array = Array::from_values(rt, &[wrong, root.get(rt)]);
        array.set(rt, 0, right).expect("an array of two");
        assert_eq!(list.iter().count(), 2);
        array.get(rt, self.0 as usize % 2).expect("an array of two")
    }
}

/// In no particular order: OCaml sorts.
#[bactrian::func(boxed)]
fn hash_map(map: HashMap<String, isize>) -> HashMap<String, isize> {
    map
}

/// Borrowed strings.
#[bactrian::func(boxed)]
fn borrowed<'gc>(rt: &'gc Runtime, texts: Vec<&'gc str>) -> VecDeque<&'gc str> {
    // What is made meanwhile must not move them.
    let copies = texts.to_value(rt);
    assert_eq!(copies.size(), Some(texts.len()));
    texts.into_iter().rev().collect()
}

/// Borrowed slices that are written to.
#[bactrian::func(boxed)]
fn slices(floats: &mut [f64], bytes: &mut [u8], add: f64) {
    floats.iter_mut().for_each(|float| *float += add);
    bytes
        .iter_mut()
        .for_each(|byte| *byte = byte.wrapping_add(1));
}

/// The elements of a sequence, with a collection now and then.
#[bactrian::func(boxed, as = list)]
fn seq(rt: &mut Runtime, mut seq: Seq<(isize, String)>) -> Result<Vec<(isize, String)>, Exception> {
    let mut elements = Vec::new();
    while let Some(element) = seq.next(rt)? {
        if element.0 % 16 == 0 {
            rt.collect_minor();
        }
        elements.push(element);
    }
    Ok(elements)
}

/// `Array.map`, with arguments and results of OCaml's.
#[bactrian::func(boxed)]
fn map_strings(
    rt: &mut Runtime,
    f: Root<Fun<(isize, String), String>>,
    texts: Vec<String>,
) -> Result<Vec<String>, Exception> {
    let mut results = Vec::new();
    for (i, text) in texts.into_iter().enumerate() {
        results.push(f.call(rt, (i as isize, text))?);
    }
    Ok(results)
}

/// A root is read, made again, and returned as it is.
#[bactrian::func(boxed)]
fn rooted(rt: &mut Runtime, value: Root<Any>) -> Vec<Root<Any>> {
    let second = value.duplicate(rt);
    rt.collect_minor();
    let third = value.duplicate(rt);
    vec![value, second, third]
}

/// Panics when it is the one to do so, having allocated.
struct Bomb<'a> {
    index: isize,
    fuse: &'a Cell<isize>,
}

impl ToValue for Bomb<'_> {
    const TYPE: TypeExpr = TypeExpr::named("(int * string)");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        let value = (self.index, self.index.to_string()).to_value(rt);
        self.fuse.set(self.fuse.get() - 1);
        if self.fuse.get() == 0 {
            let _kept = Root::new(rt, value);
            panic!("in the middle");
        }
        value
    }
}

/// Builds of `n` elements that end after `fuse` of them, in several containers.
#[bactrian::func(boxed, as = list)]
fn bombs(rt: &mut Runtime, n: isize, fuse: isize, kind: isize) -> Vec<(isize, String)> {
    let fuse = Cell::new(fuse);
    let bomb = |index| Bomb { index, fuse: &fuse };
    let numbers = 0..n;
    let value = match kind {
        0 => numbers.map(bomb).collect::<Vec<_>>().to_value(rt),
        1 => numbers.map(bomb).collect::<VecDeque<_>>().to_value(rt),
        2 => numbers
            .map(|i| (i, (bomb(i), bomb(i))))
            .collect::<BTreeMap<_, _>>()
            .to_value(rt),
        3 => numbers
            .map(|i| Some([bomb(i), bomb(i)]))
            .collect::<LinkedList<_>>()
            .to_value(rt),
        _ => {
            let deep = vec![
                vec![numbers.map(bomb).collect::<Vec<_>>()],
                vec![vec![bomb(0)]],
            ];
            ("before".to_string(), deep, bomb(1)).to_value(rt)
        }
    };
    let root = Root::new(rt, value);
    rt.collect_minor();
    assert!(root.get(rt).size().is_some() || n == 0);
    (0..n).map(|i| (i, i.to_string())).collect()
}

/// The same, as the result of the stub.
struct Bombs(isize, isize);

impl ToValue for Bombs {
    const TYPE: TypeExpr = TypeExpr::named("(int * string) array");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        let fuse = Cell::new(self.1);
        (0..self.0)
            .map(|index| Bomb { index, fuse: &fuse })
            .collect::<Vec<_>>()
            .to_value(rt)
    }
}

#[bactrian::func(boxed)]
fn bombs_returned(n: isize, fuse: isize) -> Option<Bombs> {
    Some(Bombs(n, fuse))
}

/// The arrays and lists of a stub's result are made with collections in between: bombs in them.
struct Late(isize, std::sync::Arc<std::sync::atomic::AtomicIsize>);

impl ToValue for Late {
    const TYPE: TypeExpr = TypeExpr::named("(int * string)");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        if self.1.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) == 1 {
            panic!("in the middle");
        }
        (self.0, self.0.to_string()).to_value(rt)
    }
}

#[bactrian::func(boxed)]
fn late_array(n: isize, fuse: isize) -> Vec<Late> {
    let fuse = Arc::new(std::sync::atomic::AtomicIsize::new(fuse));
    (0..n).map(|i| Late(i, fuse.clone())).collect()
}

#[bactrian::func(boxed)]
fn late_list(n: isize, fuse: isize) -> VecDeque<Late> {
    let fuse = Arc::new(std::sync::atomic::AtomicIsize::new(fuse));
    (0..n).map(|i| Late(i, fuse.clone())).collect()
}
