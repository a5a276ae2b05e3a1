//! ocaml-rs.

use std::cell::RefCell;
use std::collections::LinkedList;
use std::fmt;
use std::hint::black_box;
use std::sync::OnceLock;

use ocaml::bigarray::Array1;
use ocaml::{Pointer, ToValue, Value};

use crate::data::{Text, data, trees_of};
use crate::{sum, truncated};

// ---- calls ----

#[ocaml::func]
pub fn rs_noop() {}

#[ocaml::func]
pub fn rs_int_add(a: isize, b: isize) -> isize {
    a + b
}

// The library has nothing for numbers without a tag or a box: a function of C's kind is what remains.

#[unsafe(no_mangle)]
pub extern "C" fn rs_int_add_untagged(a: isize, b: isize) -> isize {
    a + b
}

#[unsafe(no_mangle)]
pub extern "C" fn rs_int_add_noalloc(a: isize, b: isize) -> isize {
    a + b
}

#[ocaml::func]
pub fn rs_float_add_boxed(a: f64, b: f64) -> f64 {
    a + b
}

#[unsafe(no_mangle)]
pub extern "C" fn rs_float_add_unboxed(a: f64, b: f64) -> f64 {
    a + b
}

#[unsafe(no_mangle)]
pub extern "C" fn rs_float_add_noalloc(a: f64, b: f64) -> f64 {
    a + b
}

#[ocaml::func]
pub fn rs_int64_add_boxed(a: i64, b: i64) -> i64 {
    a + b
}

#[unsafe(no_mangle)]
pub extern "C" fn rs_int64_add_unboxed(a: i64, b: i64) -> i64 {
    a + b
}

#[unsafe(no_mangle)]
pub extern "C" fn rs_int64_add_noalloc(a: i64, b: i64) -> i64 {
    a + b
}

#[ocaml::func]
#[allow(clippy::many_single_char_names)]
pub fn rs_args7(a: isize, b: isize, c: isize, d: isize, e: isize, f: isize, g: isize) -> isize {
    a + b + c + d + e + f + g
}

