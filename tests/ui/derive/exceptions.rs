// What exceptions cannot be.
use bactrian::Exception;

#[derive(Debug, Exception)]
#[ocaml(prefix = "", name = "Error", unboxed, polymorphic)]
enum Error<'a, T> {
    Syntax(&'a str, T),
    #[ocaml(inherit)]
    Other(u8),
    #[ocaml(name = "syntax")]
    Lower,
    #[ocaml(name = "Syntax")]
    Again,
}

#[derive(Debug, Exception)]
#[ocaml(deriving = "show")]
struct Failed;

// An exception is an error.
#[derive(Debug, Exception)]
struct NoError;

fn main() {}
