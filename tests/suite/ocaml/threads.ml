(* Rust threads below an OCaml main program, and threads of OCaml's. *)

open Check

external sum : (int -> int) -> int -> int -> int = "bactrian_suite_threads_sum"
external start : (int -> int) -> int -> unit = "bactrian_suite_threads_start"
external join : unit -> int = "bactrian_suite_threads_join"
external refused : unit -> unit = "bactrian_suite_threads_refused"

external joined_with_the_runtime : (int -> int) -> string array
  = "bactrian_suite_threads_joined_with_the_runtime"

external joined_without_the_runtime : (int -> int) -> int
  = "bactrian_suite_threads_joined_without_the_runtime"

external panic : int -> unit = "bactrian_suite_threads_panic"
external handle : unit -> unit = "bactrian_suite_threads_handle"
external when_handled : int -> int array = "bactrian_suite_threads_when_handled"
external until_interrupted : unit -> unit = "bactrian_suite_threads_until_interrupted"
external alive : unit -> (int[@untagged]) = "bactrian_suite_alive_bytecode" "bactrian_suite_alive"

type attaching

external attaching : int -> attaching = "bactrian_suite_threads_attaching"
external in_drop : unit -> string array = "bactrian_suite_threads_in_drop"

external rayon : float array -> (float[@unboxed])
  = "bactrian_suite_threads_rayon_bytecode" "bactrian_suite_threads_rayon"

external rayon_attached : (int -> int) -> int -> int = "bactrian_suite_threads_rayon_attached"

(* On the main thread, and on another of OCaml's. *)
let on_both f =
  f "the main thread";
  Thread.join (Thread.create f "another thread")

(* ---- attach and detach ---- *)

let () =
  on_both (fun on ->
      for round = 1 to 3 do
        same (on ^ ": threads that attach") 1000
          (sum
             (fun n ->
               collect ();
               10 * n)
             4 10);
        (* They run while OCaml code does. *)
        for _ = 1 to 3 do
          start
            (fun n ->
              if n mod 10 = 0 then Gc.minor ();
              List.length (List.init n string_of_int))
            50
        done;
        let here = ref 0 in
        for i = 1 to 2000 do
          here := !here + List.length (List.init 10 string_of_int);
          if i mod 100 = 0 then Thread.yield ()
        done;
        same (on ^ ": OCaml code meanwhile") 20_000 !here;
        same (on ^ ": threads meanwhile") (3 * 1225) (join ());
        refused ();
        check (on ^ ": what is refused") true;
        same (on ^ ": joined with the runtime") [| "Err(Busy)"; "Err(Busy)" |]
          (joined_with_the_runtime succ);
        same (on ^ ": joined without it") 21 (joined_without_the_runtime succ);
        List.iteri
          (fun how text -> panics (on ^ ": a panic") text (fun () -> panic how))
          [ "detached"; "attached"; "tried"; "joined" ];
        same (on ^ ": after panics") round (sum (fun _ -> round) 1 1)
      done)

(* ---- signals ---- *)

let after seconds signal_handler f =
  Sys.set_signal Sys.sigalrm (Sys.Signal_handle signal_handler);
  ignore (Unix.setitimer Unix.ITIMER_REAL { Unix.it_interval = 0.; it_value = seconds });
  Fun.protect f ~finally:(fun () -> Sys.set_signal Sys.sigalrm Sys.Signal_ignore)

exception Alarm

let () =
  for _ = 1 to 3 do
    same "a signal that comes in detach" [| 0; 0; 0; 1 |]
      (after 0.01 (fun _ -> handle ()) (fun () -> when_handled 30));
    raises "one whose handler raises" Alarm (fun () ->
        after 0.01 (fun _ -> raise Alarm) (fun () -> ignore (when_handled 30)));
    Sys.catch_break true;
    raises "Ctrl-C" Sys.Break (fun () ->
        after 0.01 (fun _ -> Unix.kill (Unix.getpid ()) Sys.sigint) until_interrupted);
    Sys.catch_break false;
    same "all locals are dropped" 0 (alive ())
  done

(* ---- what the collector drops ---- *)

(* Tells on the way that two panic on purpose; that is for people, not for this test. *)
let () =
  on_both (fun on ->
      ignore (in_drop ());
      for number = 0 to 2 do
        ignore (Sys.opaque_identity (attaching (if number = 2 then 1 else 0)))
      done;
      Gc.full_major ();
      Gc.full_major ();
      same (on ^ ": a drop cannot attach") (Array.make 3 "Err(Attached)") (in_drop ());
      refused ())

(* ---- functions that are detached ---- *)

external detach_sum : int array -> (float[@unboxed]) -> int list -> (float[@unboxed])
  = "bactrian_suite_detach_sum_bytecode" "bactrian_suite_detach_sum"

external detach_unit : unit -> unit = "bactrian_suite_detach_unit"
external detach_fails : string -> string = "bactrian_suite_detach_fails"

external detach_many : int -> string -> bytes -> float option -> bool * Uchar.t -> 'a -> string list
  = "bactrian_suite_detach_many_bytecode" "bactrian_suite_detach_many"

type lent_counter

external detach_counter : int -> lent_counter = "bactrian_suite_detach_counter"
external detach_count : lent_counter -> (unit -> unit) -> int = "bactrian_suite_detach_count"

let () =
  on_both (fun on ->
      same (on ^ ": detached") 5. (detach_sum [| 1; 2 |] 0.5 [ 3; 4 ]);
      refuses (on ^ ": an argument of a detached function")
        "argument `numbers`: element 1: expected an int, got the string \"2\"" (fun () ->
          detach_sum [| 1; Obj.magic "2" |] 0.5 []);
      detach_unit ();
      panics (on ^ ": an error of a detached function") "e" (fun () -> detach_fails "e");
      panics (on ^ ": a panic of a detached function") "p" (fun () -> detach_fails "panic: p");
      same (on ^ ": many arguments, detached") [ {|1 b [99] Some(0.5) (true, 'x') true|} ]
        (detach_many 1 "b" (Bytes.of_string "c") (Some 0.5) (true, Uchar.of_char 'x') [ ref 1 ]);
      let counter = detach_counter 5 in
      same (on ^ ": what is lent, detached") 7 (detach_count counter Gc.compact);
      same (on ^ ": garbage that is lent, detached") 3
        ((Sys.opaque_identity detach_count) (detach_counter 1) Gc.compact);
      refuses (on ^ ": something else that is lent")
        "argument `counter`: expected a LentCounter, got 1" (fun () ->
          detach_count (Obj.magic 1) Gc.compact))

(* ---- rayon ---- *)

let () =
  on_both (fun on ->
      let numbers = Array.init 10_000 float in
      let expected = Array.fold_left (fun sum n -> sum +. (n *. n)) 0. numbers in
      check (on ^ ": rayon") (abs_float (rayon numbers -. expected) < 1e-3 *. expected);
      same (on ^ ": rayon's threads attach") 4950
        (rayon_attached
           (fun n ->
             if n mod 10 = 0 then Gc.minor ();
             List.length (List.init n string_of_int))
           100))

let () = finish ()
