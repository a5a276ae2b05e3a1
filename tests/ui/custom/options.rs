//! Mistakes with `#[derive(Custom)]`.
use bactrian::Custom;

#[derive(Custom)]
#[ocaml(mutabel)]
struct Misspelt(u8);

#[derive(Custom)]
struct Borrows<'a>(&'a str);

#[derive(Custom)]
struct Sized<const N: usize>([u8; N]);

#[derive(Custom)]
#[ocaml(name = "Handle")]
struct Capital(u8);

#[derive(Custom, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[ocaml(mutable, hash, compare, equal)]
struct Contradicts(u8);

#[derive(Custom)]
#[ocaml(identifier = "_i")]
struct Reserved(u8);

#[derive(Custom, Clone, Copy, PartialEq)]
#[ocaml(inline, mutable, equal, external_size = |_| 0)]
struct InlineAndMore(u8);

#[derive(Custom)]
struct Field {
    #[ocaml(name = "x")]
    x: u8,
}

fn main() {}
