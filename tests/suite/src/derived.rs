//! Derived conversions: every layout, as the OCaml types of `ocaml/derived.ml`.

use std::collections::BTreeMap;
use std::rc::Rc;

use bactrian::{FromValue, ToValue, Value};

use crate::conversions;

// ---- structs ----

#[derive(Debug, FromValue, ToValue)]
struct Person {
    name: String,
    age: u8,
    email: Option<String>,
}

/// Flat: all fields are floats, by whatever name.
#[derive(Debug, FromValue, ToValue)]
struct Point {
    x: f64,
    y: Km,
    z: f32,
}

type Km = f64;

/// Flat, with a newtype of a float and a pointer to one.
#[derive(Debug, FromValue, ToValue)]
struct Box3 {
    width: Metres,
    height: Box<f64>,
    depth: Unboxed,
}

#[derive(Debug, FromValue, ToValue)]
struct Metres(f64);

#[derive(Debug, FromValue, ToValue)]
#[ocaml(unboxed)]
struct Unboxed {
    value: f64,
}

#[derive(Debug, FromValue, ToValue)]
#[ocaml(unboxed)]
struct UnboxedName {
    name: String,
}

#[derive(Debug, FromValue, ToValue)]
struct OneFloat {
    value: f64,
}

#[derive(Debug, FromValue, ToValue)]
struct OneString {
    value: String,
}

/// Not flat.
#[derive(Debug, FromValue, ToValue)]
struct Measured {
    value: f64,
    unit: String,
}

#[derive(Debug, FromValue, ToValue)]
struct Nested {
    person: Person,
    at: Point,
    others: Vec<Person>,
    path: Vec<Point>,
}

#[derive(Debug, FromValue, ToValue)]
struct Pair(isize, String);

#[derive(Debug, FromValue, ToValue)]
struct FloatPair(f64, f64);

#[derive(Debug, FromValue, ToValue)]
struct Unit;

/// Ten fields of ten types.
#[derive(Debug, FromValue, ToValue)]
struct Ten {
    a: (),
    b: bool,
    c: char,
    d: u16,
    e: i32,
    f: u64,
    g: f64,
    h: (isize, f64),
    i: Vec<f64>,
    j: BTreeMap<String, isize>,
}

/// Fields that say what they are in OCaml.
#[derive(Debug, FromValue, ToValue)]
#[ocaml(rename_all = "camelCase")]
struct Adapted {
    #[ocaml(as = int)]
    unix_time: i64,
    #[ocaml(as = list, mutable)]
    parent_names: Vec<String>,
    #[ocaml(as = string)]
    raw: Vec<u8>,
    #[ocaml(as = char)]
    first_char: u8,
    #[ocaml(as = nativeint)]
    address: usize,
    #[ocaml(with = seconds)]
    duration: std::time::Duration,
    #[ocaml(skip)]
    #[expect(dead_code, reason = "only printed")]
    cache: Option<isize>,
    #[ocaml(name = "type_")]
    r#type: bool,
}

mod seconds {
    use std::time::Duration;

    use bactrian::{ConversionError, FromValue, Runtime, ToValue, TypeExpr, Value};

    pub(super) const TYPE: TypeExpr = <f64 as ToValue>::TYPE;

    pub(super) fn from_value(value: Value<'_>) -> Result<Duration, ConversionError> {
        Duration::try_from_secs_f64(f64::from_value(value)?)
            .map_err(|_| value.unexpected("a number of seconds"))
    }

    pub(super) fn to_value<'gc>(duration: &Duration, rt: &'gc Runtime) -> Value<'gc> {
        duration.as_secs_f64().to_value(rt)
    }
}

// ---- enums ----

#[derive(Debug, FromValue, ToValue)]
enum Colour {
    Red,
    Green,
    Blue,
}

#[derive(Debug, FromValue, ToValue)]
enum Shape {
    Empty,
    Circle(f64),
    Unknown,
    Rect(isize, isize),
    Pair((isize, isize)),
    Named { x: f64, y: f64 },
    Labelled { label: String, shape: Box<Shape> },
    Nothing(),
    Floats(f64, f64),
    OneOption(Option<isize>),
}

#[derive(Debug, FromValue, ToValue)]
#[ocaml(unboxed)]
enum Id {
    Id(isize),
}

#[derive(Debug, FromValue, ToValue)]
#[ocaml(unboxed)]
enum Length {
    Length { metres: f64 },
}

