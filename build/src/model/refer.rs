//! How a type is called from where.

use super::{Item, Kind, Model, ModuleId, TypeId};
use crate::names;
use crate::sig::{self, Piece};

/// What a name leads to, and so what has to stand before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The definition of the type.
    Define,
    /// The same type again, in its module.
    Again,
}

impl Model {
    /// How the item calls the type; none if it cannot where the type is now.
    pub fn view(&self, item: &Item, id: TypeId) -> Option<(String, Target)> {
        let ty = &self.types[id];
        let scope = item.scope;
        let Some(home) = ty.home else {
            return Some((self.foreign(scope, &ty.name), Target::Define));
        };
        let Some((hoist, unique)) = &ty.hoisted else {
            let path = self.visible(scope, home, &ty.name)?;
            return Some((path, Target::Define));
        };
        // The name of its module is nicer, and safe where it cannot lead into a circle: from what
        // nothing depends on, and from definitions in the module that it was hoisted out of.
        let within = self.is_within(scope, home);
        let nicer = match item.kind {
            Kind::Again(_) => false,
            Kind::Define(_) => within && *hoist != home,
            _ => within || self.is_within(home, scope),
        };
        if nicer && let Some(path) = self.visible(scope, home, &ty.name) {
            return Some((path, Target::Again));
        }
        self.is_within(scope, *hoist)
            .then(|| (unique.clone(), Target::Define))
    }

    /// The path to something of `home` as `from` sees it, unless something else hides it.
    fn visible(&self, from: ModuleId, home: ModuleId, name: &str) -> Option<String> {
        let path = self.relative(from, home, name);
        let common = self.common(from, home);
        let head = path.split('.').next().unwrap_or_default();
        let hidden = self
            .and_around(from)
            .take_while(|&around| around != common)
            .any(|around| {
                let module = &self.modules[around];
                if head == path {
                    module.types.contains(head)
                } else {
                    module.children.contains_key(head)
                }
            });
        (!hidden).then_some(path)
    }

    /// The path to something of `home` from `from`.
    pub fn relative(&self, from: ModuleId, home: ModuleId, name: &str) -> String {
        let common = self.common(from, home);
        let mut path: Vec<&str> = self
            .and_around(home)
            .take_while(|&around| around != common)
            .map(|around| self.modules[around].name.as_str())
            .collect();
        path.reverse();
        path.push(name);
        path.join(".")
    }

    /// The type that OCaml would find under a name written by hand.
    pub fn type_named(&self, from: ModuleId, path: &str) -> Option<TypeId> {
        let mut modules: Vec<&str> = path.split('.').collect();
        let name = modules.pop()?;
        self.and_around(from).find_map(|around| {
            let home = modules.iter().try_fold(around, |at, name| {
                self.modules[at].children.get(*name).copied()
            })?;
            self.types
                .iter()
                .position(|ty| ty.home == Some(home) && ty.name == name)
        })
    }

    /// The name of a type that is not of a derive, as it can be said in a module. It may be more than a
    /// path: `Map.Make(String).t`, `< size : int >`.
    pub fn foreign(&self, from: ModuleId, name: &str) -> String {
        let pieces = sig::pieces(name).into_iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Name(path) => self.foreign_path(from, path),
        });
        pieces.collect()
    }

    fn foreign_path(&self, from: ModuleId, path: String) -> String {
        let head = path.split('.').next().unwrap_or(&path);
        if names::is_stdlib(head) && self.has_module(head) {
            return format!("Stdlib.{path}");
        }
        match names::predefined(&path) {
            Some(qualified) if self.defines_type(from, &path) => qualified.to_owned(),
            _ => path,
        }
    }

    /// Whether a module of the interface has the name.
    pub fn has_module(&self, name: &str) -> bool {
        self.modules.iter().any(|module| module.name == name)
    }

    fn defines_type(&self, from: ModuleId, name: &str) -> bool {
        self.and_around(from)
            .any(|around| self.modules[around].types.contains(name))
    }
}

impl Item {
    /// The module that names written by hand are meant in.
    pub fn written_in(&self, model: &Model) -> ModuleId {
        match self.kind {
            Kind::Define(id) | Kind::Again(id) => model.types[id].home.unwrap_or(self.scope),
            _ => self.scope,
        }
    }
}
