(* Bigarrays that Rust made, shared by several domains or threads, which cut parts out of them, marshal
   them, and let them go at once: every vector behind them is freed exactly once, after its last part. *)
open Common
open Bigarray

type numbers = (int64, int64_elt, c_layout) Array1.t

external make : (int64[@unboxed]) -> (int[@untagged]) -> numbers
  = "bactrian_stress_bigarrays_make_bytecode" "bactrian_stress_bigarrays_make"

external check : numbers -> int64 option = "bactrian_stress_bigarrays_check"
external counts : unit -> int * int = "bactrian_stress_bigarrays_counts"

let slots = 128
let longest = 1237

(* All workers read and write it without a lock: an array may be of any of them. *)
let arrays = Array.init slots (fun i -> make (Int64.of_int i) longest)

let checked (numbers : numbers) =
  if Array1.dim numbers > 0 && check numbers <> Some numbers.{0} then wrong "other numbers"

let work seed operations () =
  let r = random seed in
  let slot () = below r slots in
  for _ = 1 to operations do
    let numbers = arrays.(slot ()) in
    let length = Array1.dim numbers in
    (match below r 8 with
    | 0 | 1 | 2 -> arrays.(slot ()) <- make (Int64.of_int (below r 1_000_000)) (below r (longest + 1))
    | 3 | 4 ->
      let from = below r (length + 1) in
      let part = Array1.sub numbers from (below r (length - from + 1)) in
      checked part;
      arrays.(slot ()) <- part
    | 5 when length > 0 ->
      let whole = reshape (genarray_of_array1 numbers) [| 1; length |] in
      arrays.(slot ()) <- Array2.slice_left (array2_of_genarray whole) 0
    | 6 when length < 50 ->
      let copy : numbers = Marshal.from_string (Marshal.to_string numbers []) 0 in
      if compare copy numbers <> 0 then wrong "another copy"
    | _ -> checked numbers);
    disturb r
  done

let () =
  main "bigarrays" @@ fun () ->
  let operations =
    if Par.name = "domains" then count ~short:300 ~long:6_000
    else count ~short:20_000 ~long:200_000
  in
  for round = 1 to count ~short:2 ~long:Par.rounds do
    let workers = List.init Par.most (fun i -> Par.spawn (work ((round * 10) + i) operations)) in
    work (round * 1000) operations ();
    List.iter Par.join workers
  done;
  Array.iter checked arrays;
  let last = make 0L 1 in
  Array.fill arrays 0 slots last;
  for _ = 1 to 4 do
    Gc.full_major ()
  done;
  let made, freed = counts () in
  if made - freed < 1 || made - freed > 1 + lost_by_runtime then wrong "%d vectors made, %d freed" made freed;
  checked last;
  report "bigarrays" "%s: %d vectors made and freed" Par.name freed
