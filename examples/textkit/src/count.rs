//! Word and sentence counts, by the rules of Unicode's text segmentation.

use std::collections::{BTreeMap, HashSet};

use unicode_segmentation::UnicodeSegmentation;

bactrian::interface!(flatten);

/// What there is to count in a text.
#[derive(bactrian::ToValue)]
pub struct Stats {
    lines: usize,
    words: usize,
    /// Whatever the case.
    distinct_words: usize,
    sentences: usize,
    /// Not a number when there is no sentence.
    words_per_sentence: f64,
    /// The first of several.
    longest_word: Option<String>,
}

impl Stats {
    pub fn of(text: &str) -> Stats {
        let mut words = 0;
        let mut distinct = HashSet::new();
        let mut longest: Option<(usize, &str)> = None;
        for word in text.unicode_words() {
            words += 1;
            distinct.insert(word.to_lowercase());
            let length = word.graphemes(true).count();
            if longest.is_none_or(|(longest, _)| length > longest) {
                longest = Some((length, word));
            }
        }
        // A sentence without a word is a line of punctuation.
        let sentences = text
            .split_sentence_bounds()
            .filter(|sentence| sentence.unicode_words().next().is_some())
            .count();
        Stats {
            lines: text.lines().count(),
            words,
            distinct_words: distinct.len(),
            sentences,
            words_per_sentence: words as f64 / sentences as f64,
            longest_word: longest.map(|(_, word)| word.to_owned()),
        }
    }
}

/// How often each word occurs, in lower case.
pub fn frequencies(text: &str) -> BTreeMap<String, usize> {
    let mut frequencies = BTreeMap::new();
    for word in text.unicode_words() {
        *frequencies.entry(word.to_lowercase()).or_default() += 1;
    }
    frequencies
}
