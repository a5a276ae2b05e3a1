//! A result that has the exclusive borrow of the runtime in it could collect while it is made a
//! value, or after that, when it is dropped.
#![forbid(unsafe_code)]

use bactrian::{Runtime, ToValue, TypeExpr, Value};

struct Held<'a>(&'a mut Runtime);

impl ToValue for Held<'_> {
    const TYPE: TypeExpr = TypeExpr::named("string");

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        "moved by the collection below".to_value(rt)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.0.poll();
    }
}

#[bactrian::func]
fn held<'a>(rt: &'a mut Runtime) -> Held<'a> {
    Held(rt)
}

fn main() {}
