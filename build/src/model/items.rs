//! Functions, exceptions and imports, each in its module.

use super::modules::{CHECKS, IMPORTS, OWN, key};
use super::{Exception, Function, Item, Kind, Model, ModuleId, Owner, Place, TOP, Type};
use crate::schema::{self, Import, Label, Methods, Parameter, Passing, TypeExpr};
use crate::sig::Sig;
use crate::{Error, Records, names};
use std::collections::{BTreeMap, BTreeSet, HashMap};

impl Model {
    /// Makes the items.
    pub fn add_items(&mut self, records: &Records) -> Result<(), Error> {
        let mut errors = Vec::new();
        self.add_definitions();
        self.add_methods(&records.methods);
        self.add_exceptions(&records.exceptions, &mut errors);
        self.add_functions(&records.functions, &mut errors);
        self.add_imports(&records.imports, &mut errors);
        Error::several(errors)
    }

    fn item(&mut self, scope: ModuleId, kind: Kind, key: super::Key, place: Place) {
        self.items.push(Item {
            scope,
            kind,
            refs: BTreeSet::new(),
            key,
            place,
        });
    }

    fn add_definitions(&mut self) {
        for id in 0..self.types.len() {
            let mut key = self.types[id].key.clone();
            let place = self.types[id].place.clone();
            match self.types[id].home {
                Some(home) => self.item(home, Kind::Define(id), key, place),
                None => {
                    key.rank = CHECKS;
                    self.item(TOP, Kind::Check(id), key, place);
                }
            }
        }
    }

    /// Methods of types that are defined elsewhere have a `t` that stands for them.
    fn add_methods(&mut self, methods: &[Methods]) {
        let mut done = BTreeSet::new();
        for record in methods {
            let owner = Owner::of(&record.owner);
            if let Owner::Derived(module, name) = &owner
                && *module == record.module
                && let Some(ty) = self.type_by(module, name)
                && self.types[ty].home.is_some()
            {
                continue;
            }
            let home = self.methods[&(record.module.clone(), owner)];
            if done.insert(home) {
                self.modules[home].types.insert("t".to_owned());
                let kind = Kind::Alias {
                    parameters: record.owner.variables(),
                    of: record.owner.clone(),
                    doc: String::new(),
                };
                let place = place(&record.file, record.line);
                self.item(home, kind, key(OWN, "", 0, "t"), place);
            }
        }
    }

    fn add_exceptions(&mut self, records: &[schema::Exception], errors: &mut Vec<Error>) {
        let mut records: Vec<_> = records.iter().collect();
        records.sort_by_key(|it| (&it.module, it.line, &it.constructor.name, &it.registered));
        let mut names = HashMap::new();
        let mut registered = HashMap::new();
        for record in records {
            let home = self.by_path[&record.module];
            let name = &record.constructor.name;
            if !names::is_uppercase(name) {
                errors.push(
                    Error::new(format!(
                        "an exception of `{}` is called `{name}`, which OCaml does not accept",
                        record.rust
                    ))
                    .at(&record.file, record.line)
                    .help("give it another name: `#[ocaml(name = \"Other_name\")]`"),
                );
                continue;
            }
            let twice = names
                .insert((home, name), record)
                .map(|other| (other, format!("are called `{name}` in one OCaml module")))
                .or_else(|| {
                    registered
                        .insert(&record.registered, record)
                        .map(|other| (other, format!("are registered as `{}`", record.registered)))
                });
            if let Some((other, how)) = twice {
                errors.push(
                    Error::new(format!(
                        "two exceptions, of `{}` and of `{}`, {how}",
                        other.rust, record.rust
                    ))
                    .at(&other.file, other.line)
                    .at(&record.file, record.line)
                    .help(
                        "give one of them another name, `#[ocaml(name = \"Other_name\")]`, or its \
                         type another `#[ocaml(prefix = \"...\")]`",
                    ),
                );
                continue;
            }
            self.exceptions.insert(
                record.registered.clone(),
                (home, name.clone(), record.constructor.doc.clone()),
            );
            let kind = Kind::Exception(Box::new(Exception {
                constructor: record.constructor.clone(),
                registered: record.registered.clone(),
                printer: record.printer.clone(),
            }));
            let key = key(OWN, &record.module, record.line, name);
            self.item(home, kind, key, place(&record.file, record.line));
        }
    }

