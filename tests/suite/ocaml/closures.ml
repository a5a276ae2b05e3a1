(* Rust closures that OCaml gets as functions. *)

open Check

type int_fun = int -> int

(* An `external` takes all arguments of its type, so functions that are results have named types. *)
type unit_fun = unit -> int
type curried_fun = int -> int_fun
type string_fun = string -> int
type result_fun = int -> (int, string) result
type bytes_fun = int -> string -> int
type reenter_fun = (unit -> int) -> int
type bool_fun = bool -> int

external alive : unit -> int * int = "bactrian_suite_closures_alive"

type fun1 = int -> string
type fun2 = int -> string -> string
type fun3 = int -> string -> float -> string
type fun4 = int -> string -> float -> bool -> string
type fun5 = int -> string -> float -> bool -> int array -> string
type fun6 = int -> string -> float -> bool -> int array -> int64 option -> string
type fun7 = int -> string -> float -> bool -> int array -> int64 option -> Uchar.t -> string
type fun8 = int -> string -> float -> bool -> int array -> int64 option -> Uchar.t -> unit -> string

external closure1 : string -> fun1 = "bactrian_suite_closure1"
external closure2 : string -> fun2 = "bactrian_suite_closure2"
external closure3 : string -> fun3 = "bactrian_suite_closure3"
external closure4 : string -> fun4 = "bactrian_suite_closure4"
external closure5 : string -> fun5 = "bactrian_suite_closure5"
external closure6 : string -> fun6 = "bactrian_suite_closure6"
external closure7 : string -> fun7 = "bactrian_suite_closure7"
external closure8 : string -> fun8 = "bactrian_suite_closure8"

(* Without support code; then with code that is none, and too little of it. *)

let refused n =
  Printf.sprintf
    "a Rust closure of %d arguments cannot be made an OCaml function: the OCaml program has to give \
     `bactrian2_register_functions` a function for so many when it starts, and has not done so; link the \
     generated interface, in which some function returns or passes a closure, or see the documentation of \
     `bactrian::Function`"
    n

let () = panics "nothing registered" (refused 2) (fun () -> closure2 "")

external register : Obj.t array -> unit = "bactrian2_register_functions"
external apply1 : Obj.t -> 'a -> 'r = "bactrian2_apply1"
external apply2 : Obj.t -> 'a -> 'b -> 'r = "bactrian2_apply2"
external apply3 : Obj.t -> 'a -> 'b -> 'c -> 'r = "bactrian2_apply3"
external apply4 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'r = "bactrian2_apply4"

external apply5 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'r
  = "bactrian2_apply5_bytecode" "bactrian2_apply5"

external apply6 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'r
  = "bactrian2_apply6_bytecode" "bactrian2_apply6"

external apply7 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g -> 'r
  = "bactrian2_apply7_bytecode" "bactrian2_apply7"

external apply8 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g -> 'h -> 'r
  = "bactrian2_apply8_bytecode" "bactrian2_apply8"

let[@inline never] functions f =
  [|
    Obj.repr (fun a ->
        let r = apply1 f a in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b ->
        let r = apply2 f a b in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c ->
        let r = apply3 f a b c in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d ->
        let r = apply4 f a b c d in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e ->
        let r = apply5 f a b c d e in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e f' ->
        let r = apply6 f a b c d e f' in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e f' g ->
        let r = apply7 f a b c d e f' g in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e f' g h ->
        let r = apply8 f a b c d e f' g h in
        if Obj.repr r == f then Obj.magic 0 else r);
  |]

let place = Sys.opaque_identity (Obj.repr 0xbac7)

let () =
  let no_functions = "bactrian: not the functions for Rust closures" in
  let no_function = "bactrian: not a function for Rust closures" in
  let refuses name message functions = refuses name message (fun () -> register functions) in
  refuses "an integer" no_functions (Obj.magic 7);
  refuses "no functions" no_functions [||];
  refuses "too many" no_functions (Array.append (functions place) (functions place));
  refuses "a string" no_functions (Obj.magic "functions");
  refuses "another function" no_function [| Obj.repr succ |];
  refuses "an integer in it" no_function [| Obj.repr 1 |];
  refuses "a string in it" no_function [| Obj.repr "x" |];
  refuses "a function with another value" no_function (functions (Obj.repr 0));
  let all = functions place in
  refuses "one of them" no_function [| all.(0); all.(1); Obj.repr succ |];
  let two_values value place = Obj.repr (fun a -> if a == value then place else a) in
  refuses "a function with two values" no_function
    [| (Sys.opaque_identity two_values) (Obj.repr (ref 1)) place |];
  let rec even n = n = 0 || odd (n - 1) and odd n = n > 0 && even (n - 1) in
  refuses "an infix function" no_function [| Obj.repr even; Obj.repr odd |];
  panics "still nothing" (refused 2) (fun () -> closure2 "");
  register [| all.(0) |];
  same "one" "f 1" (closure1 "f" 1);
  panics "too few" (refused 2) (fun () -> closure2 "")

