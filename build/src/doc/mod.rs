//! Rust documentation, which is Markdown, as odoc.

mod lexer;
mod markdown;

use crate::layout::width;

/// A documentation comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    blocks: Vec<Block>,
}

/// A part of a comment between empty lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Text that is broken into lines; `\u{1}` stands for a space that is not.
    Text(String),
    /// Lines that stay as they are, with what stands around them.
    Verbatim(String, Vec<String>, &'static str),
    /// Items, each of several blocks.
    List(bool, Vec<Vec<Block>>),
}

/// A space at which no line ends.
const HARD_SPACE: char = '\u{1}';

/// The exceptions that OCaml has, and what `Predefined` of `bactrian` calls them.
const PREDEFINED: [(&str, &str); 14] = [
    ("Not_found", "NotFound"),
    ("Failure", "Failure"),
    ("Invalid_argument", "InvalidArgument"),
    ("Sys_error", "SysError"),
    ("End_of_file", "EndOfFile"),
    ("Division_by_zero", "DivisionByZero"),
    ("Stack_overflow", "StackOverflow"),
    ("Out_of_memory", "OutOfMemory"),
    ("Sys_blocked_io", "SysBlockedIo"),
    ("Match_failure", "MatchFailure"),
    ("Assert_failure", "AssertFailure"),
    ("Undefined_recursive_module", "UndefinedRecursiveModule"),
    ("Sys.Break", "Break"),
    ("Exit", "Exit"),
];

impl Comment {
    /// From Markdown. `headings`, where odoc has a place for them: in the documentation of a module.
    pub fn new(doc: &str, headings: bool) -> Comment {
        let sections = markdown::sections(doc);
        let mut blocks = Vec::new();
        for section in sections {
            blocks.extend(section.heading(headings));
            blocks.extend(section.blocks);
        }
        Comment { blocks }
    }

    /// Of a function, with the exceptions that it raises: their paths in OCaml and what is known of
    /// them. What the section `# Errors` says goes to them. `*` stands for those that OCaml has and this
    /// section mentions.
    pub fn of_function(doc: &str, raises: &[(String, String)]) -> Comment {
        let mut blocks = Vec::new();
        let mut errors = Vec::new();
        for section in markdown::sections(doc) {
            if section.title == "Errors" && !raises.is_empty() {
                errors.extend(section.blocks);
            } else {
                blocks.extend(section.heading(false));
                blocks.extend(section.blocks);
            }
        }
        let texts: Vec<&String> = errors.iter().flat_map(texts).collect();
        let mut used = vec![false; texts.len()];
        let mut tags = Vec::new();
        let mentioned = |text: &str, name: &str| {
            let rust = PREDEFINED.iter().find(|(ocaml, _)| *ocaml == name);
            let name = name.rsplit('.').next().unwrap_or(name);
            mentions(text, name) || rust.is_some_and(|(_, rust)| mentions(text, rust))
        };
        let mut all: Vec<(&str, &str)> = Vec::new();
        for (path, own) in raises {
            if path == "*" {
                let names = PREDEFINED.iter().map(|(name, _)| *name);
                let found = names.filter(|name| texts.iter().any(|text| mentioned(text, name)));
                all.extend(found.map(|name| (name, "")));
            } else {
                all.push((path, own));
            }
        }
        for (path, own) in all {
            let about: Vec<&str> = texts
                .iter()
                .zip(&mut used)
                .filter(|(text, _)| mentioned(text, path))
                .map(|(text, used)| {
                    *used = true;
                    text.as_str()
                })
                .collect();
            let mut text = about.join(" ");
            if text.is_empty() {
                text = first_paragraph(own);
            }
            tags.push((path, text));
        }
        let rest: Vec<&Block> = errors
            .iter()
            .filter(|block| {
                !texts
                    .iter()
                    .zip(&used)
                    .any(|(it, used)| *used && texts_of(block, it))
            })
            .collect();
        match (rest.as_slice(), tags.as_mut_slice()) {
            // All that is said is said of the only exception.
            ([Block::Text(all)], [(_, text)]) if !used.contains(&true) => text.clone_from(all),
            ([], _) => {}
            (rest, _) => {
                blocks.push(Block::Text("{b Errors}".to_owned()));
                blocks.extend(rest.iter().map(|&block| block.clone()));
            }
        }
        for (path, text) in tags {
            blocks.push(Block::Text(
                format!("@raise{HARD_SPACE}{path} {text}")
                    .trim_end()
                    .to_owned(),
            ));
        }
        Comment { blocks }
    }

