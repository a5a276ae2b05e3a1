//! Errors, exceptions, panics.

use std::cell::Cell;
use std::error::Error;
use std::fmt;

use bactrian::{ConversionError, Exception, Exn, FromValue, Fun, Root, Runtime, ToValue, Value};

// ---- destructors are counted ----

thread_local! {
    static ALIVE: Cell<isize> = const { Cell::new(0) };
}

/// A local whose destructor must run, however the function ends.
pub(crate) struct Guard;

impl Guard {
    pub(crate) fn new() -> Self {
        ALIVE.with(|alive| alive.set(alive.get() + 1));
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        ALIVE.with(|alive| alive.set(alive.get() - 1));
    }
}

/// Guards not dropped yet.
#[bactrian::func]
fn alive() -> isize {
    ALIVE.with(Cell::get)
}

/// Whether Rust believes that it is panicking.
#[bactrian::func]
fn panicking() -> bool {
    std::thread::panicking()
}

// ---- kinds of `Err` ----

/// An error with causes.
#[derive(Debug)]
struct Layered {
    text: &'static str,
    cause: Option<Box<Layered>>,
}

impl fmt::Display for Layered {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for Layered {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

fn layered(texts: &[&'static str]) -> Layered {
    Layered {
        text: texts[0],
        cause: (texts.len() > 1).then(|| Box::new(layered(&texts[1..]))),
    }
}

#[bactrian::func]
fn io_error(path: &str) -> std::io::Result<String> {
    let _guard = Guard::new();
    std::fs::read_to_string(path)
}

#[bactrian::func]
fn io_error_of_text(text: String) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(text))
}

/// An `io::Error` that is boxed is one still.
#[bactrian::func]
fn boxed_io_error(path: &str) -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string(path)?)
}

#[bactrian::func]
fn error_of_layers(_: ()) -> Result<(), Layered> {
    let _guard = Guard::new();
    Err(layered(&[
        "cannot start",
        "the configuration is wrong",
        "line 3: expected `=`",
    ]))
}

/// A text that says its cause already does not say it twice.
#[bactrian::func]
fn error_that_repeats(_: ()) -> Result<isize, Layered> {
    Err(layered(&["cannot start: no file", "no file"]))
}

#[bactrian::func]
fn dyn_error(text: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let number: isize = text.parse()?;
    if number < 0 {
        return Err("negative".into());
    }
    Ok(number.to_string())
}

/// As `anyhow::Error`: no error itself, but becomes one.
struct Anyhow(Box<dyn Error + Send + Sync>);

impl<E: Error + Send + Sync + 'static> From<E> for Anyhow {
    fn from(error: E) -> Self {
        Anyhow(Box::new(error))
    }
}

impl From<Anyhow> for Box<dyn Error> {
    fn from(error: Anyhow) -> Self {
        error.0
    }
}

#[bactrian::func]
fn anyhow_error(text: &str) -> Result<isize, Anyhow> {
    let _guard = Guard::new();
    Ok(text.parse::<isize>()?)
}

#[bactrian::func]
fn error_with_nul(_: ()) -> Result<(), Box<dyn Error>> {
    Err("a\0b".into())
}

#[bactrian::func]
fn conversion_error(value: Value) -> Result<(), ConversionError> {
    let _guard = Guard::new();
    let _: Vec<(String, u8)> = value.to().map_err(|error| error.in_field("list"))?;
    Ok(())
}

