(** Variables are numbered from 0; a variable or its negation is a literal. *)

type t = private int

val of_dimacs : int -> t
(** Of a number that is not 0: [1] is the first variable, [-1] its negation. *)

val make : int -> bool -> t
val negate : t -> t
val variable : t -> int
val is_positive : t -> bool
val equal : t -> t -> bool
