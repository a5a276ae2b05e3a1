//! The table of `docs/threads.md` says what the types are.

use std::rc::Rc;

use bactrian::bigarray::{Array1, ArrayView, ArrayViewMut, Buffer};
use bactrian::{
    AttachError, Backtrace, Borrowed, BorrowedMut, ConversionError, Custom, Domain, Exception,
    Field, Frame, Function, HashtblIter, InitError, LazySeq, ListIter, MapIter, Method,
    MutableField, Predefined, Root, Runtime, Seq, SeqIter, SetIter, ShutdownError, Taken, Value,
    Variant,
};
use static_assertions::{assert_impl_all, assert_not_impl_any};

#[derive(Custom)]
#[ocaml(mutable)]
struct Counter(#[allow(dead_code)] u8);

macro_rules! table {
    ($($name:literal $type:ty: $send:ident $sync:ident;)*) => {
        $(
            table!(@check $send Send, $type);
            table!(@check $sync Sync, $type);
        )*
        /// Lines of the table, as far as they are checked.
        const TABLE: &[&str] = &[$(
            concat!("| `", $name, "` | ", stringify!($send), " | ", stringify!($sync), " |"),
        )*];
    };
    (@check yes $trait:ident, $type:ty) => { assert_impl_all!($type: $trait); };
    (@check no $trait:ident, $type:ty) => { assert_not_impl_any!($type: $trait); };
}

// Where a type has a parameter, one that is neither `Send` nor `Sync` changes nothing.
table! {
    "Runtime" Runtime: no no;
    "Domain" Domain: yes yes;
    "Value" Value<'static, isize>: no no;
    "ListIter" ListIter<'static, isize>: no no;
    "HashtblIter" HashtblIter<'static, isize, isize>: no no;
    "MapIter" MapIter<'static, isize, isize>: no no;
    "SetIter" SetIter<'static, isize>: no no;
    "Field" Field<'static, isize, 0>: no no;
    "MutableField" MutableField<'static, isize, 0>: no no;
    "Variant" Variant<'static>: no no;
    "Root" Root<Rc<isize>>: yes yes;
    "Seq" Seq<Rc<isize>>: yes yes;
    "SeqIter" SeqIter<'static, isize>: no no;
    "LazySeq" LazySeq<Rc<isize>>: yes yes;
    "Function" Function<Rc<isize>, Rc<isize>>: yes yes;
    "Method" Method<Rc<isize>, Rc<isize>>: yes yes;
    "Exception" Exception: yes yes;
    "Predefined" Predefined: yes yes;
    "Backtrace" Backtrace: yes yes;
    "Frame" Frame: yes yes;
    "Borrowed" Borrowed<Counter>: yes yes;
    "BorrowedMut" BorrowedMut<Counter>: yes yes;
    "bigarray::ArrayView" ArrayView<'static, Array1<f64>>: yes yes;
    "bigarray::ArrayViewMut" ArrayViewMut<'static, Array1<f64>>: yes yes;
    "bigarray::Buffer" Buffer<Array1<f64>>: yes yes;
    "ConversionError" ConversionError: yes yes;
    "AttachError" AttachError: yes yes;
    "InitError" InitError: yes yes;
    "ShutdownError" ShutdownError: yes yes;
}

assert_impl_all!(Taken<Counter>: Send, Sync);
assert_not_impl_any!(Taken<Rc<isize>>: Send, Sync);
// Neither is what a thread has the runtime by.
assert_not_impl_any!(&'static Runtime: Send);
assert_not_impl_any!(&'static mut Runtime: Send);

#[test]
fn the_table_is_that_of_the_documentation() {
    let text = include_str!("../docs/threads.md");
    for line in TABLE.iter().chain(&["| `Taken` | as `T` | as `T` |"]) {
        assert!(text.contains(line), "no such line: {line}");
    }
    let table = text.split("| type | `Send` | `Sync` | |\n").nth(1);
    let lines = table
        .expect("the table")
        .lines()
        .take_while(|line| line.starts_with('|'));
    // The line below the head; `Taken`.
    assert_eq!(lines.count(), TABLE.len() + 2);
}
