(* Domains of OCaml 5. *)
type 'a t = 'a Domain.t

let name = "domains"
let most = 3
let rounds = 6
let spawn = Domain.spawn
let join = Domain.join
let yield () = Domain.cpu_relax ()
