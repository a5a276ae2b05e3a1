//! Holds `conversion-table.md` to the code: what the traits say of each type must be what the table
//! says, and neither may have a type that the other lacks.
#![cfg(unix)]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use bactrian::adapters::{self, FromValueAs, ToValueAs};
use bactrian::adapters::{Char, Nativeint};
use bactrian::bigarray::{
    Array0, Array1, Array2, Array3, ArrayView, ArrayViewMut, Buffer, Complex, FortranLayout,
    Genarray,
};
use bactrian::hidden::{Borrow, Unboxed};
use bactrian::{
    Any, Array, ConversionError, Exn, FromValue, Fun, Function, Hashtbl, Instance, Lazy, LazySeq,
    List, Map, Ref, Root, Runtime, Seq, Set, ToValue, TypeExpr, Value,
};
#[cfg(feature = "num-bigint")]
use num_bigint::{BigInt, BigUint};

/// The rows that need a feature which this is compiled without.
fn is_left_out(rust: &str) -> bool {
    !cfg!(feature = "num-bigint") && matches!(rust, "BigInt" | "BigUint")
        || !cfg!(feature = "ndarray") && rust.starts_with("ndarray::")
}

/// The types that stand for any: OCaml's type variables.
macro_rules! any_type {
    ($($name:ident $variable:literal)*) => {$(
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        struct $name;

        impl<'gc> FromValue<'gc> for $name {
            const TYPE: TypeExpr = TypeExpr::Variable($variable);

            fn from_value(_: Value<'gc>) -> Result<Self, ConversionError> {
                unreachable!("only its type is asked for")
            }
        }

        impl ToValue for $name {
            const TYPE: TypeExpr = TypeExpr::Variable($variable);

            fn to_value<'gc>(&self, _: &'gc Runtime) -> Value<'gc> {
                unreachable!("only its type is asked for")
            }
        }
    )*};
}
any_type!(A "a" B "b" C "c");

/// A module as `Map.Make` and `Set.Make` make them; here it is used for both.
enum StringMap {}

impl Instance for StringMap {
    type Key = String;
    const TYPE: &'static str = "String_map.t";
}

/// Tells whether a type can be read: an associated constant of its own is found before one of
/// [`Unreadable`].
struct From<T>(PhantomData<T>);

trait Unreadable {
    const TYPE: Option<TypeExpr> = None;
}

impl<T> Unreadable for From<T> {}

impl<T: FromValue<'static>> From<T> {
    const TYPE: Option<TypeExpr> = Some(T::TYPE);
}

/// The same for reading by an adapter.
struct FromAs<T, As>(PhantomData<(T, As)>);

impl<T, As> Unreadable for FromAs<T, As> {}

impl<T: FromValueAs<'static, As>, As> FromAs<T, As> {
    const TYPE: Option<TypeExpr> = Some(T::TYPE);
}

/// A row of the tables with directions: the Rust type, the adapter's name or "", the OCaml type, the
/// direction.
type Row = [String; 4];

fn row(rust: &str, adapter: &str, from: Option<TypeExpr>, to: TypeExpr) -> Row {
    let to = to.to_string();
    let direction = match from.map(|from| from.to_string()) {
        Some(from) => {
            assert_eq!(
                from, to,
                "{rust} is read as the first of these, made as the second"
            );
            "both"
        }
        None => "to",
    };
    // The table leaves lifetimes out.
    let rust = rust.replace("'static, ", "").replace("'static ", "");
    [rust, adapter.into(), to, direction.into()]
}

macro_rules! rows {
    ($($type:ty,)*) => {
        vec![$(row(stringify!($type), "", From::<$type>::TYPE, <$type as ToValue>::TYPE)),*]
    };
}

macro_rules! rows_as {
    ($($adapter:literal $as:ident: $($type:ty),*;)*) => {
        vec![$($(row(
            stringify!($type),
            $adapter,
            FromAs::<$type, adapters::$as>::TYPE,
            <$type as ToValueAs<adapters::$as>>::TYPE,
        )),*),*]
    };
}

