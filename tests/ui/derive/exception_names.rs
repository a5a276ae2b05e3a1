// Exceptions have the names of constructors, each its own.
#[derive(Debug, bactrian::Exception)]
enum Error {
    Syntax(String),
    #[ocaml(name = "syntax")]
    Lower,
    #[ocaml(name = "Syntax")]
    Again,
    Fields {
        #[ocaml(name = "x")]
        a: u8,
        x: u8,
    },
}

fn main() {}
