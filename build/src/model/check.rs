//! What can only be said when all types are known.

use super::{Item, Kind, Model, Place, TypeId};
use crate::schema::{Body, Constructor, Parameter, TypeExpr};
use crate::sig::{self, Piece, Sig};
use crate::{Error, names};
use std::collections::BTreeSet;

impl Model {
    /// Finds the types that items mention, and says what is missing.
    pub fn check(&mut self) -> Result<(), Error> {
        let mut errors = Vec::new();
        for at in 0..self.items.len() {
            match self.refs(&self.items[at]) {
                Ok(refs) => self.items[at].refs = refs,
                Err(error) => errors.push(error),
            }
        }
        for id in 0..self.types.len() {
            if let Err(error) = self.no_abbreviation_of_itself(id) {
                errors.push(error);
            }
        }
        Error::several(errors)
    }

    /// The types that an item mentions.
    fn refs(&self, item: &Item) -> Result<BTreeSet<TypeId>, Error> {
        let (user, place) = match &item.kind {
            Kind::Define(ty) | Kind::Again(ty) | Kind::Check(ty) => {
                let ty = &self.types[*ty];
                (format!("the Rust type `{}`", ty.rust), ty.place.clone())
            }
            Kind::Alias { .. } => {
                let module = &self.modules[item.scope];
                (
                    module.rust.clone(),
                    module.place.clone().unwrap_or_default(),
                )
            }
            Kind::Function(function) => (
                format!("the function `{}`", function.name),
                item.place.clone(),
            ),
            Kind::Exception(it) => (
                format!("the exception `{}`", it.constructor.name),
                item.place.clone(),
            ),
            Kind::Imports(_) => ("a function that Rust calls".to_owned(), item.place.clone()),
        };
        let mut refs = BTreeSet::new();
        let mut errors = Vec::new();
        let mut bound: Option<&[String]> = None;
        let mut exprs: Vec<&TypeExpr> = Vec::new();
        let mut sigs: Vec<&Sig> = Vec::new();
        match &item.kind {
            Kind::Define(ty) | Kind::Again(ty) | Kind::Check(ty) => {
                let ty = &self.types[*ty];
                match &ty.sig {
                    Some(sig) => sigs.push(sig),
                    None => {
                        bound = Some(&ty.parameters);
                        ty.body.each_type(&mut |it| exprs.push(it));
                    }
                }
            }
            Kind::Alias { of, .. } => exprs.push(of),
            Kind::Function(function) => match &function.sig {
                Some(sig) => sigs.push(sig),
                None => signature(&function.parameters, &function.result, &mut exprs),
            },
            Kind::Exception(it) => constructor(&it.constructor, &mut exprs, &mut bound),
            Kind::Imports(imports) => {
                for (import, sig) in imports {
                    match sig {
                        Some(sig) => sigs.push(sig),
                        None => signature(&import.parameters, &import.result, &mut exprs),
                    }
                }
            }
        }
        for expr in exprs {
            expr.each(&mut |it| match it {
                TypeExpr::Derived(module, name, parameters) => match self.type_by(module, name) {
                    Some(id) if self.types[id].parameters.len() != parameters.len() => {
                        errors.push(
                            Error::new(format!(
                                "{user} uses the type `{name}` with {} parameters, but it has {}",
                                parameters.len(),
                                self.types[id].parameters.len()
                            ))
                            .at_place(&place)
                            .help("this is a mistake in `bactrian`: please report it"),
                        );
                    }
                    Some(id) if self.types[id].home.is_none() => {
                        errors.extend(self.hidden(&self.types[id].name, &user, &place));
                    }
                    Some(id) => {
                        refs.insert(id);
                    }
                    None if name.contains('.') => errors.extend(self.hidden(name, &user, &place)),
                    None => errors.push(
                        Error::new(format!(
                            "{user} uses the type `{name}` of the Rust module `{module}`, which has \
                             left no definition"
                        ))
                        .at_place(&place)
                        .help(
                            "was the crate that derives it compiled with the same version of \
                             `bactrian`, and is it linked into this file? An `.rlib` has only what \
                             its own crate defines: read the static library",
                        )
                        .help(
                            "if OCaml has the type already, say so where it is derived: \
                             `#[ocaml(name = \"Module.name\")]`",
                        ),
                    ),
                },
                TypeExpr::Name(name, _) => errors.extend(self.hidden(name, &user, &place)),
                TypeExpr::Variable(name) if bound.is_some_and(|bound| !bound.contains(name)) => {
                    errors.push(
                        Error::new(format!(
                            "{user} has the type variable `'{name}` in it, which is none of its \
                             parameters"
                        ))
                        .at_place(&place)
                        .help("a type must say what is in it: use a type without parameters there"),
                    );
                }
                _ => {}
            });
        }
        for sig in sigs {
            for name in sig.parts.iter().flat_map(|part| part.names()) {
                refs.extend(self.type_named(item.written_in(self), name));
            }
        }
        Error::several(errors)?;
        // A definition may mention its own type.
        Ok(refs)
    }

    /// An OCaml type of another library that a module of the interface hides.
    fn hidden(&self, name: &str, user: &str, place: &Place) -> Option<Error> {
        let heads = sig::pieces(name)
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Name(path) => Some(path.split('.').next()?.to_owned()),
                Piece::Text(_) => None,
            });
        let head = heads
            .filter(|head| !names::is_stdlib(head))
            .find(|head| self.has_module(head))?;
        Some(
            Error::new(format!(
                "{user} uses OCaml's type `{name}`, but the interface has a module `{head}` of its \
                 own, which hides the other"
            ))
            .at_place(place)
            .help(format!(
                "give the Rust module another name: `bactrian::interface!(name = \"{head}_rust\")`"
            )),
        )
    }

    /// OCaml has no abbreviations that contain themselves: `type tree = tree array`.
    fn no_abbreviation_of_itself(&self, start: TypeId) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![start];
        while let Some(id) = todo.pop() {
            let Body::Alias(of) = &self.types[id].body else {
                continue;
            };
            if self.types[id].sig.is_some() {
                continue;
            }
            let mut next = Vec::new();
            of.each(&mut |it| {
                if let TypeExpr::Derived(module, name, _) = it {
                    next.extend(self.type_by(module, name));
                }
            });
            if next.contains(&start) {
                let ty = &self.types[start];
                return Err(Error::new(format!(
                    "`{}` contains itself and is only another name for `{}` in OCaml, which does not \
                     accept that",
                    ty.rust,
                    match &ty.body {
                        Body::Alias(of) => of.plain(),
                        _ => String::new(),
                    }
                ))
                .at_place(&ty.place)
                .help(format!(
                    "give its field a name, so that it is a record: `struct {} {{ inner: ... }}`",
                    ty.rust
                )));
            }
            todo.extend(next.into_iter().filter(|&it| seen.insert(it)));
        }
        Ok(())
    }
}

fn signature<'a>(parameters: &'a [Parameter], result: &'a TypeExpr, exprs: &mut Vec<&'a TypeExpr>) {
    exprs.extend(parameters.iter().map(|it| &it.of));
    exprs.push(result);
}

fn constructor<'a>(
    it: &'a Constructor,
    exprs: &mut Vec<&'a TypeExpr>,
    bound: &mut Option<&'a [String]>,
) {
    *bound = Some(&[]);
    it.each_type(&mut |ty| exprs.push(ty));
}
