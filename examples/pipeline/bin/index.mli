(** How often two words are neighbours: no more than a few words apart. *)

type t

val create : unit -> t

val add_words : t -> string array -> unit
(** The words of a text, in their order. *)

val add_counts : t -> (string * string * int) array -> unit
(** What was counted elsewhere. *)

val merge : t -> t -> unit
(** [merge t other] adds what is in [other]. *)

val equal : t -> t -> bool
val size : t -> int

val most_frequent : t -> int -> (string * string * int) list
(** Of several that are as frequent, the first by the alphabet. *)
