//! What OCaml reads in comments: it looks for their end as for that of any code, so strings,
//! characters, quoted strings and comments within must each be whole.

/// The text, if OCaml reads it in a comment to its end and no further; else with what disturbs it
/// changed, so little that it reads the same.
pub fn harmless(text: &str) -> String {
    if is_whole(text) {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '*' if out.ends_with('(') => out.push_str(" *"),
            ')' if out.ends_with('*') => out.push_str(" )"),
            '"' => out.push('\u{201d}'),
            '{' => {
                out.push(c);
                if quoted_string(rest).is_some() {
                    // The name of the quoted string stays; it is no longer one.
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether the text can stand in a comment. Versions of OCaml differ in whether `f'"'` is a name with
/// primes or has a character in it: both must do.
fn is_whole(text: &str) -> bool {
    reads_to_end(text, true) && reads_to_end(text, false)
}

fn reads_to_end(text: &str, names: bool) -> bool {
    // What follows is `*)` after a space or a line's end; a `*` may not stand before either.
    let mut rest = text;
    let mut depth = 0usize;
    while let Some(c) = rest.chars().next() {
        let taken = if rest.starts_with("(*") {
            depth += 1;
            2
        } else if rest.starts_with("*)") {
            let Some(less) = depth.checked_sub(1) else {
                return false;
            };
            depth = less;
            2
        } else if c == '"' {
            match string(&rest[1..]) {
                Some(length) => 1 + length,
                None => return false,
            }
        } else if let Some(name) = quoted_string(rest) {
            let inner = &rest[name.len() + 2..];
            match inner.find(&format!("|{}}}", name.trim_start_matches(['%', ' ']))) {
                Some(_) if name.contains(['%', ' ']) => return false,
                Some(end) => name.len() * 2 + 4 + end,
                None => return false,
            }
        } else if c == '\'' {
            character(rest)
        } else if names && (c.is_ascii_alphabetic() || c == '_') {
            rest.bytes()
                .take_while(|&byte| crate::names::in_name(byte))
                .count()
        } else {
            c.len_utf8()
        };
        rest = &rest[taken..];
    }
    depth == 0
}

/// How long a string is, with its end, after its beginning.
fn string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The name of a quoted string that begins here, `id` in `{id|`; or of a quoted extension,
/// `%name id`.
fn quoted_string(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find('|')?;
    let name = &inner[..end];
    let plain = name.chars().all(|c| c.is_lowercase() || c == '_');
    let extension = name.starts_with('%') && !name.contains(['{', '}', '\n']);
    (plain || extension).then_some(name)
}

/// How much belongs to a character literal, or to nothing but an apostrophe.
fn character(text: &str) -> usize {
    let inner = &text[1..];
    if inner.starts_with('\'') {
        return 2;
    }
    if let Some(escape) = inner.strip_prefix('\\') {
        let length = match escape.chars().next() {
            Some('\\' | '"' | '\'' | 'n' | 't' | 'b' | 'r' | ' ') => 1,
            Some('0'..='9') => 3,
            Some('x') => 3,
            Some('o') => 4,
            _ => return 1,
        };
        let all = escape.get(..length).is_some() && escape[length..].starts_with('\'');
        return if all { 3 + length } else { 1 };
    }
    match inner.chars().next() {
        Some(c) if c.is_ascii() && inner[1..].starts_with('\'') => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_stays() {
        for text in [
            "",
            "it's",
            "'x' and '\"' and '\\''",
            "a \"string with *) in it\"",
            "{| quoted \" |} and {id| |} |id}",
            "a (* comment *) within",
            "\\{ \\} @",
        ] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn what_is_not_whole_is_changed() {
        for (text, expected) in [
            ("an inch is 1\"", "an inch is 1\u{201d}"),
            ("ends *) here", "ends * ) here"),
            ("begins (* here", "begins ( * here"),
            ("(*)", "( * )"),
            ("{| and {id|", "{ | and { id|"),
            ("f'\"'", "f'\u{201d}'"),
            ("{%html|", "{ %html|"),
        ] {
            assert_eq!(harmless(text), expected);
            assert!(is_whole(&harmless(text)), "{text}");
        }
    }
}
