//! Why a value was not what it should be: what was expected, what was found, and where.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// An OCaml value was not of the expected shape.
///
/// It says what was expected, what was found, and the path to it:
///
/// ```text
/// argument `people`: element 3: field `age`: expected an int between 0 and 255, got 300
/// ```
///
/// In a stub it becomes `Invalid_argument` with this text.
///
/// # Examples
///
/// ```
/// use bactrian::{ConversionError, FromValue, ToValue};
///
/// # bactrian::hidden::embedded(|rt| {
/// let error: ConversionError = u8::from_value(300isize.to_value(rt)).unwrap_err();
/// assert_eq!(error.to_string(), "expected an int between 0 and 255, got 300");
/// assert_eq!(
///     error.in_field("age").in_element(3).to_string(),
///     "element 3: field `age`: expected an int between 0 and 255, got 300",
/// );
///
/// let error = ConversionError::message("no such colour");
/// assert_eq!(
///     error.in_constructor("Paint").in_value(0).in_argument("rooms").to_string(),
///     "argument `rooms`: value of binding 0: constructor `Paint`: no such colour",
/// );
/// let error = ConversionError::message("empty");
/// assert_eq!(
///     error.in_constructor_argument("Pair", 1).in_key(2).to_string(),
///     "key of binding 2: constructor `Pair`: argument 1: empty",
/// );
/// # });
/// ```
pub struct ConversionError(Box<Inner>);

struct Inner {
    /// From the inside out.
    path: Vec<Step>,
    /// The whole message when it is not of the form "expected, got".
    expected: Cow<'static, str>,
    found: Option<String>,
}

enum Step {
    Argument(Cow<'static, str>),
    Field(Cow<'static, str>),
    Element(usize),
    AfterElements(usize),
    Key(usize),
    ValueOfKey(usize),
    Constructor(Cow<'static, str>),
    ConstructorArgument(Cow<'static, str>, usize),
}

impl ConversionError {
    /// Says what was expected and what was found, both as they are to be read after these words:
    /// `expected an int between 0 and 255`, `got 300`.
    ///
    /// ```
    /// let error = bactrian::ConversionError::new("an even int", "7");
    /// assert_eq!(error.to_string(), "expected an even int, got 7");
    /// ```
    #[cold]
    #[inline(never)]
    pub fn new(expected: impl Into<Cow<'static, str>>, found: impl Into<String>) -> Self {
        ConversionError(Box::new(Inner {
            path: Vec::new(),
            expected: expected.into(),
            found: Some(found.into()),
        }))
    }

    /// An error in words of its own.
    ///
    /// ```
    /// let error = bactrian::ConversionError::message("the list is empty");
    /// assert_eq!(error.to_string(), "the list is empty");
    /// ```
    #[cold]
    #[inline(never)]
    pub fn message(text: impl Into<Cow<'static, str>>) -> Self {
        ConversionError(Box::new(Inner {
            path: Vec::new(),
            expected: text.into(),
            found: None,
        }))
    }

    #[cold]
    #[inline(never)]
    fn step(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }

    /// The error was met in this argument of a function.
    #[cold]
    pub fn in_argument(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.step(Step::Argument(name.into()))
    }

    /// The error was met in this field of a record.
    #[cold]
    pub fn in_field(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.step(Step::Field(name.into()))
    }

    /// The error was met in the element of this index, from 0, of a list, an array or a tuple.
    #[cold]
    pub fn in_element(self, index: usize) -> Self {
        self.step(Step::Element(index))
    }

    /// The error was met in a list itself, after this many elements.
    #[cold]
    pub(crate) fn after_elements(self, count: usize) -> Self {
        self.step(Step::AfterElements(count))
    }

    /// The error was met in the key of the binding of this index, from 0.
    #[cold]
    pub fn in_key(self, index: usize) -> Self {
        self.step(Step::Key(index))
    }

    /// The error was met in the value of the binding of this index, from 0.
    #[cold]
    pub fn in_value(self, index: usize) -> Self {
        self.step(Step::ValueOfKey(index))
    }

    /// The error was met in the only argument of this constructor.
    #[cold]
    pub fn in_constructor(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.step(Step::Constructor(name.into()))
    }

    /// The error was met in the argument of this index, from 0, of this constructor.
    #[cold]
    pub fn in_constructor_argument(self, name: impl Into<Cow<'static, str>>, index: usize) -> Self {
        self.step(Step::ConstructorArgument(name.into(), index))
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A deep recursive value has a deep path: its ends say enough.
        const SHOWN: usize = 16;
        let path = &self.0.path;
        let mut steps = path.iter().rev().enumerate();
        while let Some((i, step)) = steps.next() {
            if path.len() > SHOWN && i == SHOWN / 2 {
                write!(f, "... ({} more): ", path.len() - SHOWN)?;
                steps.nth(path.len() - SHOWN - 2);
                continue;
            }
            match step {
                Step::Argument(name) => write!(f, "argument `{name}`: ")?,
                Step::Field(name) => write!(f, "field `{name}`: ")?,
                Step::Element(index) => write!(f, "element {index}: ")?,
                Step::AfterElements(1) => f.write_str("after 1 element: ")?,
                Step::AfterElements(count) => write!(f, "after {count} elements: ")?,
                Step::Key(index) => write!(f, "key of binding {index}: ")?,
                Step::ValueOfKey(index) => write!(f, "value of binding {index}: ")?,
                Step::Constructor(name) => write!(f, "constructor `{name}`: ")?,
                Step::ConstructorArgument(name, index) => {
                    write!(f, "constructor `{name}`: argument {index}: ")?
                }
            }
        }
        match &self.0.found {
            Some(found) => write!(f, "expected {}, got {found}", self.0.expected),
            None => f.write_str(&self.0.expected),
        }
    }
}

impl fmt::Debug for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConversionError({:?})", alloc::format!("{self}"))
    }
}

impl core::error::Error for ConversionError {}

impl From<crate::runtime::StackExhausted> for ConversionError {
    #[cold]
    #[inline(never)]
    fn from(_: crate::runtime::StackExhausted) -> Self {
        ConversionError::message(
            "the value is nested too deeply for this thread's stack (raise it with `ulimit -s`)",
        )
    }
}
