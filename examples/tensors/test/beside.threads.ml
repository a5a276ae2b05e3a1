type 'a t = { thread : Thread.t; result : 'a option ref }

let start f =
  let result = ref None in
  { thread = Thread.create (fun () -> result := Some (f ())) (); result }

let wait { thread; result } =
  Thread.join thread;
  Option.get !result
