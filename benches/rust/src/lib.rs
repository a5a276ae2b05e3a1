//! The benchmarks' Rust side: what a user would write, and nothing to please the compiler.

mod data;

use std::fmt;
use std::hint::black_box;
use std::sync::Mutex;

use bactrian::bigarray::{Array1, ArrayView, ArrayViewMut, Buffer};
use bactrian::{FromValue, Fun, Function, Root, Runtime, ToValue, Value, func};

use data::{Tree, data};

// ---- calls ----

#[func]
fn noop() {}

#[func(boxed)]
fn int_add(a: isize, b: isize) -> isize {
    a + b
}

#[func]
fn int_add_untagged(a: isize, b: isize) -> isize {
    a + b
}

#[func(noalloc)]
fn int_add_noalloc(a: isize, b: isize) -> isize {
    a + b
}

#[func(boxed)]
fn float_add_boxed(a: f64, b: f64) -> f64 {
    a + b
}

#[func]
fn float_add_unboxed(a: f64, b: f64) -> f64 {
    a + b
}

#[func(noalloc)]
fn float_add_noalloc(a: f64, b: f64) -> f64 {
    a + b
}

#[derive(bactrian::Custom)]
#[ocaml(mutable)]
struct Counter(isize);

/// Not `mutable`: borrows of it are not counted.
#[derive(bactrian::Custom)]
struct Shared(isize);

#[func(boxed)]
fn custom_shared_make(n: isize) -> Shared {
    Shared(n)
}

#[func(boxed)]
fn custom_shared_read(shared: &Shared) -> isize {
    shared.0
}

#[func(boxed)]
fn custom_make(n: isize) -> Counter {
    Counter(n)
}

#[func(boxed)]
fn custom_read(counter: &Counter) -> isize {
    counter.0
}

#[func]
fn custom_change(counter: &mut Counter) {
    counter.0 += 1;
}

#[derive(bactrian::Custom, Clone, Copy)]
#[ocaml(inline)]
struct Inline(isize);

#[func(boxed)]
fn custom_inline_make(n: isize) -> Inline {
    Inline(n)
}

#[func(boxed)]
fn custom_inline_read(inline: &Inline) -> isize {
    inline.0
}

// ---- bigarrays ----

#[func]
fn bigarray_sum(floats: ArrayView<'_, Array1<f64>>) -> f64 {
    sum(&floats)
}

#[func]
fn bigarray_map(floats: ArrayView<'_, Array1<f64>>) -> Buffer<Array1<f64>> {
    floats
        .iter()
        .map(|x| 2. * x + 1.)
        .collect::<Vec<f64>>()
        .into()
}

#[func]
fn bigarray_update(mut floats: ArrayViewMut<'_, Array1<f64>>) {
    floats.iter_mut().for_each(|x| *x = 1000. - *x);
}

#[func]
fn bigarray_view(floats: ArrayView<'_, Array1<f64>>) -> usize {
    // SAFETY: a small number. `as` would do more than C does.
    floats.len() + unsafe { floats[1].to_int_unchecked::<isize>() } as usize
}

#[func]
fn buffer_out(length: usize) -> Buffer<Array1<u8>> {
    vec![7; length].into()
}

#[func(boxed)]
fn int64_add_boxed(a: i64, b: i64) -> i64 {
    a + b
}

#[func]
fn int64_add_unboxed(a: i64, b: i64) -> i64 {
    a + b
}

#[func(noalloc)]
fn int64_add_noalloc(a: i64, b: i64) -> i64 {
    a + b
}

#[func(boxed)]
#[allow(clippy::many_single_char_names)]
fn args7(a: isize, b: isize, c: isize, d: isize, e: isize, f: isize, g: isize) -> isize {
    a + b + c + d + e + f + g
}

#[func]
#[allow(clippy::many_single_char_names)]
fn args7_untagged(a: isize, b: isize, c: isize, d: isize, e: isize, f: isize, g: isize) -> isize {
    a + b + c + d + e + f + g
}

