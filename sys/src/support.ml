(* Rust closures: a function of OCaml's is a copy of one of these. *)

external apply1 : Obj.t -> 'a -> 'r = "bactrian1_apply1"
external apply2 : Obj.t -> 'a -> 'b -> 'r = "bactrian1_apply2"
external apply3 : Obj.t -> 'a -> 'b -> 'c -> 'r = "bactrian1_apply3"
external apply4 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'r = "bactrian1_apply4"

external apply5 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'r
  = "bactrian1_apply5_bytecode" "bactrian1_apply5"

external apply6 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'r
  = "bactrian1_apply6_bytecode" "bactrian1_apply6"

external apply7 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g -> 'r
  = "bactrian1_apply7_bytecode" "bactrian1_apply7"

external apply8 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g -> 'h -> 'r
  = "bactrian1_apply8_bytecode" "bactrian1_apply8"

let[@inline never] functions f =
  [|
    Obj.repr (fun a -> apply1 f a);
    Obj.repr (fun a b -> apply2 f a b);
    Obj.repr (fun a b c -> apply3 f a b c);
    Obj.repr (fun a b c d -> apply4 f a b c d);
    Obj.repr (fun a b c d e -> apply5 f a b c d e);
    Obj.repr (fun a b c d e g -> apply6 f a b c d e g);
    Obj.repr (fun a b c d e g h -> apply7 f a b c d e g h);
    Obj.repr (fun a b c d e g h i -> apply8 f a b c d e g h i);
  |]

external register : Obj.t array -> unit = "bactrian1_register_functions"

let () = register (functions (Sys.opaque_identity (Obj.repr 0xbac7)))