let () = register (functions place)

(* What is called with no block of ours. *)
let () =
  let refuses name f = refuses name "bactrian: not the block of a Rust closure of so many arguments" f in
  refuses "a number" (fun () -> apply1 (Obj.repr 0xbac7) 1);
  refuses "a tuple" (fun () -> apply2 (Obj.repr (1, 2, 3, 4)) 1 2);
  refuses "a custom block" (fun () -> apply8 (Obj.repr 1L) 1 2 3 4 5 6 7 8)

(* All numbers of arguments; some of them at a time. *)

let all = [| 1; 2 |]
let u = Uchar.of_int 0xe9

let () =
  for _ = 1 to 20 do
    let f1 = closure1 "f"
    and f2 = closure2 "f"
    and f3 = closure3 "f"
    and f4 = closure4 "f"
    and f5 = closure5 "f"
    and f6 = closure6 "f"
    and f7 = closure7 "f"
    and f8 = closure8 "f" in
    collect ();
    text "1" "f 1" (f1 1);
    text "2" "f 1 \"x\"" (f2 1 "x");
    text "3" "f 1 \"x\" 1.5" (f3 1 "x" 1.5);
    text "4" "f 1 \"x\" 1.5 true" (f4 1 "x" 1.5 true);
    text "5" "f 1 \"x\" 1.5 true [1, 2]" (f5 1 "x" 1.5 true all);
    text "6" "f 1 \"x\" 1.5 true [1, 2] Some(7)" (f6 1 "x" 1.5 true all (Some 7L));
    text "7" "f 1 \"x\" 1.5 true [1, 2] Some(7) 'é'" (f7 1 "x" 1.5 true all (Some 7L) u);
    text "8" "f 1 \"x\" 1.5 true [1, 2] Some(7) 'é' ()" (f8 1 "x" 1.5 true all (Some 7L) u ());
    let p1 = f8 1 in
    let p2 = p1 "x" 1.5 in
    collect ();
    let p3 = p2 true all None u in
    text "8, partially" "f 1 \"x\" 1.5 true [1, 2] None 'é' ()" (p3 ());
    let p4 = f5 2 "y" 2.5 false in
    let p5 = f2 3 in
    collect ();
    text "5, partially" "f 2 \"y\" 2.5 false [1, 2]" (p4 all);
    text "2, partially" "f 3 \"z\"" (p5 "z");
    text "2, passed on" "f 1 \"a\",f 2 \"b\"" (String.concat "," (List.map2 f2 [ 1; 2 ] [ "a"; "b" ]))
  done

external unit_ : int -> unit_fun = "bactrian_suite_closure_unit"
external curried : unit -> curried_fun = "bactrian_suite_closure_curried"
external boxed : (int[@untagged]) -> int_fun array
  = "bactrian_suite_closure_boxed_bytecode" "bactrian_suite_closure_boxed"

let () =
  let f = unit_ 7 in
  collect ();
  same "unit" 7 (f ());
  let curried = curried () in
  same "too many arguments" 34 (curried 3 4);
  let four = curried 4 in
  collect ();
  same "one after the other" 42 (four 2);
  same "a function, a box" [ 20; 7 ] (Array.to_list (Array.map (fun f -> f 10) (boxed 3)))

(* Errors. *)

exception Negative of int

external typed_error : unit -> int_fun = "bactrian_suite_closure_typed_error"
external boxed_error : unit -> string_fun = "bactrian_suite_closure_boxed_error"
external std_error : unit -> string_fun = "bactrian_suite_closure_std_error"
external io_error : unit -> unit_fun = "bactrian_suite_closure_io_error"
external text_raised : unit -> int_fun = "bactrian_suite_closure_text_raised"
external text_returned : unit -> result_fun = "bactrian_suite_closure_text_returned"
external panicking : unit -> int_fun = "bactrian_suite_closure_panics"
external bytes : unit -> bytes_fun = "bactrian_suite_closure_bytes"

