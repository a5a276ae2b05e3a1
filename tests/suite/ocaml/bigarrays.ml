(* Bigarrays: copies, views, handles, vectors handed over. *)

open Check
open Bigarray

type ('a, 'b) vector = ('a, 'b, c_layout) Array1.t

external read_f32 : (float, float32_elt) vector -> string = "bactrian_suite_ba_read_f32"
external echo_f32 : (float, float32_elt) vector -> (float, float32_elt) vector = "bactrian_suite_ba_echo_f32"
external read_f64 : (float, float64_elt) vector -> string = "bactrian_suite_ba_read_f64"
external echo_f64 : (float, float64_elt) vector -> (float, float64_elt) vector = "bactrian_suite_ba_echo_f64"
external read_i8 : (int, int8_signed_elt) vector -> string = "bactrian_suite_ba_read_i8"
external echo_i8 : (int, int8_signed_elt) vector -> (int, int8_signed_elt) vector = "bactrian_suite_ba_echo_i8"
external read_u8 : (int, int8_unsigned_elt) vector -> string = "bactrian_suite_ba_read_u8"
external echo_u8 : (int, int8_unsigned_elt) vector -> (int, int8_unsigned_elt) vector = "bactrian_suite_ba_echo_u8"
external read_i16 : (int, int16_signed_elt) vector -> string = "bactrian_suite_ba_read_i16"
external echo_i16 : (int, int16_signed_elt) vector -> (int, int16_signed_elt) vector = "bactrian_suite_ba_echo_i16"
external read_u16 : (int, int16_unsigned_elt) vector -> string = "bactrian_suite_ba_read_u16"
external echo_u16 : (int, int16_unsigned_elt) vector -> (int, int16_unsigned_elt) vector = "bactrian_suite_ba_echo_u16"
external read_i32 : (int32, int32_elt) vector -> string = "bactrian_suite_ba_read_i32"
external echo_i32 : (int32, int32_elt) vector -> (int32, int32_elt) vector = "bactrian_suite_ba_echo_i32"
external read_u32 : (int32, int32_elt) vector -> string = "bactrian_suite_ba_read_u32"
external echo_u32 : (int32, int32_elt) vector -> (int32, int32_elt) vector = "bactrian_suite_ba_echo_u32"
external read_i64 : (int64, int64_elt) vector -> string = "bactrian_suite_ba_read_i64"
external echo_i64 : (int64, int64_elt) vector -> (int64, int64_elt) vector = "bactrian_suite_ba_echo_i64"
external read_u64 : (int64, int64_elt) vector -> string = "bactrian_suite_ba_read_u64"
external echo_u64 : (int64, int64_elt) vector -> (int64, int64_elt) vector = "bactrian_suite_ba_echo_u64"
external read_isize : (int, int_elt) vector -> string = "bactrian_suite_ba_read_isize"
external echo_isize : (int, int_elt) vector -> (int, int_elt) vector = "bactrian_suite_ba_echo_isize"
external read_nativeint : (nativeint, nativeint_elt) vector -> string = "bactrian_suite_ba_read_nativeint"
external echo_nativeint : (nativeint, nativeint_elt) vector -> (nativeint, nativeint_elt) vector = "bactrian_suite_ba_echo_nativeint"
external read_complex32 : (Complex.t, complex32_elt) vector -> string = "bactrian_suite_ba_read_complex32"
external echo_complex32 : (Complex.t, complex32_elt) vector -> (Complex.t, complex32_elt) vector = "bactrian_suite_ba_echo_complex32"
external read_complex64 : (Complex.t, complex64_elt) vector -> string = "bactrian_suite_ba_read_complex64"
external echo_complex64 : (Complex.t, complex64_elt) vector -> (Complex.t, complex64_elt) vector = "bactrian_suite_ba_echo_complex64"
external read_char : (char, int8_unsigned_elt) vector -> string = "bactrian_suite_ba_read_char"
external echo_char : (char, int8_unsigned_elt) vector -> (char, int8_unsigned_elt) vector = "bactrian_suite_ba_echo_char"
external read_0 : (int32, int32_elt, c_layout) Array0.t -> string = "bactrian_suite_ba_read_0"
external echo_0 : (int32, int32_elt, c_layout) Array0.t -> (int32, int32_elt, c_layout) Array0.t = "bactrian_suite_ba_echo_0"
external read_2 : (int32, int32_elt, c_layout) Array2.t -> string = "bactrian_suite_ba_read_2"
external echo_2 : (int32, int32_elt, c_layout) Array2.t -> (int32, int32_elt, c_layout) Array2.t = "bactrian_suite_ba_echo_2"
external read_2f : (int32, int32_elt, fortran_layout) Array2.t -> string = "bactrian_suite_ba_read_2_fortran"
external echo_2f : (int32, int32_elt, fortran_layout) Array2.t -> (int32, int32_elt, fortran_layout) Array2.t = "bactrian_suite_ba_echo_2_fortran"
external read_3 : (int32, int32_elt, c_layout) Array3.t -> string = "bactrian_suite_ba_read_3"
external echo_3 : (int32, int32_elt, c_layout) Array3.t -> (int32, int32_elt, c_layout) Array3.t = "bactrian_suite_ba_echo_3"
external read_any : (int32, int32_elt, c_layout) Genarray.t -> string = "bactrian_suite_ba_read_any"
external echo_any : (int32, int32_elt, c_layout) Genarray.t -> (int32, int32_elt, c_layout) Genarray.t = "bactrian_suite_ba_echo_any"
external read_anyf : (int32, int32_elt, fortran_layout) Genarray.t -> string = "bactrian_suite_ba_read_any_fortran"
external echo_anyf : (int32, int32_elt, fortran_layout) Genarray.t -> (int32, int32_elt, fortran_layout) Genarray.t = "bactrian_suite_ba_echo_any_fortran"

