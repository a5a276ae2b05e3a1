//! Functions: numbers of parameters, ways to pass them, the runtime.

use bactrian::{Runtime, ToValue, Value};

// ---- numbers of parameters ----

#[bactrian::func]
fn sum0() -> isize {
    0
}

macro_rules! sums {
    ($($unboxed:ident $boxed:ident $strings:ident ($($p:ident)*);)*) => {$(
        #[bactrian::func]
        fn $unboxed($($p: isize),*) -> isize {
            let mut weight = 0;
            [$($p),*].iter().map(|p| { weight += 1; weight * p }).sum()
        }

        #[bactrian::func(boxed)]
        fn $boxed($($p: isize),*) -> isize {
            let mut weight = 0;
            [$($p),*].iter().map(|p| { weight += 1; weight * p }).sum()
        }

        #[bactrian::func]
        fn $strings($($p: &str),*) -> String {
            [$($p),*].concat()
        }
    )*};
}
sums! {
    sum1 boxed_sum1 concat1 (a);
    sum2 boxed_sum2 concat2 (a b);
    sum3 boxed_sum3 concat3 (a b c);
    sum4 boxed_sum4 concat4 (a b c d);
    sum5 boxed_sum5 concat5 (a b c d e);
    sum6 boxed_sum6 concat6 (a b c d e f);
    sum7 boxed_sum7 concat7 (a b c d e f g);
    sum8 boxed_sum8 concat8 (a b c d e f g h);
    sum9 boxed_sum9 concat9 (a b c d e f g h i);
    sum10 boxed_sum10 concat10 (a b c d e f g h i j);
    sum11 boxed_sum11 concat11 (a b c d e f g h i j k);
    sum12 boxed_sum12 concat12 (a b c d e f g h i j k l);
}

/// Every way to pass a parameter at once, in registers and on the stack.
#[bactrian::func]
fn mixed(
    a: f64,
    b: isize,
    c: &str,
    d: i32,
    e: f32,
    f: i64,
    g: Vec<isize>,
    h: u8,
    i: bool,
    j: f64,
    #[ocaml(as = list)] k: Vec<String>,
    l: u64,
) -> String {
    format!("{a} {b} {c} {d} {e} {f} {g:?} {h} {i} {j} {k:?} {l}")
}

/// Only the result is unboxed.
#[bactrian::func]
fn length(text: &str) -> usize {
    text.len()
}

#[bactrian::func]
fn halve(n: isize) -> f64 {
    n as f64 / 2.0
}

#[bactrian::func]
fn widen(n: i32) -> i64 {
    n.into()
}

// ---- the runtime ----

/// Implicit and exclusive: nothing borrows.
#[bactrian::func]
fn implicit_exclusive(n: isize) -> Vec<isize> {
    gc.poll().expect("no exception");
    vec![n, n]
}

/// Implicit and shared: the argument borrows.
#[bactrian::func]
fn implicit_shared(text: &str) -> Value<'_, String> {
    Value::new(gc, &text.to_uppercase())
}

/// By another name.
#[bactrian::func(runtime)]
fn implicit_renamed<'gc>(value: Value<'gc>) -> Value<'gc> {
    Some(value).to_value(runtime)
}

#[bactrian::func]
fn explicit_shared<'a>(rt: &'a Runtime, text: &'a str) -> Value<'a> {
    (text, text.len()).to_value(rt)
}

#[bactrian::func]
fn explicit_exclusive(rt: &mut Runtime, text: String) -> (String, usize) {
    rt.poll().expect("no exception");
    let length = text.len();
    (text, length)
}

/// The runtime in the midst of the parameters.
#[bactrian::func]
fn explicit_in_between(a: isize, rt: &Runtime, b: isize) -> isize {
    let _ = rt;
    a - b
}

/// A parameter that happens to be called `gc`.
#[bactrian::func]
fn gc_parameter(gc: isize) -> isize {
    gc + 1
}

