type t = {
  activity : float array;
  heap : int array;
  place : int array;  (** where a variable is in the heap, or -1 *)
  mutable size : int;
}

let put t at variable =
  t.heap.(at) <- variable;
  t.place.(variable) <- at

let rec up t at =
  let parent = (at - 1) / 2 in
  let variable = t.heap.(at) in
  if at > 0 && t.activity.(t.heap.(parent)) < t.activity.(variable) then begin
    put t at t.heap.(parent);
    put t parent variable;
    up t parent
  end

let rec down t at =
  let better a b =
    if b < t.size && t.activity.(t.heap.(b)) > t.activity.(t.heap.(a)) then b
    else a
  in
  let best = better (better at ((2 * at) + 1)) ((2 * at) + 2) in
  if best <> at then begin
    let variable = t.heap.(at) in
    put t at t.heap.(best);
    put t best variable;
    down t best
  end

let create activity =
  let size = Array.length activity in
  let numbers = Array.init size (fun variable -> variable) in
  { activity; heap = numbers; place = Array.copy numbers; size }

let pop t =
  if t.size = 0 then None
  else begin
    let variable = t.heap.(0) in
    t.size <- t.size - 1;
    put t 0 t.heap.(t.size);
    t.place.(variable) <- -1;
    down t 0;
    Some variable
  end

let insert t variable =
  if t.place.(variable) < 0 then begin
    put t t.size variable;
    t.size <- t.size + 1;
    up t (t.size - 1)
  end

let moved_up t variable = if t.place.(variable) >= 0 then up t t.place.(variable)
