(* The pool of roots: roots made, read, changed, duplicated, handed over and dropped by several
   domains or threads, and by plain threads, while collections run. *)
open Common

external start_thief : unit -> unit = "bactrian_stress_roots_start_thief"
external work : int -> int -> int = "bactrian_stress_roots_work"
external leave_behind : int -> int -> unit = "bactrian_stress_roots_leave_behind"
external check_left_behind : int -> int = "bactrian_stress_roots_check_left_behind"
external check_shared : unit -> int = "bactrian_stress_roots_check_shared"
external give : 'a -> unit = "bactrian_stress_roots_give"
external given : int -> 'a = "bactrian_stress_roots_given"
external forget_given : unit -> unit = "bactrian_stress_roots_forget_given"
external until_thread_ends : int -> int -> unit = "bactrian_stress_roots_until_thread_ends"

(* OCaml before 4.14 loses the alternate signal stack of every thread, 4 KiB of it used. *)
let lost_per_life = if Sys.ocaml_version.[0] = '4' then 6 else 0

(* What one domain or thread does in its life. *)
let life seed rounds =
  let r = random seed in
  let done_ = ref 0 in
  leave_behind (next r) (below r 50);
  for _ = 1 to rounds do
    done_ := !done_ + work (next r) (below r 200);
    if below r 8 = 0 then until_thread_ends (next r) (below r 20);
    (* Something for the collector to move. *)
    ignore (Sys.opaque_identity (List.init (below r 50) string_of_int));
    if below r 4 = 0 then disturb r;
    if below r 3 = 0 then Par.yield ()
  done;
  leave_behind (next r) (below r 50);
  !done_

(* Roots keep alive what they hold, and only as long as they are there. *)
let reachability ~early =
  let count = 3000 in
  let weak = Weak.create count in
  for i = 0 to count - 1 do
    let value = ref (string_of_int i) in
    Weak.set weak i (Some value);
    give value
  done;
  Gc.full_major ();
  let held = if early && Sys.getenv_opt "STRESS_EARLY" <> None then 1 else 0 in
  if held = 1 && given 0 <> Early.early ^ "!" then wrong "the early root's value is another";
  for i = 0 to count - 1 do
    match Weak.get weak i with
    | None -> wrong "the value of root %d was collected" i
    | Some value ->
      if value != given (i + held) then wrong "root %d holds another block" i;
      if !value <> string_of_int i then wrong "root %d holds %s" i !value
  done;
  forget_given ();
  Gc.full_major ();
  Gc.full_major ();
  for i = 0 to count - 1 do
    if Weak.check weak i then wrong "the value of root %d was kept after its drop" i
  done

let () =
  main ("roots/" ^ Par.name) (fun () ->
      silence_panics ();
      reachability ~early:true;
      let until = elapsed () +. seconds ~short:3. ~long:60. in
      start_thief ();
      let lives = ref 0 and steps = ref 0 and left = ref 0 in
      let settled = ref 0 in
      let seed = ref 1 in
      while elapsed () < until do
        let group =
          List.init (if !lives mod 3 = 0 then Par.most else 2) (fun _ ->
              incr seed;
              let seed = !seed in
              Par.spawn (fun () -> life seed Par.rounds))
        in
        steps := !steps + life (- !seed) 5;
        List.iter (fun one -> steps := !steps + Par.join one; incr lives) group;
        (* The roots of those that have ended; some of them stay for later. *)
        left := !left + check_left_behind 20;
        ignore (check_shared ());
        if !settled = 0 && elapsed () > (until /. 2.) then settled := rss ()
      done;
      left := !left + check_left_behind 0;
      if rss () - !settled > 8192 + (lost_per_life * !lives) then
        wrong "memory grew from %d to %d KiB in half of the time" !settled (rss ());
      (* Short lives, many of them: pages are used again. *)
      let short = count ~short:200 ~long:5000 in
      let before = ref 0 in
      for i = 1 to short do
        Par.join (Par.spawn (fun () -> leave_behind i 3; until_thread_ends i 2));
        if i mod 16 = 0 then left := !left + check_left_behind 0;
        if i = 64 then before := rss ()
      done;
      left := !left + check_left_behind 0;
      Gc.full_major ();
      let grown = rss () - !before in
      if grown > 3072 + (short / 2) + (lost_per_life * short) then
        wrong "%d short-lived %s cost %d KiB" short Par.name grown;
      reachability ~early:false;
      ignore (check_shared ());
      report ("roots/" ^ Par.name) "%d steps, %d %s, %d roots of ended ones checked" !steps
        (!lives + short) Par.name !left)
