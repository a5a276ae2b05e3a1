(* What Rust calls by name. *)
let () = if Array.length Sys.argv > 1 && Sys.argv.(1) = "fail" then failwith "no start today"

(* Functions of the Rust crate. *)
external attach_in_stub : unit -> string = "embed_attach_in_stub"
external twice_detached : int -> int = "embed_twice_detached"

type lasting

external last_detached : lasting -> unit = "embed_last_detached"
external last_beside : lasting -> (unit -> unit) -> unit = "embed_last_beside"

let at_exit_file = ref ""
let kept : Obj.t list ref = ref []

let register name f = Callback.register ("bactrian_embed_tests::" ^ name) f

let () =
  register "split" Words.split;
  register "map" (fun f (numbers : int array) : int array -> Array.map f numbers);
  register "sum" (List.fold_left ( + ) 0);
  register "arguments" (fun () -> Sys.argv);
  register "stub" (fun n -> twice_detached n);
  register "attach_in_stub" attach_in_stub;
  register "collect" (fun () -> Gc.compact ());
  register "fails" (fun (message : string) : unit -> failwith message);
  (* Runs for a while, letting other threads run. *)
  register "work" (fun n ->
      let total = ref 0 in
      for i = 1 to n do
        total := !total + List.length (List.init 10 (fun j -> i + j));
        if i mod 100 = 0 then Thread.yield ()
      done;
      !total);
  (* An OCaml thread that calls Rust. *)
  register "in_thread" (fun () ->
      let result = ref "" in
      let thread () = result := attach_in_stub () ^ string_of_int (twice_detached 4) in
      Thread.join (Thread.create thread ());
      !result);
  register "keep" (fun value ->
      kept := value :: !kept;
      let block = ref value in
      Gc.finalise (fun block -> ignore (Sys.opaque_identity !block)) block;
      Gc.finalise_last (fun () -> ()) block);
  (* Nothing but the threads has the values. *)
  register "last" (fun detached beside f ->
      let wait () = while true do Thread.delay 1000. done in
      ignore (Thread.create last_detached detached);
      ignore (Thread.create (last_beside beside) wait);
      ignore (Thread.create f ()));
  register "write_at_exit" (fun file -> at_exit_file := file);
  register "leave" (fun (status : int) : unit -> exit status);
  register "raise_at_exit" (fun () -> at_exit (fun () -> failwith "no end today"));
  at_exit (fun () ->
      if !at_exit_file <> "" then begin
        let out = open_out !at_exit_file in
        output_string out "the end"
        (* Not closed: it is flushed by the standard library's own at_exit. *)
      end)
