(* Rust closures: a function of OCaml's is a copy of one of these. What is in place of [f] has
   to live until Rust is done: so each looks at it afterwards. [r] never is it. *)

external apply1 : Obj.t -> 'a -> 'r = "bactrian2_apply1"
external apply2 : Obj.t -> 'a -> 'b -> 'r = "bactrian2_apply2"
external apply3 : Obj.t -> 'a -> 'b -> 'c -> 'r = "bactrian2_apply3"
external apply4 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'r = "bactrian2_apply4"

external apply5 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'r
  = "bactrian2_apply5_bytecode" "bactrian2_apply5"

external apply6 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'r
  = "bactrian2_apply6_bytecode" "bactrian2_apply6"

external apply7 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g -> 'r
  = "bactrian2_apply7_bytecode" "bactrian2_apply7"

external apply8 : Obj.t -> 'a -> 'b -> 'c -> 'd -> 'e -> 'f -> 'g -> 'h -> 'r
  = "bactrian2_apply8_bytecode" "bactrian2_apply8"

let[@inline never] functions f =
  [|
    Obj.repr (fun a ->
        let r = apply1 f a in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b ->
        let r = apply2 f a b in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c ->
        let r = apply3 f a b c in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d ->
        let r = apply4 f a b c d in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e ->
        let r = apply5 f a b c d e in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e g ->
        let r = apply6 f a b c d e g in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e g h ->
        let r = apply7 f a b c d e g h in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b c d e g h i ->
        let r = apply8 f a b c d e g h i in
        if Obj.repr r == f then Obj.magic 0 else r);
  |]

external register : Obj.t array -> unit = "bactrian2_register_functions"

let () = register (functions (Sys.opaque_identity (Obj.repr 0xbac7)))
