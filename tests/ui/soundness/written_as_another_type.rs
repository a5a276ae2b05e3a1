//! What is written has the type that the place has.
use bactrian::{Ref, Runtime, Value};

fn another_type<'gc>(rt: &'gc Runtime, reference: Value<'gc, Ref<String>>) {
    let number: Value<isize> = Value::new(rt, &7);
    reference.set(rt, number).unwrap();
}

fn unknown_type<'gc>(rt: &'gc Runtime, reference: Value<'gc, Ref<String>>, any: Value<'gc>) {
    reference.set(rt, any).unwrap();
}

fn main() {}
