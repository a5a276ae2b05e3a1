//! Words and neighbours. Nothing here uses OCaml, so that it can run without the runtime.

use std::collections::HashMap;
use std::fmt;

bactrian::interface!(flatten);

/// Two neighbours, the first by the alphabet first, and how often they are.
pub type Counts = Vec<(String, String, usize)>;

/// A file that cannot be read.
#[derive(Clone, Debug, bactrian::Exception)]
pub struct Unreadable {
    path: String,
    reason: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl std::error::Error for Unreadable {}

/// The words of a file, in lower case.
///
/// Other threads of this domain run meanwhile, and no collection waits for the disk.
#[bactrian::func(detach)]
fn load(path: String) -> Result<Vec<String>, Unreadable> {
    Ok(words(&read(&path)?))
}

fn read(path: &str) -> Result<String, Unreadable> {
    std::fs::read_to_string(path).map_err(|error| Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// How many words on each one's right are its neighbours.
const REACH: usize = 4;

/// The neighbours in a file.
pub fn count(path: &str) -> Result<Counts, Unreadable> {
    let words = words(&read(path)?);
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for (i, a) in words.iter().enumerate() {
        for b in words[i + 1..].iter().take(REACH).filter(|b| *b != a) {
            *counts.entry((a.min(b), a.max(b))).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    Ok(counts
        .map(|((a, b), n)| (a.to_owned(), b.to_owned(), n))
        .collect())
}
