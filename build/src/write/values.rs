//! Functions, exceptions, and functions that Rust calls.

use super::express::{Within, parameters, string};
use super::{Block, Sort, Writer, indented};
use crate::doc::Comment;
use crate::layout::{Layout, width};
use crate::model::{Exception, Function, Item};
use crate::schema::{Import, Passing};
use crate::sig::Sig;

impl Writer<'_> {
    /// The `external` of a function, and a type for its result if that is a function itself.
    pub fn function(&self, item: &Item, function: &Function, room: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let result = function.result_type.as_ref().map(|name| {
            // `external f : int -> (int -> int)` would be a function of two arguments to OCaml.
            let (ty, variables) = match &function.sig {
                Some(sig) => {
                    let last = sig.parts.last();
                    let text = last.map_or(String::new(), |part| self.part(item, part));
                    let inner = text
                        .strip_prefix('(')
                        .and_then(|text| text.strip_suffix(')'))
                        .unwrap_or(&text)
                        .to_owned();
                    (
                        Layout::text(inner),
                        last.map_or(Vec::new(), |part| part.variables()),
                    )
                }
                None => (
                    self.ty(item, &function.result, Within::Nothing),
                    function.result.variables(),
                ),
            };
            let variables = parameters(&variables);
            let head = format!("type {variables}{name} =");
            let line = format!("{head} {}", ty.flat());
            let text = if width(&line) <= room {
                line
            } else {
                format!("{head}\n  {}", ty.lines(room, 2, 2, 0))
            };
            let doc = format!("What `{}` returns.", function.name);
            let comment = self.comment(&doc, false);
            blocks.push(Block::new(Sort::Type, text).documented(&comment, false, room));
            Layout::text(format!("{variables}{name}"))
        });
        let ty = match &function.sig {
            Some(sig) => {
                let mut passings: Vec<&Passing> =
                    function.parameters.iter().map(|it| &it.passing).collect();
                if passings.is_empty() {
                    passings.push(&Passing::Value);
                }
                passings.push(&function.result_passing);
                self.by_hand(item, sig, &passings, result)
            }
            None => {
                let result =
                    result.unwrap_or_else(|| self.ty(item, &function.result, Within::Argument));
                self.signature(item, &function.parameters, result, &function.result_passing)
            }
        };
        let symbols = if function.native == function.bytecode {
            vec![string(&function.native)]
        } else {
            vec![string(&function.bytecode), string(&function.native)]
        };
        let attribute = if function.noalloc { "[@@noalloc]" } else { "" };
        let text = external(&function.name, &ty, &symbols, attribute, room);
        let comment = if self.mli {
            Comment::of_function(&function.doc, &function.raises)
        } else {
            Comment::new("", false)
        };
        blocks.push(Block::new(Sort::External, text).documented(&comment, false, room));
        blocks
    }

    /// An exception; in the `.ml` it is registered for Rust as well, and its printer for OCaml.
    pub fn exception(&self, item: &Item, exception: &Exception, room: usize) -> Vec<Block> {
        let constructor = &exception.constructor;
        let text = format!(
            "exception {}",
            self.constructor_text(item, constructor, room - 10)
        );
        let comment = self.comment(&constructor.doc, false);
        let mut blocks = vec![Block::new(Sort::Exception, text).documented(&comment, false, room)];
        if self.mli {
            return blocks;
        }
        let value = format!("[%extension_constructor {}]", constructor.name);
        blocks.push(self.register(&exception.registered, &value, room));
        let printer = &exception.printer;
        if !printer.is_empty() && self.printers.borrow_mut().insert(printer.clone()) {
            let ty = Layout::group(vec![
                Layout::text(format!("{} ->", self.model.foreign(item.scope, "exn"))),
                Layout::Space,
                Layout::text(format!(
                    "{} {}",
                    self.model.foreign(item.scope, "string"),
                    self.model.foreign(item.scope, "option")
                )),
            ]);
            let external = external("print", &ty, &[string(printer)], "", room - 4);
            let text = format!(
                "let () =\n  let module Printer = struct\n{}\n  end in\n  {}.register_printer \
                 Printer.print",
                indented(&external, 4),
                self.stdlib("Printexc")
            );
            blocks.push(Block::new(Sort::Let, text));
        }
        blocks
    }

    /// Functions that Rust calls: what they have to be, and how they are registered.
    pub fn imports(
        &self,
        item: &Item,
        imports: &[(Import, Option<Sig>)],
        room: usize,
    ) -> Vec<Block> {
        let vals: Vec<Block> = imports
            .iter()
            .map(|(import, sig)| {
                let ty = match sig {
                    Some(sig) => self.by_hand(item, sig, &[], None),
                    None => {
                        let result = self.ty(item, &import.result, Within::Argument);
                        self.signature(item, &import.parameters, result, &Passing::Value)
                    }
                };
                let text = val(&import.name, &ty, room - 2);
                let comment = self.comment(&import.doc, false);
                Block::new(Sort::Val, text).documented(&comment, false, room - 2)
            })
            .collect();
        let imports_doc = self.comment("The functions that Rust calls.", false);
        let text = format!(
            "module type Imports = sig\n{}\nend",
            indented(&super::join(&vals), 2)
        );
        let mut blocks = vec![Block::new(Sort::Other, text).documented(&imports_doc, true, room)];
        if self.mli {
            let doc = "Registers them: `module _ = Register (My_functions)`. Rust raises an exception \
                       that names the function when it calls one before.";
            blocks.push(
                Block::new(Sort::Other, "module Register (_ : Imports) : sig end").documented(
                    &Comment::new(doc, false),
                    false,
                    room,
                ),
            );
        } else {
            let registered: Vec<Block> = imports
                .iter()
                .map(|(import, _)| {
                    let value = format!("Functions.{}", import.name);
                    self.register(&import.registered, &value, room - 2)
                })
                .collect();
            let text = format!(
                "module Register (Functions : Imports) = struct\n{}\nend",
                indented(&super::join(&registered), 2)
            );
            blocks.push(Block::new(Sort::Other, text));
        }
        blocks
    }
}

