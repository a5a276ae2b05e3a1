//! ocaml-interop.

use std::borrow::Borrow;
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::sync::OnceLock;

use ocaml_interop::bigarray::Array1;
use ocaml_interop::{
    BoxRoot, DynBox, OCaml, OCamlBytes, OCamlFloat, OCamlFloatArray, OCamlInt, OCamlInt64,
    OCamlList, OCamlRuntime, OCamlUniformArray, ToOCaml, cons, export, impl_conv_ocaml_variant,
    impl_from_ocaml_record, impl_from_ocaml_variant, impl_to_ocaml_record, impl_to_ocaml_variant,
};

use crate::data::{Text, data, trees_of};
use crate::{sum, truncated};

// ---- calls ----

#[export]
pub fn interop_noop(cr: &mut OCamlRuntime, _unit: OCaml<()>) {}

#[export]
pub fn interop_int_add(
    cr: &mut OCamlRuntime,
    a: OCaml<OCamlInt>,
    b: OCaml<OCamlInt>,
) -> OCaml<OCamlInt> {
    (a.to_i64() + b.to_i64()).to_ocaml(cr)
}

#[export]
pub fn interop_int_add_untagged(_cr: &mut OCamlRuntime, a: isize, b: isize) -> isize {
    a + b
}

#[export(noalloc)]
pub fn interop_int_add_noalloc(_cr: &OCamlRuntime, a: isize, b: isize) -> isize {
    a + b
}

#[export]
pub fn interop_float_add_boxed(
    cr: &mut OCamlRuntime,
    a: OCaml<OCamlFloat>,
    b: OCaml<OCamlFloat>,
) -> OCaml<OCamlFloat> {
    (a.to_rust::<f64>() + b.to_rust::<f64>()).to_ocaml(cr)
}

#[export]
pub fn interop_float_add_unboxed(_cr: &mut OCamlRuntime, a: f64, b: f64) -> f64 {
    a + b
}

#[export(noalloc)]
pub fn interop_float_add_noalloc(_cr: &OCamlRuntime, a: f64, b: f64) -> f64 {
    a + b
}

#[export]
pub fn interop_int64_add_boxed(
    cr: &mut OCamlRuntime,
    a: OCaml<OCamlInt64>,
    b: OCaml<OCamlInt64>,
) -> OCaml<OCamlInt64> {
    (a.to_rust::<i64>() + b.to_rust::<i64>()).to_ocaml(cr)
}

#[export]
pub fn interop_int64_add_unboxed(_cr: &mut OCamlRuntime, a: i64, b: i64) -> i64 {
    a + b
}

#[export(noalloc)]
pub fn interop_int64_add_noalloc(_cr: &OCamlRuntime, a: i64, b: i64) -> i64 {
    a + b
}

#[export(bytecode = "interop_args7_bytecode")]
#[allow(clippy::many_single_char_names)]
pub fn interop_args7(
    cr: &mut OCamlRuntime,
    a: OCaml<OCamlInt>,
    b: OCaml<OCamlInt>,
    c: OCaml<OCamlInt>,
    d: OCaml<OCamlInt>,
    e: OCaml<OCamlInt>,
    f: OCaml<OCamlInt>,
    g: OCaml<OCamlInt>,
) -> OCaml<OCamlInt> {
    let low = a.to_i64() + b.to_i64() + c.to_i64() + d.to_i64();
    (low + e.to_i64() + f.to_i64() + g.to_i64()).to_ocaml(cr)
}

#[export(bytecode = "interop_args7_untagged_bytecode")]
#[allow(clippy::many_single_char_names)]
pub fn interop_args7_untagged(
    _cr: &mut OCamlRuntime,
    a: isize,
    b: isize,
    c: isize,
    d: isize,
    e: isize,
    f: isize,
    g: isize,
) -> isize {
    a + b + c + d + e + f + g
}

// ---- custom blocks: always a box, and never `&mut` ----

struct Counter(Cell<isize>);

