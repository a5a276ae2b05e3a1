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

external own_cause : unit -> unit = "bactrian_suite_own_cause"

external long_chain : (int[@untagged]) -> unit
  = "bactrian_suite_long_chain_bytecode" "bactrian_suite_long_chain"

external boxed_conversion_error : Obj.t -> int = "bactrian_suite_boxed_conversion_error"

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
  fails "its own cause" "again\000: ..." (fun () -> own_cause ());
  fails "three causes" "layer 0: layer 1: the end" (fun () -> long_chain 2);
  (match long_chain 10_000 with
  | () -> check "a long chain" false
  | exception Failure message ->
    check "a long chain ends" (String.length message < 2000);
    text "a long chain begins" "layer 0: layer 1: " (String.sub message 0 18));
  refuses "ConversionError"
    "field `list`: element 1: element 1: expected an int between 0 and 255, got 300" (fun () ->
      conversion_error (Obj.repr [| ("a", 1); ("b", 300) |]));
  conversion_error (Obj.repr [| ("a", 1) |]);
  refuses "a boxed ConversionError" "expected an int of at least 0, got -1" (fun () ->
      boxed_conversion_error (Obj.repr (-1)));
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
external lets_through_as_cause : (unit -> int) -> int = "bactrian_suite_lets_through_as_cause"

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
      check (name ^ " is the same value, boxed") (is_same (fun () -> lets_through_boxed (fun () -> raise exn)));
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
  fails "as a cause" "the callback failed: Failure(\"text\")" (fun () ->
      lets_through_as_cause (fun () -> failwith "text"));
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

(* ---- which exception it is ---- *)

external predefined : (unit -> int) -> string option = "bactrian_suite_predefined"

external raises_predefined : (int[@untagged]) -> string -> unit
  = "bactrian_suite_raises_predefined_bytecode" "bactrian_suite_raises_predefined"

external raises_predefined_made : (int[@untagged]) -> string -> unit
  = "bactrian_suite_raises_predefined_made_bytecode" "bactrian_suite_raises_predefined_made"

external raises_predefined_boxed : (int[@untagged]) -> string -> unit
  = "bactrian_suite_raises_predefined_boxed_bytecode" "bactrian_suite_raises_predefined_boxed"

external result_that_does_not_convert : (unit -> int) -> string
  = "bactrian_suite_result_that_does_not_convert"

external same_constructor : exn -> exn -> bool = "bactrian_suite_same_constructor"
external exception_arguments : exn -> string array * string = "bactrian_suite_exception_arguments"
external calls_again : exn -> (unit -> int) -> int = "bactrian_suite_calls_again"
external raises_value : exn -> unit = "bactrian_suite_raises_value"

(* Others of the same names. *)
module Same_names = struct
  exception Not_found
  exception Failure of string
  exception Match_failure of (string * int * int)
end

let all_predefined =
  [
    (Not_found, "NotFound");
    (Failure "t\"\000", "Failure(\"t\\\"\\0\")");
    (Invalid_argument "t\"\000", "InvalidArgument(\"t\\\"\\0\")");
    (Sys_error "t\"\000", "SysError(\"t\\\"\\0\")");
    (End_of_file, "EndOfFile");
    (Division_by_zero, "DivisionByZero");
    (Stack_overflow, "StackOverflow");
    (Out_of_memory, "OutOfMemory");
    (Sys_blocked_io, "SysBlockedIo");
    (Match_failure ("t\"\000", 3, 14), "MatchFailure { file: \"t\\\"\\0\", line: 3, column: 14 }");
    (Assert_failure ("t\"\000", 3, 14), "AssertFailure { file: \"t\\\"\\0\", line: 3, column: 14 }");
    ( Undefined_recursive_module ("t\"\000", 3, 14),
      "UndefinedRecursiveModule { file: \"t\\\"\\0\", line: 3, column: 14 }" );
    (Sys.Break, "Break");
    (Exit, "Exit");
  ]

