(* Uses all of the generated interface: in native code, in bytecode and in the toplevel. *)
open Everything

let failures = ref 0

let expect what condition =
  if not condition then begin
    incr failures;
    prerr_endline ("FAILED: " ^ what)
  end

let expect_string what expected found =
  expect (Printf.sprintf "%s: expected %S, found %S" what expected found) (expected = found)

let raises what expected f =
  match f () with
  | _ -> expect (what ^ ": nothing was raised") false
  | exception exn -> expect_string what expected (Printexc.to_string exn)

(* The root. *)
let oak = { People.name = "Oak"; age = 81 }
let team = { name = "trees"; members = [ oak; { People.name = "Elm"; age = 4 } ] }

let () =
  expect "version" (version () = "1.0");
  expect "captain" (captain team = Some oak);
  expect "count" (People.count team = 2);
  expect "initial" (People.Names.initial "Oak" = Some (Uchar.of_char 'O'));
  expect "flattened" (in_the_root 1 = 2);
  expect "renamed" (Vocabulary.join ~left:"a" ~right:"b" ~separator:(Uchar.of_char '-') = "a-b");
  expect "cfg" (not_extra () = ());
  oak.People.age <- 82;
  expect "mutable" (captain { team with members = [ oak ] } = Some { People.name = "Oak"; age = 82 })

(* In place. *)
let () =
  let module String_map = Map.Make (String) in
  let module String_set = Set.Make (String) in
  let open Inplace in
  let counter = ref 6 in
  increment counter;
  expect "ref" (!counter = 7);
  expect "lazy" (force (lazy (!counter + 1)) = 8);
  let table = Hashtbl.create 3 in
  Hashtbl.add table 'a' 3;
  Hashtbl.add table 'b' 4;
  expect "hash table" (sum_of_table table = 7);
  expect "map" (sum_of_map (String_map.add "a" 3 (String_map.singleton "b" 4)) = 7);
  expect "set" (size_of_set (String_set.of_list [ "a"; "b"; "a" ]) = 2)

(* The other crate. *)
let () =
  let p x y = { Geo.x; y } in
  expect "other crate" (Geo.distance (p 0. 0.) (p 3. 4.) = 5.);
  expect "dot" (area Geo.Shapes.Dot = 0.);
  expect "circle" (area (Geo.Shapes.Circle { centre = p 0. 0.; radius = 1. }) > 3.14);
  expect "polygon" (area (Geo.Shapes.Polygon [| p 0. 0.; p 1. 0.; p 1. 1.; p 0. 1. |]) = 1.)

