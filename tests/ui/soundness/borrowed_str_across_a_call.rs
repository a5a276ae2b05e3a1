//! A `&str` from a string of the heap points into the heap, which a call may move.
use bactrian::{Exception, Fun, Root, Runtime};

fn stale(rt: &mut Runtime, text: &Root<String>, f: Root<Fun<(), ()>>) -> Result<usize, Exception> {
    let text: &str = text.get(rt).as_str().unwrap();
    f.call(rt, ())?;
    Ok(text.len())
}

fn main() {}
