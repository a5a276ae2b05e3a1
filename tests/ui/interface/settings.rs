//! Mistakes in `interface!`.
mod a {
    bactrian::interface!(lables);
}
mod b {
    bactrian::interface!(name = "lower");
}
mod c {
    bactrian::interface!(name = "Upper", flatten);
}

fn main() {}
