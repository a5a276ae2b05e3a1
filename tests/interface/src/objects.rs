//! Objects: types given by hand, and methods.
#![expect(unsafe_code, reason = "what types methods have is promised")]

use bactrian::{Exception, Fun, Method, OCamlType, Root, Runtime, TypeExpr};

/// A class type of another file.
enum Counter {}

impl OCamlType for Counter {
    const TYPE: TypeExpr = TypeExpr::named("Counters.counter");
}

// SAFETY: the types are those of `Counters.counter`.
const COUNT: Method<Counter, isize> = unsafe { Method::new("count") };
// SAFETY: the same.
const ADD: Method<Counter, Root<Fun<(isize,), ()>>> = unsafe { Method::new("add") };

/// Adds to a counter twice: what it counts to then.
#[bactrian::func]
fn add_twice(rt: &mut Runtime, counter: Root<Counter>, n: isize) -> Result<isize, Exception> {
    counter.send(rt, &ADD, (n,))?;
    counter.send(rt, &ADD, (n,))?;
    counter.method(rt, &COUNT)
}

/// Any object with this method.
enum Named {}

impl OCamlType for Named {
    const TYPE: TypeExpr = TypeExpr::named("< name : string; .. >");
}

// SAFETY: the type says so.
const NAME: Method<Named, String> = unsafe { Method::new("name") };

#[bactrian::func]
fn name_of(rt: &mut Runtime, object: Root<Named>) -> Result<String, Exception> {
    object.method(rt, &NAME)
}
