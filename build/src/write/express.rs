//! Type expressions.

use super::Writer;
use crate::layout::Layout;
use crate::model::Item;
use crate::schema::{Label, Parameter, Passing, TypeExpr};
use crate::sig::{Part, Piece, Sig};

/// What stands around a type expression, by how tightly it binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Within {
    Nothing,
    Argument,
    Parameter,
}

/// A string literal.
pub fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_ascii_control() => out.push_str(&format!("\\{:03}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `'a `, `('a, 'b) `, or nothing: what stands before the name of a type.
pub fn parameters(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("{} ", variable(only)),
        several => {
            let several: Vec<String> = several.iter().map(|name| variable(name)).collect();
            format!("({}) ", several.join(", "))
        }
    }
}

/// `'a`; with a space where it would be read as a character: `' a'`.
fn variable(name: &str) -> String {
    if name.as_bytes().get(1) == Some(&b'\'') {
        format!("' {name}")
    } else {
        format!("'{name}")
    }
}

/// One after the other, with breaks between.
pub fn spaced(all: Vec<Layout>) -> Vec<Layout> {
    let mut out = Vec::new();
    for (i, one) in all.into_iter().enumerate() {
        if i > 0 {
            out.push(Layout::Space);
        }
        out.push(one);
    }
    out
}

/// `a ->`, break, `b`.
fn arrows(arguments: Vec<Layout>, result: Layout) -> Layout {
    let mut all: Vec<Layout> = arguments
        .into_iter()
        .map(|argument| Layout::All(vec![argument, Layout::text(" ->")]))
        .collect();
    all.push(result);
    Layout::group(spaced(all))
}

fn in_parentheses(inner: Layout) -> Layout {
    Layout::All(vec![
        Layout::text("("),
        Layout::indent(1, vec![inner]),
        Layout::text(")"),
    ])
}

impl Writer<'_> {
    /// A type expression, as an item writes it.
    pub fn ty(&self, item: &Item, ty: &TypeExpr, within: Within) -> Layout {
        match ty {
            TypeExpr::Variable(name) => Layout::text(variable(name)),
            TypeExpr::Name(name, parameters) => {
                let name = self.model.foreign(item.scope, name);
                self.applied(item, name, parameters)
            }
            TypeExpr::Derived(module, name, parameters) => {
                let path = self
                    .model
                    .type_by(module, name)
                    .and_then(|id| self.model.view(item, id))
                    .map_or(name.clone(), |(path, _)| path);
                self.applied(item, path, parameters)
            }
            TypeExpr::Tuple(parts) => {
                let tuple = self.product(item, parts);
                if within >= Within::Parameter {
                    in_parentheses(tuple)
                } else {
                    tuple
                }
            }
            TypeExpr::Function(arguments, result) => {
                let arguments = arguments
                    .iter()
                    .map(|it| self.ty(item, it, Within::Argument))
                    .collect();
                let function = arrows(arguments, self.ty(item, result, Within::Nothing));
                if within >= Within::Argument {
                    in_parentheses(function)
                } else {
                    function
                }
            }
        }
    }

    fn applied(&self, item: &Item, name: String, parameters: &[TypeExpr]) -> Layout {
        let before = match parameters {
            [] => return Layout::text(name),
            [only] => self.ty(item, only, Within::Parameter),
            several => {
                let last = several.len() - 1;
                let several = several
                    .iter()
                    .enumerate()
                    .map(|(i, it)| {
                        let comma = if i < last { "," } else { "" };
                        Layout::All(vec![
                            self.ty(item, it, Within::Nothing),
                            Layout::text(comma),
                        ])
                    })
                    .collect();
                Layout::group(vec![
                    Layout::Either("(", "( "),
                    Layout::indent(2, spaced(several)),
                    Layout::Either(")", " )"),
                ])
            }
        };
        Layout::group(vec![before, Layout::Space, Layout::text(name)])
    }

    /// `a * b`: of a tuple or of a constructor's arguments.
    pub fn product(&self, item: &Item, parts: &[TypeExpr]) -> Layout {
        let parts = parts
            .iter()
            .enumerate()
            .map(|(i, it)| {
                let star = if i > 0 { "* " } else { "" };
                Layout::All(vec![
                    Layout::text(star),
                    self.ty(item, it, Within::Parameter),
                ])
            })
            .collect();
        Layout::group(spaced(parts))
    }

    /// The type of a function.
    pub fn signature(
        &self,
        item: &Item,
        parameters: &[Parameter],
        result: Layout,
        passing: &Passing,
    ) -> Layout {
        let mut arguments: Vec<Layout> = parameters
            .iter()
            .map(|it| {
                let label = match it.label {
                    Label::Positional => String::new(),
                    Label::Labelled => format!("{}:", it.name),
                    Label::Optional => format!("?{}:", it.name),
                };
                let ty = self.ty(item, &it.of, Within::Argument);
                Layout::All(vec![Layout::text(label), passed(ty, &it.passing)])
            })
            .collect();
        if arguments.is_empty() {
            arguments.push(Layout::text(self.model.foreign(item.scope, "unit")));
        }
        arrows(arguments, passed(result, passing))
    }

    /// The type of a function, written by hand. `passings` are those of the parameters and the result.
    pub fn by_hand(
        &self,
        item: &Item,
        sig: &Sig,
        passings: &[&Passing],
        result: Option<Layout>,
    ) -> Layout {
        let mut parts: Vec<Layout> = sig
            .parts
            .iter()
            .enumerate()
            .map(|(i, part)| {
                let passing = passings.get(i).copied().unwrap_or(&Passing::Value);
                let text = self.part(item, part);
                // Whoever writes an attribute knows what they do.
                if *passing == Passing::Value || text.contains("[@") {
                    return Layout::text(text);
                }
                let (label, ty) = match text.split_once(':') {
                    Some((label, ty)) => (format!("{}:", label.trim_end()), ty.trim_start()),
                    None => (String::new(), text.as_str()),
                };
                Layout::All(vec![Layout::text(label), passed(Layout::text(ty), passing)])
            })
            .collect();
        let last = parts.pop();
        let result = result.or(last).unwrap_or(Layout::text(""));
        arrows(parts, result)
    }

    /// The text of a part, with the names that the item has for its types.
    pub fn part(&self, item: &Item, part: &Part) -> String {
        part.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Name(name) => self
                    .model
                    .type_named(item.written_in(self.model), name)
                    .and_then(|id| self.model.view(item, id))
                    .map_or(name.clone(), |(path, _)| path),
            })
            .collect()
    }
}

fn passed(ty: Layout, passing: &Passing) -> Layout {
    let attribute = match passing {
        Passing::Value => return ty,
        Passing::Unboxed => "[@unboxed])",
        Passing::Untagged => "[@untagged])",
    };
    Layout::All(vec![Layout::text("("), ty, Layout::text(attribute)])
}
