//! What the `*_out` cases convert, ready in the types that the libraries convert.

use std::sync::OnceLock;

pub type Text = &'static str;

pub struct Data {
    pub text_16: Text,
    pub text_1k: Text,
    pub error_text: Text,
    pub ints: Vec<isize>,
    /// As many as are asked for.
    pub int_vecs: Ready<Vec<isize>>,
    #[cfg_attr(not(feature = "interop"), allow(dead_code))]
    pub longs: Vec<i64>,
    #[cfg_attr(not(feature = "interop"), allow(dead_code))]
    pub long_vecs: Ready<Vec<i64>>,
    pub float_vecs: Ready<Vec<f64>>,
    pub texts: Vec<Text>,
    pub pairs: Vec<(Text, isize)>,
    #[cfg_attr(not(feature = "interop"), allow(dead_code))]
    pub long_pairs: Vec<(Text, i64)>,
}

/// Both libraries convert whole vectors to arrays.
pub struct Ready<T> {
    thousand: T,
    million: T,
}

impl<T> Ready<T> {
    fn new(make: impl Fn(usize) -> T) -> Ready<T> {
        Ready {
            thousand: make(1000),
            million: make(1_000_000),
        }
    }

    pub fn of(&self, length: usize) -> &T {
        match length {
            1000 => &self.thousand,
            _ => &self.million,
        }
    }
}

static DATA: OnceLock<Data> = OnceLock::new();

pub fn data() -> &'static Data {
    DATA.get().expect("set at the start")
}

fn text(text: impl Into<String>) -> Text {
    String::leak(text.into())
}

pub fn init() {
    let texts: Vec<Text> = (0..1000)
        .map(|i| text(format!("string number {i}")))
        .collect();
    // How many ints: more for lists that grow.
    let given = std::env::var("BENCH_INTS").ok();
    let count: i64 = given.map_or(1_000_000, |count| count.parse().expect("a number"));
    DATA.get_or_init(|| Data {
        text_16: text("sixteen bytes it"),
        text_1k: text(
            (0..1024)
                .map(|i| (b'a' + (i % 26) as u8) as char)
                .collect::<String>(),
        ),
        error_text: text("no such thing"),
        ints: (0..count).map(|i| 3 * i as isize - 1000).collect(),
        int_vecs: Ready::new(|n| (0..n as isize).map(|i| 3 * i - 1000).collect()),
        longs: (0..count).map(|i| 3 * i - 1000).collect(),
        long_vecs: Ready::new(|n| (0..n as i64).map(|i| 3 * i - 1000).collect()),
        float_vecs: Ready::new(|n| (0..n).map(|i| (i % 1000) as f64).collect()),
        pairs: texts.iter().copied().zip(0..).collect(),
        long_pairs: texts.iter().copied().zip(0..).collect(),
        texts,
    });
}

/// What trees are made of and come to; each library converts a type of its own.
macro_rules! trees_of {
    ($number:ty) => {
        impl Tree {
            /// Numbered in order.
            fn new(depth: usize, next: &mut $number) -> Tree {
                if depth == 0 {
                    return Tree::Leaf;
                }
                let left = Box::new(Tree::new(depth - 1, next));
                let number = *next;
                *next += 1;
                Tree::Node(left, number, Box::new(Tree::new(depth - 1, next)))
            }

            fn sum(&self) -> $number {
                match self {
                    Tree::Leaf => 0,
                    Tree::Node(left, number, right) => left.sum() + number + right.sum(),
                }
            }
        }
    };
}
pub(crate) use trees_of;
