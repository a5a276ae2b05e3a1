//! Attempts to do harm: each of these once did, or looked as if it might.

use std::cell::Cell;
use std::rc::Rc;

use bactrian::{
    ConversionError, Custom, Exception, FromValue, Function, Instance, Map, Predefined, Runtime,
    Set, ToValue, TypeExpr, Value,
};

/// Its size panics when it is odd.
#[derive(Custom)]
#[ocaml(mutable, external_size = Odd::size)]
struct Odd(usize);

impl Odd {
    fn size(&self) -> usize {
        assert!(self.0.is_multiple_of(2), "odd");
        self.0
    }
}

#[bactrian::func]
fn odd(n: usize) -> Odd {
    Odd(n)
}

#[bactrian::func]
fn odd_set(odd: &mut Odd, n: usize, panics: bool) {
    odd.0 = n;
    assert!(!panics, "by itself");
}

/// As above, where the function may collect.
#[bactrian::func]
fn odd_set_and_poll(rt: &mut Runtime, odd: &mut Odd, n: usize) -> Result<(), Exception> {
    odd.0 = n;
    rt.poll()
}

#[bactrian::func]
fn odd_set_borrowed(odd: Option<bactrian::BorrowedMut<Odd>>, n: usize) {
    if let Some(mut odd) = odd {
        odd.0 = n;
    }
}

#[bactrian::func]
fn odd_get(odd: &Odd) -> usize {
    odd.0
}

enum IntMap {}

impl Instance for IntMap {
    type Key = isize;
    const TYPE: &'static str = "Int_map.t";
}

#[bactrian::func]
fn tree_map_length(map: Value<'_, Map<IntMap, isize>>) -> Result<usize, ConversionError> {
    map.iter()
        .try_fold(0, |sum, binding| binding.map(|_| sum + 1))
}

#[bactrian::func]
fn tree_set_length(set: Value<'_, Set<IntMap>>) -> Result<usize, ConversionError> {
    set.iter()
        .try_fold(0, |sum, element| element.map(|_| sum + 1))
}

/// What does not fit in 63 bits, in an exception.
#[bactrian::func]
fn raise_far_line() -> Result<(), Predefined> {
    Err(Predefined::MatchFailure {
        file: "far".to_owned(),
        line: isize::MAX,
        column: 0,
    })
}

#[bactrian::func]
fn raise_far_line_later() -> Function<(), ()> {
    Function::new(|_: &mut Runtime| raise_far_line())
}

/// A result that panics while it is made.
struct Unmade;

impl ToValue for Unmade {
    const TYPE: TypeExpr = TypeExpr::named("unit");

    fn to_value<'gc>(&self, _: &'gc Runtime) -> Value<'gc> {
        panic!("not to be made")
    }
}

#[bactrian::func]
fn unmade_later() -> Function<(), Unmade> {
    Function::new(|_: &mut Runtime| Unmade)
}

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

/// A number that panics at 13 while it is read, fails at 14, and panics at 15 when it is dropped.
struct Fragile(isize);

impl<'gc> FromValue<'gc> for Fragile {
    const TYPE: TypeExpr = TypeExpr::Name("ref", &[TypeExpr::named("int")]);

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let n = value.field(0)?.to()?;
        assert!(n != 13, "thirteen");
        if n == 14 {
            return Err(ConversionError::message("fourteen"));
        }
        LIVE.set(LIVE.get() + 1);
        Ok(Fragile(n))
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
        assert!(self.0 != 15, "fifteen");
    }
}

#[bactrian::func]
fn fragile_sum(#[ocaml(as = share)] all: Vec<Rc<Fragile>>) -> isize {
    all.iter().map(|fragile| fragile.0).sum()
}

#[bactrian::func]
fn fragile_live() -> isize {
    LIVE.get()
}

#[bactrian::func]
fn add_pair() -> Function<(isize, isize), isize> {
    Function::new(|_: &mut Runtime, a: isize, b: isize| a + b)
}
