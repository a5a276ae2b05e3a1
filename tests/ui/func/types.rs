//! Types that do not convert are named, with what to do.
struct Own;

#[bactrian::func]
fn takes(own: Own) {
    drop(own)
}

#[bactrian::func]
fn returns() -> Own {
    Own
}

#[bactrian::func]
fn fails() -> Result<isize, Own> {
    Err(Own)
}

#[bactrian::func]
fn adapts(#[ocaml(as = list)] text: String) {
    drop(text)
}

fn main() {}
