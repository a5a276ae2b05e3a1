type 'a t = { thread : Thread.t; result : ('a, exn) result option ref }

let kind = "threads"

let start f =
  let result = ref None in
  let run () = result := Some (try Ok (f ()) with exn -> Error exn) in
  { thread = Thread.create run (); result }

let result { thread; result } =
  Thread.join thread;
  match !result with
  | Some (Ok value) -> value
  | Some (Error exn) -> raise exn
  | None -> failwith "a thread has no result"
