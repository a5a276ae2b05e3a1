(* Errors, exceptions, panics: the right exception with the whole text, every local dropped, any number
   of times. *)

open Check

external alive : unit -> (int[@untagged]) = "bactrian_suite_alive_bytecode" "bactrian_suite_alive"
external panicking : unit -> bool = "bactrian_suite_panicking"

(* Each is done several times, with collections in between. *)
let again = 5

let raises name expected f =
  for i = 1 to again do
    raises (Printf.sprintf "%s (%d)" name i) expected f;
    collect ()
  done;
  same (name ^ ": all locals are dropped") 0 (alive ());
  check (name ^ ": not panicking") (not (panicking ()))

let fails name message f = raises name (Failure message) f
let refuses name message f = raises name (Invalid_argument message) f

(* ---- kinds of [Err] ---- *)

external io_error : string -> string = "bactrian_suite_io_error"
external io_error_of_text : string -> unit = "bactrian_suite_io_error_of_text"
external boxed_io_error : string -> string = "bactrian_suite_boxed_io_error"
external error_of_layers : unit -> unit = "bactrian_suite_error_of_layers"
external error_that_repeats : unit -> int = "bactrian_suite_error_that_repeats"
external dyn_error : string -> string = "bactrian_suite_dyn_error"
external anyhow_error : string -> int = "bactrian_suite_anyhow_error"
external error_with_nul : unit -> unit = "bactrian_suite_error_with_nul"
external conversion_error : Obj.t -> unit = "bactrian_suite_conversion_error"
external conversion_error_text : Obj.t -> string = "bactrian_suite_conversion_error_text"

external result_of_string : (int[@untagged]) -> (int, string) result
  = "bactrian_suite_result_of_string_bytecode" "bactrian_suite_result_of_string"

external exn_of_string : (int[@untagged]) -> int
  = "bactrian_suite_exn_of_string_bytecode" "bactrian_suite_exn_of_string"

external unit_result : bool -> (unit, unit) result = "bactrian_suite_unit_result"

let () =
  raises "io::Error" (Sys_error "No such file or directory (os error 2)") (fun () ->
      io_error "/nonexistent/file");
  raises "io::Error of a text with NUL" (Sys_error "a\000b") (fun () -> io_error_of_text "a\000b");
  raises "a boxed io::Error" (Sys_error "No such file or directory (os error 2)") (fun () ->
      boxed_io_error "/nonexistent/file");
  fails "an error with causes" "cannot start: the configuration is wrong: line 3: expected `=`" (fun () ->
      error_of_layers ());
  fails "an error that repeats its cause" "cannot start: no file" (fun () -> error_that_repeats ());
  fails "Box<dyn Error + Send + Sync> of an error" "invalid digit found in string" (fun () ->
      dyn_error "seven");
  fails "Box<dyn Error + Send + Sync> of a text" "negative" (fun () -> dyn_error "-7");
  same "no error" "7" (dyn_error "7");
  fails "like anyhow" "cannot parse integer from empty string" (fun () -> anyhow_error "");
  same "like anyhow, no error" 7 (anyhow_error "7");
  fails "a text with NUL" "a\000b" (fun () -> error_with_nul ());
  refuses "ConversionError"
    "field `list`: element 1: element 1: expected an int between 0 and 255, got 300" (fun () ->
      conversion_error (Obj.repr [| ("a", 1); ("b", 300) |]));
  conversion_error (Obj.repr [| ("a", 1) |]);
  text "ConversionError kept in Rust"
    "element 0: constructor `Some`: expected an int between 0 and 255, got -1"
    (conversion_error_text (Obj.repr [| Some (-1) |]));
  same "result: Ok" (Ok 7) (result_of_string 7);
  same "result: Error" (Error "-7 is negative") (result_of_string (-7));
  same "#[func(exn)]: no error" 7 (exn_of_string 7);
  fails "#[func(exn)]" "-7 is negative" (fun () -> exn_of_string (-7));
  same "unit result: Ok" (Ok ()) (unit_result true);
  same "unit result: Error" (Error ()) (unit_result false)

