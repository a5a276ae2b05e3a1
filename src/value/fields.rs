//! Records and tuples in place, field by field.

use core::fmt;
use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Value};
use crate::convert::adapters::FromValueAs;
use crate::convert::{FromValue, derived};
use crate::runtime::{Allocator, Runtime};

/// Types whose OCaml values are read field by field: tuples, and structs that derive
/// [`FromValue`](derive@crate::FromValue), but for those that borrow, have one unnamed field or are
/// `unboxed` or mirrors.
///
/// For an example, see [`Value::fields`].
pub trait Record {
    /// The fields: of a tuple, a tuple of values; of a struct, a struct with the same fields, each a
    /// [`Field`], or a [`MutableField`] where `#[ocaml(mutable)]` says so. It is as visible as the
    /// struct's own field. Those that are converted by the functions of a module (`with`), whose type
    /// nothing knows, or are not in the OCaml type (`skip`) are `()`.
    ///
    /// ```
    /// use bactrian::{ConversionError, Record, Value};
    ///
    /// /// The first of two: `fields` without a conversion.
    /// fn first<'gc>(pair: Value<'gc, (String, isize)>) -> Result<Value<'gc, String>, ConversionError> {
    ///     let (first, _): <(String, isize) as Record>::Fields<'gc> = pair.fields()?;
    ///     Ok(first)
    /// }
    /// ```
    type Fields<'gc>;

    /// Checks that the value has these fields.
    #[doc(hidden)]
    fn read_fields(value: Value<'_>) -> Result<Self::Fields<'_>, ConversionError>;
}

impl<'gc, T: Record> Value<'gc, T> {
    /// The fields of a record or tuple, in place: nothing is converted, and what is not asked for is
    /// not even read.
    ///
    /// # Errors
    ///
    /// When this is not a block of that many fields.
    ///
    /// ```
    /// use bactrian::{ConversionError, FromValue, Runtime, Value};
    ///
    /// /// OCaml: `type person = { name : string; mutable age : int; friends : person list }`
    /// #[derive(FromValue)]
    /// struct Person {
    ///     name: String,
    ///     #[ocaml(mutable)]
    ///     age: u8,
    ///     #[ocaml(as = list)]
    ///     friends: Vec<Person>,
    /// }
    ///
    /// /// OCaml: `external birthday : person -> unit = "mycrate_birthday"`
    /// #[bactrian::func]
    /// fn birthday(rt: &Runtime, person: Value<'_, Person>) -> Result<(), ConversionError> {
    ///     let age = person.fields()?.age;
    ///     let old: u8 = age.get(rt).to()?;
    ///     age.set(rt, Value::new(rt, &old.saturating_add(1)))
    /// }
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let pair: Value<(isize, String)> = Value::new(rt, &(1, "one".to_string()));
    /// let (number, text) = pair.fields().unwrap();
    /// assert_eq!(number.as_int().unwrap(), 1);
    /// assert_eq!(text.as_str().unwrap(), "one");
    /// # });
    /// ```
    #[inline]
    pub fn fields(self) -> Result<T::Fields<'gc>, ConversionError> {
        T::read_fields(self.any())
    }
}

/// Checks that a value is a block of so many fields, all values, or of as many floats. `expected` says
/// what it should be.
#[doc(hidden)]
#[inline]
pub fn check_fields(
    value: Value<'_>,
    size: usize,
    flat: bool,
    expected: &'static str,
) -> Result<(), ConversionError> {
    let is_so = if flat {
        value.is_block_of(sys::DOUBLE_ARRAY_TAG, size * sys::DOUBLE_WOSIZE)
    } else {
        value.is_block_of(0, size)
    };
    if is_so {
        Ok(())
    } else {
        Err(value.unexpected(expected))
    }
}

/// Whether a field of a record is a float, where a conversion that is missing is reported by another
/// use of it: an `impl` whose conditions hold comes before [`NoFloat`].
#[doc(hidden)]
pub struct Float<T>(PhantomData<T>);

/// As [`Float`], of a field that is converted as `A` says.
#[doc(hidden)]
pub struct FloatAs<A, T>(PhantomData<(A, T)>);

/// The constant of a type that does not convert.
#[doc(hidden)]
pub trait NoFloat {
    /// No float.
    const IS_FLOAT: bool = false;
}

impl<T> NoFloat for Float<T> {}
impl<A, T> NoFloat for FloatAs<A, T> {}

impl<T: FromValue<'static>> Float<T> {
    /// Whether it is a float.
    pub const IS_FLOAT: bool = derived::is_float(T::IS_FLOAT, T::TYPE);
}

impl<A, T: FromValueAs<'static, A>> FloatAs<A, T> {
    /// Whether it is a float.
    pub const IS_FLOAT: bool = derived::is_float(T::IS_FLOAT, T::TYPE);
}

/// A field of a record in place. Made by [`Value::fields`].
///
/// For an example, see [`Value::fields`].
pub struct Field<'gc, T, const INDEX: usize> {
    record: Value<'gc>,
    phantom: PhantomData<fn() -> T>,
}

/// A mutable field of a record in place. Made by [`Value::fields`].
///
/// It is a [`Field`] that can be written.
///
/// For an example, see [`Value::fields`].
pub struct MutableField<'gc, T, const INDEX: usize>(Field<'gc, T, INDEX>);

impl<T, const INDEX: usize> Clone for Field<'_, T, INDEX> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const INDEX: usize> Copy for Field<'_, T, INDEX> {}

impl<T, const INDEX: usize> Clone for MutableField<'_, T, INDEX> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const INDEX: usize> Copy for MutableField<'_, T, INDEX> {}

