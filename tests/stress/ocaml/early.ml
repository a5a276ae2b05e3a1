(* Linked before the thread library: on OCaml 4 a root that is made here finds its hooks unset, and
   the library then sets them without regard to ours. *)
external give : 'a -> unit = "bactrian_stress_roots_give"

let early = "made before the thread library"
let () = if Sys.getenv_opt "STRESS_EARLY" <> None then give (early ^ "!")
