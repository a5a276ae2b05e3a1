(* Values that are not what they should be, for every conversion: an error that says what was expected,
   what was found and where; never a crash. And values that are very deep.

   A table says which of the values each conversion accepts; all others must be refused. It is gone
   through in the main thread and in another one. *)

open Check

(* ---- the values ---- *)

let fresh text = Bytes.to_string (Bytes.of_string text)
let opaque = Sys.opaque_identity

let block tag fields =
  let block = Obj.new_block tag (List.length fields) in
  List.iteri (fun i field -> Obj.set_field block i field) fields;
  block

let int n = Obj.repr (n : int)
let n = opaque 1

let rec even x = if x = 0 then n else odd (x - 1)
and odd x = if x = 0 then 0 else even (x - 1)

exception With_argument of string
exception Constant

let cyclic_list =
  let rec list = 1 :: 2 :: list in
  list

(* A block that is each of its own fields. *)
let self tag size =
  let block = Obj.new_block tag size in
  for i = 0 to size - 1 do
    Obj.set_field block i block
  done;
  block

(* Levels of a block of this tag and size, which has the next level at this index and zeros beside. *)
let deep tag size index levels =
  let value = ref (int 0) in
  for _ = 1 to levels do
    let level = block tag (List.init size (fun _ -> int 0)) in
    Obj.set_field level index !value;
    value := level
  done;
  !value

let million = 1_000_000

