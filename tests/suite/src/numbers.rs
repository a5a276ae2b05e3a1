//! Unit, booleans, characters, integers, floats.

use crate::conversions;

conversions! {
    read_unit echo_unit ();
    read_bool echo_bool bool;
    read_char echo_char char;
    read_i8 echo_i8 i8;
    read_u8 echo_u8 u8;
    read_i16 echo_i16 i16;
    read_u16 echo_u16 u16;
    read_isize echo_isize isize;
    read_usize echo_usize usize;
    read_i32 echo_i32 i32;
    read_u32 echo_u32 u32;
    read_i64 echo_i64 i64;
    read_u64 echo_u64 u64;
    read_f32 echo_f32 f32;
    read_f64 echo_f64 f64;
}

/// The same, passed without box or tag.
macro_rules! unboxed {
    ($($name:ident $type:ident;)*) => {$(
        #[bactrian::func]
        fn $name(value: $type) -> $type {
            value
        }
    )*};
}
unboxed! {
    unboxed_i8 i8;
    unboxed_u8 u8;
    unboxed_i16 i16;
    unboxed_u16 u16;
    unboxed_isize isize;
    unboxed_usize usize;
    unboxed_i32 i32;
    unboxed_u32 u32;
    unboxed_i64 i64;
    unboxed_u64 u64;
    unboxed_f32 f32;
    unboxed_f64 f64;
}

const OCAML_MAX: isize = isize::MAX >> 1;
const OCAML_MIN: isize = isize::MIN >> 1;
const SIGNED: [isize; 6] = [
    OCAML_MAX,
    OCAML_MIN,
    OCAML_MAX + 1,
    OCAML_MIN - 1,
    isize::MAX,
    isize::MIN,
];
const UNSIGNED: [usize; 3] = [OCAML_MAX as usize, OCAML_MAX as usize + 1, usize::MAX];

/// Numbers at OCaml's bounds (indices 0 and 1), and beyond.
#[bactrian::func]
fn signed_at(index: usize) -> isize {
    SIGNED[index]
}

#[bactrian::func(boxed)]
fn signed_at_boxed(index: usize) -> isize {
    SIGNED[index]
}

#[bactrian::func]
fn signed_at_in_array(index: usize) -> Vec<isize> {
    vec![1, SIGNED[index], 3]
}

#[bactrian::func]
fn signed_at_in_tuple(index: usize) -> (isize, String) {
    (SIGNED[index], "beside".to_owned())
}

#[bactrian::func(as = int)]
fn signed_at_as_int(index: usize) -> i64 {
    SIGNED[index] as i64
}

/// A number at OCaml's bound (index 0), and beyond.
#[bactrian::func]
fn unsigned_at(index: usize) -> usize {
    UNSIGNED[index]
}

#[bactrian::func(boxed)]
fn unsigned_at_boxed(index: usize) -> usize {
    UNSIGNED[index]
}

#[bactrian::func]
fn unsigned_at_in_array(index: usize) -> Vec<usize> {
    vec![1, UNSIGNED[index], 3]
}

#[bactrian::func(as = int)]
fn unsigned_at_as_int(index: usize) -> u64 {
    UNSIGNED[index] as u64
}

/// Beyond an `int` of 31 bits, not of 63.
#[bactrian::func(as = int)]
fn most_i32_as_int() -> i32 {
    i32::MAX
}

#[bactrian::func(as = int)]
fn most_u32_as_int() -> u32 {
    u32::MAX
}

/// The bits that Rust sees.
#[bactrian::func]
fn bits_f64(value: f64) -> u64 {
    value.to_bits()
}

#[bactrian::func(boxed)]
fn bits_f64_boxed(value: f64) -> u64 {
    value.to_bits()
}

#[bactrian::func]
fn bits_f32(value: f32) -> u32 {
    value.to_bits()
}
