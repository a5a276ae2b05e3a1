(* Custom blocks: Rust values that OCaml's collector owns. *)

open Check

external alive : unit -> int = "bactrian_suite_custom_alive"
external made : unit -> int = "bactrian_suite_custom_made"

(* Everything that is dead is finalised. *)
let collect_all () =
  Gc.full_major ();
  Gc.full_major ();
  Gc.full_major ()

(* In bytecode a function's variables are alive until it returns. *)
let within f = Sys.opaque_identity f ()

let closed = Invalid_argument "argument `stack`: the Stack is closed"
let in_use argument = Invalid_argument ("argument `" ^ argument ^ "`: the Stack is in use")

let changing argument =
  Invalid_argument ("argument `" ^ argument ^ "`: the Stack is in use, to be changed")

(* ---- Memory outside the heap. It comes first: after many full collections the collector of OCaml 5.3
   takes itself to be far ahead, and lets hundreds of buffers be; so it does when C stubs make them. *)

type buffer
type growing

external buffer : int -> buffer = "bactrian_suite_custom_buffer"
external buffer_length : buffer -> int = "bactrian_suite_custom_buffer_length"
external growing : unit -> growing = "bactrian_suite_custom_growing"
external grow : growing -> int -> unit = "bactrian_suite_custom_grow"
external resident : unit -> int = "bactrian_suite_custom_resident"

let megabyte = 1024 * 1024

let most_resident = 200

(* Does this many times, and looks at how many megabytes there are meanwhile. *)
let limited name times make =
  let most = ref 0 in
  for i = 1 to times do
    make ();
    if i mod 20 = 0 then most := max !most (resident ())
  done;
  execute name;
  Printf.printf "resident: %d MB\n" !most;
  if !most >= most_resident then fail name (Printf.sprintf "%d MB resident" !most);
  collect_all ()

let () =
  limited "2000 dead buffers" 2000 (fun () ->
      same "the length of a buffer" megabyte (buffer_length (buffer megabyte)));
  limited "2000 dead buffers that have grown" 2000 (fun () -> grow (growing ()) megabyte);
  limited "100000 small dead buffers" 100_000 (fun () -> ignore (Sys.opaque_identity (buffer 4096)))

(* ---- Shared by all. *)

type counter

external counter : int -> counter = "bactrian_suite_custom_counter"
external hit : counter -> int = "bactrian_suite_custom_hit"
external number : counter -> int = "bactrian_suite_custom_number"
external across : counter -> (unit -> unit) -> int = "bactrian_suite_custom_across"
external numbers : counter -> int -> string array = "bactrian_suite_custom_numbers"
external sum : counter array -> counter option -> int = "bactrian_suite_custom_sum"

external given : (counter -> int -> counter -> int) -> int array = "bactrian_suite_custom_given"

(* Rust moves values of its own into calls. *)
let () =
  let take c = Gc.full_major (); hit c + number c in
  let take_more text one others =
    same "text beside what is given" "given" text;
    Gc.full_major ();
    same "given in an option, in a list" [ 2; 3; 4 ] (List.map number (Option.get one :: others));
    ignore (hit (List.nth others 1));
    List.nth others 1
  in
  Callback.register "bactrian_suite::custom::take" take;
  Callback.register "bactrian_suite::custom::take_more" take_more;
  let before = alive () in
  for _ = 1 to 100 do
    let f one n more = Gc.minor (); number one + n + number more in
    same "given to functions" [| 2; 4; 18; 1 |] (given f);
    match given (fun _ _ _ -> raise Exit) with
    | _ -> fail "an exception" "none"
    | exception Exit -> check "an exception" true
  done;
  collect_all ();
  same "all that was given is dropped" before (alive ())

type label

external label : string -> label = "bactrian_suite_custom_label"
external label_text : label -> string = "bactrian_suite_custom_text"
external implicit : label -> (unit -> unit) -> string = "bactrian_suite_custom_implicit"

let () =
  let c = counter 7 in
  same "alive" 1 (alive ());
  same "hit" 1 (hit c);
  collect ();
  same "hit again" 2 (hit c);
  Gc.compact ();
  same "hit after compaction" 3 (hit c);
  same "number" 7 (number c)

let () =
  collect_all ();
  same "dropped" 0 (alive ());
  for i = 1 to 100_000 do
    ignore (Sys.opaque_identity (counter i))
  done;
  collect_all ();
  same "100000 dropped" 0 (alive ());
  let kept = Array.init 10_000 counter in
  collect_all ();
  same "kept" 10_000 (alive ());
  same "still what they were" true
    (List.for_all (fun i -> number kept.(i) = i) (List.init 10_000 Fun.id));
  let dropped_inside = ref 0 in
  same "used after its last handle" 5
    (across (counter 5) (fun () ->
         collect_all ();
         dropped_inside := 10_001 - alive ()));
  same "alive during the call" 0 !dropped_inside;
  collect_all ();
  same "dropped after the call" 10_000 (alive ());
  (* For OCaml 4.11, [Sys.opaque_identity] is no use of it. *)
  same "kept all the time" true
    (List.for_all (fun i -> number kept.(i) = i) (List.init 10_000 Fun.id));
  same "the implicit runtime" "text" (implicit (label "text") collect_all);
  same "a text" "" (label_text (label ""));
  same "a result in steps" (Array.make 5000 "3") (numbers (counter 3) 5000);
  same "references in an array" (0 + 1 + 2 + 5)
    (sum [| counter 0; counter 1; counter 2 |] (Some (counter 5)));
  ignore (Sys.opaque_identity kept)

(* ---- Any value as any type. *)

type stack

external stack : unit -> stack = "bactrian_suite_custom_stack"
external push : stack -> int64 -> int = "bactrian_suite_custom_push"

let () =
  let got value = "argument `counter`: expected a Counter, got " ^ value in
  let number value () = number (Obj.magic value) in
  refuses "an int" (got "7") (number 7);
  refuses "a string" (got "the string \"x\"") (number "x");
  refuses "a stack" (got "a Stack") (number (stack ()));
  refuses "an int64" (got "a custom block (int64)") (number 7L);
  refuses "a tuple" (got "a block of tag 0 with 2 fields") (number (1, 2));
  refuses "a channel" (got "a custom block (_chan)") (number stdout);
  refuses "a function" (got "a function") (number print_int);
  refuses "an element" "argument `counters`: element 1: expected a Counter, got a Stack" (fun () ->
      sum [| counter 0; Obj.magic (stack ()) |] None);
  refuses "a counter as a stack" "argument `stack`: expected a Stack, got a Counter" (fun () ->
      push (Obj.magic (counter 1)) 1L)

(* ---- Results. *)

external option : int option -> counter option = "bactrian_suite_custom_option"
external result : int -> (counter, string) result = "bactrian_suite_custom_result"
external or_raise : int -> counter = "bactrian_suite_custom_or_raise"
external pair : int -> counter * string * counter = "bactrian_suite_custom_pair"
external vec : int -> counter array = "bactrian_suite_custom_vec"
external then_panic : int -> counter * int * counter = "bactrian_suite_custom_then_panic"

type named = { name : string; counter : counter; inside : named array; number : int }
type choice = Nothing | One of counter | Two of { first : counter; second : choice }

external named : int -> named = "bactrian_suite_custom_named"
external choice : int -> choice = "bactrian_suite_custom_choice"
external tag : int -> [ `A | `B of counter | `C of counter * bool ] = "bactrian_suite_custom_tag"
external wrapped : int -> counter option = "bactrian_suite_custom_wrapped"
external share : int -> counter = "bactrian_suite_custom_share"
external shared_hits : unit -> int = "bactrian_suite_custom_shared_hits"
external unshare : unit -> unit = "bactrian_suite_custom_unshare"
external by_hand : (unit -> unit) -> int = "bactrian_suite_custom_by_hand"
external echo : counter -> counter = "bactrian_suite_custom_echo"
external of_reference : counter -> counter = "bactrian_suite_custom_of_reference"

let () =
  collect_all ();
  let before = alive () in
  within (fun () ->
      same "None" true (option None = None);
      same "Some" (Some 3) (Option.map number (option (Some 3)));
      same "Ok" (Ok 4) (Result.map number (result 4));
      same "Error" (Error "zero") (Result.map number (result 0));
      same "no exception" 5 (number (or_raise 5));
      raises "an exception" (Failure "zero") (fun () -> or_raise 0);
      let a, between, b = pair 6 in
      collect ();
      same "a tuple" (6, "between", 7) (number a, between, number b);
      let all = vec 1000 in
      collect ();
      same "a Vec" (List.init 1000 Fun.id) (List.map number (Array.to_list all));
      same "an empty Vec" 0 (Array.length (vec 0));
      let n = named 3 in
      collect ();
      same "a record" ("number 3", 3, -1) (n.name, number n.counter, n.number);
      same "records in it" [ 0; 1; 2 ]
        (List.map (fun n -> number n.counter) (Array.to_list n.inside));
      (match choice 2 with
      | Two { first; second = One second } ->
          collect ();
          same "a variant" (2, 1) (number first, number second)
      | _ -> fail "a variant" "another constructor");
      check "a constant" (choice 0 = Nothing);
      (match (tag 0, tag 1, tag 2) with
      | `A, `B one, `C (two, flag) -> same "tags" (1, 2, true) (number one, number two, flag)
      | _ -> fail "tags" "others");
      same "a struct of one field" (Some 4) (Option.map number (wrapped 4));
      (match then_panic 1 with
      | _ -> fail "a part that does not convert" "nothing was raised"
      | exception Failure _ -> check "a part that does not convert" true);
      let one = counter 8 in
      check "itself" (echo one == one);
      refuses "not itself" "argument `counter`: expected a Counter, got 0" (fun () ->
          echo (Obj.magic 0));
      same "by hand" 42 (by_hand collect_all);
      panics "by reference"
        "a Counter belongs to OCaml once it is there, so it is moved: return it by value, alone or in an \
     `Option`, `Result`, tuple, `Vec` or `#[ocaml(moved)]` type, make it with `Value::owned`, or \
     share an `Arc` of it"
        (fun () -> of_reference one);
      same "alive" true (alive () >= 1000);
      ignore (Sys.opaque_identity (all, one, a, b)));
  collect_all ();
  same "all dropped" before (alive ())

external linked : int -> counter list = "bactrian_suite_custom_linked"
external deque : int -> counter option list = "bactrian_suite_custom_deque"
external map : int -> (string * counter) list = "bactrian_suite_custom_map"
external hash_map : int -> (int * counter) list = "bactrian_suite_custom_hash_map"
external as_list : int -> counter list = "bactrian_suite_custom_as_list"

type listed = { counters : counter list; more : counter list }

external listed : int -> listed = "bactrian_suite_custom_listed"

let () =
  collect_all ();
  let before = alive () in
  within (fun () ->
      let numbers name list =
        collect ();
        same name (List.init 1000 Fun.id) (List.map number list)
      in
      numbers "a LinkedList" (linked 1000);
      numbers "a VecDeque" (List.map Option.get (deque 1000));
      numbers "a Vec as a list" (as_list 1000);
      let { counters; more } = listed 1000 in
      numbers "a field as a list" counters;
      numbers "a field that is a list" more;
      same "a BTreeMap" [ ("0", 0); ("1", 1); ("2", 2) ]
        (List.map (fun (key, counter) -> (key, number counter)) (map 3));
      same "a HashMap" [ (0, 0); (1, 1); (2, 2) ]
        (List.sort compare (List.map (fun (key, counter) -> (key, number counter)) (hash_map 3)));
      same "no elements" ([], [], []) (linked 0, map 0, as_list 0));
  collect_all ();
  same "those in lists dropped" before (alive ())

let () =
  let before = alive () in
  within (fun () ->
      let hits = hit (share 1) in
      same "a shared value" hits (shared_hits ()));
  collect_all ();
  same "Rust has it" (before + 1) (alive ());
  within (fun () ->
      let again = share 2 in
      unshare ();
      same "OCaml has it" 2 (number again));
  collect_all ();
  same "nobody has it" before (alive ())

(* ---- Borrowed mutably, and taken. *)

external elements : stack -> int64 array = "bactrian_suite_custom_elements"
external debug : stack -> string = "bactrian_suite_custom_debug"
external append : stack -> stack -> unit = "bactrian_suite_custom_append"
external two : stack -> stack -> int = "bactrian_suite_custom_two"
external with_ : stack -> (unit -> int64) -> unit = "bactrian_suite_custom_with"
external reading : stack -> (unit -> unit) -> int64 array = "bactrian_suite_custom_reading"
external panic_with : stack -> unit = "bactrian_suite_custom_panic_with"
external clear_all : stack array -> unit = "bactrian_suite_custom_clear_all"
external close : stack -> int64 array = "bactrian_suite_custom_close"
external keep : stack -> unit = "bactrian_suite_custom_keep"
external kept : unit -> int64 array = "bactrian_suite_custom_kept"

let of_list list =
  let s = stack () in
  List.iter (fun n -> ignore (push s n)) list;
  s

let () =
  let s = stack () in
  same "push" 1 (push s 10L);
  same "push" 2 (push s 20L);
  text "Debug" "Stack([10, 20], Live(0))" (debug s);
  raises "the same block twice, both mutable" (changing "other") (fun () -> append s s);
  same "the same block twice, none mutable" 4 (two s s);
  append s (of_list [ 30L ]);
  same "append" [| 10L; 20L; 30L |] (elements s);
  with_ s (fun () -> 40L);
  raises "changed by a callback while it is changed" (changing "stack") (fun () ->
      with_ s (fun () -> Int64.of_int (push s 1L)));
  raises "read by a callback while it is changed" (changing "stack") (fun () ->
      with_ s (fun () -> (elements s).(0)));
  raises "closed by a callback while it is changed" (changing "stack") (fun () ->
      with_ s (fun () -> (close s).(0)));
  same "read by a callback while it is read" [| 10L; 20L; 30L; 40L |]
    (reading s (fun () -> ignore (elements s)));
  raises "changed by a callback while it is read" (in_use "stack") (fun () ->
      reading s (fun () -> ignore (push s 1L)));
  raises "closed by a callback while it is read" (in_use "stack") (fun () ->
      reading s (fun () -> ignore (close s)));
  panics "a panic while it is changed" "with [10, 20, 30, 40]" (fun () -> panic_with s);
  same "none of this has left a borrow" 5 (push s 50L);
  raises "the same block twice in an array"
    (Invalid_argument "argument `stacks`: element 1: the Stack is in use, to be changed") (fun () ->
      clear_all [| s; s |]);
  clear_all [| s; of_list [ 1L ] |];
  same "cleared" [||] (elements s)

let () =
  let before = made () - alive () in
  let s = of_list [ 1L; 2L ] in
  same "close" [| 1L; 2L |] (close s);
  same "closing drops" (before + 1) (made () - alive ());
  raises "closed twice" closed (fun () -> close s);
  raises "changed when closed" closed (fun () -> push s 1L);
  raises "read when closed" closed (fun () -> elements s);
  raises "Debug when closed" closed (fun () -> debug s);
  ignore (Sys.opaque_identity s);
  collect_all ();
  same "not dropped again" (made ()) (alive () + (made () - alive ()))

let () =
  collect_all ();
  let before = alive () in
  same "changed after its last handle" ()
    (with_ (stack ()) (fun () ->
         collect_all ();
         1L));
  same "read after its last handle" [| 1L |] (reading (of_list [ 1L ]) collect_all);
  collect_all ();
  same "dropped" before (alive ());
  within (fun () ->
      let s = of_list [ 7L ] in
      keep s;
      raises "borrowed by Rust" (changing "stack") (fun () -> elements s);
      same "given back in another thread" [| 7L |] (kept ());
      same "given back" [| 7L |] (elements s);
      keep (of_list [ 8L ]));
  collect_all ();
  same "without a handle" [| 8L |] (kept ());
  collect_all ();
  same "dropped by that thread" before (alive ())

(* ---- Methods. *)

external create : int64 -> stack = "bactrian_suite_stack_new"
external depth : stack -> int = "bactrian_suite_stack_depth"
external double : stack -> unit = "bactrian_suite_stack_double"
external finish_stack : stack -> int64 array = "bactrian_suite_stack_finish"
external first : stack -> int64 option = "bactrian_suite_stack_first"

let () =
  let s = create 21L in
  double s;
  same "&self" (1, Some 42L) (depth s, first s);
  same "self" [| 42L |] (finish_stack s);
  raises "a method of a closed one" (Invalid_argument "argument `this`: the Stack is closed")
    (fun () -> depth s);
  refuses "a method of another" "argument `this`: expected a Stack, got 1" (fun () ->
      depth (Obj.magic 1))

(* ---- Layouts. *)

type aligned
type nothing

external aligned : int -> aligned = "bactrian_suite_custom_aligned_bytecode"
external is_aligned : aligned -> bool * int = "bactrian_suite_custom_is_aligned"

type aligned_mut

external aligned_mut : int -> aligned_mut = "bactrian_suite_custom_aligned_mut_bytecode"
external is_aligned_mut : aligned_mut -> bool * int = "bactrian_suite_custom_is_aligned_mut"
external nothing : unit -> nothing = "bactrian_suite_custom_nothing"
external nothings_dropped : nothing -> int = "bactrian_suite_custom_nothings_dropped"

let () =
  for i = 0 to 9 do
    let a = aligned i and b = aligned_mut i in
    collect ();
    same "aligned to 64" (true, i) (is_aligned a);
    same "aligned to 128" (true, i + 1) (is_aligned_mut b)
  done;
  let before = nothings_dropped (nothing ()) in
  for _ = 1 to 100 do
    ignore (Sys.opaque_identity (nothing ()))
  done;
  collect_all ();
  check "without size" (nothings_dropped (nothing ()) - before >= 100)

(* ---- Of several types. *)

type 'a cell

external cell_of_string : string -> string cell = "bactrian_suite_custom_cell_of_string"
external cell_of_int : int -> int cell = "bactrian_suite_custom_cell_of_int"
external string_of_cell : string cell -> string = "bactrian_suite_custom_string_of_cell"
external int_of_cell : int cell -> int = "bactrian_suite_custom_int_of_cell"

let () =
  same "a cell of a string" "x" (string_of_cell (cell_of_string "x"));
  same "a cell of an int" 7 (int_of_cell (cell_of_int 7));
  refuses "a cell of another type" "argument `cell`: expected a Cell, got a Cell" (fun () ->
      int_of_cell (Obj.magic (cell_of_string "x")))

(* ---- Comparison and hash. *)

type partial
type equal
type panics

external partial : float option -> partial = "bactrian_suite_custom_partial"
external equal : float -> equal = "bactrian_suite_custom_equal"
external panics_value : int -> panics = "bactrian_suite_custom_panics"

let sign n = Stdlib.compare n 0

let () =
  let a = cell_of_string "a" and b = cell_of_string "b" in
  same "compare" (-1, 0, 1) (compare a b, compare a (cell_of_string "a"), compare b a);
  same "=, <" (true, false, true) (a = cell_of_string "a", a = b, a < b);
  same "a sorted list" [ "a"; "b"; "c" ]
    (List.map string_of_cell (List.sort compare [ b; cell_of_string "c"; a ]));
  same "within other values" (-1) (compare (1, [ a ]) (1, [ b ]));
  same "an immediate comes first" (-1, 1)
    (compare (Obj.magic 7) a, compare a (Obj.magic 7));
  let other : string cell = Obj.magic (cell_of_int 1) in
  same "unlike types have an order" 0 (sign (compare a other) + sign (compare other a));
  check "unlike types differ" (a <> other);
  let int64 : string cell = Obj.magic 1L in
  same "and others' types, too" 0 (sign (compare a int64) + sign (compare int64 a));
  refuses "without an order" "compare: abstract value" (fun () -> counter 1 = counter 2);
  same "the same hash" (Hashtbl.hash a) (Hashtbl.hash (cell_of_string "a"));
  check "another hash" (Hashtbl.hash a <> Hashtbl.hash b);
  let table = Hashtbl.create 10 in
  for i = 0 to 255 do
    Hashtbl.replace table (cell_of_int i) i
  done;
  collect ();
  same "in a Hashtbl" (List.init 256 Option.some)
    (List.init 256 (fun i -> Hashtbl.find_opt table (cell_of_int i)));
  same "without a hash" (Hashtbl.hash (counter 1)) (Hashtbl.hash (counter 2))

let () =
  let one = partial (Some 1.) and nan = partial (Some Float.nan) and none = partial None in
  same "PartialOrd" (true, true, false) (one < none, one = partial (Some 1.), one > none);
  same "without an order" (false, false, false, true) (nan = nan, nan < one, nan > one, nan <> nan);
  same "compare has one" 0 (compare nan nan + compare nan one + compare one nan);
  let a = equal 1. and b = equal 2. in
  same "PartialEq" (true, false, false, false) (a = equal 1., a = b, a < b, b < a);
  same "compare has an order" 0 (compare a b + compare b a)

let () =
  let p = panics_value 0 in
  panics "compare panics" "no order" (fun () -> p = panics_value 1);
  same "hash panics" (Hashtbl.hash 0 = Hashtbl.hash p) (Hashtbl.hash p = Hashtbl.hash 0);
  let bytes = Marshal.to_string p [] in
  panics "to_bytes panics" "output_value: no bytes" (fun () : panics -> Marshal.from_string bytes 0);
  let bytes = Marshal.to_string (panics_value 1) [] in
  panics "from_bytes panics" "input_value: Panics: no value" (fun () : panics ->
      Marshal.from_string bytes 0)

external panics_in_drop : unit -> panics = "bactrian_suite_custom_panics_in_drop"
external drops : unit -> int = "bactrian_suite_custom_drops"

let () =
  for _ = 1 to 20 do
    ignore (Sys.opaque_identity (panics_in_drop ()))
  done;
  collect_all ();
  same "drops that panic" 20 (drops ())

(* ---- Marshalled. *)

type marshalled
type log

external marshalled : string -> marshalled = "bactrian_suite_custom_marshalled"
external of_marshalled : marshalled -> string = "bactrian_suite_custom_of_marshalled"
external register : unit -> unit = "bactrian_suite_custom_register"
external log : bytes -> log = "bactrian_suite_custom_log"
external close_log : log -> bytes = "bactrian_suite_custom_close_log"
external with_log : log -> (unit -> unit) -> unit = "bactrian_suite_custom_with_log"

let replace_first from into text =
  let n = String.length from in
  let rec at i = if String.sub text i n = from then i else at (i + 1) in
  let i = at 0 in
  String.sub text 0 i ^ into ^ String.sub text (i + n) (String.length text - i - n)

let () =
  (* Written by a program on a 64-bit platform; a 32-bit one writes the same. *)
  let written =
    "\x84\x95\xA6\xBE\x00\x00\x00\x18\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00\x03\x19suite.text\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03abc"
  in
  (match (Marshal.from_string written 0 : marshalled) with
  | _ -> fail "not yet known" "it was read"
  | exception Failure message ->
      check "not yet known" (contains message "unknown custom block identifier"));
  register ();
  text "the bytes of a value" written (Marshal.to_string (marshalled "abc") []);
  text "read in a program that only reads" "abc" (of_marshalled (Marshal.from_string written 0));
  let both value = (Marshal.from_string (Marshal.to_string value []) 0 : marshalled) in
  List.iter
    (fun contents ->
      let value = both (marshalled contents) in
      collect ();
      text "there and back" contents (of_marshalled value);
      check "equal" (value = marshalled contents);
      same "the same hash" (Hashtbl.hash value) (Hashtbl.hash (marshalled contents)))
    [ ""; "a"; String.make 100_000 'x' ];
  let a = marshalled "shared" in
  let list = List.init 1000 (fun i -> (i, a, marshalled (string_of_int i))) in
  let copy : (int * marshalled * marshalled) list =
    Marshal.from_string (Marshal.to_string list []) 0
  in
  collect ();
  check "a list of them" (copy = list);
  check "sharing is kept"
    (match copy with (_, a, _) :: (_, b, _) :: _ -> a == b | _ -> false);
  panics "other bytes" "input_value: Text: invalid utf-8 sequence of 1 bytes from index 1"
    (fun () : marshalled -> Marshal.from_string (replace_first "abc" "a\xffc" written) 0);
  refuses "not marshalled" "output_value: abstract value (Custom)" (fun () ->
      Marshal.to_string (counter 1) []);
  let l = log (Bytes.of_string "log") in
  let copy : log = Marshal.from_string (Marshal.to_string l []) 0 in
  same "a mutable one" "log" (Bytes.to_string (close_log copy));
  let copy : log = Marshal.from_string (Marshal.to_string copy []) 0 in
  refuses "a closed one" "argument `log`: the Log is closed" (fun () -> close_log copy);
  let bytes = ref "" in
  with_log l (fun () -> bytes := Marshal.to_string l []);
  panics "one in use" "output_value: the Log is in use, to be changed" (fun () : log ->
      Marshal.from_string !bytes 0)

let () =
  collect_all ();
  let before = alive () in
  for _ = 1 to 100 do
    let list = List.init 100 (fun i -> marshalled (string_of_int i)) in
    let copy : marshalled list = Marshal.from_string (Marshal.to_string list []) 0 in
    ignore (Sys.opaque_identity copy)
  done;
  collect_all ();
  same "copies are dropped" before (alive ())

(* The runtime makes the block of a copy before Rust reads the value. Of many values it is in the major
   heap, where it stays when there is no value, and is finalised all the same. *)
let () =
  collect_all ();
  let before = alive () in
  let list = List.init 200 (fun i -> marshalled (if i = 150 then "abc" else string_of_int i)) in
  let written = Marshal.to_string (list, [ panics_value 1 ]) [] in
  let damaged = replace_first "abc" "a\xffc" written in
  for _ = 1 to 20 do
    (* Places in the heap that have held other copies. *)
    let copies : marshalled list = Marshal.from_string (Marshal.to_string list []) 0 in
    ignore (Sys.opaque_identity copies);
    collect_all ();
    panics "one of many" "input_value: Text: invalid utf-8 sequence of 1 bytes from index 1"
      (fun () : marshalled list -> Marshal.from_string damaged 0);
    panics "one of many panics" "input_value: Panics: no value" (fun () : marshalled list ->
        Marshal.from_string written 0)
  done;
  collect_all ();
  check "what could not be read is not dropped" (alive () >= before + 200);
  ignore (Sys.opaque_identity list)

(* Until OCaml 5.3 the runtime keeps what it has read so far in a root, and its blocks are not whole when
   Rust has no value: making the exception must not have the collector look at them. *)
let () =
  let written = Marshal.to_string ((1, "one"), marshalled "abc", [ "two" ], [| 3; 4 |]) [] in
  let damaged = replace_first "abc" "a\xffc" written in
  let usual = Gc.get () in
  Gc.set { usual with minor_heap_size = 1024 };
  let failed = ref 0 in
  for i = 1 to 50_000 do
    ignore (Sys.opaque_identity (List.init (i land 15) (fun i -> Some (string_of_int i))));
    match ignore (Sys.opaque_identity (Marshal.from_string damaged 0)) with
    | () -> ()
    | exception Failure _ -> incr failed
  done;
  Gc.set usual;
  same "many that fail" 50_000 !failed

(* ---- In the block itself. *)

type point
type id
type unit_

external point : (float[@unboxed]) -> (float[@unboxed]) -> (int[@untagged]) -> point
  = "bactrian_suite_custom_point_bytecode" "bactrian_suite_custom_point"

external point_text : point -> string = "bactrian_suite_custom_point_text"
external mirror : point -> point = "bactrian_suite_custom_mirror"

external point_across : point -> (unit -> unit) -> float = "bactrian_suite_custom_point_across"

external points : (int[@untagged]) -> point list
  = "bactrian_suite_custom_points_bytecode" "bactrian_suite_custom_points"

external points_sum : point array -> point option -> (float[@unboxed])
  = "bactrian_suite_custom_points_sum_bytecode" "bactrian_suite_custom_points_sum"

external id : int32 -> int32 -> id = "bactrian_suite_custom_id"
external id_sum : id -> int32 = "bactrian_suite_custom_id_sum"
external unit_ : unit_ option -> unit_ = "bactrian_suite_custom_unit"

let () =
  let a = point 1.5 2. 255 and b = point 1.5 3. 0 and nan = point Float.nan 0. 0 in
  let all = List.init 1000 (fun i -> point (float i) 0. 1) in
  collect ();
  text "in the block" "1.5, 2, 255" (point_text a);
  Gc.compact ();
  text "by value" "2, 1.5, 255" (point_text (mirror a));
  same "with a call" 7. (point_across (point 7. 8. 9) collect_all);
  same "references and copies" (499500. +. 2.) (points_sum (Array.of_list all) (Some (mirror a)));
  let listed = points 1000 in
  collect ();
  same "in a LinkedList" 499500. (points_sum (Array.of_list listed) None);
  same "order" (-1, 0, 1, true) (compare a b, compare a (point 1.5 2. 255), compare b a, a < b);
  same "without an order" (false, false, true) (nan = nan, nan < a, nan <> nan);
  same "compare has that of floats" (0, -1, 1) (compare nan nan, compare nan a, compare a nan);
  let copy : point list = Marshal.from_string (Marshal.to_string [ a; b; a ] []) 0 in
  collect ();
  same "marshalled" [ a; b; a ] copy;
  text "marshalled, read" "1.5, 3, 0" (point_text (List.nth copy 1));
  let i = id 1l 2l in
  same "shorter than its words" 10l (id_sum i);
  same "its hash" (Hashtbl.hash i) (Hashtbl.hash (id 1l 2l));
  check "another hash" (Hashtbl.hash i <> Hashtbl.hash (id 2l 1l));
  same "its order" (0, -1) (compare i (id 1l 2l), compare i (id 1l 3l));
  let u = unit_ None in
  collect ();
  check "of size zero" (unit_ (Some u) = u);
  let got value = "argument `point`: expected a Point, got " ^ value in
  refuses "another of the same size" (got "an Id") (fun () -> point_text (Obj.magic i));
  refuses "a boxed one" (got "a Counter") (fun () -> point_text (Obj.magic (counter 1)));
  refuses "a boxed one expected" "argument `counter`: expected a Counter, got a Point" (fun () ->
      number (Obj.magic a));
  refuses "no block" (got "7") (fun () -> point_text (Obj.magic 7));
  refuses "a string" (got "the string \"abcdefghijklmnopqrstuvwxyz\"") (fun () ->
      point_text (Obj.magic "abcdefghijklmnopqrstuvwxyz"))

let () =
  collect_all ();
  check "no value is dropped twice" (alive () >= 0);
  finish ()
