//! The Rust half of textkit, on well-known crates. `lib/textkit.ml` is written from it.

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

bactrian::interface!(
    doc = "Statistics and search for texts, done in Rust.\n\nTexts are UTF-8. A function that is given \
           anything else raises `Invalid_argument` with the position of the first wrong byte."
);

/// Why a file is not a text.
#[derive(Debug, bactrian::Exception)]
#[ocaml(rename_all = "snake_case")]
enum LoadError {
    /// A file that cannot be read.
    Unreadable { path: String, reason: String },
    /// A file whose bytes are not all UTF-8, and where the first is that is not. Lines, and bytes of a
    /// line, count from 1.
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

/// The text of the file at `path`.
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

/// Counts by the rules of Unicode's text segmentation.
#[bactrian::func]
fn stats(text: &str) -> Stats {
    Stats::of(text)
}

/// How often each word occurs, in lower case, by the alphabet.
#[bactrian::func]
fn frequencies(text: &str) -> BTreeMap<String, usize> {
    count::frequencies(text)
}

/// The places where a query matches, in the order of the text, no more than `limit`.
///
/// A query is made of terms between spaces, of which any may match:
///
/// - `word`: the word, whatever the case;
/// - `"several words"`: them in a row, whatever the case and the spaces;
/// - `/regex/`: the regular expression.
#[bactrian::func(as = list)]
fn search(query: &str, limit: usize, text: &str) -> Result<Vec<Hit>, QueryError> {
    Ok(search::search(&Query::parse(query)?, limit, text))
}

/// How many columns a text takes on a terminal.
#[bactrian::func]
fn width(text: &str) -> usize {
    text.width()
}
