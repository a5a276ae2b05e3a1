//! Exceptions.

use std::fmt;

use bactrian::{Exception, Fun, Predefined, Root, Runtime};

/// What can be wrong with a text.
#[derive(Debug, bactrian::Exception)]
pub enum ParseError {
    /// Something that does not belong there, and where.
    Unexpected(String, usize),
    /// Nothing at all.
    Empty,
    /// Deeper than the parser can go.
    TooDeep {
        /// How deep.
        depth: usize,
        limit: f64,
    },
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ParseError::Unexpected(what, at) => write!(f, "unexpected {what} at {at}"),
            ParseError::Empty => f.write_str("nothing to parse"),
            ParseError::TooDeep { depth, limit } => write!(f, "{depth} deep, not {limit}"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Parses.
///
/// # Errors
///
/// When the text has what does not belong there.
#[bactrian::func]
fn parse(text: &str) -> Result<usize, ParseError> {
    match text {
        "" => Err(ParseError::Empty),
        "((((" => Err(ParseError::TooDeep {
            depth: 4,
            limit: 3.5,
        }),
        _ => match text.find(|c: char| !c.is_ascii_digit()) {
            Some(at) => Err(ParseError::Unexpected(text[at..].to_owned(), at)),
            None => Ok(text.len()),
        },
    }
}

#[bactrian::func]
fn missing_file(path: &str) -> Result<String, std::io::Error> {
    std::fs::read_to_string(path)
}

#[bactrian::func]
fn number(text: &str) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

#[bactrian::func]
fn boxed_error() -> Result<(), Box<dyn std::error::Error>> {
    Err("no".into())
}

#[bactrian::func]
fn result(text: &str) -> Result<isize, String> {
    text.parse().map_err(|_| text.to_owned())
}

#[bactrian::func(exn)]
fn raised(text: &str) -> Result<isize, String> {
    text.parse().map_err(|_| text.to_owned())
}

/// An index in a text.
///
/// # Errors
///
/// `Not_found` when there is no such letter.
///
/// [`Predefined::InvalidArgument`] when the text is empty.
#[bactrian::func]
fn index_of(text: &str, letter: char) -> Result<usize, Predefined> {
    if text.is_empty() {
        return Err(Predefined::InvalidArgument("an empty text".to_owned()));
    }
    text.find(letter).ok_or(Predefined::NotFound)
}

/// Raises one of OCaml's own.
#[bactrian::func]
fn end_of_file() -> Result<(), Predefined> {
    Err(Predefined::EndOfFile)
}

/// Any exception.
///
/// # Errors
///
/// What the function raises, and `Division_by_zero` when it gives 0.
#[bactrian::func]
fn divided(rt: &mut Runtime, n: isize, by: Root<Fun<(), isize>>) -> Result<isize, Exception> {
    let by: isize = by.call(rt, ())?;
    Ok(n.checked_div(by).ok_or(Predefined::DivisionByZero)?)
}

/// What a function raises, as OCaml's printers show it.
#[bactrian::func]
fn printed(rt: &mut Runtime, f: Root<Fun<(), ()>>) -> String {
    match f.call(rt, ()) {
        Ok(()) => String::new(),
        Err(exception) => exception.printed(rt),
    }
}
