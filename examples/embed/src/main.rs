//! The command: formulas and puzzles from files.

use bactrian::Runtime;
use clap::{Parser, Subcommand};
use satisfy::{Answer, Formula, sudoku};
use std::error::Error;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Solve propositional formulas
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Solve a formula in the DIMACS format; the exit status is 10 if it can be true, and 20 if it cannot
    Solve {
        /// The file; `-` is the standard input
        file: PathBuf,
        /// Give up after so many conflicts (looked at every 1000)
        #[arg(long, value_name = "N")]
        conflicts: Option<usize>,
        /// Say how it goes on the standard error
        #[arg(long)]
        progress: bool,
    },
    /// Fill the squares of a sudoku
    Sudoku {
        /// The file with 81 digits, `.` for those that are missing; `-` is the standard input
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("satisfy: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    satisfy::start()?;
    let status = match command {
        Command::Solve {
            file,
            conflicts,
            progress,
        } => {
            let formula = satisfy::parse(&read(&file)?)
                .map_err(|error| format!("{}:{error}", file.display()))?;
            solve(&formula, conflicts, progress)?
        }
        Command::Sudoku { file } => {
            let grid = sudoku::parse(&read(&file)?)
                .ok_or_else(|| format!("{}: expected 81 digits", file.display()))?;
            fill(&grid)?
        }
    };
    Runtime::shutdown()?;
    Ok(status)
}

fn read(file: &Path) -> Result<String, String> {
    let read = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    read.map_err(|error| format!("{}: {error}", file.display()))
}

fn solve(
    formula: &Formula,
    limit: Option<usize>,
    progress: bool,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut stderr = std::io::stderr();
    let end = if stderr.is_terminal() { "\r" } else { "\n" };
    let outcome = satisfy::solve(formula, move |so_far| {
        if progress {
            let (conflicts, restarts) = (so_far.conflicts, so_far.restarts);
            let _ = write!(stderr, "c {conflicts} conflicts, {restarts} restarts{end}");
        }
        limit.is_none_or(|limit| so_far.conflicts < limit)
    })?;
    let statistics = outcome.statistics;
    println!(
        "c {} decisions, {} conflicts, {} restarts",
        statistics.decisions, statistics.conflicts, statistics.restarts
    );
    Ok(match outcome.answer {
        Answer::Satisfiable(values) => {
            println!("s SATISFIABLE");
            print!("v");
            for (variable, value) in (1..).zip(values) {
                print!(" {}", if value { variable } else { -variable });
            }
            println!(" 0");
            ExitCode::from(10)
        }
        Answer::Unsatisfiable => {
            println!("s UNSATISFIABLE");
            ExitCode::from(20)
        }
        Answer::Stopped => {
            println!("s UNKNOWN");
            ExitCode::SUCCESS
        }
    })
}

fn fill(grid: &sudoku::Grid) -> Result<ExitCode, Box<dyn Error>> {
    let Some(filled) = sudoku::solve(grid)? else {
        println!("impossible");
        return Ok(ExitCode::FAILURE);
    };
    for row in filled {
        println!("{}", row.map(|digit| digit.to_string()).join(" "));
    }
    Ok(ExitCode::SUCCESS)
}
