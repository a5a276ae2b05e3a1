//! The solver, from tests that run in parallel: each may be the first to need OCaml.

use satisfy::{Answer, Error, Formula, FormulaError, Outcome, sudoku};
use std::thread;

fn solve(formula: &Formula) -> Outcome {
    satisfy::start().unwrap();
    satisfy::solve(formula, |_| true).unwrap()
}

/// Random clauses of three literals, the same for the same seed.
fn random(variables: usize, clauses: usize, seed: u64) -> Formula {
    let mut state = seed;
    let mut below = |n: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    };
    let mut literal = || {
        let variable = 1 + below(variables) as isize;
        if below(2) == 0 { variable } else { -variable }
    };
    let clauses = (0..clauses)
        .map(|_| vec![literal(), literal(), literal()])
        .collect();
    Formula { variables, clauses }
}

/// `pigeons` into one hole less, each alone: impossible, and not easy to see.
fn pigeons(pigeons: usize) -> Formula {
    let holes = pigeons - 1;
    let is_in = |pigeon: usize, hole: usize| (pigeon * holes + hole + 1) as isize;
    let mut clauses: Vec<Vec<isize>> = (0..pigeons)
        .map(|pigeon| (0..holes).map(|hole| is_in(pigeon, hole)).collect())
        .collect();
    for hole in 0..holes {
        for pigeon in 0..pigeons {
            clauses
                .extend((0..pigeon).map(|other| vec![-is_in(pigeon, hole), -is_in(other, hole)]));
        }
    }
    Formula {
        variables: pigeons * holes,
        clauses,
    }
}

/// Whether any values make it true, by trying all.
fn is_possible(formula: &Formula) -> bool {
    (0..1u32 << formula.variables).any(|bits| {
        let values: Vec<bool> = (0..formula.variables).map(|i| bits >> i & 1 == 1).collect();
        formula.is_true(&values)
    })
}

#[test]
fn as_by_trying_all() {
    for seed in 0..200 {
        let formula = random(9, 38, seed);
        let answer = solve(&formula).answer;
        assert_eq!(
            matches!(answer, Answer::Satisfiable(_)),
            is_possible(&formula),
            "{formula:?}"
        );
        if let Answer::Satisfiable(values) = answer {
            assert!(formula.is_true(&values), "{formula:?}: {values:?}");
        }
    }
}

#[test]
fn larger_ones_by_several_threads() {
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for seed in 0..5 {
                    let formula = random(120, 470, 100 * thread + seed);
                    if let Answer::Satisfiable(values) = solve(&formula).answer {
                        assert!(formula.is_true(&values));
                    }
                }
            });
        }
    });
}

#[test]
fn pigeons_do_not_fit() {
    let outcome = solve(&pigeons(6));
    assert_eq!(outcome.answer, Answer::Unsatisfiable);
    assert!(outcome.statistics.learnt > 10, "{outcome:?}");
}

#[test]
fn what_is_simple() {
    let formula = |variables, clauses: &[&[isize]]| Formula {
        variables,
        clauses: clauses.iter().map(|clause| clause.to_vec()).collect(),
    };
    let satisfiable = |values: &[bool]| Answer::Satisfiable(values.to_vec());
    assert_eq!(solve(&formula(0, &[])).answer, satisfiable(&[]));
    assert_eq!(solve(&formula(1, &[&[]])).answer, Answer::Unsatisfiable);
    assert_eq!(
        solve(&formula(1, &[&[1], &[-1]])).answer,
        Answer::Unsatisfiable
    );
    assert_eq!(
        solve(&formula(2, &[&[1, -1], &[-2]])).answer,
        satisfiable(&[false, false])
    );
    assert_eq!(
        solve(&formula(2, &[&[1, 1], &[-1, 2]])).answer,
        satisfiable(&[true, true])
    );
}

#[test]
fn the_observer_stops_it() {
    satisfy::start().unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let outcome = satisfy::solve(&pigeons(10), move |so_far| {
        sender.send(so_far.conflicts).unwrap();
        so_far.conflicts < 3000
    });
    assert_eq!(outcome.unwrap().answer, Answer::Stopped);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [1000, 2000, 3000]);
}

#[test]
fn an_observer_that_panics() {
    satisfy::start().unwrap();
    let outcome = satisfy::solve(&pigeons(10), |_| panic!("enough of it"));
    let Err(Error::OCaml(exception)) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(exception.contains("enough of it"), "{exception}");
}

#[test]
fn places_of_mistakes() {
    satisfy::start().unwrap();
    let syntax = |text: &str| match satisfy::parse(text) {
        Err(Error::Formula(error @ FormulaError::Syntax { .. })) => error.to_string(),
        other => panic!("{text:?}: {other:?}"),
    };
    assert_eq!(syntax(""), "1:1: there is nothing in it");
    assert_eq!(
        syntax("c\n  1 2 0"),
        "2:3: expected the header \"p cnf VARIABLES CLAUSES\""
    );
    assert_eq!(
        syntax("p cnf 3 1\n1 -2 x 0"),
        "2:6: expected a literal, found \"x\""
    );
    assert_eq!(
        syntax("p cnf 3 1\n1 -4 0"),
        "2:3: literal -4, but there are 3 variables"
    );
    assert_eq!(
        syntax("p cnf 3 1\n1 0 2 0"),
        "2:7: clause 2, but the header says 1"
    );
    assert_eq!(
        syntax("p cnf 3 1\n1 2"),
        "2:3: the last clause does not end in 0"
    );
    let formula = satisfy::parse("c of two lines\np cnf 3 1\n1\n -2 0\n%\n0\n").unwrap();
    assert_eq!(formula.clauses, [[1, -2]]);

    let formula = Formula {
        variables: 1,
        clauses: vec![vec![1], vec![1, 2]],
    };
    let error = FormulaError::OutOfRange {
        clause: 1,
        literal: 2,
    };
    assert_eq!(
        satisfy::solve(&formula, |_| true),
        Err(Error::Formula(error))
    );
}

#[test]
fn sudokus() {
    satisfy::start().unwrap();
    let grid = sudoku::parse(include_str!("../problems/hard.sudoku")).unwrap();
    let filled = sudoku::solve(&grid).unwrap().unwrap();
    assert_eq!(filled[0], [8, 1, 2, 7, 5, 3, 6, 4, 9]);
    let mut wrong = filled;
    (wrong[4][4], wrong[4][5]) = (filled[4][5], filled[4][4]);
    assert_eq!(sudoku::solve(&wrong).unwrap(), None);
}
