(** Tables on the terminal. *)

type alignment = Left | Right

val print :
  columns:(alignment * string) list ->
  footer:string list list ->
  string list list ->
  unit
(** [print ~columns ~footer rows]: a line of titles, the rows, the footer's
    rows. Every row has as many cells as there are columns. *)
