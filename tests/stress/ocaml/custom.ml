(* Custom values made, shared, compared, hashed, marshalled, changed, closed and finalised by several
   domains or threads at once: every one is dropped exactly once. *)
open Common

type handle
type changing

external counts : unit -> int * int * int = "bactrian_stress_custom_counts"
external make : int -> handle = "bactrian_stress_custom_make"
external number : handle -> int = "bactrian_stress_custom_number"
external across : handle -> (unit -> unit) -> int = "bactrian_stress_custom_across"
external changing : int -> changing = "bactrian_stress_custom_changing"
external change : changing -> int = "bactrian_stress_custom_change"
external look : changing -> int = "bactrian_stress_custom_look"
external change_across : changing -> (unit -> unit) -> unit = "bactrian_stress_custom_change_across"
external close : changing -> int = "bactrian_stress_custom_close"

let slots = 512

(* All workers read and write both without a lock: a handle may be of any of them. *)
let handles = Array.init slots (fun i -> make i)
let changings = Array.init slots changing

let contains text part =
  let n = String.length part in
  let rec at i = i + n <= String.length text && (String.sub text i n = part || at (i + 1)) in
  at 0

(* Refused is as good as done: another worker has it, or has closed it. *)
let unless_in_use f =
  match f () with
  | _ -> 0
  | exception Invalid_argument text when contains text "is closed" || contains text "is in use" -> 1

let work seed operations () =
  let r = random seed in
  let refused = ref 0 in
  let slot () = below r slots in
  for i = 1 to operations do
    (match below r 16 with
    | 0 | 1 | 2 -> handles.(slot ()) <- make (below r 1_000_000)
    | 3 | 4 ->
      let h = handles.(slot ()) in
      let n = number h in
      if number h <> n then wrong "the number of a handle has changed"
    | 5 ->
      let a = handles.(slot ()) and b = handles.(slot ()) in
      if compare a b <> compare (number a) (number b) then wrong "another order";
      if (a = b) <> (number a = number b) then wrong "another equality"
    | 6 ->
      let a = handles.(slot ()) in
      if Hashtbl.hash a <> Hashtbl.hash (make (number a)) then wrong "another hash"
    | 7 ->
      let some = List.init 4 (fun _ -> handles.(slot ())) in
      let copy : handle list = Marshal.from_string (Marshal.to_string some []) 0 in
      if List.map number some <> List.map number copy then wrong "another copy";
      handles.(slot ()) <- List.hd copy
    | 8 ->
      let n = below r 1000 in
      if across (make n) (fun () -> disturb r) <> n then wrong "another number after a call"
    | 9 | 10 -> changings.(slot ()) <- changing i
    | 11 | 12 -> refused := !refused + unless_in_use (fun () -> change changings.(slot ()))
    | 13 -> refused := !refused + unless_in_use (fun () -> look changings.(slot ()))
    | 14 ->
      let c = changings.(slot ()) in
      refused :=
        !refused
        + unless_in_use (fun () ->
              change_across c (fun () ->
                  disturb r;
                  if unless_in_use (fun () -> look c) = 0 then wrong "read while it is changed";
                  Par.yield ()))
    | _ -> refused := !refused + unless_in_use (fun () -> close changings.(slot ())));
    disturb r
  done;
  !refused

let () =
  main "custom" @@ fun () ->
  (* Each collection of several domains waits for all of them. *)
  let operations =
    if Par.name = "domains" then count ~short:2_000 ~long:40_000
    else count ~short:40_000 ~long:400_000
  in
  let rounds = count ~short:2 ~long:Par.rounds in
  let refused = ref 0 in
  for round = 1 to rounds do
    let workers =
      List.init Par.most (fun i -> Par.spawn (work ((round * 10) + i) operations))
    in
    refused := !refused + work (round * 1000) operations ();
    List.iter (fun worker -> refused := !refused + Par.join worker) workers
  done;
  let last = make 0 and last_changing = changing 0 in
  Array.fill handles 0 slots last;
  Array.fill changings 0 slots last_changing;
  for _ = 1 to 4 do
    Gc.full_major ()
  done;
  let made, dropped, wrongs = counts () in
  if wrongs > 0 then wrong "%d values were not there" wrongs;
  if made - dropped < 2 || made - dropped > 2 + lost_by_runtime then wrong "%d made, %d dropped" made dropped;
  if number last <> 0 || look last_changing <> 0 then wrong "the last ones";
  report "custom" "%s: %d values made and dropped, %d borrows refused" Par.name dropped !refused
