//! The Rust half of tensors: ndarray on the numbers of OCaml's bigarrays. `lib/tensors.ml` is written
//! from it.
//!
//! | file | how it has the numbers | OCaml's runtime meanwhile |
//! |---|---|---|
//! | here | views of OCaml's bigarrays, in place | kept |
//! | `plate` | its own | released |
//! | `heat` | a step of a computation, for both | |

// Not `forbid`: the macro `s!` of ndarray allows itself some.
#![deny(unsafe_code)]

mod heat;
mod plate;

use std::fmt;
use std::thread;

use ndarray::linalg::general_mat_mul;
use ndarray::{ArrayView2, ArrayViewD, ArrayViewMut2, ArrayViewMutD, Axis};

bactrian::interface!(
    doc = "Numbers of OCaml's, computed with by Rust.\n\nWhat a function writes to may not be what it \
           reads: two bigarrays that share data, of which one is written, raise `Invalid_argument`."
);

/// Arrays that do not fit together.
#[derive(Debug, bactrian::Exception)]
enum ShapeError {
    /// The dimensions of an argument are not those that the others ask for.
    Shape {
        argument: String,
        expected: Vec<usize>,
        found: Vec<usize>,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ShapeError::Shape {
            argument,
            expected,
            found,
        } = self;
        write!(
            f,
            "`{argument}` should have the dimensions {expected:?}, not {found:?}"
        )
    }
}

impl std::error::Error for ShapeError {}

fn expect(argument: &str, expected: &[usize], found: &[usize]) -> Result<(), ShapeError> {
    if expected == found {
        return Ok(());
    }
    Err(ShapeError::Shape {
        argument: argument.to_owned(),
        expected: expected.to_vec(),
        found: found.to_vec(),
    })
}

/// Writes the product of two matrices to a third, by so many threads of Rust's, each for its rows.
///
/// The runtime is kept: OCaml waits until the product is there.
#[bactrian::func]
fn matmul(
    #[optional] threads: Option<usize>,
    a: ArrayView2<'_, f64>,
    b: ArrayView2<'_, f64>,
    #[label] mut into: ArrayViewMut2<'_, f64>,
) -> Result<(), ShapeError> {
    expect("b", &[a.ncols(), b.ncols()], b.shape())?;
    expect("into", &[a.nrows(), b.ncols()], into.shape())?;
    let threads = threads.unwrap_or(1).clamp(1, 64);
    if threads == 1 {
        general_mat_mul(1.0, &a, &b, 0.0, &mut into);
        return Ok(());
    }
    let rows = a.nrows().div_ceil(threads).max(1);
    let blocks = a.axis_chunks_iter(Axis(0), rows);
    thread::scope(|scope| {
        for (a, mut into) in blocks.zip(into.axis_chunks_iter_mut(Axis(0), rows)) {
            scope.spawn(move || general_mat_mul(1.0, &a, &b, 0.0, &mut into));
        }
    });
    Ok(())
}

/// Adds `alpha` times the elements of `x` to those of `onto`, of any number of dimensions.
#[bactrian::func]
fn axpy(
    alpha: f64,
    x: ArrayViewD<'_, f64>,
    #[label] mut onto: ArrayViewMutD<'_, f64>,
) -> Result<(), ShapeError> {
    expect("onto", x.shape(), onto.shape())?;
    onto.scaled_add(alpha, &x);
    Ok(())
}

/// Makes each row of a matrix one of probabilities: the exponentials of its elements, divided by their
/// sum.
#[bactrian::func]
fn softmax_rows(mut matrix: ArrayViewMut2<'_, f64>) {
    for mut row in matrix.rows_mut() {
        // Less its largest, so that nothing is infinite.
        let largest = row.fold(f64::NEG_INFINITY, |largest, &x| largest.max(x));
        row.mapv_inplace(|x| (x - largest).exp());
        let sum = row.sum();
        row /= sum;
    }
}

/// One step of heat that spreads over a plate, `onto` another: each number gets nearer to its four
/// neighbours by `rate`, which is less than 0.25. Those at the edge stay what they are.
#[bactrian::func]
fn heat_step(
    #[label] rate: f64,
    from: ArrayView2<'_, f64>,
    #[label] onto: ArrayViewMut2<'_, f64>,
) -> Result<(), ShapeError> {
    expect("onto", from.shape(), onto.shape())?;
    heat::step(rate, from, onto);
    Ok(())
}
