(* Threads of one domain. *)
type 'a t = ('a, exn) result option ref * Thread.t

let name = "threads"
let most = 4
let rounds = 20

let spawn f =
  let result = ref None in
  let run () = result := Some (match f () with x -> Ok x | exception e -> Error e) in
  (result, Thread.create run ())

let join (result, thread) =
  Thread.join thread;
  match !result with
  | Some (Ok x) -> x
  | Some (Error e) -> raise e
  | None -> failwith "a thread ended without a result"

let yield () = Thread.yield ()