(* Rust reads this bigarray as this text, and gives back a copy. *)
let copied name read echo array expected =
  text (name ^ ": reads") expected (read array);
  let back = echo array in
  collect ();
  check (name ^ ": gives back") (compare array back = 0 && array = back);
  check (name ^ ": the hash") (Hashtbl.hash array = Hashtbl.hash back);
  let bytes = Marshal.to_string array [] in
  check (name ^ ": marshalled") (bytes = Marshal.to_string back []);
  check (name ^ ": unmarshalled") (compare array (Marshal.from_string (Marshal.to_string back []) 0) = 0);
  (* Of the copy's copy after a collection. *)
  let again = echo (echo back) in
  collect ();
  check (name ^ ": again") (compare array again = 0)

let of_list kind list = Array1.of_array kind c_layout (Array.of_list list)
let shown dims data = Printf.sprintf "Buffer { dims: [%s], data: [%s] }" dims data

let () =
  let vector name kind read echo list data =
    let array = of_list kind list in
    copied name read echo array (shown (string_of_int (List.length list)) data);
    copied (name ^ ", empty") read echo (of_list kind []) (shown "0" "")
  in
  vector "float32" float32 read_f32 echo_f32 [ 1.5; -0.; infinity; 1e10 ] "1.5, -0.0, inf, 10000000000.0";
  vector "float64" float64 read_f64 echo_f64 [ 1.5; max_float; 0.1 ] "1.5, 1.7976931348623157e308, 0.1";
  vector "int8_signed" int8_signed read_i8 echo_i8 [ -128; 127; 0 ] "-128, 127, 0";
  vector "int8_unsigned" int8_unsigned read_u8 echo_u8 [ 255; 0; 1 ] "255, 0, 1";
  vector "int16_signed" int16_signed read_i16 echo_i16 [ -32768; 32767 ] "-32768, 32767";
  vector "int16_unsigned" int16_unsigned read_u16 echo_u16 [ 65535; 1 ] "65535, 1";
  vector "int32" int32 read_i32 echo_i32 [ Int32.min_int; Int32.max_int ] "-2147483648, 2147483647";
  vector "int32, unsigned" int32 read_u32 echo_u32 [ -1l; 1l ] "4294967295, 1";
  vector "int64" int64 read_i64 echo_i64 [ Int64.min_int; 5L ] "-9223372036854775808, 5";
  vector "int64, unsigned" int64 read_u64 echo_u64 [ -1L ] "18446744073709551615";
  vector "int" int read_isize echo_isize [ max_int; min_int; 0 ]
    (by_word "4611686018427387903, -4611686018427387904, 0" "1073741823, -1073741824, 0");
  vector "nativeint" nativeint read_nativeint echo_nativeint [ Nativeint.min_int; 3n ]
    (by_word "-9223372036854775808, 3" "-2147483648, 3");
  vector "complex32" complex32 read_complex32 echo_complex32
    [ { Complex.re = 1.; im = -2.5 }; Complex.i ]
    "Complex { re: 1.0, im: -2.5 }, Complex { re: 0.0, im: 1.0 }";
  vector "complex64" complex64 read_complex64 echo_complex64 [ { Complex.re = 0.1; im = -2.5 } ]
    "Complex { re: 0.1, im: -2.5 }";
  vector "char" char read_char echo_char [ 'a'; '\255'; '\000' ] "97, 255, 0"

(* ---- float16: since OCaml 5.2, whose name for it older ones do not have ---- *)

type float16_elt

external read_f16 : (float, float16_elt) vector -> string = "bactrian_suite_ba_read_f16"
external echo_f16 : (float, float16_elt) vector -> (float, float16_elt) vector = "bactrian_suite_ba_echo_f16"

let () =
  let has_float16 =
    Scanf.sscanf Sys.ocaml_version "%d.%d" (fun major minor -> (major, minor) >= (5, 2))
  in
  if has_float16 then (
    let float16 : (float, float16_elt) kind = Obj.magic 13 in
    (* The largest, and the least one. *)
    let array = of_list float16 [ 1.5; -0.; infinity; 65504.; ldexp 1. (-24) ] in
    copied "float16" read_f16 echo_f16 array (shown "5" "1.5, -0.0, inf, 65504.0, 5.9604645e-8");
    copied "float16, empty" read_f16 echo_f16 (of_list float16 []) (shown "0" "");
    refuses "float16 is not float32"
      "argument `value`: expected a Bigarray.Array1 of float16 in C layout, got a Bigarray.Array1 of \
       float32 in C layout" (fun () -> read_f16 (Obj.magic (of_list float32 [ 1. ]))))
  else (
    print_endline "float16: skipped, OCaml has it since 5.2";
    executed := !executed + 13)

(* ---- dimensions and layouts ---- *)

let fill array =
  let flat = reshape_1 array (Array.fold_left ( * ) 1 (Genarray.dims array)) in
  for i = 0 to Array1.dim flat - 1 do
    flat.{i} <- Int32.of_int i
  done;
  array

let numbers n = String.concat ", " (List.init n string_of_int)
let shape dims = String.concat ", " (List.map string_of_int (Array.to_list dims))

let () =
  let zero = Array0.of_value int32 c_layout 7l in
  copied "Array0" read_0 echo_0 zero (shown "" "7");
  copied "Genarray of no dimensions" read_any echo_any (genarray_of_array0 zero) (shown "" "7");
  let two = array2_of_genarray (fill (Genarray.create int32 c_layout [| 2; 3 |])) in
  copied "Array2" read_2 echo_2 two (shown "2, 3" (numbers 6));
  let three = array3_of_genarray (fill (Genarray.create int32 c_layout [| 2; 3; 4 |])) in
  copied "Array3" read_3 echo_3 three (shown "2, 3, 4" (numbers 24));
  let fortran = Array2.of_array int32 fortran_layout [| [| 0l; 2l; 4l |]; [| 1l; 3l; 5l |] |] in
  copied "Array2 of Fortran" read_2f echo_2f fortran (shown "2, 3" (numbers 6));
  copied "Genarray of Fortran" read_anyf echo_anyf (genarray_of_array2 fortran)
    (shown "2, 3" (numbers 6));
  for count = 1 to 16 do
    let dims = Array.init count (fun i -> if i mod 3 = 0 then 2 else 1 + (i mod 2)) in
    let name = Printf.sprintf "%d dimensions" count in
    let array = fill (Genarray.create int32 c_layout dims) in
    let length = Array.fold_left ( * ) 1 dims in
    copied name read_any echo_any array (shown (shape dims) (numbers length));
    check (name ^ ": dims") (Genarray.dims (echo_any array) = dims);
    let dims = Array.copy dims in
    dims.(count / 2) <- 0;
    copied (name ^ ", one of them 0") read_any echo_any (Genarray.create int32 c_layout dims)
      (shown (shape dims) "")
  done

(* ---- what is no such bigarray ---- *)

let () =
  let expects name what got (value : Obj.t) =
    refuses name (Printf.sprintf "argument `value`: expected %s, got %s" what got) (fun () ->
        read_f64 (Obj.obj value))
  in
  let repr = Obj.repr in
  let f64 = "a Bigarray.Array1 of float64 in C layout" in
  let of_kind kind = repr (Array1.create kind c_layout 3) in
  expects "float32" f64 "a Bigarray.Array1 of float32 in C layout" (of_kind float32);
  expects "char" f64 "a Bigarray.Array1 of char in C layout" (of_kind char);
  expects "int" f64 "a Bigarray.Array1 of int in C layout" (of_kind int);
  expects "Fortran" f64 "a Bigarray.Array1 of float64 in Fortran layout"
    (repr (Array1.create float64 fortran_layout 3));
  expects "Array2" f64 "a Bigarray.Array2 of float64 in C layout"
    (repr (Array2.create float64 c_layout 3 3));
  expects "Array0" f64 "a Bigarray.Array0 of float64 in C layout" (repr (Array0.create float64 c_layout));
  expects "Genarray" f64 "a Bigarray.Genarray of 5 dimensions of float64 in C layout"
    (repr (Genarray.create float64 c_layout [| 1; 2; 3; 2; 1 |]));
  check "Genarray of one dimension is an Array1"
    (read_f64 (Obj.magic (Genarray.create float64 c_layout [| 0 |])) = shown "0" "");
  expects "int64" f64 "a custom block (int64)" (repr 5L);
  expects "int" f64 "5" (repr 5);
  expects "string" f64 "the string \"ab\"" (repr "ab");
  expects "float array" f64 "a float array of length 1 (or a record of floats)" (repr [| 1. |]);
  refuses "char is not int8_unsigned"
    "argument `value`: expected a Bigarray.Array1 of int8_unsigned in C layout, got a Bigarray.Array1 \
     of char in C layout" (fun () -> read_u8 (Obj.magic (of_kind char)));
  refuses "int is not nativeint"
    "argument `value`: expected a Bigarray.Array1 of nativeint in C layout, got a Bigarray.Array1 of \
     int in C layout" (fun () -> read_nativeint (Obj.magic (of_kind int)));
  refuses "Genarray of another kind"
    "argument `value`: expected a Bigarray.Genarray of int32 in C layout, got a Bigarray.Genarray of \
     int64 in C layout" (fun () -> read_any (Obj.magic (of_kind int64)))

(* ---- within other values ---- *)

type image = {
  name : string;
  data : (int, int8_unsigned_elt) vector;
  mask : (int, int16_unsigned_elt, c_layout) Array2.t option;
}

external read_pair : (int32, int32_elt) vector * (float, float64_elt, c_layout) Array2.t option -> string = "bactrian_suite_ba_read_pair"
external echo_pair : (int32, int32_elt) vector * (float, float64_elt, c_layout) Array2.t option -> (int32, int32_elt) vector * (float, float64_elt, c_layout) Array2.t option = "bactrian_suite_ba_echo_pair"
external read_record : image -> string = "bactrian_suite_ba_read_record"
external echo_record : image -> image = "bactrian_suite_ba_echo_record"

let () =
  let pair = (of_list int32 [ 1l; 2l ], Some (Array2.of_array float64 c_layout [| [| 1. |]; [| 2. |] |])) in
  both "a pair" read_pair echo_pair pair
    ("(" ^ shown "2" "1, 2" ^ ", Some(" ^ shown "2, 1" "1.0, 2.0" ^ "))");
  let image = { name = "a"; data = of_list int8_unsigned [ 1; 2 ]; mask = None } in
  both "a record" read_record echo_record image "Image { name: \"a\", data: [1, 2], mask: None }";
  let mask = Some (Array2.of_array int16_unsigned c_layout [| [| 65535 |] |]) in
  both "a record with a mask" read_record echo_record { image with mask }
    ("Image { name: \"a\", data: [1, 2], mask: Some(" ^ shown "1, 1" "65535" ^ ") }");
  refuses "a record with a wrong mask"
    "argument `value`: field `mask`: constructor `Some`: expected a Bigarray.Array2 of int16_unsigned \
     in C layout, got a Bigarray.Array1 of int8_unsigned in C layout" (fun () ->
      read_record { image with mask = Some (Obj.magic image.data) })

(* ---- views ---- *)

external sum : (float, float64_elt, c_layout) Genarray.t -> (float[@unboxed]) = "bactrian_suite_ba_sum_bytecode" "bactrian_suite_ba_sum"
external by_index : (int32, int32_elt, fortran_layout) Array2.t -> int32 array = "bactrian_suite_ba_by_index"
external add : (float, float64_elt) vector -> (float, float64_elt) vector -> unit = "bactrian_suite_ba_add"
external add_slices : (float, float64_elt) vector -> (float, float64_elt) vector -> float array -> unit = "bactrian_suite_ba_add_slices"
external transpose : (float, float64_elt, c_layout) Array2.t -> unit = "bactrian_suite_ba_transpose"
external address : (float, float64_elt, c_layout) Genarray.t -> (int[@untagged]) = "bactrian_suite_ba_address_bytecode" "bactrian_suite_ba_address"
external panic : (float, float64_elt) vector -> unit = "bactrian_suite_ba_panic"

let overlap name =
  Printf.sprintf
    "argument `%s`: the data is that of another argument, and the function writes to one of the two" name

let () =
  let init n f = Array1.of_array float64 c_layout (Array.init n f) in
  let floats a = Array.init (Array1.dim a) (Array1.get a) in
  let a = init 100 float_of_int in
  same "sum" 4950. (sum (genarray_of_array1 a));
  same "sum of none" 0. (sum (Genarray.create float64 c_layout [| 3; 0 |]));
  same "sum of a part" (float (10 + 11 + 12)) (sum (genarray_of_array1 (Array1.sub a 10 3)));
  let square = array2_of_genarray (reshape (genarray_of_array1 a) [| 10; 10 |]) in
  same "sum of a row" 345. (sum (genarray_of_array1 (Array2.slice_left square 3)));
  same "sum of rows" (float (45 + 145)) (sum (genarray_of_array2 (Array2.sub_left square 0 2)));
  same "by index, Fortran" [| 1l; 2l; 3l; 4l; 5l; 6l |]
    (by_index (Array2.of_array int32 fortran_layout [| [| 1l; 2l; 3l |]; [| 4l; 5l; 6l |] |]));
  let b = init 3 (fun _ -> 0.5) in
  let to_ = Array1.sub a 1 3 in
  add to_ b;
  same "add" [| 0.; 1.5; 2.5; 3.5; 4. |] (floats (Array1.sub a 0 5));
  refuses "add, the same" (overlap "from") (fun () -> add a a);
  refuses "add, overlapping parts" (overlap "from") (fun () ->
      add (Array1.sub a 0 11) (Array1.sub a 10 5));
  refuses "add, overlapping parts, the other way round" (overlap "from") (fun () ->
      add (Array1.sub a 10 5) (Array1.sub a 0 11));
  add (Array1.sub a 0 10) (Array1.sub a 10 10);
  same "add, parts side by side" 10. a.{0};
  let none = Array1.sub a 3 0 in
  add none none;
  add none a;
  add_slices to_ b [| 2.; 0.; 4. |];
  same "slices" [| 13.5; 14.5; 18.5 |] (floats to_);
  refuses "slices, the same" (overlap "from") (fun () -> add_slices a a [||]);
  let m = Array2.of_array float64 c_layout [| [| 1.; 2. |]; [| 3.; 4. |] |] in
  transpose m;
  check "transposed" (m = Array2.of_array float64 c_layout [| [| 1.; 3. |]; [| 2.; 4. |] |]);
  panics "a square was expected" "a square" (fun () -> transpose (Array2.create float64 c_layout 2 1));
  panics "panic" "100 elements" (fun () -> panic a);
  refuses "another kind" "argument `from`: expected a Bigarray.Array1 of float64 in C layout, got a \
                          Bigarray.Array1 of float32 in C layout" (fun () ->
      add a (Obj.magic (Array1.create float32 c_layout 2)));
  add a (init 1 (fun _ -> 1.));
  same "usable after errors" 11. a.{0}

(* ---- mapped files ---- *)

let () =
  let name = Filename.temp_file "bactrian" "map" in
  let fd = Unix.openfile name [ Unix.O_RDWR ] 0o600 in
  let map pos length =
    array1_of_genarray (Unix.map_file fd ~pos float64 c_layout true [| length |])
  in
  let whole = map 0L 100 in
  for i = 0 to 99 do whole.{i} <- float_of_int i done;
  same "mapped: sum" 4950. (sum (genarray_of_array1 whole));
  add whole (of_list float64 [ 1. ]);
  same "mapped: written" 1. whole.{0};
  refuses "mapped: the same file twice is the same data only by address" (overlap "from") (fun () ->
      add whole whole);
  let part = map 16L 3 in
  same "mapped: a part" 9. (sum (genarray_of_array1 part));
  let misaligned = map 3L 3 in
  refuses "mapped: misaligned"
    "argument `array`: the bigarray's data, of a mapped file perhaps, is not aligned for its kind"
    (fun () -> sum (genarray_of_array1 misaligned));
  check "mapped: misaligned, copied" (compare misaligned (echo_f64 misaligned) = 0);
  Unix.close fd;
  Sys.remove name

(* ---- handed over ---- *)

external make : (int[@untagged]) -> (int[@untagged]) -> (float, float64_elt) vector * int = "bactrian_suite_ba_make_bytecode" "bactrian_suite_ba_make"
external zeros : int array -> (int, int8_unsigned_elt, c_layout) Genarray.t = "bactrian_suite_ba_zeros"
external wrong_size : unit -> Obj.t = "bactrian_suite_ba_wrong_size"
external wrong_dims : unit -> Obj.t = "bactrian_suite_ba_wrong_dims"
external fresh : (int[@untagged]) -> (int64, int64_elt) vector = "bactrian_suite_ba_fresh_bytecode" "bactrian_suite_ba_fresh"

let () =
  let a, at = make 1000 1500 in
  check "no copy out" (address (genarray_of_array1 a) = at);
  collect ();
  check "it does not move" (address (genarray_of_array1 a) = at);
  same "its sum" 499500. (sum (genarray_of_array1 a));
  (* Parts outlive the whole. *)
  let part () =
    let a, at = make 1000 1000 in
    let part = Array1.sub a 500 10 in
    let row = Array2.slice_left (array2_of_genarray (reshape (genarray_of_array1 a) [| 10; 100 |])) 3 in
    let fortran = Array1.change_layout part fortran_layout in
    (part, row, fortran, at)
  in
  let parts = List.init 50 (fun _ -> part ()) in
  Gc.full_major ();
  Gc.compact ();
  let garbage = List.init 50 (fun i -> fst (make 1000 (1000 + i))) in
  check "parts"
    (List.for_all
       (fun (part, row, fortran, at) ->
         address (genarray_of_array1 part) = at + (4000 / 4)
         && sum (genarray_of_array1 part) = 5045.
         && sum (genarray_of_array1 row) = 34950.
         && fortran.{1} = 500. && Array1.dim fortran = 10)
       parts);
  ignore (Sys.opaque_identity garbage);
  (* Freed in every order, by the minor and by the major collection. *)
  for i = 1 to 2000 do
    let a, _ = make (i mod 50) (i mod 77) in
    let b = if i mod 2 = 0 then Array1.sub a 0 (Array1.dim a / 2) else a in
    if i mod 7 = 0 then ignore (Sys.opaque_identity (Array1.sub b 0 0));
    if i mod 100 = 0 then collect ()
  done;
  same "fresh" 7L (fresh 3).{2};
  same "empty" 0 (Array1.dim (fresh 0));
  check "dims" (Genarray.dims (zeros [| 2; 3; 4 |]) = [| 2; 3; 4 |]);
  check "16 dims" (Genarray.dims (zeros (Array.make 16 1)) = Array.make 16 1);
  check "no dims" (Genarray.num_dims (zeros [||]) = 0);
  check "zero" (Genarray.dims (zeros [| 5; 0; 7 |]) = [| 5; 0; 7 |]);
  panics "17 dims" "a bigarray has at most 16 dimensions, not 17" (fun () ->
      zeros (Array.make 17 1));
  panics "wrong size" "a bigarray of dimensions [2, 3] does not have 5 elements" wrong_size;
  panics "wrong number of dims" "a bigarray of 2 dimensions, not 1" wrong_dims

(* ---- handles ---- *)

external get : (int32, int32_elt, c_layout) Genarray.t -> int array -> int32 = "bactrian_suite_ba_get"
external set : (int32, int32_elt, c_layout) Genarray.t -> int array -> (int32[@unboxed]) -> unit = "bactrian_suite_ba_set_bytecode" "bactrian_suite_ba_set"
external get_fortran : (int32, int32_elt, fortran_layout) Genarray.t -> int array -> int32 = "bactrian_suite_ba_get_fortran"
external double : (float, float64_elt) vector -> (float, float64_elt) vector = "bactrian_suite_ba_double"
external dims : (int32, int32_elt, c_layout) Genarray.t -> int array = "bactrian_suite_ba_dims"
external to_vec : (float, float64_elt) vector -> float array = "bactrian_suite_ba_to_vec"

let () =
  let indices dims =
    Array.fold_left
      (fun all dim -> List.concat_map (fun index -> List.init dim (fun i -> index @ [ i ])) all)
      [ [] ] dims
    |> List.map Array.of_list
  in
  List.iter
    (fun d ->
      let name = "handle of " ^ shape d in
      let c = fill (Genarray.create int32 c_layout d) in
      let f = Genarray.change_layout c fortran_layout in
      let reversed index =
        let n = Array.length index in
        Array.init n (fun i -> index.(n - 1 - i) + 1)
      in
      check (name ^ ": get") (List.for_all (fun i -> get c i = Genarray.get c i) (indices d));
      check (name ^ ": get, Fortran")
        (List.for_all (fun i -> get_fortran f (reversed i) = Genarray.get c i) (indices d));
      List.iter (fun i -> set c i (Int32.neg (Genarray.get c i))) (indices d);
      check (name ^ ": set")
        (List.for_all (fun i -> Genarray.get c i <= 0l && get c i = Genarray.get c i) (indices d));
      same (name ^ ": dims") d (dims c);
      let bad index =
        refuses (name ^ ": out of bounds")
          (Printf.sprintf "the index [%s] is out of the bounds of a bigarray of dimensions [%s]"
             (shape index) (shape d))
          (fun () -> get c index)
      in
      bad (Array.append d [| 0 |]);
      if d <> [||] then (
        bad [||];
        Array.iteri
          (fun i dim ->
            let index = Array.make (Array.length d) 0 in
            index.(i) <- dim;
            bad index;
            index.(i) <- max_int;
            bad index)
          d))
    [ [||]; [| 5 |]; [| 2; 3 |]; [| 3; 1; 4 |]; [| 2; 2; 2; 2; 2 |] ];
  let a = of_list float64 [ 1.; 2. ] in
  let b = double a in
  check "the same bigarray" (a == b && a.{1} = 4.);
  same "to_vec" [| 2.; 4. |] (to_vec a);
  refuses "a handle of another kind" "argument `array`: expected a Bigarray.Array1 of float64 in C \
                                      layout, got a Bigarray.Array1 of int32 in C layout" (fun () ->
      double (Obj.magic (of_list int32 [])))

let () = finish ()
