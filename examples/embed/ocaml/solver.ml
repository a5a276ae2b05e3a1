open Satisfy

type clause = Literal.t array
(** The first two literals are watched: the clause is looked at when one of them becomes false. *)

(* Stands for the absence of a clause, as a reason or a conflict. *)
let nothing : clause = [||]

type watchers = { mutable clauses : clause array; mutable count : int }

type state = {
  values : int array;  (** of variables: 1 true, -1 false, 0 unknown *)
  phases : bool array;  (** what they last were *)
  levels : int array;  (** how many guesses there were when it became known *)
  reasons : clause array;  (** what implied it *)
  seen : bool array;
  watchers : watchers array;  (** by literal *)
  trail : Literal.t array;  (** what is true, in the order it became known *)
  mutable known : int;
  mutable followed : int;  (** how much of it was propagated *)
  guesses : int array;  (** where in the trail they are *)
  mutable level : int;
  activity : float array;
  mutable bump : float;
  order : Heap.t;
  mutable decisions : int;
  mutable propagations : int;
  mutable conflicts : int;
  mutable learnt : int;
  mutable restarts : int;
}

let create variables =
  let activity = Array.make variables 0. in
  {
    values = Array.make variables 0;
    phases = Array.make variables false;
    levels = Array.make variables 0;
    reasons = Array.make variables nothing;
    seen = Array.make variables false;
    watchers = Array.init (2 * variables) (fun _ -> { clauses = [||]; count = 0 });
    trail = Array.make variables (Literal.make 0 true);
    known = 0;
    followed = 0;
    guesses = Array.make (variables + 1) 0;
    level = 0;
    activity;
    bump = 1.;
    order = Heap.create activity;
    decisions = 0;
    propagations = 0;
    conflicts = 0;
    learnt = 0;
    restarts = 0;
  }

let value s literal =
  let value = s.values.(Literal.variable literal) in
  if Literal.is_positive literal then value else -value

let assign s literal reason =
  let variable = Literal.variable literal in
  s.values.(variable) <- (if Literal.is_positive literal then 1 else -1);
  s.levels.(variable) <- s.level;
  s.reasons.(variable) <- reason;
  s.trail.(s.known) <- literal;
  s.known <- s.known + 1

let watch s (literal : Literal.t) clause =
  let watchers = s.watchers.((literal :> int)) in
  if watchers.count = Array.length watchers.clauses then begin
    let larger = Array.make (max 4 (2 * watchers.count)) nothing in
    Array.blit watchers.clauses 0 larger 0 watchers.count;
    watchers.clauses <- larger
  end;
  watchers.clauses.(watchers.count) <- clause;
  watchers.count <- watchers.count + 1

(* Has the clause, of which [literal] has become false, watch another one. *)
let rec watches_another s clause at =
  at < Array.length clause
  &&
  if value s clause.(at) >= 0 then begin
    let literal = clause.(at) in
    clause.(at) <- clause.(1);
    clause.(1) <- literal;
    watch s literal clause;
    true
  end
  else watches_another s clause (at + 1)

(* Follows what is known; a clause that it makes false, or [nothing]. *)
let propagate s =
  let conflict = ref nothing in
  while !conflict == nothing && s.followed < s.known do
    let wrong = Literal.negate s.trail.(s.followed) in
    s.followed <- s.followed + 1;
    s.propagations <- s.propagations + 1;
    let watchers = s.watchers.((wrong :> int)) in
    let kept = ref 0 in
    for i = 0 to watchers.count - 1 do
      let clause = watchers.clauses.(i) in
      let keep () =
        watchers.clauses.(!kept) <- clause;
        incr kept
      in
      if !conflict != nothing then keep ()
      else begin
        if Literal.equal clause.(0) wrong then begin
          clause.(0) <- clause.(1);
          clause.(1) <- wrong
        end;
        if value s clause.(0) = 1 then keep ()
        else if not (watches_another s clause 2) then begin
          keep ();
          if value s clause.(0) = 0 then assign s clause.(0) clause
          else conflict := clause
        end
      end
    done;
    Array.fill watchers.clauses !kept (watchers.count - !kept) nothing;
    watchers.count <- !kept
  done;
  !conflict

let bump s variable =
  s.activity.(variable) <- s.activity.(variable) +. s.bump;
  if s.activity.(variable) > 1e100 then begin
    Array.iteri (fun i activity -> s.activity.(i) <- activity *. 1e-100) s.activity;
    s.bump <- s.bump *. 1e-100
  end;
  Heap.moved_up s.order variable

(* The clause to learn from a conflict: its first literal is what the last guess has implied and all of
   the conflict goes through. *)