impl<'gc, T, const INDEX: usize> Field<'gc, T, INDEX> {
    /// The field of this index.
    ///
    /// # Safety
    ///
    /// [`check_fields`] has said `Ok`, for more fields than the index; and the field is of type `T`,
    /// if the record is of its type.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn of(record: Value<'gc>) -> Self {
        Field {
            record,
            phantom: PhantomData,
        }
    }

    /// Whether the record is one of floats, without boxes.
    #[inline(always)]
    fn is_flat(self) -> bool {
        self.record.tag() == Some(sys::DOUBLE_ARRAY_TAG)
    }

    /// What the field holds now. A float of a record that has nothing else is boxed for it.
    ///
    /// ```
    /// use bactrian::{FromValue, ToValue, Value};
    ///
    /// #[derive(FromValue, ToValue)]
    /// struct Point {
    ///     x: f64,
    ///     y: f64,
    /// }
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let point = Value::new(rt, &Point { x: 1.0, y: 2.0 });
    /// let y = point.fields().unwrap().y.get(rt);
    /// assert_eq!(y.as_float().unwrap(), 2.0);
    /// # });
    /// ```
    #[inline]
    pub fn get(self, rt: &'gc Runtime) -> Value<'gc, T> {
        // SAFETY: the record has this field, since blocks do not shrink or change between the two
        // layouts; what it holds is of its type.
        unsafe {
            if self.is_flat() {
                let mut allocator = Allocator::new(rt);
                let float = allocator.float(self.record.float_at_unchecked(INDEX));
                allocator.value(float)
            } else {
                self.record.field_unchecked(INDEX).cast()
            }
        }
    }
}

impl<'gc, T, const INDEX: usize> MutableField<'gc, T, INDEX> {
    /// The field of this index.
    ///
    /// # Safety
    ///
    /// As for [`Field::of`]; and OCaml's type says that it is mutable.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn of(record: Value<'gc>) -> Self {
        // SAFETY: the caller's promise.
        MutableField(unsafe { Field::of(record) })
    }

    /// What the field holds now, as [`Field::get`].
    ///
    /// ```
    /// use bactrian::{FromValue, ToValue, Value};
    ///
    /// #[derive(FromValue, ToValue)]
    /// struct Counter {
    ///     name: String,
    ///     #[ocaml(mutable)]
    ///     count: isize,
    /// }
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let counter = Value::new(rt, &Counter { name: "a".into(), count: 7 });
    /// assert_eq!(counter.fields().unwrap().count.get(rt).as_int().unwrap(), 7);
    /// # });
    /// ```
    #[inline]
    pub fn get(self, rt: &'gc Runtime) -> Value<'gc, T> {
        self.0.get(rt)
    }

    /// Has the field hold something else (`<-`, `caml_modify`).
    ///
    /// # Errors
    ///
    /// When the record has nothing but floats, and the value is none, because OCaml was lied to.
    ///
    /// ```
    /// use bactrian::{FromValue, ToValue, Value};
    ///
    /// #[derive(FromValue, ToValue)]
    /// struct Counter {
    ///     name: String,
    ///     #[ocaml(mutable)]
    ///     count: isize,
    /// }
    ///
    /// # bactrian::hidden::embedded(|rt| {
    /// let counter = Value::new(rt, &Counter { name: "a".into(), count: 7 });
    /// counter.fields().unwrap().count.set(rt, Value::new(rt, &8)).unwrap();
    /// assert_eq!(counter.to::<Counter>().unwrap().count, 8);
    /// # });
    /// ```
    ///
    /// One that is not mutable has no `set`:
    ///
    /// ```compile_fail,E0599
    /// # use bactrian::{FromValue, Runtime, Value};
    /// #[derive(FromValue)]
    /// struct Counter {
    ///     name: String,
    ///     count: isize,
    /// }
    ///
    /// fn reset<'gc>(rt: &'gc Runtime, counter: Value<'gc, Counter>) {
    ///     counter.fields().unwrap().count.set(rt, Value::new(rt, &0));
    /// }
    /// ```
    #[inline]
    pub fn set(self, _: &'gc Runtime, value: Value<'gc, T>) -> Result<(), ConversionError> {
        let record = self.0.record;
        if self.0.is_flat() {
            let float = value.as_float()?;
            // SAFETY: the record has this field.
            unsafe { (record.raw() as *mut f64).add(INDEX).write_unaligned(float) };
        } else {
            // SAFETY: the record has this field; a value of the same heap.
            unsafe { sys::caml_modify((record.raw() as *mut Raw).add(INDEX), value.raw()) };
        }
        Ok(())
    }
}

impl<T, const INDEX: usize> fmt::Debug for Field<'_, T, INDEX> {
    /// Prints the record: what the field holds may have to be boxed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "field {INDEX} of {:?}", self.record)
    }
}

impl<T, const INDEX: usize> fmt::Debug for MutableField<'_, T, INDEX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! tuple {
    ($size:literal: $($type:ident $field:tt)*) => {
        impl<$($type),*> Record for ($($type,)*) {
            type Fields<'gc> = ($(Value<'gc, $type>,)*);

            #[inline]
            fn read_fields(value: Value<'_>) -> Result<Self::Fields<'_>, ConversionError> {
                check_fields(value, $size, false, concat!("a tuple of ", $size))?;
                // SAFETY: just checked; the fields of a tuple of this type.
                unsafe { Ok(($(value.field_unchecked($field).cast::<$type>(),)*)) }
            }
        }
    };
}

tuple!(2: A 0 B 1);
tuple!(3: A 0 B 1 C 2);
tuple!(4: A 0 B 1 C 2 D 3);
tuple!(5: A 0 B 1 C 2 D 3 E 4);
tuple!(6: A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(7: A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
