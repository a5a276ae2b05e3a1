//! An iterator over a list in place holds a value.
use bactrian::{Exception, Fun, List, Root, Runtime};

fn each(
    rt: &mut Runtime,
    list: Root<List<isize>>,
    f: Root<Fun<(isize,), ()>>,
) -> Result<(), Exception> {
    for element in list.get(rt).iter() {
        let n = element?.to::<isize>()?;
        f.call(rt, (n,))?;
    }
    Ok(())
}

fn main() {}
