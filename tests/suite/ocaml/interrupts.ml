(* Signals, finalisers, sampling of allocations: they come between any two steps. *)

open Check

external poll : int -> int = "bactrian_suite_poll"
external signal_and_poll : int -> int = "bactrian_suite_signal_and_poll"
external signal_and_return : string -> string list = "bactrian_suite_signal_and_return"
external signal_and_fail : string -> unit = "bactrian_suite_signal_and_fail"
external signal_and_panic : string -> unit = "bactrian_suite_signal_and_panic"
external alive : unit -> (int[@untagged]) = "bactrian_suite_alive_bytecode" "bactrian_suite_alive"
external echo_nested : (string * int) array -> (string * int) array = "bactrian_suite_echo_array_pair"
external echo_list : string list -> string list = "bactrian_suite_echo_vec_deque"
external echo_float : float -> float = "bactrian_suite_echo_f64"
external echo_floats : float array -> float array = "bactrian_suite_echo_array_f64"
external echo_int64s : int64 array -> int64 array = "bactrian_suite_echo_array_i64"
external fold : (string -> int -> string) -> (int[@untagged]) -> string
  = "bactrian_suite_fold_bytecode" "bactrian_suite_fold"

(* ---- signals ---- *)

exception Alarm

let signals = ref 0

(* The signal comes while [f] is in Rust. *)
let with_alarm handler f =
  Sys.set_signal Sys.sigalrm (Sys.Signal_handle handler);
  f ()

let count _ = incr signals
let alarm _ = raise Alarm

let () =
  let polls = with_alarm count (fun () -> signal_and_poll 50) in
  same "polls go on after a handler that returns" 50 polls;
  same "the handler ran" 1 !signals;
  raises "a handler that raises, at a poll" Alarm (fun () -> with_alarm alarm (fun () -> signal_and_poll 1));
  same "all locals are dropped" 0 (alive ());
  let expected = List.init 10_000 (Printf.sprintf "a%d") in
  let result = with_alarm count (fun () -> signal_and_return "a") in
  same "a result made while a signal waits" expected result;
  (* The handler runs at the latest when OCaml code allocates. *)
  ignore (Sys.opaque_identity (List.init 100 string_of_int));
  same "the handler ran" 2 !signals;
  raises "a handler that raises, after a result" Alarm (fun () ->
      with_alarm alarm (fun () ->
          let result = signal_and_return "a" in
          ignore (Sys.opaque_identity (List.init 100 string_of_int));
          result));
  for _ = 1 to 3 do
    raises "an error while a signal waits" (Failure "e") (fun () ->
        with_alarm count (fun () -> signal_and_fail "e"));
    raises "a panic while a signal waits" (Failure "p") (fun () ->
        with_alarm count (fun () -> signal_and_panic "p"));
    (* Which of the two comes first is the runtime's matter. *)
    let either f =
      try
        (try with_alarm alarm f with Failure _ -> ());
        ignore (Sys.opaque_identity (List.init 100 string_of_int));
        false
      with Alarm -> true
    in
    check "an error while a handler is to raise" (either (fun () -> signal_and_fail "e"));
    check "a panic while a handler is to raise" (either (fun () -> signal_and_panic "p"));
    same "all locals are dropped" 0 (alive ())
  done;
  Sys.set_signal Sys.sigalrm Sys.Signal_ignore

(* ---- finalisers ---- *)

let () =
  let finalised = ref 0 in
  let garbage finaliser = Gc.finalise finaliser (ref (Random.bits ())) in
  for _ = 1 to 10 do
    (Sys.opaque_identity garbage) (fun _ ->
        (* Calls Rust, too. *)
        same "Rust called from a finaliser" [ "a"; "b" ] (echo_list [ "a"; "b" ]);
        incr finalised)
  done;
  same "a fold with finalisers at work" "0123456789"
    (fold
       (fun text i ->
         Gc.full_major ();
         text ^ string_of_int i)
       10);
  Gc.full_major ();
  ignore (poll 1);
  same "all were finalised" 10 !finalised;
  (Sys.opaque_identity garbage) (fun _ -> raise Alarm);
  raises "a finaliser that raises, in a callback" Alarm (fun () ->
      fold
        (fun text _ ->
          Gc.full_major ();
          text)
        10)

(* ---- every allocation sampled, where this OCaml can ---- *)

let () =
  let sampled = ref 0 in
  let sample _ =
    incr sampled;
    None
  in
  let tracker = { Gc.Memprof.null_tracker with alloc_minor = sample; alloc_major = sample } in
  let sampling =
    match Gc.Memprof.start ~sampling_rate:1. ~callstack_size:2 tracker with
    | _ -> true
    | exception Failure _ -> false
  in
  let pairs = Array.init 1000 (fun i -> (string_of_int i, i)) in
  let strings = List.init 1000 string_of_int in
  let floats = Array.init 1000 float in
  let int64s = Array.init 1000 Int64.of_int in
  for _ = 1 to 20 do
    same "pairs, sampled" pairs (echo_nested pairs);
    same "a list, sampled" strings (echo_list strings);
    same "a float, sampled" 1.5 (echo_float 1.5);
    same "floats, sampled" floats (echo_floats floats);
    same "int64s, sampled" int64s (echo_int64s int64s);
    same "a fold, sampled" "01234" (fold (fun text i -> text ^ string_of_int i) 5)
  done;
  if sampling then Gc.Memprof.stop ();
  check "something was sampled" ((not sampling) || !sampled > 0)

let () = finish ()
