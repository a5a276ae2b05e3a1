//! What the interface says: the records, checked, put into modules and into an order.

mod check;
mod compare;
mod functions;
mod items;
mod modules;
mod order;
mod refer;
mod types;

use crate::schema::{Body, Constructor, Import, Parameter, TypeExpr};
use crate::sig::Sig;
use crate::{Error, Options, Records};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The number of a module; that of the top level is 0.
pub type ModuleId = usize;
/// The number of a type.
pub type TypeId = usize;
/// The number of an item.
pub type ItemId = usize;

/// The top level of the file.
pub const TOP: ModuleId = 0;

/// What the interface says.
#[derive(Debug)]
pub struct Model {
    /// The Rust crate of the top level.
    pub crate_name: String,
    /// Modules, the top level first.
    pub modules: Vec<Module>,
    /// Types that derives know.
    pub types: Vec<Type>,
    /// All that is in modules, but for modules.
    pub items: Vec<Item>,
    /// Names that the exception for panics is registered under; none if nothing can panic.
    pub panics: Vec<String>,
    /// Whether Rust makes functions.
    pub closures: bool,
    by_identity: HashMap<(String, String), TypeId>,
    /// The path of a Rust module and the number of what it is in OCaml.
    by_path: HashMap<String, ModuleId>,
    /// The modules of `#[methods]`, by the Rust module and the description of the type.
    methods: HashMap<(String, Owner), ModuleId>,
    /// Exceptions, by the name that they are registered under.
    exceptions: BTreeMap<String, (ModuleId, String, String)>,
}

/// A place in the Rust source.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line in it.
    pub line: u32,
}

/// A module of OCaml's.
#[derive(Debug)]
pub struct Module {
    pub parent: Option<ModuleId>,
    pub name: String,
    /// What it is in Rust, for messages.
    pub rust: String,
    pub doc: String,
    /// Whether all functions in it have labels.
    pub labels: bool,
    pub place: Option<Place>,
    key: Key,
    /// Names of the types in it.
    types: BTreeSet<String>,
    /// Names of the modules in it.
    children: BTreeMap<String, ModuleId>,
    /// What is in it, in its order.
    pub contents: Vec<Entry>,
}

/// What stands in a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An item, or types that need each other.
    Items(Vec<ItemId>),
    /// A module.
    Module(ModuleId),
}

/// Where something stands among its like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    rank: u8,
    module: String,
    line: u32,
    name: String,
}

/// What identifies the type that methods belong to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Derived(String, String),
    Other(TypeExpr),
}

impl Owner {
    fn of(ty: &TypeExpr) -> Owner {
        match ty {
            TypeExpr::Derived(module, name, _) => Owner::Derived(module.clone(), name.clone()),
            other => Owner::Other(other.clone()),
        }
    }
}

/// A type that a derive knows.
#[derive(Debug)]
pub struct Type {
    /// What Rust calls it.
    pub rust: String,
    pub parameters: Vec<String>,
    pub body: Body,
    pub doc: String,
    pub unboxed: bool,
    pub deriving: String,
    pub sig: Option<Sig>,
    pub place: Place,
    /// Its module; none for a type that exists elsewhere.
    pub home: Option<ModuleId>,
    /// Its name there; with modules if it exists elsewhere.
    pub name: String,
    /// Where else it has to be defined, and the name there: then its home has it again.
    pub hoisted: Option<(ModuleId, String)>,
    key: Key,
}

/// Something in a module.
#[derive(Debug)]
pub struct Item {
    pub scope: ModuleId,
    pub kind: Kind,
    /// Types that it mentions.
    refs: BTreeSet<TypeId>,
    key: Key,
    /// Where it is in the Rust source, for messages.
    place: Place,
}

/// What an item is.
#[derive(Debug)]
pub enum Kind {
    /// The definition of a type.
    Define(TypeId),
    /// A hoisted type in its module.
    Again(TypeId),
    /// The `t` of methods of a type that is defined elsewhere.
    Alias {
        parameters: Vec<String>,
        of: TypeExpr,
        doc: String,
    },
    Function(Box<Function>),
    Exception(Box<Exception>),
    /// Functions of OCaml's that Rust calls.
    Imports(Vec<(Import, Option<Sig>)>),
    /// Compares a type that exists with what Rust knows of it.
    Check(TypeId),
}

