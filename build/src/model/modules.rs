//! Rust modules and `#[methods]` as OCaml modules.

use super::{Key, Model, Module, ModuleId, Owner, Place, TOP};
use crate::schema::Settings;
use crate::{Error, Records, names};
use std::collections::HashMap;

/// What stands first in a module, what next: its own items, modules, what is for Rust, checks.
pub const OWN: u8 = 1;
pub const MODULES: u8 = 2;
pub const IMPORTS: u8 = 3;
pub const CHECKS: u8 = 4;

impl Model {
    /// Makes the modules that there are records for.
    pub fn add_modules(&mut self, records: &Records) -> Result<(), Error> {
        let settings = settings(&records.settings)?;
        let own = settings.get(self.crate_name.as_str());
        self.modules.push(Module {
            parent: None,
            name: String::new(),
            rust: self.crate_name.clone(),
            doc: own.map_or(String::new(), |settings| settings.doc.clone()),
            labels: own.is_some_and(|settings| settings.labels),
            place: own.map(|settings| place(settings)),
            key: key(OWN, "", 0, ""),
            types: Default::default(),
            children: Default::default(),
            contents: Vec::new(),
        });
        if let Some(own) = own
            && (own.flatten || !own.name.is_empty())
        {
            return Err(Error::new(format!(
                "the root module of `{}` is the top level of the OCaml file: it has no module around \
                 it, and its name is that of the file",
                self.crate_name
            ))
            .at(&own.file, own.line)
            .help("take `flatten` and `name` out of this `interface!`"));
        }
        self.by_path.insert(self.crate_name.clone(), TOP);

        let functions = records.functions.iter().map(|it| &it.module);
        let definitions = records.definitions.iter().map(|it| &it.module);
        let exceptions = records.exceptions.iter().map(|it| &it.module);
        let imports = records.imports.iter().map(|it| &it.module);
        let methods = records.methods.iter().map(|it| &it.module);
        let mut paths: Vec<&String> = functions
            .chain(definitions)
            .chain(exceptions)
            .chain(imports)
            .chain(methods)
            .collect();
        paths.sort();
        paths.dedup();
        for path in paths {
            self.module(path, &settings)?;
        }
        let mut methods: Vec<_> = records.methods.iter().collect();
        methods.sort_by_key(|it| (&it.module, it.line, &it.name));
        for record in methods {
            let around = self.by_path[&record.module];
            let owner = (record.module.clone(), Owner::of(&record.owner));
            if let Some(&known) = self.methods.get(&owner) {
                let known = &mut self.modules[known];
                if known.name != record.name {
                    return Err(Error::new(format!(
                        "the methods of one type are in the OCaml modules `{}` and `{}`",
                        known.name, record.name
                    ))
                    .at_places(known.place.as_ref(), &record.file, record.line)
                    .help("give both the same `#[methods(name = \"...\")]`"));
                }
                // Several `impl` blocks: their documentation stands together.
                if known.doc.is_empty() {
                    known.doc.clone_from(&record.doc);
                } else if !record.doc.is_empty() {
                    known.doc = format!("{}\n\n{}", known.doc, record.doc);
                }
                continue;
            }
            let id = self.insert(
                around,
                Module {
                    parent: Some(around),
                    name: record.name.clone(),
                    rust: format!("the methods of `{}`", record.owner.rust_name()),
                    doc: record.doc.clone(),
                    labels: self.modules[around].labels,
                    place: Some(Place {
                        file: record.file.clone(),
                        line: record.line,
                    }),
                    key: key(OWN, &record.module, record.line, &record.name),
                    types: Default::default(),
                    children: Default::default(),
                    contents: Vec::new(),
                },
            )?;
            self.methods.insert(owner, id);
        }
        Ok(())
    }

