//! Where a query matches.

use regex::Captures;
use unicode_segmentation::UnicodeSegmentation;

use crate::query::{Kind, Query};

bactrian::interface!(flatten);

/// A match, or that there are more.
#[derive(bactrian::ToValue)]
pub enum Hit {
    /// Of a word.
    Word(Place, String),
    /// Of several words in a row.
    Phrase { at: Place, text: String },
    /// Of a regular expression; a group is `None` when it took no part.
    Pattern {
        at: Place,
        text: String,
        groups: Vec<Option<String>>,
    },
    /// There are more, which the limit cuts off.
    More,
}

/// Where a match begins; both count from 1.
#[derive(bactrian::ToValue)]
pub struct Place {
    line: usize,
    /// In characters as the reader sees them.
    column: usize,
    /// The whole line.
    context: String,
}

pub fn search(query: &Query, limit: usize, text: &str) -> Vec<Hit> {
    // One more than is wanted of each term is enough.
    let most = limit.saturating_add(1);
    let mut found: Vec<(usize, Kind, Captures<'_>)> = Vec::new();
    for (kind, regex) in &query.terms {
        let captures = regex.captures_iter(text).take(most);
        found.extend(captures.map(|c| (c.get_match().start(), *kind, c)));
    }
    found.sort_by_key(|&(start, ..)| start);

    let line_starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let place = |start: usize| {
        let line = line_starts.partition_point(|&line_start| line_start <= start);
        let line_start = line_starts[line - 1];
        Place {
            line,
            column: 1 + text[line_start..start].graphemes(true).count(),
            context: text[line_start..].lines().next().unwrap_or("").to_owned(),
        }
    };
    let more = found.len() > limit;
    let hits = found
        .into_iter()
        .take(limit)
        .map(|(start, kind, captures)| {
            let at = place(start);
            let text = captures[0].to_owned();
            match kind {
                Kind::Word => Hit::Word(at, text),
                Kind::Phrase => Hit::Phrase { at, text },
                Kind::Pattern => {
                    let group =
                        |group: Option<regex::Match<'_>>| group.map(|g| g.as_str().to_owned());
                    Hit::Pattern {
                        at,
                        text,
                        groups: captures.iter().skip(1).map(group).collect(),
                    }
                }
            }
        });
    hits.chain(more.then_some(Hit::More)).collect()
}