/// The runtime alone: OCaml passes unit.
#[bactrian::func]
fn only_runtime(rt: &mut Runtime) -> String {
    rt.poll().expect("no exception");
    "alone".to_owned()
}

// ---- borrowed arguments ----

#[bactrian::func]
fn sum_bytes(bytes: &[u8]) -> isize {
    bytes.iter().map(|&byte| byte as isize).sum()
}

#[bactrian::func]
fn sum_floats(floats: &[f64]) -> f64 {
    floats.iter().sum()
}

#[bactrian::func]
fn fill(bytes: &mut [u8], with: u8) {
    bytes.fill(with);
}

#[bactrian::func]
fn scale(floats: &mut [f64], factor: f64) {
    floats.iter_mut().for_each(|float| *float *= factor);
}

/// `to += from`, refused when they are the same array.
#[bactrian::func]
fn add_to(to: &mut [f64], from: &[f64]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}

#[bactrian::func]
fn swap(a: &mut [u8], b: &mut [u8]) {
    a.swap_with_slice(b);
}

/// Two that only read may be the same.
#[bactrian::func]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[bactrian::func]
fn xor_text(bytes: &mut [u8], text: &str, count: usize) -> bool {
    bytes
        .iter_mut()
        .zip(text.bytes())
        .take(count)
        .for_each(|(a, b)| *a ^= b);
    count <= bytes.len()
}

/// Borrowed data and what is converted, in any order.
#[bactrian::func]
fn pick(indices: Vec<usize>, from: &[f64], #[ocaml(as = list)] offsets: Vec<f64>) -> Vec<f64> {
    indices
        .iter()
        .zip(offsets)
        .map(|(&index, offset)| from[index] + offset)
        .collect()
}

/// A part of what is borrowed.
#[bactrian::func]
fn from_first_space(bytes: &[u8]) -> &[u8] {
    let at = bytes
        .iter()
        .position(|&byte| byte == b' ')
        .unwrap_or(bytes.len());
    &bytes[at..]
}

/// Panics while the data is borrowed.
#[bactrian::func]
fn fill_and_panic(bytes: &mut [u8]) {
    bytes.fill(b'!');
    panic!("filled");
}

// ---- patterns ----

#[bactrian::func]
fn tuple_pattern((a, b): (isize, String), _: bool, [x, y]: [isize; 2]) -> String {
    format!("{a} {b} {x} {y}")
}

#[bactrian::func]
fn mut_pattern(mut list: Vec<isize>, ref text: String) -> (Vec<isize>, usize) {
    list.push(9);
    (list, text.len())
}

#[bactrian::func]
fn unnamed(_: isize, _: &str, _: Vec<f64>) {}

// ---- `return` and `?` ----

#[bactrian::func]
fn early_return(n: isize) -> String {
    if n < 0 {
        return "negative".to_owned();
    }
    for i in 0.. {
        if i * i >= n {
            return format!("the root is at most {i}");
        }
    }
    unreachable!()
}

#[bactrian::func]
fn question_mark(text: &str) -> Option<isize> {
    let number: isize = text.parse().ok()?;
    Some(number + 1)
}

#[bactrian::func]
fn parse(text: &str) -> Result<isize, std::num::ParseIntError> {
    let number: isize = text.parse()?;
    if number < 0 {
        return Ok(0);
    }
    Ok(number)
}

// ---- options ----

#[bactrian::func(noalloc)]
fn noalloc_add(a: f64, b: f64) -> f64 {
    a + b
}

#[bactrian::func(noalloc)]
fn noalloc_mixed(a: isize, b: bool, c: char, d: i32, e: i64, f: f32) -> i64 {
    a as i64 + b as i64 + c as i64 + d as i64 + e + f as i64
}

#[bactrian::func(noalloc)]
fn noalloc_not(value: bool) -> bool {
    !value
}

#[bactrian::func(noalloc)]
fn noalloc_next(value: char) -> char {
    (value as u32 + 1).try_into().unwrap_or(value)
}

#[bactrian::func(noalloc)]
fn noalloc_unit(_: ()) {}

