(* Options, results, tuples, arrays, maps, lists, pointers, in both directions. *)

open Check

(* ---- option, result ---- *)

external read_option : int option -> string = "bactrian_suite_read_option"
external echo_option : int option -> int option = "bactrian_suite_echo_option"

external read_option_option : unit option option -> string = "bactrian_suite_read_option_option"

external echo_option_option : unit option option -> unit option option
  = "bactrian_suite_echo_option_option"

external read_option_string : string option -> string = "bactrian_suite_read_option_string"
external echo_option_string : string option -> string option = "bactrian_suite_echo_option_string"
external read_option_float : float option -> string = "bactrian_suite_read_option_float"
external echo_option_float : float option -> float option = "bactrian_suite_echo_option_float"
external read_result : (int, string) result -> string = "bactrian_suite_read_result"
external echo_result : (int, string) result -> (int, string) result = "bactrian_suite_echo_result"
external read_result_unit : (unit, unit) result -> string = "bactrian_suite_read_result_unit"

external echo_result_unit : (unit, unit) result -> (unit, unit) result
  = "bactrian_suite_echo_result_unit"

external read_result_float : (float, float option) result -> string
  = "bactrian_suite_read_result_float"

external echo_result_float : (float, float option) result -> (float, float option) result
  = "bactrian_suite_echo_result_float"

let () =
  both "None" read_option echo_option None "None";
  both "Some 3" read_option echo_option (Some 3) "Some(3)";
  both "Some None" read_option_option echo_option_option (Some None) "Some(None)";
  both "Some (Some ())" read_option_option echo_option_option (Some (Some ())) "Some(Some(()))";
  both "None : _ option option" read_option_option echo_option_option None "None";
  both "Some \"a\"" read_option_string echo_option_string (Some "a") "Some(\"a\")";
  both "Some 0.5" read_option_float echo_option_float (Some 0.5) "Some(0.5)";
  both "Ok 1" read_result echo_result (Ok 1) "Ok(1)";
  both "Error" read_result echo_result (Error "no") "Err(\"no\")";
  both "Ok ()" read_result_unit echo_result_unit (Ok ()) "Ok(())";
  both "Error ()" read_result_unit echo_result_unit (Error ()) "Err(())";
  both "Ok 0.5" read_result_float echo_result_float (Ok 0.5) "Ok(0.5)";
  both "Error (Some 0.5)" read_result_float echo_result_float (Error (Some 0.5)) "Err(Some(0.5))";
  refuses "inside Some" "argument `value`: constructor `Some`: expected an int, got the string \"3\""
    (fun () -> read_option (Some (Obj.magic "3")));
  refuses "inside Some (Some _)"
    "argument `value`: constructor `Some`: constructor `Some`: expected unit, got 5" (fun () ->
      read_option_option (Some (Some (Obj.magic 5))));
  refuses "inside Ok" "argument `value`: constructor `Ok`: expected an int, got the float 0.5"
    (fun () -> read_result (Ok (Obj.magic 0.5)));
  refuses "inside Error" "argument `value`: constructor `Error`: expected a string, got 7" (fun () ->
      read_result (Error (Obj.magic 7)))

(* ---- tuples ---- *)

external read_tuple2 : int * string -> string = "bactrian_suite_read_tuple2"
external echo_tuple2 : int * string -> int * string = "bactrian_suite_echo_tuple2"
external read_float_pair : float * float -> string = "bactrian_suite_read_float_pair"
external echo_float_pair : float * float -> float * float = "bactrian_suite_echo_float_pair"

external read_nested_tuple : (int * (string * float)) * unit * (bool * Uchar.t) option -> string
  = "bactrian_suite_read_nested_tuple"

external echo_nested_tuple :
  (int * (string * float)) * unit * (bool * Uchar.t) option ->
  (int * (string * float)) * unit * (bool * Uchar.t) option = "bactrian_suite_echo_nested_tuple"

