//! `#[derive(Exception)]` against a real OCaml runtime.
#![cfg(feature = "link")]
#![deny(warnings)]

use std::fmt;

use bactrian::hidden::{Allocator, embedded, sys};
use bactrian::{Exn, OCamlException, Runtime, ToValue, Value};

/// OCaml: `exception Syntax of string * int`, `Empty`, `Io of { path : string; code : int }`...
#[derive(Debug, PartialEq, bactrian::Exception)]
#[ocaml(prefix = "test")]
enum ParseError {
    Syntax(String, isize),
    Empty,
    Io {
        path: String,
        #[ocaml(as = int, name = "code")]
        errno: i64,
    },
    #[ocaml(name = "Weird_one")]
    Weird(f64),
    Braces {},
    Skipped(#[ocaml(skip)] Vec<u8>),
}

/// Named after the crate: this test.
#[derive(Debug, PartialEq, bactrian::Exception)]
struct NotFound(#[ocaml(with = text)] u8);

#[derive(Debug, PartialEq, bactrian::Exception)]
#[ocaml(name = "Timeout", prefix = "my-lib", rename_all = "camelCase")]
struct Late {
    after_seconds: isize,
}

/// No exception at all.
#[derive(Debug, bactrian::Exception)]
enum Never {}

mod text {
    use bactrian::{ConversionError, FromValue, Runtime, ToValue, TypeExpr, Value};

    pub(super) const TYPE: TypeExpr = TypeExpr::named("string");

    pub(super) fn from_value(value: Value<'_>) -> Result<u8, ConversionError> {
        String::from_value(value)?
            .parse()
            .map_err(|_| value.unexpected("a number"))
    }

    pub(super) fn to_value<'gc>(number: &u8, rt: &'gc Runtime) -> Value<'gc> {
        number.to_string().to_value(rt)
    }
}

macro_rules! errors {
    ($($error:ident)*) => {$(
        impl fmt::Display for $error {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "{self:?}")
            }
        }
        impl std::error::Error for $error {}
    )*};
}
errors!(ParseError NotFound Late Never);

unsafe extern "C" {
    fn caml_register_named_value(name: sys::Value, value: sys::Value) -> sys::Value;
    fn caml_fresh_oo_id(unit: sys::Value) -> sys::Value;
}

/// `Callback.register_exception` of a new exception.
fn register(rt: &Runtime, name: &str) {
    let name = name.to_value(rt).raw();
    // SAFETY: the block is what OCaml makes of the declaration of an exception; nothing collects.
    unsafe {
        let id = caml_fresh_oo_id(sys::UNIT);
        let constructor = Allocator::new(rt).block(sys::OBJECT_TAG, [name, id]);
        caml_register_named_value(name, constructor);
    }
}

/// What a stub does before it makes an exception.
fn find<E: OCamlException>(rt: &mut Runtime) {
    for name in E::registered() {
        name.find(rt);
    }
}

fn build<'gc, E: OCamlException>(
    error: &E,
    rt: &'gc Runtime,
) -> Result<Value<'gc, Exn>, &'static str> {
    error.build_exception(&mut Allocator::new(rt))
}

/// Makes the exception, checks how it prints, reads it back, and as another type.
#[track_caller]
fn round_trip<E: OCamlException + PartialEq + Sync>(error: &E, name: &str, printed: &str) {
    embedded(|rt| {
        // An earlier test may have registered it: the latest registration counts.
        register(rt, name);
        find::<E>(rt);
        let exception = build(error, rt).unwrap();
        let shown = format!("{exception:?}");
        // The constructor is a block that holds code of no kind, printed as its name and number.
        let id = match exception.tag() {
            Some(0) => exception
                .field(0)
                .unwrap()
                .field(1)
                .unwrap()
                .as_int()
                .unwrap(),
            _ => exception.field(1).unwrap().as_int().unwrap(),
        };
        assert_eq!(shown, printed.replace('#', &id.to_string()));
        assert_eq!(E::read_exception(exception).unwrap().unwrap(), *error);
        assert!(Never::read_exception(exception).is_none());
    });
}