let () =
  let is name expected f = same ("predefined: " ^ name) expected (predefined f) in
  List.iter (fun (exn, name) -> is name (Some name) (fun () -> raise exn)) all_predefined;
  is "other bytes" (Some "Failure(\"a\u{fffd}b\")") (fun () -> failwith "a\xffb");
  is "an own one" None (fun () -> raise (Own ("a", 1)));
  is "none" None (fun () -> 7);
  is "another Not_found" None (fun () -> raise Same_names.Not_found);
  is "another Failure" None (fun () -> raise (Same_names.Failure "a"));
  is "another Match_failure" None (fun () -> raise (Same_names.Match_failure ("a", 1, 2)));
  let zero = Sys.opaque_identity 0 in
  is "a division" (Some "DivisionByZero") (fun () -> 1 / zero);
  is "an index" (Some "InvalidArgument(\"index out of bounds\")") (fun () -> [| 1 |].(zero - 1));
  is "List.find" (Some "NotFound") (fun () -> List.find (fun _ -> false) [ 1 ]);
  check "an assertion"
    (match predefined (fun () -> assert (zero = 1); 0) with
    | Some text -> String.length text > 40 && String.sub text 0 33 = "AssertFailure { file: \"errors.ml\""
    | None -> false);
  List.iteri
    (fun i (exn, name) ->
      if i < 12 then begin
        raises ("raises " ^ name) exn (fun () -> raises_predefined i "t\"\000");
        raises ("makes and raises " ^ name) exn (fun () -> raises_predefined_made i "t\"\000");
        raises ("boxes and raises " ^ name) exn (fun () -> raises_predefined_boxed i "t\"\000");
        let matches f = match f () with () -> false | exception found -> same_constructor found exn in
        check ("the constructor of " ^ name) (matches (fun () -> raises_predefined i "a"))
      end
      else begin
        let full = if exn = Exit then "Stdlib.Exit" else "Stdlib.Sys.Break" in
        let message =
          Printf.sprintf
            "%s (raised as Failure: no exception is registered as %S; call Callback.register_exception)" full
            full
        in
        fails ("raises " ^ name ^ ", not registered") message (fun () -> raises_predefined i "");
        Callback.register_exception full exn;
        raises ("raises " ^ name) exn (fun () -> raises_predefined i "");
        raises ("makes and raises " ^ name) exn (fun () -> raises_predefined_made i "");
        raises ("boxes and raises " ^ name) exn (fun () -> raises_predefined_boxed i "");
        check (name ^ " itself") (match raises_predefined i "" with () -> false | exception e -> e == exn)
      end)
    all_predefined;
  text "a result that does not convert"
    "Some(InvalidArgument(\"expected an int between 0 and 255, got 256\")) None"
    (result_that_does_not_convert (fun () -> 256))

(* Each evaluation declares another. *)
let local () =
  let exception Local of int * string in
  ( (fun n -> Local (n, string_of_int n)),
    fun f -> match f () with n -> n | exception Local (n, _) -> n )

module Functor (X : sig
  val name : string
end) =
struct
  exception Made of string
  exception Constant

  let make () = Made X.name
end

module Made_a = Functor (struct
  let name = "a"
end)

module Made_b = Functor (struct
  let name = "b"
end)

type exn += Extension of { x : int; y : string }

