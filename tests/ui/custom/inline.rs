//! What cannot be in the block itself: it is too large, or must be aligned.
use bactrian::Custom;

#[derive(Custom, Clone, Copy)]
#[ocaml(inline)]
struct Large([u64; 17]);

#[derive(Custom, Clone, Copy)]
#[ocaml(inline)]
#[repr(align(16))]
struct Aligned(u8);

fn main() {}