(* Types. *)
let () =
  let open Types in
  let same what f x = expect what (f x = x) in
  same "vector" same_vector { dx = 1.; dy = 2. };
  same "metres" same_metres 1.5;
  same "pairs" same_pairs [| (1, "a"); (2, "b") |];
  same "span" same_span (1, 2);
  same "marker" same_marker ();
  same "single" same_single { only = 3 };
  same "identity" same_identity { id = 4L };
  same "request" same_request
    { method_ = "GET"; type_ = 1; val_ = Some { method_ = ""; type_ = 0; val_ = None } };
  same "expr" same_expr
    (Let
       { bindings = [| { name = "x"; value = Add (Number 1., Nothing) } |];
         body = Pair (Number 2., Number 3.) });
  same "red" same_colour `Red;
  same "rgb" same_colour (`Rgb (1, 2, 3));
  same "bare" same_paint `bare;
  same "inherited" same_paint (`Rgb (1, 2, 3));
  same "named" same_paint (`named "ash");
  same "complex" same_complex { Complex.re = 1.; im = -1. };
  same "everything" same_everything
    { unit = (); boolean = true; integer = -1; int32 = 2l; int64 = 3L; word = 4n; float = 0.5;
      letter = Uchar.of_int 0x1F42A; byte = 'b'; text = "text"; bytes = Bytes.of_string "\000\255";
      floats = [| 1.; 2. |]; list = [ 1; 2 ]; map = [ ("a", 1) ]; result = Error "no";
      nested = Some (Some [| (1, "x") |]) }

(* Functions. *)
let () =
  let open Functions in
  unit ();
  expect "one" (one 1 = 1);
  expect "boxed" (boxed (Some 1.5) = Some 1.5);
  expect "unboxed" (unboxed 1. 2l 3L = 6.);
  expect "noalloc" (noalloc 2. 3. = 6.);
  expect_string "seven" "1 b 2.5 true e 6 ()" (seven 1 "b" 2.5 true (Uchar.of_char 'e') 6L ());
  expect "five" (five 1 2 3 4 5 = 15);
  expect_string "labelled" "t 1 None" (labelled ~type_:1 "t");
  expect_string "optional" "t 1 Some(7)" (labelled ~type_:1 ~width:7 "t");
  expect "all labelled" (all_labelled ~right:1 ~left:3 = 2);
  expect "named" (named_otherwise 1 = 1);
  symbol ();
  expect "keyword" (val_ 1 = 1);
  expect "chosen" ((chosen false succ pred) 1 = 0);
  expect "apply" (apply (fun n s -> n = 1 && s = "x"));
  expect "implicit runtime" (uses_gc 1 = Some 1);
  let bytes = Bytes.make 2 ' ' in
  fill bytes [| 65.; 66. |];
  expect "slices" (Bytes.to_string bytes = "AB");
  expect "as" (as_list [ 1; 2 ] = [ 1; 2 ]);
  expect "handles" (handles [ 1 ] = [ 1 ]);
  expect "both" (halve 4 = Ok 2 && halve 3 = Error "3 is odd");
  expect "both, raised" (halve_exn 4 = 2);
  raises "both, raised" "Failure(\"3 is odd\")" (fun () -> halve_exn 3);
  expect "detached" (detached 7 = "7 7");
  expect "panic, detached"
    (match detached (-1) with exception Bactrian.Panic "negative" -> true | _ -> false);
  match panics "\000 help" with
  | () -> expect "panic" false
  | exception Bactrian.Panic message -> expect_string "panic" "\000 help" message

(* A stub of values, whose [external] is written by hand. *)
external without_a_record : 'a -> 'a = "everything_without_a_record"

let () = expect "by hand" (without_a_record "x" = "x")

(* Errors. *)
let () =
  let open Errors in
  expect "parse" (parse "12" = 2);
  expect "arguments" (match parse "1x" with exception Unexpected ("x", 1) -> true | _ -> false);
  expect "constant" (match parse "" with exception Empty -> true | _ -> false);
  expect "inline record"
    (match parse "((((" with exception TooDeep { depth = 4; limit = 3.5 } -> true | _ -> false
     [@warning "-8"]);
  raises "printer" "unexpected x at 1" (fun () -> parse "1x");
  expect_string "printed by Rust" "unexpected x at 1" (printed (fun () -> ignore (parse "1x")));
  expect_string "another one, printed by Rust" "Stdlib.Exit" (printed (fun () -> raise Exit));
  expect "Sys_error" (match missing_file "/nowhere" with exception Sys_error _ -> true | _ -> false);
  raises "Failure" "Failure(\"invalid digit found in string\")" (fun () -> number "x");
  raises "boxed" "Failure(\"no\")" boxed_error;
  expect "result" (result "1" = Ok 1 && result "x" = Error "x");
  raises "exn" "Failure(\"x\")" (fun () -> raised "x");
  raises "conversion" "Invalid_argument(\"argument `text`: expected a string, got 1\")"
    (fun () -> number (Obj.magic 1 : string))

(* Exceptions that OCaml has. *)
let () =
  let open Errors in
  let e = Uchar.of_char 'e' in
  expect "found" (index_of "the" e = 2);
  expect "not found" (match index_of "oak" e with exception Not_found -> true | _ -> false);
  raises "invalid argument" "Invalid_argument(\"an empty text\")" (fun () -> index_of "" e);
  expect "end" (match end_of_file () with exception End_of_file -> true | () -> false);
  expect "divided" (divided 7 (fun () -> 2) = 3);
  expect "by zero" (match divided 7 (fun () -> 0) with exception Division_by_zero -> true | _ -> false);
  raises "of the function" "Stdlib.Exit" (fun () -> divided 7 (fun () -> raise Exit))

(* Type parameters. *)
let () =
  let open Generic in
  expect "depth" (depth (Node (Leaf, 1, Node (Leaf, 2, Leaf))) = 2);
  expect "swapped"
    (swapped { first = "a"; second = [| true |] } = { first = true; second = [| "a" |] });
  expect "grid" (same_grid { rows = [| [| 1; 2; 3 |] |] } = { rows = [| [| 1; 2; 3 |] |] });
  expect "borrowed" (length_of_name { name = "abc" } = 3);
  expect "head" (head [ 1; 2 ] = Some 1 && head [ "x" ] = Some "x" && head ([] : unit list) = None);
  expect "keep" (keep "x" = "x" && keep 1 = 1);
  expect "first_of" (first_of string_of_int [| 7 |] = Some 7)

(* Rust closures. *)
let () =
  let open Functions in
  let add = adder 1 in
  let add_two = add 2 in
  Gc.full_major ();
  expect "closure" (add 10 20 = 31 && add_two 5 = 8);
  let fuses = fuses [| "a"; "b" |] in
  expect "closures" (Array.map (fun f -> f ()) fuses = [| "a"; "b" |]);
  raises "closure called twice"
    "Invalid_argument(\"the Rust closure has been called before: it can be called once\")" fuses.(0);
  let calls f = count_calls (fun g -> f (fun s -> ignore (g s))) in
  expect "closure passed" (calls (fun g -> List.iter g [ "a"; "b"; "c" ]) = 3);
  raises "exception through a closure's caller" "Stdlib.Exit" (fun () -> calls (fun _ -> raise Exit));
  match calls (fun g -> g "panic") with
  | _ -> expect "closure panics" false
  | exception Bactrian.Panic text -> expect "message" (String.length text > 0)

(* Methods. *)
let () =
  let open Methods in
  let i = Interval.create 1 5 in
  expect "create" (i = { Interval.from = 1; until = 5 });
  expect "length" (Interval.length i = 4);
  expect "is_within" (Interval.is_within i (Interval.create 0 9));
  expect "moved" (Interval.moved ~by:2 i = Interval.create 3 7);
  expect "split" (Interval.split i 3 = Ok (Interval.create 1 3, Interval.create 3 5));
  expect "hull" (hull [| i; Interval.create 7 9 |] = Some (Interval.create 1 9));
  expect "text" (Lexeme.text (`Word "x") = "x" && Lexeme.text `End = "")

(* Values of Rust's. *)
let () =
  let open Custom in
  let counter = Counter.create 1 in
  Counter.add counter 2;
  expect "custom" (Counter.count counter = 3);
  expect "custom, without methods" (length_and_count (text "oak") counter = (3, 3));
  raises "another custom" "Invalid_argument(\"argument `text`: expected a Text, got a Counter\")"
    (fun () -> length_and_count (Obj.magic counter) counter);
  let p = position 1. 2. in
  expect "inline, compared" (p = position 1. 2. && p < position 1. 3.);
  let all = steps p 3 in
  Gc.compact ();
  expect "array of custom values" (all = [| p; position 2. 2.; position 3. 2. |]);
  expect "sum" (sum_of_positions all = 12.);
  let oak = text "an oak tree" in
  let lengths = List.map (fun word -> fst (length_and_count word counter)) (words oak) in
  expect "list of custom values" (lengths = [ 2; 3; 4 ]);
  expect "detached, with a custom value" (count_words oak = 3)

(* Objects. *)
let () =
  let open Objects in
  let counter =
    object
      val mutable count = 1
      method count = count
      method add n = count <- count + n
    end
  in
  expect "object" (add_twice counter 3 = 7 && counter#count = 7);
  let oak = object method name = "Oak" method age = 81 end in
  expect "open object type" (name_of oak = "Oak" && name_of (object method name = "Elm" end) = "Elm");
  raises "no such method"
    "Invalid_argument(\"expected an object with a method `name`, got an object without\")"
    (fun () -> name_of (Obj.magic counter : < name : string >))

(* Sharing. *)
let () =
  let open Sharing in
  let rec check what = function
    | Leaf n -> expect what (n = 0)
    | Node (left, right) ->
        expect what (left == right);
        check what left
  in
  let deep = levels 50 in
  check "shared" deep;
  check "shared, both ways" (same_graph deep);
  let both = twice deep in
  expect "shared by a parameter" (both.(0) == both.(1));
  check "and below" both.(0)

(* Private modules, types by hand. *)
let () =
  expect "private" (Private.reveal { Private.secret = "x" } = "x");
  let h = Sig.handle 7 in
  expect "by hand" (Sig.handle_number h = 7 && (h :> int) = 7);
  expect "polymorphic by hand" (Sig.either "a" "b" = "a");
  Docs.torture ();
  Docs.parts ();
  Docs.hidden ()

(* What Rust calls. *)
let () =
  raises "not registered"
    "Invalid_argument(\"no OCaml function is registered as `everything::imports::successor`: the \
     OCaml program has to apply the functor `Register` of the generated interface, in a module that \
     is linked\")"
    (fun () -> Imports.all [])

let ticks = ref 0

module Functions_for_rust = struct
  let successor n = n + 1
  let greeting ~name ?(times = 1) () = Printf.sprintf "Hello, %s, %d" name times
  let length = List.length
  let checked n = if n > 0 then Ok n else Error "not positive"
  let tick () = incr ticks
  let reversed = List.rev
  let never_registered () = failwith "now it is"
end

module _ = Imports.Register (Functions_for_rust)

module _ = Imports.Elsewhere.Register (struct
    let fails = failwith
  end)

let () =
  expect "imported"
    (Imports.all [ "a"; "b" ]
     = [| "42"; "Hello, Oak, 1"; "Hello, Elm, 2"; "2"; "Ok(1)"; "Err(\"not positive\")"; "[3, 2, 1]" |]);
  expect "unit" (!ticks = 1);
  raises "imported, raises" "Failure(\"on purpose\")" Imports.calls_what_fails;
  raises "registered late" "Failure(\"now it is\")" Imports.calls_what_is_missing

let () =
  let open Bigarray in
  let matrix = Array2.of_array float64 c_layout [| [| 1.; 2. |]; [| 3.; 4. |] |] in
  Bigarrays.scale_all matrix 2.;
  expect "scaled" (matrix.{1, 0} = 6.);
  let fortran = Array2.of_array int8_unsigned fortran_layout [| [| 1; 2 |]; [| 3; 4 |] |] in
  expect "columns"
    (Bigarrays.by_columns fortran = Array1.of_array int8_unsigned c_layout [| 1; 3; 2; 4 |]);
  let to_ = Array1.of_array int32 c_layout [| 1l; 2l |] in
  Bigarrays.add_to to_ (Array1.of_array int32 c_layout [| 10l; 20l |]);
  expect "added" (to_.{1} = 22l);
  expect "unit" ((Bigarrays.imaginary ()).{0} = Complex.i)

let () =
  if !failures = 0 then print_endline "everything works" else exit 1
