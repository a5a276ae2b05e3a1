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

(* The debug runtime cannot sample a block of 256 words in a minor heap of 512: after a collection,
   more than half of it is taken at once, and an assertion about that does not hold. The same happens
   without Rust, to a loop around [Array.make 256 0]. So no block is that large there. *)
let most () = if (Gc.get ()).Gc.minor_heap_size < 1024 then 100 else max_int
