//! The records of a file, decoded.

use crate::schema::{
    Body, Constructor, Definition, Exception, Function, Import, Methods, Settings, Stub, TypeExpr,
};
use crate::schema::{Reader, VERSION};
use crate::{Error, Interface, Options, model, object, write};
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

/// The first bytes of a record.
const MAGIC: &[u8; 8] = b"Bactrian";

/// How many bytes stand before a record's fields.
const HEAD: usize = 24;

/// The C symbols that closures need: what registers the OCaml functions, and where they are; what their
/// blocks are known by; what calls a closure of one to eight arguments, in native code and in bytecode.
/// They have the same names in every library of the same version, which is the number, and are weak.
const CLOSURES: [&str; 15] = [
    "bactrian2_functions",
    "bactrian2_identifiers",
    "bactrian2_register_functions",
    "bactrian2_apply1",
    "bactrian2_apply2",
    "bactrian2_apply3",
    "bactrian2_apply4",
    "bactrian2_apply5",
    "bactrian2_apply5_bytecode",
    "bactrian2_apply6",
    "bactrian2_apply6_bytecode",
    "bactrian2_apply7",
    "bactrian2_apply7_bytecode",
    "bactrian2_apply8",
    "bactrian2_apply8_bytecode",
];

/// The records that the macros of `bactrian` left in a compiled file.
///
/// ```no_run
/// use bactrian_build::{Interface, Options, Records};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let path = "target/release/libtextkit.a".as_ref();
/// let records = Records::read(path)?;
/// let Interface { ml, mli } = records.interface(&Options::new("textkit"))?;
/// println!("(* {} C symbols *)\n{ml}", records.symbols().count());
///
/// // The same from what is in the file:
/// assert_eq!(Records::parse(&std::fs::read(path)?)?, records);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    pub(crate) functions: Vec<Function>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) imports: Vec<Import>,
    pub(crate) methods: Vec<Methods>,
    pub(crate) settings: Vec<Settings>,
    pub(crate) stubs: Vec<Stub>,
}

