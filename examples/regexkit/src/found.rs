//! What is found, and the search that goes on as it is asked to.

use std::collections::BTreeMap;

use bactrian::{FromValue, ToValue};

use crate::counters;

bactrian::interface!(flatten);

/// A part of a text, from one byte until before another.
#[derive(FromValue, ToValue)]
pub struct Match {
    start: usize,
    stop: usize,
    /// What is there.
    text: String,
}

impl From<regex::Match<'_>> for Match {
    fn from(found: regex::Match<'_>) -> Self {
        Match {
            start: found.start(),
            stop: found.end(),
            text: found.as_str().to_owned(),
        }
    }
}

/// A match, and what its groups have matched.
#[derive(ToValue)]
pub struct Captures {
    whole: Match,
    /// The first group has index 0. `None` when it took no part.
    groups: Vec<Option<Match>>,
    /// Those that have a name and took part.
    named: BTreeMap<String, Match>,
}

impl Captures {
    pub fn new(regex: &regex::Regex, captures: &regex::Captures<'_>) -> Self {
        let named = regex.capture_names().flatten();
        Captures {
            whole: captures.get_match().into(),
            groups: captures
                .iter()
                .skip(1)
                .map(|group| group.map(Match::from))
                .collect(),
            named: named
                .filter_map(|name| Some((name.to_owned(), captures.name(name)?.into())))
                .collect(),
        }
    }
}

/// A search through a text that it owns, as `regex::Matches` is one through a text that it borrows.
pub struct Search {
    regex: regex::Regex,
    text: String,
    /// Where to go on.
    at: usize,
    /// Where the last match ended, where an empty one is no other.
    last: Option<usize>,
}

impl Search {
    pub fn new(regex: regex::Regex, text: String) -> Self {
        Search {
            regex,
            text,
            at: 0,
            last: None,
        }
    }
}

impl Iterator for Search {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        while self.at <= self.text.len() {
            counters::searched();
            let found = self.regex.find_at(&self.text, self.at)?;
            if found.is_empty() && self.last == Some(found.end()) {
                let next = self.text[found.end()..].chars().next();
                self.at = found.end() + next.map_or(1, char::len_utf8);
                continue;
            }
            self.at = found.end();
            self.last = Some(found.end());
            return Some(found.into());
        }
        None
    }
}
