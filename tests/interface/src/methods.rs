//! Types with methods.

use bactrian::{FromValue, ToValue};

/// An interval of numbers.
#[derive(Clone, Debug, FromValue, ToValue)]
pub struct Interval {
    from: isize,
    until: isize,
}

#[bactrian::methods]
impl Interval {
    /// From one number until before another.
    pub fn new(from: isize, until: isize) -> Interval {
        Interval {
            from,
            until: until.max(from),
        }
    }

    pub fn length(&self) -> isize {
        self.until - self.from
    }

    pub fn is_within(&self, other: Interval) -> bool {
        other.from <= self.from && self.until <= other.until
    }

    #[func(labels)]
    pub fn moved(self, by: isize) -> Self {
        Self::new(self.from + by, self.until + by)
    }

    pub fn split(&self, at: isize) -> Result<(Self, Self), String> {
        if self.from <= at && at <= self.until {
            Ok((Self::new(self.from, at), Self::new(at, self.until)))
        } else {
            Err(format!("{at} is not in {self:?}"))
        }
    }

    #[ocaml(skip)]
    pub fn start(&mut self) -> &mut isize {
        &mut self.from
    }
}

/// Borrows from what was converted.
#[derive(FromValue, ToValue)]
#[ocaml(polymorphic)]
pub enum Token {
    Word(String),
    End,
}

#[bactrian::methods(name = "Lexeme")]
impl Token {
    pub fn text(&self) -> &str {
        match self {
            Token::Word(word) => word,
            Token::End => "",
        }
    }
}

/// Takes a type that has a module of its own.
#[bactrian::func]
fn hull(intervals: Vec<Interval>) -> Option<Interval> {
    let from = intervals.iter().map(|one| one.from).min()?;
    let until = intervals.iter().map(|one| one.until).max()?;
    Some(Interval { from, until })
}
