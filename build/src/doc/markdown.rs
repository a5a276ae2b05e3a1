//! Markdown as blocks of odoc.

use super::lexer::harmless;
use super::{Block, HARD_SPACE};
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Options};
use pulldown_cmark::{LinkType, Parser, Tag, TagEnd};

/// What stands under a heading.
#[derive(Debug, Default)]
pub struct Section {
    /// The heading as it was written; empty before the first.
    pub title: String,
    odoc: String,
    level: usize,
    pub blocks: Vec<Block>,
}

impl Section {
    /// The heading, as a heading or in bold.
    pub fn heading(&self, headings: bool) -> Option<Block> {
        if self.odoc.is_empty() {
            None
        } else if headings {
            Some(Block::Text(format!("{{{} {}}}", self.level, self.odoc)))
        } else {
            Some(Block::Text(format!("{{b {}}}", self.odoc)))
        }
    }
}

/// Reads Markdown.
pub fn sections(doc: &str) -> Vec<Section> {
    // `[Value]` that is no link to an address is one to Rust documentation, for rustdoc.
    let mut links = |link: BrokenLink<'_>| {
        Some((
            CowStr::from(format!("rust:{}", link.reference)),
            CowStr::from(""),
        ))
    };
    let parser =
        Parser::new_with_broken_link_callback(doc, Options::ENABLE_TABLES, Some(&mut links));
    let mut reader = Reader {
        doc,
        sections: vec![Section::default()],
        lists: Vec::new(),
        text: String::new(),
        links: Vec::new(),
        code: None,
        table: false,
    };
    for (event, range) in parser.into_offset_iter() {
        reader.event(event, range);
    }
    reader.flush();
    reader.sections
}

struct Reader<'a> {
    doc: &'a str,
    sections: Vec<Section>,
    /// The lists that we are in: whether numbered, and what is in their items.
    lists: Vec<(bool, Vec<Vec<Block>>)>,
    /// The text so far.
    text: String,
    /// The links that we are in: whether odoc has them.
    links: Vec<bool>,
    /// The code block that we are in: its language, and its text.
    code: Option<(String, String)>,
    /// Whether we are in a table, which stays as it was written.
    table: bool,
}

impl Reader<'_> {
    fn push(&mut self, block: Block) {
        let blocks = match self.lists.last_mut() {
            Some((_, items)) => items.last_mut(),
            None => self.sections.last_mut().map(|section| &mut section.blocks),
        };
        if let Some(blocks) = blocks {
            blocks.push(block);
        }
    }

    /// Ends the text.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if !text.is_empty() {
            // What would begin a list.
            let text = match text.strip_prefix(['-', '+']) {
                Some(rest) if rest.starts_with(' ') => format!("\u{2013}{rest}"),
                _ => text.to_owned(),
            };
            self.push(Block::Text(harmless(&text)));
        }
    }

    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        match event {
            Event::End(TagEnd::Table) => {
                self.table = false;
                return;
            }
            _ if self.table => return,
            _ => {}
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.text.push_str(&escaped(&text)),
            },
            Event::Code(code) => self.text.push_str(&code_span(&code)),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Rule => self.flush(),
            Event::Html(text) | Event::InlineHtml(text) if !text.starts_with("<!--") => {
                self.text.push_str(&escaped(&text));
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: std::ops::Range<usize>) {
        match tag {
            Tag::Heading { .. } | Tag::Paragraph => self.flush(),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push((first.is_some(), Vec::new()));
            }
            Tag::Item => {
                if let Some((_, items)) = self.lists.last_mut() {
                    items.push(Vec::new());
                }
            }
            Tag::Emphasis => self.text.push_str("{i "),
            Tag::Strong => self.text.push_str("{b "),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => {
                let outside = dest_url.contains("://") || dest_url.starts_with("mailto:");
                let odoc = outside && link_type != LinkType::Email;
                if odoc {
                    let url: String = dest_url.chars().map(url_char).collect();
                    self.text.push_str(&format!("{{{{:{url}}}{HARD_SPACE}"));
                }
                self.links.push(odoc);
            }
            Tag::Table(_) => {
                self.flush();
                self.table = true;
                let lines: Vec<&str> = self.doc.get(range).unwrap_or_default().lines().collect();
                self.push(verbatim(&lines.join("\n")));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(level) => {
                let odoc = std::mem::take(&mut self.text).trim().to_owned();
                self.sections.push(Section {
                    title: odoc.clone(),
                    odoc: harmless(&odoc),
                    level: match level {
                        HeadingLevel::H1 => 1,
                        HeadingLevel::H2 => 2,
                        HeadingLevel::H3 => 3,
                        _ => 4,
                    },
                    blocks: Vec::new(),
                });
            }
            TagEnd::CodeBlock => {
                if let Some((language, code)) = self.code.take() {
                    self.push(code_block(&language, &code));
                }
            }
            TagEnd::List(_) => {
                self.flush();
                if let Some((numbered, items)) = self.lists.pop() {
                    self.push(Block::List(numbered, items));
                }
            }
            TagEnd::Item => self.flush(),
            TagEnd::Emphasis | TagEnd::Strong => {
                let trimmed = self.text.trim_end().len();
                self.text.truncate(trimmed);
                self.text.push('}');
            }
            TagEnd::Link if self.links.pop() == Some(true) => self.text.push('}'),
            _ => {}
        }
    }
}