impl Kind {
    /// Whether it defines a type, so that others may need it before them.
    fn defines(&self) -> bool {
        matches!(self, Kind::Define(_) | Kind::Again(_))
    }
}

/// A function that OCaml can call.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    pub doc: String,
    pub parameters: Vec<Parameter>,
    pub result: TypeExpr,
    pub result_passing: crate::schema::Passing,
    pub sig: Option<Sig>,
    pub native: String,
    pub bytecode: String,
    pub noalloc: bool,
    /// Exceptions: the path in OCaml, and the documentation of the exception itself.
    pub raises: Vec<(String, String)>,
    /// The name of a type for a result that is a function.
    pub result_type: Option<String>,
}

/// An exception.
#[derive(Debug)]
pub struct Exception {
    pub constructor: Constructor,
    pub registered: String,
    pub printer: String,
}

impl Model {
    /// Checks the records and puts them into modules and an order.
    pub fn new(records: &Records, options: &Options) -> Result<Model, Error> {
        let mut model = Model {
            crate_name: options.crate_name.clone(),
            modules: Vec::new(),
            types: Vec::new(),
            items: Vec::new(),
            panics: Vec::new(),
            closures: records.makes_closures(),
            by_identity: HashMap::new(),
            by_path: HashMap::new(),
            methods: HashMap::new(),
            exceptions: BTreeMap::new(),
        };
        model.add_modules(records)?;
        model.add_types(records)?;
        model.add_items(records)?;
        model.check()?;
        model.arrange()?;
        model.name_exceptions();
        Ok(model)
    }

    /// The type with an identity.
    pub fn type_by(&self, module: &str, name: &str) -> Option<TypeId> {
        self.by_identity
            .get(&(module.to_owned(), name.to_owned()))
            .copied()
    }

    /// Whether types that need each other have a field or constructor of one name, which OCaml warns
    /// of.
    pub fn repeats_names(&self) -> bool {
        let groups = self.modules.iter().flat_map(|module| &module.contents);
        groups.into_iter().any(|entry| match entry {
            Entry::Items(group) if group.len() > 1 => {
                let mut seen = BTreeSet::new();
                group.iter().any(|&item| match self.items[item].kind {
                    Kind::Define(ty) | Kind::Again(ty) => match &self.types[ty].body {
                        Body::Record(fields) => fields.iter().any(|it| !seen.insert(&it.name)),
                        Body::Variant(all) => all.iter().any(|it| !seen.insert(&it.name)),
                        _ => false,
                    },
                    _ => false,
                })
            }
            _ => false,
        })
    }

    /// Whether the module or one around it is `of`.
    fn is_within(&self, module: ModuleId, of: ModuleId) -> bool {
        self.and_around(module).any(|around| around == of)
    }

    /// The module and those around it, the top level last.
    fn and_around(&self, module: ModuleId) -> impl Iterator<Item = ModuleId> {
        std::iter::successors(Some(module), |&module| self.modules[module].parent)
    }

    /// The innermost module that both are in.
    fn common(&self, a: ModuleId, b: ModuleId) -> ModuleId {
        self.and_around(a)
            .find(|&around| self.is_within(b, around))
            .unwrap_or(TOP)
    }

    /// The module in `around` in which `module` is, or which it is.
    fn child_towards(&self, around: ModuleId, module: ModuleId) -> Option<ModuleId> {
        self.and_around(module)
            .find(|&inner| self.modules[inner].parent == Some(around))
    }

    /// Exceptions are named as the module of the function sees them.
    fn name_exceptions(&mut self) {
        for at in 0..self.items.len() {
            let scope = self.items[at].scope;
            let Kind::Function(function) = &self.items[at].kind else {
                continue;
            };
            let named: Vec<(String, String)> = function
                .raises
                .iter()
                .map(|(name, _)| match self.exceptions.get(name) {
                    Some((home, exception, doc)) => {
                        let path = self.relative(scope, *home, exception);
                        (path, doc.clone())
                    }
                    None => (name.clone(), String::new()),
                })
                .collect();
            if let Kind::Function(function) = &mut self.items[at].kind {
                function.raises = named;
            }
        }
    }
}

impl Error {
    fn at_place(self, place: &Place) -> Error {
        self.at(&place.file, place.line)
    }
}
