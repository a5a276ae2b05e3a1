//! Custom blocks: Rust values that OCaml's collector owns.

use std::error::Error;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bactrian::{
    Borrowed, BorrowedMut, Custom, Exception, Fun, Marshal, Root, Runtime, Taken, ToValue, Value,
};

/// Values that are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);
/// Values that were made.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// Counts itself.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Live(u64);

impl Live {
    fn new(n: u64) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        MADE.fetch_add(1, Ordering::Relaxed);
        Live(n)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

#[bactrian::func(boxed)]
fn custom_alive() -> usize {
    ALIVE.load(Ordering::Relaxed)
}

#[bactrian::func(boxed)]
fn custom_made() -> usize {
    MADE.load(Ordering::Relaxed)
}

// ---- Shared by all.

#[derive(Custom)]
struct Counter {
    live: Live,
    hits: AtomicUsize,
}

impl Counter {
    fn new(n: usize) -> Self {
        Counter {
            live: Live::new(n as u64),
            hits: AtomicUsize::new(0),
        }
    }
}

#[bactrian::func(boxed)]
fn custom_counter(n: usize) -> Counter {
    Counter::new(n)
}

bactrian::import! {
    fn take(counter: Counter) -> isize;
    fn take_more(
        text: &str,
        one: Option<Counter>,
        #[ocaml(as = list)] others: Vec<Counter>,
    ) -> Result<Root<Counter>, Exception>;
}

/// OCaml functions that are given custom values: imported, and roots.
#[bactrian::func(boxed)]
fn custom_given(
    rt: &mut Runtime,
    f: Root<Fun<(Counter, isize, Counter), isize>>,
) -> Result<[isize; 4], Exception> {
    let one = take(rt, Counter::new(1))?;
    let kept = take_more(
        rt,
        "given",
        Some(Counter::new(2)),
        vec![Counter::new(3), Counter::new(4)],
    )?;
    let two = f.call(rt, (Counter::new(5), 6, Counter::new(7)))?;
    rt.poll()?;
    let counter: &Counter = kept.get(rt).to()?;
    Ok([
        one,
        counter.live.0 as isize,
        two,
        counter.hits.load(Ordering::Relaxed) as isize,
    ])
}

#[bactrian::func(boxed)]
fn custom_hit(counter: &Counter) -> usize {
    counter.hits.fetch_add(1, Ordering::Relaxed) + 1
}

#[bactrian::func(boxed)]
fn custom_number(counter: &Counter) -> usize {
    counter.live.0 as usize
}

/// Calls OCaml, which drops its handle and collects.
#[bactrian::func(boxed)]
fn custom_across(
    rt: &mut Runtime,
    counter: &Counter,
    f: Root<Fun<(), ()>>,
) -> Result<usize, Exception> {
    f.call(rt, ())?;
    Ok(counter.live.0 as usize)
}

/// With the implicit runtime, and a result that borrows from the value.
#[bactrian::func(boxed)]
fn custom_implicit(label: &Label, f: Root<Fun<(), ()>>) -> &str {
    f.call(gc, ()).unwrap();
    &label.0
}

/// A result that is made in steps, while the argument is no longer needed.
#[bactrian::func(boxed)]
fn custom_numbers(counter: &Counter, n: usize) -> Vec<String> {
    vec![counter.live.0.to_string(); n]
}

#[bactrian::func(boxed)]
fn custom_sum(counters: Vec<&Counter>, more: Option<&Counter>) -> usize {
    let numbers = counters.into_iter().chain(more);
    numbers.map(|counter| counter.live.0 as usize).sum()
}

#[derive(Custom)]
struct Label(String);

#[bactrian::func]
fn custom_label(text: String) -> Label {
    Label(text)
}

#[bactrian::func]
fn custom_text(label: &Label) -> &str {
    &label.0
}

// ---- Results.

#[bactrian::func(boxed)]
fn custom_option(n: Option<usize>) -> Option<Counter> {
    n.map(Counter::new)
}

#[bactrian::func(result, boxed)]
fn custom_result(n: usize) -> Result<Counter, String> {
    match n {
        0 => Err("zero".into()),
        n => Ok(Counter::new(n)),
    }
}

#[bactrian::func(exn, boxed)]
fn custom_or_raise(n: usize) -> Result<Counter, Box<dyn Error>> {
    match n {
        0 => Err("zero".into()),
        n => Ok(Counter::new(n)),
    }
}

#[bactrian::func(boxed)]
fn custom_pair(n: usize) -> (Counter, String, Box<Counter>) {
    (
        Counter::new(n),
        "between".into(),
        Box::new(Counter::new(n + 1)),
    )
}

#[bactrian::func(boxed)]
fn custom_vec(n: usize) -> Vec<Counter> {
    (0..n).map(Counter::new).collect()
}

/// The second does not convert: the first is dropped all the same.
#[bactrian::func(boxed)]
fn custom_then_panic(n: usize) -> (Counter, isize, Counter) {
    (Counter::new(n), isize::MAX, Counter::new(n))
}

#[derive(ToValue)]
#[ocaml(moved)]
struct Named {
    name: String,
    counter: Counter,
    inside: Vec<Named>,
    #[ocaml(as = int)]
    number: i64,
}

#[bactrian::func(boxed)]
fn custom_named(n: usize) -> Named {
    let named = |n, inside| Named {
        name: format!("number {n}"),
        counter: Counter::new(n),
        inside,
        number: -1,
    };
    named(n, (0..n).map(|n| named(n, Vec::new())).collect())
}

#[derive(ToValue)]
#[ocaml(moved)]
enum Choice {
    Nothing,
    One(Counter),
    Two { first: Counter, second: Box<Choice> },
}

#[bactrian::func(boxed)]
fn custom_choice(n: usize) -> Choice {
    match n {
        0 => Choice::Nothing,
        1 => Choice::One(Counter::new(n)),
        n => Choice::Two {
            first: Counter::new(n),
            second: Box::new(custom_choice(n - 1)),
        },
    }
}

#[derive(ToValue)]
#[ocaml(moved, polymorphic)]
enum Tag {
    A,
    B(Counter),
    C(Counter, bool),
}

#[bactrian::func(boxed)]
fn custom_tag(n: usize) -> Tag {
    match n {
        0 => Tag::A,
        1 => Tag::B(Counter::new(n)),
        n => Tag::C(Counter::new(n), true),
    }
}

#[derive(ToValue)]
#[ocaml(moved)]
struct Wrapped(Counter);

#[bactrian::func(boxed)]
fn custom_wrapped(n: usize) -> Option<Wrapped> {
    Some(Wrapped(Counter::new(n)))
}

#[bactrian::func(boxed)]
fn custom_linked(n: usize) -> std::collections::LinkedList<Counter> {
    (0..n).map(Counter::new).collect()
}

#[bactrian::func(boxed)]
fn custom_deque(n: usize) -> std::collections::VecDeque<Option<Counter>> {
    (0..n).map(|n| Some(Counter::new(n))).collect()
}

#[bactrian::func(boxed)]
fn custom_map(n: usize) -> std::collections::BTreeMap<String, Counter> {
    (0..n).map(|n| (n.to_string(), Counter::new(n))).collect()
}

#[bactrian::func(boxed)]
fn custom_hash_map(n: usize) -> std::collections::HashMap<usize, Counter> {
    (0..n).map(|n| (n, Counter::new(n))).collect()
}

#[bactrian::func(boxed, as = list)]
fn custom_as_list(n: usize) -> Vec<Counter> {
    (0..n).map(Counter::new).collect()
}

#[derive(ToValue)]
#[ocaml(moved)]
struct Listed {
    #[ocaml(as = list)]
    counters: Box<[Counter]>,
    more: std::collections::LinkedList<Counter>,
}

#[bactrian::func(boxed)]
fn custom_listed(n: usize) -> Listed {
    Listed {
        counters: (0..n).map(Counter::new).collect(),
        more: custom_linked(n),
    }
}

static SHARED: Mutex<Option<Arc<Counter>>> = Mutex::new(None);

#[bactrian::func(boxed)]
fn custom_share(n: usize) -> Arc<Counter> {
    let counter = Arc::new(Counter::new(n));
    *SHARED.lock().unwrap() = Some(counter.clone());
    counter
}

#[bactrian::func(boxed)]
fn custom_shared_hits() -> usize {
    let shared = SHARED.lock().unwrap();
    shared
        .as_ref()
        .map_or(0, |counter| counter.hits.load(Ordering::Relaxed))
}

#[bactrian::func]
fn custom_unshare() {
    *SHARED.lock().unwrap() = None;
}

/// Made, held and read by hand.
#[bactrian::func(boxed)]
fn custom_by_hand(rt: &mut Runtime, f: Root<Fun<(), ()>>) -> Result<usize, Exception> {
    let root: Root<Counter> = Root::new(rt, Value::owned(rt, Counter::new(40)));
    f.call(rt, ())?;
    let counter: &Counter = root.get(rt).to()?;
    Ok(counter.live.0 as usize + 2)
}

#[bactrian::func]
fn custom_echo<'gc>(counter: Value<'gc, Counter>) -> Value<'gc, Counter> {
    counter
}

