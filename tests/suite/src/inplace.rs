//! OCaml's values in place: references, records, tuples, lazy values, tables, polymorphic variants.

use bactrian::adapters::{As, AsList, Int};
use bactrian::{
    Array, ConversionError, Exception, FromValue, Fun, Hashtbl, Instance, Lazy, List, Map, Ref,
    Root, Runtime, Set, ToValue, Value, Variant,
};

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

// ---- lazy values ----

#[bactrian::func]
fn lazy_forced<'gc, A>(lazy: Value<'gc, Lazy<A>>) -> Option<Value<'gc, A>> {
    lazy.forced()
}

#[bactrian::func]
fn lazy_force<'gc>(
    rt: &'gc mut Runtime,
    lazy: Root<Lazy<String>>,
) -> Result<Value<'gc, String>, Exception> {
    lazy.force(rt)
}

#[bactrian::func]
fn lazy_force_float(rt: &mut Runtime, lazy: Root<Lazy<f64>>) -> Result<f64, Exception> {
    Ok(lazy.force(rt)?.to()?)
}

/// Forced twice, with a collection between.
#[bactrian::func]
fn lazy_force_twice(
    rt: &mut Runtime,
    lazy: Root<Lazy<String>>,
    between: Root<Fun<(), ()>>,
) -> Result<bool, Exception> {
    let first: String = lazy.force(rt)?.to()?;
    between.call(rt, ())?;
    let second: String = lazy.force(rt)?.to()?;
    Ok(first == second)
}

#[bactrian::func]
fn lazy_from_val<'gc, A>(rt: &'gc Runtime, value: Value<'gc, A>) -> Value<'gc, Lazy<A>> {
    Lazy::from_val(rt, value)
}

// ---- tables ----

enum StringMap {}

impl Instance for StringMap {
    type Key = String;
    const TYPE: &'static str = "String_map.t";
}

enum IntSet {}

impl Instance for IntSet {
    type Key = isize;
    const TYPE: &'static str = "Int_set.t";
}

#[bactrian::func(as = list)]
fn hashtbl_bindings(
    table: Value<'_, Hashtbl<String, isize>>,
) -> Result<Vec<(String, isize)>, ConversionError> {
    table
        .iter()
        .map(|binding| {
            let (key, data) = binding?;
            Ok((key.to()?, data.to()?))
        })
        .collect()
}

#[bactrian::func]
fn hashtbl_length(
    table: Value<'_, Hashtbl<String, isize>>,
) -> Result<(usize, usize, bool), ConversionError> {
    Ok((table.len()?, table.iter().count(), table.is_empty()?))
}

#[bactrian::func]
fn hashtbl_values<'gc, K, V>(
    rt: &'gc Runtime,
    table: Value<'gc, Hashtbl<K, V>>,
) -> Result<Value<'gc, Array<V>>, ConversionError> {
    let values: Result<Vec<_>, ConversionError> =
        table.iter().map(|binding| Ok(binding?.1)).collect();
    Ok(Array::from_values(rt, &values?))
}

#[bactrian::func(as = list)]
fn map_bindings(
    map: Value<'_, Map<StringMap, isize>>,
) -> Result<Vec<(String, isize)>, ConversionError> {
    map.iter()
        .map(|binding| {
            let (key, data) = binding?;
            Ok((key.to()?, data.to()?))
        })
        .collect()
}

#[bactrian::func(as = list)]
fn set_elements(set: Value<'_, Set<IntSet>>) -> Result<Vec<isize>, ConversionError> {
    set.iter().map(|element| element?.to()).collect()
}

// ---- polymorphic variants ----

#[bactrian::func]
fn variant_describe(value: Value) -> Result<String, ConversionError> {
    let variant = value.variant()?;
    Ok(match variant.payload() {
        None if variant.is("Red") => "red".into(),
        None => format!("{}", variant.hash()),
        Some(n) if variant.is("Width") => format!("width {}", n.to::<isize>()?),
        Some(rgb) if variant.is("Rgb") => format!("{:?}", rgb.to::<(u8, u8, u8)>()?),
        Some(other) => format!("{}: {other:?}", variant.hash()),
    })
}

#[bactrian::func]
fn variant_make<'gc>(rt: &'gc Runtime, tag: &'gc str, payload: Option<Value<'gc>>) -> Value<'gc> {
    match payload {
        None => Variant::constant(rt, tag),
        Some(payload) => Variant::with(rt, tag, payload),
    }
}