#[export]
pub fn interop_custom_make(cr: &mut OCamlRuntime, n: OCaml<OCamlInt>) -> OCaml<DynBox<Counter>> {
    let n = n.to_i64() as isize;
    OCaml::box_value(cr, Counter(Cell::new(n)))
}

#[export]
pub fn interop_custom_read(
    cr: &mut OCamlRuntime,
    counter: OCaml<DynBox<Counter>>,
) -> OCaml<OCamlInt> {
    let counter: &Counter = counter.borrow();
    (counter.0.get() as i64).to_ocaml(cr)
}

#[export]
pub fn interop_custom_change(cr: &mut OCamlRuntime, counter: OCaml<DynBox<Counter>>) {
    let counter: &Counter = counter.borrow();
    counter.0.set(counter.0.get() + 1);
}

struct Shared(isize);

#[export]
pub fn interop_custom_shared_make(
    cr: &mut OCamlRuntime,
    n: OCaml<OCamlInt>,
) -> OCaml<DynBox<Shared>> {
    let n = n.to_i64() as isize;
    OCaml::box_value(cr, Shared(n))
}

#[export]
pub fn interop_custom_shared_read(
    cr: &mut OCamlRuntime,
    shared: OCaml<DynBox<Shared>>,
) -> OCaml<OCamlInt> {
    let shared: &Shared = shared.borrow();
    (shared.0 as i64).to_ocaml(cr)
}

// ---- bigarrays ----

#[export]
pub fn interop_bigarray_sum(cr: &mut OCamlRuntime, floats: OCaml<Array1<f64>>) -> f64 {
    sum(floats.as_slice())
}

#[export]
pub fn interop_bigarray_map(
    cr: &mut OCamlRuntime,
    floats: OCaml<Array1<f64>>,
) -> OCaml<Array1<f64>> {
    let mapped: Vec<f64> = floats.as_slice().iter().map(|x| 2. * x + 1.).collect();
    mapped.as_slice().to_ocaml(cr)
}

#[export]
pub fn interop_bigarray_view(cr: &mut OCamlRuntime, floats: OCaml<Array1<f64>>) -> isize {
    let floats = floats.as_slice();
    floats.len() as isize + truncated(floats[1])
}

#[export]
pub fn interop_buffer_out(cr: &mut OCamlRuntime, length: isize) -> OCaml<Array1<u8>> {
    vec![7u8; length as usize].as_slice().to_ocaml(cr)
}

// ---- strings ----

#[export]
pub fn interop_str_in(cr: &mut OCamlRuntime, s: OCaml<String>) -> isize {
    s.as_str().len() as isize
}

#[export]
pub fn interop_bytes_in(cr: &mut OCamlRuntime, bytes: OCaml<OCamlBytes>) -> isize {
    bytes.as_bytes().len() as isize
}

#[export(noalloc)]
pub fn interop_bytes_in_noalloc(_cr: &OCamlRuntime, bytes: OCaml<OCamlBytes>) -> isize {
    bytes.as_bytes().len() as isize
}

#[export]
pub fn interop_str_out_16(cr: &mut OCamlRuntime, _unit: OCaml<()>) -> OCaml<String> {
    data().text_16.to_ocaml(cr)
}

#[export]
pub fn interop_str_out_1k(cr: &mut OCamlRuntime, _unit: OCaml<()>) -> OCaml<String> {
    data().text_1k.to_ocaml(cr)
}

#[export]
pub fn interop_str_upper(cr: &mut OCamlRuntime, s: OCaml<String>) -> OCaml<String> {
    let upper = s.as_str().to_ascii_uppercase();
    upper.to_ocaml(cr)
}

// ---- options, results, tuples, records, variants ----

#[export]
pub fn interop_option_in(cr: &mut OCamlRuntime, n: OCaml<Option<OCamlInt>>) -> isize {
    n.to_option().map_or(-1, |n| n.to_i64() as isize)
}

#[export(noalloc)]
pub fn interop_option_in_noalloc(_cr: &OCamlRuntime, n: OCaml<Option<OCamlInt>>) -> isize {
    n.to_option().map_or(-1, |n| n.to_i64() as isize)
}