(* Tuples of ints, seen as arrays of their length. *)
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
external read_tuple13 : Obj.t -> string = "bactrian_suite_read_tuple13"
external read_tuple14 : Obj.t -> string = "bactrian_suite_read_tuple14"
external read_tuple15 : Obj.t -> string = "bactrian_suite_read_tuple15"
external read_tuple16 : Obj.t -> string = "bactrian_suite_read_tuple16"
external read_tuple17 : Obj.t -> string = "bactrian_suite_read_tuple17"
external read_tuple18 : Obj.t -> string = "bactrian_suite_read_tuple18"
external read_tuple19 : Obj.t -> string = "bactrian_suite_read_tuple19"
external read_tuple20 : Obj.t -> string = "bactrian_suite_read_tuple20"
external read_tuple21 : Obj.t -> string = "bactrian_suite_read_tuple21"
external echo_tuple3 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple3"
external echo_tuple4 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple4"
external echo_tuple5 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple5"
external echo_tuple6 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple6"
external echo_tuple7 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple7"
external echo_tuple8 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple8"
external echo_tuple9 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple9"
external echo_tuple10 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple10"
external echo_tuple11 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple11"
external echo_tuple12 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple12"
external echo_tuple13 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple13"
external echo_tuple14 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple14"
external echo_tuple15 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple15"
external echo_tuple16 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple16"
external echo_tuple17 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple17"
external echo_tuple18 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple18"
external echo_tuple19 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple19"
external echo_tuple20 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple20"
external echo_tuple21 : Obj.t -> Obj.t = "bactrian_suite_echo_tuple21"

let () =
  both "pair" read_tuple2 echo_tuple2 (-1, "b") "(-1, \"b\")";
  both "pair of floats" read_float_pair echo_float_pair (0.5, -0.) "(0.5, -0.0)";
  check "a pair of floats is a block of tag 0" (Obj.tag (Obj.repr (echo_float_pair (1., 2.))) = 0);
  both "tuple of tuples" read_nested_tuple echo_nested_tuple
    ((1, ("b", 0.5)), (), Some (true, Uchar.of_int 99))
    "((1, (\"b\", 0.5)), (), Some((true, 'c')))";
  (* OCaml makes it, not an array. *)
  let three = Obj.repr (1, 2, 3) in
  both "triple" read_tuple3 echo_tuple3 three "(1, 2, 3)";
  List.iter
    (fun (n, read, echo) ->
      let tuple = Obj.repr (Array.init n succ) in
      let numbers separator = String.concat separator (List.init n (fun i -> string_of_int (i + 1))) in
      both
        (Printf.sprintf "tuple of %d" n)
        read echo tuple
        (if n <= 12 then "(" ^ numbers ", " ^ ")" else numbers " ");
      let refuses_length m =
        refuses
          (Printf.sprintf "tuple of %d where %d are expected" m n)
          (Printf.sprintf "argument `value`: expected a tuple of %d, got a block of tag 0 with %d fields"
             n m)
          (fun () -> read (Obj.repr (Array.init m succ)))
      in
      refuses_length (n - 1);
      refuses_length (n + 1);
      let wrong = Array.init n (fun i -> Obj.repr i) in
      wrong.(n - 1) <- Obj.repr "last";
      refuses
        (Printf.sprintf "last element of a tuple of %d" n)
        (Printf.sprintf "argument `value`: element %d: expected an int, got the string \"last\"" (n - 1))
        (fun () -> read (Obj.repr wrong)))
    [
      (3, read_tuple3, echo_tuple3);
      (4, read_tuple4, echo_tuple4);
      (5, read_tuple5, echo_tuple5);
      (6, read_tuple6, echo_tuple6);
      (7, read_tuple7, echo_tuple7);
      (8, read_tuple8, echo_tuple8);
      (9, read_tuple9, echo_tuple9);
      (10, read_tuple10, echo_tuple10);
      (11, read_tuple11, echo_tuple11);
      (12, read_tuple12, echo_tuple12);
      (13, read_tuple13, echo_tuple13);
      (14, read_tuple14, echo_tuple14);
      (15, read_tuple15, echo_tuple15);
      (16, read_tuple16, echo_tuple16);
      (17, read_tuple17, echo_tuple17);
      (18, read_tuple18, echo_tuple18);
      (19, read_tuple19, echo_tuple19);
      (20, read_tuple20, echo_tuple20);
      (21, read_tuple21, echo_tuple21);
    ]