/// Says clearly why it cannot be.
#[bactrian::func(boxed)]
fn custom_of_reference(counter: &Counter) -> Root {
    Root::new(gc, counter.to_value(gc))
}

// ---- Borrowed mutably, and taken.

#[derive(Custom, Debug)]
#[ocaml(mutable)]
struct Stack(Vec<i64>, #[expect(dead_code, reason = "counts")] Live);

#[bactrian::func]
fn custom_stack() -> Stack {
    Stack(Vec::new(), Live::new(0))
}

#[bactrian::func(boxed)]
fn custom_push(stack: &mut Stack, element: i64) -> usize {
    stack.0.push(element);
    stack.0.len()
}

#[bactrian::func]
fn custom_elements(stack: &Stack) -> Vec<i64> {
    stack.0.clone()
}

#[bactrian::func]
fn custom_debug(stack: Borrowed<Stack>) -> String {
    format!("{stack:?}")
}

/// The elements of the second are moved to the first.
#[bactrian::func]
fn custom_append(stack: &mut Stack, other: &mut Stack) {
    stack.0.append(&mut other.0);
}

#[bactrian::func(boxed)]
fn custom_two(stack: &Stack, other: &Stack) -> usize {
    stack.0.len() + other.0.len()
}

/// Calls OCaml with the stack borrowed mutably.
#[bactrian::func]
fn custom_with(
    rt: &mut Runtime,
    stack: &mut Stack,
    f: Root<Fun<(), i64>>,
) -> Result<(), Exception> {
    let element = f.call(rt, ())?;
    stack.0.push(element);
    Ok(())
}

/// Calls OCaml with the stack borrowed.
#[bactrian::func]
fn custom_reading(
    rt: &mut Runtime,
    stack: &Stack,
    f: Root<Fun<(), ()>>,
) -> Result<Vec<i64>, Exception> {
    f.call(rt, ())?;
    Ok(stack.0.clone())
}

#[bactrian::func]
fn custom_panic_with(stack: &mut Stack) {
    panic!("with {:?}", stack.0);
}

#[bactrian::func]
fn custom_clear_all(stacks: Vec<BorrowedMut<Stack>>) {
    for mut stack in stacks {
        stack.0.clear();
    }
}

#[bactrian::func]
fn custom_close(stack: Taken<Stack>) -> Vec<i64> {
    stack.0.0.clone()
}

/// A borrow that outlives the call.
static KEPT: Mutex<Option<BorrowedMut<Stack>>> = Mutex::new(None);

#[bactrian::func]
fn custom_keep(stack: BorrowedMut<Stack>) {
    *KEPT.lock().unwrap() = Some(stack);
}

#[bactrian::func]
fn custom_kept() -> Vec<i64> {
    let kept = KEPT.lock().unwrap().take();
    std::thread::spawn(move || kept.map_or(Vec::new(), |stack| stack.0.clone()))
        .join()
        .unwrap()
}

// ---- Methods.

#[bactrian::methods]
impl Stack {
    #[func(boxed)]
    fn new(n: i64) -> Stack {
        Stack(vec![n], Live::new(1))
    }

    #[func(boxed)]
    fn depth(&self) -> usize {
        self.0.len()
    }

    fn double(&mut self) {
        self.0.iter_mut().for_each(|n| *n *= 2);
    }

    fn finish(self) -> Vec<i64> {
        self.0.clone()
    }

    fn first(&self) -> Option<i64> {
        self.0.first().copied()
    }
}

// ---- Layouts.

#[derive(Custom)]
#[repr(align(64))]
struct Aligned(u8);

#[bactrian::func]
fn custom_aligned(n: u8) -> Aligned {
    Aligned(n)
}

#[bactrian::func]
fn custom_is_aligned(aligned: &Aligned) -> (bool, u8) {
    (
        std::ptr::from_ref(aligned).addr().is_multiple_of(64),
        aligned.0,
    )
}

#[derive(Custom)]
#[ocaml(mutable)]
#[repr(align(128))]
struct AlignedMut([u8; 3]);

#[bactrian::func]
fn custom_aligned_mut(n: u8) -> AlignedMut {
    AlignedMut([n; 3])
}

#[bactrian::func]
fn custom_is_aligned_mut(aligned: &mut AlignedMut) -> (bool, u8) {
    aligned.0[2] += 1;
    (
        std::ptr::from_ref(aligned).addr().is_multiple_of(128),
        aligned.0[2],
    )
}

static EMPTY: AtomicUsize = AtomicUsize::new(0);

/// Of size zero.
#[derive(Custom)]
struct Nothing;

impl Drop for Nothing {
    fn drop(&mut self) {
        EMPTY.fetch_add(1, Ordering::Relaxed);
    }
}

#[bactrian::func]
fn custom_nothing() -> Nothing {
    Nothing
}

#[bactrian::func(boxed)]
fn custom_nothings_dropped(_nothing: &Nothing) -> usize {
    EMPTY.load(Ordering::Relaxed)
}

/// Of several types.
#[derive(Custom, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[ocaml(compare, hash)]
struct Cell<T>(T);

#[bactrian::func]
fn custom_cell_of_string(text: String) -> Cell<String> {
    Cell(text)
}

#[bactrian::func(boxed)]
fn custom_cell_of_int(n: u8) -> Cell<u8> {
    Cell(n)
}

#[bactrian::func]
fn custom_string_of_cell(cell: &Cell<String>) -> String {
    cell.0.clone()
}

#[bactrian::func(boxed)]
fn custom_int_of_cell(cell: &Cell<u8>) -> u8 {
    cell.0
}

/// An enum is as good as a struct.
#[derive(Custom, Debug, Clone, PartialEq, PartialOrd)]
#[ocaml(partial_compare, name = "float_or_not")]
enum Partial {
    Float(f64),
    Not,
}

#[bactrian::func(boxed)]
fn custom_partial(n: Option<f64>) -> Partial {
    n.map_or(Partial::Not, Partial::Float)
}

#[derive(Custom, PartialEq)]
#[ocaml(equal)]
struct Equal(f64);

#[bactrian::func(boxed)]
fn custom_equal(n: f64) -> Equal {
    Equal(n)
}

/// Panics where it is compared with its like, hashed, marshalled, or read.
#[derive(Custom)]
#[ocaml(compare, hash, marshal)]
struct Panics(u8);

impl PartialEq for Panics {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Panics {}

impl PartialOrd for Panics {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Panics {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        panic!("no order")
    }
}

impl std::hash::Hash for Panics {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {
        panic!("no hash")
    }
}

impl Marshal for Panics {
    fn to_bytes(&self, _: &mut Vec<u8>) {
        if self.0 == 0 {
            panic!("no bytes")
        }
    }

    fn from_bytes(_: &[u8]) -> Result<Self, Box<dyn Error>> {
        panic!("no value")
    }
}

#[bactrian::func(boxed)]
fn custom_panics(n: u8) -> Panics {
    Panics(n)
}

static DROPS: AtomicUsize = AtomicUsize::new(0);

#[derive(Custom)]
struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        if DROPS.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            panic!("in drop");
        }
    }
}

