//! The query language: terms between spaces, of which any may match.
//!
//! | term | matches |
//! |---|---|
//! | `word` | the word, whatever the case |
//! | `"several words"` | them in a row, whatever the case and the spaces between |
//! | `/regex/` | the regular expression |

use std::error::Error;
use std::fmt;

use regex::Regex;

bactrian::interface!(flatten);

/// Why a query cannot be understood.
#[derive(Debug, bactrian::Exception)]
#[ocaml(rename_all = "snake_case")]
pub enum QueryError {
    /// A mistake in a query, `position` bytes after its beginning.
    BadQuery { position: usize, message: String },
    /// A query without a term.
    EmptyQuery,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QueryError::BadQuery { position, message } => {
                write!(f, "byte {position}: {message}")
            }
            QueryError::EmptyQuery => f.write_str("nothing to search for"),
        }
    }
}

impl Error for QueryError {}

/// What a term of a query is.
#[derive(Clone, Copy)]
pub enum Kind {
    Word,
    Phrase,
    Pattern,
}

/// A query, ready to run.
pub struct Query {
    pub terms: Vec<(Kind, Regex)>,
}

impl Query {
    pub fn parse(query: &str) -> Result<Query, QueryError> {
        let mut terms = Vec::new();
        let mut at = 0;
        while let Some(start) = query[at..]
            .find(|c: char| !c.is_whitespace())
            .map(|n| at + n)
        {
            let rest = &query[start..];
            let (term, length) = match rest.as_bytes()[0] {
                b'"' => {
                    let inside = delimited(query, start, '"', |_| false)?;
                    (phrase(start, inside)?, inside.len() + 2)
                }
                b'/' => {
                    let inside = delimited(query, start, '/', |before| {
                        let unescaped = before.trim_end_matches('\\');
                        (before.len() - unescaped.len()) % 2 == 1
                    })?;
                    (pattern(start + 1, inside)?, inside.len() + 2)
                }
                _ => {
                    let word = rest.split(char::is_whitespace).next().unwrap_or(rest);
                    (
                        literal(start, Kind::Word, &regex::escape(word))?,
                        word.len(),
                    )
                }
            };
            terms.push(term);
            at = start + length;
            if query[at..].starts_with(|c: char| !c.is_whitespace()) {
                return Err(bad(at, "expected a space before this"));
            }
        }
        if terms.is_empty() {
            Err(QueryError::EmptyQuery)
        } else {
            Ok(Query { terms })
        }
    }
}

fn bad(position: usize, message: impl ToString) -> QueryError {
    QueryError::BadQuery {
        position,
        message: message.to_string(),
    }
}

/// What stands between the delimiter at `start` and the next that is not `escaped`.
fn delimited(
    query: &str,
    start: usize,
    delimiter: char,
    escaped: impl Fn(&str) -> bool,
) -> Result<&str, QueryError> {
    let inside = &query[start + 1..];
    inside
        .match_indices(delimiter)
        .map(|(end, _)| &inside[..end])
        .find(|inside| !escaped(inside))
        .ok_or_else(|| bad(start, format!("no {delimiter} ends what begins here")))
}

fn phrase(start: usize, inside: &str) -> Result<(Kind, Regex), QueryError> {
    let words: Vec<String> = inside.split_whitespace().map(regex::escape).collect();
    if words.is_empty() {
        return Err(bad(start, "no word between the quotation marks"));
    }
    literal(start, Kind::Phrase, &words.join(r"\s+"))
}

/// Whole words, whatever their case.
fn literal(start: usize, kind: Kind, regex: &str) -> Result<(Kind, Regex), QueryError> {
    let whole = format!(r"(?i)\b{{start-half}}{regex}\b{{end-half}}");
    Ok((kind, Regex::new(&whole).map_err(|error| bad(start, error))?))
}

/// A regular expression, of which a mistake is said where it is.
fn pattern(start: usize, regex: &str) -> Result<(Kind, Regex), QueryError> {
    let mistake = |error: &regex_syntax::Error| match error {
        regex_syntax::Error::Parse(error) => bad(start + error.span().start.offset, error.kind()),
        regex_syntax::Error::Translate(error) => {
            bad(start + error.span().start.offset, error.kind())
        }
        other => bad(start, other),
    };
    regex_syntax::parse(regex).map_err(|error| mistake(&error))?;
    let regex = Regex::new(regex).map_err(|error| bad(start, error))?;
    Ok((Kind::Pattern, regex))
}
