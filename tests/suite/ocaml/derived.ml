(* Derived conversions: each Rust type of [src/derived.rs] has its OCaml type here, and what Rust makes
   is compared with what the OCaml compiler makes: as values, in layout, in the bytes of [Marshal]. *)

open Check

type person = { name : string; age : int; email : string option }
type point = { x : float; y : float; z : float }
type metres = float
type unboxed = { value : float } [@@unboxed]
type box3 = { width : metres; height : float; depth : float }
type unboxed_name = { uname : string } [@@unboxed]
type one_float = { one : float } [@@boxed]
type one_string = { string : string } [@@boxed]
type measured = { measure : float; unit : string }
type nested = { person : person; at : point; others : person array; path : point array }
type pair = int * string
type float_pair = float * float

type ten = {
  a : unit;
  b : bool;
  c : Uchar.t;
  d : int;
  e : int32;
  f : int64;
  g : float;
  h : int * float;
  i : float array;
  j : (string * int) list;
}

type adapted = {
  unixTime : int;
  mutable parentNames : string list;
  raw : string;
  firstChar : char;
  address : nativeint;
  duration : float;
  type_ : bool;
}

type colour = Red | Green | Blue

type shape =
  | Empty
  | Circle of float
  | Unknown
  | Rect of int * int
  | Pair of (int * int)
  | Named of { x : float; y : float }
  | Labelled of { label : string; shape : shape }
  | Nothing
  | Floats of float * float
  | One_option of int option

type id = Id of int [@@unboxed]

(* A record of these is flat: their representation is that of a float. *)
type length = Length of { metres : float } [@@unboxed]
type lengths = { first : length; second : length }
type one_block = Only of string * int

type many =
  | First
  | Block of int
  | C00 | C01 | C02 | C03 | C04 | C05 | C06 | C07 | C08 | C09 | C0a | C0b | C0c | C0d | C0e | C0f
  | C10 | C11 | C12 | C13 | C14 | C15 | C16 | C17 | C18 | C19 | C1a | C1b | C1c | C1d | C1e | C1f
  | C20 | C21 | C22 | C23 | C24 | C25 | C26 | C27 | C28 | C29 | C2a | C2b | C2c | C2d | C2e | C2f
  | C30 | C31 | C32 | C33 | C34 | C35 | C36 | C37 | C38 | C39 | C3a | C3b | C3c | C3d | C3e | C3f
  | C40 | C41 | C42 | C43 | C44 | C45 | C46 | C47 | C48 | C49 | C4a | C4b | C4c | C4d | C4e | C4f
  | C50 | C51 | C52 | C53 | C54 | C55 | C56 | C57 | C58 | C59 | C5a | C5b | C5c | C5d | C5e | C5f
  | C60 | C61 | C62 | C63 | C64 | C65 | C66 | C67 | C68 | C69 | C6a | C6b | C6c | C6d | C6e | C6f
  | C70 | C71 | C72 | C73 | C74 | C75 | C76 | C77 | C78 | C79 | C7a | C7b | C7c | C7d | C7e | C7f
  | C80 | C81 | C82 | C83 | C84 | C85 | C86 | C87 | C88 | C89 | C8a | C8b | C8c | C8d | C8e | C8f
  | C90 | C91 | C92 | C93 | C94 | C95 | C96 | C97 | C98 | C99 | C9a | C9b | C9c | C9d | C9e | C9f
  | Ca0 | Ca1 | Ca2 | Ca3 | Ca4 | Ca5 | Ca6 | Ca7 | Ca8 | Ca9 | Caa | Cab | Cac | Cad | Cae | Caf
  | Cb0 | Cb1 | Cb2 | Cb3 | Cb4 | Cb5 | Cb6 | Cb7 | Cb8 | Cb9 | Cba | Cbb | Cbc | Cbd | Cbe | Cbf
  | Cc0 | Cc1 | Cc2 | Cc3 | Cc4 | Cc5 | Cc6 | Cc7 | Cc8 | Cc9 | Cca | Ccb | Ccc | Ccd | Cce | Ccf
  | Cd0 | Cd1 | Cd2 | Cd3 | Cd4 | Cd5 | Cd6 | Cd7 | Cd8 | Cd9 | Cda | Cdb | Cdc | Cdd | Cde | Cdf
  | Ce0 | Ce1 | Ce2 | Ce3 | Ce4 | Ce5 | Ce6 | Ce7 | Ce8 | Ce9 | Cea | Ceb | Cec | Ced | Cee | Cef
  | Cf0 | Cf1 | Cf2 | Cf3 | Cf4 | Cf5 | Cf6 | Cf7 | Cf8 | Cf9 | Cfa | Cfb | Cfc | Cfd | Cfe | Cff
  | Last