(* ---- arrays ---- *)

external read_array : int array -> string = "bactrian_suite_read_array"
external echo_array : int array -> int array = "bactrian_suite_echo_array"
external read_array_u16 : int array -> string = "bactrian_suite_read_array_u16"
external echo_array_u16 : int array -> int array = "bactrian_suite_echo_array_u16"
external read_array_bool : bool array -> string = "bactrian_suite_read_array_bool"
external echo_array_bool : bool array -> bool array = "bactrian_suite_echo_array_bool"
external read_array_i64 : int64 array -> string = "bactrian_suite_read_array_i64"
external echo_array_i64 : int64 array -> int64 array = "bactrian_suite_echo_array_i64"
external read_array_string : string array -> string = "bactrian_suite_read_array_string"
external echo_array_string : string array -> string array = "bactrian_suite_echo_array_string"
external read_array_f64 : float array -> string = "bactrian_suite_read_array_f64"
external echo_array_f64 : float array -> float array = "bactrian_suite_echo_array_f64"
external read_array_f32 : float array -> string = "bactrian_suite_read_array_f32"
external echo_array_f32 : float array -> float array = "bactrian_suite_echo_array_f32"
external read_array_unit : unit array -> string = "bactrian_suite_read_array_unit"
external echo_array_unit : unit array -> unit array = "bactrian_suite_echo_array_unit"
external read_array_array : int array array -> string = "bactrian_suite_read_array_array"
external echo_array_array : int array array -> int array array = "bactrian_suite_echo_array_array"

external read_array_float_array : float array array -> string
  = "bactrian_suite_read_array_float_array"

external echo_array_float_array : float array array -> float array array
  = "bactrian_suite_echo_array_float_array"

external read_array_option_float : float option array -> string
  = "bactrian_suite_read_array_option_float"

external echo_array_option_float : float option array -> float option array
  = "bactrian_suite_echo_array_option_float"

external read_array_box_float : float array -> string = "bactrian_suite_read_array_box_float"
external echo_array_box_float : float array -> float array = "bactrian_suite_echo_array_box_float"
external read_array_bytes : bytes array -> string = "bactrian_suite_read_array_bytes"
external echo_array_bytes : bytes array -> bytes array = "bactrian_suite_echo_array_bytes"
external read_array_pair : (string * int) array -> string = "bactrian_suite_read_array_pair"

external echo_array_pair : (string * int) array -> (string * int) array
  = "bactrian_suite_echo_array_pair"

external read_boxed_slice : string array -> string = "bactrian_suite_read_boxed_slice"
external echo_boxed_slice : string array -> string array = "bactrian_suite_echo_boxed_slice"
external read_fixed : int array -> string = "bactrian_suite_read_fixed"
external echo_fixed : int array -> int array = "bactrian_suite_echo_fixed"
external read_fixed_float : float array -> string = "bactrian_suite_read_fixed_float"
external echo_fixed_float : float array -> float array = "bactrian_suite_echo_fixed_float"
external read_fixed_string : string array -> string = "bactrian_suite_read_fixed_string"
external echo_fixed_string : string array -> string array = "bactrian_suite_echo_fixed_string"
external read_fixed_empty : string array -> string = "bactrian_suite_read_fixed_empty"
external echo_fixed_empty : string array -> string array = "bactrian_suite_echo_fixed_empty"