#[export]
pub fn interop_option_out(cr: &mut OCamlRuntime, n: isize) -> OCaml<Option<OCamlInt>> {
    Some(n as i64).to_ocaml(cr)
}

#[export]
pub fn interop_result_out_ok(cr: &mut OCamlRuntime, n: isize) -> OCaml<Result<OCamlInt, String>> {
    Ok::<i64, Text>(n as i64).to_ocaml(cr)
}

#[export]
pub fn interop_result_out_error(
    cr: &mut OCamlRuntime,
    _n: isize,
) -> OCaml<Result<OCamlInt, String>> {
    Err::<i64, Text>(data().error_text).to_ocaml(cr)
}

type Triple = (OCamlInt, OCamlFloat, String);

#[export]
pub fn interop_tuple_in(cr: &mut OCamlRuntime, tuple: OCaml<Triple>) -> isize {
    let tuple: (i64, f64, String) = tuple.to_rust();
    let (n, float, text) = black_box(&tuple);
    *n as isize + truncated(*float) + text.len() as isize
}

#[export]
pub fn interop_tuple_borrowed_in(cr: &mut OCamlRuntime, tuple: OCaml<Triple>) -> isize {
    let (n, float, text) = tuple.to_tuple();
    n.to_i64() as isize + truncated(float.to_rust()) + text.as_str().len() as isize
}

#[export]
pub fn interop_tuple_out(cr: &mut OCamlRuntime, n: isize) -> OCaml<Triple> {
    (n as i64, n as f64, data().text_16).to_ocaml(cr)
}

struct Person {
    name: String,
    age: i64,
    score: f64,
    active: bool,
    tags: Vec<String>,
}

impl_from_ocaml_record! {
    Person {
        name: String,
        age: OCamlInt,
        score: OCamlFloat,
        active: bool,
        tags: OCamlList<String>,
    }
}

#[export]
pub fn interop_record_in(cr: &mut OCamlRuntime, person: OCaml<Person>) -> isize {
    let person: Person = person.to_rust();
    let person = black_box(&person);
    let tags: usize = person.tags.iter().map(String::len).sum();
    let lengths = (person.name.len() + tags) as isize;
    lengths + person.age as isize + truncated(person.score) + isize::from(person.active)
}

struct PersonView {
    name: Text,
    age: i64,
    score: f64,
    active: bool,
    tags: Vec<Text>,
}

impl_to_ocaml_record! {
    PersonView => Person {
        name: String,
        age: OCamlInt,
        score: OCamlFloat,
        active: bool,
        tags: OCamlList<String>,
    }
}

#[export]
pub fn interop_record_out(cr: &mut OCamlRuntime, _unit: OCaml<()>) -> OCaml<Person> {
    static PERSON: OnceLock<PersonView> = OnceLock::new();
    let person = PERSON.get_or_init(|| PersonView {
        name: "Old Bactrian",
        age: 36,
        score: 98.5,
        active: true,
        tags: vec!["analyst", "engine", "notes"],
    });
    person.to_ocaml(cr)
}

enum Shape {
    Point,
    Circle(f64),
    Rect(f64, f64),
    Label(String, i64),
    Code(i64),
}

impl_from_ocaml_variant! {
    Shape {
        Shape::Point,
        Shape::Circle(radius: OCamlFloat),
        Shape::Rect(width: OCamlFloat, height: OCamlFloat),
        Shape::Label(text: String, size: OCamlInt),
        Shape::Code(code: OCamlInt),
    }
}

#[export]
pub fn interop_variant_in(cr: &mut OCamlRuntime, shape: OCaml<Shape>) -> isize {
    let shape: Shape = shape.to_rust();
    match black_box(&shape) {
        Shape::Point => 1,
        Shape::Circle(radius) => truncated(*radius),
        Shape::Rect(width, height) => truncated(width * height),
        Shape::Label(text, size) => text.len() as isize + *size as isize,
        Shape::Code(code) => *code as isize,
    }
}