/// What the code says.
fn conversions() -> Vec<Row> {
    let mut rows = rows![
        (), bool, i8, u8, i16, u16, isize, usize, i32, u32, i64, u64, f64, f32, char,
        i128, u128,
        String, Box<str>, &'static str, Cow<'static, str>,
        OsString, PathBuf, &'static OsStr, &'static Path,
        Vec<A>, Box<[A]>, [A; 3], &'static [A], Vec<f64>, [f64; 3], Vec<isize>,
        Vec<u8>, Box<[u8]>, [u8; 3], &'static [u8],
        LinkedList<A>, VecDeque<A>, BTreeMap<A, B>, HashMap<A, B>, Seq<A>,
        Option<A>, Result<A, B>, (A, B), (A, B, C),
        Box<A>, Rc<A>, Arc<A>, &'static A, &'static mut A,
        Value<'static, Any>, Root<Any>, Value<'static, Exn>, Root<Exn>,
        Value<'static, List<isize>>, Root<List<isize>>,
        Value<'static, Array<isize>>, Root<Array<isize>>,
        Value<'static, Ref<isize>>, Root<Ref<isize>>,
        Value<'static, Lazy<isize>>, Root<Lazy<isize>>,
        Value<'static, Hashtbl<String, isize>>, Root<Hashtbl<String, isize>>,
        Value<'static, Map<StringMap, isize>>, Root<Map<StringMap, isize>>,
        Value<'static, Set<StringMap>>, Root<Set<StringMap>>,
        Value<'static, String>, Root<String>,
        Root<Fun<(isize, String), bool>>, Root<Fun<(), bool>>,
        Function<(isize, String), bool>, Function<(), bool>, LazySeq<A>,
        Value<'static, Array1<f64>>, Root<Array1<f64>>,
        Buffer<Array0<f64>>, Buffer<Array1<f64>>, Buffer<Array2<f64>>, Buffer<Array3<f64>>,
        Buffer<Genarray<f64>>, Buffer<Array1<f64, FortranLayout>>, Buffer<Array1<f32>>,
        Buffer<Array1<i8>>, Buffer<Array1<u8>>, Buffer<Array1<i16>>, Buffer<Array1<u16>>,
        Buffer<Array1<i32>>, Buffer<Array1<u32>>, Buffer<Array1<i64>>, Buffer<Array1<u64>>,
        Buffer<Array1<isize>>, Buffer<Array1<Nativeint>>, Buffer<Array1<Char>>,
        Buffer<Array1<Complex<f32>>>, Buffer<Array1<Complex<f64>>>,
    ];
    #[cfg(feature = "num-bigint")]
    rows.extend(rows![BigInt, BigUint,]);
    #[cfg(feature = "ndarray")]
    rows.extend(rows![
        ndarray::Array0<f64>, ndarray::Array1<f64>, ndarray::Array2<f64>, ndarray::Array3<f64>,
        ndarray::Array4<f64>, ndarray::ArrayD<f64>, ndarray::ArcArray<f64, ndarray::Ix2>,
        ndarray::ArrayView2<'static, f64>,
    ]);
    #[cfg(feature = "ndarray")]
    rows.extend::<Vec<Row>>(rows_as! { "fortran" AsFortran: ndarray::Array2<f64>; });
    rows.extend::<Vec<Row>>(rows_as! {
        "int" Int: i32, u32, i64, u64;
        "nativeint" Nativeint: isize, usize;
        "char" Char: u8;
        "string" Text: Vec<u8>, &'static [u8];
        "list" AsList: Vec<A>, Box<[A]>, &'static [A];
        "array" AsArray: VecDeque<A>;
        "share" Share: Rc<A>, Arc<A>, Option<Rc<A>>, Vec<Rc<A>>;
        "bigarray" AsBigarray: Vec<f64>, &'static [f64];
    });
    rows
}

/// A table of the file: its heading, its columns' titles, the cells of its rows.
struct Table<'a> {
    heading: &'a str,
    rows: Vec<HashMap<&'a str, &'a str>>,
}

fn tables(text: &str) -> Vec<Table<'_>> {
    let cells = |line| -> Vec<&str> {
        let line: &str = line;
        // No cell that is read has an escaped bar.
        line.trim_matches('|').split(" | ").map(str::trim).collect()
    };
    let mut tables: Vec<Table<'_>> = Vec::new();
    let mut heading = "";
    let mut titles: Option<Vec<&str>> = None;
    for line in text.lines() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text;
        } else if !line.starts_with('|') {
            titles = None;
        } else if let Some(titles) = &titles {
            if !line.starts_with("|---") {
                let row = titles.iter().copied().zip(cells(line)).collect();
                tables
                    .last_mut()
                    .expect("begun at its titles")
                    .rows
                    .push(row);
            }
        } else {
            titles = Some(cells(line));
            tables.push(Table {
                heading,
                rows: Vec::new(),
            });
        }
    }
    tables
}

