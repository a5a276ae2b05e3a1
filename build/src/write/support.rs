//! The OCaml code that Rust closures need.

use super::{Block, Sort, join};

/// Most arguments of a closure.
const MOST: usize = 8;

/// How many arguments bytecode passes one by one.
const BYTECODE_ARGUMENTS: usize = 5;

/// A module with this code alone, for programs without a generated interface.
pub fn module() -> String {
    join(&closures(str::to_owned)) + "\n"
}

/// The functions that Rust copies when it makes a closure a function of OCaml's: each calls what is
/// in place of `f` in its copy. `stdlib` says how a module of the standard library is referred to.
///
/// A function has no other value than `f`, so none may refer to a definition of the module: in bytecode
/// that would be a second one. Whoever calls it may have dropped it, and what follows its last use is not
/// kept alive by OCaml; hence the comparison after the call.
pub fn closures(stdlib: impl Fn(&str) -> String) -> Vec<Block> {
    let (object, sys) = (stdlib("Obj"), stdlib("Sys"));
    let mut blocks = vec![Block::new(
        Sort::Other,
        "(* Rust closures: a function of OCaml's is a copy of one of these. What is in place of [f] has\n   \
         to live until Rust is done: so each looks at it afterwards. [r] never is it. *)",
    )];
    let names = ["a", "b", "c", "d", "e", "g", "h", "i"];
    let mut functions = String::new();
    for arity in 1..=MOST {
        let types: String = (b'a'..)
            .take(arity)
            .map(|letter| format!("'{} -> ", char::from(letter)))
            .collect();
        let symbol = format!("bactrian2_apply{arity}");
        let symbols = if arity + 1 > BYTECODE_ARGUMENTS {
            format!("\n  = \"{symbol}_bytecode\" \"{symbol}\"")
        } else {
            format!(" = \"{symbol}\"")
        };
        blocks.push(Block::new(
            Sort::External,
            format!("external apply{arity} : {object}.t -> {types}'r{symbols}"),
        ));
        let names = names[..arity].join(" ");
        functions += &format!(
            "    {object}.repr (fun {names} ->
        let r = apply{arity} f {names} in
        if {object}.repr r == f then {object}.magic 0 else r);\n"
        );
    }
    blocks.push(Block::new(
        Sort::Other,
        format!("let[@inline never] functions f =\n  [|\n{functions}  |]"),
    ));
    blocks.push(Block::new(
        Sort::External,
        format!("external register : {object}.t array -> unit = \"bactrian2_register_functions\""),
    ));
    blocks.push(Block::new(
        Sort::Let,
        format!("let () = register (functions ({sys}.opaque_identity ({object}.repr 0xbac7)))"),
    ));
    blocks
}

#[cfg(test)]
mod tests {
    /// The feature `link` of `bactrian-sys` compiles a file of its own.
    #[test]
    fn the_module_is_that_of_bactrian_sys() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../sys/src/support.ml");
        let Ok(file) = std::fs::read_to_string(path) else {
            return; // A package alone.
        };
        assert_eq!(file, super::module());
    }
}
