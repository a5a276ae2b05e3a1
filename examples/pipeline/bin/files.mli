val texts : string -> string list
(** The paths of the texts under a directory, or the file itself: sources and documentation, not what is
    hidden or was built. *)
