//! OCaml functions called from Rust.

use bactrian::{Exception, List, Root, Runtime};

bactrian::import! {
    /// Adds one.
    fn successor(n: isize) -> isize;
    fn greeting(#[label] name: &str, #[optional] times: Option<isize>, unit: ()) -> String;
    fn length<A>(list: &Root<List<A>>) -> Result<isize, Exception>;
    fn checked(n: isize) -> Result<isize, String>;
    fn tick();
    #[ocaml(as = list)]
    fn reversed(#[ocaml(as = list)] list: Vec<isize>) -> Vec<isize>;
    fn never_registered();
}

mod elsewhere {
    bactrian::import! {
        pub fn fails(reason: &str) -> ();
    }
}

#[bactrian::func]
fn all(rt: &mut Runtime, list: Root<List<String>>) -> Result<Vec<String>, Exception> {
    let mut said = vec![successor(rt, 41)?.to_string()];
    said.push(greeting(rt, "Oak", None, ())?);
    said.push(greeting(rt, "Elm", Some(2), ())?);
    said.push(length(rt, &list)?.to_string());
    said.push(format!("{:?}", checked(rt, 1)?));
    said.push(format!("{:?}", checked(rt, -1)?));
    tick(rt)?;
    said.push(format!("{:?}", reversed(rt, vec![1, 2, 3])?));
    Ok(said)
}

#[bactrian::func]
fn calls_what_fails(rt: &mut Runtime) -> Result<(), Exception> {
    elsewhere::fails(rt, "on purpose")
}

#[bactrian::func]
fn calls_what_is_missing(rt: &mut Runtime) -> Result<(), Exception> {
    never_registered(rt)
}