let analyse s conflict =
  let learnt = ref [] and open_paths = ref 0 and at = ref (s.known - 1) in
  let rec follow clause implied =
    let look literal =
      let variable = Literal.variable literal in
      let is_implied =
        match implied with Some it -> Literal.equal it literal | None -> false
      in
      if (not is_implied) && (not s.seen.(variable)) && s.levels.(variable) > 0 then begin
        s.seen.(variable) <- true;
        bump s variable;
        if s.levels.(variable) = s.level then incr open_paths
        else learnt := literal :: !learnt
      end
    in
    Array.iter look clause;
    while not s.seen.(Literal.variable s.trail.(!at)) do
      decr at
    done;
    let literal = s.trail.(!at) in
    let variable = Literal.variable literal in
    decr at;
    s.seen.(variable) <- false;
    decr open_paths;
    if !open_paths > 0 then follow s.reasons.(variable) (Some literal)
    else Literal.negate literal
  in
  let first = follow conflict None in
  List.iter (fun literal -> s.seen.(Literal.variable literal) <- false) !learnt;
  let level literal = s.levels.(Literal.variable literal) in
  first :: List.sort (fun a b -> compare (level b) (level a)) !learnt

let back_to s level =
  if s.level > level then begin
    let start = s.guesses.(level) in
    for i = s.known - 1 downto start do
      let variable = Literal.variable s.trail.(i) in
      s.phases.(variable) <- s.values.(variable) = 1;
      s.values.(variable) <- 0;
      s.reasons.(variable) <- nothing;
      Heap.insert s.order variable
    done;
    s.known <- start;
    s.followed <- start;
    s.level <- level
  end

let learn s literals =
  match literals with
  | [] -> ()
  | [ literal ] ->
      back_to s 0;
      assign s literal nothing
  | first :: second :: _ ->
      let clause = Array.of_list literals in
      back_to s s.levels.(Literal.variable second);
      watch s first clause;
      watch s second clause;
      s.learnt <- s.learnt + 1;
      assign s first clause

(* Takes a clause of the formula; whether it can still be true. *)
let add s literals =
  let literals = List.sort_uniq compare (List.map Literal.of_dimacs literals) in
  let is_negated literal = List.mem (Literal.negate literal) literals in
  if List.exists is_negated literals then true
  else
    match literals with
    | [] -> false
    | [ literal ] ->
        let value = value s literal in
        if value = 0 then assign s literal nothing;
        value >= 0
    | first :: second :: _ ->
        let clause = Array.of_list literals in
        watch s first clause;
        watch s second clause;
        true

(* Guesses a variable; whether there was one left. *)
let rec guess s =
  match Heap.pop s.order with
  | None -> false
  | Some variable when s.values.(variable) <> 0 -> guess s
  | Some variable ->
      s.decisions <- s.decisions + 1;
      s.guesses.(s.level) <- s.known;
      s.level <- s.level + 1;
      assign s (Literal.make variable s.phases.(variable)) nothing;
      true

(* 1 1 2 1 1 2 4 ...: how many conflicts until the guesses begin anew, in hundreds. *)
let rec luby i =
  let rec power k = if (1 lsl k) - 1 < i then power (k + 1) else k in
  let k = power 1 in
  if (1 lsl k) - 1 = i then 1 lsl (k - 1) else luby (i - (1 lsl (k - 1)) + 1)

let statistics s =
  {
    decisions = s.decisions;
    propagations = s.propagations;
    conflicts = s.conflicts;
    learnt = s.learnt;
    restarts = s.restarts;
  }

let search s observer =
  let rec run limit =
    let conflict = propagate s in
    if conflict != nothing then begin
      s.conflicts <- s.conflicts + 1;
      if s.level = 0 then Unsatisfiable
      else begin
        learn s (analyse s conflict);
        s.bump <- s.bump /. 0.95;
        if s.conflicts mod 1000 = 0 && not (Observer.tell observer (statistics s)) then Stopped
        else run (limit - 1)
      end
    end
    else if limit <= 0 then begin
      s.restarts <- s.restarts + 1;
      back_to s 0;
      run (100 * luby (s.restarts + 1))
    end
    else if guess s then run limit
    else Satisfiable (Array.map (fun value -> value = 1) s.values)
  in
  run 100

let solve { variables; clauses } ~observer =
  let check clause literal =
    if literal = 0 || abs literal > variables then raise (Out_of_range { clause; literal })
  in
  Array.iteri (fun i -> Array.iter (check i)) clauses;
  let s = create variables in
  let possible = Array.for_all (fun clause -> add s (Array.to_list clause)) clauses in
  let answer = if possible then search s observer else Unsatisfiable in
  { answer; statistics = statistics s }