/// Read within the function and not let out.
#[bactrian::func]
fn conversion_error_text(value: Value) -> String {
    match value.to::<Vec<Option<u8>>>() {
        Ok(_) => "it converts".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Converts: a `result`.
#[bactrian::func]
fn result_of_string(n: isize) -> Result<isize, String> {
    if n < 0 {
        Err(format!("{n} is negative"))
    } else {
        Ok(n)
    }
}

/// The same as an exception.
#[bactrian::func(exn)]
fn exn_of_string(n: isize) -> Result<isize, String> {
    if n < 0 {
        Err(format!("{n} is negative"))
    } else {
        Ok(n)
    }
}

#[bactrian::func]
fn unit_result(ok: bool) -> Result<(), ()> {
    if ok { Ok(()) } else { Err(()) }
}

// ---- exceptions of the program's ----

#[derive(Debug, bactrian::Exception)]
#[ocaml(prefix = "suite")]
enum Failing {
    Syntax(String, isize),
    Empty,
    Position {
        line: isize,
        column: isize,
        text: String,
    },
    Pair((isize, f64)),
    Late(String),
    Unregistered(isize),
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Failing::Unregistered(n) => write!(f, "number {n}"),
            Failing::Late(text) => write!(f, "late: {text}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl Error for Failing {}

#[bactrian::func]
fn fails(how: u8, text: String) -> Result<isize, Failing> {
    let _guard = Guard::new();
    Err(match how {
        0 => Failing::Syntax(text, 7),
        1 => Failing::Empty,
        2 => Failing::Position {
            line: 3,
            column: 14,
            text,
        },
        3 => Failing::Pair((1, 0.5)),
        4 => Failing::Late(text),
        5 => Failing::Unregistered(9),
        _ => return Ok(how.into()),
    })
}

/// Read back from what OCaml raises.
#[bactrian::func]
fn reads_back(rt: &mut Runtime, f: Root<Fun<(), ()>>) -> Result<String, Exception> {
    match f.call(rt, ()) {
        Ok(()) => Ok("nothing raised".to_owned()),
        Err(exception) => exception
            .downcast::<Failing>(rt)
            .map(|error| format!("{error:?}")),
    }
}

#[derive(Debug, bactrian::Exception)]
struct SuiteTimeout {
    after: f64,
}

impl fmt::Display for SuiteTimeout {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "after {} s", self.after)
    }
}

impl Error for SuiteTimeout {}

#[bactrian::func]
fn times_out(after: f64) -> Result<(), SuiteTimeout> {
    Err(SuiteTimeout { after })
}

// ---- exceptions of callbacks ----

/// Lets the exception through.
#[bactrian::func]
fn lets_through(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Result<isize, Exception> {
    let _guard = Guard::new();
    let result = f.call(rt, ())?;
    Ok(result + 1)
}

/// Lets it through as a boxed error: its text remains.
#[bactrian::func]
fn lets_through_boxed(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Result<isize, Box<dyn Error>> {
    Ok(f.call(rt, ())?)
}

/// Keeps the exception while OCaml collects, then raises it.
#[bactrian::func]
fn raises_later(
    rt: &mut Runtime,
    f: Root<Fun<(), isize>>,
    collect: Root<Fun<(), ()>>,
) -> Result<isize, Exception> {
    let outcome = f.call(rt, ());
    for _ in 0..3 {
        collect.call(rt, ())?;
    }
    outcome
}

/// Name, text, first argument as `Debug` prints it.
#[bactrian::func]
fn describes(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> (String, String, String) {
    match f.call(rt, ()) {
        Ok(_) => Default::default(),
        Err(exception) => {
            let argument = match exception.argument(rt, 0) {
                Ok(argument) => format!("{argument:?}"),
                Err(error) => error.to_string(),
            };
            (exception.name().to_owned(), exception.to_string(), argument)
        }
    }
}

/// The exception's text as a thread without the runtime sees it, before and after it was asked for
/// here; and here.
#[bactrian::func]
fn described_elsewhere(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> (String, String, String) {
    match f.call(rt, ()) {
        Ok(_) => Default::default(),
        Err(exception) => {
            let elsewhere = || {
                std::thread::scope(|scope| {
                    let text = scope.spawn(|| format!("{}: {exception}", exception.name()));
                    text.join().expect("nothing panics")
                })
            };
            let before = elsewhere();
            (before, exception.to_string(), elsewhere())
        }
    }
}

/// The exception as a value.
#[bactrian::func]
fn catches(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Option<Root<Exn>> {
    let exception = f.call(rt, ()).err()?;
    Some(Root::new(rt, exception.value(rt)?))
}

/// Falls back on the second function.
#[bactrian::func]
fn or_else(
    rt: &mut Runtime,
    f: Root<Fun<(), isize>>,
    g: Root<Fun<(), isize>>,
) -> Result<isize, Exception> {
    let _guard = Guard::new();
    f.call(rt, ()).or_else(|_| g.call(rt, ()))
}

// ---- panics ----

#[bactrian::func]
fn panics(how: u8, text: String) -> isize {
    let _guard = Guard::new();
    let _guards = [Guard::new(), Guard::new()];
    match how {
        0 => panic!("a literal"),
        1 => panic!("{text}"),
        2 => std::panic::panic_any(7u32),
        3 => std::panic::panic_any(PanicsWhenDropped),
        4 => {
            let _local = PanicsWhenDropped;
            0
        }
        5 => [1, 2, 3][text.len() + 3],
        6 => text.parse::<isize>().expect("a number"),
        7 => std::panic::resume_unwind(Box::new("resumed")),
        _ => how.into(),
    }
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("a destructor panics");
    }
}

/// A panic in a conversion of the result.
struct PanicsWhenMade;

impl ToValue for PanicsWhenMade {
    const TYPE: bactrian::TypeExpr = bactrian::TypeExpr::named("unit");

    fn to_value<'gc>(&self, _: &'gc Runtime) -> Value<'gc> {
        panic!("no value can be made");
    }
}

#[bactrian::func]
fn panics_in_result(_: ()) -> (String, Vec<Option<PanicsWhenMade>>) {
    ("a".repeat(100), vec![None, None, Some(PanicsWhenMade)])
}

/// A panic in a conversion of an argument.
struct PanicsWhenRead;

impl<'gc> FromValue<'gc> for PanicsWhenRead {
    const TYPE: bactrian::TypeExpr = bactrian::TypeExpr::named("unit");

    fn from_value(_: Value<'gc>) -> Result<Self, ConversionError> {
        panic!("nothing can be read");
    }
}

#[bactrian::func]
fn panics_in_argument(_: String, _: PanicsWhenRead) {}

/// A panic while the runtime is borrowed by a callback's caller.
#[bactrian::func]
fn panics_after_callback(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> isize {
    let _guard = Guard::new();
    let result = f.call(rt, ()).expect("the callback returns");
    panic!("after {result}")
}

/// A panic caught in the function itself.
#[bactrian::func]
fn catches_panic(_: ()) -> String {
    match std::panic::catch_unwind(|| panic!("inside")) {
        Ok(()) => "no panic".to_owned(),
        Err(payload) => format!("caught {}", payload.downcast_ref::<&str>().unwrap_or(&"?")),
    }
}