#[bactrian::func]
fn custom_panics_in_drop() -> PanicsInDrop {
    PanicsInDrop
}

#[bactrian::func(boxed)]
fn custom_drops() -> usize {
    DROPS.load(Ordering::Relaxed)
}

// ---- Marshalled.

#[derive(Custom, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[ocaml(compare, hash, marshal, identifier = "suite.text")]
struct Text(String, Live);

impl Marshal for Text {
    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.0.as_bytes());
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        Ok(Text(String::from_utf8(bytes.to_vec())?, Live::new(0)))
    }
}

#[bactrian::func]
fn custom_marshalled(text: String) -> Text {
    Text(text, Live::new(0))
}

#[bactrian::func]
fn custom_of_marshalled(text: &Text) -> String {
    text.0.clone()
}

#[bactrian::func]
fn custom_register() {
    gc.register_marshal::<Text>();
    gc.register_marshal::<Text>();
}

#[derive(Custom)]
#[ocaml(mutable, marshal)]
struct Log(Vec<u8>);

impl Marshal for Log {
    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(&self.0);
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        Ok(Log(bytes.to_vec()))
    }
}

#[bactrian::func]
fn custom_log(bytes: Vec<u8>) -> Log {
    Log(bytes)
}

#[bactrian::func]
fn custom_close_log(log: Taken<Log>) -> Vec<u8> {
    log.0.0
}