exception Panic of string

let () =
  let make f = f () in
  let typed = make typed_error in
  raises "not registered"
    (Failure
       "Negative(-1) (raised as Failure: no exception is registered as \"closures.Negative\"; call \
        Callback.register_exception)") (fun () -> typed (-1));
  Callback.register_exception "closures.Negative" (Negative 0);
  for _ = 1 to 10 do
    raises "typed" (Negative (-1)) (fun () -> typed (-1));
    same "typed" 3 (typed 3);
    let boxed = make boxed_error in
    collect ();
    raises "boxed" (Failure "invalid digit found in string") (fun () -> boxed "x");
    raises "boxed" (Failure "-2 is negative") (fun () -> boxed "-2");
    same "boxed" 12 (boxed "12");
    let std = make std_error in
    raises "std" (Failure "invalid digit found in string") (fun () -> std "x");
    same "std" 12 (std "12");
    raises "io" (Sys_error "no disk") (make io_error);
    raises "text" (Failure "raised 5") (fun () -> make text_raised 5);
    same "text returned" [ Ok 1; Error "-1" ] (List.map (make text_returned) [ 1; -1 ]);
    let bytes = make bytes in
    same "converted" 258 (bytes 255 "abc");
    refuses "argument 1" "argument `1`: expected an int between 0 and 255, got 256" (fun () ->
        bytes 256 "");
    refuses "argument 2" "argument `2`: expected a string, got 3" (fun () ->
        bytes 0 (Obj.magic 3));
    let panicking = make panicking in
    collect ();
    panics "panic" "no 4" (fun () -> panicking 4)
  done;
  Callback.register "Bactrian.Panic" [%extension_constructor Panic];
  raises "panic of any" (Panic "no 4") (fun () -> make panicking 4);
  Callback.register "bactrian_suite.Panic" [%extension_constructor Exit];
  (match make panicking 4 with
  | _ -> fail "panic of the crate" "nothing was raised"
  | exception e -> text "panic of the crate" "Stdlib.Exit(\"no 4\")" (Printexc.to_string e))

(* Functions that are dropped while they run, by all that had them. *)

type survives1 = (unit -> unit) -> bool
type survives2 = (unit -> unit) -> int -> bool
type survives3 = (unit -> unit) -> int -> int -> bool
type survives4 = (unit -> unit) -> int -> int -> int -> bool
type survives5 = (unit -> unit) -> int -> int -> int -> int -> bool
type survives6 = (unit -> unit) -> int -> int -> int -> int -> int -> bool
type survives7 = (unit -> unit) -> int -> int -> int -> int -> int -> int -> bool
type survives8 = (unit -> unit) -> int -> int -> int -> int -> int -> int -> int -> bool

external survives1 : unit -> survives1 = "bactrian_suite_closure_survives1"
external survives2 : unit -> survives2 = "bactrian_suite_closure_survives2"
external survives3 : unit -> survives3 = "bactrian_suite_closure_survives3"
external survives4 : unit -> survives4 = "bactrian_suite_closure_survives4"
external survives5 : unit -> survives5 = "bactrian_suite_closure_survives5"
external survives6 : unit -> survives6 = "bactrian_suite_closure_survives6"
external survives7 : unit -> survives7 = "bactrian_suite_closure_survives7"
external survives8 : unit -> survives8 = "bactrian_suite_closure_survives8"

let survives name make call =
  let kept = ref (make ()) in
  let drop () =
    kept := Obj.magic 0;
    Gc.full_major ()
  in
  same (name ^ " arguments: alive though dropped") true ((Sys.opaque_identity call) kept drop)

let () =
  let before, _ = alive () in
  survives "1" survives1 (fun f drop -> !f drop);
  survives "2" survives2 (fun f drop -> !f drop 2);
  survives "3" survives3 (fun f drop -> !f drop 2 3);
  survives "4" survives4 (fun f drop -> !f drop 2 3 4);
  survives "5" survives5 (fun f drop -> !f drop 2 3 4 5);
  survives "6" survives6 (fun f drop -> !f drop 2 3 4 5 6);
  survives "7" survives7 (fun f drop -> !f drop 2 3 4 5 6 7);
  survives "8" survives8 (fun f drop -> !f drop 2 3 4 5 6 7 8);
  survives "some of 2" (fun () -> ref (survives2 ())) (fun f drop ->
      let all = ref (!(!f) drop) in
      f := ref (Obj.magic 0);
      !all 2);
  Gc.full_major ();
  Gc.full_major ();
  same "and then dropped" before (fst (alive ()))

