(* Values that stay OCaml's: Value, Root, List, Array, Seq, Fun; what [Debug] prints of them. *)

open Check

external echo_value : 'a -> 'a = "bactrian_suite_echo_value"
external echo_root : Obj.t -> Obj.t = "bactrian_suite_echo_root"
external root_across : Obj.t -> (unit -> unit) -> Obj.t = "bactrian_suite_root_across"
external echo_values : 'a array -> 'a array = "bactrian_suite_echo_values"
external echo_roots : Obj.t array -> Obj.t array = "bactrian_suite_echo_roots"
external reverse_values : 'a array -> 'a array = "bactrian_suite_reverse_values"
external echo_option_value : 'a option -> 'a option = "bactrian_suite_echo_option_value"
external pair_with_itself : 'a -> 'a * 'a = "bactrian_suite_pair_with_itself"

type colour = Red | Rgb of int * int * int

let fresh text = Bytes.to_string (Bytes.of_string text)

let () =
  (* The very same value comes back, young or old. *)
  let values =
    [
      ("int", Obj.repr 7);
      ("string", Obj.repr (fresh "text"));
      ("float", Obj.repr (Sys.opaque_identity 0.5 +. 1.));
      ("float array", Obj.repr (Array.make 3 0.5));
      ("record", Obj.repr (ref 7));
      ("variant", Obj.repr (Rgb (1, 2, Random.bits ())));
      ("constant constructor", Obj.repr Red);
      ("closure", Obj.repr (fun x -> x + Random.bits ()));
      ("int64", Obj.repr (Int64.of_int (Random.bits ())));
      ("lazy", Obj.repr (lazy (Random.bits ())));
      ("object", Obj.repr (object method m = Random.bits () end));
      ("exception", Obj.repr Not_found);
      ("[||]", Obj.repr [||]);
      ("large array", Obj.repr (Array.make 10_000 ""));
    ]
  in
  for _ = 1 to 2 do
    List.iter
      (fun (name, value) ->
        check ("Value: the same " ^ name) (echo_value value == value);
        check ("Root: the same " ^ name) (echo_root value == value);
        check
          ("Root across a collection: the same " ^ name)
          (root_across value (fun () ->
               collect ();
               Gc.full_major ())
          == value);
        check ("Vec<Value>: the same " ^ name)
          (name = "float" || (echo_values [| value; value |]).(1) == value);
        let a, b = pair_with_itself value in
        check ("a pair of the same " ^ name) (a == value && b == value))
      values;
    (* Now the values are old ones. *)
    Gc.full_major ()
  done;
  same "Option<Value>" (Some "text") (echo_option_value (Some "text"));
  same "Option<Value> of None" None (echo_option_value None)

let () =
  identical "Vec<Value> of a float array" [| 1.; 2.; 3. |] (echo_values [| 1.; 2.; 3. |]);
  identical "Vec<Value> of a float array, reversed" [| 3.; 2.; 1. |] (reverse_values [| 1.; 2.; 3. |]);
  identical "Vec<Value> of an int array, reversed" [| 3; 2; 1 |] (reverse_values [| 1; 2; 3 |]);
  identical "Vec<Value> of strings, reversed" [| "b"; "a" |] (reverse_values [| "a"; "b" |]);
  identical "Vec<Value> of an empty array" ([||] : int array) (reverse_values [||]);
  let roots = echo_roots (Obj.magic [| "a"; "b"; "c" |]) in
  identical "Vec<Root>" [| "a"; "b"; "c" |] (Obj.magic roots : string array);
  identical "Vec<Root> of a float array" [| 1.; 2.; 3. |]
    (Obj.magic (echo_roots (Obj.magic [| 1.; 2.; 3. |])) : float array);
  let floats = Array.init 1000 float in
  identical "Vec<Value> of 1000 floats" floats (echo_values floats);
  let strings = Array.init 1000 string_of_int in
  identical "Vec<Root> of 1000 strings" strings (Obj.magic (echo_roots (Obj.magic strings)))

(* ---- List and Array in place ---- *)

external reverse_list : 'a list -> 'a list = "bactrian_suite_reverse_list"

external list_length : int list -> int = "bactrian_suite_list_length"
external array_length : int array -> int = "bactrian_suite_array_length"

external array_get : 'a array -> (int[@untagged]) -> 'a
  = "bactrian_suite_array_get_bytecode" "bactrian_suite_array_get"

external array_set : 'a array -> (int[@untagged]) -> 'a -> unit
  = "bactrian_suite_array_set_bytecode" "bactrian_suite_array_set"

external array_of : 'a -> 'a -> 'a array = "bactrian_suite_array_of"
external array_of_none : unit -> int array = "bactrian_suite_array_of_none"
external array_fill : string array -> unit = "bactrian_suite_array_fill"

let () =
  identical "a list reversed" [ 3; 2; 1 ] (reverse_list [ 1; 2; 3 ]);
  identical "a list of strings reversed" [ "b"; "a" ] (reverse_list [ "a"; "b" ]);
  identical "the empty list reversed" ([] : int list) (reverse_list []);
  let long = List.init 100_000 string_of_int in
  same "a long list reversed" (List.rev long) (reverse_list long);
  same "the length of a list" 3 (list_length [ 1; 2; 3 ]);
  let rec cyclic = 1 :: 2 :: 3 :: cyclic in
  refuses "the length of a cyclic list" "expected a list that ends, got a cyclic one" (fun () ->
      list_length cyclic);
  refuses "the length of a list that ends in 7" "expected a list, got 7" (fun () ->
      list_length (1 :: Obj.magic 7));
  same "the length of an array" 3 (array_length [| 1; 2; 3 |]);
  same "the length of [||]" 0 (array_length [||]);
  same "the length of a float array" 3 (array_length (Obj.magic [| 1.; 2.; 3. |]));
  identical "an array of three" [| "a"; "b"; "a" |] (array_of "a" "b");
  identical "an array of three floats" [| 1.; 2.; 1. |] (array_of 1. 2.);
  identical "an array of none" [||] (array_of_none ())

let () =
  same "get" 2 (array_get [| 1; 2; 3 |] 1);
  same "get of a string" "b" (array_get [| "a"; "b" |] 1);
  same "get of a float" 1.5 (array_get [| 0.5; 1.5 |] 1);
  let ints = [| 1; 2; 3 |] in
  array_set ints 1 20;
  same "set" [| 1; 20; 3 |] ints;
  let floats = [| 0.5; 1.5 |] in
  array_set floats 1 2.5;
  identical "set of a float" [| 0.5; 2.5 |] floats;
  refuses "get beyond" "expected an index below the array's length 3, got 3" (fun () ->
      array_get ints 3);
  refuses "get before" "argument `index`: expected an int of at least 0, got -1" (fun () ->
      array_get ints (-1));
  refuses "get of [||]" "expected an index below the array's length 0, got 0" (fun () ->
      array_get [||] 0);
  refuses "set beyond" "expected an index below the array's length 2, got 2" (fun () ->
      array_set floats 2 1.);
  (* Young values stored in an old array are found by the next minor collection. *)
  let old = Array.make 1000 "" in
  Gc.full_major ();
  array_fill old;
  Gc.minor ();
  same "set of young strings in an old array"
    (Array.init 1000 (Printf.sprintf "element %d"))
    old;
  Gc.compact ();
  same "and after a compaction" (Array.init 1000 (Printf.sprintf "element %d")) old

(* ---- Seq ---- *)

external seq_take : int Seq.t -> (int[@untagged]) -> int list
  = "bactrian_suite_seq_take_bytecode" "bactrian_suite_seq_take"

external seq_tail : int Seq.t -> int Seq.t = "bactrian_suite_seq_tail"
external seq_lenient : int Seq.t -> int array * int = "bactrian_suite_seq_lenient"
external echo_seq : int Seq.t -> int Seq.t = "bactrian_suite_echo_seq"

let rec from n () =
  collect ();
  Seq.Cons (n, from (n + 1))

let () =
  same "the first of an endless sequence" [ 5; 6; 7 ] (seq_take (from 5) 3);
  same "none of it" [] (seq_take (from 5) 0);
  same "more than there are" [ 1; 2 ] (seq_take (List.to_seq [ 1; 2 ]) 10);
  same "of the empty sequence" [] (seq_take Seq.empty 10);
  same "the tail" [ 2; 3 ] (List.of_seq (seq_tail (List.to_seq [ 1; 2; 3 ])));
  same "back" [ 1; 2; 3 ] (List.of_seq (echo_seq (List.to_seq [ 1; 2; 3 ])));
  same "elements that do not convert are left out" ([| 1; 3 |], 2)
    (seq_lenient (List.to_seq [ 1; 256; 3; -1 ]));
  raises "a sequence that raises" Exit (fun () ->
      seq_take (fun () -> Seq.Cons (1, fun () -> raise Exit)) 2);
  same "a sequence that would raise later" [ 1 ]
    (seq_take (fun () -> Seq.Cons (1, fun () -> raise Exit)) 1);
  refuses "no sequence" "argument `seq`: expected a sequence, got 7" (fun () ->
      seq_take (Obj.magic 7) 1);
  refuses "no node" "expected a node of a sequence, got the string \"a\"" (fun () ->
      seq_take (Obj.magic (fun () -> "a")) 1);
  refuses "an element" "expected an int, got the string \"a\"" (fun () ->
      seq_take (Obj.magic (List.to_seq [ "a" ])) 1)

(* ---- Fun, Exn ---- *)

type int_function = int -> int

(* A named type: [(int -> int) -> (int -> int)] would be a function of two arguments. *)
external echo_fun : int_function -> int_function = "bactrian_suite_echo_fun"
external echo_exn : exn -> exn = "bactrian_suite_echo_exn"

let () =
  let n = Sys.opaque_identity 3 in
  let add x = x + n in
  check "the same function" (echo_fun add == add);
  check "the same exception" (echo_exn Not_found == Not_found);
  let exn = Failure (fresh "text") in
  check "the same exception with an argument" (echo_exn exn == exn);
  refuses "no function" "argument `function`: expected a function, got 7" (fun () ->
      echo_fun (Obj.magic 7));
  refuses "no exception" "argument `exception`: expected an exception, got 7" (fun () ->
      echo_exn (Obj.magic 7))

(* ---- access ---- *)

external shape : Obj.t -> int * int = "bactrian_suite_shape"
external field : Obj.t -> (int[@untagged]) -> Obj.t = "bactrian_suite_field_bytecode" "bactrian_suite_field"
external as_int : Obj.t -> int = "bactrian_suite_as_int"
external as_float : Obj.t -> float = "bactrian_suite_as_float"
external as_bytes : Obj.t -> bytes = "bactrian_suite_as_bytes"
external as_str : Obj.t -> string = "bactrian_suite_as_str"

let () =
  let shape_of value =
    let value = Obj.repr value in
    if Obj.is_int value then (-1, 0)
    else
      (* In words, where OCaml counts the floats. *)
      let words = if Obj.tag value = Obj.double_array_tag then by_word 1 2 else 1 in
      (Obj.tag value, words * Obj.size value)
  in
  let tests name value = same ("shape of " ^ name) (shape_of value) (shape (Obj.repr value)) in
  tests "an int" 7;
  tests "a string" "text";
  tests "a pair" (1, 2);
  tests "a variant" (Rgb (1, 2, 3));
  tests "a float" 0.5;
  tests "a float array" [| 1.; 2. |];
  tests "[||]" [||];
  tests "an int64" 7L;
  tests "a function" tests;
  tests "a large array" (Array.make 10_000 0);
  let pair = Obj.repr (1, "two") in
  same "field 0" 1 (Obj.obj (field pair 0));
  same "field 1" "two" (Obj.obj (field pair 1));
  let no_field index found value =
    refuses ("field of " ^ found)
      (Printf.sprintf "expected a block with a field %d, got %s" index found)
      (fun () -> field (Obj.repr value) index)
  in
  no_field 2 "a block of tag 0 with 2 fields" pair;
  no_field 0 "an empty block (an array of length 0)" [||];
  no_field 0 "the string \"text\"" "text";
  no_field 0 "the float 0.5" 0.5;
  no_field 0 "a float array of length 2 (or a record of floats)" [| 1.; 2. |];
  no_field 0 "a function" no_field;
  no_field 0 "a custom block (int64)" 7L;
  no_field 0 "7" 7;
  same "as_int" 7 (as_int (Obj.repr 7));
  same "as_float" 0.5 (as_float (Obj.repr 0.5));
  same "as_bytes" (Bytes.of_string "a\xff") (as_bytes (Obj.repr "a\xff"));
  same "as_str" "text" (as_str (Obj.repr "text"));
  refuses "as_int of a block" "expected an int, got a block of tag 0 with 2 fields" (fun () ->
      as_int pair);
  refuses "as_float of an int" "expected a float, got 7" (fun () -> as_float (Obj.repr 7));
  refuses "as_bytes of an int" "expected a string, got 7" (fun () -> as_bytes (Obj.repr 7));
  refuses "as_str of other bytes"
    "expected a UTF-8 string, got the string \"a\\255\", which is not UTF-8 at byte 1" (fun () ->
      as_str (Obj.repr "a\xff"))

(* ---- Debug ---- *)

external debug : Obj.t -> string = "bactrian_suite_debug"

let () =
  let debugs expected value = text ("Debug of " ^ expected) expected (debug (Obj.repr value)) in
  debugs "7" 7;
  debugs "-1" (-1);
  debugs "\"text\"" "text";
  debugs "\"a\\000\\255\\n\\t\\\"\\\\\"" "a\000\xff\n\t\"\\";
  debugs ("\"" ^ String.make 40 'x' ^ "\"... (41 bytes)") (String.make 41 'x');
  debugs "1.5" 1.5;
  debugs "NaN" nan;
  debugs "-0.0" (-0.);
  debugs "[|1.5; 2.0|]" [| 1.5; 2. |];
  debugs "[|0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0|]" (Array.make 12 0.);
  debugs "[|0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0; ...|]" (Array.make 13 0.);
  debugs "0()" [||];
  debugs "0(1, \"b\", 0.5)" (1, "b", 0.5);
  debugs "0(1, 2, 3)" (Rgb (1, 2, 3));
  debugs "0" Red;
  debugs "1(\"e\")" (Error "e" : (unit, string) result);
  debugs "0(1, 0(2, 0))" [ 1; 2 ];
  debugs "0(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...)" (Array.make 13 0);
  debugs "<int32>" 1l;
  debugs "<int64>" 1L;
  debugs "<nativeint>" 1n;
  debugs "<bigarray>" (Bigarray.Array1.create Bigarray.char Bigarray.c_layout 1);
  debugs "<fun>" (fun x -> x);
  debugs "<abstract>" (Obj.new_block Obj.abstract_tag 1);
  debugs "0(1, 0(2, 0(3, 0(4, 0(5, 0(6, ...))))))" [ 1; 2; 3; 4; 5; 6; 7; 8 ];
  let rec cycle = 1 :: 2 :: cycle in
  debugs "0(1, 0(2, <cycle>))" cycle;
  let self = Array.make 2 (Obj.repr 1) in
  self.(1) <- Obj.repr self;
  debugs "0(1, <cycle>)" self;
  (* The same block beside itself is no cycle. *)
  let block = ref 1 in
  debugs "0(0(1), 0(1))" (block, block)

(* However large and deep, the text is short. *)
let () =
  let rec tree depth = if depth = 0 then [||] else Array.init 12 (fun _ -> Obj.repr (tree (depth - 1))) in
  let wide = debug (Obj.repr (tree 5)) in
  check "a tree of 12^5 leaves is cut" (String.length wide < 10_000);
  check "where it is cut is marked" (contains wide "...");
  let deep = ref (Obj.repr 0) in
  for _ = 1 to 1_000_000 do
    deep := Obj.repr (Some !deep)
  done;
  text "a million levels" "0(0(0(0(0(0(...))))))" (debug !deep)

let () = finish ()
