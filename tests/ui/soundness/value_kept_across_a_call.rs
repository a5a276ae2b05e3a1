//! A call into OCaml may collect: a value from before it would be stale.
use bactrian::{Exception, Fun, Root, Runtime, ToValue, Value};

fn stale(rt: &mut Runtime, f: Root<Fun<(isize,), isize>>) -> Result<isize, Exception> {
    let before: Value = "before".to_value(rt);
    let result = f.call(rt, (1,))?;
    println!("{before:?}");
    Ok(result)
}

fn main() {}
