//! Crates made at random: OCaml has to accept what is written of each.

use super::made::*;
use crate::schema::*;
use crate::{Interface, Records};

/// A generator of numbers (xorshift), always the same ones.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const MODULES: [&str; 9] = [
    "demo",
    "demo",
    "demo::a",
    "demo::a::b",
    "demo::c",
    "demo::list",
    "demo::a::c",
    "geo",
    "geo::a",
];
/// Some in more than one module, some predefined in OCaml.
const NAMES: [&str; 8] = [
    "t", "item", "name", "tree", "list", "string", "point", "option",
];

struct Crate<'a> {
    random: &'a mut Random,
    types: Vec<(&'static str, &'static str, usize)>,
}

impl Crate<'_> {
    fn ty(&mut self, variables: usize, depth: usize) -> TypeExpr {
        let kinds = if depth == 0 { 4 } else { 9 };
        match self.random.below(kinds) {
            0 => name(
                self.random
                    .one_of(&["int", "string", "float", "bytes", "Uchar.t", "unit"]),
            ),
            1 if variables > 0 => var(self.random.one_of(&["a", "b"][..variables])),
            1 | 2 => int(),
            3 | 4 if !self.types.is_empty() => {
                let (module, name, parameters) = self.random.one_of(&self.types.clone());
                // With the same parameters everywhere: OCaml's abbreviations have to be regular.
                if parameters > variables {
                    return int();
                }
                let parameters = (0..parameters).map(|i| var(["a", "b"][i])).collect();
                TypeExpr::Derived(module.into(), name.into(), parameters)
            }
            5 => tuple(vec![
                self.ty(variables, depth - 1),
                self.ty(variables, depth - 1),
            ]),
            6 => arrow(
                vec![self.ty(variables, depth - 1)],
                self.ty(variables, depth - 1),
            ),
            7 => of(
                vec![self.ty(variables, depth - 1), name("string")],
                "result",
            ),
            _ => {
                let name = self.random.one_of(&["list", "array", "option", "Seq.t"]);
                of(vec![self.ty(variables, depth.saturating_sub(1))], name)
            }
        }
    }

    fn body(&mut self, variables: usize, at: usize) -> Body {
        match self.random.below(6) {
            // Aliases of what comes later only, so that none contains itself.
            0 => {
                let all = std::mem::take(&mut self.types);
                self.types = all[at + 1..].to_vec();
                let of = self.ty(variables, 2);
                self.types = all;
                Body::Alias(of)
            }
            1 => Body::Abstract,
            2 => Body::Polymorphic(vec![
                constructor("A", vec![]),
                constructor("B", vec![name("int"), of(vec![self.ty(0, 1)], "list")]),
            ]),
            3 | 4 => Body::Record(
                (0..1 + self.random.below(3))
                    .map(|i| Field {
                        mutable: self.random.below(3) == 0,
                        ..field(["x", "y", "z"][i], self.ty(variables, 2))
                    })
                    .collect(),
            ),
            _ => Body::Variant(
                (0..1 + self.random.below(3))
                    .map(|i| {
                        let name = ["A", "B", "C"][i];
                        match self.random.below(3) {
                            0 => constructor(name, vec![]),
                            1 => constructor(name, vec![self.ty(variables, 2), int()]),
                            _ => Constructor {
                                fields: vec![field("x", self.ty(variables, 2))],
                                ..constructor(name, vec![])
                            },
                        }
                    })
                    .collect(),
            ),
        }
    }
}

fn made(random: &mut Random) -> Records {
    let mut it = Crate {
        random,
        types: Vec::new(),
    };
    for _ in 0..2 + it.random.below(8) {
        let (module, name) = (it.random.one_of(&MODULES), it.random.one_of(&NAMES));
        if !it
            .types
            .iter()
            .any(|known| (known.0, known.1) == (module, name))
        {
            let parameters = it.random.below(3).saturating_sub(1) * (1 + it.random.below(2));
            it.types.push((module, name, parameters));
        }
    }
    let mut records = Records::default();
    for (at, (module, name, parameters)) in it.types.clone().into_iter().enumerate() {
        records.definitions.push(Definition {
            line: it.random.below(20) as u32,
            parameters: ["a", "b"][..parameters]
                .iter()
                .map(|name| Name {
                    name: (*name).into(),
                })
                .collect(),
            ..definition(module, name, it.body(parameters, at))
        });
        // Modules for their methods; those of one module must not have one name.
        if it.random.below(3) == 0 {
            let parameters = ["a", "b"][..parameters]
                .iter()
                .map(|name| var(name))
                .collect();
            let owner = TypeExpr::Derived(module.into(), name.into(), parameters);
            records
                .methods
                .push(methods(module, &format!("Of_{name}"), owner.clone()));
            records.functions.push(Function {
                owner: vec![owner.clone()],
                ..function(
                    module,
                    &format!("of_{name}"),
                    vec![parameter("x", owner.clone())],
                    owner,
                )
            });
        }
    }
    for i in 0..it.random.below(8) {
        let module = it.random.one_of(&MODULES);
        let parameters = (0..it.random.below(8))
            .map(|i| Parameter {
                label: if it.random.below(3) == 0 {
                    Label::Labelled
                } else {
                    Label::Positional
                },
                ..parameter(&format!("p{i}"), it.ty(2, 2))
            })
            .collect();
        records.functions.push(Function {
            line: it.random.below(20) as u32,
            ..function(module, &format!("f{i}"), parameters, it.ty(2, 2))
        });
    }
    for i in 0..it.random.below(3) {
        let module = it.random.one_of(&MODULES);
        records.exceptions.push(Exception {
            constructor: constructor(&format!("E{i}"), vec![it.ty(0, 1)]),
            printer: "demo_printer".into(),
            ..exception(module, &format!("E{i}"))
        });
        let parameters = vec![parameter("x", it.ty(1, 1))];
        records
            .imports
            .push(import(module, &format!("i{i}"), parameters, it.ty(1, 1)));
    }
    records
}

#[test]
fn ocaml_accepts_crates_made_at_random() {
    let mut random = Random(0x5eed_cafe_f00d_1234);
    let made: Vec<(String, Records)> = (0..150)
        .map(|i| (format!("demo{i}"), made(&mut random)))
        .collect();
    let files: Vec<(&str, Interface)> = made
        .iter()
        .map(|(name, records)| match write(records) {
            Ok(interface) => (name.as_str(), interface),
            Err(error) => panic!("{error}\n{records:#?}"),
        })
        .collect();
    super::ocaml::accepts(&files);
}
