//! Sudoku as a formula: a variable for each square and digit.

use crate::{Answer, Error, Formula};

/// A square's digits, 0 where there is none.
pub type Grid = [[u8; 9]; 9];

/// Reads 81 digits; `.`, `0` and `_` are free squares, all else does not count.
pub fn parse(text: &str) -> Option<Grid> {
    let mut digits = text.chars().filter_map(|c| match c {
        '.' | '_' => Some(0),
        _ => c.to_digit(10).map(|digit| digit as u8),
    });
    let mut grid = [[0; 9]; 9];
    for square in grid.as_flattened_mut() {
        *square = digits.next()?;
    }
    digits.next().is_none().then_some(grid)
}

/// The grid, filled, unless that is impossible.
pub fn solve(grid: &Grid) -> Result<Option<Grid>, Error> {
    let outcome = crate::solve(&formula(grid), |_| true)?;
    let Answer::Satisfiable(values) = outcome.answer else {
        return Ok(None);
    };
    let mut filled = *grid;
    for (square, digits) in filled.as_flattened_mut().iter_mut().zip(values.chunks(9)) {
        *square = 1 + digits.iter().position(|&is_it| is_it).unwrap_or(0) as u8;
    }
    Ok(Some(filled))
}

fn formula(grid: &Grid) -> Formula {
    let is = |row: usize, column: usize, digit: usize| (81 * row + 9 * column + digit + 1) as isize;
    // Of these squares each has another digit, and each digit a square.
    let mut areas: Vec<Vec<(usize, usize)>> = Vec::new();
    for i in 0..9 {
        areas.push((0..9).map(|j| (i, j)).collect());
        areas.push((0..9).map(|j| (j, i)).collect());
        areas.push(
            (0..9)
                .map(|j| (i / 3 * 3 + j / 3, i % 3 * 3 + j % 3))
                .collect(),
        );
    }
    let mut clauses = Vec::new();
    for digit in 0..9 {
        for area in &areas {
            clauses.push(
                area.iter()
                    .map(|&(row, column)| is(row, column, digit))
                    .collect(),
            );
            for (i, &(row, column)) in area.iter().enumerate() {
                for &(other_row, other_column) in &area[..i] {
                    clauses.push(vec![
                        -is(row, column, digit),
                        -is(other_row, other_column, digit),
                    ]);
                }
            }
        }
    }
    for (row, squares) in grid.iter().enumerate() {
        for (column, &given) in squares.iter().enumerate() {
            // One digit, and no two.
            clauses.push((0..9).map(|digit| is(row, column, digit)).collect());
            for digit in 0..9 {
                for other in 0..digit {
                    clauses.push(vec![-is(row, column, digit), -is(row, column, other)]);
                }
            }
            if given != 0 {
                clauses.push(vec![is(row, column, given as usize - 1)]);
            }
        }
    }
    Formula {
        variables: 729,
        clauses,
    }
}