let () =
  let same_as name expected one other =
    check name (same_constructor one other = expected && same_constructor other one = expected)
  in
  let make, catch = local () and make', catch' = local () in
  same_as "local, of one evaluation" true (make 1) (make 2);
  same_as "local, of two evaluations" false (make 1) (make' 1);
  same_as "of one application of a functor" true (Made_a.make ()) (Made_a.Made "c");
  same_as "of two applications of a functor" false (Made_a.make ()) (Made_b.make ());
  same_as "constants of a functor" false Made_a.Constant Made_b.Constant;
  same_as "a constant" true Made_a.Constant Made_a.Constant;
  same_as "predefined" true (Failure "a") (Failure "b");
  same_as "of one name" false (Failure "a") (Same_names.Failure "a");
  same "a local one goes through" 7 (catch (fun () -> lets_through (fun () -> raise (make 7))));
  check "not to another"
    (match catch' (fun () -> lets_through (fun () -> raise (make 7))) with
    | _ -> false
    | exception e -> same_constructor e (make 0));
  let calls = ref 0 in
  let count exn () = incr calls; if !calls < 5 then raise (exn !calls) else !calls in
  same "as long as it is raised" 5 (calls_again (make 0) (count make));
  calls := 0;
  check "not for another"
    (match calls_again (make 0) (count make') with
    | _ -> false
    | exception e -> !calls = 1 && same_constructor e (make' 0));
  calls := 0;
  same "of a functor" 5 (calls_again Made_a.(Made "") (count (fun _ -> Made_a.make ())));
  let arguments name expected expected_error exn =
    let found, error = exception_arguments exn in
    same ("arguments of " ^ name) expected found;
    text ("no more arguments of " ^ name) expected_error error
  in
  arguments "a constant" [||] "expected an exception with an argument 0, got an object or an exception's constructor" Exit;
  arguments "several" [| "1"; "\"b\""; "0.5"; "0(2, 0)" |]
    "expected an exception with an argument 4, got a block of tag 0 with 5 fields"
    (Many (1, "b", 0.5, [ 2 ]));
  arguments "a local one" [| "7"; "\"7\"" |] "expected an exception with an argument 2, got a block of tag 0 with 3 fields" (make 7);
  arguments "an inline record" [| "3"; "\"z\"" |] "expected an exception with an argument 2, got a block of tag 0 with 3 fields" (Extension { x = 3; y = "z" });
  arguments "a tuple" [| "0(1, 2.5)" |] "expected an exception with an argument 1, got a block of tag 0 with 2 fields" (Pair (1, 2.5));
  List.iter
    (fun (name, exn) ->
      raises (name ^ " is raised") exn (fun () -> raises_value exn);
      check (name ^ " itself is raised") (match raises_value exn with () -> false | exception e -> e == exn))
    exceptions;
  raises "a young exception is raised" (Own ("12", 3)) (fun () -> raises_value (Own (string_of_int 12, 3)))

(* A functor's exceptions under one name: the latest counts. *)
let () =
  let module Declared () = struct
    exception Late of string

    let () = Callback.register_exception "suite.Late" (Late "")
  end in
  let module One = Declared () in
  raises "of the first application" (One.Late "1") (fun () -> rust_fails 4 "1");
  let module Two = Declared () in
  raises "of the second application" (Two.Late "2") (fun () -> rust_fails 4 "2");
  text "read back" "Late(\"3\")" (reads_back (fun () -> raise (Two.Late "3")));
  raises "not of the first" (One.Late "3") (fun () -> reads_back (fun () -> raise (One.Late "3")))

(* ---- what it says ---- *)

external printed : (unit -> int) -> string * string = "bactrian_suite_printed"
external failing_message : exn -> string option = "bactrian_suite_failing_message"

exception Shown of int
exception Trouble

let () =
  let prints name displayed expected exn =
    for _ = 1 to again do
      same (name ^ ", printed") (displayed, expected) (printed (fun () -> raise exn));
      collect ()
    done
  in
  prints "not registered" "Errors.Shown(1)" "Errors.Shown(1)" (Shown 1);
  Callback.register "Printexc.to_string" Printexc.to_string;
  prints "without a printer" "Errors.Shown(1)" (Printexc.to_string (Shown 1)) (Shown 1);
  prints "Not_found" "Not_found" "Not_found" Not_found;
  prints "Stack_overflow" "Stack_overflow" "Stack overflow" Stack_overflow;
  Printexc.register_printer (function Shown n -> Some (Printf.sprintf "shown %d\000" n) | _ -> None);
  prints "with a printer" "Errors.Shown(1)" "shown 1\000" (Shown 1);
  prints "of local ones" "Local(1, \"1\")" (Printexc.to_string (fst (local ()) 1)) (fst (local ()) 1);
  (* A printer written in Rust. *)
  let syntax = Syntax ("bad", 3) in
  text "before its printer" "Errors.Syntax(\"bad\", 3)" (Printexc.to_string syntax);
  Printexc.register_printer failing_message;
  text "the Rust error's text" "Syntax(\"bad\", 3)" (Printexc.to_string syntax);
  prints "with a printer in Rust" "Errors.Syntax(\"bad\", 3)" "Syntax(\"bad\", 3)" syntax;
  prints "another one" "Errors.Own(\"a\", 1)" "Errors.Own(\"a\", 1)" (Own ("a", 1));
  (* Printers that raise. *)
  Printexc.register_printer (function Trouble -> raise Trouble | _ -> None);
  prints "with a printer that raises" "Errors.Trouble" "Errors.Trouble" Trouble;
  Callback.register "Printexc.to_string" (fun exn -> raise exn);
  prints "with a function that raises" "Errors.Shown(1)" "Errors.Shown(1)" (Shown 1);
  Callback.register "Printexc.to_string" (fun _ -> 7);
  prints "with a function that returns no string" "Errors.Shown(1)" "Errors.Shown(1)" (Shown 1);
  Callback.register "Printexc.to_string" 7;
  prints "with no function" "Errors.Shown(1)" "Errors.Shown(1)" (Shown 1);
  Callback.register "Printexc.to_string" Printexc.to_string

type says

external says_when_dropped : bool -> (unit -> int) -> says option = "bactrian_suite_says_when_dropped"
external said_when_dropped : unit -> string array = "bactrian_suite_said_when_dropped"

(* The collector drops it: what was not known before is not looked up then. *)
let () =
  let[@inline never] drop asked =
    ignore (Sys.opaque_identity (says_when_dropped asked (fun () -> raise (Own (string_of_int 1, 2)))));
    ignore (Sys.opaque_identity (says_when_dropped asked (fun () -> raise Exit)))
  in
  let all collect =
    drop true;
    collect ();
    let known = said_when_dropped () in
    Array.sort compare known;
    same "dropped, known"
      [| "Errors.Own(\"1\", 2) | Exception(Errors.Own(\"1\", 2)) | Errors.Own"; "Stdlib.Exit | Exception(Stdlib.Exit) | Stdlib.Exit" |]
      known;
    drop false;
    collect ();
    let unknown = said_when_dropped () in
    same "both dropped" 2 (Array.length unknown);
    check "dropped, not known"
      (Array.for_all
         (fun said ->
           said = "an OCaml exception | Exception(an OCaml exception) | ?"
           (* It was looked up at once where the thread is not known to hold the runtime. *)
           || Array.mem said known)
         unknown)
  in
  all Gc.full_major;
  all Gc.compact;
  for _ = 1 to 20 do
    all (fun () -> Gc.minor (); Gc.full_major ())
  done

(* ---- where it came from ---- *)

external rust_panics : (int[@untagged]) -> string -> (int[@untagged])
  = "bactrian_suite_panics_bytecode" "bactrian_suite_panics"

external backtrace : (unit -> int) -> string * (string * int) option * string = "bactrian_suite_backtrace"
external raises_after : (unit -> int) -> (unit -> unit) -> int = "bactrian_suite_raises_after"

let contains part whole =
  let n = String.length part in
  let rec at i = i + n <= String.length whole && (String.sub whole i n = part || at (i + 1)) in
  at 0

let[@inline never] raise_here n = if Sys.opaque_identity n > 0 then raise (Shown n) else 1
let here = __LINE__ - 1
let[@inline never] raise_below n = 1 + raise_here n

(* In bytecode, and with OCaml 5, what C raises has no past. *)
let has_past = Sys.backend_type = Sys.Native && Sys.ocaml_version.[0] = '4'

let () =
  let was = Printexc.backtrace_status () in
  Printexc.record_backtrace false;
  same "not recorded" ("", None, "") (backtrace (fun () -> raise_below 1));
  Printexc.record_backtrace true;
  for i = 1 to again do
    let shown, place, function_ = backtrace (fun () -> raise_below i) in
    same "the place" (Some ("errors.ml", here)) place;
    text "the function" "Errors.raise_here" function_;
    check "the first line"
      (contains (Printf.sprintf "Raised at Errors.raise_here in file \"errors.ml\", line %d, characters " here) shown);
    check "the second line" (contains (Printf.sprintf "\nCalled from Errors.raise_below in file \"errors.ml\", line %d" (here + 2)) shown);
    collect ()
  done;
  same "nothing raised" ("", None, "") (backtrace (fun () -> 1));
  check "as text it is OCaml's own"
    (let own = try ignore (raise_below 1); "" with Shown _ -> Printexc.get_backtrace () in
     let shown, _, _ = backtrace (fun () -> raise_below 1) in
     let two text = match String.split_on_char '\n' text with a :: b :: _ -> [ a; b ] | _ -> [] in
     two own = two shown && two own <> []);
  (* Raised again, it says where it was raised first, whatever happened in between. *)
  let others () =
    for _ = 1 to 10 do
      try raise (Own ("other", 1)) with Own _ -> ()
    done
  in
  let again name f =
    match f () with
    | _ -> check name false
    | exception Shown _ ->
      let shown = Printexc.get_backtrace () in
      check (name ^ ": whence") (contains (Printf.sprintf "Errors.raise_here in file \"errors.ml\", line %d" here) shown = has_past)
  in
  again "let through" (fun () -> lets_through (fun () -> raise_below 1));
  again "let through twice" (fun () -> lets_through (fun () -> lets_through (fun () -> raise_below 1)));
  again "raised after others" (fun () -> raises_after (fun () -> raise_below 1) others);
  again "raised after collections" (fun () -> raises_later (fun () -> raise_below 1) Gc.compact);
  raises "a constant raised after others" Not_found (fun () -> raises_after (fun () -> raise Not_found) others);
  (* Recursion deeper than a backtrace is long. *)
  let rec deep n = if n = 0 then raise_here 1 else 1 + deep (n - 1) in
  let shown, _, _ = backtrace (fun () -> deep 5_000) in
  check "a deep one begins where it was raised" (contains "Raised at Errors.raise_here" shown);
  again "a deep one" (fun () -> raises_after (fun () -> deep 5_000) others);
  raises "a panic" (Failure "a literal") (fun () ->
      raises_after (fun () -> raise_below 1) (fun () -> ignore (rust_panics 0 "")));
  Printexc.record_backtrace was

(* ---- panics ---- *)

external panics_in_result : unit -> string * unit option array = "bactrian_suite_panics_in_result"
external panics_in_argument : string -> unit -> unit = "bactrian_suite_panics_in_argument"

external panics_after_callback : (unit -> int) -> (int[@untagged])
  = "bactrian_suite_panics_after_callback_bytecode" "bactrian_suite_panics_after_callback"

external catches_panic : unit -> string = "bactrian_suite_catches_panic"
external calls_while_panicking : (unit -> int) -> unit = "bactrian_suite_calls_while_panicking"

external calls_while_failing : (unit -> int) -> (unit -> int) -> int
  = "bactrian_suite_calls_while_failing"

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
  raises "with a callback that raises while it unwinds" "with a callback" (fun () ->
      calls_while_panicking (fun () -> raise (Own ("unwinding", 1))));
  same "what was raised while it unwound" (Array.make again "Errors.Own(\"unwinding\", 1)") (said_when_dropped ());
  raises "with a callback that panics while it unwinds" "with a callback" (fun () ->
      calls_while_panicking (fun () -> rust_panics 1 "inner"));
  same "what panicked while it unwound" again (Array.length (said_when_dropped ()));
  raises "in a function that a callback calls" "a literal" (fun () ->
      lets_through (fun () -> rust_panics 0 ""));
  same "no panic" 9 (rust_panics 9 "");
  text "a panic that Rust catches" "caught inside" (catches_panic ())

let () =
  all_panics (fun message -> Failure message);
  (* What is no exception is none to raise. *)
  List.iter
    (fun other ->
      Callback.register "Bactrian.Panic" other;
      raises "a panic, and no exception for it" (Failure "a literal") (fun () -> rust_panics 0 ""))
    [ Obj.repr 42; Obj.repr "text"; Obj.repr (Panic "whole") ];
  (* From now on they have an exception of their own. *)
  Callback.register_exception "Bactrian.Panic" (Panic "");
  all_panics (fun message -> Panic message)

let () =
  (* Another exception while one is on its way. *)
  raises "raised meanwhile" (Own ("first", 1)) (fun () ->
      calls_while_failing (fun () -> raise (Own ("first", 1))) (fun () -> raise Not_found));
  same "what was raised meanwhile" (Array.make again "Not_found") (said_when_dropped ())

let () = finish ()
