(** How often each word is in a text, the most frequent first. *)
val count : string -> (string * int) list
