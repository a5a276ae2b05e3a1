// What a record holds. Two crates have this file: `bactrian` writes the records, `bactrian-build`
// (through a symbolic link) reads them. Each brings a macro `schema!` of its own that makes types
// and functions of it, so the two cannot disagree.
//
// A record is
//
// | bytes | |
// |---|---|
// | 8 | `MAGIC` |
// | 2 | the version of this schema |
// | 6 | the version of `bactrian` that wrote it: three numbers |
// | 4 | which record: the number after `=` |
// | 4 | how many bytes follow |
// | | the fields, in their order |
//
// All numbers are little-endian. A `text` and a `[T]` are a count of 4 bytes and what they hold, a
// `number` has 4 bytes, a `flag` and the number of an enum's variant have one; `(T)` and `(box T)` are one `T`.
//
// Whoever changes anything here counts the version up, and runs the test that says so.

schema! {
    version = 2;

    /// A function that OCaml can call.
    record Function = 1 {
        /// The Rust module, `mycrate::people`.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// The documentation comment.
        doc: text,
        /// What OCaml calls it.
        name: text,
        /// The type whose `#[methods]` it is one of.
        owner: [TypeExpr],
        /// Symbol of the stub for native code.
        native: text,
        /// Symbol of the stub for bytecode; the same, if one serves both.
        bytecode: text,
        /// What it takes; none for unit.
        parameters: [Parameter],
        /// What it returns, without what it raises.
        result: (TypeExpr),
        /// How the result is passed to native code.
        passing: (Passing),
        /// `[@@noalloc]`.
        noalloc: flag,
        /// Whether parameters are labelled that do not say it.
        labels: flag,
        /// The OCaml type, given by hand.
        sig: text,
        /// The exceptions that its errors become: predefined ones, and others by the name that they
        /// are registered under. `*` stands for those of OCaml's that its documentation names.
        raises: [Name],
    }

    /// A parameter of a function.
    struct Parameter {
        /// What Rust calls it; empty if it is a pattern.
        name: text,
        /// Whether it has a label.
        label: (Label),
        /// Its OCaml type; of one that is optional, without the `option`.
        of: (TypeExpr),
        /// How it is passed to native code.
        passing: (Passing),
    }

    /// Whether a parameter has a label.
    enum Label {
        /// It has none.
        Positional = 0,
        /// `name:type`
        Labelled = 1,
        /// `?name:type`
        Optional = 2,
    }

    /// How native code passes an argument or result.
    enum Passing {
        /// As an OCaml value.
        Value = 0,
        /// `[@unboxed]`
        Unboxed = 1,
        /// `[@untagged]`
        Untagged = 2,
    }

    /// A type that a derive knows, in one direction.
    record Definition = 2 {
        /// The Rust module.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// The documentation comment.
        doc: text,
        /// What Rust calls it.
        rust: text,
        /// What OCaml calls it. With modules, `Geo.Point.t`, it is a type that exists.
        name: text,
        /// The derive: `FromValue`, `ToValue`.
        derive: text,
        /// Names of its type parameters, without the `'`.
        parameters: [Name],
        /// What it is.
        body: (Body),
        /// `[@@unboxed]`
        unboxed: flag,
        /// What stands after `[@@deriving`.
        deriving: text,
        /// The right-hand side, given by hand.
        sig: text,
    }

    /// A name.
    struct Name {
        /// The name.
        name: text,
    }

    /// What a type is.
    enum Body {
        /// Nothing is known of it.
        Abstract = 0,
        /// Another type.
        Alias(of: (TypeExpr)) = 1,
        /// `{ x : t; ... }`
        Record(fields: [Field]) = 2,
        /// `A | B of t | ...`
        Variant(constructors: [Constructor]) = 3,
        /// `` [ `A | `B of t | ... ] ``
        Polymorphic(tags: [Constructor]) = 4,
    }

    /// A field of a record.
    struct Field {
        /// Its name.
        name: text,
        /// The documentation comment.
        doc: text,
        /// Whether it is `mutable`.
        mutable: flag,
        /// Its type.
        of: (TypeExpr),
    }

    /// A constructor of a variant, a tag of a polymorphic one, or an exception.
    struct Constructor {
        /// Its name; empty for the tags that `arguments` inherits.
        name: text,
        /// The documentation comment.
        doc: text,
        /// Its arguments. Those of a tag are one tuple.
        arguments: [TypeExpr],
        /// The fields of its inline record.
        fields: [Field],
    }

    /// An exception.
    record Exception = 3 {
        /// The Rust module.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// What Rust calls the type that it is one of.
        rust: text,
        /// The name that it is registered under.
        registered: text,
        /// Symbol of a stub, `exn -> string option`, with the message that Rust has for it.
        printer: text,
        /// The exception.
        constructor: (Constructor),
    }

    /// An OCaml function that Rust calls by its name.
    record Import = 4 {
        /// The Rust module.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// The documentation comment.
        doc: text,
        /// What OCaml calls it.
        name: text,
        /// The name that it is registered under.
        registered: text,
        /// What it takes; none for unit.
        parameters: [Parameter],
        /// What it returns.
        result: (TypeExpr),
        /// The OCaml type, given by hand.
        sig: text,
    }

    /// The functions of a type make a module.
    record Methods = 5 {
        /// The Rust module.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// The documentation comment.
        doc: text,
        /// The OCaml module's name.
        name: text,
        /// The type.
        owner: (TypeExpr),
    }

    /// What `interface!` says of a Rust module.
    record Settings = 6 {
        /// The Rust module.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// Documentation of the OCaml module.
        doc: text,
        /// The OCaml module's name; empty for that of the Rust module.
        name: text,
        /// Whether what is in it belongs to the module around it.
        flatten: flag,
        /// Whether the parameters of all functions are labelled.
        labels: flag,
    }

    /// A stub whose `external` is written by hand: `#[native_func]`, `#[bytecode_func]`.
    record Stub = 7 {
        /// The Rust module.
        module: text,
        /// The Rust source file.
        file: text,
        /// The line in it.
        line: number,
        /// The symbol.
        symbol: text,
    }

    /// An OCaml type expression, known at compile time.
    ///
    /// The `TYPE` of `FromValue` and `ToValue`: error messages and the generated interface are
    /// written from it, so it cannot disagree with the conversion. `TypeExpr::named` is the way to
    /// make one by hand.
    enum TypeExpr {
        /// A type constructor and its parameters: `int`, `string list`, `(int, string) result`.
        Name(name: text, parameters: [TypeExpr]) = 0,
        /// `a * b`.
        Tuple(parts: [TypeExpr]) = 1,
        /// `a -> b -> result`.
        Function(arguments: [TypeExpr], result: (box TypeExpr)) = 2,
        /// `'a`.
        Variable(name: text) = 3,
        /// A type of a derive: the Rust module where it is defined, its OCaml name, its parameters.
        Derived(module: text, name: text, parameters: [TypeExpr]) = 4,
    }
}