/// What odoc would take for markup, as text.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '{' | '}' | '[' | ']' | '@') {
            out.push('\\');
        }
        // Not one of ours.
        out.push(if c == HARD_SPACE { ' ' } else { c });
    }
    out
}

/// `[code]`, on one line.
fn code_span(code: &str) -> String {
    let code = code.trim();
    let mut depth = 0i32;
    let mut balanced = true;
    let mut backslash = false;
    for c in code.chars() {
        match c {
            '[' if !backslash => depth += 1,
            ']' if !backslash => depth -= 1,
            _ => {}
        }
        backslash = c == '\\';
        balanced &= depth >= 0;
    }
    let mut out = String::from("[");
    for c in code.chars() {
        match c {
            '[' | ']' if !balanced || depth != 0 => out.extend(['\\', c]),
            ' ' | '\n' | HARD_SPACE => out.push(HARD_SPACE),
            c => out.push(c),
        }
    }
    if code.ends_with('\\') {
        out.push(HARD_SPACE);
    }
    out.push(']');
    out
}

fn url_char(c: char) -> String {
    match c {
        '}' | '{' | '"' | '*' | '|' | '\'' => format!("%{:02X}", c as u32),
        c if c.is_whitespace() => "%20".to_owned(),
        c => c.to_string(),
    }
}

/// A block of code. What rustdoc hides is hidden here, too.
fn code_block(info: &str, code: &str) -> Block {
    let mut words = info.split([',', ' ', '{']).filter(|word| !word.is_empty());
    let rust = |word: &str| {
        ["rust", "ignore", "no_run", "should_panic", "compile_fail"].contains(&word)
            || word.starts_with("edition")
    };
    let language = match words.next() {
        None => "rust",
        Some(word) if rust(word) => "rust",
        Some(word) => word,
    };
    let code = if language == "rust" {
        let shown: Vec<&str> = code
            .lines()
            .filter(|line| {
                let line = line.trim_start();
                line != "#" && !line.starts_with("# ")
            })
            .map(|line| {
                if line.trim_start().starts_with("##") {
                    line.trim_start_matches(' ').split_at(1).1
                } else {
                    line
                }
            })
            .collect();
        shown.join("\n")
    } else {
        code.trim_end().to_owned()
    };
    let safe_name = language.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if language == "text" || !safe_name || code.contains("]}") {
        return verbatim(&code);
    }
    let open = if language == "ocaml" {
        "{[".to_owned()
    } else {
        format!("{{@{language}[")
    };
    Block::Verbatim(open, lines(&code), "]}")
}

fn verbatim(text: &str) -> Block {
    Block::Verbatim("{v".to_owned(), lines(&text.replace("v}", "v }")), "v}")
}

fn lines(text: &str) -> Vec<String> {
    let text = text.replace(HARD_SPACE, " ");
    harmless(&text).lines().map(str::to_owned).collect()
}
