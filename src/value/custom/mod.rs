//! Custom blocks: Rust values that OCaml's collector owns.
//!
//! | file | what |
//! |---|---|
//! | `layout` | what a block looks like, and how it is known |
//! | `block` | how a block is made, read and finalised |
//! | `access` | `Shared`, `Inline`: how the value is kept and borrowed |
//! | `counted` | the same for `Counted`: borrows that exclude each other |
//! | `guards` | `Borrowed`, `BorrowedMut`, `Taken` |
//! | `operations` | comparison, hash, marshalling |
//! | `panics` | panics of the user's code in these and in `Drop` |

mod access;
mod block;
mod counted;
mod guards;
mod layout;
mod operations;
mod panics;

use core::cmp::Ordering;
use core::ffi::CStr;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::error::Error;

use super::ConversionError;
use crate::convert::{OCamlType, ToValue};
use crate::runtime::Runtime;

pub(crate) use access::Payload;
pub use access::{Access, Inline, Shared, inline_words};
pub use block::{
    by_reference, check, inline_block, inline_value, into_block, register_marshal, share,
};
pub(crate) use block::{drop_closure, lend, operations_of_closures};
pub use counted::Counted;
pub(crate) use guards::lend_mut;
pub use guards::{Borrowed, BorrowedMut, LentMut, Taken};
pub(crate) use layout::{Operations, name_of};
pub use operations::{Marshalling, by_eq, by_hash, by_ord, by_partial_ord, marshalling};

/// A Rust type whose values OCaml's collector can own: OCaml has a handle, an abstract type to it,
/// and the value is dropped when the last handle is gone.
///
/// Derive it: `#[derive(Custom)]`. Then a function
///
/// - returns a `T`: the value is moved into a new block. `Arc<T>` makes a block that shares the
///   value with Rust;
/// - takes `&T`, which stays alive for the whole call, also where the function calls OCaml;
/// - takes `&mut T`, or [`Taken<T>`](Taken), if the type says `#[ocaml(mutable)]`;
/// - holds a handle as [`Value<T>`](crate::Value) or [`Root<T>`](crate::Root), and reads it by
///   [`to::<&T>()`](crate::Value::to).
///
/// # What is checked
///
/// The type, on every read: whatever OCaml passes (`Obj.magic`), a value of another type is an error
/// that names what was found. Any domain and thread may use a value, and any may drop it, so it is
/// `Send` and `Sync`.
///
/// # Dropping
///
/// The collector drops a value some time after the last handle is gone, in whatever domain or thread
/// it happens to work, and perhaps at the end of the program, perhaps not at all. A `Drop` that
/// panics is reported on the standard error stream, and the program goes on. It has no [`Runtime`]:
/// it cannot call OCaml.
///
/// # Examples
///
/// ```
/// use bactrian::Custom;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// /// OCaml: `type counter`
/// #[derive(Custom)]
/// struct Counter(AtomicUsize);
///
/// // external counter : int -> counter
/// #[bactrian::func]
/// fn counter(start: usize) -> Counter {
///     Counter(start.into())
/// }
///
/// // external next : counter -> int
/// #[bactrian::func]
/// fn next(counter: &Counter) -> usize {
///     counter.0.fetch_add(1, Ordering::Relaxed)
/// }
///
/// assert_eq!(Counter::NAME, "Counter");
/// println!("in marshalled data: {:?}", Counter::IDENTIFIER);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a custom type",
    label = "not a Rust value that OCaml's collector owns",
    note = "derive it for a type of your own: `#[derive(bactrian::Custom)]`"
)]
pub trait Custom: OCamlType + ToValue + Send + Sync + Sized + 'static {
    /// The name of the type in error messages, `expected a Counter`.
    const NAME: &'static str;

    /// The name of the type in marshalled data, and in OCaml's order of values of unlike types. It
    /// should be that of no other.
    const IDENTIFIER: &'static CStr;

    /// How the value is kept and borrowed.
    #[doc(hidden)]
    type Access: Access<Self>;

    /// Bytes that the value holds outside OCaml's heap, other than its own size: buffers, tables.
    ///
    /// The collector keeps pace with what is reported here; what it does not know of makes it too
    /// slow. It is asked when the block is made, and each time that a `&mut T` ends. See also
    /// [`Runtime::add_external_memory`].
    ///
    /// ```
    /// use bactrian::Custom;
    ///
    /// #[derive(Custom)]
    /// #[ocaml(external_size = Image::size)]
    /// struct Image(Vec<u8>);
    ///
    /// impl Image {
    ///     fn size(&self) -> usize {
    ///         self.0.capacity()
    ///     }
    /// }
    ///
    /// assert_eq!(Image(vec![0; 1024]).external_size(), 1024);
    /// ```
    fn external_size(&self) -> usize {
        0
    }

    /// Whether `external_size` may be other than 0.
    #[doc(hidden)]
    const HOLDS_OUTSIDE: bool = true;

    /// The order, for `compare`, `=` and `<`.
    #[doc(hidden)]
    const COMPARE: Option<fn(&Self, &Self) -> Option<Ordering>> = None;

    /// A hash, for `Hashtbl.hash`.
    #[doc(hidden)]
    const HASH: Option<fn(&Self) -> u64> = None;

    /// How it is marshalled.
    #[doc(hidden)]
    const MARSHAL: Option<Marshalling<Self>> = None;
}

