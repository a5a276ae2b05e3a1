//! Everything that an interface can have. `run.sh` generates the interface, compares it with what is
//! in `expected/`, and runs OCaml programs that use all of it.
#![allow(missing_docs)]

mod bigarrays;
#[cfg(feature = "bigints")]
mod bigints;
mod custom;
mod docs;
mod errors;
mod functions;
mod generic;
mod imports;
mod inplace;
pub mod methods;
mod objects;
mod private;
mod sharing;
mod sig;
mod types;

bactrian::interface!(doc = "Everything that an interface can have.");

/// A function of the crate's root.
#[bactrian::func]
fn version() -> &'static str {
    "1.0"
}

/// Takes a type of a module that takes a type of this one.
#[bactrian::func]
fn captain(team: Team) -> Option<people::Person> {
    team.members.into_iter().next()
}

/// A type of the root that needs one of a module.
#[derive(bactrian::FromValue, bactrian::ToValue)]
pub struct Team {
    pub name: String,
    #[ocaml(as = list)]
    pub members: Vec<people::Person>,
}

/// An inline module.
pub mod people {
    use bactrian::{FromValue, ToValue};

    /// Someone.
    #[derive(Clone, FromValue, ToValue)]
    pub struct Person {
        /// What they are called.
        pub name: String,
        #[ocaml(mutable)]
        pub age: u8,
    }

    /// The root's type, which has this module's.
    #[bactrian::func]
    fn count(team: super::Team) -> usize {
        team.members.len()
    }

    /// A module in a module.
    pub mod names {
        #[bactrian::func]
        fn initial(name: &str) -> Option<char> {
            name.chars().next()
        }
    }
}

/// What is in it belongs to the root.
mod flat {
    bactrian::interface!(flatten);

    #[bactrian::func]
    fn in_the_root(x: isize) -> isize {
        x + 1
    }
}

mod words {
    bactrian::interface!(
        name = "Vocabulary",
        doc = "Another name, and labels.",
        labels
    );

    #[bactrian::func]
    fn join(left: &str, right: &str, separator: char) -> String {
        format!("{left}{separator}{right}")
    }
}

/// Only with a feature.
#[cfg(feature = "extra")]
#[bactrian::func]
fn extra() {}

#[bactrian::func]
#[cfg(not(feature = "extra"))]
fn not_extra() {}

/// Types of another crate.
#[bactrian::func]
fn area(shape: geo::shapes::Shape) -> f64 {
    use geo::shapes::Shape;
    match shape {
        Shape::Dot => 0.0,
        Shape::Circle { radius, .. } => core::f64::consts::PI * radius * radius,
        Shape::Polygon(points) => {
            let next = points.iter().cycle().skip(1);
            let cross = points.iter().zip(next).map(|(a, b)| a.x * b.y - a.y * b.x);
            cross.sum::<f64>().abs() / 2.0
        }
    }
}
