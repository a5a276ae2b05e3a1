//! The parts that the expansions of the derive macros are made of.
//!
//! A derived conversion is a check of one header, plain loads, and one allocation. What is unsafe in
//! it is here, behind functions that cannot be misused: they check sizes, tags and indices. Those are
//! constants, so nothing is left of the checks where these functions are inlined. They are arguments all
//! the same: as a parameter of a type, each literal is one more body for the compiler to check.
//!
//! Some are not inlined where debug assertions are on; `runtime/allocator.rs` says why.

use alloc::boxed::Box;
use core::mem::MaybeUninit;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::adapters::{FromValueAs, ToValueAs};
use super::{FromValue, OCamlException, ToValue, TypeExpr, runtime_of};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Exn, Value};

/// The last tag that a constructor with arguments can have; lazy values and continuations have
/// those above.
const LAST_TAG: u8 = match sys::VERSION {
    (4, _) => 245,
    (5, 0 | 1) => 244,
    _ => 243,
};

/// Says that the place that a function was given has been written.
///
/// A result with it is one word, where one of what was written would be in memory.
#[derive(Debug)]
pub struct Placed(());

impl Placed {
    /// Writes the place.
    #[inline(always)]
    pub fn new<T>(place: &mut MaybeUninit<T>, read: T) -> Placed {
        place.write(read);
        Placed(())
    }
}

/// Reads a block by way of a place for it.
#[inline(always)]
pub fn read_block<'gc, T: FromValue<'gc>>(value: Value<'gc>) -> Result<T, ConversionError> {
    let mut place = MaybeUninit::uninit();
    match T::read_block_in(value, &mut place) {
        // SAFETY: `Placed` is made by writing the place, the only one that there is.
        Ok(Placed(())) => Ok(unsafe { place.assume_init() }),
        Err(error) => Err(error),
    }
}

/// Reads a value into a new box.
#[inline(always)]
pub(super) fn read_boxed<'gc, T: FromValue<'gc>>(
    value: Value<'gc>,
) -> Result<Box<T>, ConversionError> {
    let mut place = Box::new_uninit();
    match T::read_in(value, &mut place) {
        // SAFETY: as above.
        Ok(Placed(())) => Ok(unsafe { place.assume_init() }),
        Err(error) => Err(error),
    }
}

// The derive asks for no check of tags up to 243 (`check_tag` there).
const _: () = assert!(LAST_TAG >= 243);

/// Checks that this OCaml has blocks of values with this tag.
#[inline(always)]
pub const fn check_tag(tag: u8) {
    assert!(
        tag <= LAST_TAG,
        "more constructors than this OCaml has tags"
    );
}

/// The fields of a block that is known to have so many of them, all values.
#[derive(Clone, Copy)]
pub struct Fields<'gc> {
    block: Value<'gc>,
    size: usize,
}

impl<'gc> Fields<'gc> {
    /// Checks the tag and the size.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn of(value: Value<'gc>, tag: u8, size: usize) -> Option<Self> {
        check_tag(tag);
        assert!(size <= sys::MAX_WOSIZE);
        if value.is_block_of(tag, size) {
            Some(Fields { block: value, size })
        } else {
            None
        }
    }

    /// Reads a field, once.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn get(self, index: usize) -> Value<'gc> {
        assert!(index < self.size);
        // SAFETY: the block was checked to hold so many values, and blocks do not shrink.
        unsafe { self.block.field_unchecked(index) }
    }
}

/// The fields of a record of so many floats.
#[derive(Clone, Copy)]
pub struct Floats<'gc> {
    record: Value<'gc>,
    size: usize,
}

impl<'gc> Floats<'gc> {
    /// Checks the tag and the size.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn of(value: Value<'gc>, size: usize) -> Option<Self> {
        assert!(size <= sys::MAX_WOSIZE / sys::DOUBLE_WOSIZE);
        if value.is_block_of(sys::DOUBLE_ARRAY_TAG, size * sys::DOUBLE_WOSIZE) {
            Some(Floats {
                record: value,
                size,
            })
        } else {
            None
        }
    }

    /// Reads a field, once.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn get(self, index: usize) -> f64 {
        assert!(index < self.size);
        // SAFETY: the block was checked to hold so many floats, and blocks do not shrink.
        unsafe { self.record.float_at_unchecked(index) }
    }

    /// Reads a field as a `float` of its own.
    #[inline]
    pub fn boxed(self, index: usize) -> Value<'gc> {
        let float = self.get(index);
        // SAFETY: a `Value` of this lifetime is at hand, and no allocator is at work while a
        // conversion reads. The float is just made.
        unsafe {
            let mut allocator = Allocator::new(runtime_of(self.record));
            let float = allocator.float(float);
            allocator.value(float)
        }
    }

    /// Reads a field of a type whose OCaml type is `float`.
    #[inline(always)]
    pub fn read<T: FromValue<'gc>>(self, index: usize) -> Result<T, ConversionError> {
        if T::IS_FLOAT {
            T::from_flat_float(self.get(index))
        } else {
            T::from_value(self.boxed(index))
        }
    }

    /// Reads a field of a type whose OCaml type is `float` as `As` says.
    #[inline(always)]
    pub fn read_as<As, T: FromValueAs<'gc, As>>(self, index: usize) -> Result<T, ConversionError> {
        if T::IS_FLOAT {
            T::from_flat_float_as(self.get(index))
        } else {
            T::from_value_as(self.boxed(index))
        }
    }
}