/// What stands in backquotes in a cell; one item, or several with commas between.
fn items(cell: &str) -> Vec<String> {
    let parts: Vec<&str> = cell.split('`').collect();
    assert!(
        parts.len() % 2 == 1 && parts.len() > 1,
        "not in backquotes: {cell}"
    );
    let between = parts
        .iter()
        .step_by(2)
        .all(|part| matches!(part.trim(), "" | ","));
    assert!(between, "not a list with commas: {cell}");
    parts
        .iter()
        .skip(1)
        .step_by(2)
        .map(|&part| part.to_owned())
        .collect()
}

fn item(cell: &str) -> String {
    let [item] = <[String; 1]>::try_from(items(cell)).expect("one item");
    item
}

/// Both have the same rows.
fn assert_same<T: Debug + Ord>(mut table: Vec<T>, mut code: Vec<T>) {
    table.sort();
    code.sort();
    let only_in = |these: &[T], those: &[T]| -> String {
        let only = these.iter().filter(|row| !those.contains(row));
        only.map(|row| format!("  {row:?}\n")).collect()
    };
    let (in_table, in_code) = (only_in(&table, &code), only_in(&code, &table));
    assert!(
        in_table.is_empty() && in_code.is_empty(),
        "conversion-table.md says:\n{in_table}the code says:\n{in_code}",
    );
    assert!(
        table == code,
        "conversion-table.md or this test has a row twice"
    );
}

const TABLE: &str = include_str!("../conversion-table.md");

#[test]
fn the_table_says_what_the_code_says() {
    let mut table = Vec::new();
    for row in tables(TABLE).iter().flat_map(|table| &table.rows) {
        let Some(&direction) = row.get("Direction") else {
            continue;
        };
        for rust in items(row["Rust"]) {
            if is_left_out(&rust) {
                continue;
            }
            let adapter = row.get("`as`").map_or(String::new(), |cell| item(cell));
            table.push([rust, adapter, item(row["OCaml"]), direction.to_owned()]);
        }
    }
    assert_same(table, conversions());
}

/// The Rust and OCaml types of the table with this heading.
fn pairs(heading: &str) -> Vec<(String, String)> {
    let tables = tables(TABLE);
    let table = tables
        .iter()
        .find(|table| table.heading == heading)
        .expect("such a heading");
    let pairs = table.rows.iter().flat_map(|row| {
        items(row["Rust"])
            .into_iter()
            .filter(|rust| !is_left_out(rust))
            .map(|rust| (rust, item(row["OCaml"])))
    });
    pairs.collect()
}

/// That this compiles shows that these can be borrowed; tests/ui has what cannot.
#[bactrian::func]
pub fn borrowing(_: &[u8], _: &mut [u8], _: &[f64], _: &mut [f64]) {}

/// The same for bigarrays.
#[bactrian::func]
pub fn borrowing_bigarrays(
    _: ArrayView<'_, Array1<f64>>,
    _: ArrayViewMut<'_, Array1<f64>>,
    _: ArrayView<'_, Genarray<f64>>,
    #[ocaml(as = bigarray)] _: &[i16],
    #[ocaml(as = bigarray)] _: &mut [f32],
) {
}

#[test]
fn borrowed_arguments_are_those_of_the_table() {
    macro_rules! borrowed {
        ($($type:ty,)*) => {
            vec![$((
                stringify!($type).replace("'static, ", "").replace("'static ", ""),
                Borrow::<$type>::TYPE.to_string(),
            )),*]
        };
    }
    let code = borrowed![
        &'static [u8],
        &'static mut [u8],
        &'static [f64],
        &'static mut [f64],
        ArrayView<'static, Array1<f64>>,
        ArrayViewMut<'static, Array1<f64>>,
        ArrayView<'static, Genarray<f64>>,
    ];
    #[cfg(feature = "ndarray")]
    let code: Vec<_> = code
        .into_iter()
        .chain(borrowed![
            ndarray::ArrayView2<'static, f64>,
            ndarray::ArrayViewMut2<'static, f64>,
        ])
        .collect();
    assert_same(pairs("Arguments that borrow mutable data"), code);
}

#[test]
fn unboxed_numbers_are_those_of_the_table() {
    macro_rules! unboxed {
        ($($type:ident)*) => {
            vec![$((
                stringify!($type).to_owned(),
                match std::any::type_name::<<$type as Unboxed>::Native>() {
                    "isize" => "int [@untagged]",
                    "i32" => "int32 [@unboxed]",
                    "i64" => "int64 [@unboxed]",
                    "f64" => "float [@unboxed]",
                    other => panic!("what is {other}?"),
                }
                .to_owned(),
            )),*]
        };
    }
    let code = unboxed!(isize usize i8 u8 i16 u16 i32 u32 i64 u64 f32 f64);
    assert_same(pairs("Numbers as arguments and results"), code);
}
