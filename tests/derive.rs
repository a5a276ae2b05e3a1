//! The derive macros against a real OCaml runtime: layouts, round trips, errors word by word.
#![cfg(feature = "link")]
#![deny(warnings, clippy::all)]
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::Rc;

use bactrian::hidden::{embedded, sys};
use bactrian::{ConversionError, FromValue, OCamlType, Runtime, ToValue, TypeExpr, Value};

/// Converts to OCaml, checks how the value prints, converts back, checks that it is the same.
#[track_caller]
fn round_trip<T>(rust: &T, ocaml: &str)
where
    T: ToValue + for<'gc> FromValue<'gc> + PartialEq + Debug + Sync,
{
    assert_eq!(<T as ToValue>::TYPE, <T as FromValue>::TYPE);
    let (printed, back) = embedded(|rt| {
        let value = rust.to_value(rt);
        let shown = format!("{value:?}");
        // The same through a container, whose result may be made in the last way.
        assert_eq!(
            format!("{:?}", Some(rust).to_value(rt)),
            format!("0({shown})")
        );
        (shown, value.to::<T>().map(|back| back == *rust))
    });
    assert_eq!(printed, ocaml);
    assert!(back.unwrap(), "not the same after a round trip");
}

/// The text of the error when the value is read as a `T`.
fn error<T: for<'gc> FromValue<'gc>>(rust: &(impl ToValue + Sync + ?Sized)) -> String {
    embedded(|rt| match rust.to_value(rt).to::<T>() {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    })
}

fn type_of<T: OCamlType>() -> String {
    T::TYPE.to_string()
}

type Km = f64;

mod structs {
    use super::*;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Person {
        name: String,
        r#type: bool,
        age: u8,
    }