/// Whether a record that has nothing but fields of this type is flat: they say so, or their type is
/// `float` itself.
pub const fn is_float(declared: bool, of: TypeExpr) -> bool {
    declared || matches!(of, TypeExpr::Name(name, []) if matches!(name.as_bytes(), b"float"))
}

/// What a flat record holds for a part.
#[inline(always)]
pub fn flat<T: ToValue + ?Sized>(part: &T, allocator: &mut Allocator<'_>) -> f64 {
    if T::IS_FLOAT {
        part.to_flat_float()
    } else {
        flat_value(part.build(allocator))
    }
}

/// What a flat record holds for a part that is converted as `As` says.
#[inline(always)]
pub fn flat_as<As, T: ToValueAs<As> + ?Sized>(part: &T, allocator: &mut Allocator<'_>) -> f64 {
    if T::IS_FLOAT {
        part.to_flat_float_as()
    } else {
        flat_value(part.build_as(allocator))
    }
}

/// What a flat record holds for a part whose value has been made.
#[inline]
pub fn flat_value(value: Value<'_>) -> f64 {
    match value.as_float() {
        Ok(float) => float,
        Err(error) => panic!("a conversion whose `TYPE` is float made something else: {error}"),
    }
}

/// Makes a part of a value that is the result of a stub.
///
/// # Safety
///
/// As for [`ToValue::build_last`], when `alone`: there is no other value than immediates.
#[cfg_attr(not(debug_assertions), inline(always))]
pub unsafe fn part<'gc, T: ToValue + ?Sized>(
    part: &T,
    allocator: &mut Allocator<'gc>,
    alone: &mut bool,
) -> Value<'gc> {
    let value = if *alone {
        // SAFETY: the caller's promise.
        unsafe { part.build_last(allocator) }
    } else {
        part.build(allocator)
    };
    *alone &= T::IMMEDIATE;
    value
}

/// Makes a part, as `As` says, of a value that is the result of a stub.
///
/// # Safety
///
/// As for [`part`].
#[inline(always)]
pub unsafe fn part_as<'gc, As, T: ToValueAs<As> + ?Sized>(
    part: &T,
    allocator: &mut Allocator<'gc>,
    alone: &mut bool,
) -> Value<'gc> {
    let value = if *alone {
        // SAFETY: the caller's promise.
        unsafe { part.build_as_last(allocator) }
    } else {
        part.build_as(allocator)
    };
    *alone &= T::IMMEDIATE;
    value
}

/// Fails, before a block is read, when the stack is nearly used up.
#[inline(always)]
pub fn check_stack() -> Result<(), ConversionError> {
    Ok(crate::runtime::check_stack()?)
}

/// Panics, before a block is made, when the stack is nearly used up.
#[inline(always)]
pub fn expect_stack(allocator: &mut Allocator<'_>) {
    allocator.expect_stack();
}

/// An immediate: a constant constructor.
#[inline(always)]
pub fn constant<'gc>(n: isize) -> Value<'gc> {
    // SAFETY: an immediate.
    unsafe { Value::from_raw(sys::int(n)) }
}

/// A block of these fields: a record, a tuple, a constructor with arguments.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn block<'gc, const N: usize>(
    allocator: &mut Allocator<'gc>,
    tag: u8,
    fields: [Value<'gc>; N],
) -> Value<'gc> {
    check_tag(tag);
    let fields = raws(fields);
    // SAFETY: values of the allocator's lifetime; the tag is one of those whose blocks hold values.
    unsafe {
        let block = allocator.block(tag, fields);
        allocator.value(block)
    }
}

