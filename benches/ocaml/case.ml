(* A case in one column: how to run it, and what it gives. *)

type size =
  | Small  (** nanoseconds *)
  | Thousand  (** microseconds *)
  | Million  (** milliseconds, or with a lot of garbage: a full collection before each sample *)

type run = {
  loop : int -> unit;  (** the measured code, so many times *)
  result : unit -> Obj.t;  (** what it makes, to be the same in all columns *)
  finish : unit -> unit;  (** undoes what [prepare] did *)
}

type t = { name : string; size : size; prepare : unit -> run }

let no () = ()

let make ?(size = Small) ?(finish = no) name prepare =
  let prepare () =
    let loop, result = prepare () in
    { loop; result = (fun () -> Obj.repr (result ())); finish }
  in
  { name; size; prepare }