// ---- strings ----

#[func]
fn str_in(s: &str) -> usize {
    s.len()
}

#[func]
fn bytes_in(bytes: &[u8]) -> usize {
    bytes.len()
}

#[func]
fn str_out_16() -> &'static str {
    data().text_16
}

#[func]
fn str_out_1k() -> &'static str {
    data().text_1k
}

#[func]
fn str_upper(s: &str) -> String {
    s.to_ascii_uppercase()
}

// ---- options, results, tuples, records, variants ----

#[func]
fn option_in(n: Option<isize>) -> isize {
    n.unwrap_or(-1)
}

#[func]
fn option_out(n: isize) -> Option<isize> {
    Some(n)
}

#[func(result)]
fn result_out_ok(n: isize) -> Result<isize, &'static str> {
    Ok(n)
}

#[func(result)]
fn result_out_error(_n: isize) -> Result<isize, &'static str> {
    Err(data().error_text)
}

/// As C converts: Rust's `as` does more, for numbers that no integer is near to.
fn truncated(float: f64) -> isize {
    // SAFETY: all the numbers here are small.
    unsafe { float.to_int_unchecked() }
}

#[func]
fn tuple_in(tuple: (isize, f64, String)) -> isize {
    let (n, float, text) = black_box(&tuple);
    n + truncated(*float) + text.len() as isize
}

#[func]
fn tuple_borrowed_in((n, float, text): (isize, f64, &str)) -> isize {
    n + truncated(float) + text.len() as isize
}

#[func]
fn tuple_out(n: isize) -> (isize, f64, &'static str) {
    (n, n as f64, data().text_16)
}

#[derive(FromValue)]
struct Person {
    name: String,
    age: isize,
    score: f64,
    active: bool,
    #[ocaml(as = list)]
    tags: Vec<String>,
}

#[func]
fn record_in(person: Person) -> isize {
    let person = black_box(&person);
    let tags: usize = person.tags.iter().map(String::len).sum();
    let lengths = (person.name.len() + tags) as isize;
    lengths + person.age + truncated(person.score) + isize::from(person.active)
}

/// What is returned need not be owned.
#[derive(ToValue, Clone, Copy)]
#[ocaml(name = "person")]
struct PersonView<'a> {
    name: &'a str,
    age: isize,
    score: f64,
    active: bool,
    #[ocaml(as = list)]
    tags: &'a [&'a str],
}

#[func]
fn record_out() -> PersonView<'static> {
    data().person
}

#[derive(FromValue, ToValue)]
enum Shape<Text> {
    Point,
    Circle(f64),
    Rect(f64, f64),
    Label { text: Text, size: isize },
    Code(isize),
}

#[func]
fn variant_in(shape: Shape<String>) -> isize {
    match black_box(&shape) {
        Shape::Point => 1,
        Shape::Circle(radius) => truncated(*radius),
        Shape::Rect(width, height) => truncated(width * height),
        Shape::Label { text, size } => text.len() as isize + size,
        Shape::Code(code) => *code,
    }
}

#[func]
fn variant_out(kind: isize) -> Shape<&'static str> {
    match kind {
        0 => Shape::Point,
        1 => Shape::Circle(2.5),
        2 => Shape::Rect(3.0, 4.0),
        3 => Shape::Label {
            text: data().text_16,
            size: kind,
        },
        _ => Shape::Code(kind),
    }
}

// ---- lists ----

#[func]
fn int_list_in(#[ocaml(as = list)] numbers: Vec<isize>) -> isize {
    black_box(&numbers).iter().sum()
}

#[func(as = list)]
fn int_list_out(length: usize) -> &'static [isize] {
    &data().ints[..length]
}

#[func]
fn string_list_in(#[ocaml(as = list)] texts: Vec<String>) -> usize {
    black_box(&texts).iter().map(String::len).sum()
}

