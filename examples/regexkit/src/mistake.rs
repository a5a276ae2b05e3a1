//! What is wrong with a pattern, and where.

use std::error::Error;
use std::fmt;

use bactrian::{Exception, FromValue, ToValue};

bactrian::interface!(flatten);

/// How a pattern is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Options {
    pub case_insensitive: bool,
    pub multi_line: bool,
    pub dot_all: bool,
    pub verbose: bool,
}

/// A place in a pattern.
#[derive(Clone, Copy, Debug, PartialEq, FromValue, ToValue)]
pub struct Position {
    /// In bytes, from 0.
    offset: usize,
    /// From 1.
    line: usize,
    /// In characters of the line, from 1.
    column: usize,
}

/// Why a pattern cannot be compiled.
#[derive(Debug, Exception)]
#[ocaml(rename_all = "snake_case")]
pub enum PatternError {
    /// A mistake in a pattern, from one position until before another.
    Syntax {
        pattern: String,
        message: String,
        position: Position,
        until: Position,
    },
    /// A pattern that would take more than `limit` bytes when it is compiled.
    TooBig { pattern: String, limit: usize },
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatternError::Syntax {
                pattern,
                message,
                position: Position { line, column, .. },
                ..
            } => write!(f, "{pattern:?}, line {line}, column {column}: {message}"),
            PatternError::TooBig { pattern, limit } => {
                write!(f, "{pattern:?} would take more than {limit} bytes")
            }
        }
    }
}

impl Error for PatternError {}

/// Where the mistake is: regex says it in a text only, regex-syntax, which it reads patterns by, as numbers.
pub fn mistake(pattern: String, options: Options, error: &regex::Error) -> PatternError {
    let parsed = regex_syntax::ParserBuilder::new()
        .case_insensitive(options.case_insensitive)
        .multi_line(options.multi_line)
        .dot_matches_new_line(options.dot_all)
        .ignore_whitespace(options.verbose)
        .build()
        .parse(&pattern);
    let (message, span) = match &parsed {
        Err(regex_syntax::Error::Parse(error)) => (error.kind().to_string(), *error.span()),
        Err(regex_syntax::Error::Translate(error)) => (error.kind().to_string(), *error.span()),
        _ => {
            let start = regex_syntax::ast::Position::new(0, 1, 1);
            (error.to_string(), regex_syntax::ast::Span::splat(start))
        }
    };
    let position = |at: regex_syntax::ast::Position| Position {
        offset: at.offset,
        line: at.line,
        column: at.column,
    };
    PatternError::Syntax {
        pattern,
        message,
        position: position(span.start),
        until: position(span.end),
    }
}
