//! Methods of OCaml's objects.

use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, Exception, Fun, Root, Value, apply};
use crate::convert::{Arguments, FromValue};
use crate::runtime::Runtime;

/// A method of the objects that `C` stands for: what `obj#name` is in OCaml is converted to `R`. For a
/// method with arguments, that is a function.
///
/// # Examples
///
/// ```
/// use bactrian::{Exception, Fun, Method, OCamlType, Root, Runtime, TypeExpr};
///
/// /// OCaml: `class type counter = object method count : int method add : int -> unit end`
/// enum Counter {}
///
/// impl OCamlType for Counter {
///     const TYPE: TypeExpr = TypeExpr::named("Counters.counter");
/// }
///
/// // SAFETY: the types are those of `class type counter`.
/// const COUNT: Method<Counter, isize> = unsafe { Method::new("count") };
/// // SAFETY: the same.
/// const ADD: Method<Counter, Root<Fun<(isize,), ()>>> = unsafe { Method::new("add") };
///
/// /// OCaml: `external add_twice : Counters.counter -> int -> int = "mycrate_add_twice"`
/// #[bactrian::func]
/// fn add_twice(rt: &mut Runtime, counter: Root<Counter>, n: isize) -> Result<isize, Exception> {
///     counter.send(rt, &ADD, (n,))?;
///     counter.send(rt, &ADD, (n,))?;
///     counter.method(rt, &COUNT)
/// }
///
/// assert_eq!(ADD.name(), "add");
/// ```
#[derive(Debug)]
pub struct Method<C, R> {
    name: &'static str,
    phantom: PhantomData<fn() -> (C, R)>,
}

impl<C, R> Method<C, R> {
    /// The method of this name.
    ///
    /// # Safety
    ///
    /// In the OCaml type that `C` stands for, the method has the type that `R` reads. What is given to a
    /// function of `R` is not checked again by OCaml.
    pub const unsafe fn new(name: &'static str) -> Self {
        Method {
            name,
            phantom: PhantomData,
        }
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Finds the function of a public method in an object, as `caml_get_public_method` does, but checks what
/// it reads: `None` when the object has no such method.
///
/// The first field of an object is the array of its class: the number of methods, a mask, and for each
/// method, by increasing hash of the name, the function and the hash.
fn find<'gc>(object: Value<'gc>, name: &str) -> Result<Option<Value<'gc>>, ConversionError> {
    let no_object = || object.unexpected("an object");
    match object.header() {
        Some(header)
            if sys::header_tag(header) == sys::OBJECT_TAG && sys::header_wosize(header) >= 2 => {}
        _ => return Err(no_object()),
    }
    // SAFETY: such a block holds values, and has one.
    let methods = unsafe { object.field_unchecked(0) };
    let size = match methods.header() {
        Some(header) if sys::header_tag(header) == 0 => sys::header_wosize(header),
        _ => return Err(no_object()),
    };
    // An array that holds values.
    let at = |index: usize| methods.field(index);
    let count = at(0)?.as_int().map_err(|_| no_object())?;
    let count = usize::try_from(count).map_err(|_| no_object())?;
    if count > size / 2 {
        return Err(no_object());
    }
    let hash = sys::hash_variant(name);
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        let found = at(2 * middle + 3)?.as_int().map_err(|_| no_object())?;
        match found.cmp(&hash) {
            core::cmp::Ordering::Equal => return Ok(Some(at(2 * middle + 2)?)),
            core::cmp::Ordering::Less => low = middle + 1,
            core::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(None)
}

impl<C> Root<C> {
    /// What `object#name` is: the result of a method without arguments, or a function.
    ///
    /// # Errors
    ///
    /// The exception that the method raised; that this is no object, or has no such method; that the
    /// result did not convert.
    ///
    /// For an example, see [`Method`].
    pub fn method<'gc, R: FromValue<'gc>>(
        &self,
        rt: &'gc mut Runtime,
        method: &Method<C, R>,
    ) -> Result<R, Exception> {
        let object = self.get(rt).any();
        let Some(function) = find(object, method.name)? else {
            return Err(ConversionError::new(
                alloc::format!("an object with a method `{}`", method.name),
                "an object without",
            )
            .into());
        };
        let (function, object): (Raw, Raw) = (function.raw(), object.raw());
        // SAFETY: nothing has collected since they were read.
        let result = unsafe { apply(rt, function, [object]) }?;
        Ok(R::from_value(result)?)
    }

    /// Calls a method with arguments: `object#name a b`.
    ///
    /// # Errors
    ///
    /// As for [`Root::method`].
    ///
    /// For an example, see [`Method`].
    pub fn send<'gc, A: Arguments, R: FromValue<'gc>>(
        &self,
        rt: &'gc mut Runtime,
        method: &Method<C, Root<Fun<A, R>>>,
        arguments: A,
    ) -> Result<R, Exception>
    where
        Root<Fun<A, R>>: for<'a> FromValue<'a>,
    {
        let function: Root<Fun<A, R>> = self.method(rt, method)?;
        function.call(rt, arguments)
    }
}