type basic = [ `On | `Off ]

type paint =
  [ `Red
  | `Grey of int
  | `Rgb of int * int * int
  | `Nested of int * int
  | `Text of string
  | `Float of float
  | `lower_case of float array ]

type more = [ basic | `Transparent | paint | `Deep of more array ]
type 'a labelled = { label : string; inside : 'a }
type 'a both = { left : 'a; right : 'a }
type ('l, 'r) either = Left of 'l | Right of { value : 'r } | Neither
type 'a tree = Leaf | Node of 'a tree * 'a * 'a tree
type rose = { number : float; children : rose list }
type chain = { n : int; next : chain option }

type expression =
  | Number of float
  | Variable of string
  | Call of { func : string; arguments : expression array }
  | Block of statement

and statement = { result : expression; rest : statement option }

type version = { major : int; minor : int }
type state = Idle | Busy of string
type release = { version : version; state : state }
type borrowed = { borrowed : string; bytes : string; anything : Obj.t }

external read_person : person -> string = "bactrian_suite_read_person"
external echo_person : person -> person = "bactrian_suite_echo_person"
external read_point : point -> string = "bactrian_suite_read_point"
external echo_point : point -> point = "bactrian_suite_echo_point"
external read_box3 : box3 -> string = "bactrian_suite_read_box3"
external echo_box3 : box3 -> box3 = "bactrian_suite_echo_box3"
external read_metres : metres -> string = "bactrian_suite_read_metres"
external echo_metres : metres -> metres = "bactrian_suite_echo_metres"
external read_unboxed : unboxed -> string = "bactrian_suite_read_unboxed"
external echo_unboxed : unboxed -> unboxed = "bactrian_suite_echo_unboxed"
external read_unboxed_name : unboxed_name -> string = "bactrian_suite_read_unboxed_name"
external echo_unboxed_name : unboxed_name -> unboxed_name = "bactrian_suite_echo_unboxed_name"
external read_one_float : one_float -> string = "bactrian_suite_read_one_float"
external echo_one_float : one_float -> one_float = "bactrian_suite_echo_one_float"
external read_one_string : one_string -> string = "bactrian_suite_read_one_string"
external echo_one_string : one_string -> one_string = "bactrian_suite_echo_one_string"
external read_measured : measured -> string = "bactrian_suite_read_measured"
external echo_measured : measured -> measured = "bactrian_suite_echo_measured"
external read_nested : nested -> string = "bactrian_suite_read_nested"
external echo_nested : nested -> nested = "bactrian_suite_echo_nested"
external read_pair : pair -> string = "bactrian_suite_read_pair"
external echo_pair : pair -> pair = "bactrian_suite_echo_pair"
external read_float_struct : float_pair -> string = "bactrian_suite_read_float_struct"
external echo_float_struct : float_pair -> float_pair = "bactrian_suite_echo_float_struct"
external read_unit_struct : unit -> string = "bactrian_suite_read_unit_struct"
external echo_unit_struct : unit -> unit = "bactrian_suite_echo_unit_struct"
external read_ten : ten -> string = "bactrian_suite_read_ten"
external echo_ten : ten -> ten = "bactrian_suite_echo_ten"
external read_adapted : adapted -> string = "bactrian_suite_read_adapted"
external echo_adapted : adapted -> adapted = "bactrian_suite_echo_adapted"
external read_colour : colour -> string = "bactrian_suite_read_colour"
external echo_colour : colour -> colour = "bactrian_suite_echo_colour"
external read_shape : shape -> string = "bactrian_suite_read_shape"
external echo_shape : shape -> shape = "bactrian_suite_echo_shape"
external read_id : id -> string = "bactrian_suite_read_id"
external echo_id : id -> id = "bactrian_suite_echo_id"
external read_lengths : lengths -> string = "bactrian_suite_read_lengths"
external echo_lengths : lengths -> lengths = "bactrian_suite_echo_lengths"
external read_one_block : one_block -> string = "bactrian_suite_read_one_block"
external echo_one_block : one_block -> one_block = "bactrian_suite_echo_one_block"
external read_many : many -> string = "bactrian_suite_read_many"
external echo_many : many -> many = "bactrian_suite_echo_many"
external read_basic : basic -> string = "bactrian_suite_read_basic"
external echo_basic : basic -> basic = "bactrian_suite_echo_basic"
external read_paint : paint -> string = "bactrian_suite_read_paint"
external echo_paint : paint -> paint = "bactrian_suite_echo_paint"
external read_more : more -> string = "bactrian_suite_read_more"
external echo_more : more -> more = "bactrian_suite_echo_more"
external read_labelled : int array labelled -> string = "bactrian_suite_read_labelled"
external echo_labelled : int array labelled -> int array labelled = "bactrian_suite_echo_labelled"
external read_labelled_float : float labelled -> string = "bactrian_suite_read_labelled_float"
external echo_labelled_float : float labelled -> float labelled = "bactrian_suite_echo_labelled_float"
external read_both_floats : float both -> string = "bactrian_suite_read_both_floats"
external echo_both_floats : float both -> float both = "bactrian_suite_echo_both_floats"
external read_both_strings : string both -> string = "bactrian_suite_read_both_strings"
external echo_both_strings : string both -> string both = "bactrian_suite_echo_both_strings"
external read_either : (int, string array) either -> string = "bactrian_suite_read_either"
external echo_either : (int, string array) either -> (int, string array) either = "bactrian_suite_echo_either"
external read_tree : int tree -> string = "bactrian_suite_read_tree"
external echo_tree : int tree -> int tree = "bactrian_suite_echo_tree"
external read_tree_float : float tree -> string = "bactrian_suite_read_tree_float"
external echo_tree_float : float tree -> float tree = "bactrian_suite_echo_tree_float"
external read_rose : rose -> string = "bactrian_suite_read_rose"
external echo_rose : rose -> rose = "bactrian_suite_echo_rose"
external read_chain : chain -> string = "bactrian_suite_read_chain"
external echo_chain : chain -> chain = "bactrian_suite_echo_chain"
external read_expression : expression -> string = "bactrian_suite_read_expression"
external echo_expression : expression -> expression = "bactrian_suite_echo_expression"
external read_release : release -> string = "bactrian_suite_read_release"
external echo_release : release -> release = "bactrian_suite_echo_release"
external read_borrowed : borrowed -> string = "bactrian_suite_read_borrowed"
external echo_borrowed : borrowed -> borrowed = "bactrian_suite_echo_borrowed"
external read_points : point array -> string = "bactrian_suite_read_points"
external echo_points : point array -> point array = "bactrian_suite_echo_points"
external read_ids : id array -> string = "bactrian_suite_read_ids"
external echo_ids : id array -> id array = "bactrian_suite_echo_ids"
external read_colours : colour array -> string = "bactrian_suite_read_colours"
external echo_colours : colour array -> colour array = "bactrian_suite_echo_colours"
external read_metres_array : metres array -> string = "bactrian_suite_read_metres_array"
external echo_metres_array : metres array -> metres array = "bactrian_suite_echo_metres_array"
external read_unboxed_array : unboxed array -> string = "bactrian_suite_read_unboxed_array"
external echo_unboxed_array : unboxed array -> unboxed array = "bactrian_suite_echo_unboxed_array"

(* ---- structs ---- *)

let oak = { name = "Oak"; age = 36; email = None }
let elm = { name = "Elm"; age = 0; email = Some "elm@example.org" }
let oak_rust = "Person { name: \"Oak\", age: 36, email: None }"

let () =
  both "a record" read_person echo_person oak oak_rust;
  both "a record with an option" read_person echo_person elm
    "Person { name: \"Elm\", age: 0, email: Some(\"elm@example.org\") }";
  let flat name value =
    check (name ^ " is flat") (Obj.tag (Obj.repr value) = Obj.double_array_tag)
  in
  let point = { x = 1.5; y = -0.; z = 0.5 } in
  both "a record of floats" read_point echo_point point "Point { x: 1.5, y: -0.0, z: 0.5 }";
  flat "a record of floats" (echo_point point);
  let box3 = { width = 1.5; height = 2.5; depth = 3.5 } in
  both "a record of a newtype, a pointer, an unboxed" read_box3 echo_box3 box3
    "Box3 { width: Metres(1.5), height: 2.5, depth: Unboxed { value: 3.5 } }";
  flat "it" (echo_box3 box3);
  both "a newtype" read_metres echo_metres 1.5 "Metres(1.5)";
  both "an unboxed record of a float" read_unboxed echo_unboxed { value = 1.5 } "Unboxed { value: 1.5 }";
  both "an unboxed record of a string" read_unboxed_name echo_unboxed_name { uname = "a" }
    "UnboxedName { name: \"a\" }";
  both "a record of one float" read_one_float echo_one_float { one = 1.5 } "OneFloat { value: 1.5 }";
  flat "it" (echo_one_float { one = 1.5 });
  both "a record of one string" read_one_string echo_one_string { string = "a" }
    "OneString { value: \"a\" }";
  both "a record of a float and more" read_measured echo_measured { measure = 1.5; unit = "m" }
    "Measured { value: 1.5, unit: \"m\" }";
  both "records within records" read_nested echo_nested
    { person = oak; at = point; others = [| elm; oak |]; path = [| point; point |] }
    ("Nested { person: " ^ oak_rust
   ^ ", at: Point { x: 1.5, y: -0.0, z: 0.5 }, others: [Person { name: \"Elm\", age: 0, email: \
      Some(\"elm@example.org\") }, " ^ oak_rust
   ^ "], path: [Point { x: 1.5, y: -0.0, z: 0.5 }, Point { x: 1.5, y: -0.0, z: 0.5 }] }");
  both "a tuple struct" read_pair echo_pair (1, "b") "Pair(1, \"b\")";
  both "a tuple struct of floats" read_float_struct echo_float_struct (1.5, 2.5) "FloatPair(1.5, 2.5)";
  both "a unit struct" read_unit_struct echo_unit_struct () "Unit";
  both "ten fields" read_ten echo_ten
    {
      a = ();
      b = true;
      c = Uchar.of_int 99;
      d = 65535;
      e = -1l;
      f = -1L;
      g = 0.5;
      h = (1, 2.5);
      i = [| 1.5 |];
      j = [ ("k", 1) ];
    }
    "Ten { a: (), b: true, c: 'c', d: 65535, e: -1, f: 18446744073709551615, g: 0.5, h: (1, 2.5), i: \
     [1.5], j: {\"k\": 1} }";
  let adapted =
    {
      unixTime = -5;
      parentNames = [ "p"; "q" ];
      raw = "\xff\000";
      firstChar = 'z';
      address = -1n;
      duration = 1.25;
      type_ = true;
    }
  in
  both "as, with, name, skip" read_adapted echo_adapted adapted
    (Printf.sprintf
       "Adapted { unix_time: -5, parent_names: [\"p\", \"q\"], raw: [255, 0], first_char: 122, address: \
        %nu, duration: 1.25s, cache: None, type: true }"
       (-1n));
  refuses "in a field of a record" "argument `value`: field `age`: expected an int between 0 and 255, got 300"
    (fun () -> read_person { oak with age = 300 });
  refuses "in a renamed field"
    "argument `value`: field `parentNames`: element 1: expected a string, got 7" (fun () ->
      read_adapted { adapted with parentNames = [ "p"; Obj.magic 7 ] });
  refuses "in a field with functions of its own"
    "argument `value`: field `duration`: expected a number of seconds, got the float -1.0" (fun () ->
      read_adapted { adapted with duration = -1. });
  refuses "deep in records"
    "argument `value`: field `others`: element 1: field `email`: constructor `Some`: expected a string, got 7"
    (fun () ->
      read_nested
        {
          person = oak;
          at = point;
          others = [| oak; { elm with email = Some (Obj.magic 7) } |];
          path = [||];
        });
  refuses "a flat record that is not"
    "argument `value`: expected a `point` (a record of 3 floats), got a block of tag 0 with 3 fields"
    (fun () -> read_point (Obj.magic (1, 2, 3)));
  refuses "a record that is flat"
    "argument `value`: expected a `measured` (a record of 2 fields), got a float array of length 2 (or a \
     record of floats)" (fun () -> read_measured (Obj.magic [| 1.; 2. |]))

(* ---- variants ---- *)

let () =
  both "a constant" read_colour echo_colour Red "Red";
  both "the last constant" read_colour echo_colour Blue "Blue";
  both "Empty" read_shape echo_shape Empty "Empty";
  both "Unknown" read_shape echo_shape Unknown "Unknown";
  both "Nothing" read_shape echo_shape Nothing "Nothing";
  both "Circle" read_shape echo_shape (Circle 1.5) "Circle(1.5)";
  both "Rect" read_shape echo_shape (Rect (1, 2)) "Rect(1, 2)";
  both "Pair" read_shape echo_shape (Pair (1, 2)) "Pair((1, 2))";
  both "Named" read_shape echo_shape (Named { x = 1.5; y = 2.5 }) "Named { x: 1.5, y: 2.5 }";
  both "Labelled" read_shape echo_shape
    (Labelled { label = "l"; shape = Labelled { label = "m"; shape = Floats (1.5, 2.5) } })
    "Labelled { label: \"l\", shape: Labelled { label: \"m\", shape: Floats(1.5, 2.5) } }";
  both "One_option of None" read_shape echo_shape (One_option None) "OneOption(None)";
  both "One_option of Some" read_shape echo_shape (One_option (Some 7)) "OneOption(Some(7))";
  both "an unboxed constructor" read_id echo_id (Id 7) "Id(7)";
  both "an array of them" read_ids echo_ids [| Id 1; Id 2 |] "[Id(1), Id(2)]";
  both "a record of unboxed constructors of a float" read_lengths echo_lengths
    { first = Length { metres = 1.5 }; second = Length { metres = 2.5 } }
    "Lengths { a: Length { metres: 1.5 }, b: Length { metres: 2.5 } }";
  check "it is flat"
    (Obj.tag (Obj.repr (echo_lengths { first = Length { metres = 1. }; second = Length { metres = 2. } }))
    = Obj.double_array_tag);
  both "one constructor" read_one_block echo_one_block (Only ("a", 1)) "Only(\"a\", 1)";
  both "the first of many" read_many echo_many First "First";
  both "the second of many" read_many echo_many C00 "C00";
  both "the 256th constant" read_many echo_many Cfe "Cfe";
  both "the 257th constant" read_many echo_many Cff "Cff";
  both "the last of many" read_many echo_many Last "Last";
  both "the block among many" read_many echo_many (Block 7) "Block(7)";
  refuses "a constant too many" "argument `value`: expected a `colour` (a constant constructor below 3), got 3"
    (fun () -> read_colour (Obj.magic 3));
  refuses "a tag too many"
    "argument `value`: expected a `shape` (a constant constructor below 3, or a block of tag 0..6), got a \
     block of tag 7 with 1 field" (fun () -> read_shape (Obj.obj (Obj.with_tag 7 (Obj.repr (ref 0)))));
  refuses "in an inline record"
    "argument `value`: constructor `Labelled`: field `shape`: constructor `Circle`: expected a float, got 7"
    (fun () -> read_shape (Labelled { label = ""; shape = Circle (Obj.magic 7) }));
  refuses "in an argument"
    "argument `value`: constructor `Rect`: argument 1: expected an int, got the string \"a\"" (fun () ->
      read_shape (Rect (1, Obj.magic "a")))

(* ---- polymorphic variants ---- *)

let () =
  both "`On" read_basic echo_basic `On "On";
  both "`Off" read_basic echo_basic `Off "Off";
  both "`Red" read_paint echo_paint `Red "Red";
  both "`Grey" read_paint echo_paint (`Grey 7) "Grey(7)";
  both "`Rgb" read_paint echo_paint (`Rgb (1, 2, 3)) "Rgb(1, 2, 3)";
  both "`Nested" read_paint echo_paint (`Nested (1, 2)) "Nested((1, 2))";
  both "`Text" read_paint echo_paint (`Text "a") "Text(\"a\")";
  both "`Float" read_paint echo_paint (`Float 1.5) "Float(1.5)";
  both "`lower_case" read_paint echo_paint (`lower_case [| 1.5 |]) "Lower([1.5])";
  both "an inherited constant" read_more echo_more `Off "Basic(Off)";
  both "an inherited tag" read_more echo_more (`Rgb (1, 2, 3)) "Paint(Rgb(1, 2, 3))";
  both "its own" read_more echo_more `Transparent "Transparent";
  both "recursive" read_more echo_more
    (`Deep [| `On; `Deep [||]; `Grey 7; `Transparent |])
    "Deep([Basic(On), Deep([]), Paint(Grey(7)), Transparent])";
  refuses "no such tag" "argument `value`: expected a `basic` (one of the tags On and Off), got 1"
    (fun () -> read_basic (Obj.magic 1));
  refuses "a tag of another type"
    (Printf.sprintf "argument `value`: expected a `basic` (one of the tags On and Off), got %d"
       (Obj.magic `Red : int)) (fun () -> read_basic (Obj.magic `Red));
  refuses "in an inherited tag"
    "argument `value`: constructor `Grey`: expected an int between 0 and 255, got 256" (fun () ->
      read_more (`Grey 256))

(* ---- generic and recursive types ---- *)

let rec ocaml_tree depth =
  if depth = 0 then Leaf else Node (ocaml_tree (depth - 1), depth, ocaml_tree (depth - 1))

external make_tree : int -> int tree = "bactrian_suite_make_tree"
external sum_tree : int tree -> int = "bactrian_suite_sum_tree"

let () =
  both "a parameter" read_labelled echo_labelled
    { label = "l"; inside = [| 1; 2 |] }
    "Labelled { label: \"l\", inside: [1, 2] }";
  both "a parameter that is a float" read_labelled_float echo_labelled_float { label = "l"; inside = 1.5 }
    "Labelled { label: \"l\", inside: 1.5 }";
  both "a record of parameters that are floats" read_both_floats echo_both_floats
    { left = 1.5; right = 2.5 } "Both { left: 1.5, right: 2.5 }";
  check "it is not flat" (Obj.tag (Obj.repr (echo_both_floats { left = 1.5; right = 2.5 })) = 0);
  both "a record of parameters that are strings" read_both_strings echo_both_strings
    { left = "a"; right = "b" } "Both { left: \"a\", right: \"b\" }";
  both "Left" read_either echo_either (Left 1) "Left(1)";
  both "Right" read_either echo_either (Right { value = [| "a" |] }) "Right { value: [\"a\"] }";
  both "Neither" read_either echo_either Neither "Neither";
  both "a leaf" read_tree echo_tree Leaf "Leaf";
  both "a tree" read_tree echo_tree
    (Node (Node (Leaf, 1, Leaf), 2, Leaf))
    "Node(Node(Leaf, 1, Leaf), 2, Leaf)";
  both "a tree of floats" read_tree_float echo_tree_float
    (Node (Leaf, 1.5, Leaf))
    "Node(Leaf, 1.5, Leaf)";
  List.iter
    (fun depth ->
      let expected = ocaml_tree depth in
      identical (Printf.sprintf "a full tree of depth %d" depth) expected (make_tree depth);
      same "it read" (sum_tree expected) (sum_tree (echo_tree expected));
      collect ())
    [ 0; 1; 5; 14 ];
  both "children in a list" read_rose echo_rose
    { number = 1.5; children = [ { number = 2.5; children = [] } ] }
    "Rose { value: 1.5, children: [Rose { value: 2.5, children: [] }] }";
  both "a chain" read_chain echo_chain
    { n = 1; next = Some { n = 2; next = None } }
    "Chain { n: 1, next: Some(Chain { n: 2, next: None }) }";
  both "mutual recursion" read_expression echo_expression
    (Block
       {
         result = Call { func = "f"; arguments = [| Number 1.5; Variable "v" |] };
         rest = Some { result = Number 2.5; rest = None };
       })
    "Block(Statement { result: Call { function: \"f\", arguments: [Number(1.5), Variable(\"v\")] }, rest: \
     Some(Statement { result: Number(2.5), rest: None }) })";
  refuses "deep in a tree"
    "argument `value`: constructor `Node`: argument 0: constructor `Node`: argument 2: constructor `Node`: \
     argument 1: expected an int, got the string \"x\"" (fun () ->
      read_tree (Node (Node (Leaf, 1, Node (Leaf, Obj.magic "x", Leaf)), 2, Leaf)));
  both "types of another crate" read_release echo_release
    { version = { major = 1; minor = 2 }; state = Busy "b" }
    "Release { version: Version { major: 1, minor: 2 }, state: Busy(\"b\") }";
  both "a constant of another crate's type" read_release echo_release
    { version = { major = 1; minor = 65535 }; state = Idle }
    "Release { version: Version { major: 1, minor: 65535 }, state: Idle }";
  refuses "in a type of another crate"
    "argument `value`: field `version`: field `minor`: expected an int between 0 and 65535, got 65536"
    (fun () -> read_release { version = { major = 1; minor = 65536 }; state = Idle })

(* ---- arrays of them, borrowed ones ---- *)

let () =
  both "an array of flat records" read_points echo_points
    [| { x = 1.; y = 2.; z = 3. } |]
    "[Point { x: 1.0, y: 2.0, z: 3.0 }]";
  both "an array of constants" read_colours echo_colours [| Red; Blue |] "[Red, Blue]";
  both "an array of newtypes of floats" read_metres_array echo_metres_array [| 1.5; 2.5 |]
    "[Metres(1.5), Metres(2.5)]";
  both "an array of unboxed records of floats" read_unboxed_array echo_unboxed_array
    [| { value = 1.5 }; { value = 2.5 } |]
    "[Unboxed { value: 1.5 }, Unboxed { value: 2.5 }]";
  both "a record that borrows" read_borrowed echo_borrowed
    { borrowed = "text"; bytes = "\xff"; anything = Obj.repr (Some 1) }
    "Borrowed { name: \"text\", bytes: [255], anything: 0(1) }"

let () = finish ()