#[bactrian::func(symbol = "another_symbol")]
fn with_symbol(text: String) -> String {
    text + "!"
}

#[bactrian::func(symbol = "another_symbol_unboxed")]
fn with_symbol_unboxed(n: isize) -> isize {
    n + 1
}

// ---- names that are C's or keywords ----

#[bactrian::func]
fn read(n: isize) -> isize {
    n + 1
}

#[bactrian::func]
fn write(text: &str) -> String {
    text.to_owned()
}

#[bactrian::func]
fn exit(_: ()) -> &'static str {
    "still here"
}

#[bactrian::func]
fn malloc(n: usize) -> Vec<u8> {
    vec![7; n]
}

#[bactrian::func]
fn free(_: String) {}

#[bactrian::func]
fn r#match(r#type: u8) -> u8 {
    r#type
}

// ---- type parameters ----

#[bactrian::func]
fn first_of<'gc, A, B>(pair: (Value<'gc, A>, Value<'gc, B>)) -> Value<'gc, A> {
    pair.0
}

#[bactrian::func]
fn swap_pair<'gc, A, B>(a: Value<'gc, A>, b: Value<'gc, B>) -> (Value<'gc, B>, Value<'gc, A>) {
    (b, a)
}

// ---- values only ----

#[bactrian::native_func(symbol = "bactrian_suite_pair")]
fn pair_native<'gc>(rt: &'gc Runtime, a: Value<'gc>, b: Value<'gc>) -> Value<'gc> {
    (a, b, "native").to_value(rt)
}

#[bactrian::bytecode_func(symbol = "bactrian_suite_pair_in_bytecode")]
fn pair_bytecode<'gc>(rt: &'gc Runtime, a: Value<'gc>, b: Value<'gc>) -> Value<'gc> {
    (a, b, "bytecode").to_value(rt)
}

#[bactrian::native_func(symbol = "bactrian_suite_six")]
fn six_native<'gc>(
    rt: &'gc Runtime,
    a: Value<'gc>,
    _: Value<'gc>,
    _: Value<'gc>,
    _: Value<'gc>,
    _: Value<'gc>,
    f: Value<'gc>,
) -> Value<'gc> {
    (a, f, "native").to_value(rt)
}

#[bactrian::bytecode_func(symbol = "bactrian_suite_six_in_bytecode")]
fn six_bytecode<'gc>(
    rt: &'gc Runtime,
    a: Value<'gc>,
    _: Value<'gc>,
    _: Value<'gc>,
    _: Value<'gc>,
    _: Value<'gc>,
    f: Value<'gc>,
) -> Value<'gc> {
    (a, f, "bytecode").to_value(rt)
}

// ---- within a module, from a macro, conditional ----

mod inner {
    #[bactrian::func]
    fn in_module(n: isize) -> isize {
        n * 2
    }
}

macro_rules! exported {
    ($name:ident, $value:expr) => {
        #[bactrian::func]
        fn $name() -> &'static str {
            $value
        }
    };
}
exported!(from_macro, "from a macro");

#[cfg(any())]
#[bactrian::func]
fn never_compiled(nothing: NoSuchType) {}

/// Deep but not endless recursion in the function itself.
#[bactrian::func]
fn ackermann(m: isize, n: isize) -> isize {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

/// Types that a macro passes on are what they are when written out.
macro_rules! typed {
    ($($name:ident ($($p:ident: $type:ty),*) -> $result:ty = $body:expr;)*) => {$(
        #[bactrian::func]
        fn $name($($p: $type),*) -> $result {
            $body
        }
    )*};
}
typed! {
    macro_unboxed(a: isize, b: f64) -> f64 = a as f64 * b;
    macro_borrowed(bytes: &[u8], floats: &mut [f64]) -> usize = bytes.len() + floats.len();
    macro_runtime(rt: &mut Runtime, text: String) -> String = { rt.poll().expect("no exception"); text };
    macro_unit(_n: u8) -> () = ();
}
