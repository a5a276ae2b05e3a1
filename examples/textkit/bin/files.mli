(** The files to read when none are named. *)

val markdown : unit -> (string * string) list
(** The Markdown files of the project that the current directory is in (the
    nearest directory above with a [.git]), else of the current directory: the
    name of each within the project, and its path. *)
