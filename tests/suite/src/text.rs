//! Strings, file names, bytes.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::conversions;

conversions! {
    read_string echo_string String;
    read_str echo_str &str;
    read_box_str echo_box_str Box<str>;
    read_path_buf echo_path_buf PathBuf;
    read_path echo_path &Path;
    read_os_string echo_os_string OsString;
    read_os_str echo_os_str &OsStr;
    read_bytes echo_bytes Vec<u8>;
    read_byte_array echo_byte_array [u8; 4];
    read_box_bytes echo_box_bytes Box<[u8]>;
}

/// The number of bytes, and their sum.
#[bactrian::func]
fn measure_string(text: String) -> (usize, u64) {
    (text.len(), text.bytes().map(u64::from).sum())
}

#[bactrian::func]
fn measure_str(text: &str) -> (usize, u64) {
    (text.len(), text.bytes().map(u64::from).sum())
}

#[bactrian::func]
fn measure_bytes(bytes: Vec<u8>) -> (usize, u64) {
    (bytes.len(), bytes.iter().copied().map(u64::from).sum())
}

/// `length` bytes that repeat 0 to 250.
#[bactrian::func]
fn make_bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

/// `length` letters that repeat the alphabet.
#[bactrian::func]
fn make_string(length: usize) -> String {
    (0..length)
        .map(|i| (b'a' + (i % 26) as u8) as char)
        .collect()
}

/// A part of the string itself.
#[bactrian::func]
fn trim(text: &str) -> &str {
    text.trim()
}

/// Text with NUL, within and at the end.
#[bactrian::func]
fn with_nul(_: ()) -> &'static str {
    "a\0b\0"
}