    fn add_functions(&mut self, records: &[schema::Function], errors: &mut Vec<Error>) {
        let mut records: Vec<_> = records.iter().collect();
        records.sort_by_key(|it| (&it.module, it.line, &it.name, &it.native));
        let mut names = HashMap::new();
        let mut symbols: BTreeMap<&str, &schema::Function> = BTreeMap::new();
        let mut crates = BTreeSet::new();
        for record in records {
            let home = self.home_of(record);
            crates.insert(record.module.split("::").next().unwrap_or_default());
            if let Some(other) = names.insert((home, &record.name), record) {
                errors.push(
                    Error::new(format!(
                        "two functions are called `{}` in one OCaml module",
                        record.name
                    ))
                    .at(&other.file, other.line)
                    .at(&record.file, record.line)
                    .help("give one of them another name: `#[func(name = \"other_name\")]`"),
                );
                continue;
            }
            let mut of_this = vec![record.native.as_str(), record.bytecode.as_str()];
            of_this.dedup();
            for symbol in of_this {
                if let Some(other) = symbols.insert(symbol, record) {
                    errors.push(
                        Error::new(format!("two functions have the C symbol `{symbol}`"))
                            .at(&other.file, other.line)
                            .at(&record.file, record.line)
                            .help("give one of them another: `#[func(symbol = \"...\")]`"),
                    );
                }
            }
            match self.function(record, home) {
                Ok(function) => {
                    let key = key(OWN, &record.module, record.line, &record.name);
                    let place = place(&record.file, record.line);
                    self.item(home, Kind::Function(Box::new(function)), key, place);
                }
                Err(error) => errors.push(error.at(&record.file, record.line)),
            }
        }
        self.panics = crates.iter().map(|name| format!("{name}.Panic")).collect();
    }

    /// The module of a function: that of its methods, if it is one.
    fn home_of(&self, record: &schema::Function) -> ModuleId {
        let methods = record.owner.first().and_then(|owner| {
            self.methods
                .get(&(record.module.clone(), Owner::of(owner)))
                .copied()
        });
        methods.unwrap_or(self.by_path[&record.module])
    }

    fn function(&self, record: &schema::Function, home: ModuleId) -> Result<Function, Error> {
        let name = &record.name;
        let ocaml_name = names::lowercase(name).ok_or_else(|| {
            Error::new(format!(
                "the function `{name}` has a name that OCaml does not accept"
            ))
            .help("give it another one: `#[func(name = \"other_name\")]`")
        })?;
        let sig = sig(&record.sig, record.parameters.len())?;
        let labels = record.labels || self.modules[home].labels;
        // The value that a method is one of has no label, as everywhere in OCaml.
        let own = record.owner.first().map(Owner::of);
        let own = record
            .parameters
            .iter()
            .position(|it| own.as_ref() == Some(&Owner::of(&it.of)))
            .filter(|&at| at == 0);
        let labels = labels && sig.is_none();
        let parameters = labelled(&record.parameters, labels, own, name)?;
        let different = record.native != record.bytecode;
        let passings = || {
            let parameters = parameters.iter().map(|it| (&it.of, &it.passing));
            parameters.chain([(&record.result, &record.passing)])
        };
        let inconsistent = |what: String| {
            Err(Error::new(format!(
                "the record of the function `{name}` is wrong: {what}"
            ))
            .help("this is a mistake in `bactrian`: please report it"))
        };
        if parameters.len() > 5 && !different {
            return inconsistent("more than five parameters need a stub for bytecode".into());
        }
        for (ty, passing) in passings() {
            let fits = match passing {
                Passing::Value => continue,
                Passing::Unboxed => ["float", "int32", "int64", "nativeint"].as_slice(),
                Passing::Untagged => ["int"].as_slice(),
            };
            if !different {
                return inconsistent("numbers without a box need a stub for bytecode".into());
            }
            if sig.is_none()
                && !matches!(self.expanded(ty), TypeExpr::Name(name, _) if fits.contains(&name.as_str()))
            {
                return inconsistent(format!("`{}` is passed as {passing:?}", ty.plain()));
            }
        }
        let is_function = match &sig {
            Some(sig) => sig.parts.last().is_some_and(|part| part.is_function()),
            None => matches!(record.result, TypeExpr::Function(..)),
        };
        Ok(Function {
            name: ocaml_name.clone(),
            doc: record.doc.clone(),
            parameters,
            result: record.result.clone(),
            result_passing: record.passing.clone(),
            sig,
            native: record.native.clone(),
            bytecode: record.bytecode.clone(),
            noalloc: record.noalloc,
            raises: record
                .raises
                .iter()
                .map(|it| (it.name.clone(), String::new()))
                .collect(),
            result_type: is_function.then(|| self.free_name(&format!("{ocaml_name}_result"))),
        })
    }

    /// A type without the names that Rust has given to it.
    fn expanded<'a>(&'a self, mut ty: &'a TypeExpr) -> &'a TypeExpr {
        for _ in 0..self.types.len() {
            let TypeExpr::Derived(module, name, _) = ty else {
                break;
            };
            match self.type_by(module, name).map(|id| &self.types[id]) {
                Some(Type {
                    body: schema::Body::Alias(of),
                    ..
                }) => ty = of,
                _ => break,
            }
        }
        ty
    }

