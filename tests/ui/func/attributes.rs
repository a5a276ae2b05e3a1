//! Mistakes in the attribute are reported where they are, all at once.
#[bactrian::func(noaloc)]
fn misspelt(x: isize) -> isize {
    x
}

#[bactrian::func(symbol = "no-name", exn, result)]
fn several(x: isize) -> Result<isize, String> {
    Ok(x)
}

#[bactrian::func(boxed = true, 1)]
fn values(x: isize) -> isize {
    x
}

fn main() {}
