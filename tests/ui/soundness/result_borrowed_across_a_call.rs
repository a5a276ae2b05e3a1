//! The result of a call, when it borrows, is stale after the next call.
use bactrian::{Any, Exception, Fun, Root, Runtime, Value};

fn twice(rt: &mut Runtime, f: &Root<Fun<(), Value<'static>>>) -> Result<(), Exception> {
    let first: Value<'_, Any> = f.call(rt, ())?;
    let _second = f.call(rt, ())?;
    println!("{first:?}");
    Ok(())
}

fn main() {}
