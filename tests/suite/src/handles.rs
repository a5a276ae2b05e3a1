//! Values that stay OCaml's: `Value`, `Root`, `List`, `Array`, `Seq`, `Fun`.

use bactrian::{
    Array, ConversionError, Exception, Exn, Fun, List, Root, Runtime, Seq, ToValue, Value,
};

#[bactrian::func]
fn echo_value<'gc, A>(value: Value<'gc, A>) -> Value<'gc, A> {
    value
}

#[bactrian::func]
fn echo_root(value: Root) -> Root {
    value
}

/// Kept while OCaml collects.
#[bactrian::func]
fn root_across(
    rt: &mut Runtime,
    value: Root,
    collect: Root<Fun<(), ()>>,
) -> Result<Root, Exception> {
    let second = value.duplicate(rt);
    drop(value);
    collect.call(rt, ())?;
    Ok(second)
}

/// What `Debug` prints.
#[bactrian::func]
fn debug(value: Value) -> String {
    format!("{value:?}")
}

#[bactrian::func]
fn echo_values<'gc, A>(values: Vec<Value<'gc, A>>) -> Vec<Value<'gc, A>> {
    values
}

#[bactrian::func]
fn echo_roots(values: Vec<Root>) -> Vec<Root> {
    values
}

#[bactrian::func]
fn reverse_values<'gc, A>(mut values: Vec<Value<'gc, A>>) -> Vec<Value<'gc, A>> {
    values.reverse();
    values
}

/// The elements, each in a list cell of Rust's making, last first.
#[bactrian::func]
fn reverse_list<'gc, A>(
    rt: &'gc Runtime,
    list: Value<'gc, List<A>>,
) -> Result<Value<'gc, List<A>>, ConversionError> {
    let mut reversed = List::empty(rt);
    for element in list.iter() {
        reversed = List::cons(rt, element?, reversed);
    }
    Ok(reversed)
}

#[bactrian::func]
fn list_length(list: Value<List<isize>>) -> Result<usize, ConversionError> {
    list.iter()
        .try_fold(0, |length, element| element.map(|_| length + 1))
}

#[bactrian::func]
fn array_length(array: Value<Array<isize>>) -> Result<usize, ConversionError> {
    array.len()
}

#[bactrian::func]
fn array_get<'gc, A>(
    rt: &'gc Runtime,
    array: Value<'gc, Array<A>>,
    index: usize,
) -> Result<Value<'gc, A>, ConversionError> {
    array.get(rt, index)
}

#[bactrian::func]
fn array_set<'gc, A>(
    rt: &'gc Runtime,
    array: Value<'gc, Array<A>>,
    index: usize,
    element: Value<'gc, A>,
) -> Result<(), ConversionError> {
    array.set(rt, index, element)
}

#[bactrian::func]
fn array_of<'gc, A>(rt: &'gc Runtime, a: Value<'gc, A>, b: Value<'gc, A>) -> Value<'gc, Array<A>> {
    Array::from_values(rt, &[a, b, a])
}

#[bactrian::func]
fn array_of_none<'gc>(rt: &'gc Runtime, _: ()) -> Value<'gc, Array<isize>> {
    Array::from_values(rt, &[])
}

/// Gives each element of an array a string made by Rust.
#[bactrian::func]
fn array_fill<'gc>(
    rt: &'gc Runtime,
    array: Value<'gc, Array<String>>,
) -> Result<(), ConversionError> {
    for index in 0..array.len()? {
        array.set(rt, index, Value::new(rt, &format!("element {index}")))?;
    }
    Ok(())
}

/// The first `n` elements.
#[bactrian::func(as = list)]
fn seq_take(rt: &mut Runtime, mut seq: Seq<isize>, n: usize) -> Result<Vec<isize>, Exception> {
    let mut taken = Vec::new();
    while taken.len() < n
        && let Some(element) = seq.next(rt)?
    {
        taken.push(element);
    }
    Ok(taken)
}

/// The sequence without its first element.
#[bactrian::func]
fn seq_tail(rt: &mut Runtime, mut seq: Seq<isize>) -> Result<Seq<isize>, Exception> {
    seq.next(rt)?;
    Ok(seq)
}

/// The elements that convert, and the number of those that do not.
#[bactrian::func]
fn seq_lenient(rt: &mut Runtime, mut seq: Seq<u8>) -> (Vec<u16>, usize) {
    let (mut good, mut bad) = (Vec::new(), 0);
    loop {
        match seq.next(rt) {
            Ok(Some(element)) => good.push(element.into()),
            Ok(None) => return (good, bad),
            Err(_) => bad += 1,
        }
    }
}

#[bactrian::func]
fn echo_seq(seq: Seq<isize>) -> Seq<isize> {
    seq
}

#[bactrian::func]
fn echo_fun(function: Root<Fun<(isize,), isize>>) -> Root<Fun<(isize,), isize>> {
    function
}

#[bactrian::func]
fn echo_exn(exception: Root<Exn>) -> Root<Exn> {
    exception
}

#[bactrian::func]
fn echo_option_value<'gc, A>(value: Option<Value<'gc, A>>) -> Option<Value<'gc, A>> {
    value
}

/// The tag (-1 of an immediate) and the size, as `Obj` says them.
#[bactrian::func]
fn shape(value: Value) -> (isize, usize) {
    (
        value.tag().map_or(-1, isize::from),
        value.size().unwrap_or(0),
    )
}

#[bactrian::func]
fn field<'gc>(value: Value<'gc>, index: usize) -> Result<Value<'gc>, ConversionError> {
    value.field(index)
}

#[bactrian::func]
fn as_int(value: Value) -> Result<isize, ConversionError> {
    value.as_int()
}

#[bactrian::func]
fn as_float(value: Value) -> Result<f64, ConversionError> {
    value.as_float()
}

#[bactrian::func]
fn as_bytes(value: Value) -> Result<Vec<u8>, ConversionError> {
    value.as_bytes().map(<[u8]>::to_vec)
}

#[bactrian::func]
fn as_str<'gc>(value: Value<'gc>) -> Result<&'gc str, ConversionError> {
    value.as_str()
}

/// Made of a value with the implicit runtime.
#[bactrian::func]
fn pair_with_itself<'gc>(value: Value<'gc>) -> Value<'gc> {
    (value, value).to_value(gc)
}
