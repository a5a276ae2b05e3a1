(* OCaml functions called from Rust. *)

open Check

external call1 : (int -> string) -> string = "bactrian_suite_call1"
external call2 : (int -> string -> string) -> string = "bactrian_suite_call2"
external call3 : (int -> string -> int -> string) -> string = "bactrian_suite_call3"
external call4 : (int -> string -> int -> string -> string) -> string = "bactrian_suite_call4"
external call5 : (int -> string -> int -> string -> int -> string) -> string = "bactrian_suite_call5"

external call6 : (int -> string -> int -> string -> int -> string -> string) -> string
  = "bactrian_suite_call6"

external call7 : (int -> string -> int -> string -> int -> string -> int -> string) -> string
  = "bactrian_suite_call7"

external call8 : (int -> string -> int -> string -> int -> string -> int -> string -> string) -> string
  = "bactrian_suite_call8"

let () =
  let s = string_of_int in
  same "1 argument" "1" (call1 s);
  same "2 arguments" "12" (call2 (fun a b -> s a ^ b));
  same "3 arguments" "123" (call3 (fun a b c -> s a ^ b ^ s c));
  same "4 arguments" "1234" (call4 (fun a b c d -> s a ^ b ^ s c ^ d));
  same "5 arguments" "12345" (call5 (fun a b c d e -> s a ^ b ^ s c ^ d ^ s e));
  same "6 arguments" "123456" (call6 (fun a b c d e f -> s a ^ b ^ s c ^ d ^ s e ^ f));
  same "7 arguments" "1234567" (call7 (fun a b c d e f g -> s a ^ b ^ s c ^ d ^ s e ^ f ^ s g));
  same "8 arguments" "12345678"
    (call8 (fun a b c d e f g h ->
         collect ();
         s a ^ b ^ s c ^ d ^ s e ^ f ^ s g ^ h))

(* Functions of every making. *)

external call_unit : (unit -> int) -> int = "bactrian_suite_call_unit"

external apply : (int -> int) -> (int[@untagged]) -> int
  = "bactrian_suite_apply_bytecode" "bactrian_suite_apply"

external apply_partially : (int -> int -> int) -> (int[@untagged]) -> (int[@untagged]) -> int
  = "bactrian_suite_apply_partially_bytecode" "bactrian_suite_apply_partially"

external apply_both : (int -> int -> int) -> (int[@untagged]) -> (int[@untagged]) -> int
  = "bactrian_suite_apply_both_bytecode" "bactrian_suite_apply_both"

let labelled ~a ~b = (10 * a) + b
let optional ?(step = 1) n = n + step

let returns_function a =
  if a > 100 then fun b -> b
  else
    let c = a * 10 in
    fun b -> c + b

type operation = { operate : int -> int }

module Make (M : sig
  val n : int
end) =
struct
  let add x = x + M.n
end

