//! Polymorphic variants in place.

use bactrian_sys as sys;

use super::{ConversionError, Value};
use crate::convert::derived;
use crate::runtime::{Allocator, Runtime};

/// A polymorphic variant taken apart: its tag, and what the tag carries. Made by [`Value::variant`].
///
/// For variants whose tags are known when the crate is written, a derived enum is more comfortable:
/// `#[derive(FromValue)] #[ocaml(polymorphic)]`. This is for all others, and for looking at a tag
/// without converting what it carries.
///
/// # Examples
///
/// ```
/// use bactrian::{ConversionError, OCamlType, TypeExpr, Value};
///
/// /// OCaml's ``type setting = [ `Default | `Width of int | `Title of string | `Other of exn ]``.
/// enum Setting {}
///
/// impl OCamlType for Setting {
///     const TYPE: TypeExpr = TypeExpr::named("Settings.setting");
/// }
///
/// /// OCaml: `external width : Settings.setting -> int option = "mycrate_width"`
/// #[bactrian::func]
/// fn width(setting: Value<'_, Setting>) -> Result<Option<isize>, ConversionError> {
///     let variant = setting.variant()?;
///     match variant.payload() {
///         Some(width) if variant.is("Width") => width.to().map(Some),
///         _ => Ok(None),
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Variant<'gc> {
    hash: isize,
    payload: Option<Value<'gc>>,
}

impl<'gc, T> Value<'gc, T> {
    /// Takes a polymorphic variant apart.
    ///
    /// # Errors
    ///
    /// When this is none.
    ///
    /// ```
    /// # use bactrian::Variant;
    /// # bactrian::hidden::embedded(|rt| {
    /// let red = Variant::constant(rt, "Red").variant().unwrap();
    /// assert!(red.is("Red") && red.payload().is_none());
    /// # });
    /// ```
    #[inline]
    pub fn variant(self) -> Result<Variant<'gc>, ConversionError> {
        match derived::polymorphic(self.any()) {
            Some((hash, payload)) => Ok(Variant { hash, payload }),
            None => Err(self.unexpected("a polymorphic variant")),
        }
    }
}

impl<'gc> Variant<'gc> {
    /// Whether the tag is this one: `Red` of `` `Red ``.
    ///
    /// ```
    /// # use bactrian::{ToValue, Variant};
    /// # bactrian::hidden::embedded(|rt| {
    /// let width = Variant::with(rt, "Width", 80isize.to_value(rt)).variant().unwrap();
    /// assert!(width.is("Width") && !width.is("Height"));
    /// # });
    /// ```
    #[inline]
    pub fn is(self, tag: &str) -> bool {
        self.hash == sys::hash_variant(tag)
    }

    /// The number that stands for the tag: OCaml does not keep its name.
    ///
    /// ```
    /// # use bactrian::Variant;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert_eq!(Variant::constant(rt, "Red").variant().unwrap().hash(), 4100401);
    /// # });
    /// ```
    #[inline]
    pub fn hash(self) -> isize {
        self.hash
    }

    /// What the tag carries; several arguments are a tuple.
    ///
    /// ```
    /// # use bactrian::{ToValue, Variant};
    /// # bactrian::hidden::embedded(|rt| {
    /// let width = Variant::with(rt, "Width", 80isize.to_value(rt)).variant().unwrap();
    /// assert_eq!(width.payload().unwrap().to::<isize>().unwrap(), 80);
    /// # });
    /// ```
    #[inline]
    pub fn payload(self) -> Option<Value<'gc>> {
        self.payload
    }

    /// The variant of a tag that carries nothing.
    ///
    /// ```
    /// # use bactrian::Variant;
    /// # bactrian::hidden::embedded(|rt| {
    /// assert!(Variant::constant(rt, "Red").is_int());
    /// # });
    /// ```
    #[inline]
    pub fn constant(_: &'gc Runtime, tag: &str) -> Value<'gc> {
        derived::constant(sys::hash_variant(tag))
    }

    /// The variant of a tag that carries something.
    ///
    /// ```
    /// # use bactrian::{ToValue, Variant};
    /// # bactrian::hidden::embedded(|rt| {
    /// let rgb = Variant::with(rt, "Rgb", (1isize, 2isize, 3isize).to_value(rt));
    /// assert_eq!(rgb.size(), Some(2));
    /// # });
    /// ```
    #[inline]
    pub fn with(rt: &'gc Runtime, tag: &str, payload: Value<'gc>) -> Value<'gc> {
        let tag = derived::constant(sys::hash_variant(tag));
        derived::block(&mut Allocator::new(rt), 0, [tag, payload])
    }
}
