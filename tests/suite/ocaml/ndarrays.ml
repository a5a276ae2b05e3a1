(* Bigarrays as arrays and views of ndarray. *)

open Check
open Bigarray

type matrix = (float, float64_elt, c_layout) Array2.t
type fortran = (float, float64_elt, fortran_layout) Array2.t
type vector = (float, float64_elt, c_layout) Array1.t
type any = (float, float64_elt, c_layout) Genarray.t

external echo_0 : (float, float64_elt, c_layout) Array0.t -> (float, float64_elt, c_layout) Array0.t = "bactrian_suite_nd_echo_0"
external read_1 : (int, int8_unsigned_elt, c_layout) Array1.t -> string = "bactrian_suite_nd_read_1"
external echo_1 : (int, int8_unsigned_elt, c_layout) Array1.t -> (int, int8_unsigned_elt, c_layout) Array1.t = "bactrian_suite_nd_echo_1"
external echo_2 : matrix -> matrix = "bactrian_suite_nd_echo_2"
external echo_3 : (int32, int32_elt, c_layout) Array3.t -> (int32, int32_elt, c_layout) Array3.t = "bactrian_suite_nd_echo_3"
external echo_4 : any -> any = "bactrian_suite_nd_echo_4"
external echo_any : any -> any = "bactrian_suite_nd_echo_any"

let generate dims f =
  let array = Genarray.create float64 c_layout dims in
  let flat = reshape_1 array (Array.fold_left ( * ) 1 dims) in
  for i = 0 to Array1.dim flat - 1 do flat.{i} <- f i done;
  array

let matrix rows = Array2.of_array float64 c_layout rows
let rows m = Array.init (Array2.dim1 m) (fun i -> Array.init (Array2.dim2 m) (fun j -> m.{i, j}))

let echoes name echo array =
  let back = echo array in
  collect ();
  check name (compare array back = 0);
  check (name ^ ": marshalled") (Marshal.to_string array [] = Marshal.to_string back [])

let () =
  echoes "Array0" echo_0 (Array0.of_value float64 c_layout 1.5);
  let bytes = Array1.of_array int8_unsigned c_layout [| 1; 2; 255 |] in
  echoes "Array1" echo_1 bytes;
  text "Array1: reads" "[1, 2, 255], shape=[3], strides=[1], layout=CFcf (0xf), const ndim=1" (read_1 bytes);
  echoes "Array2" echo_2 (array2_of_genarray (generate [| 3; 5 |] float_of_int));
  echoes "Array2, empty" echo_2 (Array2.create float64 c_layout 0 7);
  let three = Array3.create int32 c_layout 2 3 4 in
  Array3.fill three 7l;
  three.{1, 2, 3} <- 8l;
  echoes "Array3" echo_3 three;
  echoes "Array4" echo_4 (generate [| 2; 3; 1; 2 |] float_of_int);
  for count = 0 to 16 do
    echoes
      (Printf.sprintf "ArrayD of %d dimensions" count)
      echo_any
      (generate (Array.init count (fun i -> 1 + (i mod 2))) float_of_int)
  done;
  refuses "Array4 of 3 dimensions" "argument `value`: expected a bigarray of 4 dimensions, got one of 3"
    (fun () -> echo_4 (generate [| 1; 2; 3 |] float_of_int));
  refuses "another kind"
    "argument `value`: expected a Bigarray.Array2 of float64 in C layout, got a Bigarray.Array2 of \
     float32 in C layout" (fun () -> echo_2 (Obj.magic (Array2.create float32 c_layout 1 1)));
  refuses "Fortran layout"
    "argument `value`: expected a Bigarray.Array2 of float64 in C layout, got a Bigarray.Array2 of \
     float64 in Fortran layout" (fun () -> echo_2 (Obj.magic (Array2.create float64 fortran_layout 1 1)))

type layer = { name : string; weights : (float, float32_elt, c_layout) Array2.t }

external echo_record : layer -> layer = "bactrian_suite_nd_echo_record"
external echo_pair : (float, float32_elt, c_layout) Array1.t option * (int, int_elt, c_layout) Array1.t -> (float, float32_elt, c_layout) Array1.t option * (int, int_elt, c_layout) Array1.t = "bactrian_suite_nd_echo_pair"

let () =
  let weights = Array2.of_array float32 c_layout [| [| 1.; 2. |] |] in
  identical "a record" { name = "a"; weights } (echo_record { name = "a"; weights });
  let ints = Array1.of_array int c_layout [| 1; -1 |] in
  identical "a pair" (None, ints) (echo_pair (None, ints));
  let floats = Some (Array1.of_array float32 c_layout [| 0.5 |]) in
  identical "a pair with both" (floats, ints) (echo_pair (floats, ints))

(* ---- Fortran layout ---- *)

