//! What there is of OCaml. `ocaml/satisfy.ml` is written from this by `cargo bactrian generate`.

use bactrian::{Custom, FromValue, ToValue};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

bactrian::interface!(flatten);

/// A formula: all its clauses are to be true.
#[derive(Clone, Debug, PartialEq, Eq, FromValue, ToValue)]
pub struct Formula {
    pub variables: usize,
    /// Of each clause one literal is to be true: a variable from 1, or its negation, from -1.
    pub clauses: Vec<Vec<isize>>,
}

/// What the solver has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromValue, ToValue)]
pub struct Statistics {
    /// Variables that it guessed.
    pub decisions: usize,
    /// Literals whose consequences it looked at.
    pub propagations: usize,
    /// Guesses that came to nothing.
    pub conflicts: usize,
    /// Clauses that it learnt from them.
    pub learnt: usize,
    /// How often it gave up all guesses.
    pub restarts: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, FromValue, ToValue)]
pub enum Answer {
    /// With these values of the variables.
    Satisfiable(Vec<bool>),
    Unsatisfiable,
    /// The observer did not want to wait.
    Stopped,
}

#[derive(Clone, Debug, PartialEq, Eq, FromValue, ToValue)]
pub struct Outcome {
    pub answer: Answer,
    pub statistics: Statistics,
}

/// What is wrong with a formula.
#[derive(Clone, Debug, PartialEq, Eq, bactrian::Exception)]
#[ocaml(rename_all = "snake_case")]
pub enum FormulaError {
    /// A text that is no formula, and where; both count from 1.
    Syntax {
        line: usize,
        column: usize,
        message: String,
    },
    /// A literal of a clause, from 0, that is no variable's.
    OutOfRange { clause: usize, literal: isize },
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormulaError::Syntax {
                line,
                column,
                message,
            } => write!(f, "{line}:{column}: {message}"),
            FormulaError::OutOfRange { clause, literal } => {
                write!(f, "clause {clause} has {literal}, which is no variable's")
            }
        }
    }
}

impl std::error::Error for FormulaError {}

type Tell = dyn FnMut(&Statistics) -> bool + Send;

/// Someone to whom OCaml tells how it goes. OCaml's collector owns it, and drops it some time: what it
/// holds is gone before, at its end.
#[derive(Custom)]
pub struct Observer(Mutex<Option<Box<Tell>>>);

#[bactrian::methods]
impl Observer {
    #[ocaml(skip)]
    pub fn new(tell: impl FnMut(&Statistics) -> bool + Send + 'static) -> Observer {
        Observer(Mutex::new(Some(Box::new(tell))))
    }

    /// Whether to go on.
    pub fn tell(&self, statistics: Statistics) -> bool {
        let mut tell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tell.as_mut().is_none_or(|tell| tell(&statistics))
    }

    /// It is told nothing any more.
    #[ocaml(skip)]
    pub fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

bactrian::import! {
    /// Reads the DIMACS format.
    pub fn parse_dimacs(text: &str) -> Formula;
    pub fn solve_formula(formula: &Formula, #[label] observer: Arc<Observer>) -> Outcome;
}