enum ShapeView {
    Point,
    Circle(f64),
    Rect(f64, f64),
    Label(Text, i64),
    Code(i64),
}

impl_to_ocaml_variant! {
    ShapeView => Shape {
        ShapeView::Point,
        ShapeView::Circle(radius: OCamlFloat),
        ShapeView::Rect(width: OCamlFloat, height: OCamlFloat),
        ShapeView::Label(text: String, size: OCamlInt),
        ShapeView::Code(code: OCamlInt),
    }
}

#[export]
pub fn interop_variant_out(cr: &mut OCamlRuntime, kind: isize) -> OCaml<Shape> {
    let shape = match kind {
        0 => ShapeView::Point,
        1 => ShapeView::Circle(2.5),
        2 => ShapeView::Rect(3.0, 4.0),
        3 => ShapeView::Label(data().text_16, kind as i64),
        _ => ShapeView::Code(kind as i64),
    };
    shape.to_ocaml(cr)
}

// ---- lists ----

#[export]
pub fn interop_int_list_in(cr: &mut OCamlRuntime, numbers: OCaml<OCamlList<OCamlInt>>) -> isize {
    let numbers: Vec<i64> = numbers.to_rust();
    black_box(&numbers).iter().sum::<i64>() as isize
}

/// By hand: `Vec`'s conversion would root each number.
#[export]
pub fn interop_int_list_out(cr: &mut OCamlRuntime, length: isize) -> OCaml<OCamlList<OCamlInt>> {
    let mut list = BoxRoot::new(OCaml::nil(cr));
    for &n in data().longs[..length as usize].iter().rev() {
        let n = OCaml::of_i64(n).expect("small");
        let cell = cons(cr, &n, &list);
        list.keep(cell);
    }
    list.get(cr)
}

#[export]
pub fn interop_string_list_in(cr: &mut OCamlRuntime, texts: OCaml<OCamlList<String>>) -> isize {
    let texts: Vec<String> = texts.to_rust();
    black_box(&texts).iter().map(|s| s.len() as isize).sum()
}

#[export]
pub fn interop_string_list_out(cr: &mut OCamlRuntime, _length: isize) -> OCaml<OCamlList<String>> {
    data().texts.to_ocaml(cr)
}

type Pairs = OCamlList<(String, OCamlInt)>;

#[export]
pub fn interop_assoc_in(cr: &mut OCamlRuntime, pairs: OCaml<Pairs>) -> isize {
    let pairs: Vec<(String, i64)> = pairs.to_rust();
    black_box(&pairs)
        .iter()
        .map(|(s, n)| s.len() as isize + *n as isize)
        .sum()
}

#[export]
pub fn interop_assoc_out(cr: &mut OCamlRuntime, _length: isize) -> OCaml<Pairs> {
    data().long_pairs.to_ocaml(cr)
}

// ---- arrays ----

#[export]
pub fn interop_int_array_in(
    cr: &mut OCamlRuntime,
    numbers: OCaml<OCamlUniformArray<OCamlInt>>,
) -> isize {
    let numbers: Vec<i64> = numbers.to_rust();
    black_box(&numbers).iter().sum::<i64>() as isize
}

#[export]
pub fn interop_int_array_out(
    cr: &mut OCamlRuntime,
    length: isize,
) -> OCaml<OCamlUniformArray<OCamlInt>> {
    data().long_vecs.of(length as usize).to_ocaml(cr)
}

#[export]
pub fn interop_float_array_in(cr: &mut OCamlRuntime, floats: OCaml<OCamlFloatArray>) -> f64 {
    let floats: Vec<f64> = floats.to_rust();
    sum(black_box(&floats))
}

#[export]
pub fn interop_float_array_out(cr: &mut OCamlRuntime, length: isize) -> OCaml<OCamlFloatArray> {
    data().float_vecs.of(length as usize).to_ocaml(cr)
}

// ---- trees ----

enum Tree {
    Leaf,
    Node(Box<Tree>, i64, Box<Tree>),
}