#[func(as = list)]
fn string_list_out(length: usize) -> &'static [&'static str] {
    &data().texts[..length]
}

#[func]
fn assoc_in(#[ocaml(as = list)] pairs: Vec<(String, isize)>) -> isize {
    black_box(&pairs)
        .iter()
        .map(|(text, n)| text.len() as isize + n)
        .sum()
}

#[func(as = list)]
fn assoc_out(length: usize) -> &'static [(&'static str, isize)] {
    &data().pairs[..length]
}

// ---- arrays ----

#[func]
fn int_array_in(numbers: Vec<isize>) -> isize {
    black_box(&numbers).iter().sum()
}

#[func]
fn int_array_out(length: usize) -> &'static [isize] {
    &data().ints[..length]
}

/// Four sums at once: an addition's latency would hide everything else.
fn sum(floats: &[f64]) -> f64 {
    let (fours, rest) = floats.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, float) in sums.iter_mut().zip(four) {
            *sum += float;
        }
    }
    rest.iter().for_each(|float| sums[0] += float);
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

#[func]
fn float_array_in(floats: Vec<f64>) -> f64 {
    sum(black_box(&floats))
}

#[func]
fn float_slice_in(floats: &[f64]) -> f64 {
    sum(floats)
}

#[func]
fn float_array_out(length: usize) -> &'static [f64] {
    &data().floats[..length]
}

// ---- trees ----

#[func]
fn tree_in(tree: Tree) -> isize {
    black_box(&tree).sum()
}

#[func]
fn tree_out() -> &'static Tree {
    &data().tree
}

// ---- exceptions and callbacks ----

#[func(exn)]
fn exn_from_native(n: isize) -> Result<(), String> {
    if n == 0 {
        Ok(())
    } else {
        Err(data().error_text.to_owned())
    }
}

#[derive(Debug)]
struct NotThere;

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(data().error_text)
    }
}

impl std::error::Error for NotThere {}

#[func]
fn exn_of_error(n: isize) -> Result<(), NotThere> {
    if n == 0 { Ok(()) } else { Err(NotThere) }
}

type IntFunction = Root<Fun<(isize,), isize>>;

/// Gives the runtime back, and takes it again.
#[func(detach)]
fn detach() {}

/// A thousand times, by a thread that has given it back.
#[func]
fn attach(rt: &mut Runtime) {
    rt.detach(|| {
        for _ in 0..1000 {
            Runtime::attach(|_rt| ()).expect("detached");
        }
    });
}

#[func]
fn callback(rt: &mut Runtime, f: IntFunction) -> isize {
    let mut sum = 0;
    for i in 0..1000 {
        sum += f.call(rt, (i,)).expect("the function does not raise");
    }
    sum
}

#[func]
fn callback_exn(rt: &mut Runtime, f: IntFunction) -> isize {
    (0..1000).filter(|&i| f.call(rt, (i,)).is_err()).count() as isize
}

// ---- closures ----

#[func]
fn closure_make(n: isize) -> Function<(isize,), isize> {
    Function::new(move |_: &mut Runtime, m: isize| n + m)
}

// ---- roots ----

#[func]
fn roots_x1000(rt: &Runtime, value: Value<'_>) {
    for _ in 0..1000 {
        black_box(Root::new(rt, value));
    }
}

#[func]
fn roots_live(rt: &Runtime, value: Value<'_>, count: usize) {
    let roots: Vec<Root> = (0..count).map(|_| Root::new(rt, value)).collect();
    drop(black_box(roots));
}

static KEPT: Mutex<Vec<Root>> = Mutex::new(Vec::new());

#[func]
fn roots_keep(roots: Vec<Root>) {
    *KEPT.lock().unwrap() = roots;
}

#[func]
fn roots_release() {
    KEPT.lock().unwrap().clear();
}