#[test]
fn exceptions_are_constructors_or_blocks_of_them() {
    round_trip(
        &ParseError::Syntax("a".into(), 3),
        "test.Syntax",
        r#"0(248("test.Syntax", #), "a", 3)"#,
    );
    round_trip(&ParseError::Empty, "test.Empty", r#"248("test.Empty", #)"#);
    round_trip(
        &ParseError::Io {
            path: "/".into(),
            errno: 2,
        },
        "test.Io",
        r#"0(248("test.Io", #), "/", 2)"#,
    );
    round_trip(
        &ParseError::Weird(1.5),
        "test.Weird_one",
        r#"0(248("test.Weird_one", #), 1.5)"#,
    );
    round_trip(
        &ParseError::Braces {},
        "test.Braces",
        r#"248("test.Braces", #)"#,
    );
    round_trip(
        &ParseError::Skipped(vec![]),
        "test.Skipped",
        r#"248("test.Skipped", #)"#,
    );
    round_trip(
        &NotFound(7),
        "derive_exceptions.NotFound",
        r#"0(248("derive_exceptions.NotFound", #), "7")"#,
    );
    round_trip(
        &Late { after_seconds: 7 },
        "my-lib.Timeout",
        r#"0(248("my-lib.Timeout", #), 7)"#,
    );
}

#[derive(Debug, PartialEq, bactrian::Exception)]
#[ocaml(prefix = "unknown")]
enum Unregistered {
    A,
    B(u8),
}
errors!(Unregistered);

#[test]
fn what_is_not_registered_is_named() {
    embedded(|rt| {
        find::<Unregistered>(rt);
        find::<ParseError>(rt);
        assert_eq!(build(&Unregistered::A, rt).err(), Some("unknown.A"));
        assert_eq!(build(&Unregistered::B(1), rt).err(), Some("unknown.B"));
        // Something else under the name is no constructor.
        // SAFETY: values of this runtime.
        unsafe {
            caml_register_named_value("unknown.A".to_value(rt).raw(), sys::UNIT);
        }
        find::<Unregistered>(rt);
        assert_eq!(build(&Unregistered::A, rt).err(), Some("unknown.A"));
        // A late registration counts.
        register(rt, "unknown.B");
        find::<Unregistered>(rt);
        let exception = build(&Unregistered::B(1), rt).unwrap();
        assert_eq!(
            Unregistered::read_exception(exception).unwrap().unwrap(),
            Unregistered::B(1)
        );
        assert!(ParseError::read_exception(exception).is_none());
    });
}

#[derive(Debug, bactrian::Exception)]
#[ocaml(prefix = "same")]
enum One {
    A(isize, u8),
    B,
    C { x: u8 },
}

/// The same exceptions with other arguments.
#[derive(Debug, bactrian::Exception)]
#[ocaml(prefix = "same")]
enum Other {
    A(isize),
    B(isize),
    C { x: isize },
}
errors!(One Other);

#[test]
fn arguments_that_do_not_fit_are_errors() {
    embedded(|rt| {
        for name in ["same.A", "same.B", "same.C"] {
            register(rt, name);
        }
        find::<One>(rt);
        find::<Other>(rt);
        let error = |other: Other| {
            let exception = build(&other, rt).unwrap();
            One::read_exception(exception)
                .unwrap()
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error(Other::A(1)),
            "expected the exception `A` with 2 arguments, got a block of tag 0 with 2 fields"
        );
        assert_eq!(
            error(Other::B(1)),
            "expected the exception `B` without arguments, got a block of tag 0 with 2 fields"
        );
        assert_eq!(
            error(Other::C { x: 300 }),
            "constructor `C`: field `x`: expected an int between 0 and 255, got 300"
        );
        let exception = build(&One::A(1, 2), rt).unwrap();
        assert_eq!(
            Other::read_exception(exception)
                .unwrap()
                .unwrap_err()
                .to_string(),
            "expected the exception `A` with 1 argument, got a block of tag 0 with 3 fields"
        );
    });
}
