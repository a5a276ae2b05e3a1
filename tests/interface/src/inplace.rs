//! OCaml's values in place: references, lazy values, tables.

use bactrian::{
    ConversionError, Exception, Hashtbl, Instance, Lazy, Map, Ref, Root, Runtime, Set, Value,
};

/// A module that every OCaml program has.
enum StringMap {}

impl Instance for StringMap {
    type Key = String;
    const TYPE: &'static str = "Map.Make(String).t";
}

enum StringSet {}

impl Instance for StringSet {
    type Key = String;
    const TYPE: &'static str = "Set.Make(String).t";
}

/// Counts.
#[bactrian::func]
fn increment(rt: &Runtime, counter: Value<'_, Ref<isize>>) -> Result<(), ConversionError> {
    let n: isize = counter.get()?.to()?;
    counter.set(rt, Value::new(rt, &(n + 1)))
}

#[bactrian::func]
fn force(rt: &mut Runtime, lazy: Root<Lazy<isize>>) -> Result<isize, Exception> {
    Ok(lazy.force(rt)?.to()?)
}

#[bactrian::func]
fn sum_of_table<'gc, K>(table: Value<'gc, Hashtbl<K, isize>>) -> Result<isize, ConversionError> {
    table.iter().map(|binding| binding?.1.to::<isize>()).sum()
}

#[bactrian::func]
fn sum_of_map(map: Value<'_, Map<StringMap, isize>>) -> Result<isize, ConversionError> {
    map.iter().map(|binding| binding?.1.to::<isize>()).sum()
}

#[bactrian::func]
fn size_of_set(set: Value<'_, Set<StringSet>>) -> usize {
    set.iter().count()
}
