//! What the macros' expansions call. Not for direct use: it changes without notice.
#![doc(hidden)]

mod arguments;
mod bigarrays;
mod borrowed;
mod described;
mod imported;
mod lent;
mod message;
#[cfg(feature = "ndarray")]
mod ndarrays;
mod results;
mod unboxed;

pub use alloc::boxed::Box;
pub use alloc::sync::Arc;
pub use bactrian_sys as sys;

pub use crate::convert::derived::*;
#[cfg(feature = "std")]
pub use crate::convert::sharing::{Scope, scope};
pub use crate::convert::{given, given_as};
#[cfg(feature = "std")]
pub use crate::runtime::embedded;
pub use crate::runtime::{
    Allocator, NamedValue, PanicException, Raise, check, detach, enter, root_pages, sent,
};
pub use crate::value::custom::{
    Counted, Inline, Marshalling, Shared, by_eq, by_hash, by_ord, by_partial_ord, by_reference,
    check as check_custom, inline_block, inline_value, inline_words, into_block, marshalling,
    share,
};
pub use crate::value::fields::{Float, FloatAs, NoFloat, check_fields};
pub(crate) use arguments::invalid_text;
pub use arguments::{argument, argument_as, argument_noalloc, unit_argument};
pub use bigarrays::{BorrowedAs, borrowed_argument_as};
pub use borrowed::{Exclusive, Spans, borrowed_argument};
pub use described::{
    Borrow, BorrowAs, Made, MadeAs, Otherwise, Outcome, OutcomeError, OutcomeRaised,
    OutcomeSendError, OutcomeSysError, OutcomeValue, Read, ReadAs, Stands, Unknown, Variable,
    VariableName, check_arrays, either, in_option, passing,
};
pub use imported::{Imported, unit};
pub use lent::{
    Give, GiveConverted, GiveCustom, Lend, LendConverted, LendCustom, LendNothing, LendReference,
    argument_mut, end,
};
pub use results::{
    By, ErrorText, Finish, FinishError, FinishNothing, FinishOwnError, FinishRaised,
    FinishSendError, FinishText, FinishValue, Plain, Settled, exception_message, returned, settled,
};
pub(crate) use results::{Raised, finish_plain, of_boxed_error, of_own_error, of_text};
pub use unboxed::{Unboxed, argument_native, boxed_result, finish_native, unboxed_argument};

/// What the records of an interface are made of.
pub mod interface {
    pub use crate::interface::*;
}
