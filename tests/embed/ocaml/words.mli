val split : string -> string list
