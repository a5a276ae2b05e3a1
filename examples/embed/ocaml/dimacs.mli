(** The format in which such problems are passed around. *)

val parse : string -> Satisfy.formula
(** @raise Satisfy.Syntax with the place of what is wrong. *)