    /// A name that no type has.
    pub(super) fn free_name(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            names::predefined(name).is_some()
                || names::is_keyword(name)
                || self
                    .modules
                    .iter()
                    .any(|module| module.types.contains(name))
                || self
                    .types
                    .iter()
                    .any(|ty| ty.hoisted.as_ref().is_some_and(|(_, it)| it == name))
        };
        let mut name = wanted.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        name
    }

    fn add_imports(&mut self, records: &[Import], errors: &mut Vec<Error>) {
        let mut records: Vec<_> = records.iter().collect();
        records.sort_by_key(|it| (&it.module, it.line, &it.name));
        let mut names = HashMap::new();
        let mut by_home: BTreeMap<ModuleId, Vec<(Import, Option<Sig>)>> = BTreeMap::new();
        for record in records {
            let home = self.by_path[&record.module];
            let at = |error: Error| error.at(&record.file, record.line);
            if let Some(other) = names.insert((home, &record.name), record) {
                let other: &Import = other;
                let error = Error::new(format!(
                    "two functions that Rust calls have the name `{}` in one OCaml module",
                    record.name
                ));
                errors.push(
                    at(error.at(&other.file, other.line)).help("give one of them another name"),
                );
                continue;
            }
            let made = names::lowercase(&record.name)
                .ok_or_else(|| {
                    Error::new(format!(
                        "`{}` cannot be the name of an OCaml function",
                        record.name
                    ))
                    .help("give it another name")
                })
                .and_then(|name| {
                    let sig = sig(&record.sig, record.parameters.len())?;
                    let labels = self.modules[home].labels && sig.is_none();
                    let parameters = labelled(&record.parameters, labels, None, &name)?;
                    let import = Import {
                        name,
                        parameters,
                        ..record.clone()
                    };
                    Ok((import, sig))
                });
            match made {
                Ok(import) => by_home.entry(home).or_default().push(import),
                Err(error) => errors.push(at(error)),
            }
        }
        for (home, imports) in by_home {
            let place = imports
                .first()
                .map_or(Place::default(), |(it, _)| place(&it.file, it.line));
            self.item(home, Kind::Imports(imports), key(IMPORTS, "", 0, ""), place);
        }
    }
}

/// What `#[sig]` says, if its arity is that of the function.
fn sig(text: &str, parameters: usize) -> Result<Option<Sig>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let sig = Sig::parse(text).map_err(|what| {
        Error::new(format!("the `sig` is no OCaml type: {what}")).help(format!("it says: {text}"))
    })?;
    let (expected, found) = (parameters.max(1), sig.parts.len() - 1);
    if expected == found {
        return Ok(Some(sig));
    }
    let takes = match parameters {
        0 => "no parameters, so it is a function of unit".to_owned(),
        1 => "one parameter".to_owned(),
        n => format!("{n} parameters"),
    };
    Err(Error::new(format!(
        "the `sig` is that of a function with {found} parameters, but the Rust function has {takes}"
    ))
    .help(format!("it says: {text}"))
    .help("a result that is itself a function stands in parentheses: `int -> (int -> int)`"))
}

/// Parameters with their labels, names as OCaml has them.
fn labelled(
    all: &[Parameter],
    labels: bool,
    own: Option<usize>,
    function: &str,
) -> Result<Vec<Parameter>, Error> {
    let mut all = all.to_vec();
    // The last one stays without a label where nothing else would end the optional ones before it.
    let optional = all.iter().rposition(|it| it.label == Label::Optional);
    let after = |from: usize, all: &[Parameter]| {
        all[from + 1..]
            .iter()
            .rposition(|it| it.label == Label::Positional)
            .map(|at| from + 1 + at)
    };
    let ends = optional.and_then(|optional| after(optional, &all));
    if let Some(optional) = optional
        && ends.is_none()
    {
        return Err(Error::new(format!(
            "the parameter `{}` of `{function}` is optional, but no parameter without a label follows: \
             OCaml could never leave it away",
            all[optional].name
        ))
        .help("let a parameter without `#[label]` or `#[optional]` come after it"));
    }
    let mut seen = BTreeSet::new();
    for (i, parameter) in all.iter_mut().enumerate() {
        let name = names::lowercase(&parameter.name);
        if labels
            && parameter.label == Label::Positional
            && ![ends, own].contains(&Some(i))
            && name.is_some()
        {
            parameter.label = Label::Labelled;
        }
        match name {
            Some(name) => parameter.name = name,
            None if parameter.label == Label::Positional => parameter.name.clear(),
            None => {
                return Err(Error::new(format!(
                    "parameter {} of `{function}` has a label, but no name that OCaml accepts",
                    i + 1
                ))
                .help("give the parameter a name of ASCII letters"));
            }
        }
        if parameter.label != Label::Positional && !seen.insert(parameter.name.clone()) {
            return Err(Error::new(format!(
                "two parameters of `{function}` have the label `{}`",
                parameter.name
            )));
        }
    }
    Ok(all)
}

fn place(file: &str, line: u32) -> Place {
    Place {
        file: file.to_owned(),
        line,
    }
}
