//! A solver for propositional formulas: written in OCaml (`ocaml/`), used from Rust.
//!
//! ```no_run
//! use satisfy::{Answer, Formula};
//!
//! # fn main() -> Result<(), satisfy::Error> {
//! satisfy::start()?;
//! let formula = Formula { variables: 2, clauses: vec![vec![1, 2], vec![-1]] };
//! let outcome = satisfy::solve(&formula, |_| true)?;
//! assert_eq!(outcome.answer, Answer::Satisfiable(vec![false, true]));
//! # Ok(())
//! # }
//! ```
//!
//! | module | |
//! |---|---|
//! | `ocaml` | what there is of OCaml: the functions, the types, the exceptions |
//! | [`sudoku`] | a puzzle as a formula |

#![forbid(unsafe_code)]

mod error;
mod ocaml;
pub mod sudoku;

pub use error::Error;
pub use ocaml::{Answer, Formula, FormulaError, Outcome, Statistics};

use bactrian::Runtime;
use std::sync::Arc;

/// Starts OCaml, if it is not running yet. Any thread may do so, and any may solve formulas then.
pub fn start() -> Result<(), Error> {
    Ok(Runtime::init_once(std::env::args_os())?)
}

/// Reads a formula in the DIMACS format.
pub fn parse(text: &str) -> Result<Formula, Error> {
    Runtime::attach(|rt| ocaml::parse_dimacs(rt, text).map_err(|e| Error::of(rt, e)))?
}

/// Solves a formula. The observer is told now and then how it goes, and says whether to go on.
pub fn solve(
    formula: &Formula,
    observer: impl FnMut(&Statistics) -> bool + Send + 'static,
) -> Result<Outcome, Error> {
    let observer = Arc::new(ocaml::Observer::new(observer));
    let outcome = Runtime::attach(|rt| {
        ocaml::solve_formula(rt, formula, Arc::clone(&observer)).map_err(|e| Error::of(rt, e))
    })?;
    observer.end();
    outcome
}

impl Formula {
    /// Whether these values make every clause true.
    pub fn is_true(&self, values: &[bool]) -> bool {
        let is_true = |&n: &isize| values.get(n.unsigned_abs() - 1) == Some(&(n > 0));
        self.clauses.iter().all(|clause| clause.iter().any(is_true))
    }
}
