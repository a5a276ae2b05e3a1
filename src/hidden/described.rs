//! The constants that records are made of: OCaml types of parameters and results, as the stubs
//! convert them.
//!
//! What a function's result becomes depends on which traits its type has, and in constants the trick
//! of `results` is not to be had. There is another one: an associated constant of an `impl` whose
//! conditions hold comes before that of a trait of the same name. So each step is a type with an
//! `impl` for the results that it is about, and a trait for all others.

use alloc::boxed::Box;
use core::cmp::Ordering;
use core::error::Error;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::marker::PhantomData;

use super::bigarrays::BorrowedAs;
use super::borrowed::Borrowed;
use super::results::{Build, Raised};
use super::unboxed::Unboxed;
use crate::adapters::{FromValueAs, ToValueAs};
use crate::convert::{FromValue, OCamlType, ToValue};
use crate::interface::{Name, Passing, TypeExpr};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

/// The type where a conversion is missing: the compiler reports that, once, where it is needed.
pub trait Unknown {
    /// What OCaml refuses, too.
    const TYPE: TypeExpr = TypeExpr::named("_");
}

macro_rules! described {
    ($($(#[$meta:meta])* $name:ident<$($parameter:ident),*> where $of:ident: $bound:path;)*) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name<$($parameter: ?Sized),*>($(PhantomData<$parameter>),*);
        impl<$($parameter: ?Sized),*> Unknown for $name<$($parameter),*> {}
        impl<$($parameter),*> $name<$($parameter),*>
        where
            $of: $bound,
        {
            /// The OCaml type.
            pub const TYPE: TypeExpr = <$of as $bound>::TYPE;
        }
    )*};
}
described! {
    /// What is read as a `T`.
    Read<T> where T: FromValue<'static>;
    /// What the adapter `As` reads as a `T`.
    ReadAs<As, T> where T: FromValueAs<'static, As>;
    /// What is borrowed as a `T`.
    Borrow<T> where T: Borrowed<'static>;
    /// What the adapter `As` borrows as a `T`.
    BorrowAs<As, T> where T: BorrowedAs<'static, As>;
    /// What `T` stands for.
    Stands<T> where T: OCamlType;
    /// What is made of a `T`.
    Made<T> where T: ToValue;
    /// What the adapter `As` makes of a `T`.
    MadeAs<As, T> where T: ToValueAs<As>;
}

/// The first of two types that is known.
pub const fn either(one: TypeExpr, other: TypeExpr) -> TypeExpr {
    match one {
        TypeExpr::Name(name, []) if is(name, "_") => other,
        _ => one,
    }
}

/// Refuses a type parameter whose arrays are no `array`, when one of these types has such an array.
pub const fn check_arrays(fields: &[TypeExpr], variable: &str, array: TypeExpr) {
    if let TypeExpr::Name(name, [_]) = array
        && is(name, "array")
    {
        return;
    }
    let mut i = 0;
    while i < fields.len() {
        assert!(
            !has_array_of(&fields[i], variable),
            "this generic type has an array of its parameter, which cannot be `u8`: the OCaml type \
             says `int array`, but arrays of `u8` are `bytes`"
        );
        i += 1;
    }
}

const fn has_array_of(of: &TypeExpr, variable: &str) -> bool {
    let (parts, last) = match of {
        TypeExpr::Variable(_) => return false,
        TypeExpr::Name(name, [TypeExpr::Variable(element)])
            if is(name, "array") && is(element, variable) =>
        {
            return true;
        }
        TypeExpr::Name(_, parts) | TypeExpr::Derived(_, _, parts) | TypeExpr::Tuple(parts) => {
            (*parts, None)
        }
        TypeExpr::Function(parts, last) => (*parts, Some(*last)),
    };
    let mut i = 0;
    while i < parts.len() {
        if has_array_of(&parts[i], variable) {
            return true;
        }
        i += 1;
    }
    match last {
        Some(last) => has_array_of(last, variable),
        None => false,
    }
}

/// How native code passes a `T` that has no box or tag.
pub const fn passing<T: Unboxed>() -> Passing {
    T::PASSING
}

/// Types of optional parameters.
#[diagnostic::on_unimplemented(
    message = "an optional parameter is an `Option`, not `{Self}`",
    label = "not an `Option`",
    note = "it is `None` when OCaml leaves the argument out"
)]
pub trait Optional {}

impl<T> Optional for Option<T> {}

/// The type in an `option`, for an optional parameter.
pub const fn in_option<T: Optional>(of: TypeExpr) -> TypeExpr {
    match of {
        TypeExpr::Name(_, [inner]) => *inner,
        _ => of,
    }
}

const fn is(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// What a function's result is to OCaml.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The type.
    pub of: TypeExpr,
    /// The exceptions that errors become.
    pub raises: &'static [Name],
}

