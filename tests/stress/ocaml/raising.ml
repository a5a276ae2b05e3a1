(* Panics, errors and conversion errors by the hundred thousand in one process: destructors run
   exactly once, memory is flat. *)
open Common

external counts : unit -> int * int = "bactrian_stress_raising_counts"
external panic : int array -> string -> 'a -> int -> int = "bactrian_stress_raising_panic"
external err : int array -> int -> int = "bactrian_stress_raising_err"
external io : int array -> int -> string = "bactrian_stress_raising_io"

external conversion : int array -> (int * string) list -> int -> int
  = "bactrian_stress_raising_conversion"

external through : (int -> int) -> int -> int = "bactrian_stress_raising_through"
external unwrap : (int -> int) -> int -> int = "bactrian_stress_raising_unwrap"
external result : int list -> int -> (int, string) result = "bactrian_stress_raising_result"

exception Mine of int * string

let expect what predicate f =
  match f () with
  | _ -> wrong "%s returned" what
  | exception (Wrong _ as e) -> raise e
  | exception e -> if not (predicate e) then wrong "%s raised %s" what (Printexc.to_string e)

let starts prefix text =
  String.length text >= String.length prefix
  && String.sub text 0 (String.length prefix) = prefix

let panics i =
  let text =
    match i mod 5 with
    | 0 -> "a literal"
    | 1 -> Printf.sprintf "number %d" i
    | 2 | 3 -> "Rust panicked with a value that is no text"
    | _ -> "nothing there"
  in
  let kept = ref i in
  expect "a panic"
    (function Failure found -> found = text | _ -> false)
    (fun () -> panic [| 1; 2; 3 |] "text" kept i);
  if !kept <> i then wrong "a value changed";
  (* A panic in the middle of a conversion. *)
  expect "a panic in a conversion"
    (function Failure found -> found = "within a conversion" | _ -> false)
    (fun () -> panic [| 1; 666; 3 |] "text" kept i)

let errs i =
  expect "an error"
    (function Failure found -> found = "error " ^ string_of_int i | _ -> false)
    (fun () -> err [| 1; 2 |] i);
  expect "an error of the system"
    (function Sys_error found -> found = "error " ^ string_of_int i | _ -> false)
    (fun () -> io [| 1 |] i);
  (match result [ 1; 2; i + 3 ] (i + 3) with
  | Ok n -> if n <> i + 3 then wrong "a result has %d" n
  | Error e -> wrong "a result is %s" e);
  match result [ 1; 2; 3 ] (-1) with
  | Ok n -> wrong "a result has %d" n
  | Error e -> if e <> "no -1" then wrong "a result is %s" e

let conversions i =
  expect "a conversion"
    (function
      | Invalid_argument found -> starts "argument `n`: expected an int between 0 and 255" found
      | _ -> false)
    (fun () -> conversion [| 1; 2; 3 |] [ (1, "a"); (2, "b") ] (256 + i));
  expect "a conversion"
    (function
      | Invalid_argument found -> starts "argument `more`: element 1: element 1: expected" found
      | _ -> false)
    (fun () -> conversion [| 1 |] [ (1, "a"); Obj.magic (2, i) ] 1);
  expect "a conversion"
    (function Invalid_argument found -> starts "argument `list`: element 2: " found | _ -> false)
    (fun () -> conversion [| 1; 2; Obj.magic "3" |] [] 1)

let nested i =
  let mine = Mine (i, "mine") in
  expect "an exception through Rust" (fun e -> e == mine) (fun () -> through (fun _ -> raise mine) i);
  let calls = ref 0 in
  expect "an exception of the second call"
    (fun e -> e = Mine (i + 1, "second"))
    (fun () ->
      through
        (fun n -> incr calls; if !calls = 1 then n + 1 else raise (Mine (n, "second")))
        i);
  expect "a panic through OCaml and Rust"
    (function Failure found -> found = "nothing there" | _ -> false)
    (fun () -> through (fun n -> through (fun _ -> panic [||] "" () 4) n) i);
  expect "a panic with OCaml's exception"
    (function Failure _ -> true | _ -> false)
    (fun () -> unwrap (fun _ -> raise mine) i);
  if through (fun n -> try panic [||] "" () n with Failure _ -> n) i <> i then
    wrong "a function returned another number"

let run seed rounds =
  let r = random seed in
  for i = 1 to rounds do
    panics i;
    errs i;
    conversions i;
    nested i;
    if below r 50 = 0 then disturb r
  done

let balanced () =
  let made, dropped = counts () in
  if made <> dropped then wrong "%d values made, %d dropped" made dropped;
  made

let () =
  main ("raising/" ^ Par.name) (fun () ->
      silence_panics ();
      let all = count ~short:6_000 ~long:120_000 in
      let phases = ref 0 in
      let phase backtraces parallel rounds =
        Printexc.record_backtrace backtraces;
        flat
          (Printf.sprintf "exceptions on %d %s, backtraces %b" parallel Par.name backtraces)
          ~kib:3072 ~warm:4 ~rounds:6
          (fun i ->
            let rounds = rounds / 10 / parallel in
            if parallel = 1 then run i rounds
            else
              List.init parallel (fun j -> Par.spawn (fun () ->
                Printexc.record_backtrace backtraces; run (i + (j * 100)) rounds))
              |> List.iter Par.join);
        ignore (balanced ());
        incr phases
      in
      phase false 1 (all / 3);
      phase true 1 (all / 6);
      phase false 3 (all / 3);
      phase true 3 (all / 6);
      let made = balanced () in
      report ("raising/" ^ Par.name) "%d rounds of 2 panics, 2 errors, 3 conversion errors, 4 nested; %d values \
              made and dropped" all made)
