//! OCaml's values in place: references, records, tuples.

use bactrian::adapters::{As, AsList, Int};
use bactrian::{ConversionError, FromValue, List, Ref, Root, Runtime, ToValue, Value};

// ---- references ----

#[bactrian::func]
fn ref_get<'gc, A>(reference: Value<'gc, Ref<A>>) -> Result<Value<'gc, A>, ConversionError> {
    reference.get()
}

#[bactrian::func]
fn ref_set<'gc, A>(
    rt: &'gc Runtime,
    reference: Value<'gc, Ref<A>>,
    value: Value<'gc, A>,
) -> Result<(), ConversionError> {
    reference.set(rt, value)
}

/// What was read before stays what it was.
#[bactrian::func]
fn ref_exchange<'gc, A>(
    rt: &'gc Runtime,
    reference: Value<'gc, Ref<A>>,
    value: Value<'gc, A>,
) -> Result<Value<'gc, A>, ConversionError> {
    let before = reference.get()?;
    reference.set(rt, value)?;
    Ok(before)
}

#[bactrian::func]
fn ref_new<'gc, A>(rt: &'gc Runtime, value: Value<'gc, A>) -> Value<'gc, Ref<A>> {
    Ref::new(rt, value)
}

/// New strings, made by Rust, one after the other in front of a list.
#[bactrian::func]
fn ref_push(
    rt: &Runtime,
    list: Value<'_, Ref<List<String>>>,
    count: usize,
) -> Result<(), ConversionError> {
    for i in 0..count {
        let text: Value<String> = Value::new(rt, &format!("text {i}"));
        list.set(rt, List::cons(rt, text, list.get()?))?;
    }
    Ok(())
}

#[bactrian::func]
fn ref_of_a_root(rt: &Runtime, reference: Root<Ref<isize>>) -> Result<isize, ConversionError> {
    let value = reference.get(rt);
    let n: isize = value.get()?.to()?;
    value.set(rt, Value::new(rt, &(n + 1)))?;
    Ok(n)
}

// ---- records and tuples ----

#[derive(FromValue, ToValue)]
struct Person {
    name: String,
    #[ocaml(mutable)]
    age: u8,
    #[ocaml(as = list, mutable)]
    friends: Vec<Person>,
    #[ocaml(as = int)]
    id: i64,
}

#[derive(FromValue, ToValue)]
struct Point {
    x: f64,
    #[ocaml(mutable)]
    y: f64,
}

#[derive(FromValue, ToValue)]
struct Pair<A, B>(A, B);

#[derive(FromValue, ToValue)]
struct Tagged<T> {
    tag: String,
    #[ocaml(mutable)]
    of: T,
    #[ocaml(skip)]
    #[allow(dead_code, reason = "not in OCaml's type")]
    seen: bool,
}

#[bactrian::func]
fn person_name<'gc>(
    rt: &'gc Runtime,
    person: Value<'gc, Person>,
) -> Result<Value<'gc, String>, ConversionError> {
    Ok(person.fields()?.name.get(rt))
}

#[bactrian::func]
fn person_age(rt: &Runtime, person: Value<'_, Person>) -> Result<u8, ConversionError> {
    person.fields()?.age.get(rt).to()
}

#[bactrian::func]
fn person_birthday(rt: &Runtime, person: Value<'_, Person>) -> Result<(), ConversionError> {
    let age = person.fields()?.age;
    let old: u8 = age.get(rt).to()?;
    age.set(rt, Value::new(rt, &(old + 1)))
}

#[bactrian::func]
fn person_id(rt: &Runtime, person: Value<'_, Person>) -> Result<String, ConversionError> {
    let id: Value<As<Int, i64>> = person.fields()?.id.get(rt);
    Ok(id.to_as()?.to_string())
}

/// The number of friends before; then there is a new one.
#[bactrian::func]
fn person_befriend(
    rt: &Runtime,
    person: Value<'_, Person>,
    name: String,
) -> Result<usize, ConversionError> {
    let friends = person.fields()?.friends;
    let before = friends.get(rt).to_as()?;
    let (count, mut friends_now) = (before.len(), before);
    friends_now.push(Person {
        name,
        age: 0,
        friends: Vec::new(),
        id: 7,
    });
    let now: Value<As<AsList, Vec<Person>>> = Value::new_as(rt, &friends_now);
    friends.set(rt, now)?;
    Ok(count)
}

#[bactrian::func]
fn point_swap(rt: &Runtime, point: Value<'_, Point>) -> Result<f64, ConversionError> {
    let fields = point.fields()?;
    let (x, y) = (fields.x.get(rt), fields.y.get(rt));
    fields.y.set(rt, x)?;
    y.to()
}

#[bactrian::func]
fn pair_swap(
    rt: &Runtime,
    pair: Value<'_, Pair<String, isize>>,
) -> Result<(isize, String), ConversionError> {
    let fields = pair.fields()?;
    Ok((fields.1.get(rt).to()?, fields.0.get(rt).to()?))
}

#[bactrian::func]
fn tagged_set<'gc>(
    rt: &'gc Runtime,
    tagged: Value<'gc, Tagged<Vec<String>>>,
    of: Value<'gc, Vec<String>>,
) -> Result<Value<'gc, String>, ConversionError> {
    let fields = tagged.fields()?;
    fields.of.set(rt, of)?;
    Ok(fields.tag.get(rt))
}

#[bactrian::func]
fn tuple_parts<'gc>(
    rt: &'gc Runtime,
    tuple: Value<'gc, (isize, String, Vec<isize>)>,
) -> Result<(Value<'gc, String>, isize, usize), ConversionError> {
    let _ = rt;
    let (n, text, numbers) = tuple.fields()?;
    Ok((text, n.to()?, numbers.to::<Vec<isize>>()?.len()))
}
