(* The same computations in OCaml. *)

open Bigarray

type matrix = (float, float64_elt, c_layout) Array2.t

let matrix rows columns f : matrix =
  let matrix = Array2.create Float64 C_layout rows columns in
  for i = 0 to rows - 1 do
    for j = 0 to columns - 1 do
      matrix.{i, j} <- f i j
    done
  done;
  matrix

let copy m = matrix (Array2.dim1 m) (Array2.dim2 m) (fun i j -> m.{i, j})

let sum n f =
  let sum = ref 0. in
  for k = 0 to n - 1 do
    sum := !sum +. f k
  done;
  !sum

let matmul a b =
  let element i j = sum (Array2.dim2 a) (fun k -> a.{i, k} *. b.{k, j}) in
  matrix (Array2.dim1 a) (Array2.dim2 b) element

let softmax_rows m =
  let columns = Array2.dim2 m in
  matrix (Array2.dim1 m) columns (fun i j ->
      exp m.{i, j} /. sum columns (fun k -> exp m.{i, k}))

let heat_step ~rate m =
  let rows = Array2.dim1 m and columns = Array2.dim2 m in
  matrix rows columns (fun i j ->
      if i = 0 || j = 0 || i = rows - 1 || j = columns - 1 then m.{i, j}
      else
        let around = m.{i - 1, j} +. m.{i + 1, j} +. m.{i, j - 1} +. m.{i, j + 1} in
        m.{i, j} +. (rate *. (around -. (4. *. m.{i, j}))))

let rec heat ~rate steps m =
  if steps = 0 then m else heat ~rate (steps - 1) (heat_step ~rate m)
