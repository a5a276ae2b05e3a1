//! What the `*_out` cases convert: the same as the C columns' data.

use std::sync::atomic::{AtomicPtr, Ordering};

use bactrian::{FromValue, ToValue, func};

use crate::PersonView;

#[derive(FromValue, ToValue)]
pub enum Tree {
    Leaf,
    Node(Box<Tree>, isize, Box<Tree>),
}

impl Tree {
    /// Numbered in order.
    fn new(depth: usize, next: &mut isize) -> Tree {
        if depth == 0 {
            return Tree::Leaf;
        }
        let left = Box::new(Tree::new(depth - 1, next));
        let number = *next;
        *next += 1;
        Tree::Node(left, number, Box::new(Tree::new(depth - 1, next)))
    }

    pub fn sum(&self) -> isize {
        match self {
            Tree::Leaf => 0,
            Tree::Node(left, number, right) => left.sum() + number + right.sum(),
        }
    }
}

pub struct Data {
    pub text_16: &'static str,
    pub text_1k: &'static str,
    pub error_text: &'static str,
    pub ints: Vec<isize>,
    pub floats: Vec<f64>,
    pub texts: Vec<&'static str>,
    pub pairs: Vec<(&'static str, isize)>,
    pub tree: Tree,
    pub person: PersonView<'static>,
}

/// As cheap to read as C's global variables, and as opaque to the compiler.
static DATA: AtomicPtr<Data> = AtomicPtr::new(std::ptr::null_mut());

pub fn data() -> &'static Data {
    // SAFETY: set once, before anything else is called, and never freed.
    unsafe { &*DATA.load(Ordering::Relaxed) }
}

fn text(text: impl Into<String>) -> &'static str {
    String::leak(text.into())
}

#[func]
fn init() {
    let texts: Vec<_> = (0..1000)
        .map(|i| text(format!("string number {i}")))
        .collect();
    // How many ints: more for lists that grow.
    let given = std::env::var("BENCH_INTS").ok();
    let count = given.map_or(1_000_000, |count| count.parse().expect("a number"));
    let data = Data {
        text_16: text("sixteen bytes it"),
        text_1k: text(
            (0..1024)
                .map(|i| (b'a' + (i % 26) as u8) as char)
                .collect::<String>(),
        ),
        error_text: text("no such thing"),
        ints: (0..count).map(|i| 3 * i - 1000).collect(),
        floats: (0..1_000_000).map(|i| (i % 1000) as f64).collect(),
        pairs: texts.iter().copied().zip(0..).collect(),
        texts,
        tree: Tree::new(10, &mut 0),
        person: PersonView {
            name: text("Old Bactrian"),
            age: 36,
            score: 98.5,
            active: true,
            tags: Vec::leak(vec![text("analyst"), text("engine"), text("notes")]),
        },
    };
    DATA.store(Box::into_raw(Box::new(data)), Ordering::Relaxed);
}