(* Calls there and back. *)

external twice : (int -> int) -> int_fun = "bactrian_suite_closure_twice"

external with_ : (int_fun -> int_fun) -> (int[@untagged]) -> int
  = "bactrian_suite_closure_with_bytecode" "bactrian_suite_closure_with"

external factorial : (((int -> int) -> int -> int) -> int -> int) -> (int[@untagged]) -> int
  = "bactrian_suite_closure_factorial_bytecode" "bactrian_suite_closure_factorial"

let () =
    let f =
    twice (fun n ->
        collect ();
        n + 1)
  in
  same "twice" 7 (f 5);
  same "nested" 21 (twice (twice (twice f)) 5);
  raises "raises" Exit (fun () -> twice (fun _ -> raise Exit) 1);
  raises "raises through several" (Negative 3) (fun () -> twice (twice (fun n -> raise (Negative n))) 3);
  (* The function is dropped while it runs. *)
  let kept = ref (fun n -> n) in
  kept :=
    twice (fun n ->
        kept := succ;
        Gc.full_major ();
        n * 2);
  same "dropped while it runs" 20 ((Sys.opaque_identity !kept) 5);
  same "there and back" 33 (with_ (fun own -> own) 3);
  same "there and back, changed" 34
    (with_
       (fun own ->
         collect ();
         fun n -> own n + 1)
       3);
  let rec tie step n = step (tie step) n in
  same "factorial" 3628800 (factorial tie 10)

(* Those that change, and those that are consumed. *)

external counter : int -> unit_fun = "bactrian_suite_closure_counter"
external reenter : unit -> reenter_fun = "bactrian_suite_closure_reenter"
external mut_panics : unit -> bool_fun = "bactrian_suite_closure_mut_panics"
external once_reenter : unit -> reenter_fun = "bactrian_suite_closure_once_reenter"

let in_use =
  "the Rust closure is in use: it changes what it holds, so it cannot be called while it runs"

let called = "the Rust closure has been called before: it can be called once"

external once : string -> fun1 = "bactrian_suite_closure_once"

let () =
  let counter = counter 5 in
  same "counts" [ 6; 7; 8 ] (List.init 3 (fun _ -> counter ()));
  let reenter = reenter () in
  same "not entered twice" 1 (reenter (fun () -> 0));
  refuses "entered twice" in_use (fun () -> reenter (fun () -> reenter (fun () -> 0)));
  same "afterwards" 13 (reenter (fun () -> 10));
  raises "an exception" Exit (fun () -> reenter (fun () -> raise Exit));
  same "after an exception" 15 (reenter (fun () -> collect (); 10));
  let mut_panics = mut_panics () in
  same "no panic" 1 (mut_panics false);
  (match mut_panics true with _ -> fail "panics" "no" | exception e -> check "panics" (contains (Printexc.to_string e) "call 2"));
  same "after a panic" 3 (mut_panics false);
  let f = once "once" in
  refuses "does not convert" "argument `1`: expected an int, got the string \"x\"" (fun () ->
      f (Obj.magic "x"));
  let before, _ = alive () in
  text "once" "once 1" (f 1);
  same "consumed" (before - 1) (fst (alive ()));
  refuses "twice" called (fun () -> f 2);
  refuses "thrice" called (fun () -> f 3);
  let g = once_reenter () in
  refuses "once, entered again" called (fun () -> g (fun () -> g (fun () -> 1)));
  refuses "and is gone" called (fun () -> g (fun () -> 1))

