//! The runtime is not held inside of `detach`: nothing that needs it gets in.
use bactrian::{Runtime, ToValue};

fn wrong(rt: &mut Runtime) -> usize {
    let value = "text".to_value(rt);
    rt.detach(|| value.as_str().unwrap().len())
}

fn main() {}
