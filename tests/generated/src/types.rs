//! Random types: what they are in Rust. What they are in OCaml is said only by what `bactrian-build`
//! writes.

use crate::random::Random;

/// A type as it is used.
#[derive(Clone)]
pub enum Type {
    /// One of [`SIMPLE`].
    Simple(&'static str),
    Option(Box<Type>),
    Result(Box<Type>, Box<Type>),
    Tuple(Vec<Type>),
    /// `Vec`, `Box<[_]>`.
    Array(&'static str, Box<Type>),
    Fixed(Box<Type>, usize),
    /// `VecDeque`, `LinkedList`.
    List(&'static str, Box<Type>),
    Map(&'static str, Box<Type>),
    /// `Box`, `Rc`, `Arc`.
    Pointer(&'static str, Box<Type>),
    /// A parameter of the definition around it.
    Parameter(usize),
    /// The definition of this index.
    Defined(usize, Vec<Type>),
}

pub const SIMPLE: &[&str] = &[
    "()", "bool", "isize", "usize", "i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f64",
    "f64", "f64", "f32", "char", "String", "String", "Box<str>", "Vec<u8>", "[u8; 3]",
];

/// A field, with `as`.
#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub ocaml_name: Option<String>,
    pub of: Type,
    pub adapter: Option<&'static str>,
    pub mutable: bool,
    /// Not in the OCaml type.
    pub skip: bool,
}

#[derive(Clone)]
pub enum Fields {
    None,
    /// Without names.
    Positional(Vec<Field>),
    Named(Vec<Field>),
}

impl Fields {
    pub fn all(&self) -> &[Field] {
        match self {
            Fields::None => &[],
            Fields::Positional(all) | Fields::Named(all) => all,
        }
    }
}

#[derive(Clone)]
pub struct Variant {
    pub name: String,
    pub ocaml_name: String,
    pub renamed: bool,
    pub fields: Fields,
    pub inherit: bool,
}

pub enum Body {
    Struct(Fields),
    Enum(Vec<Variant>),
    Polymorphic(Vec<Variant>),
}

pub struct Definition {
    pub parameters: usize,
    pub body: Body,
    pub unboxed: bool,
    /// Fields are renamed to this style.
    pub camel: bool,
}

pub const PARAMETERS: [&str; 2] = ["A", "B"];

/// Where a type stands: what it may refer to.
struct Scope<'a> {
    known: &'a [Definition],
    parameters: usize,
    /// Itself, when it may contain itself.
    own: Option<usize>,
    /// One that is defined later, and has no parameters.
    later: Option<usize>,
}

/// Definitions in the order of their indices.
pub fn definitions(random: &mut Random, count: usize) -> Vec<Definition> {
    let mut all: Vec<Definition> = Vec::new();
    while all.len() < count {
        let own = all.len();
        // What has parameters is tested through another name for an instance of it.
        if own > 0 && all[own - 1].parameters > 0 {
            let scope = Scope {
                known: &all,
                parameters: 0,
                own: None,
                later: None,
            };
            let arguments = (0..all[own - 1].parameters)
                .map(|_| argument(random, &scope))
                .collect();
            let instance = Type::Defined(own - 1, arguments);
            let fields = Fields::Positional(vec![plain("", instance)]);
            all.push(definition(0, Body::Struct(fields)));
            continue;
        }
        let parameters = if random.one_in(4) {
            1 + random.below(2)
        } else {
            0
        };
        // The next may be part of a circle with this one.
        let later = (parameters == 0 && own + 1 < count && random.one_in(8)).then_some(own + 1);
        let scope = Scope {
            known: &all,
            parameters,
            own: random.one_in(3).then_some(own),
            later,
        };
        let made = body(random, &scope);
        all.push(made);
        if let Some(later) = later {
            let scope = Scope {
                known: &all,
                parameters: 0,
                own: Some(later),
                later: None,
            };
            let made = body(random, &scope);
            all.push(made);
        }
    }
    all
}

fn definition(parameters: usize, body: Body) -> Definition {
    Definition {
        parameters,
        body,
        unboxed: false,
        camel: false,
    }
}

fn body(random: &mut Random, scope: &Scope) -> Definition {
    let kind = random.below(14);
    let mut made = match kind {
        // Records.
        0..=3 => {
            let floats = random.one_in(4);
            let count = 1 + random.below(5);
            let fields = named(random, scope, count, floats);
            definition(scope.parameters, Body::Struct(Fields::Named(fields)))
        }
        // One field, unboxed.
        4 => {
            let floats = random.one_in(3);
            // It is what its field is, so it is not part of a circle.
            let inner = Scope {
                own: None,
                later: None,
                known: scope.known,
                parameters: scope.parameters,
            };
            let mut fields = named(random, &inner, 1, floats);
            fields[0].mutable = false;
            fields.retain(|field| !field.skip);
            if fields.is_empty() {
                fields.push(plain("only", Type::Simple("f64")));
            }
            let body = if random.one_in(3) {
                let fields = if random.one_in(2) {
                    fields[0].ocaml_name = None;
                    Fields::Named(fields)
                } else {
                    Fields::Positional(vec![plain("", fields[0].of.clone())])
                };
                Body::Enum(vec![variant("Only", fields)])
            } else {
                Body::Struct(Fields::Named(fields))
            };
            Definition {
                unboxed: true,
                ..definition(scope.parameters, body)
            }
        }
        // Other names, and tuples.
        5 | 6 => {
            let inner = Scope {
                own: None,
                later: None,
                known: scope.known,
                parameters: scope.parameters,
            };
            let fields = match random.below(6) {
                0 => Fields::None,
                1 => Fields::Positional(vec![plain("", Type::Simple("f64"))]),
                n => {
                    let fields = (1..n.max(2)).map(|_| positional(random, &inner)).collect();
                    Fields::Positional(fields)
                }
            };
            definition(scope.parameters, Body::Struct(fields))
        }
        // Polymorphic variants.
        7 | 8 => {
            let count = 1 + random.below(5);
            let mut variants: Vec<Variant> = (0..count)
                .map(|i| random_variant(random, scope, i, true))
                .collect();
            // With the tags of an earlier one.
            let earlier: Vec<usize> = (0..scope.known.len())
                .filter(|&i| {
                    let is = matches!(scope.known[i].body, Body::Polymorphic(_));
                    is && scope.known[i].parameters == 0
                })
                .collect();
            if !earlier.is_empty() && random.one_in(2) {
                let inherited = random.pick(&earlier);
                let taken = tags(scope.known, inherited);
                variants.retain(|variant| !taken.contains(&variant.ocaml_name));
                let of = Type::Defined(inherited, Vec::new());
                let fields = Fields::Positional(vec![plain("", of)]);
                variants.insert(
                    0,
                    Variant {
                        inherit: true,
                        ..variant("Inherited", fields)
                    },
                );
            }
            definition(scope.parameters, Body::Polymorphic(variants))
        }
        // Variants.
        _ => {
            let count = 1 + random.below(7);
            let mut variants: Vec<Variant> = (0..count)
                .map(|i| random_variant(random, scope, i, false))
                .collect();
            variants[0].fields = Fields::None;
            if count == 1 {
                variants.push(variant("Second", Fields::None));
            }
            definition(scope.parameters, Body::Enum(variants))
        }
    };
    let named = matches!(made.body, Body::Struct(Fields::Named(_)));
    made.camel = named && random.one_in(6);
    // Rust wants every parameter to be used.
    if scope.parameters > 0 {
        use_parameters(&mut made, scope.parameters);
    }
    made
}

/// The tags of a polymorphic variant, with those that it inherits.
fn tags(known: &[Definition], index: usize) -> Vec<String> {
    let Body::Polymorphic(variants) = &known[index].body else {
        return Vec::new();
    };
    variants
        .iter()
        .flat_map(|variant| match variant.fields.all() {
            [
                Field {
                    of: Type::Defined(inherited, _),
                    ..
                },
            ] if variant.inherit => tags(known, *inherited),
            _ => vec![variant.ocaml_name.clone()],
        })
        .collect()
}

fn use_parameters(made: &mut Definition, parameters: usize) {
    let all = (0..parameters).map(Type::Parameter).collect();
    let used = if made.unboxed || matches!(made.body, Body::Struct(Fields::None)) {
        // There is one field, so one parameter is all.
        made.parameters = 1;
        Type::Parameter(0)
    } else {
        Type::Option(Box::new(Type::Tuple(all)))
    };
    let used = match used {
        Type::Option(inner) => match *inner {
            Type::Tuple(mut one) if one.len() == 1 => one.remove(0),
            tuple => Type::Option(Box::new(tuple)),
        },
        other => other,
    };
    match &mut made.body {
        Body::Struct(Fields::Named(fields)) if made.unboxed => fields[0] = plain("only", used),
        Body::Struct(Fields::Named(fields)) => fields.push(plain("used", used)),
        Body::Struct(Fields::Positional(fields)) => fields.push(plain("", used)),
        Body::Struct(none) => *none = Fields::Positional(vec![plain("", used)]),
        Body::Enum(variants) if made.unboxed => {
            variants[0].fields = Fields::Positional(vec![plain("", used)]);
        }
        Body::Enum(variants) | Body::Polymorphic(variants) => {
            let fields = Fields::Positional(vec![plain("", used)]);
            variants.push(variant("Used", fields));
        }
    }
}

fn variant(name: &str, fields: Fields) -> Variant {
    Variant {
        name: name.into(),
        ocaml_name: name.into(),
        renamed: false,
        fields,
        inherit: false,
    }
}

fn random_variant(random: &mut Random, scope: &Scope, i: usize, polymorphic: bool) -> Variant {
    const NAMES: [&str; 8] = [
        "Red",
        "Square",
        "None_",
        "Some_",
        "Ok_",
        "HttpError",
        "A",
        "Used_",
    ];
    let name = format!("{}{i}", random.pick(&NAMES));
    let fields = match random.below(if polymorphic { 5 } else { 7 }) {
        0 | 1 => Fields::None,
        2 => Fields::Positional(vec![positional(random, scope)]),
        3 => {
            let count = 2 + random.below(3);
            Fields::Positional((0..count).map(|_| positional(random, scope)).collect())
        }
        4 => {
            let parts = vec![ty(random, scope, 1), ty(random, scope, 1)];
            Fields::Positional(vec![plain("", Type::Tuple(parts))])
        }
        _ => {
            let (count, floats) = (1 + random.below(4), random.one_in(3));
            let mut fields = named(random, scope, count, floats);
            fields.retain(|field| !field.skip);
            if fields.is_empty() {
                Fields::None
            } else {
                Fields::Named(fields)
            }
        }
    };
    let mut made = variant(&name, fields);
    if random.one_in(6) {
        made.ocaml_name = if polymorphic {
            format!("lower_{i}")
        } else {
            format!("Renamed_{i}'")
        };
        made.renamed = true;
    }
    made
}

fn plain(name: &str, of: Type) -> Field {
    Field {
        name: name.into(),
        ocaml_name: None,
        of,
        adapter: None,
        mutable: false,
        skip: false,
    }
}

/// A type, perhaps with an adapter that is for it.
fn adapted(random: &mut Random, scope: &Scope, name: &str) -> Field {
    let (of, adapter) = match random.below(40) {
        0 => (Type::Simple("i32"), Some("int")),
        1 => (Type::Simple("u32"), Some("int")),
        2 => (Type::Simple("i64"), Some("int")),
        3 => (Type::Simple("u64"), Some("int")),
        4 => (Type::Simple("isize"), Some("nativeint")),
        5 => (Type::Simple("usize"), Some("nativeint")),
        6 => (Type::Simple("u8"), Some("char")),
        7 => (Type::Simple("Vec<u8>"), Some("string")),
        8 => (
            Type::Array("Vec", Box::new(element(random, scope))),
            Some("list"),
        ),
        9 => (
            Type::List("VecDeque", Box::new(element(random, scope))),
            Some("array"),
        ),
        _ => (ty(random, scope, 2), None),
    };
    Field {
        adapter,
        ..plain(name, of)
    }
}

fn positional(random: &mut Random, scope: &Scope) -> Field {
    adapted(random, scope, "")
}

fn named(random: &mut Random, scope: &Scope, count: usize, floats: bool) -> Vec<Field> {
    const NAMES: [&str; 9] = [
        "x",
        "name",
        "list",
        "option",
        "some_number",
        "r#type",
        "t",
        "contents",
        "two_words_here",
    ];
    (0..count)
        .map(|i| {
            let name = random.pick(&NAMES);
            let name = if name == "r#type" && i == 0 {
                name.to_owned()
            } else {
                format!("{}{i}", name.trim_start_matches("r#"))
            };
            let mut field = if floats {
                plain(&name, float(random, scope))
            } else {
                adapted(random, scope, &name)
            };
            field.mutable = random.one_in(5);
            if random.one_in(12) {
                field.ocaml_name = Some(format!("renamed'{i}"));
            } else if count > 1 && i > 0 && random.one_in(15) {
                field.skip = true;
                field.of = Type::Simple("isize");
                (field.adapter, field.mutable) = (None, false);
            }
            field
        })
        .collect()
}

/// What is a float in OCaml, by one name or another.
fn float(random: &mut Random, scope: &Scope) -> Type {
    let aliases: Vec<usize> = (0..scope.known.len())
        .filter(|&i| {
            let known = &scope.known[i];
            let fields = match &known.body {
                Body::Struct(Fields::Positional(fields)) => fields,
                Body::Struct(Fields::Named(fields)) if known.unboxed => fields,
                Body::Enum(variants) if known.unboxed => match &variants[0].fields {
                    Fields::Positional(fields) | Fields::Named(fields) => fields,
                    Fields::None => return false,
                },
                _ => return false,
            };
            fields.len() == 1
                && known.parameters < 2
                && matches!(
                    fields[0].of,
                    Type::Simple("f64" | "f32") | Type::Parameter(0)
                )
        })
        .collect();
    match random.below(6) {
        0 => Type::Simple("f32"),
        1 => Type::Pointer("Box", Box::new(Type::Simple("f64"))),
        2 | 3 if !aliases.is_empty() => {
            let index = random.pick(&aliases);
            let arguments = vec![Type::Simple("f64"); scope.known[index].parameters];
            Type::Defined(index, arguments)
        }
        4 if scope.parameters > 0 => Type::Parameter(random.below(scope.parameters)),
        _ => Type::Simple("f64"),
    }
}

/// What can be in an array or list: of a `u8`, that would be `bytes`.
fn element(random: &mut Random, scope: &Scope) -> Type {
    match ty(random, scope, 1) {
        Type::Simple("u8") => Type::Simple("isize"),
        other => other,
    }
}

/// An argument of a type with parameters, in which it may be an element.
fn argument(random: &mut Random, scope: &Scope) -> Type {
    if random.one_in(3) {
        return float(random, scope);
    }
    element(random, scope)
}

fn ty(random: &mut Random, scope: &Scope, depth: usize) -> Type {
    let boxed = |ty| Box::new(ty);
    // Into a circle: where there need be nothing.
    if let Some(index) = scope.own.or(scope.later)
        && random.one_in(5)
    {
        let index = match scope.later {
            Some(later) if random.one_in(2) => later,
            _ => scope.own.unwrap_or(index),
        };
        let arguments = if scope.later == Some(index) {
            Vec::new()
        } else {
            (0..scope.parameters).map(Type::Parameter).collect()
        };
        let circle = Type::Defined(index, arguments);
        return match random.below(4) {
            0 => Type::Array("Vec", boxed(circle)),
            1 => Type::List("LinkedList", boxed(circle)),
            2 => {
                let pointer = random.pick(&["Box", "Rc", "Arc"]);
                Type::Option(boxed(Type::Pointer(pointer, boxed(circle))))
            }
            _ => Type::Map("BTreeMap", boxed(circle)),
        };
    }
    if scope.parameters > 0 && random.one_in(4) {
        return Type::Parameter(random.below(scope.parameters));
    }
    if depth == 0 {
        return Type::Simple(random.pick(SIMPLE));
    }
    match random.below(20) {
        0 => Type::Option(boxed(ty(random, scope, depth - 1))),
        1 => Type::Result(
            boxed(ty(random, scope, depth - 1)),
            boxed(ty(random, scope, 0)),
        ),
        2 | 3 => {
            let count = 2 + random.below(3);
            Type::Tuple((0..count).map(|_| ty(random, scope, depth - 1)).collect())
        }
        4 => Type::Array("Vec", boxed(element(random, scope))),
        5 => Type::Array("Box", boxed(element(random, scope))),
        6 => {
            let of = boxed(element(random, scope));
            Type::Fixed(of, random.below(4))
        }
        7 => Type::List("VecDeque", boxed(ty(random, scope, depth - 1))),
        8 => Type::List("LinkedList", boxed(ty(random, scope, depth - 1))),
        9 => Type::Map("BTreeMap", boxed(ty(random, scope, depth - 1))),
        10 => {
            let pointer = random.pick(&["Box", "Rc", "Arc"]);
            Type::Pointer(pointer, boxed(ty(random, scope, depth - 1)))
        }
        11..=15 if !scope.known.is_empty() => {
            let index = random.below(scope.known.len());
            let arguments = (0..scope.known[index].parameters)
                .map(|_| {
                    let inner = Scope {
                        own: None,
                        later: None,
                        known: scope.known,
                        parameters: scope.parameters,
                    };
                    match ty(random, &inner, 0) {
                        Type::Simple("u8") => Type::Simple("u16"),
                        other => other,
                    }
                })
                .collect();
            Type::Defined(index, arguments)
        }
        _ => Type::Simple(random.pick(SIMPLE)),
    }
}
