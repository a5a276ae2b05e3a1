(* The pool of roots: roots made, read, changed, duplicated, handed over and dropped by several
   domains or threads, and by plain threads, while collections run. *)
open Common

external start_thief : unit -> unit = "bactrian_stress_roots_start_thief"
external work : int -> int -> int = "bactrian_stress_roots_work"
external leave_behind : int -> int -> unit = "bactrian_stress_roots_leave_behind"
external check_left_behind : int -> int = "bactrian_stress_roots_check_left_behind"
external drop_all : unit -> unit = "bactrian_stress_roots_drop_all"
external pages : unit -> int = "bactrian_stress_roots_pages"
external check_shared : unit -> int = "bactrian_stress_roots_check_shared"
external give : 'a -> unit = "bactrian_stress_roots_give"
external given : int -> 'a = "bactrian_stress_roots_given"
external forget_given : unit -> unit = "bactrian_stress_roots_forget_given"
external forget_meanwhile : unit -> unit = "bactrian_stress_roots_forget_meanwhile"
external have_forgotten : unit -> unit = "bactrian_stress_roots_have_forgotten"
external until_thread_ends : int -> int -> unit = "bactrian_stress_roots_until_thread_ends"

(* What one domain or thread does in its life. The main one, which does not end, may not have roots
   that last until it does. *)
let life ~ends seed rounds =
  let r = random seed in
  let done_ = ref 0 in
  leave_behind (next r) (below r 50);
  for _ = 1 to rounds do
    done_ := !done_ + work (next r) (below r 200);
    if ends && below r 8 = 0 then until_thread_ends (next r) (below r 20);
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

(* Compaction while roots are dropped elsewhere: with OCaml 4 it keeps lists in the cells meanwhile. *)
let compaction () =
  let roots = 60_000 in
  for _ = 1 to count ~short:10 ~long:200 do
    for i = 0 to roots - 1 do
      give (ref i)
    done;
    Gc.full_major ();
    forget_meanwhile ();
    Gc.compact ();
    have_forgotten ();
    for i = 0 to (roots / 2) - 1 do
      if !(given i) <> 2 * i then wrong "root %d holds %d after compaction" i !(given i)
    done;
    forget_given ()
  done

(* Roots that stay do not keep the pages of those that have ended: they lie together, on one page. *)
let packing () =
  let warm = 32 and most = ref 0 in
  for i = 1 to count ~short:150 ~long:1000 do
    Par.join (Par.spawn (fun () -> leave_behind i 3));
    give (ref i);
    ignore (check_left_behind 0);
    drop_all ();
    if i = warm then most := pages () + 4
  done;
  if pages () > !most then
    wrong "%d pages of roots, where %d were to be enough" (pages ()) !most;
  forget_given ()

(* Resident memory without what the OCaml heap has no use for. *)
let compact_rss () =
  Gc.compact ();
  rss ()

(* Memory that could be written to, in KiB, whether it has been or not. *)
let compact_writable () =
  Gc.compact ();
  let channel = open_in "/proc/self/statm" in
  let line = input_line channel in
  close_in channel;
  Scanf.sscanf line "%d %d %d %d %d %d" (fun _ _ _ _ _ data -> data * 4)

(* What [lives] lives without roots cost in KiB: none is free of it. OCaml 5.4 loses some 0.7 KiB
   for each domain with the debug runtime, 0.1 without. OCaml before 4.14 loses the alternate signal
   stack of each thread, with 4.13 some 13 KiB: only 4 KiB of these become resident here, but all
   where malloc takes them from memory used before. So there it is not resident memory that counts;
   with OCaml 5 it is, since a domain may reserve much that is never used. *)
let cost_of_lives lives =
  let memory = if Sys.ocaml_version.[0] = '4' then compact_writable else compact_rss in
  let one () = Par.join (Par.spawn ignore) in
  for _ = 1 to 64 do one () done;
  let before = memory () in
  for _ = 1 to lives do one () done;
  max 0 (memory () - before)

let () =
  main ("roots/" ^ Par.name) (fun () ->
      silence_panics ();
      reachability ~early:true;
      packing ();
      compaction ();
      let short = count ~short:200 ~long:5000 in
      let cost = cost_of_lives short in
      (* Memory may grow by what OCaml itself loses, and a little that does not depend on the time;
         the pool does not grow once it is as large as it has to be. *)
      let check_growth what ~lives ~rss:before ~pages:some =
        let grown = compact_rss () - before and allowed = 2048 + (cost * lives / short) in
        if grown > allowed then
          wrong "%d lives %s cost %d KiB, more than %d" lives what grown allowed;
        if pages () - some > 32 then
          wrong "%d lives %s: from %d to %d pages of roots" lives what some (pages ())
      in
      let start = elapsed () and long = seconds ~short:3. ~long:60. in
      start_thief ();
      let lives = ref 0 and steps = ref 0 and left = ref 0 in
      let settled = ref None in
      let seed = ref 1 in
      while elapsed () < start +. long do
        let group =
          List.init (if !lives mod 3 = 0 then Par.most else 2) (fun _ ->
              incr seed;
              let seed = !seed in
              Par.spawn (fun () -> life ~ends:true seed Par.rounds))
        in
        steps := !steps + life ~ends:false (- !seed) 5;
        List.iter (fun one -> steps := !steps + Par.join one; incr lives) group;
        (* The roots of those that have ended; some of them stay for later. *)
        left := !left + check_left_behind 20;
        ignore (check_shared ());
        if !settled = None && elapsed () > start +. (long /. 2.) then
          settled := Some (!lives, compact_rss (), pages ())
      done;
      left := !left + check_left_behind 0;
      drop_all ();
      (match !settled with
      | None -> ()
      | Some (before, rss, pages) ->
        check_growth "that do all" ~lives:(!lives - before) ~rss ~pages);
      (* Short lives, many of them: pages are used again. A page is not while one of the roots left
         behind is on it, so these have to be gone now and then. *)
      let before = ref (0, 0) in
      for i = 1 to short do
        Par.join (Par.spawn (fun () -> leave_behind i 3; until_thread_ends i 2));
        if i mod 16 = 0 then begin
          left := !left + check_left_behind 0;
          drop_all ()
        end;
        if i = 64 then before := (compact_rss (), pages ())
      done;
      left := !left + check_left_behind 0;
      drop_all ();
      let rss, some = !before in
      check_growth "that leave roots behind" ~lives:(short - 64) ~rss ~pages:some;
      reachability ~early:false;
      ignore (check_shared ());
      (* The main thread ends with the program. *)
      until_thread_ends 1 20;
      report ("roots/" ^ Par.name) "%d steps, %d %s, %d roots of ended ones checked, %d pages" !steps
        (!lives + short) Par.name !left (pages ()))
