(* Heat that spreads over a plate whose upper edge is hot, computed in Rust
   while a thread of OCaml's shows how far it is. *)

open Bigarray

let rate = 0.2

let plate size =
  let plate = Array2.create Float64 C_layout size size in
  Array2.fill plate 0.;
  for column = 0 to size - 1 do
    plate.{0, column} <- 1.
  done;
  plate

let print plate =
  let shades = " .:-=+*#%@" in
  let size = Array2.dim1 plate in
  let lines = min size 24 in
  for line = 0 to lines - 1 do
    let row = line * size / lines in
    let shade column =
      let heat = plate.{row, column * size / (2 * lines)} in
      shades.[min 9 (int_of_float (heat *. 10.))]
    in
    print_endline (String.init (2 * lines) shade)
  done

let () =
  let size = ref 500 and steps = ref 5000 in
  Arg.parse
    [
      ("--size", Arg.Set_int size, "N the plate is N numbers wide and high");
      ("--steps", Arg.Set_int steps, "N steps of time");
    ]
    (fun argument -> raise (Arg.Bad ("what is " ^ argument ^ "?")))
    "main [--size N] [--steps N]";
  let start = plate !size in
  let plate = Tensors.Plate.create start and stop = Tensors.Stop.create () in
  (* Ctrl-C ends the computation, not the program. *)
  Sys.set_signal Sys.sigint
    (Sys.Signal_handle (fun _ -> Tensors.Stop.set stop));
  let ended = ref false in
  let show started =
    while not !ended do
      Thread.delay 0.1;
      if not !ended then
        Printf.eprintf "\r%.1f s%!" (Unix.gettimeofday () -. started)
    done;
    prerr_newline ()
  in
  let watch = Thread.create show (Unix.gettimeofday ()) in
  let steps = Tensors.Plate.run plate ~rate ~steps:!steps stop in
  ended := true;
  Thread.join watch;
  Tensors.Plate.read plate ~into:start;
  print start;
  Printf.printf "%d steps\n" steps
