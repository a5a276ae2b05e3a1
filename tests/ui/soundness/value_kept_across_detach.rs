//! Other threads may collect during `detach`: a value from before it would be stale.
use bactrian::{Runtime, ToValue};

fn wrong(rt: &mut Runtime) -> usize {
    let value = "text".to_value(rt);
    rt.detach(|| ());
    value.as_str().unwrap().len()
}

fn main() {}
