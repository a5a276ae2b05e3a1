(** A worker of OCaml's. *)

type 'a t

val kind : string
(** What they are: ["domains"] or ["threads"]. *)

val start : (unit -> 'a) -> 'a t
val result : 'a t -> 'a
(** Waits for it. *)