(* ---- exceptions of the program's ---- *)

external rust_fails : (int[@untagged]) -> string -> int
  = "bactrian_suite_fails_bytecode" "bactrian_suite_fails"

external reads_back : (unit -> unit) -> string = "bactrian_suite_reads_back"

external times_out : (float[@unboxed]) -> unit
  = "bactrian_suite_times_out_bytecode" "bactrian_suite_times_out"

exception Syntax of string * int
exception Empty
exception Position of { line : int; column : int; text : string }
exception Pair of (int * float)
exception Late of string
exception Timeout of { after : float }

let () =
  fails "before its registration: syntax"
    "Syntax(\"bad\", 7) (raised as Failure: no exception is registered as \"suite.Syntax\"; call \
     Callback.register_exception)" (fun () -> rust_fails 0 "bad");
  fails "before its registration: empty"
    "Empty (raised as Failure: no exception is registered as \"suite.Empty\"; call \
     Callback.register_exception)" (fun () -> rust_fails 1 "")

let () =
  Callback.register_exception "suite.Syntax" (Syntax ("", 0));
  Callback.register_exception "suite.Empty" Empty;
  Callback.register_exception "suite.Position" (Position { line = 0; column = 0; text = "" });
  Callback.register_exception "suite.Pair" (Pair (0, 0.));
  Callback.register_exception "bactrian_suite.SuiteTimeout" (Timeout { after = 0. })

let () =
  raises "two arguments" (Syntax ("bad\000text", 7)) (fun () -> rust_fails 0 "bad\000text");
  raises "a constant" Empty (fun () -> rust_fails 1 "");
  check "a constant is the constructor itself"
    (match rust_fails 1 "" with _ -> false | exception e -> e == Empty);
  raises "an inline record" (Position { line = 3; column = 14; text = "here" }) (fun () ->
      rust_fails 2 "here");
  raises "one tuple" (Pair (1, 0.5)) (fun () -> rust_fails 3 "");
  fails "not registered"
    "number 9 (raised as Failure: no exception is registered as \"suite.Unregistered\"; call \
     Callback.register_exception)" (fun () -> rust_fails 5 "");
  raises "a struct" (Timeout { after = 1.5 }) (fun () -> times_out 1.5);
  same "no error" 6 (rust_fails 6 "")

(* A late registration counts. *)
let () =
  fails "late: not yet"
    "late: text (raised as Failure: no exception is registered as \"suite.Late\"; call \
     Callback.register_exception)" (fun () -> rust_fails 4 "text");
  Callback.register_exception "suite.Late" (Late "");
  raises "late: now" (Late "text") (fun () -> rust_fails 4 "text")

let () =
  let back expected exn = text ("read back: " ^ expected) expected (reads_back (fun () -> raise exn)) in
  back "Syntax(\"a\", 3)" (Syntax ("a", 3));
  back "Empty" Empty;
  back "Position { line: 1, column: 2, text: \"t\" }" (Position { line = 1; column = 2; text = "t" });
  back "Pair((1, 2.5))" (Pair (1, 2.5));
  text "nothing raised" "nothing raised" (reads_back ignore);
  raises "another exception goes through" Not_found (fun () -> reads_back (fun () -> raise Not_found));
  raises "arguments that do not convert go through"
    (Syntax ("\xff", 1))
    (fun () -> reads_back (fun () -> raise (Syntax ("\xff", 1))))

(* ---- exceptions of callbacks ---- *)

external lets_through : (unit -> int) -> int = "bactrian_suite_lets_through"
external lets_through_boxed : (unit -> int) -> int = "bactrian_suite_lets_through_boxed"

external raises_later : (unit -> int) -> (unit -> unit) -> int = "bactrian_suite_raises_later"

external describes : (unit -> int) -> string * string * string = "bactrian_suite_describes"
external described_elsewhere : (unit -> int) -> string * string * string
  = "bactrian_suite_described_elsewhere"
external catches : (unit -> int) -> exn option = "bactrian_suite_catches"
external or_else : (unit -> int) -> (unit -> int) -> int = "bactrian_suite_or_else"

exception Own of string * int
exception Constant
exception Many of int * string * float * int list
exception Own_place of (string * int * int)

let exceptions =
  [
    ("Not_found", Not_found);
    ("Exit", Exit);
    ("Failure", Failure "text");
    ("Invalid_argument", Invalid_argument "text");
    ("Sys_error", Sys_error "text");
    ("End_of_file", End_of_file);
    ("Division_by_zero", Division_by_zero);
    ("Stack_overflow", Stack_overflow);
    ("Out_of_memory", Out_of_memory);
    ("Assert_failure", Assert_failure ("file", 1, 2));
    ("Own", Own (String.make 10 'x', 3));
    ("Constant", Constant);
    ("Position", Position { line = 1; column = 2; text = "t" });
  ]

let () =
  List.iter
    (fun (name, exn) ->
      raises (name ^ " lets through") exn (fun () -> lets_through (fun () -> raise exn));
      let is_same f = match f () with _ -> false | exception found -> found == exn in
      check (name ^ " is the same value") (is_same (fun () -> lets_through (fun () -> raise exn)));
      check
        (name ^ " is the same value after collections")
        (is_same (fun () -> raises_later (fun () -> raise exn) Gc.compact));
      check (name ^ " as a value") (match catches (fun () -> raise exn) with Some e -> e == exn | None -> false))
    exceptions;
  (* Young exceptions move while Rust keeps them. *)
  raises "a young exception"
    (Own ("12", 3))
    (fun () ->
      raises_later
        (fun () -> raise (Own (string_of_int 12, 3)))
        (fun () ->
          Gc.minor ();
          ignore (Sys.opaque_identity (List.init 1000 string_of_int));
          Gc.compact ()));
  same "no exception" 8 (lets_through (fun () -> 7));
  same "none to catch" None (catches (fun () -> 7));
  fails "as a boxed error" "Failure(\"text\")" (fun () ->
      lets_through_boxed (fun () -> failwith "text"));
  same "or_else" 2 (or_else (fun () -> raise Exit) (fun () -> 2));
  raises "or_else, the second" Not_found (fun () ->
      or_else (fun () -> raise Exit) (fun () -> raise Not_found));
  (* Through several layers of OCaml and Rust. *)
  raises "through layers" (Own ("deep", 1)) (fun () ->
      lets_through (fun () ->
          lets_through (fun () ->
              try lets_through (fun () -> raise (Own ("deep", 1))) with Not_found -> 0)));
  same "caught between the layers" 3 (lets_through (fun () ->
      lets_through (fun () -> try lets_through (fun () -> raise Exit) with Exit -> 1)))

let () =
  let described name expected f =
    let found_name, found_text, found_argument = describes f in
    let expected_name, expected_text, expected_argument = expected in
    text (name ^ ": name") expected_name found_name;
    text (name ^ ": text") expected_text found_text;
    text (name ^ ": argument") expected_argument found_argument
  in
  described "Failure" ("Failure", "Failure(\"text\")", "\"text\"") (fun () -> failwith "text");
  described "an own one" ("Errors.Own", "Errors.Own(\"a\", 3)", "\"a\"") (fun () -> raise (Own ("a", 3)));
  described "Failure of a text with NUL" ("Failure", "Failure(\"a\000b\")", "\"a\\000b\"") (fun () ->
      failwith "a\000b");
  described "Failure of other bytes" ("Failure", "Failure(\"\xef\xbf\xbd\")", "\"\\255\"") (fun () ->
      failwith "\xff");
  described "Match_failure"
    ("Match_failure", "Match_failure(\"f\", 1, 2)", "0(\"f\", 1, 2)")
    (fun () -> raise (Match_failure ("f", 1, 2)));
  let name, shown, _ = describes (fun () -> raise Not_found) in
  text "Not_found: name" "Not_found" name;
  text "Not_found: text" "Not_found" shown;
  let name, shown, _ = describes (fun () -> raise Constant) in
  text "a constant: name" "Errors.Constant" name;
  text "a constant: text" "Errors.Constant" shown;
  let long = String.make 10_000 'x' in
  described "a long text"
    ("Failure", "Failure(\"" ^ long ^ "\")", "\"" ^ String.make 40 'x' ^ "\"... (10000 bytes)")
    (fun () -> failwith long);
  described "arguments of several kinds" ("Errors.Many", "Errors.Many(1, \"b\", _, _)", "1") (fun () ->
      raise (Many (1, "b", 0.5, [ 2 ])));
  described "a tuple that is no place" ("Errors.Own_place", "Errors.Own_place(_)", "0(\"f\", 1, 2)")
    (fun () -> raise (Own_place ("f", 1, 2)))

let () =
  let before, here, after = described_elsewhere (fun () -> failwith "text") in
  (* It was looked up at once where the thread is not known to hold the runtime. *)
  check "a thread without the runtime, before"
    (before = "?: an OCaml exception" || before = "Failure: Failure(\"text\")");
  text "a thread with the runtime" "Failure(\"text\")" here;
  text "a thread without the runtime, after" "Failure: Failure(\"text\")" after

(* ---- panics ---- *)

external rust_panics : (int[@untagged]) -> string -> (int[@untagged])
  = "bactrian_suite_panics_bytecode" "bactrian_suite_panics"

external panics_in_result : unit -> string * unit option array = "bactrian_suite_panics_in_result"
external panics_in_argument : string -> unit -> unit = "bactrian_suite_panics_in_argument"

external panics_after_callback : (unit -> int) -> (int[@untagged])
  = "bactrian_suite_panics_after_callback_bytecode" "bactrian_suite_panics_after_callback"

external catches_panic : unit -> string = "bactrian_suite_catches_panic"

exception Panic of string

let all_panics wrap =
  let raises name message f = raises name (wrap message) f in
  raises "a literal" "a literal" (fun () -> rust_panics 0 "");
  raises "a text" "text" (fun () -> rust_panics 1 "text");
  raises "an empty text" "" (fun () -> rust_panics 1 "");
  raises "a text with NUL" "a\000b" (fun () -> rust_panics 1 "a\000b");
  raises "a long text" (String.make 100_000 'x') (fun () -> rust_panics 1 (String.make 100_000 'x'));
  raises "no text" "Rust panicked with a value that is no text" (fun () -> rust_panics 2 "");
  raises "a payload whose destructor panics" "Rust panicked with a value that is no text" (fun () ->
      rust_panics 3 "");
  raises "a local whose destructor panics" "a destructor panics" (fun () -> rust_panics 4 "");
  raises "an index out of bounds" "index out of bounds: the len is 3 but the index is 3" (fun () ->
      rust_panics 5 "");
  raises "expect" "a number: ParseIntError { kind: InvalidDigit }" (fun () -> rust_panics 6 "seven");
  raises "resume_unwind" "resumed" (fun () -> rust_panics 7 "");
  raises "in the result's conversion" "no value can be made" (fun () -> panics_in_result ());
  raises "in an argument's conversion" "nothing can be read" (fun () -> panics_in_argument "a" ());
  raises "after a callback" "after 7" (fun () -> panics_after_callback (fun () -> 7));
  raises "in a function that a callback calls" "a literal" (fun () ->
      lets_through (fun () -> rust_panics 0 ""));
  same "no panic" 9 (rust_panics 9 "");
  text "a panic that Rust catches" "caught inside" (catches_panic ())

let () =
  all_panics (fun message -> Failure message);
  (* From now on they have an exception of their own. *)
  Callback.register_exception "Bactrian.Panic" (Panic "");
  all_panics (fun message -> Panic message)

let () = finish ()
