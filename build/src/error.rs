//! Errors that say what was expected, what was found, where, and what to do.

use std::fmt;

/// What went wrong, and what to do about it: one problem or several, each with its place in the Rust
/// source where it has one.
///
/// ```
/// use bactrian_build::Error;
///
/// let error = Error::new("two functions are called `trim`")
///     .at("src/lib.rs", 12)
///     .help("give one of them another name: `#[func(name = \"...\")]`");
/// assert_eq!(
///     error.to_string(),
///     "two functions are called `trim`\n  at src/lib.rs:12\n  help: give one of them another name: \
///      `#[func(name = \"...\")]`"
/// );
///
/// let error = Error::new("it is empty").within("`libtextkit.a`");
/// assert_eq!(error.to_string(), "`libtextkit.a`: it is empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    problems: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    message: String,
    places: Vec<(String, u32)>,
    help: Vec<String>,
}

impl Error {
    /// An error with a message: what was expected, and what was found.
    pub fn new(message: impl Into<String>) -> Error {
        Error {
            problems: vec![Problem {
                message: message.into(),
                places: Vec::new(),
                help: Vec::new(),
            }],
        }
    }

    /// Adds a place in the Rust source.
    #[must_use]
    pub fn at(mut self, file: &str, line: u32) -> Error {
        if let Some(last) = self.problems.last_mut() {
            last.places.push((file.to_owned(), line));
        }
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Error {
        if let Some(last) = self.problems.last_mut() {
            last.help.push(help.into());
        }
        self
    }

    /// Says in which file or command it happened.
    #[must_use]
    pub fn within(mut self, what: &str) -> Error {
        if let Some(first) = self.problems.first_mut() {
            first.message = format!("{what}: {}", first.message);
        }
        self
    }

    /// All problems of several errors; none if there are none.
    pub(crate) fn several(errors: Vec<Error>) -> Result<(), Error> {
        let mut problems = Vec::new();
        for problem in errors.into_iter().flat_map(|error| error.problems) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Error { problems })
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&problem.message)?;
            for (file, line) in &problem.places {
                write!(f, "\n  at {file}:{line}")?;
            }
            for help in &problem.help {
                write!(f, "\n  help: {}", help.replace('\n', "\n        "))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
