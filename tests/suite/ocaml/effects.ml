(* Effects of OCaml 5: one that is performed in a callback finds no handler beyond the Rust frame. *)

open Check
open Effect
open Effect.Deep

external apply : (int -> int) -> (int[@untagged]) -> int
  = "bactrian_suite_apply_bytecode" "bactrian_suite_apply"

external error_of : (unit -> int) -> string = "bactrian_suite_threads_error_of"
external threads_sum : (int -> int) -> int -> int -> int = "bactrian_suite_threads_sum"
external alive : unit -> (int[@untagged]) = "bactrian_suite_alive_bytecode" "bactrian_suite_alive"

type _ Effect.t += Ask : int -> int Effect.t

(* Answers with twice the number, as often as it is asked. *)
let answering f =
  match_with f ()
    {
      retc = Fun.id;
      exnc = raise;
      effc =
        (fun (type a) (e : a Effect.t) ->
          match e with
          | Ask n -> Some (fun (k : (a, int) continuation) -> continue k (2 * n))
          | _ -> None);
    }

let ask n = perform (Ask n)

let () =
  same "without Rust" 42 (answering (fun () -> ask 21));
  for i = 1 to 3 do
    raises "a handler outside" (Unhandled (Ask 21)) (fun () -> answering (fun () -> apply ask 21));
    raises "no handler" (Unhandled (Ask 21)) (fun () -> apply ask 21);
    same "a handler in the callback" 42 (apply (fun n -> answering (fun () -> ask n)) 21);
    same "one in the callback, one outside" 44
      (answering (fun () -> apply (fun n -> answering (fun () -> ask n)) 21 + ask 1));
    (* Rust gets it as an error. *)
    let text = answering (fun () -> String.length (error_of (fun () -> ask i))) in
    check "an error in Rust" (text > 0);
    check "which says what it is" (contains (error_of (fun () -> ask i)) "Unhandled");
    (* The handler outside goes on to work. *)
    same "after an unhandled one" 43
      (answering (fun () -> (try apply ask 21 with Unhandled (Ask 21) -> 1) + ask 21));
    same "asked again by the one who catches it" 3
      (answering (fun () -> match apply ask 21 with n -> n | exception Unhandled _ -> ask 1 + 1));
    same "on Rust threads" 6
      (answering (fun () ->
           threads_sum (fun n -> match ask n with _ -> 0 | exception Unhandled (Ask m) -> m) 3 1))
  done;
  same "all locals are dropped" 0 (alive ())

(* A continuation that is captured in a callback has frames of OCaml's only: it is resumed after Rust
   has returned. *)
let () =
  let waiting = ref None in
  let capture f =
    match_with f ()
      {
        retc = Fun.id;
        exnc = raise;
        effc =
          (fun (type a) (e : a Effect.t) ->
            match e with
            | Ask n ->
                Some
                  (fun (k : (a, int) continuation) ->
                    waiting := Some (fun () -> continue k (10 * n));
                    -1)
            | _ -> None);
      }
  in
  same "the callback returns" (-1)
    (apply (fun n -> capture (fun () -> String.length (string_of_int (ask n)) + ask 3)) 5);
  Gc.full_major ();
  let resume () = match !waiting with Some f -> waiting := None; f () | None -> 0 in
  same "resumed" (-1) (resume ());
  Gc.full_major ();
  same "resumed in another callback" 32 (apply (fun _ -> resume ()) 0)

let () = finish ()
