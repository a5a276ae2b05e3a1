//! Definitions of types.

use super::express::{Within, parameters, spaced};
use super::{Block, Sort, Writer, indented};
use crate::layout::{Layout, width};
use crate::model::{Item, ItemId, Kind, Type, TypeId};
use crate::schema::{Body, Constructor, Field, TypeExpr};

/// The right-hand side of a definition.
enum Side {
    /// Nothing: an abstract type.
    None,
    /// A type.
    Type(Layout),
    /// Between two signs, each with its documentation; or none, and each begins a line.
    List {
        /// `{` and `}`, `[` and `]`, `[ |` and `]`, or nothing for a variant.
        around: (&'static str, &'static str),
        parts: Vec<Documented>,
    },
}

/// A field, constructor or tag.
struct Documented {
    /// On one line, where it can be.
    flat: Option<String>,
    /// When it does not fit on a line.
    broken: String,
    doc: String,
}

impl Writer<'_> {
    /// Types that need each other, or one.
    pub fn types(&self, items: &[ItemId], width: usize) -> Vec<Block> {
        let mut keyword = "type";
        let blocks: Vec<Block> = items
            .iter()
            .map(|&id| {
                let item = &self.model.items[id];
                let block = self.declaration(item, items, keyword, width);
                keyword = "and";
                block
            })
            .collect();
        vec![Block::new(Sort::Type, super::join(&blocks))]
    }

    fn declaration(&self, item: &Item, group: &[ItemId], keyword: &str, width: usize) -> Block {
        let (ty, name, manifest) = match &item.kind {
            Kind::Define(id) => {
                let ty = &self.model.types[*id];
                let name = ty.hoisted.as_ref().map_or(&ty.name, |(_, name)| name);
                (ty, name, None)
            }
            Kind::Again(id) => {
                let ty = &self.model.types[*id];
                let unique = ty.hoisted.as_ref().map(|(_, name)| name.clone());
                (ty, &ty.name, unique)
            }
            Kind::Alias {
                parameters: names,
                of,
                doc,
            } => {
                let head = format!("{keyword} {}t", parameters(names));
                let side = Side::Type(self.ty(item, of, Within::Nothing));
                let text = declare(&head, &side, &[], self, width);
                let comment = self.comment(doc, false);
                return Block::new(Sort::Type, text).documented(&comment, false, width);
            }
            _ => return Block::new(Sort::Other, ""),
        };
        let mut head = format!("{keyword} {}{name}", parameters(&ty.parameters));
        let side = match manifest {
            Some(unique) => {
                let unique = format!("{}{unique}", parameters(&ty.parameters));
                match self.side(item, ty, group) {
                    // What is an abbreviation already needs no second one.
                    Side::None | Side::Type(_) => Side::Type(Layout::text(unique)),
                    side @ Side::List { .. } if matches!(ty.body, Body::Polymorphic(_)) => {
                        drop(side);
                        Side::Type(Layout::text(unique))
                    }
                    side => {
                        head = format!("{head} = {unique}");
                        side
                    }
                }
            }
            None => self.side(item, ty, group),
        };
        let mut attributes = Vec::new();
        if ty.sig.is_none() && matches!(side, Side::List { .. }) {
            if ty.unboxed {
                attributes.push("[@@unboxed]".to_owned());
            } else if ty.could_be_unboxed() {
                // OCaml would ask in the `external`s which it is.
                attributes.push("[@@boxed]".to_owned());
            }
        }
        if !ty.deriving.is_empty() {
            attributes.push(format!("[@@deriving {}]", ty.deriving));
        }
        let text = declare(&head, &side, &attributes, self, width);
        let variant = ty.sig.is_none() && matches!(ty.body, Body::Variant(_));
        let comment = self.comment(&ty.doc, false);
        Block::new(Sort::Type, text).documented(&comment, variant, width)
    }

    fn side(&self, item: &Item, ty: &Type, group: &[ItemId]) -> Side {
        if let Some(sig) = &ty.sig {
            let parts: Vec<String> = sig.parts.iter().map(|part| self.part(item, part)).collect();
            return Side::Type(Layout::text(parts.join(" -> ")));
        }
        match &ty.body {
            Body::Abstract => Side::None,
            Body::Alias(of) => Side::Type(self.ty(item, of, Within::Nothing)),
            Body::Record(fields) => Side::List {
                around: ("{", "}"),
                parts: fields.iter().map(|field| self.field(item, field)).collect(),
            },
            Body::Variant(all) => Side::List {
                around: ("", ""),
                parts: all.iter().map(|one| self.constructor(item, one)).collect(),
            },
            Body::Polymorphic(all) => {
                let tags = self.tags(all, group);
                // A type alone in brackets is none.
                let only_inherits = tags.len() == 1 && tags[0].name.is_empty();
                Side::List {
                    around: (if only_inherits { "[ |" } else { "[" }, "]"),
                    parts: tags.iter().map(|one| self.tag(item, one)).collect(),
                }
            }
        }
    }

    /// The tags; those inherited from a type of the same group are spelt out, since OCaml does not
    /// know them yet.
    fn tags(&self, all: &[Constructor], group: &[ItemId]) -> Vec<Constructor> {
        let defined_here = |id: TypeId| {
            group.len() > 1
                && group.iter().any(|&item| {
                    matches!(self.model.items[item].kind, Kind::Define(it) | Kind::Again(it) if it == id)
                })
        };
        all.iter()
            .flat_map(|one| {
                if one.name.is_empty()
                    && let [TypeExpr::Derived(module, name, _)] = one.arguments.as_slice()
                    && let Some(id) = self.model.type_by(module, name)
                    && defined_here(id)
                    && let Body::Polymorphic(inherited) = &self.model.types[id].body
                {
                    return self.tags(inherited, group);
                }
                vec![one.clone()]
            })
            .collect()
    }

    fn field(&self, item: &Item, field: &Field) -> Documented {
        let mutable = if field.mutable { "mutable " } else { "" };
        let layout = Layout::group(vec![
            Layout::text(format!("{mutable}{} :", field.name)),
            Layout::indent(
                2,
                vec![Layout::Space, self.ty(item, &field.of, Within::Nothing)],
            ),
        ]);
        Documented {
            flat: Some(layout.flat()),
            broken: layout.lines(self.room(), 2, 2, 1),
            doc: field.doc.clone(),
        }
    }

    /// A constructor of a variant or exception.
    fn constructed(&self, item: &Item, one: &Constructor) -> Layout {
        let name = Layout::text(&one.name);
        let arguments = if !one.fields.is_empty() {
            let last = one.fields.len() - 1;
            let fields = one
                .fields
                .iter()
                .enumerate()
                .map(|(i, field)| {
                    let field = self.field(item, field).flat.unwrap_or_default();
                    let end = if i < last {
                        Layout::text(";")
                    } else {
                        Layout::Either("", ";")
                    };
                    Layout::All(vec![Layout::text(field), end])
                })
                .collect();
            let mut inner = vec![Layout::Space];
            inner.extend(spaced(fields));
            Layout::group(vec![
                Layout::text(" of {"),
                Layout::indent(2, inner),
                Layout::Space,
                Layout::text("}"),
            ])
        } else if one.arguments.is_empty() {
            return name;
        } else {
            Layout::All(vec![
                Layout::text(" of "),
                Layout::indent(2, vec![self.product(item, &one.arguments)]),
            ])
        };
        Layout::All(vec![name, arguments])
    }

    /// The constructor of an exception.
    pub fn constructor_text(&self, item: &Item, one: &Constructor, room: usize) -> String {
        let Documented { flat, broken, .. } = self.constructor(item, one);
        // Broken as in a variant, but at the beginning of the line.
        flat.filter(|flat| width(flat) <= room)
            .unwrap_or_else(|| broken.replace("\n    ", "\n"))
    }

    fn constructor(&self, item: &Item, one: &Constructor) -> Documented {
        let layout = self.constructed(item, one);
        let has_docs = self.mli && one.fields.iter().any(|field| !field.doc.is_empty());
        let broken = if has_docs {
            // The fields of an inline record, one to a line, each with its documentation.
            let fields: Vec<String> = one
                .fields
                .iter()
                .map(|field| {
                    let field = self.field(item, field);
                    self.with_doc(
                        &format!("{};", field.broken),
                        &field.doc,
                        4,
                        self.room() - 6,
                    )
                })
                .collect();
            format!(
                "{} of {{\n{}\n    }}",
                one.name,
                indented(&fields.join("\n"), 6)
            )
        } else {
            layout.lines(self.room(), 4, 4, 0)
        };
        Documented {
            flat: (!has_docs).then(|| layout.flat()),
            broken,
            doc: one.doc.clone(),
        }
    }

    fn tag(&self, item: &Item, one: &Constructor) -> Documented {
        let layout = match one.arguments.as_slice() {
            [only] if one.name.is_empty() => self.ty(item, only, Within::Nothing),
            [] => Layout::text(format!("`{}", one.name)),
            arguments => {
                let arguments = match arguments {
                    [TypeExpr::Tuple(parts)] => parts.as_slice(),
                    other => other,
                };
                Layout::All(vec![
                    Layout::text(format!("`{} of ", one.name)),
                    Layout::indent(2, vec![self.product(item, arguments)]),
                ])
            }
        };
        Documented {
            flat: Some(layout.flat()),
            broken: layout.lines(self.room(), 4, 4, 0),
            // OCaml has no place for documentation of what is inherited.
            doc: if one.name.is_empty() {
                String::new()
            } else {
                one.doc.clone()
            },
        }
    }

    /// How wide lines in definitions may be: less than there is at the top level, so that it is right
    /// in modules as well.
    fn room(&self) -> usize {
        crate::layout::WIDTH - 4
    }

    /// With documentation, on the same line or below.
    fn with_doc(&self, text: &str, doc: &str, below: usize, room: usize) -> String {
        let comment = self.comment(doc, false);
        let last = text.lines().last().map_or(0, width);
        match comment.one_line() {
            Some(line) if last + 2 + width(&line) <= room => format!("{text}  {line}"),
            _ => match comment.text(room - below) {
                Some(comment) => format!("{text}\n{}", indented(&comment, below)),
                None => text.to_owned(),
            },
        }
    }

    /// Compares a type that exists with what Rust knows of it.
    pub fn compare(&self, item: &Item, id: TypeId, room: usize) -> Vec<Block> {
        let ty = &self.model.types[id];
        let name = self.model.foreign(item.scope, &ty.name);
        let existing = format!("{}{name}", parameters(&ty.parameters));
        match (&ty.body, self.side(item, ty, &[])) {
            (_, Side::None) => Vec::new(),
            (Body::Record(_) | Body::Variant(_), side @ Side::List { .. }) if ty.sig.is_none() => {
                let head = format!("type {}t = {existing}", parameters(&ty.parameters));
                let unboxed = ["[@@unboxed]".to_owned()];
                let attributes = if ty.unboxed { &unboxed[..] } else { &[] };
                let text = declare(&head, &side, attributes, self, room - 2);
                let text = format!(
                    "module _ = struct\n  [@@@warning \"-a\"]\n\n{}\nend",
                    indented(&text, 2)
                );
                vec![Block::new(Sort::Other, text)]
            }
            (_, side) => {
                let other = match side {
                    Side::Type(layout) => layout.flat(),
                    Side::List { around, parts } => list(around, &parts).unwrap_or_default(),
                    Side::None => return Vec::new(),
                };
                let line = format!("let _ : {existing} -> {other} = fun x -> x");
                let text = if width(&line) <= room {
                    line
                } else {
                    format!("let _ :\n    {existing} -> {other} =\n fun x -> x")
                };
                vec![Block::new(Sort::Let, text)]
            }
        }
    }
}