/// A custom type that can be borrowed mutably, or taken out of its block: `#[ocaml(mutable)]`.
///
/// Each block has a flag that says how its value is borrowed, as a `RefCell` has, for all threads. A
/// borrow that cannot be is refused with `Invalid_argument`: `&mut T` while there is another borrow
/// (the same block passed twice, a callback that comes back, another domain), `&T` while there is a
/// `&mut T`.
///
/// # Examples
///
/// ```
/// use bactrian::Custom;
///
/// #[derive(Custom)]
/// #[ocaml(mutable)]
/// struct Stack(Vec<i64>);
///
/// #[bactrian::func]
/// fn push(stack: &mut Stack, element: i64) {
///     stack.0.push(element);
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a custom type that can be borrowed mutably, or taken",
    label = "not `#[ocaml(mutable)]`",
    note = "to OCaml's own value, a custom type has a flag that keeps borrows apart: \
            `#[derive(Custom)] #[ocaml(mutable)]`; without it, take `&{Self}`, with a `Mutex` or \
            atomics in it",
    note = "a type that converts is a copy of OCaml's value, and changes of it would be lost: take \
            it by value or reference, and return what is changed"
)]
pub trait Mutable: Custom<Access = Counted> {}

/// How a custom type is marshalled, by OCaml's `Marshal` and `output_value`: `#[ocaml(marshal)]`.
///
/// The bytes are the type's own affair; they should be the same on all platforms. A type without
/// this cannot be marshalled: OCaml raises `Invalid_argument`.
///
/// # A program that only reads
///
/// OCaml finds a type by its [`IDENTIFIER`](Custom::IDENTIFIER) once it has been marshalled in the
/// same program. Before that, call [`Runtime::register_marshal`].
///
/// # Examples
///
/// ```
/// use bactrian::{Custom, Marshal};
///
/// #[derive(Custom)]
/// #[ocaml(marshal)]
/// struct Seed(u64);
///
/// impl Marshal for Seed {
///     fn to_bytes(&self, bytes: &mut Vec<u8>) {
///         bytes.extend(self.0.to_le_bytes());
///     }
///
///     fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn std::error::Error>> {
///         Ok(Seed(u64::from_le_bytes(bytes.try_into()?)))
///     }
/// }
/// ```
pub trait Marshal: Sized {
    /// Writes the value. There is no way to fail; a panic is told to who reads.
    fn to_bytes(&self, bytes: &mut Vec<u8>);

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the bytes are not those of a value: OCaml raises `Failure`.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn Error>>;
}

impl Runtime {
    /// Says that Rust values which OCaml's collector owns hold so many more bytes outside its heap
    /// than was said before, so that it keeps pace.
    ///
    /// For memory that [`Custom::external_size`] cannot know in time: it grows behind a `&T`.
    ///
    /// ```
    /// # bactrian::hidden::embedded(|rt| {
    /// let cache = vec![0u8; 4096];
    /// rt.add_external_memory(cache.len());
    /// # });
    /// ```
    pub fn add_external_memory(&self, bytes: usize) {
        // SAFETY: the token says that the runtime is held. Nothing is collected here.
        unsafe { bactrian_sys::bactrian_custom_old(bytes) };
    }

    /// Has OCaml's `Marshal` know a type before a value of it has been marshalled.
    ///
    /// # Panics
    ///
    /// When another type that is marshalled has the same [`IDENTIFIER`](Custom::IDENTIFIER).
    ///
    /// ```
    /// # use bactrian::{Custom, Marshal};
    /// # #[derive(Custom)]
    /// # #[ocaml(marshal)]
    /// # struct Seed(u64);
    /// # impl Marshal for Seed {
    /// #     fn to_bytes(&self, bytes: &mut Vec<u8>) { bytes.extend(self.0.to_le_bytes()); }
    /// #     fn from_bytes(bytes: &[u8]) -> Result<Self, Box<dyn std::error::Error>> {
    /// #         Ok(Seed(u64::from_le_bytes(bytes.try_into()?)))
    /// #     }
    /// # }
    /// #[bactrian::func]
    /// fn init() {
    ///     gc.register_marshal::<Seed>();
    /// }
    /// ```
    pub fn register_marshal<T: Custom + Marshal>(&self) {
        register_marshal::<T>();
    }
}

/// Why a value cannot be borrowed.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unusable {
    /// It has been taken out.
    Closed,
    /// There is a borrow.
    Borrowed,
    /// There is a mutable borrow.
    BorrowedMutably,
}

impl Unusable {
    #[cold]
    #[inline(never)]
    fn error(self, name: &'static str) -> ConversionError {
        ConversionError::message(self.message(name))
    }

    fn message(self, name: &str) -> alloc::string::String {
        match self {
            Unusable::Closed => format!("the {name} is closed"),
            Unusable::Borrowed => format!("the {name} is in use"),
            Unusable::BorrowedMutably => format!("the {name} is in use, to be changed"),
        }
    }
}

/// `a Counter`, `an Engine`.
fn with_article(name: &'static str) -> Cow<'static, str> {
    let vowel = name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    format!("{} {name}", if vowel { "an" } else { "a" }).into()
}
