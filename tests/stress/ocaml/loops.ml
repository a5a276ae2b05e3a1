(* Long loops: memory stays flat where OCaml code does not allocate, and where a function polls; a
   signal ends a function that does. *)
open Common

external strings : int -> string list = "bactrian_stress_loops_strings"
external by_hand : int -> string list = "bactrian_stress_loops_by_hand"
external large : int -> float array = "bactrian_stress_loops_large"

external unboxed : (int[@untagged]) -> (int[@untagged])
  = "bactrian_stress_loops_unboxed_bytecode" "bactrian_stress_loops_unboxed"

external endless : int -> int = "bactrian_stress_loops_endless"
external busy : unit -> int = "bactrian_stress_loops_busy"

exception Alarm

let alarm_after seconds behaviour f =
  let before = Sys.signal Sys.sigalrm behaviour in
  ignore (Unix.setitimer Unix.ITIMER_REAL { Unix.it_interval = 0.; it_value = seconds });
  let result = match f () with x -> Ok x | exception e -> Error e in
  ignore (Unix.setitimer Unix.ITIMER_REAL { Unix.it_interval = 0.; it_value = 0. });
  Sys.set_signal Sys.sigalrm before;
  result

let () =
  main "loops" (fun () ->
      let rounds = count ~short:60 ~long:2000 in
      let calls = 1000 in
      flat "a loop around a function that makes lists" ~kib:6144 ~warm:(rounds / 3) ~rounds (fun _ ->
          for _ = 1 to calls do ignore (Sys.opaque_identity (strings 20)) done);
      flat "a loop around a function that makes lists by hand" ~kib:6144 ~warm:(rounds / 3) ~rounds
        (fun _ -> for _ = 1 to calls do ignore (Sys.opaque_identity (by_hand 20)) done);
      flat "a loop around a function that makes large arrays" ~kib:6144 ~warm:(rounds / 3) ~rounds
        (fun _ -> for _ = 1 to calls / 10 do ignore (Sys.opaque_identity (large 1000)) done);
      (* Nothing but large blocks: the minor heap is empty all the time. *)
      Gc.minor ();
      let before = rss () in
      Gc.minor ();
      for _ = 1 to 20 * rounds do ignore (Sys.opaque_identity (large 20_000)) done;
      let after = rss () in
      if after - before > 32768 then
        wrong "a loop around a function that makes nothing but large arrays: memory grew from %d to \
               %d KiB" before after;
      flat "a loop around a function that returns a number" ~kib:6144 ~warm:(rounds / 3) ~rounds
        (fun _ -> for _ = 1 to calls do ignore (Sys.opaque_identity (unboxed 20)) done);
      flat "a function that polls" ~kib:6144 ~warm:(rounds / 3) ~rounds (fun _ ->
          ignore (endless calls));
      (* Signals. *)
      let interrupted = ref 0 in
      for _ = 1 to count ~short:10 ~long:100 do
        let handler = Sys.Signal_handle (fun _ -> raise Alarm) in
        List.iter
          (fun f ->
            match alarm_after 0.01 handler f with
            | Error Alarm -> incr interrupted
            | Error e -> wrong "a signal arrived as %s" (Printexc.to_string e)
            | Ok _ -> wrong "an endless function returned")
          [ (fun () -> endless (-1)); busy ];
        (* A handler that returns does not end anything. *)
        let seen = ref false in
        (match
           alarm_after 0.002 (Sys.Signal_handle (fun _ -> seen := true; Gc.minor ())) (fun () ->
               while not !seen do ignore (Sys.opaque_identity (endless 100)) done)
         with
        | Ok () -> ()
        | Error e -> wrong "a signal arrived as %s" (Printexc.to_string e));
        (* Ctrl-C. *)
        Sys.catch_break true;
        let me = Unix.getpid () in
        (match
           alarm_after 0.01 (Sys.Signal_handle (fun _ -> Unix.kill me Sys.sigint)) (fun () ->
               endless (-1))
         with
        | Error Sys.Break -> incr interrupted
        | Error e -> wrong "Ctrl-C arrived as %s" (Printexc.to_string e)
        | Ok _ -> wrong "an endless function returned");
        Sys.catch_break false
      done;
      report "loops" "%d rounds of %d calls each way, %d endless functions interrupted" rounds calls
        !interrupted)