impl Outcome {
    /// The first of several that there is; unit if there is none, for which the stub does not
    /// compile.
    pub const fn first(outcomes: &[Option<Outcome>]) -> Outcome {
        let mut i = 0;
        while i < outcomes.len() {
            if let Some(outcome) = outcomes[i] {
                return outcome;
            }
            i += 1;
        }
        Outcome {
            of: TypeExpr::named("unit"),
            raises: &[],
        }
    }
}

/// The constant of results that an `impl` does not know.
pub trait Otherwise {
    /// Nothing.
    const OUTCOME: Option<Outcome> = None;
}

macro_rules! outcome {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name<R, H>(PhantomData<fn() -> (R, H)>);
        impl<R, H> Otherwise for $name<R, H> {}
    };
}
outcome!(
    /// `Result<T, E>` where `E` is an OCaml exception.
    OutcomeRaised
);
outcome!(
    /// A type that converts.
    OutcomeValue
);
outcome!(
    /// `Result<T, io::Error>`.
    OutcomeSysError
);
outcome!(
    /// `Result<T, E>` where `E` is an error that threads can share, or a box of one.
    OutcomeSendError
);
outcome!(
    /// `Result<T, E>` where `E` is an error.
    OutcomeError
);

impl<T, E: Raised, H: Build<T>> OutcomeRaised<Result<T, E>, H> {
    /// The outcome.
    pub const OUTCOME: Option<Outcome> = Some(Outcome {
        of: H::TYPE,
        raises: E::RAISES,
    });
}

impl<R, H: Build<R>> OutcomeValue<R, H> {
    /// The outcome.
    pub const OUTCOME: Option<Outcome> = Some(Outcome {
        of: H::TYPE,
        raises: &[],
    });
}

#[cfg(feature = "std")]
impl<T, H: Build<T>> OutcomeSysError<Result<T, std::io::Error>, H> {
    /// The outcome.
    pub const OUTCOME: Option<Outcome> = Some(Outcome {
        of: H::TYPE,
        raises: &[Name { name: "Sys_error" }],
    });
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>, H: Build<T>> OutcomeSendError<Result<T, E>, H> {
    /// The outcome.
    pub const OUTCOME: Option<Outcome> = Some(Outcome {
        of: H::TYPE,
        raises: &[Name { name: "Failure" }],
    });
}

impl<T, E: Into<Box<dyn Error>>, H: Build<T>> OutcomeError<Result<T, E>, H> {
    /// The outcome.
    pub const OUTCOME: Option<Outcome> = Some(Outcome {
        of: H::TYPE,
        raises: &[Name { name: "Failure" }],
    });
}

/// The name of a type parameter.
pub trait VariableName {
    /// The name, without the `'`.
    const NAME: &'static str;
}

/// Stands for a type parameter where a generic type or function is described. There is no value of
/// it.
pub struct Variable<N> {
    never: core::convert::Infallible,
    name: PhantomData<fn() -> N>,
}

impl<N: VariableName> FromValue<'_> for Variable<N> {
    const TYPE: TypeExpr = TypeExpr::Variable(N::NAME);

    fn from_value(_: Value<'_>) -> Result<Self, ConversionError> {
        Err(ConversionError::message("a type variable has no values"))
    }
}

impl<N: VariableName> ToValue for Variable<N> {
    const TYPE: TypeExpr = TypeExpr::Variable(N::NAME);

    fn to_value<'gc>(&self, _: &'gc Runtime) -> Value<'gc> {
        match self.never {}
    }
}

impl<As, N: VariableName> FromValueAs<'_, As> for Variable<N> {
    const TYPE: TypeExpr = TypeExpr::Variable(N::NAME);

    fn from_value_as(_: Value<'_>) -> Result<Self, ConversionError> {
        Err(ConversionError::message("a type variable has no values"))
    }
}

impl<As, N: VariableName> ToValueAs<As> for Variable<N> {
    const TYPE: TypeExpr = TypeExpr::Variable(N::NAME);

    fn build_as<'gc>(&self, _: &mut Allocator<'gc>) -> Value<'gc> {
        match self.never {}
    }
}

// What Rust types ask of their parameters.

impl<N> Clone for Variable<N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N> Copy for Variable<N> {}

impl<N> PartialEq for Variable<N> {
    fn eq(&self, _: &Self) -> bool {
        match self.never {}
    }
}

impl<N> Eq for Variable<N> {}

impl<N> PartialOrd for Variable<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<N> Ord for Variable<N> {
    fn cmp(&self, _: &Self) -> Ordering {
        match self.never {}
    }
}

impl<N> Hash for Variable<N> {
    fn hash<H: Hasher>(&self, _: &mut H) {
        match self.never {}
    }
}

impl<N> fmt::Debug for Variable<N> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.never {}
    }
}

impl<N> fmt::Display for Variable<N> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.never {}
    }
}

impl<N> Default for Variable<N> {
    fn default() -> Self {
        unreachable!("a type variable has no values")
    }
}