    #[test]
    fn records_are_blocks_of_tag_0() {
        let oak = Person {
            name: "Oak".into(),
            r#type: true,
            age: 36,
        };
        round_trip(&oak, r#"0("Oak", 1, 36)"#);
        assert_eq!(type_of::<Person>(), "person");
    }

    #[test]
    fn errors_in_records_say_where() {
        assert_eq!(
            error::<Person>(&("Oak", true, 300isize)),
            "field `age`: expected an int between 0 and 255, got 300"
        );
        assert_eq!(
            error::<Person>(&("Oak", 2isize, 3isize)),
            "field `type_`: expected a bool, got 2"
        );
        assert_eq!(
            error::<Person>(&("Oak", true)),
            "expected a `person` (a record of 3 fields), got a block of tag 0 with 2 fields"
        );
        assert_eq!(
            error::<Person>(&7isize),
            "expected a `person` (a record of 3 fields), got 7"
        );
        assert_eq!(
            error::<Person>("Oak"),
            r#"expected a `person` (a record of 3 fields), got the string "Oak""#
        );
        assert_eq!(
            error::<Vec<Person>>(&vec![("Oak", true, 36isize), ("Elm", true, -1)]),
            "element 1: field `age`: expected an int between 0 and 255, got -1"
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Point {
        x: f64,
        y: Km,
        z: Metres,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq, Clone, Copy)]
    struct Metres(f32);

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Mixed {
        x: f64,
        n: isize,
    }

    #[test]
    fn records_of_floats_are_flat_by_type_not_by_spelling() {
        round_trip(
            &Point {
                x: 1.5,
                y: -2.5,
                z: Metres(0.5),
            },
            "[|1.5, -2.5, 0.5|]".replace(", ", "; ").as_str(),
        );
        embedded(|rt| {
            let value = Point {
                x: 1.5,
                y: -2.5,
                z: Metres(0.5),
            }
            .to_value(rt);
            assert_eq!(value.tag(), Some(sys::DOUBLE_ARRAY_TAG));
        });
        round_trip(&Mixed { x: 1.5, n: 1 }, "0(1.5, 1)");
        assert_eq!(
            error::<Point>(&(1.5, 2.5, 3.5)),
            "expected a `point` (a record of 3 floats), got a block of tag 0 with 3 fields"
        );
        assert_eq!(
            error::<Point>(&vec![1.5, 2.5]),
            "expected a `point` (a record of 3 floats), got a float array of length 2 (or a record of floats)"
        );
        assert_eq!(
            error::<Mixed>(&vec![1.5, 2.5]),
            "expected a `mixed` (a record of 2 fields), got a float array of length 2 (or a record of floats)"
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct One {
        x: f64,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq, Clone)]
    #[ocaml(unboxed)]
    struct Unboxed {
        x: f64,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct OfUnboxed {
        a: Unboxed,
        b: Box<Unboxed>,
    }

    #[test]
    fn one_float_is_flat_unless_unboxed() {
        round_trip(&One { x: 1.5 }, "[|1.5|]");
        round_trip(&Unboxed { x: 1.5 }, "1.5");
        round_trip(
            &OfUnboxed {
                a: Unboxed { x: 1.5 },
                b: Box::new(Unboxed { x: 2.5 }),
            },
            "[|1.5; 2.5|]",
        );
        round_trip(
            &vec![Unboxed { x: 1.5 }, Unboxed { x: 2.5 }],
            "[|1.5; 2.5|]",
        );
        assert_eq!(
            error::<Unboxed>(&1isize),
            "field `x`: expected a float, got 1"
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Newtype(String);
    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Pair(f64, f64);
    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Unit;
    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Braces {}
    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Parentheses();

    #[test]
    fn structs_without_names_are_tuples_and_what_they_hold() {
        round_trip(&Newtype("a".into()), r#""a""#);
        round_trip(&Pair(1.5, 2.5), "0(1.5, 2.5)");
        round_trip(&Unit, "0");
        round_trip(&Braces {}, "0");
        round_trip(&Parentheses(), "0");
        round_trip(&vec![Metres(1.5), Metres(2.5)], "[|1.5; 2.5|]");
        assert_eq!(error::<Newtype>(&1isize), "expected a string, got 1");
        assert_eq!(
            error::<Pair>(&(1.5, 1.5, 1.5)),
            "expected a `pair` (a tuple of 2), got a block of tag 0 with 3 fields"
        );
        assert_eq!(
            error::<Pair>(&(1.5, 1isize)),
            "element 1: expected a float, got 1"
        );
        assert_eq!(error::<Unit>(&1isize), "expected a `unit` (unit), got 1");
        assert_eq!(type_of::<Newtype>(), "newtype");
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(
        name = "Geo.Rect.t",
        rename_all = "camelCase",
        deriving = "show, eq, make { x = 1 }"
    )]
    struct Rect {
        #[ocaml(mutable)]
        top_left: isize,
        #[ocaml(name = "size")]
        bottom_right: isize,
        #[ocaml(skip)]
        cache: Vec<u8>,
    }

    #[test]
    fn names_are_those_that_are_given() {
        round_trip(
            &Rect {
                top_left: 1,
                bottom_right: 2,
                cache: vec![],
            },
            "0(1, 2)",
        );
        assert_eq!(type_of::<Rect>(), "Geo.Rect.t");
        assert_eq!(
            error::<Rect>(&("", 2)),
            r#"field `topLeft`: expected an int, got the string """#
        );
        assert_eq!(
            error::<Rect>(&(1isize, "")),
            r#"field `size`: expected an int, got the string """#
        );
        assert_eq!(
            error::<Rect>(&()),
            "expected a `Geo.Rect.t` (a record of 2 fields), got 0"
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct OCamlHTTPServer {
        x: (),
        y: (),
    }

    #[test]
    fn type_names_are_snake_case() {
        assert_eq!(type_of::<OCamlHTTPServer>(), "ocaml_http_server");
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Large {
        f: [isize; 3],
        a: A,
    }
    macro_rules! large {
        ($($field:ident)*) => {
            #[derive(FromValue, ToValue, Debug, PartialEq, Default)]
            struct A { $($field: u8),* }
        };
    }
    large!(a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9);

    #[test]
    fn records_within_records() {
        let a = A {
            a3: 3,
            c9: 9,
            ..A::default()
        };
        embedded(|rt| {
            let value = Large { f: [1, 2, 3], a }.to_value(rt);
            assert_eq!(value.field(1).unwrap().size(), Some(30));
            let back: Large = value.to().unwrap();
            assert_eq!((back.a.a3, back.a.c9, back.f), (3, 9, [1, 2, 3]));
        });
    }
}

mod enums {
    use super::*;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Shape {
        Empty,
        Circle(f64),
        Unknown,
        Rect(isize, isize),
        Pair((isize, isize)),
        Named { x: f64, r#in: f64 },
        Nothing(),
        Void {},
    }

    #[test]
    fn constructors_are_numbered_as_ocamlopt_does() {
        round_trip(&Shape::Empty, "0");
        round_trip(&Shape::Unknown, "1");
        round_trip(&Shape::Nothing(), "2");
        round_trip(&Shape::Void {}, "3");
        round_trip(&Shape::Circle(1.5), "0(1.5)");
        round_trip(&Shape::Rect(1, 2), "1(1, 2)");
        round_trip(&Shape::Pair((1, 2)), "2(0(1, 2))");
        round_trip(&Shape::Named { x: 1.5, r#in: 2.5 }, "3(1.5, 2.5)");
    }

    #[test]
    fn errors_in_constructors_say_where() {
        let shape = "expected a `shape` (a constant constructor below 4, or a block of tag 0..3)";
        assert_eq!(error::<Shape>(&4isize), format!("{shape}, got 4"));
        assert_eq!(error::<Shape>(&-1isize), format!("{shape}, got -1"));
        assert_eq!(error::<Shape>(""), format!("{shape}, got the string \"\""));
        assert_eq!(
            error::<Shape>(&(1isize, 2isize)),
            "expected a `shape` (tag 0 is `Circle`, of 1 argument), got a block of tag 0 with 2 fields"
        );
        assert_eq!(
            error::<Shape>(&Some(1isize)),
            "constructor `Circle`: expected a float, got 1"
        );
        assert_eq!(
            error::<Shape>(&Mirror::B(1isize, "".into())),
            r#"constructor `Rect`: argument 1: expected an int, got the string """#
        );
        assert_eq!(
            error::<Shape>(&Mirror::C(1isize)),
            "constructor `Pair`: expected a tuple of 2, got 1"
        );
        assert_eq!(
            error::<Shape>(&Mirror::D(1.5, 1isize)),
            "constructor `Named`: field `in_`: expected a float, got 1"
        );
        assert_eq!(
            error::<Shape>(&Mirror::E(1isize)),
            format!("{shape}, got a block of tag 4 with 1 field")
        );
        assert_eq!(
            error::<Shape>(&Longer::D(1isize, 1isize, 1isize)),
            "expected a `shape` (tag 3 is `Named`, of 2 fields), got a block of tag 3 with 3 fields"
        );
    }

    #[derive(ToValue)]
    #[expect(dead_code, reason = "only tags matter")]
    enum Mirror {
        A(isize),
        B(isize, String),
        C(isize),
        D(f64, isize),
        E(isize),
    }

    #[derive(ToValue)]
    #[expect(dead_code, reason = "only tags matter")]
    enum Longer {
        A(()),
        B(()),
        C(()),
        D(isize, isize, isize),
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Colour {
        Red,
        Green,
        Blue,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Single {
        Only,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum OneBlock {
        Only { x: isize },
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Void {}

    #[test]
    fn errors_say_what_there_is() {
        round_trip(
            &vec![Colour::Red, Colour::Green, Colour::Blue],
            "0(0, 1, 2)",
        );
        assert_eq!(
            error::<Colour>(&3isize),
            "expected a `colour` (a constant constructor below 3), got 3"
        );
        assert_eq!(
            error::<Colour>(&Some(1isize)),
            "expected a `colour` (a constant constructor below 3), got a block of tag 0 with 1 field"
        );
        assert_eq!(
            error::<Single>(&1isize),
            "expected a `single` (the constant constructor 0), got 1"
        );
        assert_eq!(
            error::<OneBlock>(&1isize),
            "expected a `one_block` (a block of tag 0), got 1"
        );
        assert_eq!(
            error::<Void>(&0isize),
            "expected a `void` (a type without values), got 0"
        );
        round_trip(&Single::Only, "0");
        round_trip(&OneBlock::Only { x: 1 }, "0(1)");
    }

    macro_rules! many {
        ($($name:ident)*) => {
            /// More constants than a byte counts.
            #[derive(FromValue, ToValue, Debug, PartialEq)]
            enum Many { Block(isize), $($name),* }
        };
    }
    macro_rules! times {
        ($macro:ident $($prefix:ident)*) => { bactrian_many_names!($macro $($prefix)*); };
    }
    macro_rules! bactrian_many_names {
        ($macro:ident $($a:ident)*) => { $macro!($($a)*); };
    }
    times!(many
        A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE AF B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 BA BB BC BD BE BF
        C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 CA CB CC CD CE CF D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 DA DB DC DD DE DF
        E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 EA EB EC ED EE EF F0 F1 F2 F3 F4 F5 F6 F7 F8 F9 FA FB FC FD FE FF
        G0 G1 G2 G3 G4 G5 G6 G7 G8 G9 GA GB GC GD GE GF H0 H1 H2 H3 H4 H5 H6 H7 H8 H9 HA HB HC HD HE HF
        I0 I1 I2 I3 I4 I5 I6 I7 I8 I9 IA IB IC ID IE IF J0 J1 J2 J3 J4 J5 J6 J7 J8 J9 JA JB JC JD JE JF
        K0 K1 K2 K3 K4 K5 K6 K7 K8 K9 KA KB KC KD KE KF L0 L1 L2 L3 L4 L5 L6 L7 L8 L9 LA LB LC LD LE LF
        M0 M1 M2 M3 M4 M5 M6 M7 M8 M9 MA MB MC MD ME MF N0 N1 N2 N3 N4 N5 N6 N7 N8 N9 NA NB NC ND NE NF
        O0 O1 O2 O3 O4 O5 O6 O7 O8 O9 OA OB OC OD OE OF P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 PA PB PC PD PE PF
        Q0 Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8 Q9);

    #[test]
    fn constants_have_no_limit() {
        round_trip(&Many::A0, "0");
        round_trip(&Many::Q0, "256");
        round_trip(&Many::Q9, "265");
        round_trip(&Many::Block(1), "0(1)");
        assert_eq!(
            error::<Many>(&266isize),
            "expected a `many` (a constant constructor below 266, or a block of tag 0), got 266"
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(unboxed)]
    enum Id {
        Id(isize),
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(unboxed)]
    enum Length {
        Length { metres: f64 },
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Lengths {
        a: Length,
        b: f64,
    }

    #[test]
    fn one_constructor_can_be_unboxed() {
        round_trip(&Id::Id(7), "7");
        round_trip(
            &Lengths {
                a: Length::Length { metres: 1.5 },
                b: 2.5,
            },
            "[|1.5; 2.5|]",
        );
        const { assert!(<Id as ToValue>::IMMEDIATE && <Length as ToValue>::IS_FLOAT) };
        assert_eq!(
            error::<Id>(""),
            r#"constructor `Id`: expected an int, got the string """#
        );
        assert_eq!(
            error::<Length>(&1isize),
            "constructor `Length`: field `metres`: expected a float, got 1"
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(rename_all = "snake_case")]
    enum Renamed {
        GetInfo(u8),
        #[ocaml(name = "Put")]
        PutInfo(u8),
    }

    #[test]
    fn constructors_have_the_names_that_are_given() {
        assert_eq!(
            error::<Renamed>(&Some(-1isize)),
            "constructor `Get_info`: expected an int between 0 and 255, got -1"
        );
        assert_eq!(
            error::<Renamed>(&Err::<(), _>(-1isize)),
            "constructor `Put`: expected an int between 0 and 255, got -1"
        );
        round_trip(&Renamed::GetInfo(1), "0(1)");
        round_trip(&Renamed::PutInfo(1), "1(1)");
    }
}

mod polymorphic {
    use super::*;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(polymorphic)]
    enum Colour {
        Red,
        Green,
        Blue,
        Rgb(u8, u8, u8),
        Grey(u8),
        Nested((u8, u8)),
        #[ocaml(name = "lower_case")]
        Lower,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(polymorphic)]
    enum More {
        #[ocaml(inherit)]
        Colour(Colour),
        Transparent,
        #[ocaml(inherit)]
        Other(Box<Other>),
        Deep(Vec<More>),
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(polymorphic, rename_all = "snake_case")]
    enum Other {
        SomeThing,
    }

    impl bactrian::hidden::PolymorphicVariant for Box<Other> {
        fn has_tag(hash: isize) -> bool {
            Other::has_tag(hash)
        }
    }

    #[test]
    fn tags_are_hashes() {
        let hash = |tag| sys::hash_variant(tag).to_string();
        round_trip(&Colour::Red, "4100401");
        round_trip(&Colour::Blue, "737308346");
        round_trip(&Colour::Green, &hash("Green"));
        round_trip(&Colour::Lower, &hash("lower_case"));
        round_trip(
            &Colour::Rgb(1, 2, 3),
            &format!("0({}, 0(1, 2, 3))", hash("Rgb")),
        );
        round_trip(&Colour::Grey(1), &format!("0({}, 1)", hash("Grey")));
        round_trip(
            &Colour::Nested((1, 2)),
            &format!("0({}, 0(1, 2))", hash("Nested")),
        );
        round_trip(&More::Transparent, &hash("Transparent"));
        round_trip(&More::Colour(Colour::Red), "4100401");
        round_trip(
            &More::Colour(Colour::Grey(1)),
            &format!("0({}, 1)", hash("Grey")),
        );
        round_trip(
            &More::Other(Box::new(Other::SomeThing)),
            &hash("some_thing"),
        );
        let deep = More::Deep(vec![More::Transparent, More::Colour(Colour::Red)]);
        let inside = format!("0({}, 4100401)", hash("Transparent"));
        round_trip(&deep, &format!("0({}, {inside})", hash("Deep")));
    }

    #[test]
    fn errors_in_tags_say_where() {
        let colour = "expected a `colour` (one of the tags Red, Green, Blue, Rgb, Grey, Nested and lower_case)";
        assert_eq!(error::<Colour>(&1isize), format!("{colour}, got 1"));
        let hash = sys::hash_variant("Rgb");
        assert_eq!(error::<Colour>(&hash), format!("{colour}, got {hash}"));
        assert_eq!(
            error::<Colour>(&(hash, (1isize, 2isize))),
            "constructor `Rgb`: expected a tuple of 3, got a block of tag 0 with 2 fields"
        );
        assert_eq!(
            error::<Colour>(&(hash, (1isize, 2isize, 300isize))),
            "constructor `Rgb`: argument 2: expected an int between 0 and 255, got 300"
        );
        assert_eq!(
            error::<More>(&(sys::hash_variant("Grey"), 300isize)),
            "constructor `Grey`: expected an int between 0 and 255, got 300"
        );
        assert_eq!(
            error::<More>(&5isize),
            "expected a `more` (one of the tags those of Colour, Transparent, those of Other and Deep), got 5"
        );
    }
}

mod generics {
    use super::*;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Wrapper<T> {
        inside: T,
        count: isize,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Poly<T> {
        x: T,
        y: T,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Transparent<T>(T);

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Flat {
        x: Transparent<f64>,
        y: f64,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Either<L, R>
    where
        L: Clone,
    {
        Left(L),
        Right { value: R },
        Neither,
    }

    #[test]
    fn parameters_are_ocamls() {
        round_trip(
            &Wrapper {
                inside: "a".to_owned(),
                count: 1,
            },
            r#"0("a", 1)"#,
        );
        assert_eq!(type_of::<Wrapper<Vec<bool>>>(), "bool array wrapper");
        round_trip(&Either::<isize, bool>::Left(1), "0(1)");
        round_trip(&Either::<isize, bool>::Right { value: true }, "1(1)");
        round_trip(&Either::<isize, bool>::Neither, "0");
        assert_eq!(type_of::<Either<isize, bool>>(), "(int, bool) either");
    }

    #[test]
    fn a_record_of_parameters_is_never_flat() {
        round_trip(&Poly { x: 1.5, y: 2.5 }, "0(1.5, 2.5)");
        round_trip(&Transparent(1.5), "1.5");
        round_trip(
            &Flat {
                x: Transparent(1.5),
                y: 2.5,
            },
            "[|1.5; 2.5|]",
        );
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Typed<T> {
        id: isize,
        #[ocaml(skip)]
        phantom: PhantomData<T>,
    }

    /// Does not convert.
    #[derive(Debug, PartialEq)]
    struct Marker;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Key<T>(u16, #[ocaml(skip)] PhantomData<T>);

    #[test]
    fn skipped_parameters_are_not_ocamls() {
        round_trip(
            &Typed::<Marker> {
                id: 1,
                phantom: PhantomData,
            },
            "0(1)",
        );
        assert_eq!(type_of::<Typed<Marker>>(), "typed");
        round_trip(&Key::<Marker>(1, PhantomData), "1");
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Matrix<T, const N: usize, const M: usize = 2> {
        rows: [[T; N]; M],
    }

    #[test]
    fn constants_are_not_ocamls() {
        round_trip(
            &Matrix {
                rows: [[1isize, 2, 3], [4, 5, 6]],
            },
            "0(0(0(1, 2, 3), 0(4, 5, 6)))",
        );
        assert_eq!(type_of::<Matrix<isize, 3>>(), "int matrix");
    }

    #[derive(FromValue, ToValue, Debug, PartialEq, Default)]
    struct Projected<I: Iterator>
    where
        I::Item: Debug,
    {
        first: Option<I::Item>,
        last: Vec<<I as Iterator>::Item>,
    }

    #[test]
    fn projections_are_converted() {
        let value = Projected::<std::vec::IntoIter<isize>> {
            first: Some(1),
            last: vec![2],
        };
        embedded(|rt| {
            assert_eq!(format!("{:?}", value.to_value(rt)), "0(0(1), 0(2))");
        });
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(bound(
        from = "K: FromValue<'gc> + Ord, V: FromValue<'gc>",
        to = "K: ToValue, V: ToValue"
    ))]
    struct Table<K, V> {
        #[ocaml(name = "bindings")]
        map: BTreeMap<K, V>,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(bound = "")]
    struct Bounded<T: Named> {
        #[ocaml(with = named)]
        x: T,
    }

    trait Named {
        const NAME: &'static str;
        fn named() -> Self;
    }

    impl Named for bool {
        const NAME: &'static str = "no";
        fn named() -> Self {
            false
        }
    }

    mod named {
        use super::*;
        pub(super) const TYPE: TypeExpr = TypeExpr::named("string");
        pub(super) fn from_value<T: Named>(value: Value<'_>) -> Result<T, ConversionError> {
            if value.as_str()? == T::NAME {
                Ok(T::named())
            } else {
                Err(value.unexpected(T::NAME))
            }
        }
        pub(super) fn to_value<'gc, T: Named>(_: &T, rt: &'gc Runtime) -> Value<'gc> {
            T::NAME.to_value(rt)
        }
    }

    #[test]
    fn bounds_can_be_given() {
        let map = [(1isize, true)].into();
        round_trip(&Table { map }, "0(0(0(1, 1), 0))");
        round_trip(&Bounded { x: false }, r#"0("no")"#);
        assert_eq!(type_of::<Table<isize, bool>>(), "(int, bool) table");
    }
}

mod lifetimes {
    use super::*;

    #[derive(FromValue, ToValue, Debug)]
    struct Borrowed<'a, 'b: 'a> {
        name: &'a str,
        rest: Option<Inner<'b>>,
        anything: Value<'a>,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Inner<'text> {
        Text(&'text str),
    }

    impl PartialEq for Same<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.0.as_ptr() == other.0.as_ptr()
        }
    }

    struct Same<'a>(&'a str);

    #[test]
    fn strings_are_borrowed_from_the_heap() {
        embedded(|rt| {
            let value = ("Oak", Some(Inner::Text("x")), 1isize).to_value(rt);
            // SAFETY of the test: the lifetimes make the compiler accept only this.
            let borrowed: Borrowed = value.to().unwrap();
            assert_eq!(borrowed.name, "Oak");
            assert_eq!(borrowed.rest, Some(Inner::Text("x")));
            assert_eq!(borrowed.anything.as_int().unwrap(), 1);
            assert!(Same(value.field(0).unwrap().as_str().unwrap()) == Same(borrowed.name));
            assert_eq!(
                format!("{:?}", borrowed.to_value(rt)),
                r#"0("Oak", 0(0("x")), 1)"#
            );
        });
    }

    impl PartialEq for Any<'_> {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    struct Any<'a>(Value<'a>);
    impl Any<'_> {
        fn is_int(&self) -> bool {
            self.0.is_int()
        }
    }

    /// The name of the lifetime that the traits have.
    #[derive(FromValue, ToValue)]
    struct Named<'gc> {
        text: &'gc str,
    }

    #[test]
    fn lifetimes_may_have_the_traits_names() {
        embedded(|rt| {
            let value = Named { text: "x" }.to_value(rt);
            assert_eq!(value.to::<Named>().unwrap().text, "x");
        });
    }

    #[derive(FromValue, ToValue)]
    struct Slices<'a, T: 'a + Clone> {
        #[ocaml(as = string)]
        bytes: &'a [u8],
        rest: T,
    }

    #[test]
    fn bytes_are_borrowed_from_strings() {
        embedded(|rt| {
            let value = ("Oak", 1isize).to_value(rt);
            let slices: Slices<isize> = value.to().unwrap();
            assert_eq!((slices.bytes, slices.rest), (&b"Oak"[..], 1));
            assert_eq!(format!("{:?}", slices.to_value(rt)), r#"0("Oak", 1)"#);
            assert!(Any(value.field(1).unwrap()).is_int());
        });
    }
}

mod recursion {
    use super::*;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Tree<T> {
        Leaf,
        Node(Box<Tree<T>>, T, Box<Self>),
    }

    #[derive(FromValue, ToValue, Debug, PartialEq, Default)]
    struct Rose {
        children: Vec<Rose>,
        parent: Option<Rc<Rose>>,
        float: f64,
    }

    #[test]
    fn types_may_contain_themselves() {
        let leaf = || Box::new(Tree::Leaf);
        let tree = Tree::Node(Box::new(Tree::Node(leaf(), 1isize, leaf())), 2, leaf());
        round_trip(&tree, "0(0(0, 1, 0), 2, 0)");
        assert_eq!(type_of::<Tree<isize>>(), "int tree");
        let rose = || Rose {
            children: vec![Rose::default()],
            parent: None,
            float: 1.5,
        };
        embedded(|rt| {
            let value = rose().to_value(rt);
            assert_eq!(format!("{value:?}"), "0(0(0(0(), 0, 0.0)), 0, 1.5)");
            assert_eq!(value.to::<Rose>().unwrap(), rose());
        });
    }

    #[derive(FromValue, ToValue)]
    enum Chain {
        End,
        Link(isize, Box<Chain>),
    }

    impl Drop for Chain {
        fn drop(&mut self) {
            let mut next = match self {
                Chain::End => return,
                Chain::Link(_, next) => std::mem::replace(next, Box::new(Chain::End)),
            };
            while let Chain::Link(_, after) = &mut *next {
                let after = std::mem::replace(after, Box::new(Chain::End));
                next = after;
            }
        }
    }

    fn chain(length: isize) -> Chain {
        (0..length).fold(Chain::End, |chain, i| Chain::Link(i, Box::new(chain)))
    }

    #[test]
    fn a_deep_value_out_works_or_panics() {
        for length in [1000, 100_000, 2_000_000] {
            let result = std::panic::catch_unwind(|| {
                embedded(|rt| {
                    let value = chain(length).to_value(rt);
                    assert_eq!(value.size(), Some(2));
                });
            });
            if let Err(panic) = result {
                let message = panic.downcast::<String>().unwrap();
                assert!(message.contains("stack"), "{message}");
                assert!(length > 1000);
            }
        }
    }

    #[test]
    fn a_deep_value_in_is_an_error() {
        embedded(|rt| {
            // Made from the end, so that only the way back is deep.
            let value =
                (0..2_000_000isize).fold(().to_value(rt), |chain, i| (i, chain).to_value(rt));
            let error = value.to::<Chain>().err().unwrap().to_string();
            assert!(
                error.contains("constructor `Link`: argument 1: ... ("),
                "{error}"
            );
            let shorter = (0..1000isize).fold(().to_value(rt), |chain, i| (i, chain).to_value(rt));
            assert!(shorter.to::<Chain>().is_ok());
        });
    }
}

mod adapters {
    use super::*;
    use std::time::Duration;

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Adapted {
        #[ocaml(as = int)]
        time: i64,
        #[ocaml(as = nativeint)]
        native: isize,
        #[ocaml(as = char)]
        letter: u8,
        #[ocaml(as = string)]
        bytes: Vec<u8>,
        #[ocaml(as = list)]
        list: Vec<isize>,
        #[ocaml(as = "bactrian::adapters::AsList")]
        path: Vec<bool>,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Time(#[ocaml(as = int)] i64);

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    enum Event {
        At(#[ocaml(as = int)] i64, #[ocaml(with = seconds)] Duration),
    }

    #[test]
    fn other_types_are_chosen() {
        let adapted = Adapted {
            time: 1,
            native: 2,
            letter: b'a',
            bytes: vec![b'x'],
            list: vec![1, 2],
            path: vec![],
        };
        round_trip(&adapted, r#"0(1, <nativeint>, 97, "x", 0(1, 0(2, 0)), 0)"#);
        round_trip(&Time(5), "5");
        const { assert!(<Time as ToValue>::IMMEDIATE) };
        round_trip(&Event::At(1, Duration::from_millis(1500)), "0(1, 1.5)");
        assert_eq!(error::<Time>(""), r#"expected an int, got the string """#);
    }

    mod seconds {
        use super::*;
        pub(super) const TYPE: TypeExpr = TypeExpr::named("float");
        pub(super) fn from_value(value: Value<'_>) -> Result<Duration, ConversionError> {
            let seconds = value.as_float()?;
            Duration::try_from_secs_f64(seconds).map_err(|_| value.unexpected("a duration"))
        }
        pub(super) fn to_value<'gc>(duration: &Duration, rt: &'gc Runtime) -> Value<'gc> {
            duration.as_secs_f64().to_value(rt)
        }
    }

    /// Flat, since the functions of the module say that they convert floats.
    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Span {
        #[ocaml(with = seconds)]
        length: Duration,
        start: f64,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq, Clone)]
    struct Seconds(#[ocaml(with = seconds)] Duration);

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Spans {
        a: Seconds,
        b: Seconds,
    }

    #[test]
    fn modules_that_convert_floats_make_flat_records() {
        let length = Duration::from_millis(1500);
        round_trip(&Span { length, start: 2.5 }, "[|1.5; 2.5|]");
        round_trip(
            &Spans {
                a: Seconds(length),
                b: Seconds(length),
            },
            "[|1.5; 1.5|]",
        );
        round_trip(&vec![Seconds(length)], "[|1.5|]");
        assert_eq!(
            error::<Span>(&vec![-1.0, 2.0]),
            "field `length`: expected a duration, got the float -1.0"
        );
        assert_eq!(
            error::<Spans>(&vec![1.0, -1.0]),
            "field `b`: expected a duration, got the float -1.0"
        );
        assert_eq!(type_of::<Seconds>(), "float");
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Generic<T, U> {
        #[ocaml(as = list)]
        list: Vec<T>,
        #[ocaml(as = int)]
        int: U,
    }

    #[test]
    fn parameters_can_be_adapted() {
        round_trip(
            &Generic {
                list: vec![true],
                int: 7i64,
            },
            "0(0(1, 0), 7)",
        );
        assert_eq!(type_of_generic(), "(bool, int) generic");
        fn type_of_generic() -> String {
            <Generic<bool, i64> as ToValue>::TYPE.to_string()
        }
    }
}

mod remote {
    use super::*;

    /// Of another crate, say.
    mod geo {
        #[derive(Debug, PartialEq, Clone)]
        pub(super) struct Point {
            pub(super) x: f64,
            pub(super) y: f64,
        }
        #[derive(Debug, PartialEq)]
        pub(super) enum Shape<T> {
            Empty,
            Dot(Point, T),
            Named { name: String },
        }
        #[derive(Debug, PartialEq)]
        pub(super) struct Km(pub(super) f64);
        #[derive(Debug, PartialEq)]
        pub(super) enum Tag {
            A,
            B(isize),
        }
        #[derive(Debug, PartialEq)]
        pub(super) struct Text<'a>(pub(super) &'a str, pub(super) isize);
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = "geo::Point")]
    struct PointDef {
        x: f64,
        y: f64,
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = "geo::Shape<T>", name = "shape_of")]
    enum ShapeDef<T> {
        Empty,
        Dot(#[ocaml(as = PointDef)] geo::Point, T),
        Named { name: String },
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = geo::Km)]
    struct KmDef(f64);

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = "geo::Tag", polymorphic)]
    enum TagDef {
        A,
        B(isize),
    }

    #[derive(FromValue, ToValue)]
    #[ocaml(remote = "geo::Text<'a>")]
    struct TextDef<'a>(&'a str, isize);

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Here {
        #[ocaml(as = PointDef)]
        point: geo::Point,
        #[ocaml(as = "ShapeDef<bool>")]
        shape: geo::Shape<bool>,
        #[ocaml(as = TagDef)]
        tag: geo::Tag,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Flat {
        #[ocaml(as = KmDef)]
        a: geo::Km,
        b: f64,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    #[ocaml(polymorphic)]
    enum Tags {
        #[ocaml(inherit)]
        Inherited(#[ocaml(as = TagDef)] geo::Tag),
        C,
    }

    #[derive(FromValue, ToValue, Debug, PartialEq)]
    struct Borrows<'x>(#[ocaml(as = "TextDef<'x>")] geo::Text<'x>);

    #[test]
    fn mirrors_convert_types_of_other_crates() {
        let dot = geo::Shape::Dot(geo::Point { x: 1.5, y: 2.5 }, true);
        let here = |shape, tag| Here {
            point: geo::Point { x: 1.5, y: 2.5 },
            shape,
            tag,
        };
        let a = sys::hash_variant("A");
        let b = sys::hash_variant("B");
        round_trip(
            &here(dot, geo::Tag::A),
            &format!("0([|1.5; 2.5|], 0([|1.5; 2.5|], 1), {a})"),
        );
        round_trip(
            &here(geo::Shape::Empty, geo::Tag::A),
            &format!("0([|1.5; 2.5|], 0, {a})"),
        );
        round_trip(
            &here(geo::Shape::Named { name: "x".into() }, geo::Tag::B(1)),
            &format!("0([|1.5; 2.5|], 1(\"x\"), 0({b}, 1))"),
        );
        round_trip(
            &Flat {
                a: geo::Km(1.5),
                b: 2.5,
            },
            "[|1.5; 2.5|]",
        );
        round_trip(&Tags::Inherited(geo::Tag::B(1)), &format!("0({b}, 1)"));
        round_trip(&Tags::C, &sys::hash_variant("C").to_string());
        embedded(|rt| {
            let value = ("x", 1isize).to_value(rt);
            assert_eq!(value.to::<Borrows>().unwrap(), Borrows(geo::Text("x", 1)));
        });
    }
}