#[bactrian::func]
fn custom_with_log(rt: &mut Runtime, log: &mut Log, f: Root<Fun<(), ()>>) -> Result<(), Exception> {
    f.call(rt, ())?;
    log.0.push(0);
    Ok(())
}

// ---- In the block itself.

#[derive(Custom, Clone, Copy, Debug, PartialEq, PartialOrd)]
#[ocaml(inline, partial_compare, marshal)]
struct Point {
    x: f64,
    y: f64,
    flag: u8,
}

impl Marshal for Point {
    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.x.to_le_bytes());
        bytes.extend(self.y.to_le_bytes());
        bytes.push(self.flag);
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        let bytes: &[u8; 17] = bytes.try_into()?;
        let (x, flag) = (bytes[..8].try_into()?, bytes[16]);
        let y = bytes[8..16].try_into()?;
        Ok(Point {
            x: f64::from_le_bytes(x),
            y: f64::from_le_bytes(y),
            flag,
        })
    }
}

#[bactrian::func]
fn custom_point(x: f64, y: f64, flag: u8) -> Point {
    Point { x, y, flag }
}

#[bactrian::func]
fn custom_point_text(point: &Point) -> String {
    format!("{}, {}, {}", point.x, point.y, point.flag)
}

#[bactrian::func]
fn custom_mirror(point: Point) -> Point {
    Point {
        x: point.y,
        y: point.x,
        ..point
    }
}