let () =
  let n = Sys.opaque_identity 5 in
  same "unit" 7 (call_unit (fun () -> 7));
  same "a top-level function" 8 (apply succ 7);
  same "a closure" 12 (apply (fun x -> x + n) 7);
  same "a primitive" (-7) (apply ( ~- ) 7);
  same "a partial application" 12 (apply (( + ) n) 7);
  same "a partial application by label" 57 (apply (fun b -> labelled ~a:n ~b) 7);
  same "a function with an optional parameter left out" 8 (apply (fun x -> optional x) 7);
  same "an optional parameter given" 10 (apply (optional ~step:3) 7);
  same "a record's field" 14 (apply { operate = (fun x -> x * 2) }.operate 7);
  let module M = Make (struct
    let n = 3
  end) in
  same "a functor's function" 10 (apply M.add 7);
  let counter = object
    val mutable total = 0
    method add x = total <- total + x; total
  end in
  same "a method" 7 (apply counter#add 7);
  same "a method, again" 14 (apply counter#add 7);
  same "one argument, then another" 12 (apply_partially ( + ) 7 5);
  same "one argument, then another, of a closure" 17 (apply_partially (fun a b -> a + b + n) 7 5);
  same "one argument, then another, for one that returns a function" 75
    (apply_partially returns_function 7 5);
  same "both arguments" 12 (apply_both ( + ) 7 5);
  same "both arguments for one that returns a function" 75 (apply_both returns_function 7 5);
  same "both arguments for one that returns its argument" 5 (apply_both returns_function 101 5);
  same "labels" 75 (apply_both (fun a b -> labelled ~b ~a) 7 5);
  same "labels in order" 75 (apply_both (Obj.magic labelled) 7 5)

external apply_two_of_three : (int -> string -> float -> string) -> string * string
  = "bactrian_suite_apply_two_of_three"

external apply_three : (int -> string -> float -> string) -> string = "bactrian_suite_apply_three"

external apply_optional : (?text:string -> int -> string) -> string * string
  = "bactrian_suite_apply_optional"

let () =
  let show = Printf.sprintf "%d %s %g" in
  let n = Sys.opaque_identity 100 in
  let all a b c =
    collect ();
    show a b c
  and one a =
    collect ();
    let a = a + n in
    fun b ->
      collect ();
      let b = b ^ "!" in
      fun c -> show a b c
  and two a b =
    collect ();
    let a = a + n in
    function
    | 3.5 -> show a b 0.
    | c -> show a b c
  in
  same "two of three arguments" ("1 two 3.5", "1 two 4.5") (apply_two_of_three all);
  same "two arguments for one that takes one" ("101 two! 3.5", "101 two! 4.5")
    (apply_two_of_three one);
  same "two arguments for one that takes two" ("101 two 0", "101 two 4.5") (apply_two_of_three two);
  text "three arguments" "1 two 3.5" (apply_three all);
  text "three arguments for one that takes one" "101 two! 3.5" (apply_three one);
  text "three arguments for one that takes two" "101 two 0" (apply_three two);
  raises "the second of three functions raises" Exit (fun () ->
      apply_three (fun _ -> if n > 0 then fun _ -> raise Exit else fun _ _ -> ""));
  same "an optional argument from Rust, and none" ("given 101", "default 102")
    (apply_optional (fun ?(text = "default") i -> Printf.sprintf "%s %d" text (i + n)));
  same "an optional argument without default" ("Some given 1", "None 2")
    (apply_optional (fun ?text i ->
         collect ();
         match text with
         | None -> Printf.sprintf "None %d" i
         | Some text -> Printf.sprintf "Some %s %d" text i))

(* The second and third of mutually recursive closures are infix blocks. *)
let () =
  let n = Sys.opaque_identity 1 in
  let rec even x = if x = 0 then n else odd (x - 1)
  and odd x = if x = 0 then 0 else even (x - 1)
  and third x y = if x = 0 then y + n else third (x - 1) (y + 1) in
  (match Sys.backend_type with
  | Sys.Native ->
      check "the second is an infix block"
        (Obj.tag (Obj.repr odd) = Obj.infix_tag || Obj.tag (Obj.repr odd) = Obj.closure_tag)
  | _ -> check "the second is an infix block in bytecode too" (Obj.tag (Obj.repr odd) = Obj.infix_tag));
  same "the first" 1 (apply even 10);
  same "the second" 1 (apply odd 11);
  same "the second, again" 0 (apply odd 10);
  same "the third" 8 (apply_both third 3 4);
  same "the third, one argument at a time" 8 (apply_partially third 3 4)

(* ---- again and again, with collections ---- *)

external fold : (string -> int -> string) -> (int[@untagged]) -> string
  = "bactrian_suite_fold_bytecode" "bactrian_suite_fold"

external recurse : (int -> int) -> (int[@untagged]) -> int
  = "bactrian_suite_recurse_bytecode" "bactrian_suite_recurse"

external map_list : ('a -> 'b) -> 'a list -> 'b list = "bactrian_suite_map_list"

external call_for_map : (float array -> string option -> (string * float) list) -> (string * float) list
  = "bactrian_suite_call_for_map"

let () =
  same "fold" "0,1,2,3,4,5,6,7,8,9,"
    (fold
       (fun text i ->
         collect ();
         text ^ string_of_int i ^ ",")
       10);
  let rec down n =
    collect ();
    if n = 0 then 0 else recurse down (n - 1)
  in
  same "Rust calls OCaml, which calls Rust" 90 (recurse down 49);
  identical "map" [ "1"; "2"; "3" ]
    (map_list
       (fun n ->
         collect ();
         string_of_int n)
       [ 1; 2; 3 ]);
  identical "map to floats" [ 0.5; 1.5 ] (map_list (fun n -> float n +. 0.5) [ 0; 1 ]);
  identical "arguments and results that convert"
    [ ("key", 2.); ("size", 2.) ]
    (call_for_map (fun floats key ->
         collect ();
         [ ("size", float (Array.length floats)); (Option.get key, floats.(0) +. floats.(1)) ]));
  let sum = ref 0 in
  for i = 1 to 10_000 do
    sum := !sum + apply (fun x -> x + i) 1
  done;
  same "ten thousand closures" 50_015_000 !sum

(* ---- results that do not convert ---- *)

external call_for_u8 : (unit -> int) -> int = "bactrian_suite_call_for_u8"

external call_for_u8_text : (unit -> int) -> string * string = "bactrian_suite_call_for_u8_text"

let () =
  same "u8" 255 (call_for_u8 (fun () -> 255));
  refuses "u8 of 256" "expected an int between 0 and 255, got 256" (fun () ->
      call_for_u8 (fun () -> 256));
  same "u8 of a string, as text"
    ("expected an int between 0 and 255, got the string \"a\"", "Invalid_argument")
    (call_for_u8_text (Obj.magic (fun () -> "a")));
  same "u8, as text" ("7", "") (call_for_u8_text (fun () -> 7))

(* ---- what is no function ---- *)

let () =
  let refuses_as name found value =
    refuses name (Printf.sprintf "argument `f`: expected a function, got %s" found) (fun () ->
        call_unit (Obj.magic value))
  in
  refuses_as "an int" "7" 7;
  refuses_as "a string" "the string \"f\"" "f";
  refuses_as "a pair" "a block of tag 0 with 2 fields" (1, 2);
  refuses_as "a float" "the float 0.5" 0.5;
  refuses_as "a lazy value" "a lazy value" (lazy (Random.bits ()));
  refuses_as "an object" "an object or an exception's constructor" (object end);
  refuses_as "an int64" "a custom block (int64)" 7L

(* ---- kept beyond the call ---- *)

external store : (int -> int) -> unit = "bactrian_suite_store"

external call_stored : (int[@untagged]) -> int array
  = "bactrian_suite_call_stored_bytecode" "bactrian_suite_call_stored"

external forget_stored : unit -> int = "bactrian_suite_forget_stored"

type int_function = int -> int

external call_and_return : int_function -> int * int_function = "bactrian_suite_call_and_return"

let () =
  let finalised = ref 0 in
  let store_closure i =
    let closure x = x * i in
    Gc.finalise (fun _ -> incr finalised) closure;
    store closure
  in
  for i = 1 to 100 do
    (Sys.opaque_identity store_closure) i
  done;
  Gc.full_major ();
  Gc.compact ();
  same "stored closures are kept" 0 !finalised;
  same "and called" (Array.init 100 (fun i -> 7 * (i + 1))) (call_stored 7);
  raises "one that raises" Exit (fun () ->
      store (fun _ -> raise Exit);
      call_stored 7);
  same "how many there are" 101 (forget_stored ());
  Gc.full_major ();
  Gc.full_major ();
  same "and let go" 100 !finalised;
  same "none is left" [||] (call_stored 7);
  let result, f = call_and_return (fun x -> x + 41) in
  same "called" 42 result;
  same "given back" 43 (f 2)

let () = finish ()