fn val(name: &str, ty: &Layout, room: usize) -> String {
    let line = format!("val {name} : {}", ty.flat());
    if width(&line) <= room {
        line
    } else {
        format!("val {name} :\n  {}", ty.lines(room, 2, 2, 0))
    }
}

/// `external name : type = "symbol"`, with breaks in ocamlformat's order: before the attribute, before
/// the symbols, before the type, at its arrows.
fn external(name: &str, ty: &Layout, symbols: &[String], attribute: &str, room: usize) -> String {
    let symbols_line = format!("= {}", symbols.join(" "));
    let head = format!("external {name} :");
    let line = format!("{head} {}", ty.flat());
    let on_its_line = |text: String| {
        if attribute.is_empty() {
            text
        } else {
            format!("{text}\n{attribute}")
        }
    };
    let whole = format!("{line} {symbols_line}");
    if width(&whole) <= room {
        let space = if attribute.is_empty() { "" } else { " " };
        let with = format!("{whole}{space}{attribute}");
        return if width(&with) <= room {
            with
        } else {
            on_its_line(whole)
        };
    }
    let text = if width(&line) <= room {
        line
    } else {
        format!("{head}\n  {}", ty.lines(room, 2, 2, 0))
    };
    let last = text.lines().last().map_or(0, width);
    let text = if text.contains('\n') && last + 1 + width(&symbols_line) <= room {
        format!("{text} {symbols_line}")
    } else if 2 + width(&symbols_line) <= room {
        format!("{text}\n  {symbols_line}")
    } else {
        format!("{text}\n  = {}", symbols.join("\n    "))
    };
    on_its_line(text)
}