/// A block of fields that have been moved to OCaml.
///
/// Each of them had an allocator of its own: where a value is moved, what is left of it is dropped in
/// between, and that is the user's code.
#[inline]
pub fn moved_block<'gc, const N: usize>(
    rt: &'gc Runtime,
    tag: u8,
    fields: [Value<'gc>; N],
) -> Value<'gc> {
    large_block(&mut Allocator::new(rt), tag, fields)
}

/// Panics, before the parts of a value are moved, when the stack is nearly used up.
#[inline]
pub fn expect_room(_: &Runtime) {
    crate::runtime::expect_stack();
}

/// A block of more fields than the minor heap takes.
#[inline]
pub fn large_block<'gc, const N: usize>(
    allocator: &mut Allocator<'gc>,
    tag: u8,
    fields: [Value<'gc>; N],
) -> Value<'gc> {
    check_tag(tag);
    let fields = raws(fields);
    // SAFETY: as above.
    unsafe {
        let block = allocator.block_from_slice(tag, &fields);
        allocator.value(block)
    }
}

#[inline(always)]
fn raws<const N: usize>(fields: [Value<'_>; N]) -> [Raw; N] {
    let mut raws = [sys::UNIT; N];
    for i in 0..N {
        raws[i] = fields[i].raw();
    }
    raws
}

/// A record of floats.
#[inline(always)]
pub fn flat_record<'gc, const N: usize>(
    allocator: &mut Allocator<'gc>,
    floats: [f64; N],
) -> Value<'gc> {
    let record = allocator.float_array(&floats);
    // SAFETY: just made.
    unsafe { allocator.value(record) }
}

/// An enum that is a polymorphic variant: what `#[ocaml(inherit)]` asks.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no polymorphic variant that can be inherited",
    label = "not `#[ocaml(polymorphic)]`, or without `FromValue`",
    note = "derive it for an enum: `#[derive(FromValue)] #[ocaml(polymorphic)]`"
)]
pub trait PolymorphicVariant {
    /// Whether it has a tag of this hash.
    fn has_tag(hash: isize) -> bool;
}

/// The hash of a polymorphic variant's tag, and what the tag carries.
#[inline(always)]
pub fn polymorphic<'gc>(value: Value<'gc>) -> Option<(isize, Option<Value<'gc>>)> {
    if value.is_int() {
        return Some((sys::int_of(value.raw()), None));
    }
    let fields = Fields::of(value, 0, 2)?;
    let hash = fields.get(0);
    if hash.is_int() {
        Some((sys::int_of(hash.raw()), Some(fields.get(1))))
    } else {
        None
    }
}

/// What is registered for the exception of this number, if that has been found.
fn found<'gc, E: OCamlException>(number: usize) -> Option<Value<'gc>> {
    let root = E::registered().get(number)?.found()?;
    // SAFETY: a root of the runtime's, of a value; the runtime is held, since conversions run only
    // then, and the caller has a lifetime in which nothing collects.
    Some(unsafe { Value::from_raw(root.read()) })
}

/// The block that identifies a registered exception.
#[derive(Clone, Copy)]
pub struct ExceptionConstructor<'gc>(Value<'gc>);

impl<'gc> ExceptionConstructor<'gc> {
    /// That of the exception of this number; `None` when it has not been found.
    pub fn of<E: OCamlException>(_: &Allocator<'gc>, number: usize) -> Option<Self> {
        let constructor = found::<E>(number)?;
        (constructor.tag() == Some(sys::OBJECT_TAG)).then_some(ExceptionConstructor(constructor))
    }

    /// Whether the exception is the one of this number.
    pub fn is_that_of<E: OCamlException>(exception: Value<'gc, Exn>, number: usize) -> bool {
        match (exception.constructor(), found::<E>(number)) {
            (Ok(own), Some(registered)) => own.raw() == registered.raw(),
            _ => false,
        }
    }

    /// For the constructor's place in the fields of an exception.
    #[inline(always)]
    pub fn value(self) -> Value<'gc> {
        self.0
    }

    /// The exception without arguments.
    #[inline(always)]
    pub fn constant(self) -> Value<'gc, Exn> {
        // SAFETY: a constructor without arguments is the exception.
        unsafe { self.0.cast() }
    }

    /// The exception with arguments; the constructor takes the place of the first field.
    #[inline]
    pub fn with_arguments<const N: usize>(
        self,
        allocator: &mut Allocator<'gc>,
        mut fields: [Value<'gc>; N],
    ) -> Value<'gc, Exn> {
        const { assert!(N >= 2) };
        fields[0] = self.0;
        // SAFETY: a block of the constructor and arguments.
        unsafe { large_block(allocator, 0, fields).cast() }
    }
}
