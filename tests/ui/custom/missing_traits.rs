//! What an option needs.
use bactrian::Custom;

#[derive(Custom)]
#[ocaml(compare)]
struct Unordered(u8);

#[derive(Custom)]
#[ocaml(hash)]
struct Unhashed(u8);

#[derive(Custom)]
#[ocaml(marshal)]
struct NotMarshalled(u8);

#[derive(Custom)]
#[ocaml(external_size = |it| it.0)]
struct WrongSize(u8);

fn main() {}