(* What OCaml's library makes of them. *)
let () =
  let f = closure1 "f" and g = closure1 "g" in
  raises "compare" (Invalid_argument "compare: functional value") (fun () -> compare f g);
  same "compare, physically" true (f == f && f != g);
  raises "marshal" (Invalid_argument "output_value: functional value") (fun () ->
      Marshal.to_string f []);
  (match Marshal.to_string f [ Marshal.Closures ] with
  | _ -> fail "marshal with code" "it did not fail"
  | exception (Invalid_argument _ | Failure _) -> check "marshal with code" true);
  ignore (Hashtbl.hash f)

(* Each is dropped once. *)

external many : int -> int_fun array = "bactrian_suite_closures_many"

external on_full_heap : (int[@untagged]) -> (string * int_fun) array
  = "bactrian_suite_closures_on_full_heap_bytecode" "bactrian_suite_closures_on_full_heap"

let () =
  Gc.full_major ();
  Gc.full_major ();
  let before, dropped = alive () in
  let sum = ref 0 in
  let rounds = 30 in
  for round = 1 to rounds do
    let all = many 50 in
    if round mod 3 = 0 then collect ();
    Array.iter (fun f -> sum := !sum + f 1) all;
    let kept = all.(99) in
    if round mod 5 = 0 then Gc.full_major ();
    sum := !sum + kept 2
  done;
  same "sum" (rounds * ((49 * 50 / 2) + 50 + (50 * 50) + 100)) !sum;
  Gc.full_major ();
  Gc.full_major ();
  let after, now_dropped = alive () in
  same "none is left" before after;
  same "each was dropped once" (51 * rounds) (now_dropped - dropped);
  for _ = 1 to 5 do
    let all = on_full_heap 20_000 in
    Gc.minor ();
    let sum = Array.fold_left (fun sum (text, f) -> sum + String.length text + f 1) 0 all in
    same "on a full heap" ((20_000 * 19_999 / 2) + 20_000 + (400 * 49 * 25)) sum
  done;
  Gc.full_major ();
  Gc.full_major ();
  let after, now_dropped = alive () in
  same "none is left of many" before after;
  same "each of many was dropped once" ((51 * rounds) + 100_000) (now_dropped - dropped)

(* From several threads, with collections in between. *)
let () =
  let counter = counter 0 and twice = twice succ in
  let work _ =
    let n = ref 0 in
    for i = 1 to 2000 do
      (match counter () with _ -> incr n | exception Invalid_argument _ -> ());
      if twice i = i + 2 then incr n;
      if i mod 100 = 0 then Thread.yield ()
    done;
    !n
  in
  let results = Array.make 4 0 in
  let threads = List.init 4 (fun i -> Thread.create (fun () -> results.(i) <- work i) ()) in
  List.iter Thread.join threads;
  same "threads" 16_000 (Array.fold_left ( + ) 0 results);
  same "all counted" 8001 (counter ())

(* Sequences. *)

external lazy_numbers : int -> (int * string) Seq.t = "bactrian_suite_lazy_numbers"
external sum_of_seq : int Seq.t -> int = "bactrian_suite_sum_of_seq"

let asked =
  "this part of the sequence has been asked for before: the Rust iterator has gone on; Seq.memoize \
   makes a sequence that can be gone through again"

let () =
  Gc.full_major ();
  Gc.full_major ();
  let before, _ = alive () in
  identical "a Rust iterator" [ (0, "0"); (1, "1"); (2, "2") ] (List.of_seq (lazy_numbers 3));
  identical "an empty one" [] (List.of_seq (lazy_numbers 0));
  same "dropped at the end" before (fst (alive ()));
  let seq = lazy_numbers 1_000_000 in
  (match seq () with
  | Seq.Cons ((0, "0"), rest) ->
      collect ();
      refuses "again" asked (fun () -> seq ());
      (match rest () with
      | Seq.Cons ((1, "1"), _) -> check "lazy" true
      | _ -> fail "lazy" "another element")
  | _ -> fail "first" "another element");
  same "both ways" 36 (sum_of_seq (Seq.map fst (lazy_numbers 9)));
  let unlucky = Seq.map fst (lazy_numbers 20) in
  (match sum_of_seq unlucky with
  | _ -> fail "a panic of the iterator" "none"
  | exception e -> check "a panic of the iterator" (contains (Printexc.to_string e) "unlucky"));
  raises "an exception of OCaml's" Exit (fun () ->
      sum_of_seq (Seq.map (fun n -> if n = 3 then raise Exit else n) (List.to_seq [ 1; 2; 3; 4 ])));
  same "one of OCaml's" 10 (sum_of_seq (List.to_seq [ 1; 2; 3; 4 ]))

let () =
  Gc.full_major ();
  Gc.full_major ();
  same "an empty one of OCaml's" 0 (sum_of_seq Seq.empty);
  let sum = sum_of_seq (Seq.map (fun _ -> 1) (Seq.map fst (lazy_numbers 13))) in
  same "all elements" 13 sum

let () = finish ()