impl_conv_ocaml_variant! {
    Tree {
        Tree::Leaf,
        Tree::Node(left: Tree, number: OCamlInt, right: Tree),
    }
}

trees_of!(i64);

#[export]
pub fn interop_tree_in(cr: &mut OCamlRuntime, tree: OCaml<Tree>) -> isize {
    let tree: Tree = tree.to_rust();
    black_box(&tree).sum() as isize
}

#[export]
pub fn interop_tree_out(cr: &mut OCamlRuntime, _unit: OCaml<()>) -> OCaml<Tree> {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| Tree::new(10, &mut 0)).to_ocaml(cr)
}

// ---- exceptions and callbacks ----

/// The one way to an exception from Rust is a panic.
#[export]
pub fn interop_exn_from_native(_cr: &mut OCamlRuntime, n: isize) {
    if n != 0 {
        std::panic::panic_any(data().error_text);
    }
}

/// OCaml's side raises.
#[export]
pub fn interop_exn_of_error(cr: &mut OCamlRuntime, n: isize) -> OCaml<Result<(), String>> {
    let result = if n == 0 {
        Ok(())
    } else {
        Err(data().error_text.to_string())
    };
    result.to_ocaml(cr)
}

#[export]
pub fn interop_detach(cr: &mut OCamlRuntime, _unit: OCaml<()>) {
    cr.releasing_runtime(|| ());
}

#[export]
pub fn interop_attach(cr: &mut OCamlRuntime, _unit: OCaml<()>) {
    cr.releasing_runtime(|| {
        for _ in 0..1000 {
            OCamlRuntime::with_domain_lock(|_cr| ());
        }
    });
}

#[export]
pub fn interop_callback(cr: &mut OCamlRuntime, f: BoxRoot<fn(OCamlInt) -> OCamlInt>) -> isize {
    let mut sum = 0;
    for i in 0..1000 {
        let i = OCaml::of_i32(i);
        match f.try_call::<_, ()>(cr, &i.as_ref()) {
            Ok(n) => sum += n.to_i64(),
            Err(_) => panic!("the function does not raise"),
        }
    }
    sum as isize
}

#[export]
pub fn interop_callback_exn(cr: &mut OCamlRuntime, f: BoxRoot<fn(OCamlInt) -> OCamlInt>) -> isize {
    let mut exceptions = 0;
    for i in 0..1000 {
        let i = OCaml::of_i32(i);
        exceptions += isize::from(f.try_call::<_, ()>(cr, &i.as_ref()).is_err());
    }
    exceptions
}

// ---- roots ----

/// Any value.
type Anything = OCamlInt;

#[export]
pub fn interop_roots_x1000(cr: &mut OCamlRuntime, value: OCaml<Anything>) {
    for _ in 0..1000 {
        black_box(BoxRoot::new(value));
    }
}

#[export]
pub fn interop_roots_live(cr: &mut OCamlRuntime, value: OCaml<Anything>, count: isize) {
    let roots: Vec<_> = (0..count).map(|_| BoxRoot::new(value)).collect();
    drop(black_box(roots));
}

thread_local! {
    static KEPT: RefCell<Vec<BoxRoot<Anything>>> = const { RefCell::new(Vec::new()) };
}

/// The element of an array as it is.
struct Kept(BoxRoot<Anything>);

// SAFETY: any value may be rooted.
unsafe impl ocaml_interop::FromOCaml<Anything> for Kept {
    fn from_ocaml(value: OCaml<Anything>) -> Kept {
        Kept(BoxRoot::new(value))
    }
}

#[export]
pub fn interop_roots_keep(cr: &mut OCamlRuntime, values: OCaml<OCamlUniformArray<Anything>>) {
    let values: Vec<Kept> = values.to_rust();
    KEPT.set(values.into_iter().map(|Kept(root)| root).collect());
}

#[export]
pub fn interop_roots_release(cr: &mut OCamlRuntime, _unit: OCaml<()>) {
    KEPT.take();
}
