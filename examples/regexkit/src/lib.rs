//! The Rust half of regexkit: the crate regex as an OCaml module. `lib/regexkit.ml` is written from it.
//!
//! | file | |
//! |---|---|
//! | `pattern` | compiled patterns, what can be done with them; their order, hash, marshalling |
//! | `mistake` | what is wrong with a pattern, and where |
//! | `found` | what is found, and the search that goes on as it is asked to |
//! | `counters` | what the tests look at |

#![forbid(unsafe_code)]

mod counters;
mod found;
mod mistake;
mod pattern;

bactrian::interface!(
    doc = "Regular expressions, by the crate regex: the time of a search is proportional to the length \
           of the text, whatever the pattern.\n\nPatterns and texts are UTF-8, else `Invalid_argument` is \
           raised; positions are in bytes, so that `String.sub` understands them."
);

/// A pattern that matches the text, and nothing else.
#[bactrian::func]
fn escape(text: &str) -> String {
    regex::escape(text)
}