external echo_fortran : fortran -> fortran = "bactrian_suite_nd_echo_fortran"
external to_c : fortran -> matrix = "bactrian_suite_nd_to_c"
external to_fortran : matrix -> fortran = "bactrian_suite_nd_to_fortran"
external at_fortran : fortran -> (int[@untagged]) -> (int[@untagged]) -> float option = "bactrian_suite_nd_at_fortran_bytecode" "bactrian_suite_nd_at_fortran"
external fill_fortran : fortran -> unit = "bactrian_suite_nd_fill_fortran"

let () =
  let data = Array.init 3 (fun i -> Array.init 4 (fun j -> float_of_int ((10 * i) + j))) in
  let c = matrix data and f = Array2.of_array float64 fortran_layout data in
  check "Fortran" (compare f (echo_fortran f) = 0);
  check "to C" (compare c (to_c f) = 0);
  check "to Fortran" (compare f (to_fortran c) = 0);
  same "at" (Some 12.) (at_fortran f 1 2);
  same "at the last" (Some 23.) (at_fortran f 2 3);
  same "at none" None (at_fortran f 3 0);
  let filled = Array2.create float64 fortran_layout 3 4 in
  fill_fortran filled;
  check "filled" (compare filled f = 0);
  let parts = Array2.create float64 fortran_layout 3 6 in
  Array2.fill parts (-1.);
  fill_fortran (Array2.sub_right parts 2 4);
  check "a part filled"
    (compare (Array2.sub_right parts 2 4) f = 0 && parts.{1, 1} = -1. && parts.{3, 6} = -1.)

(* ---- views ---- *)

external sum : any -> (float[@unboxed]) = "bactrian_suite_nd_sum_bytecode" "bactrian_suite_nd_sum"
external multiply : matrix -> matrix -> matrix -> unit = "bactrian_suite_nd_multiply"
external add : vector -> vector -> unit = "bactrian_suite_nd_add"
external transposed : matrix -> matrix = "bactrian_suite_nd_transposed"

let () =
  let a = matrix [| [| 1.; 2. |]; [| 3.; 4. |]; [| 5.; 6. |] |] in
  same "sum" 21. (sum (genarray_of_array2 a));
  same "sum of rows" 18. (sum (genarray_of_array2 (Array2.sub_left a 1 2)));
  let b = matrix [| [| 1.; 0. |]; [| 1.; -1. |] |] in
  let c = Array2.create float64 c_layout 3 2 in
  multiply a b c;
  same "product" [| [| 3.; -2. |]; [| 7.; -4. |]; [| 11.; -6. |] |] (rows c);
  refuses "product onto a factor"
    "argument `to`: the data is that of another argument, and the function writes to one of the two"
    (fun () -> multiply b b b);
  let v = Array1.of_array float64 c_layout [| 1.; 2.; 3. |] in
  add v (Array1.of_array float64 c_layout [| 10.; 20.; 30. |]);
  same "add" 33. v.{2};
  refuses "add onto itself"
    "argument `from`: the data is that of another argument, and the function writes to one of the two"
    (fun () -> add v v);
  same "a view as a result" [| [| 1.; 3.; 5. |]; [| 2.; 4.; 6. |] |] (rows (transposed a));
  check "panic: sizes that do not fit"
    (match add v (Array1.create float64 c_layout 2) with () -> false | exception Failure _ -> true)

(* ---- strides ---- *)

external strided : string -> matrix = "bactrian_suite_nd_strided"
external address : (int[@untagged]) -> (int[@untagged]) -> matrix * int = "bactrian_suite_nd_address_bytecode" "bactrian_suite_nd_address"
external address_of : any -> (int[@untagged]) = "bactrian_suite_ba_address_bytecode" "bactrian_suite_ba_address"

let () =
  let all = Array.init 4 (fun i -> Array.init 6 (fun j -> float_of_int ((10 * i) + j))) in
  let take indices a = Array.map (fun i -> a.(i)) indices in
  let expect name expected =
    let found = strided name in
    collect ();
    same name expected (rows found)
  in
  expect "all" all;
  expect "fortran" all;
  expect "transposed" (Array.init 6 (fun j -> Array.init 4 (fun i -> all.(i).(j))));
  expect "rows" (take [| 1; 2 |] all);
  expect "first" (take [| 0 |] all);
  expect "columns" (Array.map (take [| 2; 3 |]) all);
  expect "steps" (Array.map (take [| 0; 3 |]) (take [| 0; 2 |] all));
  expect "backwards" (Array.map (take [| 5; 4; 3; 2; 1; 0 |]) (take [| 3; 2; 1; 0 |] all));
  expect "empty" [||];
  let array, at = address 30 40 in
  check "no copy" (address_of (genarray_of_array2 array) = at);
  let array, _ = address 0 40 in
  check "empty, with its dimensions" (Array2.dim1 array = 0 && Array2.dim2 array = 40);
  for i = 1 to 300 do
    ignore (Sys.opaque_identity (address i (i mod 7)));
    if i mod 50 = 0 then collect ()
  done

let () = finish ()