#[derive(Debug, FromValue, ToValue)]
struct Lengths {
    a: Length,
    b: Length,
}

#[derive(Debug, FromValue, ToValue)]
enum OneBlock {
    Only(String, isize),
}

macro_rules! many {
    ($($name:ident)*) => {
        /// More constants than a byte counts.
        #[derive(Debug, FromValue, ToValue)]
        enum Many {
            First,
            Block(isize),
            $($name,)*
            Last,
        }
    };
}
macro_rules! times_sixteen {
    ($($prefix:ident)*) => { paste_names!($($prefix)*); };
}
macro_rules! paste_names {
    ($($a:ident)*) => { many!($($a)*); };
}
times_sixteen! {
    C00 C01 C02 C03 C04 C05 C06 C07 C08 C09 C0a C0b C0c C0d C0e C0f
    C10 C11 C12 C13 C14 C15 C16 C17 C18 C19 C1a C1b C1c C1d C1e C1f
    C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C2a C2b C2c C2d C2e C2f
    C30 C31 C32 C33 C34 C35 C36 C37 C38 C39 C3a C3b C3c C3d C3e C3f
    C40 C41 C42 C43 C44 C45 C46 C47 C48 C49 C4a C4b C4c C4d C4e C4f
    C50 C51 C52 C53 C54 C55 C56 C57 C58 C59 C5a C5b C5c C5d C5e C5f
    C60 C61 C62 C63 C64 C65 C66 C67 C68 C69 C6a C6b C6c C6d C6e C6f
    C70 C71 C72 C73 C74 C75 C76 C77 C78 C79 C7a C7b C7c C7d C7e C7f
    C80 C81 C82 C83 C84 C85 C86 C87 C88 C89 C8a C8b C8c C8d C8e C8f
    C90 C91 C92 C93 C94 C95 C96 C97 C98 C99 C9a C9b C9c C9d C9e C9f
    Ca0 Ca1 Ca2 Ca3 Ca4 Ca5 Ca6 Ca7 Ca8 Ca9 Caa Cab Cac Cad Cae Caf
    Cb0 Cb1 Cb2 Cb3 Cb4 Cb5 Cb6 Cb7 Cb8 Cb9 Cba Cbb Cbc Cbd Cbe Cbf
    Cc0 Cc1 Cc2 Cc3 Cc4 Cc5 Cc6 Cc7 Cc8 Cc9 Cca Ccb Ccc Ccd Cce Ccf
    Cd0 Cd1 Cd2 Cd3 Cd4 Cd5 Cd6 Cd7 Cd8 Cd9 Cda Cdb Cdc Cdd Cde Cdf
    Ce0 Ce1 Ce2 Ce3 Ce4 Ce5 Ce6 Ce7 Ce8 Ce9 Cea Ceb Cec Ced Cee Cef
    Cf0 Cf1 Cf2 Cf3 Cf4 Cf5 Cf6 Cf7 Cf8 Cf9 Cfa Cfb Cfc Cfd Cfe Cff
}

// ---- polymorphic variants ----

#[derive(Debug, FromValue, ToValue)]
#[ocaml(polymorphic)]
enum Basic {
    On,
    Off,
}

#[derive(Debug, FromValue, ToValue)]
#[ocaml(polymorphic)]
enum Paint {
    Red,
    Grey(u8),
    Rgb(u8, u8, u8),
    Nested((u8, u8)),
    Text(String),
    Float(f64),
    #[ocaml(name = "lower_case")]
    Lower(Vec<f64>),
}

#[derive(Debug, FromValue, ToValue)]
#[ocaml(polymorphic)]
enum More {
    #[ocaml(inherit)]
    Basic(Basic),
    Transparent,
    #[ocaml(inherit)]
    Paint(Paint),
    Deep(Vec<More>),
}

// ---- generic and recursive types ----

#[derive(Debug, FromValue, ToValue)]
struct Labelled<T> {
    label: String,
    inside: T,
}

/// Never flat, whatever the parameter.
#[derive(Debug, FromValue, ToValue)]
struct Both<T> {
    left: T,
    right: T,
}

#[derive(Debug, FromValue, ToValue)]
enum Either<L, R> {
    Left(L),
    Right { value: R },
    Neither,
}

#[derive(Debug, FromValue, ToValue)]
enum Tree<T> {
    Leaf,
    Node(Box<Tree<T>>, T, Box<Tree<T>>),
}