    /// The module for a Rust path, made if there is none yet.
    fn module(
        &mut self,
        path: &str,
        settings: &HashMap<&str, &Settings>,
    ) -> Result<ModuleId, Error> {
        if let Some(&known) = self.by_path.get(path) {
            return Ok(known);
        }
        let (around, last) = match path.rsplit_once("::") {
            Some((around, last)) => (self.module(around, settings)?, last),
            None => (TOP, path),
        };
        let said = settings.get(path);
        let id = if said.is_some_and(|said| said.flatten) {
            around
        } else {
            let given = said
                .map(|said| said.name.as_str())
                .filter(|name| !name.is_empty());
            let name = match given {
                Some(given) => names::is_uppercase(given).then(|| given.to_owned()),
                None => names::module(last),
            };
            let Some(name) = name else {
                let mut error = Error::new(format!(
                    "the Rust module `{path}` has no name that OCaml could use: `{}`",
                    given.unwrap_or(last)
                ));
                if let Some(said) = said {
                    error = error.at(&said.file, said.line);
                }
                return Err(error.help(
                    "say in that module how OCaml shall call it: \
                     `bactrian::interface!(name = \"Other_name\")`",
                ));
            };
            self.insert(
                around,
                Module {
                    parent: Some(around),
                    key: key(MODULES, "", 0, &name),
                    name,
                    rust: format!("the Rust module `{path}`"),
                    doc: said.map_or(String::new(), |said| said.doc.clone()),
                    labels: self.modules[around].labels || said.is_some_and(|said| said.labels),
                    place: said.map(|said| place(said)),
                    types: Default::default(),
                    children: Default::default(),
                    contents: Vec::new(),
                },
            )?
        };
        self.by_path.insert(path.to_owned(), id);
        Ok(id)
    }

    fn insert(&mut self, around: ModuleId, module: Module) -> Result<ModuleId, Error> {
        let ours = match module.name.as_str() {
            "Stdlib" => Some("OCaml's standard library"),
            "Bactrian" if around == TOP => Some("what Rust needs by itself"),
            "Register" => Some("what OCaml registers for Rust"),
            _ => None,
        };
        let error = if let Some(ours) = ours {
            Error::new(format!(
                "the OCaml module `{}` would be both {} and {ours}",
                module.name, module.rust
            ))
        } else if let Some(&other) = self.modules[around].children.get(&module.name) {
            let other = &self.modules[other];
            let error = Error::new(format!(
                "the OCaml module `{}` would be both {} and {}",
                module.name, other.rust, module.rust
            ));
            match &other.place {
                Some(place) => error.at(&place.file, place.line),
                None => error,
            }
        } else {
            let id = self.modules.len();
            self.modules[around]
                .children
                .insert(module.name.clone(), id);
            self.modules.push(module);
            return Ok(id);
        };
        let error = match &module.place {
            Some(place) => error.at(&place.file, place.line),
            None => error,
        };
        Err(error.help(
            "give one of them another name: `bactrian::interface!(name = \"Other_name\")` in a \
             Rust module, `#[methods(name = \"Other_name\")]` for methods; or let what is in the Rust \
             module belong to the one around it: `bactrian::interface!(flatten)`",
        ))
    }
}

impl Error {
    fn at_places(self, first: Option<&Place>, file: &str, line: u32) -> Error {
        match first {
            Some(place) => self.at(&place.file, place.line),
            None => self,
        }
        .at(file, line)
    }
}

pub fn key(rank: u8, module: &str, line: u32, name: &str) -> Key {
    Key {
        rank,
        module: module.to_owned(),
        line,
        name: name.to_owned(),
    }
}

fn place(settings: &Settings) -> Place {
    Place {
        file: settings.file.clone(),
        line: settings.line,
    }
}

/// What `interface!` says, by the Rust module.
fn settings(all: &[Settings]) -> Result<HashMap<&str, &Settings>, Error> {
    let mut by_module: HashMap<&str, &Settings> = HashMap::new();
    for settings in all {
        if let Some(other) = by_module.insert(&settings.module, settings) {
            return Err(Error::new(format!(
                "the Rust module `{}` has two `interface!`",
                settings.module
            ))
            .at(&other.file, other.line)
            .at(&settings.file, settings.line)
            .help("write what both say into one"));
        }
    }
    Ok(by_module)
}
