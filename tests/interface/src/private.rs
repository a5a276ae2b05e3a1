//! A private module with a private type.

#[derive(bactrian::FromValue, bactrian::ToValue)]
struct Hidden {
    secret: String,
}

#[bactrian::func]
fn reveal(hidden: Hidden) -> String {
    hidden.secret
}