let () =
  both "int array" read_array echo_array [| 1; -2; 3; min_int; max_int |]
    (by_word "[1, -2, 3, -4611686018427387904, 4611686018427387903]"
       "[1, -2, 3, -1073741824, 1073741823]");
  both "int array, empty" read_array echo_array [||] "[]";
  both "u16 array" read_array_u16 echo_array_u16 [| 0; 65535 |] "[0, 65535]";
  both "bool array" read_array_bool echo_array_bool [| true; false |] "[true, false]";
  both "int64 array" read_array_i64 echo_array_i64 [| 1L; Int64.min_int |] "[1, -9223372036854775808]";
  both "string array" read_array_string echo_array_string [| "a"; ""; "c\000" |]
    "[\"a\", \"\", \"c\\0\"]";
  both "string array, empty" read_array_string echo_array_string [||] "[]";
  both "float array" read_array_f64 echo_array_f64 [| 0.5; -0.; infinity |] "[0.5, -0.0, inf]";
  both "float array, empty" read_array_f64 echo_array_f64 [||] "[]";
  both "float array of one" read_array_f64 echo_array_f64 [| 1. |] "[1.0]";
  both "float array as Vec<f32>" read_array_f32 echo_array_f32 [| 0.5; -2. |] "[0.5, -2.0]";
  both "float array as Vec<f32>, empty" read_array_f32 echo_array_f32 [||] "[]";
  both "float array as Vec<Box<f64>>" read_array_box_float echo_array_box_float [| 0.5; -2. |]
    "[0.5, -2.0]";
  both "unit array" read_array_unit echo_array_unit [| (); () |] "[(), ()]";
  both "int array array" read_array_array echo_array_array [| [| 1 |]; [||]; [| 2; 3 |] |]
    "[[1], [], [2, 3]]";
  both "float array array" read_array_float_array echo_array_float_array [| [| 1. |]; [||]; [| 2.; 3. |] |]
    "[[1.0], [], [2.0, 3.0]]";
  both "float option array" read_array_option_float echo_array_option_float [| Some 0.5; None |]
    "[Some(0.5), None]";
  both "bytes array" read_array_bytes echo_array_bytes [| Bytes.of_string "\xff"; Bytes.empty |]
    "[[255], []]";
  both "pair array" read_array_pair echo_array_pair [| ("a", 1); ("b", 2) |]
    "[(\"a\", 1), (\"b\", 2)]";
  both "Box<[String]>" read_boxed_slice echo_boxed_slice [| "a"; "b" |] "[\"a\", \"b\"]";
  both "[isize; 3]" read_fixed echo_fixed [| 1; 2; 3 |] "[1, 2, 3]";
  both "[f64; 2]" read_fixed_float echo_fixed_float [| 0.5; 1.5 |] "[0.5, 1.5]";
  both "[String; 2]" read_fixed_string echo_fixed_string [| "a"; "b" |] "[\"a\", \"b\"]";
  both "[String; 0]" read_fixed_empty echo_fixed_empty [||] "[]";
  check "a float array is flat" (Obj.tag (Obj.repr (echo_array_f64 [| 1. |])) = Obj.double_array_tag);
  check "so is one of Vec<f32>" (Obj.tag (Obj.repr (echo_array_f32 [| 1. |])) = Obj.double_array_tag);
  refuses "an array of another length"
    "argument `value`: expected an array of length 3, got one of length 2" (fun () ->
      read_fixed [| 1; 2 |]);
  refuses "an element" "argument `value`: element 1: expected an int, got the string \"b\"" (fun () ->
      read_array [| 1; Obj.magic "b"; 3 |]);
  refuses "an element out of range"
    "argument `value`: element 2: expected an int between 0 and 65535, got 65536" (fun () ->
      read_array_u16 [| 1; 2; 65536 |]);
  refuses "an element of an element"
    "argument `value`: element 1: element 0: expected an int, got the float 0.5" (fun () ->
      read_array_array [| [||]; Obj.magic (0.5, 1) |]);
  refuses "a float array where ints are expected"
    "argument `value`: element 0: expected an int, got the float 0.5" (fun () ->
      read_array (Obj.magic [| 0.5 |]));
  refuses "an int array where floats are expected"
    "argument `value`: element 0: expected a float, got 1" (fun () ->
      read_array_f64 (Obj.magic [| 1; 2 |]));
  refuses "a list where an array is expected" "argument `value`: expected an array, got 0" (fun () ->
      read_array (Obj.magic []))

