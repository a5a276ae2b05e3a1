(* What all stress programs use. *)

external silence_panics : unit -> unit = "bactrian_stress_silence_panics"

exception Wrong of string

let wrong format = Printf.ksprintf (fun text -> raise (Wrong text)) format

(* Resident memory in KiB. *)
let rss () =
  let channel = open_in "/proc/self/statm" in
  let line = input_line channel in
  close_in channel;
  Scanf.sscanf line "%d %d" (fun _ resident -> resident * 4)

let live_words () =
  Gc.compact ();
  (Gc.stat ()).Gc.live_words

let started = Unix.gettimeofday ()

let elapsed () = Unix.gettimeofday () -. started

let full = Array.length Sys.argv > 1 && Sys.argv.(1) = "full"

(* The machine's speed must not decide: this is only for stresses that run for a time. *)
let seconds ~short ~long = if full then long else short

let count ~short ~long = if full then long else short

(* The runtime of OCaml 4.11 never finalises some custom blocks, with threads, in one run of ten or twenty:
   so it is for C stubs that do nothing but caml_alloc_custom_mem (12 to 74 of 150,000, in 5 runs of 100;
   with 4.13 in none of 200). Neither compaction nor the allocation policy matters. *)
let lost_by_runtime = if String.sub Sys.ocaml_version 0 5 = "4.11." then 100 else 0

let parallel_name = ref ""

(* The one line that a program prints; a failure is an exit status. *)
let report name format =
  Printf.ksprintf
    (fun text ->
      Printf.printf "  %-11s %s (%.1f s, %d MiB)\n%!" name text (elapsed ()) (rss () / 1024))
    format

let main name f =
  match f () with
  | () -> exit 0
  | exception e ->
    Printf.printf "  %-11s FAILED: %s\n%s%!" name
      (match e with Wrong text -> text | e -> Printexc.to_string e)
      (Printexc.get_backtrace ());
    exit 1

(* Memory that is in use after [warm] rounds may grow by this many KiB at most in [rounds]. *)
let flat what ~kib ~warm ~rounds f =
  for i = 1 to warm do f i done;
  Gc.compact ();
  let before = rss () in
  for i = warm + 1 to warm + rounds do f i done;
  Gc.compact ();
  let after = rss () in
  if after - before > kib then
    wrong "%s: memory grew from %d to %d KiB in %d rounds" what before after rounds

(* Pseudo-random numbers: a linear congruence is enough, and the same in all versions. *)
type random = { mutable state : int }

let random seed = { state = (seed * 2862933555777941757) + 3037000493 }

let next r =
  r.state <- (r.state * 2862933555777941757) + 3037000493;
  r.state lsr 20 land 0x3fffffffff

let below r bound = next r mod bound

(* Some collection, now and then. *)
let disturb r =
  match below r 64 with
  | 0 -> Gc.minor ()
  | 1 -> ignore (Gc.major_slice 0)
  | 2 when below r 20 = 0 -> Gc.full_major ()
  | 3 when below r 40 = 0 -> Gc.compact ()
  | _ -> ()
