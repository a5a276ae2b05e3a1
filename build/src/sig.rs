//! OCaml types that were written by hand, `#[sig("...")]`: read as far as is needed to say that one
//! cannot be right, and which names are in it.

use crate::names;

/// A type written by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sig {
    /// What stands between the arrows: one more than there are arrows.
    pub parts: Vec<Part>,
}

/// A part of a type between arrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The text, cut at names.
    pub pieces: Vec<Piece>,
}

/// A piece of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Any text.
    Text(String),
    /// What may be the name of a type: `person`, `People.person`.
    Name(String),
}

impl Part {
    /// The text, as it was written.
    pub fn text(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Name(text) => text.as_str(),
            })
            .collect()
    }

    /// Names that may be types.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Name(name) => Some(name.as_str()),
        })
    }

    /// Whether it is a function type in parentheses.
    pub fn is_function(&self) -> bool {
        let text = self.text();
        text.strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
            // The parentheses must be one pair: what is in them is balanced by itself.
            .and_then(|inside| Sig::parse(inside).ok())
            .is_some_and(|inside| inside.parts.len() > 1)
    }

    /// The type variables, without the `'`, each once.
    pub fn variables(&self) -> Vec<String> {
        let text = self.text();
        let mut variables = Vec::new();
        let mut last = None;
        for (at, _) in text.match_indices('\'') {
            // Not the prime at the end of a name.
            if at > 0 && names::in_name(text.as_bytes()[at - 1]) {
                continue;
            }
            let rest = &text[at + 1..];
            let length = rest
                .bytes()
                .take_while(|&byte| names::in_name(byte))
                .count();
            let name = rest[..length].to_owned();
            if length > 0 && last != Some(at) && !variables.contains(&name) {
                variables.push(name);
            }
            last = Some(at);
        }
        variables
    }
}

impl Sig {
    /// Reads a type; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Sig, String> {
        if text.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        let mut reader = Reader {
            rest: text.trim(),
            open: Vec::new(),
            parts: vec![Part::default()],
        };
        while !reader.rest.is_empty() {
            reader.step()?;
        }
        if let Some(open) = reader.open.pop() {
            return Err(format!("`{open}` is never closed"));
        }
        let mut parts = reader.parts;
        for part in &mut parts {
            part.trim();
            if part.pieces.is_empty() {
                return Err("an arrow has nothing on one of its sides".to_owned());
            }
        }
        Ok(Sig { parts })
    }
}

impl Part {
    fn trim(&mut self) {
        if let Some(Piece::Text(first)) = self.pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            *last = last.trim_end().to_owned();
        }
        self.pieces
            .retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    }

    fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }
}

/// A type that was made by hand, cut at names; one that cannot be read is text.
pub fn pieces(text: &str) -> Vec<Piece> {
    if text.bytes().all(|b| names::in_name(b) || b == b'.') {
        return vec![Piece::Name(text.to_owned())];
    }
    match Sig::parse(text) {
        Ok(sig) => {
            let mut parts = sig.parts.into_iter().map(|part| part.pieces);
            let mut pieces = parts.next().unwrap_or_default();
            for part in parts {
                pieces.push(Piece::Text(" -> ".to_owned()));
                pieces.extend(part);
            }
            pieces
        }
        Err(_) => vec![Piece::Text(text.to_owned())],
    }
}

struct Reader<'a> {
    rest: &'a str,
    open: Vec<char>,
    parts: Vec<Part>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn keep(&mut self, length: usize) {
        let text = self.take(length);
        if let Some(part) = self.parts.last_mut() {
            part.push(text);
        }
    }

    fn step(&mut self) -> Result<(), String> {
        let rest = self.rest;
        if rest.starts_with("(*") {
            return Err("it has a comment".to_owned());
        }
        if rest.starts_with("->") {
            if self.open.is_empty() {
                self.take(2);
                self.parts.push(Part::default());
            } else {
                self.keep(2);
            }
            return Ok(());
        }
        let Some(first) = rest.chars().next() else {
            return Ok(());
        };
        match first {
            // `[<` and `[>` are of the bracket, and `>` between tags is, too.
            '[' => {
                self.open.push(first);
                self.keep(1);
                let inside = self.rest.trim_start();
                if inside.starts_with(['<', '>']) {
                    self.keep(self.rest.len() - inside.len() + 1);
                }
            }
            // Of an object type.
            '>' if self.open.last() == Some(&'<') => {
                self.open.pop();
                self.keep(1);
            }
            '(' | '{' | '<' => {
                self.open.push(first);
                self.keep(1);
            }
            ')' | ']' | '}' => {
                let expected = match self.open.pop() {
                    Some('(') => ')',
                    Some('[') => ']',
                    Some('<') => '>',
                    Some(_) => '}',
                    None => return Err(format!("`{first}` closes nothing")),
                };
                if first != expected {
                    return Err(format!("expected `{expected}`, found `{first}`"));
                }
                self.keep(1);
            }
            // The payload of an attribute.
            '"' => {
                let end = rest[1..].find('"').ok_or("a string is never closed")?;
                self.keep(end + 2);
            }
            // What stands after a functor's argument, or the name of a class: a path, but of no type
            // that Rust has.
            '.' | '#' => {
                let path = rest[1..]
                    .bytes()
                    .take_while(|&b| names::in_name(b) || b == b'.')
                    .count();
                self.keep(1 + path);
            }
            // A type variable, a tag, a label, an attribute: not the name of a type.
            '\'' | '`' | '?' | '~' | '@' => {
                let name = rest[1..].bytes().take_while(|&b| names::in_name(b)).count();
                self.keep(1 + name);
            }
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let name = rest
                    .bytes()
                    .take_while(|&b| names::in_name(b) || b == b'.')
                    .count();
                let after = rest[name..].trim_start();
                let label = after.starts_with(':') && !after.starts_with("::");
                let text = &rest[..name];
                if label || names::is_keyword(text) || text.ends_with('.') {
                    self.keep(name);
                } else {
                    self.take(name);
                    if let Some(part) = self.parts.last_mut() {
                        part.pieces.push(Piece::Name(text.to_owned()));
                    }
                }
            }
            ';' if self.open.is_empty() => {
                return Err("`;` ends it before its end".to_owned());
            }
            '=' if self.open.is_empty() => {
                return Err("it has a `=`: write only what stands to the right of it".to_owned());
            }
            _ => self.keep(first.len_utf8()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts, with what may be types in quotes.
    fn parts(text: &str) -> Vec<String> {
        let quoted = |part: Part| {
            let pieces = part.pieces.iter().map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Name(name) => format!("\u{201c}{name}\u{201d}"),
            });
            pieces.collect()
        };
        let sig = Sig::parse(text).expect("a type");
        sig.parts.into_iter().map(quoted).collect()
    }

    #[test]
    fn objects_and_functors() {
        assert_eq!(
            parts("< size : int; add : t -> unit; .. > -> #Geo.shape -> Map.Make(String).t"),
            [
                "< size : “int”; add : “t” -> “unit”; .. >",
                "#Geo.shape",
                "“Map.Make”(“String”).t"
            ]
        );
        assert_eq!(
            parts("[< `A of < m : t > | `B > `A ] -> [> `A ]"),
            ["[< `A of < m : “t” > | `B > `A ]", "[> `A ]"]
        );
        assert!(Sig::parse("< m : int").is_err());
    }
}