external make_array : (int[@untagged]) -> int array
  = "bactrian_suite_make_array_bytecode" "bactrian_suite_make_array"

external make_list : (int[@untagged]) -> int list
  = "bactrian_suite_make_list_bytecode" "bactrian_suite_make_list"

external make_list_of_strings : (int[@untagged]) -> string list
  = "bactrian_suite_make_list_of_strings_bytecode" "bactrian_suite_make_list_of_strings"

external make_array_of_strings : (int[@untagged]) -> string array
  = "bactrian_suite_make_array_of_strings_bytecode" "bactrian_suite_make_array_of_strings"

external make_float_array : (int[@untagged]) -> float array
  = "bactrian_suite_make_float_array_bytecode" "bactrian_suite_make_float_array"

external make_map : (int[@untagged]) -> (int * string) list
  = "bactrian_suite_make_map_bytecode" "bactrian_suite_make_map"

external make_hash_map : (int[@untagged]) -> (int * string) list
  = "bactrian_suite_make_hash_map_bytecode" "bactrian_suite_make_hash_map"

external sum_hash_map : (int * string) list -> int * int = "bactrian_suite_sum_hash_map"

external sum_array : int array -> (int[@untagged])
  = "bactrian_suite_sum_array_bytecode" "bactrian_suite_sum_array"

external sum_list : int list -> (int[@untagged])
  = "bactrian_suite_sum_list_bytecode" "bactrian_suite_sum_list"

external join : string list -> string = "bactrian_suite_join"

(* Elements of which a million have a sum that an int of 31 bits holds. *)
let low i = i land 1023
let sum_of_low = List.fold_left (fun sum i -> sum + low i) 0

