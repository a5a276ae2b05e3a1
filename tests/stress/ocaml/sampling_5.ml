(* Statistical profiling of memory, OCaml 5.3 and later. *)
let samples = ref 0

let during f =
  let sample _ = incr samples; Some () in
  let tracker =
    { Gc.Memprof.null_tracker with Gc.Memprof.alloc_minor = sample; alloc_major = sample }
  in
  let profile = Gc.Memprof.start ~sampling_rate:0.02 ~callstack_size:4 tracker in
  Fun.protect ~finally:(fun () -> Gc.Memprof.stop (); Gc.Memprof.discard profile) f

let name = "sampled"
