//! The Rust half of textkit: what `lib/textkit.ml` declares, on well-known crates.

#![forbid(unsafe_code)]

mod count;
mod query;
mod search;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use unicode_width::UnicodeWidthStr;

use count::Stats;
use query::{Query, QueryError};
use search::Hit;

/// Why a file is not a text.
#[derive(Debug, bactrian::Exception)]
#[ocaml(prefix = "textkit")]
enum LoadError {
    /// It cannot be read.
    Unreadable { path: String, reason: String },
    /// It holds bytes that are not UTF-8, the first of them here; both count from 1.
    #[ocaml(name = "Not_utf8")]
    NotUtf8 {
        path: String,
        line: usize,
        byte: usize,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Unreadable { path, reason } => write!(f, "{path}: {reason}"),
            LoadError::NotUtf8 { path, line, byte } => {
                write!(f, "{path}: not UTF-8: line {line}, byte {byte}")
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// A file's text.
#[bactrian::func]
fn load(path: &Path) -> Result<String, LoadError> {
    let name = || path.display().to_string();
    let bytes = fs::read(path).map_err(|error| LoadError::Unreadable {
        path: name(),
        reason: error.to_string(),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line_start = valid
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        LoadError::NotUtf8 {
            path: name(),
            line: 1 + valid.iter().filter(|&&byte| byte == b'\n').count(),
            byte: 1 + valid.len() - line_start,
        }
    })
}

/// Counts of lines, words and sentences.
#[bactrian::func]
fn stats(text: &str) -> Stats {
    Stats::of(text)
}

/// How often each word occurs, in lower case, by the alphabet.
#[bactrian::func]
fn frequencies(text: &str) -> BTreeMap<String, usize> {
    count::frequencies(text)
}

/// The places where a query matches, in their order, no more than `limit`.
#[bactrian::func(as = list)]
fn search(query: &str, limit: usize, text: &str) -> Result<Vec<Hit>, QueryError> {
    Ok(search::search(&Query::parse(query)?, limit, text))
}

/// How many columns a text takes on a terminal.
#[bactrian::func]
fn width(text: &str) -> usize {
    text.width()
}
