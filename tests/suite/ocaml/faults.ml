(* What goes wrong where nothing should: panics while something is made or dropped, recursions without
   end, and exceptions while the program ends. *)

open Check

external alive : unit -> (int[@untagged]) = "bactrian_suite_alive_bytecode" "bactrian_suite_alive"

external unmade : (int[@untagged]) -> string array * int list
  = "bactrian_suite_unmade_bytecode" "bactrian_suite_unmade"

external unmade_argument : (int -> int) -> bool -> int = "bactrian_suite_unmade_argument"

external undropped : bool -> int = "bactrian_suite_undropped"
external undropped_among_others : unit -> int array = "bactrian_suite_undropped_among_others"

(* ---- to_value and Drop ---- *)

let () =
  List.iter
    (fun n ->
      panics "a value half made" "not to be made" (fun () -> unmade n);
      collect ())
    [ 0; 1; 10; 1000; 100_000 ];
  panics "an argument of a callback that is not made" "not to be made" (fun () ->
      unmade_argument succ true);
  same "one that is made" 8 (unmade_argument succ false);
  for _ = 1 to 100 do
    panics "a result that cannot be dropped" "not to be dropped" (fun () -> undropped true)
  done;
  same "one that can" 8 (undropped false);
  panics "one that cannot among others" "not to be dropped" undropped_among_others;
  collect ();
  same "all else is dropped" 0 (alive ())

(* ---- the stack ---- *)

external recursion_without_end : unit -> (int[@untagged])
  = "bactrian_suite_recursion_without_end_bytecode" "bactrian_suite_recursion_without_end"

external recursion_through : (int -> int) -> (int[@untagged]) -> int
  = "bactrian_suite_recursion_through_bytecode" "bactrian_suite_recursion_through"

external recursion_in_ocaml : (int -> int) -> string = "bactrian_suite_recursion_in_ocaml"

(* How a process ends that does this. *)
let ends f =
  flush_all ();
  match Unix.fork () with
  | 0 -> exit (match f () with code -> code | exception Stack_overflow -> 77)
  | child -> snd (Unix.waitpid [] child)

let killed = function
  | Unix.WSIGNALED signal -> signal = Sys.sigsegv || signal = Sys.sigabrt || signal = Sys.sigbus
  | _ -> false

let rec endless n = 1 + endless (n + 1)
let rec through n = recursion_through through n

let () =
  check "a recursion in Rust ends the process" (killed (ends recursion_without_end));
  check "a recursion through both is an exception, or ends the process"
    (let how = ends (fun () -> through 0) in
     how = Unix.WEXITED 77 || killed how);
  (* Where the system's stack is OCaml's, OCaml knows its end only on some systems. *)
  check "a recursion in OCaml is an exception in Rust, or ends the process"
    (let how = ends (fun () -> if recursion_in_ocaml endless = "Stack_overflow" then 78 else 79) in
     how = Unix.WEXITED 78 || killed how);
  same "nothing is left of them" 0 (alive ())

(* ---- the end ---- *)

let () =
  let at_the_end f () =
    at_exit f;
    Unix.dup2 (Unix.openfile "/dev/null" [ Unix.O_WRONLY ] 0) Unix.stderr;
    0
  in
  check "a panic at the exit" (ends (at_the_end (fun () -> ignore (undropped true))) = Unix.WEXITED 2);
  check "Rust called at the exit"
    (ends (at_the_end (fun () -> if undropped false <> 8 then failwith "another")) = Unix.WEXITED 0)

let () = finish ()
