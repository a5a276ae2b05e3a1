(* How long collections of this domain take while another one computes: not in Rust at all, in a Rust
   function, in a detached one. What the machine does besides decides nothing here: the figures are
   printed. Only the order of the greatest is checked, of a second and of what is far below. *)
open Common

external attached : int64 -> int = "bactrian_stress_pauses_attached"
external detached : int64 -> int = "bactrian_stress_pauses_detached"

(* The longest of the minor collections during [time] seconds, and the one in the middle, in
   milliseconds. *)
let longest time =
  let stop = Unix.gettimeofday () +. time in
  let pauses = ref [] in
  while Unix.gettimeofday () < stop do
    let before = Unix.gettimeofday () in
    ignore (Sys.opaque_identity (List.init 1000 string_of_int));
    Gc.minor ();
    pauses := (Unix.gettimeofday () -. before) :: !pauses
  done;
  let sorted = List.sort compare !pauses in
  let nth n = 1000. *. List.nth sorted n in
  (nth (List.length sorted - 1), nth (List.length sorted / 2))

let () =
  main "pauses" @@ fun () ->
  let time = seconds ~short:0.5 ~long:2. in
  let milliseconds = Int64.of_float (time *. 1000.) in
  let during f =
    let other = Par.spawn f in
    (* It has started, and is somewhere in it. *)
    Unix.sleepf 0.05;
    let found = longest time in
    Par.join other;
    found
  in
  let most, middle = during (fun () -> Unix.sleepf time) in
  let most_detached, middle_detached = during (fun () -> ignore (detached milliseconds)) in
  let most_attached, middle_attached = during (fun () -> ignore (attached milliseconds)) in
  if most_attached < 400. then wrong "a collection did not wait for a domain in Rust";
  if most_detached > most_attached /. 2. then
    wrong "detached, a collection took %.1f ms; with the runtime %.1f ms" most_detached most_attached;
  report "pauses"
    "longest collection: %.2f ms, beside a detached computation %.2f ms, beside one with the runtime \
     %.0f ms (median: %.3f, %.3f, %.3f)"
    most most_detached most_attached middle middle_detached middle_attached