#[unsafe(no_mangle)]
#[allow(clippy::many_single_char_names)]
pub extern "C" fn rs_args7_untagged(
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

// ---- custom blocks: the Rust value lies in the block ----

struct Counter(isize);
ocaml::custom!(Counter);

#[ocaml::func]
pub fn rs_custom_make(n: isize) -> Pointer<Counter> {
    Counter(n).into()
}

#[ocaml::func]
pub fn rs_custom_read(counter: &Counter) -> isize {
    counter.0
}

#[ocaml::func]
pub fn rs_custom_change(counter: &mut Counter) {
    counter.0 += 1;
}

#[ocaml::func]
pub fn rs_custom_shared_make(n: isize) -> Pointer<Counter> {
    Counter(n).into()
}

#[ocaml::func]
pub fn rs_custom_shared_read(counter: &Counter) -> isize {
    counter.0
}

/// Without a finaliser.
struct Inline(isize);

impl ocaml::Custom for Inline {
    const NAME: &'static str = "bench.rs.inline\0";
    const OPS: ocaml::custom::CustomOps = ocaml::custom::CustomOps {
        identifier: Self::NAME.as_ptr().cast(),
        ..ocaml::custom::DEFAULT_CUSTOM_OPS
    };
}

#[ocaml::func]
pub fn rs_custom_inline_make(n: isize) -> Pointer<Inline> {
    Inline(n).into()
}

#[ocaml::func]
pub fn rs_custom_inline_read(inline: &Inline) -> isize {
    inline.0
}

// ---- bigarrays ----

/// `Array1::create` makes arrays that are never freed; so the runtime's function.
fn bigarray<T: Copy + ocaml::bigarray::Kind>(length: usize) -> Array1<T> {
    // SAFETY: a bigarray of this kind and length, whose memory the runtime allocates and frees.
    unsafe {
        let bigarray = ocaml::sys::bigarray::caml_ba_alloc_dims(
            T::kind(),
            1,
            std::ptr::null_mut(),
            length as ocaml::sys::Intnat,
        );
        ocaml::FromValue::from_value(Value::new(bigarray))
    }
}

#[ocaml::func]
pub fn rs_bigarray_sum(floats: Array1<f64>) -> f64 {
    sum(floats.data())
}

#[ocaml::func]
pub fn rs_bigarray_map(floats: Array1<f64>) -> Array1<f64> {
    let floats = floats.data();
    let mut mapped = bigarray::<f64>(floats.len());
    for (to, from) in mapped.data_mut().iter_mut().zip(floats) {
        *to = 2. * from + 1.;
    }
    mapped
}

#[ocaml::func]
pub fn rs_bigarray_update(mut floats: Array1<f64>) {
    floats.data_mut().iter_mut().for_each(|x| *x = 1000. - *x);
}

#[ocaml::func]
pub fn rs_bigarray_view(floats: Array1<f64>) -> isize {
    let floats = floats.data();
    floats.len() as isize + truncated(floats[1])
}

#[ocaml::func]
pub fn rs_buffer_out(length: isize) -> Array1<u8> {
    let mut buffer = bigarray::<u8>(length as usize);
    buffer.data_mut().fill(7);
    buffer
}

// ---- strings ----

#[ocaml::func]
pub fn rs_str_in(s: &str) -> isize {
    s.len() as isize
}

#[ocaml::func]
pub fn rs_bytes_in(bytes: &[u8]) -> isize {
    bytes.len() as isize
}

#[ocaml::func]
pub fn rs_str_out_16() -> Text {
    data().text_16
}

#[ocaml::func]
pub fn rs_str_out_1k() -> Text {
    data().text_1k
}

#[ocaml::func]
pub fn rs_str_upper(s: &str) -> String {
    s.to_ascii_uppercase()
}

// ---- options, results, tuples, records, variants ----

#[ocaml::func]
pub fn rs_option_in(n: Option<isize>) -> isize {
    n.unwrap_or(-1)
}

#[ocaml::func]
pub fn rs_option_out(n: isize) -> Option<isize> {
    Some(n)
}

#[ocaml::func]
pub fn rs_result_out_ok(n: isize) -> Result<isize, Text> {
    Ok(n)
}

#[ocaml::func]
pub fn rs_result_out_error(_n: isize) -> Result<isize, Text> {
    Err(data().error_text)
}

#[ocaml::func]
pub fn rs_tuple_in(tuple: (isize, f64, String)) -> isize {
    let (n, float, text) = black_box(&tuple);
    n + truncated(*float) + text.len() as isize
}

#[ocaml::func]
pub fn rs_tuple_borrowed_in(tuple: (isize, f64, &str)) -> isize {
    let (n, float, text) = tuple;
    n + truncated(float) + text.len() as isize
}

#[ocaml::func]
pub fn rs_tuple_out(n: isize) -> (isize, f64, Text) {
    (n, n as f64, data().text_16)
}

#[derive(ocaml::FromValue)]
pub struct Person {
    name: String,
    age: isize,
    score: f64,
    active: bool,
    tags: LinkedList<String>,
}

#[ocaml::func]
pub fn rs_record_in(person: Person) -> isize {
    let person = black_box(&person);
    let tags: usize = person.tags.iter().map(String::len).sum();
    let lengths = (person.name.len() + tags) as isize;
    lengths + person.age + truncated(person.score) + isize::from(person.active)
}

#[derive(ocaml::ToValue)]
pub struct PersonView {
    name: Text,
    age: isize,
    score: f64,
    active: bool,
    tags: LinkedList<Text>,
}

#[ocaml::func]
pub fn rs_record_out() -> &'static PersonView {
    static PERSON: OnceLock<PersonView> = OnceLock::new();
    PERSON.get_or_init(|| PersonView {
        name: "Old Bactrian",
        age: 36,
        score: 98.5,
        active: true,
        tags: ["analyst", "engine", "notes"].into(),
    })
}

#[derive(ocaml::FromValue)]
pub enum Shape {
    Point,
    Circle(f64),
    Rect(f64, f64),
    Label { text: String, size: isize },
    Code(isize),
}

#[ocaml::func]
pub fn rs_variant_in(shape: Shape) -> isize {
    match black_box(&shape) {
        Shape::Point => 1,
        Shape::Circle(radius) => truncated(*radius),
        Shape::Rect(width, height) => truncated(width * height),
        Shape::Label { text, size } => text.len() as isize + size,
        Shape::Code(code) => *code,
    }
}

#[derive(ocaml::ToValue)]
pub enum ShapeView {
    Point,
    Circle(f64),
    Rect(f64, f64),
    Label { text: Text, size: isize },
    Code(isize),
}

#[ocaml::func]
pub fn rs_variant_out(kind: isize) -> ShapeView {
    match kind {
        0 => ShapeView::Point,
        1 => ShapeView::Circle(2.5),
        2 => ShapeView::Rect(3.0, 4.0),
        3 => ShapeView::Label {
            text: data().text_16,
            size: kind,
        },
        _ => ShapeView::Code(kind),
    }
}

// ---- lists ----

#[ocaml::func]
pub fn rs_int_list_in(numbers: ocaml::List<isize>) -> isize {
    black_box(&numbers.into_vec()).iter().sum()
}

/// From the last to the first.
fn list<'a, T>(
    gc: &ocaml::Runtime,
    items: impl IntoIterator<Item = &'a T, IntoIter: DoubleEndedIterator>,
) -> Value
where
    T: ToValue + ocaml::FromValue + 'a,
{
    let mut list = ocaml::List::<T>::empty();
    for item in items.into_iter().rev() {
        // SAFETY: `item` is of the list's type.
        list = unsafe { list.add(gc, item) };
    }
    list.to_value(gc)
}

