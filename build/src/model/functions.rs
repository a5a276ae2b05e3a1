//! Functions, checked: their labels, their types by hand, how numbers are passed.

use super::{Function, Model, ModuleId, Owner, Type};
use crate::schema::{self, Label, Parameter, Passing, TypeExpr};
use crate::sig::Sig;
use crate::{Error, names};
use std::collections::BTreeSet;

impl Model {
    /// The module of a function: that of its methods, if it is one.
    pub(super) fn home_of(&self, record: &schema::Function) -> ModuleId {
        let methods = record.owner.first().and_then(|owner| {
            self.methods
                .get(&(record.module.clone(), Owner::of(owner)))
                .copied()
        });
        methods.unwrap_or(self.by_path[&record.module])
    }

    pub(super) fn function(
        &self,
        record: &schema::Function,
        home: ModuleId,
    ) -> Result<Function, Error> {
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
}

/// What `#[sig]` says, if its arity is that of the function.
pub fn sig(text: &str, parameters: usize) -> Result<Option<Sig>, Error> {
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
pub fn labelled(
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
