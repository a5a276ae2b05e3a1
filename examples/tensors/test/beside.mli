(** Runs a function beside this one: by a thread, or with OCaml 5 by a domain. *)

type 'a t

val start : (unit -> 'a) -> 'a t
val wait : 'a t -> 'a
