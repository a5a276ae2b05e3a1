open Bigarray
open Reference

let check what right = if not right then failwith ("wrong: " ^ what)

let near what (a : matrix) (b : matrix) =
  let same = ref (Array2.dim1 a = Array2.dim1 b && Array2.dim2 a = Array2.dim2 b) in
  if !same then
    for i = 0 to Array2.dim1 a - 1 do
      for j = 0 to Array2.dim2 a - 1 do
        (* Not a number is near nothing. *)
        same := !same && abs_float (a.{i, j} -. b.{i, j}) <= 1e-9
      done
    done;
  check what !same

let refuses what expected f =
  match f () with
  | _ -> failwith (what ^ " is not refused")
  | exception Invalid_argument message ->
      if message <> expected then failwith (what ^ ": " ^ message)

let random rows columns = matrix rows columns (fun _ _ -> Random.float 2. -. 1.)

(* In place, in OCaml's own numbers. *)

let () =
  List.iter
    (fun (rows, inner, columns) ->
      let a = random rows inner and b = random inner columns in
      (* What is there before does not matter. *)
      let into = matrix rows columns (fun _ _ -> nan) in
      Tensors.matmul a b ~into;
      near "matmul" into (matmul a b);
      let into = matrix rows columns (fun _ _ -> nan) in
      Tensors.matmul ~threads:3 a b ~into;
      near "matmul by threads" into (matmul a b))
    [ (1, 1, 1); (2, 3, 4); (67, 50, 41); (5, 0, 3); (0, 3, 2) ];
  let a = random 2 3 and b = random 2 4 in
  match Tensors.matmul a b ~into:(random 2 4) with
  | () -> failwith "dimensions are not checked"
  | exception (Tensors.Shape { argument; expected; found } as e) ->
      check "shape" (argument = "b" && expected = [| 3; 4 |] && found = [| 2; 4 |]);
      check "message"
        (Printexc.to_string e = "`b` should have the dimensions [3, 4], not [2, 4]")

let () =
  let x = random 6 7 and y = random 6 7 in
  let expected = matrix 6 7 (fun i j -> y.{i, j} +. (2.5 *. x.{i, j})) in
  Tensors.axpy 2.5 (genarray_of_array2 x) ~onto:(genarray_of_array2 y);
  near "axpy" y expected;
  let logits = matrix 5 9 (fun i j -> float (i * j) -. 20.) in
  let expected = softmax_rows logits in
  Tensors.softmax_rows logits;
  near "softmax" logits expected;
  let large = matrix 1 2 (fun _ j -> 1000. *. float j) in
  Tensors.softmax_rows large;
  near "softmax of large numbers" large (matrix 1 2 (fun _ j -> float j))

let () =
  List.iter
    (fun (rows, columns) ->
      let from = random rows columns in
      let onto = matrix rows columns (fun _ _ -> nan) in
      Tensors.heat_step ~rate:0.2 from ~onto;
      near "heat" onto (heat_step ~rate:0.2 from))
    [ (1, 1); (2, 5); (3, 3); (20, 31) ]

(* What is written to may not be what is read: not in part, either. *)
let () =
  let all = random 6 4 in
  let part from rows = Array2.sub_left all from rows in
  let message name =
    "argument `" ^ name ^ "`: the data is that of another argument, and the function writes to one of the two"
  in
  refuses "a matrix onto itself" (message "onto") (fun () ->
      Tensors.heat_step ~rate:0.2 all ~onto:all);
  refuses "a part" (message "into") (fun () ->
      Tensors.matmul (part 0 4) (random 4 4) ~into:(part 2 4));
  Tensors.heat_step ~rate:0.2 (part 0 3) ~onto:(part 3 3);
  near "parts that do not overlap" (part 3 3) (heat_step ~rate:0.2 (part 0 3));
  let other : matrix = Obj.magic (Array2.create Float32 C_layout 6 4) in
  refuses "another kind of numbers"
    "argument `matrix`: expected a Bigarray.Array2 of float64 in C layout, got a \
     Bigarray.Array2 of float32 in C layout"
    (fun () -> Tensors.softmax_rows other)

(* Without the runtime, in Rust's numbers. *)

let () =
  let start = random 20 30 in
  let before = copy start in
  let expected = heat ~rate:0.2 7 start in
  let result = Tensors.spread ~rate:0.2 ~steps:7 start in
  near "spread" result expected;
  near "what is copied" start before;
  let plate = Tensors.Plate.create start and stop = Tensors.Stop.create () in
  check "steps" (Tensors.Plate.run plate ~rate:0.2 ~steps:3 stop = 3);
  check "more" (Tensors.Plate.run plate ~rate:0.2 ~steps:4 stop = 4);
  check "steps in all" (Tensors.Plate.steps plate = 7);
  Tensors.Plate.read plate ~into:start;
  near "plate" start expected;
  Tensors.Stop.set stop;
  check "stopped" (Tensors.Plate.run plate ~rate:0.2 ~steps:4 stop = 0)

(* A computation that ends when another thread, or domain, of OCaml's says so: so
   that one goes on meanwhile. It collects, counts, and cannot use the plate. *)
let () =
  let plate = Tensors.Plate.create (random 50 50) and stop = Tensors.Stop.create () in
  let rec in_use () =
    match Tensors.Plate.steps plate with
    | (_ : int) ->
        Thread.yield ();
        in_use ()
    | exception Invalid_argument message -> message
  in
  let meanwhile () =
    let message = in_use () in
    let count = ref 0 in
    while !count < 100 do
      ignore (Sys.opaque_identity (Array.make 100 !count));
      if !count mod 10 = 0 then Gc.full_major ();
      Thread.yield ();
      incr count
    done;
    (* Those that hold the runtime are not waited for, either. *)
    let m = random 8 8 in
    Tensors.softmax_rows m;
    Tensors.Stop.set stop;
    (message, !count)
  in
  let beside = Beside.start meanwhile in
  (* Refused as long as the other one is just asking. *)
  let rec run () =
    match Tensors.Plate.run plate ~rate:0.2 ~steps:max_int stop with
    | steps -> steps
    | exception Invalid_argument _ -> run ()
  in
  let steps = run () in
  let message, count = Beside.wait beside in
  check message (message = "argument `this`: the Plate is in use, to be changed");
  check "others go on" (count = 100);
  check "all steps are counted" (Tensors.Plate.steps plate = steps)

let () = print_endline "tensors works"