#[ocaml::func]
pub fn rs_int_list_out(length: isize) -> Value {
    list(gc, &data().ints[..length as usize])
}

#[ocaml::func]
pub fn rs_string_list_in(texts: ocaml::List<String>) -> isize {
    let texts = texts.into_vec();
    black_box(&texts).iter().map(|s| s.len() as isize).sum()
}

#[ocaml::func]
pub fn rs_string_list_out(length: isize) -> Value {
    list(gc, &data().texts[..length as usize])
}

#[ocaml::func]
pub fn rs_assoc_in(pairs: ocaml::List<(String, isize)>) -> isize {
    let pairs = pairs.into_vec();
    black_box(&pairs)
        .iter()
        .map(|(s, n)| s.len() as isize + n)
        .sum()
}

#[ocaml::func]
pub fn rs_assoc_out(length: isize) -> Value {
    list(gc, &data().pairs[..length as usize])
}

// ---- arrays ----

#[ocaml::func]
pub fn rs_int_array_in(numbers: Vec<isize>) -> isize {
    black_box(&numbers).iter().sum()
}

#[ocaml::func]
pub fn rs_int_array_out(length: isize) -> &'static Vec<isize> {
    data().int_vecs.of(length as usize)
}

#[ocaml::func]
pub fn rs_float_array_in(floats: Vec<f64>) -> f64 {
    sum(black_box(&floats))
}

/// No slice: one after the other.
#[ocaml::func]
pub fn rs_float_slice_in(floats: ocaml::Array<f64>) -> f64 {
    let mut sums = [0.0; 4];
    for i in 0..floats.len() {
        // SAFETY: within the array's length; OCaml's type says that it is of floats.
        sums[i % 4] += unsafe { floats.get_double_unchecked(i) };
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[ocaml::func]
pub fn rs_float_array_out(length: isize) -> &'static Vec<f64> {
    data().float_vecs.of(length as usize)
}

// ---- trees ----

#[derive(ocaml::FromValue, ocaml::ToValue)]
pub enum Tree {
    Leaf,
    Node(Box<Tree>, isize, Box<Tree>),
}

trees_of!(isize);

#[ocaml::func]
pub fn rs_tree_in(tree: Tree) -> isize {
    black_box(&tree).sum()
}

#[ocaml::func]
pub fn rs_tree_out() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| Tree::new(10, &mut 0))
}

// ---- exceptions and callbacks ----

#[ocaml::func]
pub fn rs_exn_from_native(n: isize) -> Result<(), ocaml::Error> {
    if n == 0 {
        Ok(())
    } else {
        Err(ocaml::Error::Message(data().error_text))
    }
}

struct NotThere;

/// What the library raises.
impl fmt::Debug for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(data().error_text)
    }
}

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(data().error_text)
    }
}

impl std::error::Error for NotThere {}

#[ocaml::func]
pub fn rs_exn_of_error(n: isize) -> Result<(), ocaml::Error> {
    if n == 0 { Ok(()) } else { Err(NotThere.into()) }
}

#[ocaml::func]
pub fn rs_detach() {
    gc.enter_blocking_section();
    gc.leave_blocking_section();
}

#[ocaml::func]
pub fn rs_attach() {
    gc.enter_blocking_section();
    for _ in 0..1000 {
        ocaml::runtime::leave_blocking_section();
        ocaml::runtime::enter_blocking_section();
    }
    gc.leave_blocking_section();
}

#[ocaml::func]
pub fn rs_callback(f: Value) -> isize {
    let mut sum = 0;
    for i in 0..1000isize {
        // SAFETY: a function of an int, says OCaml's type.
        let result = unsafe { f.call1(gc, i) };
        sum += result.expect("the function does not raise").to::<isize>();
    }
    sum
}

#[ocaml::func]
pub fn rs_callback_exn(f: Value) -> isize {
    // SAFETY: a function of an int, says OCaml's type.
    let raises = |&i: &isize| unsafe { f.call1(gc, i) }.is_err();
    (0..1000).filter(raises).count() as isize
}

// ---- roots ----

#[ocaml::func]
pub fn rs_roots_x1000(value: Value) {
    for _ in 0..1000 {
        // A copy is a root of its own.
        black_box(value.clone());
    }
}

#[ocaml::func]
pub fn rs_roots_live(value: Value, count: isize) {
    let roots: Vec<Value> = (0..count).map(|_| value.clone()).collect();
    drop(black_box(roots));
}

thread_local! {
    static KEPT: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

#[ocaml::func]
pub fn rs_roots_keep(values: Vec<Value>) {
    KEPT.set(values);
}

#[ocaml::func]
pub fn rs_roots_release() {
    KEPT.take();
}
