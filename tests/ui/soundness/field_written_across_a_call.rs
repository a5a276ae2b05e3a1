//! A call into OCaml may collect: a record's fields, and what is to be written, would be stale.
use bactrian::{Exception, FromValue, Fun, Ref, Root, Runtime, ToValue, Value};

#[derive(FromValue, ToValue)]
struct Counter {
    #[ocaml(mutable)]
    count: isize,
    name: String,
}

fn stale_field(
    rt: &mut Runtime,
    counter: Root<Counter>,
    f: Root<Fun<(isize,), isize>>,
) -> Result<(), Exception> {
    let count = counter.get(rt).fields()?.count;
    let n = f.call(rt, (1,))?;
    count.set(rt, Value::new(rt, &n))?;
    Ok(())
}

fn stale_contents(
    rt: &mut Runtime,
    reference: Root<Ref<String>>,
    f: Root<Fun<(isize,), isize>>,
) -> Result<(), Exception> {
    let contents: Value<String> = Value::new(rt, &String::new());
    f.call(rt, (1,))?;
    reference.get(rt).set(rt, contents)?;
    Ok(())
}

fn main() {}
