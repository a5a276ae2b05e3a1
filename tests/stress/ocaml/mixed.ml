(* Four domains (or threads) of OCaml's and four Rust threads, for a minute: roots and callbacks cross,
   allocations are sampled. Memory stays as it is. *)
open Common

external start : int -> int -> int -> (int -> int) -> unit = "bactrian_stress_mixed_start"
external stop : unit -> int array = "bactrian_stress_mixed_stop"
external rust : int -> int -> (int -> int) -> unit = "bactrian_stress_mixed_work"
external deep : int -> (int -> int) -> int = "bactrian_stress_mixed_deep"

(* Called by everybody. *)
let callback n =
  let r = random n in
  disturb r;
  let some = List.init (below r 20) string_of_int in
  if n mod 7 = 0 then failwith (string_of_int n);
  if n mod 50 = 1 then disturb (random (n * 3));
  ignore (Sys.opaque_identity some);
  n + 1

let work seed operations () =
  let r = random seed in
  for i = 1 to operations do
    rust (next r) (1 + below r 4) callback;
    if below r 10 = 0 then begin
      let rec again n = if n < 0 then 0 else deep n again in
      if deep 10 again <> 10 then wrong "frames that take turns"
    end;
    disturb r;
    if below r 8 = 0 then Par.yield ()
  done

let () =
  main "mixed" @@ fun () ->
  silence_panics ();
  let time = seconds ~short:2. ~long:60. in
  let rounds = ref 0 and warm = ref 0 and most = ref 0 in
  Sampling.during (fun () ->
      (* OCaml 4 keeps something of each Rust thread that has ended (100 bytes, with what was sampled on
         it a kilobyte): there, they last. *)
      if Sys.ocaml_version < "5" then start 4 20_000 1024 callback else start 4 200 16 callback;
      let operations = if Par.name = "domains" then 100 else 1000 in
      let began = Unix.gettimeofday () in
      let passed () = Unix.gettimeofday () -. began in
      while passed () < time do
        incr rounds;
        (* Each round's domains end with it. *)
        let workers = List.init 3 (fun i -> Par.spawn (work ((!rounds * 10) + i) operations)) in
        work (!rounds * 1000) operations ();
        List.iter Par.join workers;
        Gc.compact ();
        if passed () < time /. 3. then warm := max !warm (rss ()) else most := max !most (rss ())
      done);
  let counts = stop () in
  Array.iteri
    (fun i n ->
      (* A try that is in vain depends on the machine. *)
      if n = 0 && i <> 1 then wrong "nothing was done of the %d. kind" (i + 1))
    counts;
  if !warm > 0 && !most - !warm > 16 * 1024 then wrong "memory grew from %d to %d KiB" !warm !most;
  report "mixed"
    "%s and Rust threads, %s: %d rounds; attached %d times, %d in vain; detached %d; called %d, raised \
     %d; panicked %d; %d samples; memory %d to %d MiB"
    Par.name Sampling.name !rounds counts.(0) counts.(1) counts.(2) counts.(3) counts.(4) counts.(5)
    !Sampling.samples (!warm / 1024) (!most / 1024)
