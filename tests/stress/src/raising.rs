//! Panics, errors and conversion errors, with every destructor counted.

use std::fmt;
use std::sync::atomic::{AtomicIsize, Ordering};

use bactrian::{ConversionError, Exception, FromValue, Fun, List, Root, Runtime, TypeExpr, Value};

static MADE: AtomicIsize = AtomicIsize::new(0);
static DROPPED: AtomicIsize = AtomicIsize::new(0);

/// Something that counts itself, and has memory of its own.
struct Counted(#[allow(dead_code)] Box<[u8; 40]>);

impl Counted {
    fn new() -> Self {
        MADE.fetch_add(1, Ordering::Relaxed);
        Counted(Box::new([1; 40]))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Reads an `int`, and counts.
struct Element(#[allow(dead_code)] Counted);

impl<'gc> FromValue<'gc> for Element {
    const TYPE: TypeExpr = TypeExpr::named("int");

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let counted = Counted::new();
        let n = isize::from_value(value)?;
        if n == 666 {
            panic!("within a conversion");
        }
        Ok(Element(counted))
    }
}

/// How many were made, and how many dropped.
#[bactrian::func]
fn raising_counts(_: ()) -> (isize, isize) {
    (MADE.load(Ordering::SeqCst), DROPPED.load(Ordering::SeqCst))
}

/// Panics when it is dropped.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic!("a payload that panics when it is dropped");
    }
}

fn deep(depth: isize, n: isize) -> isize {
    let _counted = Counted::new();
    if depth == 0 {
        match n % 5 {
            0 => panic!("a literal"),
            1 => panic!("number {n}"),
            2 => std::panic::panic_any(Counted::new()),
            3 => std::panic::panic_any(Grenade),
            _ => {
                let none = std::hint::black_box(None::<isize>);
                none.expect("nothing there")
            }
        }
    } else {
        deep(depth - 1, n) + 1
    }
}

/// Panics some frames down, holding arguments, locals and roots.
#[bactrian::func(boxed)]
fn raising_panic(rt: &Runtime, list: Vec<Element>, text: String, value: Root, n: isize) -> isize {
    let local = [Counted::new(), Counted::new()];
    let root = value.duplicate(rt);
    let result = deep(n % 7, n);
    drop((local, root, list, text));
    result
}

/// The text of an error that counts.
struct Failure(#[allow(dead_code)] Counted, isize);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Failure")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}", self.1)
    }
}

impl std::error::Error for Failure {}

/// An `Err` of an error type: `Failure`.
#[bactrian::func(boxed)]
fn raising_err(list: Vec<Element>, n: isize) -> Result<isize, Failure> {
    let _local = Counted::new();
    if n >= 0 {
        Err(Failure(Counted::new(), n))
    } else {
        Ok(list.len() as isize)
    }
}

/// An `Err` of the system: `Sys_error`.
#[bactrian::func(boxed)]
fn raising_io(list: Vec<Element>, n: isize) -> std::io::Result<String> {
    let _local = Counted::new();
    if n >= 0 {
        Err(std::io::Error::other(Failure(Counted::new(), n)))
    } else {
        Ok(list.len().to_string())
    }
}

/// A conversion error: the third argument is no `u8`.
#[bactrian::func(boxed)]
fn raising_conversion(
    list: Vec<Element>,
    #[ocaml(as = list)] more: Vec<(Element, String)>,
    n: u8,
) -> usize {
    let _local = Counted::new();
    list.len() + more.len() + usize::from(n)
}

/// Calls OCaml, which may raise, or panic through another function.
#[bactrian::func(boxed)]
fn raising_through(
    rt: &mut Runtime,
    f: Root<Fun<(isize,), isize>>,
    n: isize,
) -> Result<isize, Exception> {
    let _local = Counted::new();
    let kept = f.duplicate(rt);
    let result = f.call(rt, (n,))?;
    let _more = Counted::new();
    kept.call(rt, (result,))
}

/// Calls OCaml, and panics with its exception.
#[bactrian::func(boxed)]
fn raising_unwrap(rt: &mut Runtime, f: Root<Fun<(isize,), isize>>, n: isize) -> isize {
    let _local = Counted::new();
    f.call(rt, (n,)).unwrap()
}

/// An `Err` that is a result of OCaml's.
#[bactrian::func(boxed)]
fn raising_result<'gc>(
    rt: &'gc Runtime,
    list: Value<'gc, List<isize>>,
    n: isize,
) -> Result<Value<'gc, isize>, String> {
    let _local = Counted::new();
    let kept = Root::new(rt, list);
    for element in kept.get(rt).iter().flatten() {
        if element.as_int().is_ok_and(|found| found == n) {
            return Ok(element);
        }
    }
    Err(format!("no {n}"))
}
