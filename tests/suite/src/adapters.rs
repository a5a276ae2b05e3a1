//! Second OCaml types of Rust types: `as = ...`.

use std::collections::VecDeque;

/// As `conversions!`, for parameters and results that say `as`.
macro_rules! conversions_as {
    ($($read:ident $echo:ident $adapter:ident $type:ty;)*) => {$(
        #[bactrian::func(boxed)]
        fn $read(#[ocaml(as = $adapter)] value: $type) -> String {
            format!("{value:?}")
        }

        #[bactrian::func(as = $adapter)]
        fn $echo(#[ocaml(as = $adapter)] value: $type) -> $type {
            value
        }
    )*};
}
conversions_as! {
    read_i32_as_int echo_i32_as_int int i32;
    read_u32_as_int echo_u32_as_int int u32;
    read_i64_as_int echo_i64_as_int int i64;
    read_u64_as_int echo_u64_as_int int u64;
    read_isize_as_nativeint echo_isize_as_nativeint nativeint isize;
    read_usize_as_nativeint echo_usize_as_nativeint nativeint usize;
    read_u8_as_char echo_u8_as_char char u8;
    read_bytes_as_string echo_bytes_as_string string Vec<u8>;
    read_slice_as_string echo_slice_as_string string &[u8];
    read_vec_as_list echo_vec_as_list list Vec<isize>;
    read_strings_as_list echo_strings_as_list list Vec<String>;
    read_floats_as_list echo_floats_as_list list Vec<f64>;
    read_box_as_list echo_box_as_list list Box<[String]>;
    read_deque_as_array echo_deque_as_array array VecDeque<String>;
    read_float_deque_as_array echo_float_deque_as_array array VecDeque<f64>;
}

/// Borrowed data made a list.
#[bactrian::func(as = list)]
fn slice_as_list(_: ()) -> &'static [&'static str] {
    &["a", "b"]
}

#[bactrian::func(as = string)]
fn array_as_string(_: ()) -> [u8; 4] {
    *b"\xff\0\xfe\n"
}
