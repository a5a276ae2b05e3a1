//! `bactrian-documented FILE...`: which public items have no example that is compiled? Of each crate a
//! file that `rustdoc --output-format json` has written.
//!
//! An item has an example if
//!
//! - there is one in its own documentation, or
//! - it is a part of a type or trait (a function, constant or type in it) in whose example its name is, or
//! - its documentation says `For an example, see` and links to something that has one of its own.
//!
//! Not asked for: implementations of traits, variants, fields, modules, and what is hidden.

use std::collections::{BTreeSet, HashSet};
use std::process::ExitCode;

use serde_json::{Map, Value};

/// The version of the format that this was written for: others may have other names.
const FORMATS: std::ops::RangeInclusive<u64> = 45..=60;

fn main() -> ExitCode {
    let mut missing = BTreeSet::new();
    let mut count = 0;
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).expect("a file that rustdoc has written");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let format = json["format_version"].as_u64().unwrap_or_default();
        if !FORMATS.contains(&format) {
            println!(
                "examples: this rustdoc writes format {format}, which is not known here: not looked for"
            );
            return ExitCode::SUCCESS;
        }
        let mut walk = Walk {
            index: json["index"].as_object().expect("items"),
            seen: HashSet::new(),
            count: 0,
            missing: BTreeSet::new(),
        };
        walk.item(&json["root"], "");
        count += walk.count;
        missing.extend(walk.missing);
    }
    for item in &missing {
        println!("no example: {item}");
    }
    println!(
        "examples: {count} public items, {} without one",
        missing.len()
    );
    if missing.is_empty() && count > 200 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Through all that can be reached from a crate's root.
struct Walk<'a> {
    index: &'a Map<String, Value>,
    seen: HashSet<String>,
    count: usize,
    missing: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    /// What has this number, if it is of this crate and not hidden.
    fn get(&self, id: &Value) -> Option<&'a Value> {
        let item = self.index.get(&id.to_string())?;
        let attributes = item["attrs"].to_string();
        let hidden = attributes.contains("hidden") && attributes.contains("doc");
        (!hidden).then_some(item)
    }

    fn item(&mut self, id: &Value, path: &str) {
        let Some(item) = self.get(id) else { return };
        let (kind, inner) = inner(item);
        if kind == "use" {
            // What is exported again may have words of its own.
            let target = &inner["id"];
            match self.get(target) {
                Some(_) if !examples(item).is_empty() => {
                    self.seen.insert(target.to_string());
                    self.count += 1;
                }
                Some(_) => self.item(target, path),
                // Of another crate, the macros.
                None => self.require(item, path, inner["name"].as_str().unwrap_or_default(), None),
            }
            return;
        }
        if !self.seen.insert(id.to_string()) {
            return;
        }
        let name = item["name"].as_str().unwrap_or_default();
        let here = format!("{path}{name}");
        match kind {
            "module" => {
                for id in list(&inner["items"]) {
                    self.item(id, &format!("{here}::"));
                }
            }
            "struct" | "enum" | "union" => {
                self.require(item, path, name, None);
                for id in list(&inner["impls"]) {
                    let implementation = &self.index[&id.to_string()]["inner"]["impl"];
                    if implementation["trait"].is_null() {
                        self.parts(&implementation["items"], &here, item, true);
                    }
                }
            }
            "trait" => {
                self.require(item, path, name, None);
                self.parts(&inner["items"], &here, item, false);
            }
            _ => self.require(item, path, name, None),
        }
    }

    /// The parts of a type or trait: all that are public, in a type.
    fn parts(&mut self, ids: &Value, path: &str, whole: &Value, of_type: bool) {
        for id in list(ids) {
            let Some(part) = self.get(id) else { continue };
            if of_type && part["visibility"] != "public" {
                continue;
            }
            let name = part["name"].as_str().unwrap_or_default();
            self.require(part, &format!("{path}::"), name, Some(whole));
        }
    }

    fn require(&mut self, item: &Value, path: &str, name: &str, whole: Option<&Value>) {
        self.count += 1;
        let named = |text: &String| words(text).any(|word| word == name);
        let has_one = !examples(item).is_empty()
            || whole.is_some_and(|whole| examples(whole).iter().any(named))
            || self.refers(item);
        if !has_one {
            let place = &item["span"];
            let file = place["filename"].as_str().unwrap_or("?");
            self.missing
                .insert(format!("{path}{name} ({file}:{})", place["begin"][0]));
        }
    }

    /// Whether the documentation refers to another example.
    fn refers(&self, item: &Value) -> bool {
        let docs = item["docs"].as_str().unwrap_or_default();
        let Some((_, after)) = docs.split_once("For an example, see ") else {
            return false;
        };
        let Some(links) = item["links"].as_object() else {
            return false;
        };
        links.iter().any(|(text, id)| {
            let target = self.index.get(&id.to_string());
            after.contains(text.as_str()) && target.is_some_and(|item| !examples(item).is_empty())
        })
    }
}

/// What kind of item it is, and the rest.
fn inner(item: &Value) -> (&str, &Value) {
    let inner = item["inner"]
        .as_object()
        .and_then(|inner| inner.iter().next());
    inner.map_or(("", &Value::Null), |(kind, rest)| (kind.as_str(), rest))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// The blocks of code in an item's documentation that rustdoc compiles.
fn examples(item: &Value) -> Vec<String> {
    let mut found = Vec::new();
    // In a block of code: whether it counts, and its text.
    let mut block: Option<(bool, String)> = None;
    for line in item["docs"].as_str().unwrap_or_default().lines() {
        match (line.trim().strip_prefix("```"), &mut block) {
            (Some(_), Some((counts, text))) => {
                if *counts {
                    found.push(std::mem::take(text));
                }
                block = None;
            }
            (Some(tags), None) => {
                let compiled = tags
                    .split([',', ' '])
                    .filter(|tag| !tag.is_empty())
                    .all(|tag| matches!(tag, "rust" | "no_run" | "should_panic"));
                block = Some((compiled, String::new()));
            }
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}
