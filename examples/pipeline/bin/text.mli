(** Words in OCaml alone: what the Rust code is compared with. *)

val words : string -> string array
(** In lower case; what is between letters, digits and bytes outside of ASCII. *)

val read : string -> string
(** @raise Sys_error when the file cannot be read. *)