/// Calls OCaml, which drops its handle and collects.
#[bactrian::func]
fn custom_point_across(
    rt: &mut Runtime,
    point: &Point,
    f: Root<Fun<(), ()>>,
) -> Result<f64, Exception> {
    f.call(rt, ())?;
    Ok(point.x)
}

#[bactrian::func]
fn custom_points(n: usize) -> std::collections::LinkedList<Point> {
    let point = |i| Point {
        x: i as f64,
        y: 0.,
        flag: i as u8,
    };
    (0..n).map(point).collect()
}

#[bactrian::func]
fn custom_points_sum(points: Vec<&Point>, more: Option<Point>) -> f64 {
    points.into_iter().chain(&more).map(|point| point.x).sum()
}

/// Shorter than its words.
#[derive(Custom, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[ocaml(inline, compare, hash)]
struct Id([u32; 3]);

#[bactrian::func(boxed)]
fn custom_id(a: u32, b: u32) -> std::sync::Arc<Id> {
    std::sync::Arc::new(Id([a, b, 7]))
}

#[bactrian::func(boxed)]
fn custom_id_sum(id: &Id) -> u32 {
    id.0.iter().sum()
}

/// Of size zero.
#[derive(Custom, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[ocaml(inline, compare)]
struct Unit;

#[bactrian::func]
fn custom_unit(_unit: Option<Unit>) -> Unit {
    Unit
}

// ---- Memory outside the heap.

#[derive(Custom)]
#[ocaml(external_size = Buffer::size)]
struct Buffer(Vec<u8>, #[expect(dead_code, reason = "counts")] Live);

impl Buffer {
    fn size(&self) -> usize {
        self.0.len()
    }
}

/// Every page of it is there.
#[bactrian::func(boxed)]
fn custom_buffer(size: usize) -> Buffer {
    Buffer(vec![1; size], Live::new(0))
}

#[bactrian::func(boxed)]
fn custom_buffer_length(buffer: &Buffer) -> usize {
    buffer.0.len()
}

#[derive(Custom)]
#[ocaml(mutable, external_size = |it| it.0.capacity())]
struct Growing(Vec<u8>, #[expect(dead_code, reason = "counts")] Live);

#[bactrian::func]
fn custom_growing() -> Growing {
    Growing(Vec::new(), Live::new(0))
}

#[bactrian::func(boxed)]
fn custom_grow(growing: &mut Growing, bytes: usize) {
    let length = growing.0.len() + bytes;
    growing.0.resize(length, 1);
}

/// Megabytes that the process has in memory.
#[bactrian::func(boxed)]
fn custom_resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok())
        .unwrap_or(0)
        / 1024
}
