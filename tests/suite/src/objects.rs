//! Methods of objects.
#![expect(unsafe_code, reason = "what types methods have is promised")]

use bactrian::{Exception, Fun, Method, OCamlType, Root, Runtime, TypeExpr};

enum Counter {}

impl OCamlType for Counter {
    const TYPE: TypeExpr = TypeExpr::named("counter");
}

// SAFETY: the types are those of `counter` in `objects.ml`.
const COUNT: Method<Counter, isize> = unsafe { Method::new("count") };
// SAFETY: the same.
const ADD: Method<Counter, Root<Fun<(isize, isize), ()>>> = unsafe { Method::new("add") };
// SAFETY: the same.
const FAIL: Method<Counter, Root<Fun<(), isize>>> = unsafe { Method::new("fail") };
// SAFETY: the same.
const NAME: Method<Counter, String> = unsafe { Method::new("name") };
// SAFETY: there is no object with this method.
const MISSING: Method<Counter, isize> = unsafe { Method::new("missing") };

#[bactrian::func]
fn object_count(rt: &mut Runtime, counter: Root<Counter>) -> Result<isize, Exception> {
    counter.method(rt, &COUNT)
}

#[bactrian::func]
fn object_add(
    rt: &mut Runtime,
    counter: Root<Counter>,
    (a, b): (isize, isize),
) -> Result<isize, Exception> {
    counter.send(rt, &ADD, (a, b))?;
    counter.method(rt, &COUNT)
}

#[bactrian::func]
fn object_fail(rt: &mut Runtime, counter: Root<Counter>) -> Result<isize, Exception> {
    counter.send(rt, &FAIL, ())
}

#[bactrian::func]
fn object_name(rt: &mut Runtime, counter: Root<Counter>) -> Result<String, Exception> {
    counter.method(rt, &NAME)
}

#[bactrian::func]
fn object_missing(rt: &mut Runtime, counter: Root<Counter>) -> Result<isize, Exception> {
    counter.method(rt, &MISSING)
}
