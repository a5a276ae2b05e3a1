(** Variables by their activity, the most active first. *)

type t

val create : float array -> t
(** All variables; the array is that of their activities, which may grow. *)

val pop : t -> int option
val insert : t -> int -> unit
(** Nothing when it is there. *)

val moved_up : t -> int -> unit
(** The variable's activity has grown. *)