let values : (string * Obj.t) list =
  [
    ("0", int 0);
    ("1", int 1);
    ("-1", int (-1));
    ("97", int 97);
    ("300", int 300);
    ("a large int", int (1 lsl by_word 40 29));
    ("max_int", int max_int);
    ("min_int", int min_int);
    ("[||]", Obj.repr [||]);
    ("(0)", block 0 [ int 0 ]);
    ("(7)", block 0 [ int 7 ]);
    ("(0, 0)", block 0 [ int 0; int 0 ]);
    ("(1, \"b\")", block 0 [ int 1; Obj.repr "b" ]);
    ("(0, 0, 0)", block 0 [ int 0; int 0; int 0 ]);
    ("(0, 0, 0, 0)", block 0 [ int 0; int 0; int 0; int 0 ]);
    ("tag 1 (0)", block 1 [ int 0 ]);
    ("tag 1 (0, 0)", block 1 [ int 0; int 0 ]);
    ("tag 5 (0, 0)", block 5 [ int 0; int 0 ]);
    ("tag 9 (0, 0, 0)", block 9 [ int 0; int 0; int 0 ]);
    ("tag 243 (0)", block 243 [ int 0 ]);
    ("hash and 0", block 0 [ Obj.repr `Grey; int 0 ]);
    ("\"\"", Obj.repr (fresh ""));
    ("\"text\"", Obj.repr (fresh "text"));
    ("\"\\255\"", Obj.repr (fresh "\255"));
    ("a string of 100,000", Obj.repr (String.make 100_000 'x'));
    ("0.5", Obj.repr (opaque 0.25 +. 0.25));
    ("nan", Obj.repr (opaque nan +. 0.));
    ("[|0.5|]", Obj.repr (Array.make 1 0.5));
    ("[|0.5; 0.5|]", Obj.repr (Array.make 2 0.5));
    ("[|0.5; 0.5; 0.5|]", Obj.repr (Array.make 3 0.5));
    ("a closure", Obj.repr (fun x -> x + n));
    ("an infix closure", Obj.repr odd);
    ("a closure of two", Obj.repr (fun x y -> x + y + n));
    ("an int32", Obj.repr (opaque 7l));
    ("an int64", Obj.repr (opaque 7L));
    ("a nativeint", Obj.repr (opaque 7n));
    ("a bigarray", Obj.repr (Bigarray.Array1.create Bigarray.float64 Bigarray.c_layout 3));
    ("a channel", Obj.repr stdout);
    ("a weak array", Obj.repr (Weak.create 2));
    ("an abstract block", Obj.new_block Obj.abstract_tag 2);
    ("an object", Obj.repr (object method m = n end));
    ("an empty object", Obj.repr (object end));
    ("an exception", Obj.repr (With_argument "text"));
    ("a constant exception", Obj.repr Constant);
    ("a predefined exception", Obj.repr Not_found);
    ("a lazy value", Obj.repr (lazy (n + 1)));
    ("an empty abstract block", Obj.new_block Obj.abstract_tag 0);
    ("an empty block of tag 5", Obj.new_block 5 0);
    ("an empty block of a string's tag", Obj.with_tag Obj.string_tag (Obj.repr [||]));
    ("a string's padding beyond its size", Obj.with_tag Obj.string_tag (block 0 [ int min_int ]));
    ("an empty block of a float's tag", Obj.with_tag Obj.double_tag (Obj.repr [||]));
    ("an empty block of a custom tag", Obj.with_tag Obj.custom_tag (Obj.repr [||]));
    ("a cyclic list", Obj.repr cyclic_list);
    ("a list that ends in 7", Obj.repr (1 :: 2 :: Obj.magic 7));
    ("itself, of 1", self 0 1);
    ("itself, of 2", self 0 2);
    ("itself, of 3", self 0 3);
    ("itself, of tag 1", self 1 1);
    ("a list of 10^6", Obj.repr (List.init million (fun i -> i land 127)));
    ("an array of 10^6", Obj.repr (Array.init million (fun i -> i land 127)));
    ("10^6 levels of 1", deep 0 1 0 million);
    ("10^6 levels of 2", deep 0 2 0 million);
    ("10^6 levels of 3, left", deep 0 3 0 million);
    ("10^6 levels of 3, right", deep 0 3 2 million);
    ("10^6 levels of tag 1", deep 1 1 0 million);
  ]

(* ---- the conversions ---- *)

external read_unit : Obj.t -> string = "bactrian_suite_read_unit"
external read_bool : Obj.t -> string = "bactrian_suite_read_bool"
external read_char : Obj.t -> string = "bactrian_suite_read_char"
external read_i8 : Obj.t -> string = "bactrian_suite_read_i8"
external read_u8 : Obj.t -> string = "bactrian_suite_read_u8"
external read_i16 : Obj.t -> string = "bactrian_suite_read_i16"
external read_u16 : Obj.t -> string = "bactrian_suite_read_u16"
external read_isize : Obj.t -> string = "bactrian_suite_read_isize"
external read_usize : Obj.t -> string = "bactrian_suite_read_usize"
external read_i32 : Obj.t -> string = "bactrian_suite_read_i32"
external read_u32 : Obj.t -> string = "bactrian_suite_read_u32"
external read_i64 : Obj.t -> string = "bactrian_suite_read_i64"
external read_u64 : Obj.t -> string = "bactrian_suite_read_u64"
external read_f32 : Obj.t -> string = "bactrian_suite_read_f32"
external read_f64 : Obj.t -> string = "bactrian_suite_read_f64"
external read_string : Obj.t -> string = "bactrian_suite_read_string"
external read_str : Obj.t -> string = "bactrian_suite_read_str"
external read_box_str : Obj.t -> string = "bactrian_suite_read_box_str"
external read_path_buf : Obj.t -> string = "bactrian_suite_read_path_buf"
external read_path : Obj.t -> string = "bactrian_suite_read_path"
external read_os_string : Obj.t -> string = "bactrian_suite_read_os_string"
external read_os_str : Obj.t -> string = "bactrian_suite_read_os_str"
external read_bytes : Obj.t -> string = "bactrian_suite_read_bytes"
external read_byte_array : Obj.t -> string = "bactrian_suite_read_byte_array"
external read_box_bytes : Obj.t -> string = "bactrian_suite_read_box_bytes"
external read_option : Obj.t -> string = "bactrian_suite_read_option"
external read_option_option : Obj.t -> string = "bactrian_suite_read_option_option"
external read_option_string : Obj.t -> string = "bactrian_suite_read_option_string"
external read_option_float : Obj.t -> string = "bactrian_suite_read_option_float"
external read_result : Obj.t -> string = "bactrian_suite_read_result"
external read_result_unit : Obj.t -> string = "bactrian_suite_read_result_unit"
external read_result_float : Obj.t -> string = "bactrian_suite_read_result_float"
external read_tuple2 : Obj.t -> string = "bactrian_suite_read_tuple2"
external read_tuple3 : Obj.t -> string = "bactrian_suite_read_tuple3"
external read_tuple4 : Obj.t -> string = "bactrian_suite_read_tuple4"
external read_tuple5 : Obj.t -> string = "bactrian_suite_read_tuple5"
external read_tuple6 : Obj.t -> string = "bactrian_suite_read_tuple6"
external read_tuple7 : Obj.t -> string = "bactrian_suite_read_tuple7"
external read_tuple8 : Obj.t -> string = "bactrian_suite_read_tuple8"
external read_tuple9 : Obj.t -> string = "bactrian_suite_read_tuple9"
external read_tuple10 : Obj.t -> string = "bactrian_suite_read_tuple10"
external read_tuple11 : Obj.t -> string = "bactrian_suite_read_tuple11"
external read_tuple12 : Obj.t -> string = "bactrian_suite_read_tuple12"
external read_float_pair : Obj.t -> string = "bactrian_suite_read_float_pair"
external read_nested_tuple : Obj.t -> string = "bactrian_suite_read_nested_tuple"
external read_array : Obj.t -> string = "bactrian_suite_read_array"
external read_array_u16 : Obj.t -> string = "bactrian_suite_read_array_u16"
external read_array_bool : Obj.t -> string = "bactrian_suite_read_array_bool"
external read_array_i64 : Obj.t -> string = "bactrian_suite_read_array_i64"
external read_array_string : Obj.t -> string = "bactrian_suite_read_array_string"
external read_array_f64 : Obj.t -> string = "bactrian_suite_read_array_f64"
external read_array_f32 : Obj.t -> string = "bactrian_suite_read_array_f32"
external read_array_unit : Obj.t -> string = "bactrian_suite_read_array_unit"
external read_array_array : Obj.t -> string = "bactrian_suite_read_array_array"
external read_array_float_array : Obj.t -> string = "bactrian_suite_read_array_float_array"
external read_array_option_float : Obj.t -> string = "bactrian_suite_read_array_option_float"
external read_array_box_float : Obj.t -> string = "bactrian_suite_read_array_box_float"
external read_array_bytes : Obj.t -> string = "bactrian_suite_read_array_bytes"
external read_array_pair : Obj.t -> string = "bactrian_suite_read_array_pair"
external read_boxed_slice : Obj.t -> string = "bactrian_suite_read_boxed_slice"
external read_fixed : Obj.t -> string = "bactrian_suite_read_fixed"
external read_fixed_float : Obj.t -> string = "bactrian_suite_read_fixed_float"
external read_fixed_string : Obj.t -> string = "bactrian_suite_read_fixed_string"
external read_fixed_empty : Obj.t -> string = "bactrian_suite_read_fixed_empty"
external read_btree_map : Obj.t -> string = "bactrian_suite_read_btree_map"
external read_hash_map : Obj.t -> string = "bactrian_suite_read_hash_map"
external read_linked_list : Obj.t -> string = "bactrian_suite_read_linked_list"
external read_linked_list_float : Obj.t -> string = "bactrian_suite_read_linked_list_float"
external read_vec_deque : Obj.t -> string = "bactrian_suite_read_vec_deque"
external read_list_list : Obj.t -> string = "bactrian_suite_read_list_list"
external read_box : Obj.t -> string = "bactrian_suite_read_box"
external read_rc : Obj.t -> string = "bactrian_suite_read_rc"
external read_arc : Obj.t -> string = "bactrian_suite_read_arc"
external read_box_float : Obj.t -> string = "bactrian_suite_read_box_float"
external read_cow : Obj.t -> string = "bactrian_suite_read_cow"
external read_cow_slice : Obj.t -> string = "bactrian_suite_read_cow_slice"
external read_deep_nest : Obj.t -> string = "bactrian_suite_read_deep_nest"
external read_tuple13 : Obj.t -> string = "bactrian_suite_read_tuple13"
external read_tuple14 : Obj.t -> string = "bactrian_suite_read_tuple14"
external read_tuple15 : Obj.t -> string = "bactrian_suite_read_tuple15"
external read_tuple16 : Obj.t -> string = "bactrian_suite_read_tuple16"
external read_tuple17 : Obj.t -> string = "bactrian_suite_read_tuple17"
external read_tuple18 : Obj.t -> string = "bactrian_suite_read_tuple18"
external read_tuple19 : Obj.t -> string = "bactrian_suite_read_tuple19"
external read_tuple20 : Obj.t -> string = "bactrian_suite_read_tuple20"
external read_tuple21 : Obj.t -> string = "bactrian_suite_read_tuple21"
external read_i32_as_int : Obj.t -> string = "bactrian_suite_read_i32_as_int"
external read_u32_as_int : Obj.t -> string = "bactrian_suite_read_u32_as_int"
external read_i64_as_int : Obj.t -> string = "bactrian_suite_read_i64_as_int"
external read_u64_as_int : Obj.t -> string = "bactrian_suite_read_u64_as_int"
external read_isize_as_nativeint : Obj.t -> string = "bactrian_suite_read_isize_as_nativeint"
external read_usize_as_nativeint : Obj.t -> string = "bactrian_suite_read_usize_as_nativeint"
external read_u8_as_char : Obj.t -> string = "bactrian_suite_read_u8_as_char"
external read_bytes_as_string : Obj.t -> string = "bactrian_suite_read_bytes_as_string"
external read_slice_as_string : Obj.t -> string = "bactrian_suite_read_slice_as_string"
external read_vec_as_list : Obj.t -> string = "bactrian_suite_read_vec_as_list"
external read_strings_as_list : Obj.t -> string = "bactrian_suite_read_strings_as_list"
external read_floats_as_list : Obj.t -> string = "bactrian_suite_read_floats_as_list"
external read_box_as_list : Obj.t -> string = "bactrian_suite_read_box_as_list"
external read_deque_as_array : Obj.t -> string = "bactrian_suite_read_deque_as_array"
external read_float_deque_as_array : Obj.t -> string = "bactrian_suite_read_float_deque_as_array"
external read_person : Obj.t -> string = "bactrian_suite_read_person"
external read_point : Obj.t -> string = "bactrian_suite_read_point"
external read_box3 : Obj.t -> string = "bactrian_suite_read_box3"
external read_metres : Obj.t -> string = "bactrian_suite_read_metres"
external read_unboxed : Obj.t -> string = "bactrian_suite_read_unboxed"
external read_unboxed_name : Obj.t -> string = "bactrian_suite_read_unboxed_name"
external read_one_float : Obj.t -> string = "bactrian_suite_read_one_float"
external read_one_string : Obj.t -> string = "bactrian_suite_read_one_string"
external read_measured : Obj.t -> string = "bactrian_suite_read_measured"
external read_nested : Obj.t -> string = "bactrian_suite_read_nested"
external read_pair : Obj.t -> string = "bactrian_suite_read_pair"
external read_float_struct : Obj.t -> string = "bactrian_suite_read_float_struct"
external read_unit_struct : Obj.t -> string = "bactrian_suite_read_unit_struct"
external read_ten : Obj.t -> string = "bactrian_suite_read_ten"
external read_adapted : Obj.t -> string = "bactrian_suite_read_adapted"
external read_colour : Obj.t -> string = "bactrian_suite_read_colour"
external read_shape : Obj.t -> string = "bactrian_suite_read_shape"
external read_id : Obj.t -> string = "bactrian_suite_read_id"
external read_lengths : Obj.t -> string = "bactrian_suite_read_lengths"
external read_one_block : Obj.t -> string = "bactrian_suite_read_one_block"
external read_many : Obj.t -> string = "bactrian_suite_read_many"
external read_basic : Obj.t -> string = "bactrian_suite_read_basic"
external read_paint : Obj.t -> string = "bactrian_suite_read_paint"
external read_more : Obj.t -> string = "bactrian_suite_read_more"
external read_labelled : Obj.t -> string = "bactrian_suite_read_labelled"
external read_labelled_float : Obj.t -> string = "bactrian_suite_read_labelled_float"
external read_both_floats : Obj.t -> string = "bactrian_suite_read_both_floats"
external read_both_strings : Obj.t -> string = "bactrian_suite_read_both_strings"
external read_either : Obj.t -> string = "bactrian_suite_read_either"
external read_tree : Obj.t -> string = "bactrian_suite_read_tree"
external read_tree_float : Obj.t -> string = "bactrian_suite_read_tree_float"
external read_rose : Obj.t -> string = "bactrian_suite_read_rose"
external read_chain : Obj.t -> string = "bactrian_suite_read_chain"
external read_expression : Obj.t -> string = "bactrian_suite_read_expression"
external read_release : Obj.t -> string = "bactrian_suite_read_release"
external read_borrowed : Obj.t -> string = "bactrian_suite_read_borrowed"
external read_points : Obj.t -> string = "bactrian_suite_read_points"
external read_ids : Obj.t -> string = "bactrian_suite_read_ids"
external read_colours : Obj.t -> string = "bactrian_suite_read_colours"
external read_metres_array : Obj.t -> string = "bactrian_suite_read_metres_array"
external read_unboxed_array : Obj.t -> string = "bactrian_suite_read_unboxed_array"
external take_value : Obj.t -> unit = "bactrian_suite_take_value"
external take_root : Obj.t -> unit = "bactrian_suite_take_root"
external take_list : Obj.t -> unit = "bactrian_suite_take_list"
external take_array : Obj.t -> unit = "bactrian_suite_take_array"
external take_root_list : Obj.t -> unit = "bactrian_suite_take_root_list"
external take_fun : Obj.t -> unit = "bactrian_suite_take_fun"
external take_seq : Obj.t -> unit = "bactrian_suite_take_seq"
external take_values : Obj.t -> unit = "bactrian_suite_take_values"
external take_roots : Obj.t -> unit = "bactrian_suite_take_roots"
external take_option_value : Obj.t -> unit = "bactrian_suite_take_option_value"
external take_map_of_values : Obj.t -> unit = "bactrian_suite_take_map_of_values"
external take_slice : Obj.t -> unit = "bactrian_suite_take_slice"
external take_slice_mut : Obj.t -> unit = "bactrian_suite_take_slice_mut"
external take_floats : Obj.t -> unit = "bactrian_suite_take_floats"
external take_floats_mut : Obj.t -> unit = "bactrian_suite_take_floats_mut"
external take_binary : Obj.t -> unit = "bactrian_suite_take_binary"
external take_nest : Obj.t -> unit = "bactrian_suite_take_nest"
external take_vec_nest : Obj.t -> unit = "bactrian_suite_take_vec_nest"
external take_list_nest : Obj.t -> unit = "bactrian_suite_take_list_nest"
external take_result_nest : Obj.t -> unit = "bactrian_suite_take_result_nest"

(* ---- what each accepts ---- *)

(* Whatever its name, a value of type [Obj.t]. *)
let anything = List.map fst values

let conversions : (string * (Obj.t -> unit) * string list) list =
  [
    ("read_unit", (fun value -> ignore (read_unit value)), [ "0" ]);
    ("read_bool", (fun value -> ignore (read_bool value)), [ "0"; "1" ]);
    ("read_char", (fun value -> ignore (read_char value)), [ "0"; "1"; "97"; "300" ]);
    ("read_i8", (fun value -> ignore (read_i8 value)), [ "0"; "1"; "-1"; "97" ]);
    ("read_u8", (fun value -> ignore (read_u8 value)), [ "0"; "1"; "97" ]);
    ("read_i16", (fun value -> ignore (read_i16 value)), [ "0"; "1"; "-1"; "97"; "300" ]);
    ("read_u16", (fun value -> ignore (read_u16 value)), [ "0"; "1"; "97"; "300" ]);
    ( "read_isize",
      (fun value -> ignore (read_isize value)),
      [
        "0"; "1"; "-1"; "97"; "300"; "a large int"; "max_int"; "min_int"
      ] );
    ( "read_usize",
      (fun value -> ignore (read_usize value)),
      [
        "0"; "1"; "97"; "300"; "a large int"; "max_int"
      ] );
    ("read_i32", (fun value -> ignore (read_i32 value)), [ "an int32" ]);
    ("read_u32", (fun value -> ignore (read_u32 value)), [ "an int32" ]);
    ("read_i64", (fun value -> ignore (read_i64 value)), [ "an int64" ]);
    ("read_u64", (fun value -> ignore (read_u64 value)), [ "an int64" ]);
    ("read_f32", (fun value -> ignore (read_f32 value)), [ "0.5"; "nan" ]);
    ("read_f64", (fun value -> ignore (read_f64 value)), [ "0.5"; "nan" ]);
    ( "read_string",
      (fun value -> ignore (read_string value)),
      [
        "\"\""; "\"text\""; "a string of 100,000"; "an empty block of a string's tag";
        "a string's padding beyond its size"
      ] );
    ( "read_str",
      (fun value -> ignore (read_str value)),
      [
        "\"\""; "\"text\""; "a string of 100,000"; "an empty block of a string's tag";
        "a string's padding beyond its size"
      ] );
    ( "read_box_str",
      (fun value -> ignore (read_box_str value)),
      [
        "\"\""; "\"text\""; "a string of 100,000"; "an empty block of a string's tag";
        "a string's padding beyond its size"
      ] );
    ( "read_path_buf",
      (fun value -> ignore (read_path_buf value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "read_path",
      (fun value -> ignore (read_path value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "read_os_string",
      (fun value -> ignore (read_os_string value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "read_os_str",
      (fun value -> ignore (read_os_str value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "read_bytes",
      (fun value -> ignore (read_bytes value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ("read_byte_array", (fun value -> ignore (read_byte_array value)), [ "\"text\"" ]);
    ( "read_box_bytes",
      (fun value -> ignore (read_box_bytes value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ("read_option", (fun value -> ignore (read_option value)), [ "0"; "(0)"; "(7)" ]);
    ("read_option_option", (fun value -> ignore (read_option_option value)), [ "0"; "(0)" ]);
    ("read_option_string", (fun value -> ignore (read_option_string value)), [ "0" ]);
    ("read_option_float", (fun value -> ignore (read_option_float value)), [ "0" ]);
    ("read_result", (fun value -> ignore (read_result value)), [ "(0)"; "(7)" ]);
    ("read_result_unit", (fun value -> ignore (read_result_unit value)), [ "(0)"; "tag 1 (0)" ]);
    ("read_result_float", (fun value -> ignore (read_result_float value)), [ "tag 1 (0)" ]);
    ("read_tuple2", (fun value -> ignore (read_tuple2 value)), [ "(1, \"b\")" ]);
    ("read_tuple3", (fun value -> ignore (read_tuple3 value)), [ "(0, 0, 0)" ]);
    ("read_tuple4", (fun value -> ignore (read_tuple4 value)), [ "(0, 0, 0, 0)" ]);
    ("read_tuple5", (fun value -> ignore (read_tuple5 value)), []);
    ("read_tuple6", (fun value -> ignore (read_tuple6 value)), []);
    ("read_tuple7", (fun value -> ignore (read_tuple7 value)), []);
    ("read_tuple8", (fun value -> ignore (read_tuple8 value)), []);
    ("read_tuple9", (fun value -> ignore (read_tuple9 value)), []);
    ("read_tuple10", (fun value -> ignore (read_tuple10 value)), []);
    ("read_tuple11", (fun value -> ignore (read_tuple11 value)), []);
    ("read_tuple12", (fun value -> ignore (read_tuple12 value)), []);
    ("read_float_pair", (fun value -> ignore (read_float_pair value)), []);
    ("read_nested_tuple", (fun value -> ignore (read_nested_tuple value)), []);
    ( "read_array",
      (fun value -> ignore (read_array value)),
      [
        "[||]"; "(0)"; "(7)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"; "hash and 0";
        "an array of 10^6"
      ] );
    ( "read_array_u16",
      (fun value -> ignore (read_array_u16 value)),
      [
        "[||]"; "(0)"; "(7)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"; "an array of 10^6"
      ] );
    ( "read_array_bool",
      (fun value -> ignore (read_array_bool value)),
      [
        "[||]"; "(0)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"
      ] );
    ("read_array_i64", (fun value -> ignore (read_array_i64 value)), [ "[||]" ]);
    ("read_array_string", (fun value -> ignore (read_array_string value)), [ "[||]" ]);
    ( "read_array_f64",
      (fun value -> ignore (read_array_f64 value)),
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ( "read_array_f32",
      (fun value -> ignore (read_array_f32 value)),
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ( "read_array_unit",
      (fun value -> ignore (read_array_unit value)),
      [
        "[||]"; "(0)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"
      ] );
    ("read_array_array", (fun value -> ignore (read_array_array value)), [ "[||]" ]);
    ("read_array_float_array", (fun value -> ignore (read_array_float_array value)), [ "[||]" ]);
    ( "read_array_option_float",
      (fun value -> ignore (read_array_option_float value)),
      [
        "[||]"; "(0)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"
      ] );
    ( "read_array_box_float",
      (fun value -> ignore (read_array_box_float value)),
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ("read_array_bytes", (fun value -> ignore (read_array_bytes value)), [ "[||]" ]);
    ("read_array_pair", (fun value -> ignore (read_array_pair value)), [ "[||]" ]);
    ("read_boxed_slice", (fun value -> ignore (read_boxed_slice value)), [ "[||]" ]);
    ("read_fixed", (fun value -> ignore (read_fixed value)), [ "(0, 0, 0)" ]);
    ("read_fixed_float", (fun value -> ignore (read_fixed_float value)), [ "[|0.5; 0.5|]" ]);
    ("read_fixed_string", (fun value -> ignore (read_fixed_string value)), []);
    ("read_fixed_empty", (fun value -> ignore (read_fixed_empty value)), [ "[||]" ]);
    ("read_btree_map", (fun value -> ignore (read_btree_map value)), [ "0" ]);
    ("read_hash_map", (fun value -> ignore (read_hash_map value)), [ "0" ]);
    ( "read_linked_list",
      (fun value -> ignore (read_linked_list value)),
      [
        "0"; "(0, 0)"; "hash and 0"; "a list of 10^6"
      ] );
    ("read_linked_list_float", (fun value -> ignore (read_linked_list_float value)), [ "0" ]);
    ("read_vec_deque", (fun value -> ignore (read_vec_deque value)), [ "0" ]);
    ("read_list_list", (fun value -> ignore (read_list_list value)), [ "0"; "(0, 0)" ]);
    ( "read_box",
      (fun value -> ignore (read_box value)),
      [
        "0"; "1"; "-1"; "97"; "300"; "a large int"; "max_int"; "min_int"
      ] );
    ( "read_rc",
      (fun value -> ignore (read_rc value)),
      [
        "\"\""; "\"text\""; "a string of 100,000"; "an empty block of a string's tag";
        "a string's padding beyond its size"
      ] );
    ("read_arc", (fun value -> ignore (read_arc value)), [ "(1, \"b\")" ]);
    ("read_box_float", (fun value -> ignore (read_box_float value)), [ "0.5"; "nan" ]);
    ( "read_cow",
      (fun value -> ignore (read_cow value)),
      [
        "\"\""; "\"text\""; "a string of 100,000"; "an empty block of a string's tag";
        "a string's padding beyond its size"
      ] );
    ( "read_cow_slice",
      (fun value -> ignore (read_cow_slice value)),
      [
        "[||]"; "(0)"; "(7)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"; "hash and 0";
        "an array of 10^6"
      ] );
    ("read_deep_nest", (fun value -> ignore (read_deep_nest value)), [ "0" ]);
    ("read_tuple13", (fun value -> ignore (read_tuple13 value)), []);
    ("read_tuple14", (fun value -> ignore (read_tuple14 value)), []);
    ("read_tuple15", (fun value -> ignore (read_tuple15 value)), []);
    ("read_tuple16", (fun value -> ignore (read_tuple16 value)), []);
    ("read_tuple17", (fun value -> ignore (read_tuple17 value)), []);
    ("read_tuple18", (fun value -> ignore (read_tuple18 value)), []);
    ("read_tuple19", (fun value -> ignore (read_tuple19 value)), []);
    ("read_tuple20", (fun value -> ignore (read_tuple20 value)), []);
    ("read_tuple21", (fun value -> ignore (read_tuple21 value)), []);
    ( "read_i32_as_int",
      (fun value -> ignore (read_i32_as_int value)),
      (* Where an int has 31 bits, every one is an i32. *)
      [
        "0"; "1"; "-1"; "97"; "300"
      ]
      @ by_word [] [ "a large int"; "max_int"; "min_int" ] );
    ( "read_u32_as_int",
      (fun value -> ignore (read_u32_as_int value)),
      [ "0"; "1"; "97"; "300" ] @ by_word [] [ "a large int"; "max_int" ] );
    ( "read_i64_as_int",
      (fun value -> ignore (read_i64_as_int value)),
      [
        "0"; "1"; "-1"; "97"; "300"; "a large int"; "max_int"; "min_int"
      ] );
    ( "read_u64_as_int",
      (fun value -> ignore (read_u64_as_int value)),
      [
        "0"; "1"; "97"; "300"; "a large int"; "max_int"
      ] );
    ( "read_isize_as_nativeint",
      (fun value -> ignore (read_isize_as_nativeint value)),
      [
        "a nativeint"
      ] );
    ( "read_usize_as_nativeint",
      (fun value -> ignore (read_usize_as_nativeint value)),
      [
        "a nativeint"
      ] );
    ("read_u8_as_char", (fun value -> ignore (read_u8_as_char value)), [ "0"; "1"; "97" ]);
    ( "read_bytes_as_string",
      (fun value -> ignore (read_bytes_as_string value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "read_slice_as_string",
      (fun value -> ignore (read_slice_as_string value)),
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "read_vec_as_list",
      (fun value -> ignore (read_vec_as_list value)),
      [
        "0"; "(0, 0)"; "hash and 0"; "a list of 10^6"
      ] );
    ("read_strings_as_list", (fun value -> ignore (read_strings_as_list value)), [ "0" ]);
    ("read_floats_as_list", (fun value -> ignore (read_floats_as_list value)), [ "0" ]);
    ("read_box_as_list", (fun value -> ignore (read_box_as_list value)), [ "0" ]);
    ("read_deque_as_array", (fun value -> ignore (read_deque_as_array value)), [ "[||]" ]);
    ( "read_float_deque_as_array",
      (fun value -> ignore (read_float_deque_as_array value)),
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ("read_person", (fun value -> ignore (read_person value)), []);
    ("read_point", (fun value -> ignore (read_point value)), [ "[|0.5; 0.5; 0.5|]" ]);
    ("read_box3", (fun value -> ignore (read_box3 value)), [ "[|0.5; 0.5; 0.5|]" ]);
    ("read_metres", (fun value -> ignore (read_metres value)), [ "0.5"; "nan" ]);
    ("read_unboxed", (fun value -> ignore (read_unboxed value)), [ "0.5"; "nan" ]);
    ( "read_unboxed_name",
      (fun value -> ignore (read_unboxed_name value)),
      [
        "\"\""; "\"text\""; "a string of 100,000"; "an empty block of a string's tag";
        "a string's padding beyond its size"
      ] );
    ("read_one_float", (fun value -> ignore (read_one_float value)), [ "[|0.5|]" ]);
    ("read_one_string", (fun value -> ignore (read_one_string value)), []);
    ("read_measured", (fun value -> ignore (read_measured value)), []);
    ("read_nested", (fun value -> ignore (read_nested value)), []);
    ("read_pair", (fun value -> ignore (read_pair value)), [ "(1, \"b\")" ]);
    ("read_float_struct", (fun value -> ignore (read_float_struct value)), []);
    ("read_unit_struct", (fun value -> ignore (read_unit_struct value)), [ "0" ]);
    ("read_ten", (fun value -> ignore (read_ten value)), []);
    ("read_adapted", (fun value -> ignore (read_adapted value)), []);
    ("read_colour", (fun value -> ignore (read_colour value)), [ "0"; "1" ]);
    ("read_shape", (fun value -> ignore (read_shape value)), [ "0"; "1"; "tag 1 (0, 0)" ]);
    ( "read_id",
      (fun value -> ignore (read_id value)),
      [
        "0"; "1"; "-1"; "97"; "300"; "a large int"; "max_int"; "min_int"
      ] );
    ("read_lengths", (fun value -> ignore (read_lengths value)), [ "[|0.5; 0.5|]" ]);
    ("read_one_block", (fun value -> ignore (read_one_block value)), []);
    ("read_many", (fun value -> ignore (read_many value)), [ "0"; "1"; "97"; "(0)"; "(7)" ]);
    ("read_basic", (fun value -> ignore (read_basic value)), []);
    ("read_paint", (fun value -> ignore (read_paint value)), [ "hash and 0" ]);
    ("read_more", (fun value -> ignore (read_more value)), [ "hash and 0" ]);
    ("read_labelled", (fun value -> ignore (read_labelled value)), []);
    ("read_labelled_float", (fun value -> ignore (read_labelled_float value)), []);
    ("read_both_floats", (fun value -> ignore (read_both_floats value)), []);
    ("read_both_strings", (fun value -> ignore (read_both_strings value)), []);
    ("read_either", (fun value -> ignore (read_either value)), [ "0"; "(0)"; "(7)" ]);
    ("read_tree", (fun value -> ignore (read_tree value)), [ "0"; "(0, 0, 0)" ]);
    ("read_tree_float", (fun value -> ignore (read_tree_float value)), [ "0" ]);
    ("read_rose", (fun value -> ignore (read_rose value)), []);
    ("read_chain", (fun value -> ignore (read_chain value)), [ "(0, 0)"; "hash and 0" ]);
    ("read_expression", (fun value -> ignore (read_expression value)), []);
    ("read_release", (fun value -> ignore (read_release value)), []);
    ("read_borrowed", (fun value -> ignore (read_borrowed value)), []);
    ("read_points", (fun value -> ignore (read_points value)), [ "[||]" ]);
    ( "read_ids",
      (fun value -> ignore (read_ids value)),
      [
        "[||]"; "(0)"; "(7)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"; "hash and 0";
        "an array of 10^6"
      ] );
    ( "read_colours",
      (fun value -> ignore (read_colours value)),
      [
        "[||]"; "(0)"; "(0, 0)"; "(0, 0, 0)"; "(0, 0, 0, 0)"
      ] );
    ( "read_metres_array",
      (fun value -> ignore (read_metres_array value)),
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ( "read_unboxed_array",
      (fun value -> ignore (read_unboxed_array value)),
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ("take_value", take_value, anything);
    ("take_root", take_root, anything);
    ( "take_list",
      take_list,
      [
        "0"; "(0, 0)"; "(1, \"b\")"; "hash and 0"; "an exception"; "a cyclic list";
        "a list that ends in 7"; "itself, of 2"; "a list of 10^6"; "10^6 levels of 2"
      ] );
    ( "take_array",
      take_array,
      [
        "[||]"; "(0)"; "(7)"; "(0, 0)"; "(1, \"b\")"; "(0, 0, 0)"; "(0, 0, 0, 0)"; "hash and 0";
        "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"; "an exception"; "a cyclic list";
        "a list that ends in 7"; "itself, of 1"; "itself, of 2"; "itself, of 3";
        "a list of 10^6"; "an array of 10^6"; "10^6 levels of 1"; "10^6 levels of 2";
        "10^6 levels of 3, left"; "10^6 levels of 3, right"
      ] );
    ( "take_root_list",
      take_root_list,
      [
        "0"; "(0, 0)"; "(1, \"b\")"; "hash and 0"; "an exception"; "a cyclic list";
        "a list that ends in 7"; "itself, of 2"; "a list of 10^6"; "10^6 levels of 2"
      ] );
    ("take_fun", take_fun, [ "a closure"; "an infix closure"; "a closure of two" ]);
    ("take_seq", take_seq, [ "a closure"; "an infix closure"; "a closure of two" ]);
    ( "take_values",
      take_values,
      [
        "[||]"; "(0)"; "(7)"; "(0, 0)"; "(1, \"b\")"; "(0, 0, 0)"; "(0, 0, 0, 0)"; "hash and 0";
        "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"; "an exception"; "a cyclic list";
        "a list that ends in 7"; "itself, of 1"; "itself, of 2"; "itself, of 3";
        "a list of 10^6"; "an array of 10^6"; "10^6 levels of 1"; "10^6 levels of 2";
        "10^6 levels of 3, left"; "10^6 levels of 3, right"
      ] );
    ( "take_roots",
      take_roots,
      [
        "0"; "(0, 0)"; "hash and 0"; "a list of 10^6"; "10^6 levels of 2"
      ] );
    ( "take_option_value",
      take_option_value,
      [
        "0"; "(0)"; "(7)"; "itself, of 1"; "10^6 levels of 1"
      ] );
    ("take_map_of_values", take_map_of_values, [ "0" ]);
    ( "take_slice",
      take_slice,
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ( "take_slice_mut",
      take_slice_mut,
      [
        "\"\""; "\"text\""; "\"\\255\""; "a string of 100,000";
        "an empty block of a string's tag"; "a string's padding beyond its size"
      ] );
    ("take_floats", take_floats, [ "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]" ]);
    ( "take_floats_mut",
      take_floats_mut,
      [
        "[||]"; "[|0.5|]"; "[|0.5; 0.5|]"; "[|0.5; 0.5; 0.5|]"
      ] );
    ("take_binary", take_binary, [ "0"; "(0, 0, 0)" ]);
    ("take_nest", take_nest, [ "(0)" ]);
    ("take_vec_nest", take_vec_nest, []);
    ("take_list_nest", take_list_nest, [ "(0)" ]);
    ("take_result_nest", take_result_nest, [ "tag 1 (0)" ]);
  ]

(* An error that explains itself: where, what was expected, what was found. *)
let explains message =
  contains message "argument `value`: "
  && ((contains message "expected " && contains message ", got ")
     || contains message
          "the value is nested too deeply for this thread's stack (raise it with `ulimit -s`)")

(* Should the program end here, the last word says where. *)
let reading = ref ""
let () = at_exit (fun () -> if !reading <> "" then Printf.printf "while reading %s\n%!" !reading)

let table () =
  List.iter
    (fun (conversion, read, accepted) ->
      List.iter
        (fun (value_name, value) ->
          let name = conversion ^ " of " ^ value_name in
          let acceptable = List.mem value_name accepted in
          reading := name;
          (match read value with
          | () -> check (name ^ ": must be refused") acceptable
          | exception Invalid_argument message ->
              check (name ^ ": must be accepted, not: " ^ message) (not acceptable);
              check (name ^ ": not explained: " ^ message) (explains message)
          | exception exn -> check (name ^ ": " ^ Printexc.to_string exn) false);
          reading := "")
        values;
      Gc.minor ())
    conversions

let names_are_known () =
  List.iter
    (fun (conversion, _, accepted) ->
      List.iter
        (fun name -> check (conversion ^ ": no value is called " ^ name) (List.mem_assoc name values))
        accepted)
    conversions

(* ---- what the errors say, of each kind of value ---- *)

let descriptions () =
  List.iter
    (fun (name, expected) ->
      refuses ("the words for " ^ name)
        ("argument `value`: expected unit, got " ^ expected)
        (fun () -> ignore (read_unit (List.assoc name values))))
    [
      ("max_int", string_of_int max_int);
      ("[||]", "an empty block (an array of length 0)");
      ("(7)", "a block of tag 0 with 1 field");
      ("(0, 0, 0)", "a block of tag 0 with 3 fields");
      ("tag 9 (0, 0, 0)", "a block of tag 9 with 3 fields");
      ("\"text\"", "the string \"text\"");
      ("\"\\255\"", "the string \"\\255\"");
      ("a string of 100,000", "the string \"" ^ String.make 40 'x' ^ "\"... (100000 bytes)");
      ("0.5", "the float 0.5");
      ("nan", "the float NaN");
      ("[|0.5; 0.5|]", "a float array of length 2 (or a record of floats)");
      ("a closure", "a function");
      ("an infix closure", "a function");
      ("an int32", "a custom block (int32)");
      ("an int64", "a custom block (int64)");
      ("a nativeint", "a custom block (nativeint)");
      ("a bigarray", "a custom block (bigarray)");
      ("a channel", "a custom block (_chan)");
      ("a weak array", "an abstract block");
      ("an abstract block", "an abstract block");
      ("an object", "an object or an exception's constructor");
      ("a constant exception", "an object or an exception's constructor");
      ("a predefined exception", "an object or an exception's constructor");
      ("a lazy value", "a lazy value");
      ("an array of 10^6", "a block of tag 0 with 1000000 fields");
    ]

(* ---- deep values in ---- *)

(* At every depth a value is read or refused, and dropped. *)
let depths_in () =
  let ways =
    [
      ("options", take_nest, fun levels -> deep 0 1 0 (2 * levels - 1));
      ("a tree, left", take_binary, deep 0 3 0);
      ("a tree, right", take_binary, deep 0 3 2);
      ( "arrays",
        take_vec_nest,
        fun levels ->
          let value = ref (Obj.repr [||]) in
          for _ = 2 to 2 * levels do
            value := block 0 [ !value ]
          done;
          !value );
      ( "lists",
        take_list_nest,
        fun levels ->
          let value = ref (block 0 [ int 0 ]) in
          for _ = 2 to levels do
            value := block 0 [ block 0 [ !value; int 0 ] ]
          done;
          !value );
      ( "results",
        take_result_nest,
        fun levels ->
          let value = ref (block 1 [ int 0 ]) in
          for _ = 2 to levels do
            value := block 0 [ !value ]
          done;
          !value );
    ]
  in
  List.iter
    (fun (name, take, value) ->
      let refused = ref false in
      let levels = ref 100 in
      while !levels < 1_500_000 do
        let name = Printf.sprintf "%d levels of %s" !levels name in
        let value = value !levels in
        reading := name;
        (match take value with
        | () ->
            check (name ^ ": fewer levels were refused") (not !refused)
        | exception Invalid_argument message ->
            refused := true;
            check
              (name ^ ": not explained, or at length: " ^ message)
              (explains message && String.length message < 1500));
        reading := "";
        levels := !levels * 3 / 2
      done)
    ways

(* ---- deep values out ---- *)

external make_nest : int -> Obj.t = "bactrian_suite_make_nest"
external make_vec_nest : int -> Obj.t = "bactrian_suite_make_vec_nest"
external make_list_nest : int -> Obj.t = "bactrian_suite_make_list_nest"
external make_binary : int -> Obj.t = "bactrian_suite_make_binary"

(* The number of blocks on the way down the first fields. *)
let depth value =
  let rec down value levels =
    if Obj.is_int value || Obj.size value = 0 then levels else down (Obj.field value 0) (levels + 1)
  in
  down value 0

let too_deep =
  "the value is nested too deeply for this thread's stack (raise it with `ulimit -s`)"

let depths_out () =
  List.iter
    (fun (name, make, blocks) ->
      List.iter
        (fun levels ->
          let name = Printf.sprintf "%d levels of %s out" levels name in
          reading := name;
          (match make levels with
          | value -> same name (blocks levels) (depth value)
          | exception Failure message ->
              text name (if levels < 1000 then "not so deep" else too_deep) message);
          reading := "")
        [ 1; 2; 100; 1000; 10_000; 100_000; 1_000_000 ])
    [
      ("options", make_nest, fun levels -> (2 * levels) - 1);
      ("arrays", make_vec_nest, fun levels -> (2 * levels) - 1);
      ("lists", make_list_nest, fun levels -> (2 * levels) - 1);
      ("trees", make_binary, fun levels -> levels - 1);
    ]

let all () =
  names_are_known ();
  table ();
  descriptions ();
  depths_in ();
  depths_out ()

let () =
  all ();
  Thread.join (Thread.create all ());
  finish ()
