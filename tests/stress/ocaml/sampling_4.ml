(* Statistical profiling of memory, OCaml 4.11 to 4.14. *)
let samples = ref 0

let during f =
  let sample _ = incr samples; Some () in
  let tracker =
    { Gc.Memprof.null_tracker with Gc.Memprof.alloc_minor = sample; alloc_major = sample }
  in
  Gc.Memprof.start ~sampling_rate:0.02 ~callstack_size:4 tracker;
  Fun.protect ~finally:Gc.Memprof.stop f

let name = "sampled"
let most () = max_int