    /// The comment, if it fits on one line; none if there is nothing to say.
    pub fn one_line(&self) -> Option<String> {
        match self.blocks.as_slice() {
            [Block::Text(text)] => Some(format!("(** {} *)", text.replace(HARD_SPACE, " "))),
            _ => None,
        }
    }

    /// The comment in lines; none if there is nothing to say.
    pub fn text(&self, room: usize) -> Option<String> {
        if self.blocks.is_empty() {
            return None;
        }
        if let Some(line) = self.one_line()
            && width(&line) <= room
        {
            return Some(line);
        }
        let lines = lines(&self.blocks, room.saturating_sub(4), true);
        let mut out = format!("(** {}", lines.join("\n    "));
        let last = out.lines().last().map_or(0, width);
        out.push_str(if last + 3 <= room { " *)" } else { "\n*)" });
        let trimmed: Vec<&str> = out.lines().map(str::trim_end).collect();
        Some(trimmed.join("\n"))
    }
}

/// The texts in a block.
fn texts(block: &Block) -> Vec<&String> {
    match block {
        Block::Text(text) => vec![text],
        Block::Verbatim(..) => Vec::new(),
        Block::List(_, items) => items.iter().flatten().flat_map(texts).collect(),
    }
}

/// Whether a block has nothing but a text (or is a list with it).
fn texts_of(block: &Block, text: &String) -> bool {
    texts(block).contains(&text)
}

/// Whether a text mentions an exception: `Empty`, `ParseError::Empty`.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        let code = text[..at].matches('[').count() > text[..at].matches(']').count();
        code && before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
            && after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

fn first_paragraph(doc: &str) -> String {
    match Comment::new(doc, false).blocks.first() {
        Some(Block::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// Blocks as lines, without indentation.
fn lines(blocks: &[Block], room: usize, spaced: bool) -> Vec<String> {
    let mut out = Vec::new();
    for (i, block) in blocks.iter().enumerate() {
        if i > 0 && spaced {
            out.push(String::new());
        }
        match block {
            Block::Text(text) => out.extend(wrapped(text, room)),
            Block::Verbatim(open, inner, close) => {
                out.push(open.clone());
                out.extend(
                    inner
                        .iter()
                        .map(|line| format!("  {line}").trim_end().to_owned()),
                );
                out.push((*close).to_owned());
            }
            Block::List(numbered, items) => out.extend(list(*numbered, items, room)),
        }
    }
    out
}

fn list(numbered: bool, items: &[Vec<Block>], room: usize) -> Vec<String> {
    let mut out = Vec::new();
    // Odoc's short form has one paragraph to an item.
    let short = items
        .iter()
        .all(|item| matches!(item.as_slice(), [] | [Block::Text(_)]));
    if short {
        let sign = if numbered { "+ " } else { "- " };
        for item in items {
            for (i, line) in lines(item, room.saturating_sub(2), true).iter().enumerate() {
                out.push(format!("{}{line}", if i == 0 { sign } else { "  " }));
            }
        }
        return out;
    }
    out.push(if numbered { "{ol" } else { "{ul" }.to_owned());
    for item in items {
        let inner = lines(item, room.saturating_sub(4), true);
        for (i, line) in inner.iter().enumerate() {
            out.push(
                format!("{}{line}", if i == 0 { " {- " } else { "    " })
                    .trim_end()
                    .to_owned(),
            );
        }
        out.push(" }".to_owned());
    }
    out.push("}".to_owned());
    out
}

/// A text broken into lines between its words.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let word = word.replace(HARD_SPACE, " ");
        match lines.last_mut() {
            // A sign that would begin a list does not begin a line.
            Some(line)
                if width(line) + 1 + width(&word) <= room || matches!(word.as_str(), "-" | "+") =>
            {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

#[cfg(test)]
mod tests;