impl Records {
    /// Reads an object file, a static library (`.a`, `.lib`, `.rlib`) or a dynamic one (`.so`,
    /// `.dylib`, `.dll`) for ELF, Mach-O or Windows.
    pub fn read(path: &Path) -> Result<Records, Error> {
        let bytes = std::fs::read(path).map_err(|error| {
            let message = format!("cannot read `{}`: {error}", path.display());
            if error.kind() == std::io::ErrorKind::NotFound {
                Error::new(message).help("build the crate first: `cargo build --release`")
            } else {
                Error::new(message)
            }
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Records::parse_in(&bytes, Some(folder))
            .map_err(|error| error.within(&format!("`{}`", path.display())))
    }

    /// As [`read`](Records::read), from what is in such a file. A thin archive has nothing in it but
    /// the names of other files, so it cannot be read this way.
    pub fn parse(bytes: &[u8]) -> Result<Records, Error> {
        Records::parse_in(bytes, None)
    }

    fn parse_in(bytes: &[u8], folder: Option<&Path>) -> Result<Records, Error> {
        let found = object::find(bytes, folder)?;
        Records::of_sections(&found.sections)?.ok_or_else(|| found.nothing())
    }

    /// The records of these sections, if there is any.
    fn of_sections(sections: &[Vec<u8>]) -> Result<Option<Records>, Error> {
        let mut records = Records::default();
        // A library can hold the same object twice, and so can a file for several processors.
        let mut seen = HashSet::new();
        let mut any = false;
        for section in sections {
            for (head, body) in split(section)? {
                any = true;
                if seen.insert((head, body)) {
                    records.add(head, body)?;
                }
            }
        }
        Ok(any.then_some(records))
    }

    /// The records of a section.
    #[cfg(fuzzing)]
    pub(crate) fn parse_section(bytes: &[u8]) -> Result<Records, Error> {
        Records::of_sections(&[bytes.to_vec()]).map(Option::unwrap_or_default)
    }

    fn add(&mut self, head: Head, body: &[u8]) -> Result<(), Error> {
        let reader = &mut Reader::new(body);
        let read = match head.record {
            Function::NUMBER => reader.all().map(|it| self.functions.push(it)),
            Definition::NUMBER => reader.all().map(|it| self.definitions.push(it)),
            Exception::NUMBER => reader.all().map(|it| self.exceptions.push(it)),
            Import::NUMBER => reader.all().map(|it| self.imports.push(it)),
            Methods::NUMBER => reader.all().map(|it| self.methods.push(it)),
            Settings::NUMBER => reader.all().map(|it| self.settings.push(it)),
            Stub::NUMBER => reader.all().map(|it| self.stubs.push(it)),
            other => Err(format!("no record has the number {other}")),
        };
        read.map_err(|what| damaged(&what))
    }

    /// Every C symbol that is to be global, once: stubs for native code and for bytecode, printers of
    /// exceptions, what closures need.
    pub fn symbols(&self) -> impl Iterator<Item = &str> {
        let stubs = self
            .functions
            .iter()
            .flat_map(|function| [&function.native, &function.bytecode]);
        let printers = self.exceptions.iter().map(|exception| &exception.printer);
        let by_hand = self.stubs.iter().map(|stub| &stub.symbol);
        // What is written by hand may make closures, too.
        let closures = self.makes_closures() || !self.stubs.is_empty();
        let symbols: BTreeSet<&str> = stubs
            .chain(printers)
            .chain(by_hand)
            .map(String::as_str)
            .chain(CLOSURES.into_iter().filter(|_| closures))
            .filter(|symbol| !symbol.is_empty())
            .collect();
        symbols.into_iter()
    }

    /// Whether some function type stands where Rust makes the value: it may be a closure, for which
    /// the interface has to have the OCaml code.
    pub(crate) fn makes_closures(&self) -> bool {
        let made = |constructor: &Constructor| {
            let fields = constructor.fields.iter().map(|field| &field.of);
            constructor.arguments.iter().chain(fields).any(makes)
        };
        self.functions.iter().any(|function| {
            makes(&function.result) || function.parameters.iter().any(|it| takes(&it.of))
        }) || self
            .imports
            .iter()
            .any(|import| takes(&import.result) || import.parameters.iter().any(|it| makes(&it.of)))
            || self.exceptions.iter().any(|it| made(&it.constructor))
            || self
                .definitions
                .iter()
                .any(|definition| match &definition.body {
                    Body::Abstract => false,
                    Body::Alias(of) => makes(of),
                    Body::Record(fields) => fields.iter().any(|field| makes(&field.of)),
                    Body::Variant(all) | Body::Polymorphic(all) => all.iter().any(made),
                })
    }

    /// Writes the OCaml module.
    ///
    /// The text depends on the records only, not on their order or on the machine.
    pub fn interface(&self, options: &Options) -> Result<Interface, Error> {
        let model = model::Model::new(self, options)?;
        Ok(Interface {
            ml: write::implementation(&model),
            mli: write::interface(&model),
        })
    }
}

/// Whether Rust, where it makes a value of this type, may make a function.
fn makes(of: &TypeExpr) -> bool {
    match of {
        TypeExpr::Function(..) => true,
        // A function, too.
        TypeExpr::Name(name, _) if name.as_str() == "Seq.t" => true,
        TypeExpr::Name(_, parts) | TypeExpr::Derived(_, _, parts) | TypeExpr::Tuple(parts) => {
            parts.iter().any(makes)
        }
        TypeExpr::Variable(_) => false,
    }
}

/// Whether Rust, where it takes a value of this type, may make a function: to call what it took.
fn takes(of: &TypeExpr) -> bool {
    match of {
        // One that raises again what computing the value has raised.
        TypeExpr::Name(name, _) if name.as_str() == "Lazy.t" => true,
        TypeExpr::Function(arguments, result) => arguments.iter().any(makes) || takes(result),
        TypeExpr::Name(_, parts) | TypeExpr::Derived(_, _, parts) | TypeExpr::Tuple(parts) => {
            parts.iter().any(takes)
        }
        TypeExpr::Variable(_) => false,
    }
}

/// What stands before a record's fields, without the lengths.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Head {
    record: u32,
}

/// The records in a section. A linker may leave zeros between them.
fn split(mut section: &[u8]) -> Result<Vec<(Head, &[u8])>, Error> {
    let mut records = Vec::new();
    loop {
        let padding = section.iter().take_while(|&&byte| byte == 0).count();
        section = &section[padding..];
        if section.is_empty() {
            return Ok(records);
        }
        let Some((head, rest)) = section.split_first_chunk::<HEAD>() else {
            return Err(damaged("it ends within the head of a record"));
        };
        if !head.starts_with(MAGIC) {
            return Err(damaged("something stands where a record should begin"));
        }
        let short = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let long =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let version = short(8);
        if version != VERSION {
            return Err(other_version(version, [short(10), short(12), short(14)]));
        }
        let length = long(20) as usize;
        let Some((body, rest)) = rest.split_at_checked(length) else {
            return Err(damaged("it ends within a record"));
        };
        records.push((Head { record: long(16) }, body));
        section = rest;
    }
}

fn damaged(what: &str) -> Error {
    Error::new(format!("the records of `bactrian` are damaged: {what}"))
        .help("build again from nothing: `cargo clean`, then `cargo build --release`")
}

fn other_version(schema: u16, [major, minor, patch]: [u16; 3]) -> Error {
    let own = env!("CARGO_PKG_VERSION");
    let theirs = format!("{major}.{minor}.{patch}");
    let relation = if schema > VERSION { "newer" } else { "older" };
    let error = Error::new(format!(
        "the records were written by `bactrian` {theirs}, whose schema {schema} is {relation} than \
         the schema {VERSION} of this `bactrian-build` {own}"
    ));
    if theirs == own {
        // Two states of one development version.
        error.help(
            "build both from the same source: `cargo clean`, then build the crate and \
             `cargo-bactrian` again",
        )
    } else if schema > VERSION {
        error
            .help(format!(
                "update the generator: `cargo install bactrian-build --version {theirs} --force`"
            ))
            .help(format!(
                "or, where the workspace has it as a dependency: \
                 `cargo update -p bactrian-build --precise {theirs}`"
            ))
    } else {
        error
            .help(format!(
                "update the crate: `cargo update -p bactrian --precise {own}`, and build it again"
            ))
            .help(
                "if two versions of `bactrian` are in use, `cargo tree -i bactrian` shows by whom",
            )
    }
}

#[cfg(test)]
mod tests;
