//! Computations that go on while others use OCaml.
//!
//! What is computed belongs to Rust: OCaml may write to its own bigarrays at any time, when it has the
//! runtime.

use std::sync::atomic::{AtomicBool, Ordering};

use bactrian::Custom;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::{ShapeError, expect, heat};

bactrian::interface!(flatten);

/// So many steps of heat that spreads over a plate, without the runtime: other threads of OCaml's go on.
///
/// The numbers are copied first; the result is Rust's array itself, which OCaml's collector frees.
#[bactrian::func(detach)]
fn spread(#[label] rate: f64, #[label] steps: usize, mut plate: Array2<f64>) -> Array2<f64> {
    let mut spare = plate.clone();
    heat::steps(&mut plate, &mut spare, rate, steps, || false);
    plate
}

/// Tells a computation to end: any thread may.
#[derive(Custom)]
pub struct Stop(AtomicBool);

#[bactrian::methods]
impl Stop {
    pub fn new() -> Stop {
        Stop(AtomicBool::new(false))
    }

    /// Ends what looks at it, and what will.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Default for Stop {
    fn default() -> Self {
        Stop::new()
    }
}

/// A plate whose numbers are Rust's: nothing is copied from one computation to the next.
///
/// While one goes on, nobody else can use the plate: `Invalid_argument`.
#[derive(Custom)]
#[ocaml(mutable, external_size = |plate| 2 * size_of_val(plate.now.as_slice().unwrap_or(&[])))]
pub struct Plate {
    now: Array2<f64>,
    spare: Array2<f64>,
    steps: usize,
}

#[bactrian::methods]
impl Plate {
    /// A plate with these numbers.
    pub fn new(start: ArrayView2<'_, f64>) -> Plate {
        Plate {
            now: start.to_owned(),
            spare: start.to_owned(),
            steps: 0,
        }
    }

    /// Heat spreads, as in `heat_step`, without the runtime: so many steps, or until `stop` is set.
    /// Returns how many there were.
    #[func(detach)]
    pub fn run(&mut self, #[label] rate: f64, #[label] steps: usize, stop: &Stop) -> usize {
        let stop = || stop.0.load(Ordering::Relaxed);
        let done = heat::steps(&mut self.now, &mut self.spare, rate, steps, stop);
        self.steps += done;
        done
    }

    /// How many steps there were in all.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Writes the numbers to a bigarray.
    pub fn read(&self, #[label] mut into: ArrayViewMut2<'_, f64>) -> Result<(), ShapeError> {
        expect("into", self.now.shape(), into.shape())?;
        into.assign(&self.now);
        Ok(())
    }
}