/// All parts on one line, if they can be.
fn list((open, close): (&str, &str), parts: &[Documented]) -> Option<String> {
    let separator = if open == "{" { "; " } else { " | " };
    let parts: Option<Vec<&str>> = parts.iter().map(|part| part.flat.as_deref()).collect();
    let parts = parts?.join(separator);
    Some(if open.is_empty() {
        parts
    } else {
        format!("{open} {parts} {close}")
    })
}

/// The definition, in one line if it fits.
fn declare(head: &str, side: &Side, attributes: &[String], writer: &Writer, room: usize) -> String {
    let attributes = attributes.join(" ");
    let after = |text: String| {
        let space = if attributes.is_empty() { "" } else { " " };
        let line = format!("{text}{space}{attributes}");
        if attributes.is_empty() || (!text.contains('\n') && width(&line) <= room) {
            line
        } else {
            format!("{text}\n{attributes}")
        }
    };
    match side {
        Side::None => after(head.to_owned()),
        Side::Type(layout) => {
            let line = format!("{head} = {}", layout.flat());
            after(if width(&line) <= room {
                line
            } else {
                format!("{head} =\n  {}", layout.lines(room, 2, 2, 0))
            })
        }
        Side::List { around, parts } => {
            let documented = writer.mli && parts.iter().any(|part| !part.doc.trim().is_empty());
            if !documented
                && let Some(list) = list(*around, parts)
                && let line = format!("{head} = {list}")
                && width(&line) <= room
            {
                return after(line);
            }
            let lines: Vec<String> = parts
                .iter()
                .enumerate()
                .map(|(i, part)| part.line(i, around.0, writer, room))
                .collect();
            let lines = lines.join("\n");
            after(match around.0 {
                "{" => format!("{head} = {{\n{lines}\n}}"),
                "[" | "[ |" => format!("{head} =\n{lines} ]"),
                _ => format!("{head} =\n{lines}"),
            })
        }
    }
}

impl Documented {
    /// On lines of its own, with what stands before and after it.
    fn line(&self, at: usize, open: &str, writer: &Writer, room: usize) -> String {
        let (before, after, below) = match (open, at) {
            ("{", _) => ("  ", ";", 6),
            ("[ |", _) => ("  [ | ", "", 6),
            ("[", 0) => ("  [ ", "", 4),
            ("[", _) => ("  | ", "", 4),
            _ => ("  | ", "", 6),
        };
        let flat = self
            .flat
            .as_ref()
            .map(|flat| format!("{before}{flat}{after}"));
        let text = flat
            .filter(|flat| width(flat) <= room)
            .unwrap_or_else(|| format!("{before}{}{after}", self.broken));
        writer.with_doc(&text, &self.doc, below, room)
    }
}
