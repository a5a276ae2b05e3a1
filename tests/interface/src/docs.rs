//! Documentation that could disturb OCaml.

/// Strings: "balanced", and one that is not: ".
/// A character: 'x', '"' and an apostrophe: it's.
///
/// A comment that ends here *) and one that begins (* here; quoted strings {| and {id| and |}.
///
/// - a list with `code` and `"` in it,
/// - with **bold**, *italic*, [a link](https://ocaml.org) and [`Value`](bactrian::Value);
///
/// ```
/// let x = [1, 2, 3]; // {[ code ]}
/// ```
///
/// Braces {b}, at @signs, \backslashes.
///
/// # Panics
///
/// Never.
#[bactrian::func]
fn torture() {}

#[doc = concat!("Made ", "of parts.")]
#[bactrian::func]
fn parts() {}

#[doc(hidden)]
#[bactrian::func]
fn hidden() {}