#[derive(Debug, FromValue, ToValue)]
struct Rose {
    value: f64,
    #[ocaml(as = list)]
    children: Vec<Rose>,
}

#[derive(Debug, FromValue, ToValue)]
struct Chain {
    n: isize,
    next: Option<Rc<Chain>>,
}

#[derive(Debug, FromValue, ToValue)]
enum Expression {
    Number(f64),
    Variable(String),
    Call {
        function: String,
        arguments: Vec<Expression>,
    },
    Block(Box<Statement>),
}

/// The other half of a mutual recursion.
#[derive(Debug, FromValue, ToValue)]
struct Statement {
    result: Expression,
    rest: Option<Box<Statement>>,
}

// ---- types of other crates ----

mod elsewhere {
    #[derive(Debug)]
    pub struct Version {
        pub major: u16,
        pub minor: u16,
    }

    #[derive(Debug)]
    pub enum State {
        Idle,
        Busy(String),
    }
}

#[derive(FromValue, ToValue)]
#[ocaml(remote = elsewhere::Version)]
struct Version {
    major: u16,
    minor: u16,
}

#[derive(FromValue, ToValue)]
#[ocaml(remote = elsewhere::State)]
enum State {
    Idle,
    Busy(String),
}

#[derive(Debug, FromValue, ToValue)]
struct Release {
    #[ocaml(as = Version)]
    version: elsewhere::Version,
    #[ocaml(as = State)]
    state: elsewhere::State,
}

// ---- records that borrow ----

#[derive(Debug, FromValue, ToValue)]
struct Borrowed<'gc> {
    name: &'gc str,
    #[ocaml(as = string)]
    bytes: &'gc [u8],
    anything: Value<'gc>,
}

conversions! {
    read_person echo_person Person;
    read_point echo_point Point;
    read_box3 echo_box3 Box3;
    read_metres echo_metres Metres;
    read_unboxed echo_unboxed Unboxed;
    read_unboxed_name echo_unboxed_name UnboxedName;
    read_one_float echo_one_float OneFloat;
    read_one_string echo_one_string OneString;
    read_measured echo_measured Measured;
    read_nested echo_nested Nested;
    read_pair echo_pair Pair;
    read_float_struct echo_float_struct FloatPair;
    read_unit_struct echo_unit_struct Unit;
    read_ten echo_ten Ten;
    read_adapted echo_adapted Adapted;
    read_colour echo_colour Colour;
    read_shape echo_shape Shape;
    read_id echo_id Id;
    read_lengths echo_lengths Lengths;
    read_one_block echo_one_block OneBlock;
    read_many echo_many Many;
    read_basic echo_basic Basic;
    read_paint echo_paint Paint;
    read_more echo_more More;
    read_labelled echo_labelled Labelled<Vec<isize>>;
    read_labelled_float echo_labelled_float Labelled<f64>;
    read_both_floats echo_both_floats Both<f64>;
    read_both_strings echo_both_strings Both<String>;
    read_either echo_either Either<isize, Vec<String>>;
    read_tree echo_tree Tree<isize>;
    read_tree_float echo_tree_float Tree<f64>;
    read_rose echo_rose Rose;
    read_chain echo_chain Chain;
    read_expression echo_expression Expression;
    read_release echo_release Release;
    read_borrowed echo_borrowed Borrowed<'_>;
    read_points echo_points Vec<Point>;
    read_ids echo_ids Vec<Id>;
    read_colours echo_colours Vec<Colour>;
    read_metres_array echo_metres_array Vec<Metres>;
    read_unboxed_array echo_unboxed_array Vec<Unboxed>;
}

/// Whether it is full to this depth.
fn tree(depth: u32) -> Tree<isize> {
    match depth {
        0 => Tree::Leaf,
        _ => Tree::Node(
            Box::new(tree(depth - 1)),
            depth as isize,
            Box::new(tree(depth - 1)),
        ),
    }
}

#[bactrian::func(boxed)]
fn make_tree(depth: u16) -> Tree<isize> {
    tree(depth.into())
}

#[bactrian::func(boxed)]
fn sum_tree(tree: Tree<isize>) -> isize {
    fn sum(tree: &Tree<isize>) -> isize {
        match tree {
            Tree::Leaf => 0,
            Tree::Node(left, value, right) => sum(left) + value + sum(right),
        }
    }
    sum(&tree)
}
