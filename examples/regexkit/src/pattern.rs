//! Compiled patterns, what can be done with them; their order, hash, marshalling.

use std::cmp::Ordering;
use std::error::Error;
use std::hash::{Hash, Hasher};

use bactrian::{Custom, Exception, Fun, LazySeq, Marshal, Root, Runtime};

use crate::counters;
use crate::found::{Captures, Match, Search};
use crate::mistake::{Options, PatternError, mistake};

bactrian::interface!(flatten);

/// A compiled pattern. Two are equal when their texts and options are; they can be keys of a `Hashtbl`,
/// and marshalled.
#[derive(Custom)]
#[ocaml(compare, hash, marshal)]
pub struct Regex {
    pattern: String,
    options: Options,
    compiled: regex::Regex,
}

#[bactrian::methods]
impl Regex {
    /// A pattern, ready for use. All options are off when they are left out.
    pub fn compile(
        #[optional] case_insensitive: Option<bool>,
        #[optional] multi_line: Option<bool>,
        #[optional] dot_all: Option<bool>,
        #[optional] verbose: Option<bool>,
        pattern: String,
    ) -> Result<Regex, PatternError> {
        let on = |option: Option<bool>| option.unwrap_or(false);
        Regex::with(
            pattern,
            Options {
                case_insensitive: on(case_insensitive),
                multi_line: on(multi_line),
                dot_all: on(dot_all),
                verbose: on(verbose),
            },
        )
    }

    /// The text of the pattern.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The names of the groups that have one, in the order of the pattern.
    #[func(as = list)]
    pub fn group_names(&self) -> Vec<&str> {
        self.compiled.capture_names().flatten().collect()
    }

    /// Whether the pattern matches anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }

    /// The first match.
    pub fn find(&self, text: &str) -> Option<Match> {
        self.compiled.find(text).map(Match::from)
    }

    /// The groups of the first match.
    pub fn captures(&self, text: &str) -> Option<Captures> {
        let captures = self.compiled.captures(text)?;
        Some(Captures::new(&self.compiled, &captures))
    }

    /// The matches, which do not overlap: each is searched for when it is asked for.
    ///
    /// The sequence can be gone through once; `Seq.memoize` makes one of it that can be kept.
    pub fn matches(&self, text: String) -> LazySeq<Match> {
        LazySeq::new(Search::new(self.compiled.clone(), text))
    }

    /// How many matches there are. Other threads of OCaml's go on meanwhile.
    #[func(detach)]
    pub fn count(&self, text: String) -> usize {
        self.compiled.find_iter(&text).count()
    }

    /// What is between the matches.
    #[func(as = list)]
    pub fn split(&self, text: String) -> Vec<String> {
        self.compiled.split(&text).map(str::to_owned).collect()
    }

    /// The text with each match replaced by what `f` makes of it. What `f` raises is raised.
    pub fn replace_all(
        &self,
        rt: &mut Runtime,
        text: String,
        #[label] f: Root<Fun<(Match,), String>>,
    ) -> Result<String, Exception> {
        let mut replaced = String::with_capacity(text.len());
        let mut end = 0;
        for found in self.compiled.find_iter(&text) {
            replaced.push_str(&text[end..found.start()]);
            replaced.push_str(&f.call(rt, (found.into(),))?);
            end = found.end();
        }
        replaced.push_str(&text[end..]);
        Ok(replaced)
    }

    /// The text with each match replaced by a template, in which `$1`, `$name` and `${name}` are groups
    /// and `$$` is a dollar.
    pub fn replace(&self, text: &str, #[label] template: &str) -> String {
        self.compiled.replace_all(text, template).into_owned()
    }

    /// Has `Marshal` know patterns, in a program that reads some and has not written any.
    pub fn register(rt: &mut Runtime) {
        rt.register_marshal::<Regex>();
    }
}

impl Regex {
    /// Compiles a pattern.
    pub fn with(pattern: String, options: Options) -> Result<Regex, PatternError> {
        let compiled = regex::RegexBuilder::new(&pattern)
            .case_insensitive(options.case_insensitive)
            .multi_line(options.multi_line)
            .dot_matches_new_line(options.dot_all)
            .ignore_whitespace(options.verbose)
            .build();
        match compiled {
            Ok(compiled) => {
                counters::made();
                Ok(Regex {
                    pattern,
                    options,
                    compiled,
                })
            }
            Err(regex::Error::CompiledTooBig(limit)) => {
                Err(PatternError::TooBig { pattern, limit })
            }
            Err(error) => Err(mistake(pattern, options, &error)),
        }
    }

    fn key(&self) -> (&str, Options) {
        (&self.pattern, self.options)
    }
}

impl Drop for Regex {
    fn drop(&mut self) {
        counters::dropped();
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Regex {}

impl PartialOrd for Regex {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Regex {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Regex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// A byte for the options, then the pattern.
impl Marshal for Regex {
    fn to_bytes(&self, bytes: &mut Vec<u8>) {
        let Options {
            case_insensitive,
            multi_line,
            dot_all,
            verbose,
        } = self.options;
        let bits = [case_insensitive, multi_line, dot_all, verbose];
        bytes.push(
            bits.iter()
                .rev()
                .fold(0, |byte, &bit| byte << 1 | u8::from(bit)),
        );
        bytes.extend_from_slice(self.pattern.as_bytes());
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        let (&byte, pattern) = bytes.split_first().ok_or("no pattern")?;
        let options = Options {
            case_insensitive: byte & 1 != 0,
            multi_line: byte & 2 != 0,
            dot_all: byte & 4 != 0,
            verbose: byte & 8 != 0,
        };
        Ok(Regex::with(String::from_utf8(pattern.to_vec())?, options)?)
    }
}
