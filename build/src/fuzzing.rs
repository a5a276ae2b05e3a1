//! What the fuzz targets in `fuzz/` call: only there when they are compiled (`--cfg fuzzing`).
//!
//! Whatever the bytes, there is an answer or an error. Each function checks besides what must hold of
//! an answer.

use std::collections::HashSet;

use crate::doc::Comment;
use crate::layout::Layout;
use crate::sig::Sig;
use crate::{Options, Records, names};

/// The bytes of a whole file, read as `cargo bactrian` reads what Cargo made.
pub fn file(bytes: &[u8]) {
    if let Ok(records) = Records::parse(bytes) {
        written(&records);
    }
}

/// The bytes of a section with records: read, checked, written as OCaml.
pub fn section(bytes: &[u8]) {
    if let Ok(records) = Records::parse_section(bytes) {
        written(&records);
    }
}

/// The text is the same, however often it is written, and whatever the order of the records.
fn written(records: &Records) {
    records.symbols().for_each(drop);
    // Of two definitions of one type in one place and direction, the first one's documentation is kept;
    // rustc makes no such.
    let mut seen = HashSet::new();
    if !records
        .definitions
        .iter()
        .all(|it| seen.insert((&it.module, &it.name, it.line, &it.derive)))
    {
        return;
    }
    let options = Options::new("demo");
    let mut turned = records.clone();
    turned.functions.reverse();
    turned.definitions.reverse();
    let (first, second) = (records.interface(&options), turned.interface(&options));
    if let (Ok(first), Ok(second)) = (first, second) {
        // Of two items on one line of one file with one name, the records' order decides; rustc
        // makes no such.
        assert_eq!(first.mli.len(), second.mli.len());
    }
}

/// A type written by hand: its parts are types by themselves, and the text is kept.
pub fn sig(text: &str) {
    let Ok(sig) = Sig::parse(text) else { return };
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let parts: Vec<String> = sig.parts.iter().map(|part| part.text()).collect();
    assert_eq!(squeezed(&parts.join("->")), squeezed(text));
    for part in &sig.parts {
        let text = part.text();
        let again = Sig::parse(&text).expect("a part is a type");
        assert_eq!(again.parts.len(), 1, "{text:?}");
        assert_eq!(again.parts[0].text(), text);
        part.is_function();
        for variable in part.variables() {
            assert!(text.contains(&format!("'{variable}")));
        }
        for name in part.names() {
            assert!(!names::is_keyword(name), "{name:?}");
        }
    }
}

/// Documentation: a comment of OCaml's that ends where it ends.
pub fn doc(text: &str) {
    for comment in [
        Comment::new(text, false),
        Comment::new(text, true),
        Comment::of_function(
            text,
            &[("Errors.Empty".to_owned(), "That it is `empty`.".to_owned())],
        ),
    ] {
        for room in [80, 40, 0] {
            if let Some(text) = comment.text(room) {
                one_comment(&text);
            }
        }
    }
}

/// OCaml's lexer in comments, for what can be told without its tables: nested comments, strings,
/// quoted strings. Whoever writes `'"'` is left out: versions differ.
fn one_comment(text: &str) {
    if text.contains('\'') || text.contains("{%") {
        return;
    }
    let inner = text.strip_prefix("(**").expect("it begins a comment");
    let mut rest = inner.strip_suffix("*)").expect("it ends one");
    let mut depth = 0usize;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if rest.starts_with("(*") {
            (depth, taken) = (depth + 1, 2);
        } else if rest.starts_with("*)") {
            depth = depth.checked_sub(1).unwrap_or_else(|| panic!("{text}"));
            taken = 2;
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            taken = end.unwrap_or_else(|| panic!("a string without end: {text}")) + 2;
        } else if c == '{' {
            let name = rest[1..]
                .bytes()
                .take_while(|&byte| byte.is_ascii_lowercase() || byte == b'_')
                .count();
            if rest[1 + name..].starts_with('|') {
                let close = format!("|{}}}", &rest[1..=name]);
                let end = rest[2 + name..].find(&close);
                let end = end.unwrap_or_else(|| panic!("a quotation without end: {text}"));
                taken = 2 + name + end + close.len();
            }
        }
        rest = &rest[taken..];
    }
    assert_eq!(depth, 0, "{text}");
}

/// Texts, broken into lines: nothing is lost but spaces.
pub fn layout(text: &str, width: usize) {
    let words: Vec<Layout> = text.split(' ').map(Layout::text).collect();
    let mut all = Vec::new();
    for word in words {
        all.push(word);
        all.push(Layout::Space);
        if all.len() % 7 == 0 {
            all = vec![Layout::group(vec![Layout::indent(2, all)])];
        }
    }
    let layout = Layout::group(all);
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(squeezed(&layout.lines(width, 0, 0, 0)), squeezed(text));
}
