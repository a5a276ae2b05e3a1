//! What the macros' expansions call. Not for direct use: it changes without notice.
#![doc(hidden)]

pub use bactrian_sys as sys;

pub use crate::convert::registered_exception;
#[cfg(feature = "std")]
pub use crate::runtime::embedded;
pub use crate::runtime::Allocator;
