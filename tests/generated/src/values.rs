//! Random values of a type: each as Rust writes it, and as OCaml does.

use crate::random::Random;
use crate::types::{Body, Definition, Field, Fields, Type, Variant};

/// One value, in both languages.
pub struct Both {
    pub rust: String,
    pub ocaml: String,
}

fn both(rust: impl Into<String>, ocaml: impl Into<String>) -> Both {
    Both {
        rust: rust.into(),
        ocaml: ocaml.into(),
    }
}

pub struct Values<'a> {
    pub random: &'a mut Random,
    pub known: &'a [Definition],
}

impl Values<'_> {
    /// A value; at depth 0 as small as can be.
    pub fn value(&mut self, of: &Type, arguments: &[Type], depth: usize) -> Both {
        let less = depth.saturating_sub(1);
        match of {
            Type::Simple(name) => self.simple(name),
            Type::Parameter(index) => self.value(&arguments[*index].clone(), &[], depth),
            Type::Option(_) if depth == 0 || self.random.one_in(3) => both("None", "None"),
            Type::Option(inner) => {
                let inner = self.value(inner, arguments, less);
                both(
                    format!("Some({})", inner.rust),
                    format!("Some ({})", inner.ocaml),
                )
            }
            Type::Result(ok, error) => {
                let (rust, ocaml, of) = if self.random.one_in(3) {
                    ("Err", "Error", error)
                } else {
                    ("Ok", "Ok", ok)
                };
                let inner = self.value(of, arguments, less);
                both(
                    format!("{rust}({})", inner.rust),
                    format!("{ocaml} ({})", inner.ocaml),
                )
            }
            Type::Tuple(parts) => {
                let parts: Vec<Both> = parts
                    .iter()
                    .map(|part| self.value(part, arguments, less))
                    .collect();
                both(
                    format!("({})", join(&parts, ", ", |part| &part.rust)),
                    format!("({})", join(&parts, ", ", |part| &part.ocaml)),
                )
            }
            Type::Array(container, inner) => {
                let elements = self.elements(inner, arguments, depth);
                let into = if *container == "Box" {
                    ".into_boxed_slice()"
                } else {
                    ""
                };
                both(
                    format!("vec![{}]{into}", join(&elements, ", ", |e| &e.rust)),
                    format!("[|{}|]", join(&elements, "; ", |e| &e.ocaml)),
                )
            }
            Type::Fixed(inner, length) => {
                let elements: Vec<Both> = (0..*length)
                    .map(|_| self.value(inner, arguments, less))
                    .collect();
                both(
                    format!("[{}]", join(&elements, ", ", |e| &e.rust)),
                    format!("[|{}|]", join(&elements, "; ", |e| &e.ocaml)),
                )
            }
            Type::List(container, inner) => {
                let elements = self.elements(inner, arguments, depth);
                both(
                    format!(
                        "{container}::from([{}])",
                        join(&elements, ", ", |e| &e.rust)
                    ),
                    format!("[{}]", join(&elements, "; ", |e| &e.ocaml)),
                )
            }
            Type::Map(container, inner) => {
                let elements = self.elements(inner, arguments, depth);
                // Ascending.
                let keyed: Vec<Both> = elements
                    .into_iter()
                    .enumerate()
                    .map(|(i, value)| {
                        let key = i as i64 * 7 - 3;
                        both(
                            format!("({key}isize, {})", value.rust),
                            format!("(({key}), {})", value.ocaml),
                        )
                    })
                    .collect();
                both(
                    format!("{container}::from([{}])", join(&keyed, ", ", |e| &e.rust)),
                    format!("[{}]", join(&keyed, "; ", |e| &e.ocaml)),
                )
            }
            Type::Pointer(pointer, inner) => {
                let inner = self.value(inner, arguments, depth);
                both(format!("{pointer}::new({})", inner.rust), inner.ocaml)
            }
            Type::Defined(index, own) => {
                let own: Vec<Type> = own.iter().map(|ty| substituted(ty, arguments)).collect();
                self.defined(*index, &own, depth)
            }
        }
    }

    fn elements(&mut self, of: &Type, arguments: &[Type], depth: usize) -> Vec<Both> {
        let count = if depth == 0 { 0 } else { self.random.below(4) };
        (0..count)
            .map(|_| self.value(of, arguments, depth - 1))
            .collect()
    }

    fn defined(&mut self, index: usize, arguments: &[Type], depth: usize) -> Both {
        let definition = &self.known[index];
        let name = format!("T{index}");
        let less = depth.saturating_sub(1);
        match &definition.body {
            Body::Struct(Fields::Positional(fields)) if fields.len() == 1 => {
                let field = self.field(&fields[0], arguments, less);
                both(format!("{name}({})", field.rust), field.ocaml)
            }
            Body::Struct(fields) => {
                let both = self.fields(fields, arguments, less, definition.camel);
                Both {
                    rust: format!("{name}{}", both.rust),
                    ocaml: if both.ocaml.is_empty() {
                        "()".into()
                    } else {
                        both.ocaml
                    },
                }
            }
            Body::Enum(variants) | Body::Polymorphic(variants) => {
                let variant: &Variant = if depth == 0 {
                    &variants[0]
                } else {
                    &variants[self.random.below(variants.len())]
                };
                let fields = self.fields(&variant.fields, arguments, less, false);
                let rust = format!("{name}::{}{}", variant.name, fields.rust);
                if variant.inherit {
                    return both(rust, fields.ocaml);
                }
                let tick = match definition.body {
                    Body::Polymorphic(_) => "`",
                    _ => "",
                };
                both(
                    rust,
                    format!("({tick}{} {})", variant.ocaml_name, fields.ocaml),
                )
            }
        }
    }

    fn fields(&mut self, fields: &Fields, arguments: &[Type], depth: usize, camel: bool) -> Both {
        match fields {
            Fields::None => both("", ""),
            Fields::Positional(all) => {
                let all: Vec<Both> = all
                    .iter()
                    .map(|field| self.field(field, arguments, depth))
                    .collect();
                both(
                    format!("({})", join(&all, ", ", |one| &one.rust)),
                    format!("({})", join(&all, ", ", |one| &one.ocaml)),
                )
            }
            Fields::Named(all) => {
                let (mut rust, mut ocaml) = (Vec::new(), Vec::new());
                for field in all {
                    let value = self.field(field, arguments, depth);
                    rust.push(format!("{}: {}", field.name, value.rust));
                    if !field.skip {
                        ocaml.push(format!("{} = {}", ocaml_name(field, camel), value.ocaml));
                    }
                }
                both(
                    format!(" {{ {} }}", rust.join(", ")),
                    format!("{{ {} }}", ocaml.join("; ")),
                )
            }
        }
    }

    fn field(&mut self, field: &Field, arguments: &[Type], depth: usize) -> Both {
        if field.skip {
            return both("0", "");
        }
        match (field.adapter, &field.of) {
            (Some("int"), Type::Simple(name)) => {
                let (low, high) = match *name {
                    "i32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
                    "u32" => (0, i64::from(u32::MAX)),
                    "i64" => (-(1 << 62), (1 << 62) - 1),
                    _ => (0, (1 << 62) - 1),
                };
                let n = self.integer(low, high);
                both(format!("{n}{name}"), format!("({n})"))
            }
            (Some("nativeint"), Type::Simple(name)) => {
                let n = self.integer(i64::MIN, i64::MAX);
                let rust = if *name == "usize" {
                    format!("{}usize", n as u64)
                } else {
                    format!("{n}isize")
                };
                both(rust, format!("({n}n)"))
            }
            (Some("char"), _) => {
                let byte = self.random.below(256);
                both(format!("{byte}u8"), format!("'\\{byte:03}'"))
            }
            (Some("string"), _) => {
                let bytes = self.bytes();
                let text: String = bytes.iter().map(|byte| format!("\\{byte:03}")).collect();
                both(format!("vec!{bytes:?}"), format!("\"{text}\""))
            }
            (Some("list"), Type::Array(_, inner)) => {
                self.value(&Type::List("Vec", inner.clone()), arguments, depth)
            }
            (Some("array"), Type::List(container, inner)) => {
                let list = self.value(&Type::List(container, inner.clone()), arguments, depth);
                // Other brackets.
                both(
                    list.rust,
                    format!("[|{}|]", &list.ocaml[1..list.ocaml.len() - 1]),
                )
            }
            _ => self.value(&field.of, arguments, depth),
        }
    }

    /// Often at the ends of what there is.
    fn integer(&mut self, low: i64, high: i64) -> i64 {
        match self.random.below(6) {
            0 => low,
            1 => high,
            2 => 0,
            3 => (self.random.below(100) as i64).clamp(low, high),
            _ => {
                let range = (high as i128) - (low as i128) + 1;
                (low as i128 + (self.random.next() as i128) % range) as i64
            }
        }
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.random.below(20);
        (0..length).map(|_| self.random.next() as u8).collect()
    }

    fn simple(&mut self, name: &str) -> Both {
        let ocaml_max = (1i64 << 62) - 1;
        match name {
            "()" => both("()", "()"),
            "bool" => {
                let it = self.random.one_in(2).to_string();
                both(&*it, &*it)
            }
            "isize" | "usize" | "i8" | "u8" | "i16" | "u16" => {
                let (low, high) = match name {
                    "isize" => (-ocaml_max - 1, ocaml_max),
                    "usize" => (0, ocaml_max),
                    "i8" => (-128, 127),
                    "u8" => (0, 255),
                    "i16" => (-32768, 32767),
                    _ => (0, 65535),
                };
                let n = self.integer(low, high);
                both(format!("{n}{name}"), format!("({n})"))
            }
            "i32" | "u32" => {
                let n = self.integer(i32::MIN.into(), i32::MAX.into()) as i32;
                let rust = if name == "u32" {
                    format!("{}u32", n as u32)
                } else {
                    format!("{n}i32")
                };
                both(rust, format!("({n}l)"))
            }
            "i64" | "u64" => {
                let n = self.integer(i64::MIN, i64::MAX);
                let rust = if name == "u64" {
                    format!("{}u64", n as u64)
                } else {
                    format!("{n}i64")
                };
                both(rust, format!("({n}L)"))
            }
            "f64" => {
                let bits = match self.random.below(8) {
                    0 => f64::NAN.to_bits() | self.random.next() & 0xffff,
                    1 => f64::NEG_INFINITY.to_bits(),
                    2 => (-0.0f64).to_bits(),
                    3 => 1,
                    4 => self.random.next(),
                    _ => (self.random.below(1000) as f64 / 8.0).to_bits(),
                };
                // A quiet one: processors quieten the others.
                let bits = if f64::from_bits(bits).is_nan() {
                    bits | 1 << 51
                } else {
                    bits
                };
                self.float(f64::from_bits(bits), format!("f64::from_bits({bits}u64)"))
            }
            "f32" => {
                let mut float = f32::from_bits(self.random.next() as u32);
                if float.is_nan() || self.random.one_in(2) {
                    float = self.random.below(1000) as f32 / 8.0;
                }
                self.float(
                    f64::from(float),
                    format!("f32::from_bits({}u32)", float.to_bits()),
                )
            }
            "char" => {
                let c = self.char();
                both(
                    format!("'\\u{{{:x}}}'", u32::from(c)),
                    format!("(Uchar.of_int {})", u32::from(c)),
                )
            }
            "String" | "Box<str>" => {
                let length = self.random.below(12);
                let text: String = (0..length).map(|_| self.char()).collect();
                let rust: String = text
                    .chars()
                    .map(|c| format!("\\u{{{:x}}}", u32::from(c)))
                    .collect();
                let ocaml: String = text.bytes().map(|byte| format!("\\{byte:03}")).collect();
                let to = if name == "String" { "to_owned" } else { "into" };
                both(format!("\"{rust}\".{to}()"), format!("\"{ocaml}\""))
            }
            "Vec<u8>" | "[u8; 3]" => {
                let mut bytes = self.bytes();
                let vec = name == "Vec<u8>";
                if !vec {
                    bytes.resize(3, 255);
                }
                let text: String = bytes.iter().map(|byte| format!("\\{byte:03}")).collect();
                both(
                    format!("{}{bytes:?}", if vec { "vec!" } else { "" }),
                    format!("(Bytes.of_string \"{text}\")"),
                )
            }
            other => unreachable!("{other}"),
        }
    }

    /// As a literal, which ocamlopt places among its static data, or computed.
    fn float(&mut self, float: f64, rust: String) -> Both {
        let bits = float.to_bits();
        let ocaml = if float.is_finite() && self.random.one_in(2) {
            format!("({float:?})")
        } else {
            format!("(Int64.float_of_bits ({}L))", bits as i64)
        };
        both(rust, ocaml)
    }

    fn char(&mut self) -> char {
        let bound = self.random.pick(&[128, 0x800, 0x10000, 0x110000]);
        char::from_u32(self.random.below(bound) as u32).unwrap_or('\u{fffd}')
    }
}

