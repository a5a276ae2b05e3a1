(* Custom blocks: Rust values that OCaml's collector owns. *)

open Check

type counter

external alive : unit -> (int[@untagged]) = "bactrian_suite_custom_alive_bytecode" "bactrian_suite_custom_alive"
external counter : (int64[@unboxed]) -> counter = "bactrian_suite_custom_counter_bytecode" "bactrian_suite_custom_counter"
external hit : counter -> (int[@untagged]) = "bactrian_suite_custom_hit_bytecode" "bactrian_suite_custom_hit"
external number : counter -> (int64[@unboxed]) = "bactrian_suite_custom_number_bytecode" "bactrian_suite_custom_number"
external across : counter -> (unit -> unit) -> int64 = "bactrian_suite_custom_across"

type stack

external stack : unit -> stack = "bactrian_suite_custom_stack"
external push : stack -> (int64[@unboxed]) -> (int[@untagged]) = "bactrian_suite_custom_push_bytecode" "bactrian_suite_custom_push"
external close : stack -> int64 array = "bactrian_suite_custom_close"

(* Everything that is dead is finalised. *)
let collect_all () =
  Gc.full_major ();
  Gc.full_major ();
  Gc.full_major ()

let () =
  let c = counter 7L in
  same "alive" 1 (alive ());
  same "hit" 1 (hit c);
  collect ();
  same "hit again" 2 (hit c);
  Gc.compact ();
  same "hit after compaction" 3 (hit c);
  same "number" 7L (number c)

let () =
  collect_all ();
  same "dropped" 0 (alive ());
  for i = 1 to 100_000 do
    ignore (Sys.opaque_identity (counter (Int64.of_int i)))
  done;
  collect_all ();
  same "100000 dropped" 0 (alive ());
  let kept = Array.init 10_000 (fun i -> counter (Int64.of_int i)) in
  collect_all ();
  same "kept" 10_000 (alive ());
  Array.iteri (fun i c -> if number c <> Int64.of_int i then fail "kept" "another number") kept;
  same "dropped in a call" 5L
    (across (counter 5L) (fun () ->
         for _ = 1 to 1000 do
           ignore (Sys.opaque_identity (ref ()))
         done;
         collect_all ()));
  collect_all ();
  same "still kept" 10_000 (alive ());
  ignore (Sys.opaque_identity kept)

let () =
  let got value = "argument `counter`: expected a Counter, got " ^ value in
  let number value () = number (Obj.magic value) in
  refuses "an int" (got "7") (number 7);
  refuses "a string" (got "the string \"x\"") (number "x");
  refuses "a stack" (got "a Stack") (number (stack ()));
  refuses "an int64" (got "a custom block (int64)") (number 7L);
  refuses "a tuple" (got "a block of tag 0 with 2 fields") (number (1, 2))

let () =
  let s = stack () in
  same "push" 1 (push s 10L);
  same "push" 2 (push s 20L);
  same "close" [| 10L; 20L |] (close s);
  refuses "closed twice" "argument `stack`: the Stack is closed" (fun () -> close s);
  refuses "push on a closed one" "argument `stack`: the Stack is closed" (fun () -> push s 1L)

let () = finish ()
