//! Functions, exceptions and imports, each in its module.

use super::functions::{labelled, sig};
use super::modules::{CHECKS, IMPORTS, OWN, key};
use super::{Exception, Item, Kind, Model, ModuleId, Owner, Place, TOP};
use crate::schema::{self, Import, Methods};
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

fn place(file: &str, line: u32) -> Place {
    Place {
        file: file.to_owned(),
        line,
    }
}