/// What a field is called in OCaml.
fn ocaml_name(field: &Field, camel: bool) -> String {
    if let Some(name) = &field.ocaml_name {
        return name.clone();
    }
    let name = field.name.trim_start_matches("r#");
    if name == "type" {
        return "type_".into();
    }
    if !camel {
        return name.to_owned();
    }
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(1);
        name + &head.to_uppercase() + tail
    })
}

fn substituted(ty: &Type, arguments: &[Type]) -> Type {
    let inner = |ty: &Type| Box::new(substituted(ty, arguments));
    match ty {
        Type::Parameter(index) => arguments[*index].clone(),
        Type::Simple(name) => Type::Simple(name),
        Type::Option(ty) => Type::Option(inner(ty)),
        Type::Result(ok, error) => Type::Result(inner(ok), inner(error)),
        Type::Tuple(all) => Type::Tuple(all.iter().map(|ty| *inner(ty)).collect()),
        Type::Array(container, ty) => Type::Array(container, inner(ty)),
        Type::Fixed(ty, length) => Type::Fixed(inner(ty), *length),
        Type::List(container, ty) => Type::List(container, inner(ty)),
        Type::Map(container, ty) => Type::Map(container, inner(ty)),
        Type::Pointer(pointer, ty) => Type::Pointer(pointer, inner(ty)),
        Type::Defined(index, all) => {
            Type::Defined(*index, all.iter().map(|ty| *inner(ty)).collect())
        }
    }
}

fn join(all: &[Both], separator: &str, text: impl Fn(&Both) -> &String) -> String {
    all.iter()
        .map(|one| text(one).as_str())
        .collect::<Vec<_>>()
        .join(separator)
}
