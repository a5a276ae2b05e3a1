(* Ends with an exception of Rust's. *)

let () = print_int (Everything.Errors.parse "1x")
