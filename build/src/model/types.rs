//! The definitions of types: what the two directions say is put together.

use super::modules::{OWN, key};
use super::{Model, Owner, Place, Type};
use crate::schema::{Body, Constructor, Definition, Field, TypeExpr};
use crate::sig::Sig;
use crate::{Error, Records, names};

impl Model {
    /// Makes the types.
    pub fn add_types(&mut self, records: &Records) -> Result<(), Error> {
        let mut definitions: Vec<&Definition> = records.definitions.iter().collect();
        definitions.sort_by_key(|it| (&it.module, &it.name, it.line, &it.rust, &it.derive));
        let mut errors = Vec::new();
        for group in definitions.chunk_by(|a, b| (&a.module, &a.name) == (&b.module, &b.name)) {
            let Some((first, others)) = group.split_first() else {
                continue;
            };
            for other in others {
                if let Err(error) = super::compare::same(first, other) {
                    errors.push(error);
                }
            }
            // Both directions have the documentation, unless it was written at one only.
            let doc = group
                .iter()
                .map(|it| it.doc.as_str())
                .find(|doc| !doc.is_empty());
            match self.ty(first, doc.unwrap_or("")) {
                Ok(ty) => {
                    let id = self.types.len();
                    self.by_identity
                        .insert((first.module.clone(), first.name.clone()), id);
                    if let Some(home) = ty.home
                        && !self.modules[home].types.insert(ty.name.clone())
                    {
                        let other = self
                            .types
                            .iter()
                            .find(|other| other.home == Some(home) && other.name == ty.name);
                        let error = Error::new(format!(
                            "two types are called `{}` in one OCaml module",
                            ty.name
                        ));
                        let error = match other {
                            Some(other) => error.at_place(&other.place),
                            None => error,
                        };
                        errors.push(error.at_place(&ty.place).help(
                            "give one of them another name: `#[ocaml(name = \"other_name\")]`",
                        ));
                    }
                    self.types.push(ty);
                }
                Err(error) => errors.push(error),
            }
        }
        Error::several(errors)
    }

    fn ty(&self, definition: &Definition, doc: &str) -> Result<Type, Error> {
        let Definition {
            module,
            file,
            line,
            rust,
            name,
            ..
        } = definition;
        let place = Place {
            file: file.clone(),
            line: *line,
        };
        let exists = name.contains('.');
        if !exists && (!names::is_lowercase(name) || names::is_keyword(name)) {
            return Err(Error::new(format!(
                "the Rust type `{rust}` is `{name}` in OCaml, which cannot be the name of a type"
            ))
            .at_place(&place)
            .help("give it another name: `#[ocaml(name = \"other_name\")]`"));
        }
        let sig = match definition.sig.as_str() {
            "" => None,
            text => Some(Sig::parse(text).map_err(|what| {
                Error::new(format!("the `sig` of `{rust}` is no OCaml type: {what}"))
                    .at_place(&place)
                    .help(format!("it says: {text}"))
            })?),
        };
        let owner = Owner::Derived(module.clone(), name.clone());
        let methods = self.methods.get(&(module.clone(), owner));
        let (home, own) = match (exists, methods) {
            (true, _) => (None, name.clone()),
            (false, Some(&methods)) => (Some(methods), "t".to_owned()),
            (false, None) => (Some(self.by_path[module]), name.clone()),
        };
        Ok(Type {
            rust: rust.clone(),
            parameters: definition
                .parameters
                .iter()
                .map(|it| it.name.clone())
                .collect(),
            body: definition.body.clone(),
            doc: doc.to_owned(),
            unboxed: definition.unboxed,
            deriving: definition.deriving.clone(),
            sig,
            key: key(OWN, module, *line, name),
            place,
            home,
            name: own,
            hoisted: None,
        })
    }
}

impl Type {
    /// Whether OCaml could leave away the block around its one field, so that it has to be said that
    /// it is there.
    pub fn could_be_unboxed(&self) -> bool {
        let one = |fields: &[Field]| matches!(fields, [only] if !only.mutable);
        match &self.body {
            Body::Record(fields) => one(fields),
            Body::Variant(constructors) => match constructors.as_slice() {
                [only] => {
                    (only.arguments.len() == 1 && only.fields.is_empty())
                        || (only.arguments.is_empty() && one(&only.fields))
                }
                _ => false,
            },
            _ => false,
        }
    }
}

impl Body {
    /// Calls a function with each type in it.
    pub fn each_type<'a>(&'a self, visit: &mut impl FnMut(&'a TypeExpr)) {
        match self {
            Body::Abstract => {}
            Body::Alias(of) => visit(of),
            Body::Record(fields) => fields.iter().for_each(|field| visit(&field.of)),
            Body::Variant(all) | Body::Polymorphic(all) => {
                all.iter().for_each(|one| one.each_type(visit));
            }
        }
    }
}

impl Constructor {
    /// Calls a function with each type in it.
    pub fn each_type<'a>(&'a self, visit: &mut impl FnMut(&'a TypeExpr)) {
        self.arguments.iter().for_each(&mut *visit);
        self.fields.iter().for_each(|field| visit(&field.of));
    }
}

impl TypeExpr {
    /// Calls a function with each type in it, itself first.
    pub fn each<'a>(&'a self, visit: &mut impl FnMut(&'a TypeExpr)) {
        visit(self);
        match self {
            TypeExpr::Name(_, inner) | TypeExpr::Derived(_, _, inner) | TypeExpr::Tuple(inner) => {
                inner.iter().for_each(|one| one.each(visit));
            }
            TypeExpr::Function(arguments, result) => {
                arguments.iter().for_each(|one| one.each(visit));
                result.each(visit);
            }
            TypeExpr::Variable(_) => {}
        }
    }

    /// Its type variables, each once, in their order.
    pub fn variables(&self) -> Vec<String> {
        let mut variables = Vec::new();
        self.each(&mut |ty| {
            if let TypeExpr::Variable(name) = ty
                && !variables.contains(name)
            {
                variables.push(name.clone());
            }
        });
        variables
    }

    /// What to call it in messages.
    pub fn rust_name(&self) -> String {
        match self {
            TypeExpr::Derived(module, name, _) => format!("{name} of {module}"),
            other => other.plain(),
        }
    }

    /// As OCaml writes it, without regard to modules: for messages.
    pub fn plain(&self) -> String {
        let list = |all: &[TypeExpr], separator: &str| {
            let all: Vec<String> = all.iter().map(TypeExpr::plain).collect();
            all.join(separator)
        };
        match self {
            TypeExpr::Variable(name) => format!("'{name}"),
            TypeExpr::Name(name, all) | TypeExpr::Derived(_, name, all) => match all.as_slice() {
                [] => name.clone(),
                [only @ (TypeExpr::Tuple(_) | TypeExpr::Function(..))] => {
                    format!("({}) {name}", only.plain())
                }
                [only] => format!("{} {name}", only.plain()),
                several => format!("({}) {name}", list(several, ", ")),
            },
            TypeExpr::Tuple(all) => format!("({})", list(all, " * ")),
            TypeExpr::Function(all, result) => {
                format!("({} -> {})", list(all, " -> "), result.plain())
            }
        }
    }
}
