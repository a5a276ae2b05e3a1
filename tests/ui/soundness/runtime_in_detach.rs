//! No token, of whatever origin, gets into `detach`.
use bactrian::{Root, Runtime};

fn wrong(rt: &mut Runtime, other: &Runtime, root: &Root<String>) {
    rt.detach(|| root.get(other).as_str().unwrap().len());
    rt.detach(|| rt.poll());
}

fn main() {}
