//! Errors, exceptions, panics.

use std::cell::Cell;
use std::error::Error;
use std::fmt;

use std::sync::Mutex;

use bactrian::{
    ConversionError, Custom, Exception, Exn, FromValue, Fun, Predefined, Root, Runtime, ToValue,
    Value,
};

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

/// Lets it through as a boxed error: it is the same exception still.
#[bactrian::func]
fn lets_through_boxed(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Result<isize, Box<dyn Error>> {
    Ok(f.call(rt, ())?)
}

/// Lets it through as the cause of another error: its text remains.
#[bactrian::func]
fn lets_through_as_cause(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Result<isize, Because> {
    f.call(rt, ()).map_err(Because)
}

/// Has an exception as its cause.
#[derive(Debug)]
struct Because(Exception);

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the callback failed")
    }
}

impl Error for Because {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
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

// ---- which exception it is ----

/// The predefined exception as `Debug` prints it.
#[bactrian::func]
fn predefined(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Option<String> {
    let exception = f.call(rt, ()).err()?;
    let found = exception.predefined(rt);
    assert_eq!(found, exception.to::<Predefined>(rt));
    if let Some(found) = &found {
        assert_eq!(found.name(), exception.name());
    }
    Some(format!("{:?}", found?))
}

fn predefined_number(number: u8, text: String) -> Predefined {
    let (file, line, column) = (text.clone(), 3, 14);
    match number {
        0 => Predefined::NotFound,
        1 => Predefined::Failure(text),
        2 => Predefined::InvalidArgument(text),
        3 => Predefined::SysError(text),
        4 => Predefined::EndOfFile,
        5 => Predefined::DivisionByZero,
        6 => Predefined::StackOverflow,
        7 => Predefined::OutOfMemory,
        8 => Predefined::SysBlockedIo,
        9 => Predefined::MatchFailure { file, line, column },
        10 => Predefined::AssertFailure { file, line, column },
        11 => Predefined::UndefinedRecursiveModule { file, line, column },
        12 => Predefined::Break,
        _ => Predefined::Exit,
    }
}

#[bactrian::func]
fn raises_predefined(number: u8, text: String) -> Result<(), Predefined> {
    let _guard = Guard::new();
    Err(predefined_number(number, text))
}

/// In an `Exception`, which then knows what it is.
#[bactrian::func]
fn raises_predefined_made(rt: &mut Runtime, number: u8, text: String) -> Result<(), Exception> {
    let _guard = Guard::new();
    let made = predefined_number(number, text);
    let exception = Exception::from(made.clone());
    assert!(exception.value(rt).is_none() && exception.backtrace(rt).is_empty());
    assert_eq!(exception.name(), made.name());
    assert_eq!(exception.to_string(), made.to_string());
    assert_eq!(exception.printed(rt), made.to_string());
    assert!(exception.to::<Failing>(rt).is_none());
    assert_eq!(exception.predefined(rt).as_ref(), Some(&made));
    assert_eq!(exception.to::<Predefined>(rt), Some(made.clone()));
    let made = exception.downcast::<Predefined>(rt)?;
    Err(made)?
}

#[bactrian::func]
fn raises_predefined_boxed(number: u8, text: String) -> Result<(), Box<dyn Error + Send + Sync>> {
    let _guard = Guard::new();
    Err(predefined_number(number, text))?
}

#[bactrian::func]
fn boxed_conversion_error(value: Value) -> Result<usize, Box<dyn Error>> {
    Ok(value.to()?)
}

/// The result of the call does not convert: an exception that no OCaml code raised.
#[bactrian::func]
fn result_that_does_not_convert(rt: &mut Runtime, f: Root<Fun<(), u8>>) -> String {
    match f.call(rt, ()) {
        Ok(n) => n.to_string(),
        Err(exception) => format!(
            "{:?} {:?}",
            exception.predefined(rt),
            exception.to::<Failing>(rt)
        ),
    }
}

#[bactrian::func]
fn same_constructor(one: Value<Exn>, other: Value<Exn>) -> bool {
    one.same_constructor(other)
}

/// The arguments as `Debug` prints them, and what is said of the one after the last.
#[bactrian::func]
fn exception_arguments(exception: Value<Exn>) -> (Vec<String>, String) {
    let count = exception.argument_count();
    let all = (0..count).map(|i| format!("{:?}", exception.argument(i).unwrap()));
    let error = exception.argument(count).unwrap_err();
    (all.collect(), error.to_string())
}

/// Calls a function again as long as it raises this exception, whatever its arguments.
#[bactrian::func]
fn calls_again(
    rt: &mut Runtime,
    again: Root<Exn>,
    f: Root<Fun<(), isize>>,
) -> Result<isize, Exception> {
    loop {
        let exception = match f.call(rt, ()) {
            Ok(result) => return Ok(result),
            Err(exception) => exception,
        };
        match exception.value(rt) {
            Some(value) if value.same_constructor(again.get(rt)) => {}
            _ => return Err(exception),
        }
    }
}

/// Raises what it is given.
#[bactrian::func]
fn raises_value(rt: &Runtime, exception: Value<Exn>) -> Result<(), Exception> {
    let _guard = Guard::new();
    Err(Exception::new(rt, exception)?)
}

// ---- what it says ----

/// As `Display` has it, as OCaml's printers have it.
#[bactrian::func]
fn printed(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> (String, String) {
    match f.call(rt, ()) {
        Ok(_) => Default::default(),
        Err(exception) => (exception.to_string(), exception.printed(rt)),
    }
}

/// What was said when the collector dropped an exception.
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Has its exception say what it is when it is dropped.
#[derive(Custom)]
struct SaysWhenDropped(Exception);

impl Drop for SaysWhenDropped {
    fn drop(&mut self) {
        let text = format!("{} | {:?} | {}", self.0, self.0, self.0.name());
        SAID.lock().unwrap().push(text);
    }
}

/// A block that has the exception; it has been asked what it is if `asked`.
#[bactrian::func]
fn says_when_dropped(
    rt: &mut Runtime,
    asked: bool,
    f: Root<Fun<(), isize>>,
) -> Option<SaysWhenDropped> {
    let exception = f.call(rt, ()).err()?;
    if asked {
        let _ = exception.name();
    }
    Some(SaysWhenDropped(exception))
}

/// What they said since this was asked the last time.
#[bactrian::func]
fn said_when_dropped(_: ()) -> Vec<String> {
    std::mem::take(&mut SAID.lock().unwrap())
}

// ---- where it came from ----

/// The backtrace as text; file, line and function of its first frame.
#[bactrian::func]
fn backtrace(
    rt: &mut Runtime,
    f: Root<Fun<(), isize>>,
) -> (String, Option<(String, usize)>, String) {
    let Err(exception) = f.call(rt, ()) else {
        return Default::default();
    };
    let backtrace = exception.backtrace(rt);
    let first = backtrace.frames().first();
    let place = first.and_then(|frame| {
        assert!(frame.is_raise() && !frame.characters()?.is_empty());
        Some((frame.file()?.to_owned(), frame.line()?))
    });
    let function = first.and_then(|frame| frame.function()).unwrap_or("");
    (backtrace.to_string(), place, function.to_owned())
}

/// Raises the exception of the first function, after the second has raised and caught others.
#[bactrian::func]
fn raises_after(
    rt: &mut Runtime,
    f: Root<Fun<(), isize>>,
    others: Root<Fun<(), ()>>,
) -> Result<isize, Exception> {
    let outcome = f.call(rt, ());
    others.call(rt, ())?;
    outcome
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

/// Calls OCaml when it is dropped.
struct CallsWhenDropped<'a>(&'a mut Runtime, Root<Fun<(), isize>>);

impl Drop for CallsWhenDropped<'_> {
    fn drop(&mut self) {
        match self.1.call(self.0, ()) {
            Ok(_) => {}
            Err(exception) => {
                SAID.lock().unwrap().push(exception.printed(self.0));
            }
        }
    }
}

/// A callback that raises while a panic unwinds.
#[bactrian::func]
fn calls_while_panicking(rt: &mut Runtime, f: Root<Fun<(), isize>>) {
    let _guard = Guard::new();
    let _calls = CallsWhenDropped(rt, f);
    panic!("with a callback");
}

/// A callback that raises while an exception is on its way.
#[bactrian::func]
fn calls_while_failing(
    rt: &mut Runtime,
    f: Root<Fun<(), isize>>,
    g: Root<Fun<(), isize>>,
) -> Result<isize, Exception> {
    let exception = f.call(rt, ());
    drop(CallsWhenDropped(rt, g));
    exception
}

/// An error that is its own cause.
#[derive(Debug)]
struct OwnCause;

impl fmt::Display for OwnCause {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("again\0")
    }
}

impl Error for OwnCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

#[bactrian::func]
fn own_cause(_: ()) -> Result<(), OwnCause> {
    Err(OwnCause)
}

#[bactrian::func]
fn long_chain(length: usize) -> Result<(), Box<dyn Error>> {
    let mut error = Layered {
        text: "the end",
        cause: None,
    };
    for i in (0..length).rev() {
        error = Layered {
            text: String::leak(format!("layer {i}")),
            cause: Some(Box::new(error)),
        };
    }
    Err(error.into())
}
