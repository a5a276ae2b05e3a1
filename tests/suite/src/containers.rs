//! Options, results, tuples, arrays, maps, lists, pointers.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use crate::conversions;

conversions! {
    read_option echo_option Option<isize>;
    read_option_option echo_option_option Option<Option<()>>;
    read_option_string echo_option_string Option<String>;
    read_option_float echo_option_float Option<f64>;
    read_result echo_result Result<isize, String>;
    read_result_unit echo_result_unit Result<(), ()>;
    read_result_float echo_result_float Result<f64, Option<f64>>;

    read_tuple2 echo_tuple2 (isize, String);
    read_tuple3 echo_tuple3 (isize, isize, isize);
    read_tuple4 echo_tuple4 (isize, isize, isize, isize);
    read_tuple5 echo_tuple5 (isize, isize, isize, isize, isize);
    read_tuple6 echo_tuple6 (isize, isize, isize, isize, isize, isize);
    read_tuple7 echo_tuple7 (isize, isize, isize, isize, isize, isize, isize);
    read_tuple8 echo_tuple8 (isize, isize, isize, isize, isize, isize, isize, isize);
    read_tuple9 echo_tuple9 (isize, isize, isize, isize, isize, isize, isize, isize, isize);
    read_tuple10 echo_tuple10
        (isize, isize, isize, isize, isize, isize, isize, isize, isize, isize);
    read_tuple11 echo_tuple11
        (isize, isize, isize, isize, isize, isize, isize, isize, isize, isize, isize);
    read_tuple12 echo_tuple12
        (isize, isize, isize, isize, isize, isize, isize, isize, isize, isize, isize, isize);
    read_float_pair echo_float_pair (f64, f64);
    read_nested_tuple echo_nested_tuple ((isize, (String, f64)), (), Option<(bool, char)>);

    read_array echo_array Vec<isize>;
    read_array_u16 echo_array_u16 Vec<u16>;
    read_array_bool echo_array_bool Vec<bool>;
    read_array_i64 echo_array_i64 Vec<i64>;
    read_array_string echo_array_string Vec<String>;
    read_array_f64 echo_array_f64 Vec<f64>;
    read_array_f32 echo_array_f32 Vec<f32>;
    read_array_unit echo_array_unit Vec<()>;
    read_array_array echo_array_array Vec<Vec<isize>>;
    read_array_float_array echo_array_float_array Vec<Vec<f64>>;
    read_array_option_float echo_array_option_float Vec<Option<f64>>;
    read_array_box_float echo_array_box_float Vec<Box<f64>>;
    read_array_bytes echo_array_bytes Vec<Vec<u8>>;
    read_array_pair echo_array_pair Vec<(String, isize)>;
    read_boxed_slice echo_boxed_slice Box<[String]>;
    read_fixed echo_fixed [isize; 3];
    read_fixed_float echo_fixed_float [f64; 2];
    read_fixed_string echo_fixed_string [String; 2];
    read_fixed_empty echo_fixed_empty [String; 0];

    read_btree_map echo_btree_map BTreeMap<String, isize>;
    read_hash_map echo_hash_map HashMap<isize, String>;
    read_linked_list echo_linked_list LinkedList<isize>;
    read_linked_list_float echo_linked_list_float LinkedList<f64>;
    read_vec_deque echo_vec_deque VecDeque<String>;
    read_list_list echo_list_list LinkedList<LinkedList<isize>>;

    read_box echo_box Box<isize>;
    read_rc echo_rc Rc<String>;
    read_arc echo_arc Arc<(isize, String)>;
    read_box_float echo_box_float Box<f64>;
    read_cow echo_cow Cow<str>;
    read_cow_slice echo_cow_slice Cow<[isize]>;

    read_deep_nest echo_deep_nest
        Option<Vec<Result<(String, LinkedList<BTreeMap<isize, Box<[f64]>>>), Option<char>>>>;
}

// Rust's `Debug` ends with tuples of twelve.
macro_rules! large_tuples {
    ($($read:ident $echo:ident ($($field:tt)*);)*) => {$(
        #[bactrian::func(boxed)]
        fn $read(value: ($(large_tuples!(@type $field),)*)) -> String {
            [$(value.$field.to_string()),*].join(" ")
        }

        #[bactrian::func(boxed)]
        fn $echo(value: ($(large_tuples!(@type $field),)*)) -> ($(large_tuples!(@type $field),)*) {
            value
        }
    )*};
    (@type $field:tt) => { isize };
}
large_tuples! {
    read_tuple13 echo_tuple13 (0 1 2 3 4 5 6 7 8 9 10 11 12);
    read_tuple14 echo_tuple14 (0 1 2 3 4 5 6 7 8 9 10 11 12 13);
    read_tuple15 echo_tuple15 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
    read_tuple16 echo_tuple16 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    read_tuple17 echo_tuple17 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
    read_tuple18 echo_tuple18 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17);
    read_tuple19 echo_tuple19 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18);
    read_tuple20 echo_tuple20 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    read_tuple21 echo_tuple21 (0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20);
}

/// Borrowed Rust data, of every kind that makes a value.
#[bactrian::func]
fn borrowed_results(
    _: (),
) -> (
    &'static str,
    &'static [isize],
    &'static [f64; 2],
    Cow<'static, str>,
) {
    ("text", &[1, 2, 3], &[0.5, 1.5], Cow::Borrowed("cow"))
}

#[bactrian::func]
fn slice_of_strs(_: ()) -> &'static [&'static str] {
    &["one", "", "three"]
}

/// One string that two fields share.
#[bactrian::func]
fn shared(text: String) -> (Rc<String>, Rc<String>) {
    let first = Rc::new(text);
    (first.clone(), first)
}

/// `n` ints, from 0.
#[bactrian::func]
fn make_array(n: isize) -> Vec<isize> {
    (0..n).collect()
}

#[bactrian::func]
fn make_list(n: isize) -> LinkedList<isize> {
    (0..n).collect()
}

#[bactrian::func]
fn make_list_of_strings(n: isize) -> VecDeque<String> {
    (0..n).map(|i| i.to_string()).collect()
}

#[bactrian::func]
fn make_array_of_strings(n: isize) -> Vec<String> {
    (0..n).map(|i| i.to_string()).collect()
}

#[bactrian::func]
fn make_float_array(n: isize) -> Vec<f64> {
    (0..n).map(|i| i as f64 / 2.0).collect()
}

#[bactrian::func]
fn make_map(n: isize) -> BTreeMap<isize, String> {
    (0..n).map(|i| (i, i.to_string())).collect()
}

/// A hash map of `n` bindings, in Rust's order.
#[bactrian::func]
fn make_hash_map(n: isize) -> HashMap<isize, String> {
    (0..n).map(|i| (i, i.to_string())).collect()
}

#[bactrian::func]
fn sum_hash_map(map: HashMap<isize, String>) -> (usize, isize) {
    (
        map.len(),
        map.iter()
            .map(|(key, value)| key + value.len() as isize)
            .sum(),
    )
}

#[bactrian::func]
fn sum_array(array: Vec<isize>) -> isize {
    array.iter().sum()
}

#[bactrian::func]
fn sum_list(list: LinkedList<isize>) -> isize {
    list.iter().sum()
}

#[bactrian::func]
fn join(list: VecDeque<String>) -> String {
    list.into_iter().collect()
}