(* Sizes around those of the minor heap's blocks (256 words) and of the minor heap itself. *)
let () =
  List.iter
    (fun n ->
      let name what = Printf.sprintf "%s of %d" what n in
      let ints = List.init n Fun.id in
      identical (name "array") (Array.init n Fun.id) (make_array n);
      collect ();
      identical (name "list") ints (make_list n);
      identical (name "list of strings") (List.map string_of_int ints) (make_list_of_strings n);
      identical (name "array of strings") (Array.init n string_of_int) (make_array_of_strings n);
      collect ();
      identical (name "float array") (Array.init n (fun i -> float i /. 2.)) (make_float_array n);
      same (name "map") (List.map (fun i -> (i, string_of_int i)) ints) (make_map n);
      same (name "hash map")
        (List.map (fun i -> (i, string_of_int i)) ints)
        (List.sort compare (make_hash_map n));
      collect ();
      same (name "sum of an array") (sum_of_low ints) (sum_array (Array.init n low));
      same (name "sum of a list") (sum_of_low ints) (sum_list (List.init n low));
      let strings = List.map string_of_int ints in
      same (name "strings joined") (String.concat "" strings) (join strings))
    [ 0; 1; 2; 3; 127; 128; 255; 256; 257; 1000; 32767; 32768; 100_000 ]

let () =
  let million = List.init 1_000_000 Fun.id in
  same "list of 10^6 in" (sum_of_low million) (sum_list (List.init 1_000_000 low));
  same "list of 10^6 out" million (make_list 1_000_000)

(* ---- maps and lists ---- *)

external read_btree_map : (string * int) list -> string = "bactrian_suite_read_btree_map"
external echo_btree_map : (string * int) list -> (string * int) list = "bactrian_suite_echo_btree_map"
external read_hash_map : (int * string) list -> string = "bactrian_suite_read_hash_map"
external echo_hash_map : (int * string) list -> (int * string) list = "bactrian_suite_echo_hash_map"
external read_linked_list : int list -> string = "bactrian_suite_read_linked_list"
external echo_linked_list : int list -> int list = "bactrian_suite_echo_linked_list"
external read_linked_list_float : float list -> string = "bactrian_suite_read_linked_list_float"
external echo_linked_list_float : float list -> float list = "bactrian_suite_echo_linked_list_float"
external read_vec_deque : string list -> string = "bactrian_suite_read_vec_deque"
external echo_vec_deque : string list -> string list = "bactrian_suite_echo_vec_deque"
external read_list_list : int list list -> string = "bactrian_suite_read_list_list"
external echo_list_list : int list list -> int list list = "bactrian_suite_echo_list_list"

let () =
  both "BTreeMap" read_btree_map echo_btree_map [ ("a", 1); ("b", 2) ] "{\"a\": 1, \"b\": 2}";
  both "BTreeMap, empty" read_btree_map echo_btree_map [] "{}";
  same "BTreeMap: sorted, the first binding of a key counts"
    [ ("a", 2); ("b", 1) ]
    (echo_btree_map [ ("b", 1); ("a", 2); ("b", 3) ]);
  both "HashMap" read_hash_map echo_hash_map [ (7, "seven") ] "{7: \"seven\"}";
  both "HashMap, empty" read_hash_map echo_hash_map [] "{}";
  same "HashMap: the first binding of a key counts" [ (7, "first") ]
    (echo_hash_map [ (7, "first"); (7, "second") ]);
  same "HashMap of 1000" (1000, 499_500 + 2890)
    (sum_hash_map (List.init 1000 (fun i -> (i, string_of_int i))));
  both "LinkedList" read_linked_list echo_linked_list [ 1; 2; 3 ] "[1, 2, 3]";
  both "LinkedList, empty" read_linked_list echo_linked_list [] "[]";
  both "LinkedList of floats" read_linked_list_float echo_linked_list_float [ 0.5; 1.5 ] "[0.5, 1.5]";
  both "VecDeque" read_vec_deque echo_vec_deque [ "a"; "b" ] "[\"a\", \"b\"]";
  both "list of lists" read_list_list echo_list_list [ [ 1 ]; []; [ 2; 3 ] ] "[[1], [], [2, 3]]";
  refuses "an element of a list" "argument `value`: element 1: expected an int, got the string \"b\""
    (fun () -> read_linked_list [ 1; Obj.magic "b" ]);
  refuses "the end of a list" "argument `value`: after 2 elements: expected a list, got 7" (fun () ->
      read_linked_list (1 :: 2 :: Obj.magic 7));
  refuses "the end of a list after one" "argument `value`: after 1 element: expected a list, got 7"
    (fun () -> read_linked_list (1 :: Obj.magic 7));
  refuses "no list" "argument `value`: expected a list, got 7" (fun () ->
      read_linked_list (Obj.magic 7));
  refuses "an element of an inner list"
    "argument `value`: element 2: element 1: expected an int, got the float 0.5" (fun () ->
      read_list_list [ []; []; [ 1; Obj.magic 0.5 ] ]);
  refuses "a key" "argument `value`: key of binding 1: expected a string, got 2" (fun () ->
      read_btree_map [ ("a", 1); (Obj.magic 2, 2) ]);
  refuses "a value of a key" "argument `value`: value of binding 0: expected a string, got 2"
    (fun () -> read_hash_map [ (1, Obj.magic 2) ]);
  refuses "a binding"
    "argument `value`: element 1: expected a pair of key and value, got the string \"b\"" (fun () ->
      read_btree_map [ ("a", 1); Obj.magic "b" ]);
  let rec cyclic = 1 :: 2 :: cyclic in
  let rec cyclic = 1 :: 2 :: cyclic in
  refuses "a cyclic list" "argument `value`: after 1 element: expected a list that ends, got a cyclic one"
    (fun () -> read_linked_list cyclic);
  let rec tail = 3 :: 4 :: 5 :: tail in
  refuses "a list that comes to a cycle"
    "argument `value`: after 1026 elements: expected a list that ends, got a cyclic one" (fun () ->
      read_linked_list (1 :: 2 :: tail));
  let rec bindings = ("a", 1) :: bindings in
  refuses "a cyclic list of bindings" "argument `value`: expected a list that ends, got a cyclic one"
    (fun () -> read_btree_map bindings)

(* ---- pointers ---- *)

external read_box : int -> string = "bactrian_suite_read_box"
external echo_box : int -> int = "bactrian_suite_echo_box"
external read_rc : string -> string = "bactrian_suite_read_rc"
external echo_rc : string -> string = "bactrian_suite_echo_rc"
external read_arc : int * string -> string = "bactrian_suite_read_arc"
external echo_arc : int * string -> int * string = "bactrian_suite_echo_arc"
external read_box_float : float -> string = "bactrian_suite_read_box_float"
external echo_box_float : float -> float = "bactrian_suite_echo_box_float"
external read_cow : string -> string = "bactrian_suite_read_cow"
external echo_cow : string -> string = "bactrian_suite_echo_cow"
external read_cow_slice : int array -> string = "bactrian_suite_read_cow_slice"
external echo_cow_slice : int array -> int array = "bactrian_suite_echo_cow_slice"

external borrowed_results : unit -> string * int array * float array * string
  = "bactrian_suite_borrowed_results"

external slice_of_strs : unit -> string array = "bactrian_suite_slice_of_strs"
external shared : string -> string * string = "bactrian_suite_shared"

let () =
  both "Box" read_box echo_box 7 "7";
  both "Rc" read_rc echo_rc "text" "\"text\"";
  both "Arc" read_arc echo_arc (1, "b") "(1, \"b\")";
  both "Box<f64>" read_box_float echo_box_float 0.5 "0.5";
  both "Cow<str>" read_cow echo_cow "cow" "\"cow\"";
  both "Cow<[isize]>" read_cow_slice echo_cow_slice [| 1; 2 |] "[1, 2]";
  identical "&str, &[isize], &[f64; 2], Cow in a tuple"
    ("text", [| 1; 2; 3 |], [| 0.5; 1.5 |], "cow")
    (borrowed_results ());
  identical "&[&str]" [| "one"; ""; "three" |] (slice_of_strs ());
  same "two Rc of one string" ("text", "text") (shared "text")

(* ---- all at once ---- *)

type nest = (string * (int * float array) list list, Uchar.t option) result array option

external read_deep_nest : nest -> string = "bactrian_suite_read_deep_nest"
external echo_deep_nest : nest -> nest = "bactrian_suite_echo_deep_nest"

let () =
  both "a nest" read_deep_nest echo_deep_nest
    (Some [| Ok ("a", [ [ (1, [| 0.5 |]); (2, [||]) ]; [] ]); Error None; Error (Some Uchar.max) |])
    "Some([Ok((\"a\", [{1: [0.5], 2: []}, {}])), Err(None), Err(Some('\\u{10ffff}'))])";
  refuses "deep inside"
    "argument `value`: constructor `Some`: element 0: constructor `Ok`: element 1: element 1: value \
     of binding 0: element 1: expected a float, got 7" (fun () ->
      read_deep_nest (Some [| Ok ("a", [ []; [ (1, Obj.magic (0.5, 7)) ] ]) |]))

let () = finish ()
