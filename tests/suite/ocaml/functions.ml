(* Functions: numbers of parameters, ways to pass them, the runtime, borrowed data. *)

open Check

let fresh text = Bytes.to_string (Bytes.of_string text)

(* ---- numbers of parameters: each has a weight, so that their order counts ---- *)

external sum0 : unit -> (int[@untagged]) = "bactrian_suite_sum0_bytecode" "bactrian_suite_sum0"

external sum1 : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum1_bytecode" "bactrian_suite_sum1"

external boxed_sum1 : int -> int = "bactrian_suite_boxed_sum1"

external concat1 : string -> string = "bactrian_suite_concat1"

external sum2 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum2_bytecode" "bactrian_suite_sum2"

external boxed_sum2 : int -> int -> int = "bactrian_suite_boxed_sum2"

external concat2 : string -> string -> string = "bactrian_suite_concat2"

external sum3 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum3_bytecode" "bactrian_suite_sum3"

external boxed_sum3 : int -> int -> int -> int = "bactrian_suite_boxed_sum3"

external concat3 : string -> string -> string -> string = "bactrian_suite_concat3"

external sum4 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum4_bytecode" "bactrian_suite_sum4"

external boxed_sum4 : int -> int -> int -> int -> int = "bactrian_suite_boxed_sum4"

external concat4 : string -> string -> string -> string -> string = "bactrian_suite_concat4"

external sum5 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum5_bytecode" "bactrian_suite_sum5"

external boxed_sum5 : int -> int -> int -> int -> int -> int = "bactrian_suite_boxed_sum5"

external concat5 : string -> string -> string -> string -> string -> string = "bactrian_suite_concat5"

external sum6 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum6_bytecode" "bactrian_suite_sum6"

external boxed_sum6 : int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum6_bytecode" "bactrian_suite_boxed_sum6"

external concat6 : string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat6_bytecode" "bactrian_suite_concat6"

external sum7 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum7_bytecode" "bactrian_suite_sum7"

external boxed_sum7 : int -> int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum7_bytecode" "bactrian_suite_boxed_sum7"

external concat7 : string -> string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat7_bytecode" "bactrian_suite_concat7"

external sum8 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum8_bytecode" "bactrian_suite_sum8"

external boxed_sum8 : int -> int -> int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum8_bytecode" "bactrian_suite_boxed_sum8"

external concat8 : string -> string -> string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat8_bytecode" "bactrian_suite_concat8"

external sum9 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum9_bytecode" "bactrian_suite_sum9"

external boxed_sum9 : int -> int -> int -> int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum9_bytecode" "bactrian_suite_boxed_sum9"

external concat9 : string -> string -> string -> string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat9_bytecode" "bactrian_suite_concat9"

external sum10 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum10_bytecode" "bactrian_suite_sum10"

external boxed_sum10 : int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum10_bytecode" "bactrian_suite_boxed_sum10"

external concat10 : string -> string -> string -> string -> string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat10_bytecode" "bactrian_suite_concat10"

external sum11 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum11_bytecode" "bactrian_suite_sum11"

external boxed_sum11 : int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum11_bytecode" "bactrian_suite_boxed_sum11"

external concat11 : string -> string -> string -> string -> string -> string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat11_bytecode" "bactrian_suite_concat11"

external sum12 : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_sum12_bytecode" "bactrian_suite_sum12"

external boxed_sum12 : int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int -> int
  = "bactrian_suite_boxed_sum12_bytecode" "bactrian_suite_boxed_sum12"

external concat12 : string -> string -> string -> string -> string -> string -> string -> string -> string -> string -> string -> string -> string
  = "bactrian_suite_concat12_bytecode" "bactrian_suite_concat12"

let () =
  same "no parameter" 0 (sum0 ());
  same "1 parameters, unboxed" 3 (sum1 3);
  same "1 parameters" 3 (boxed_sum1 3);
  text "1 strings" "a" (concat1 "a");
  same "2 parameters, unboxed" 11 (sum2 3 4);
  same "2 parameters" 11 (boxed_sum2 3 4);
  text "2 strings" "ab" (concat2 "a" "b");
  same "3 parameters, unboxed" 26 (sum3 3 4 5);
  same "3 parameters" 26 (boxed_sum3 3 4 5);
  text "3 strings" "abc" (concat3 "a" "b" "c");
  same "4 parameters, unboxed" 50 (sum4 3 4 5 6);
  same "4 parameters" 50 (boxed_sum4 3 4 5 6);
  text "4 strings" "abcd" (concat4 "a" "b" "c" "d");
  same "5 parameters, unboxed" 85 (sum5 3 4 5 6 7);
  same "5 parameters" 85 (boxed_sum5 3 4 5 6 7);
  text "5 strings" "abcde" (concat5 "a" "b" "c" "d" "e");
  same "6 parameters, unboxed" 133 (sum6 3 4 5 6 7 8);
  same "6 parameters" 133 (boxed_sum6 3 4 5 6 7 8);
  text "6 strings" "abcdef" (concat6 "a" "b" "c" "d" "e" "f");
  same "7 parameters, unboxed" 196 (sum7 3 4 5 6 7 8 9);
  same "7 parameters" 196 (boxed_sum7 3 4 5 6 7 8 9);
  text "7 strings" "abcdefg" (concat7 "a" "b" "c" "d" "e" "f" "g");
  same "8 parameters, unboxed" 276 (sum8 3 4 5 6 7 8 9 10);
  same "8 parameters" 276 (boxed_sum8 3 4 5 6 7 8 9 10);
  text "8 strings" "abcdefgh" (concat8 "a" "b" "c" "d" "e" "f" "g" "h");
  same "9 parameters, unboxed" 375 (sum9 3 4 5 6 7 8 9 10 11);
  same "9 parameters" 375 (boxed_sum9 3 4 5 6 7 8 9 10 11);
  text "9 strings" "abcdefghi" (concat9 "a" "b" "c" "d" "e" "f" "g" "h" "i");
  same "10 parameters, unboxed" 495 (sum10 3 4 5 6 7 8 9 10 11 12);
  same "10 parameters" 495 (boxed_sum10 3 4 5 6 7 8 9 10 11 12);
  text "10 strings" "abcdefghij" (concat10 "a" "b" "c" "d" "e" "f" "g" "h" "i" "j");
  same "11 parameters, unboxed" 638 (sum11 3 4 5 6 7 8 9 10 11 12 13);
  same "11 parameters" 638 (boxed_sum11 3 4 5 6 7 8 9 10 11 12 13);
  text "11 strings" "abcdefghijk" (concat11 "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k");
  same "12 parameters, unboxed" 806 (sum12 3 4 5 6 7 8 9 10 11 12 13 14);
  same "12 parameters" 806 (boxed_sum12 3 4 5 6 7 8 9 10 11 12 13 14);
  text "12 strings" "abcdefghijkl" (concat12 "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l")

external mixed :
  (float[@unboxed]) ->
  (int[@untagged]) ->
  string ->
  (int32[@unboxed]) ->
  (float[@unboxed]) ->
  (int64[@unboxed]) ->
  int array ->
  (int[@untagged]) ->
  bool ->
  (float[@unboxed]) ->
  string list ->
  (int64[@unboxed]) ->
  string = "bactrian_suite_mixed_bytecode" "bactrian_suite_mixed"

external length : string -> (int[@untagged])
  = "bactrian_suite_length_bytecode" "bactrian_suite_length"

external halve : (int[@untagged]) -> (float[@unboxed])
  = "bactrian_suite_halve_bytecode" "bactrian_suite_halve"

external widen : (int32[@unboxed]) -> (int64[@unboxed])
  = "bactrian_suite_widen_bytecode" "bactrian_suite_widen"

let mixed_at h = mixed 0.5 (-1) "c" (-2l) 1.5 (-3L) [| 7; 8 |] h true 2.5 [ "k"; "l" ] (-1L)

let () =
  text "every way to pass a parameter" "0.5 -1 c -2 1.5 -3 [7, 8] 200 true 2.5 [\"k\", \"l\"] 18446744073709551615"
    (mixed_at 200);
  refuses "the eighth of twelve" "argument `h`: expected an int between 0 and 255, got 256" (fun () ->
      mixed_at 256);
  same "only the result is unboxed" 4 (length "four");
  same "untagged to unboxed" 3.5 (halve 7);
  same "unboxed to unboxed" (-5L) (widen (-5l))

(* ---- the runtime ---- *)

external implicit_exclusive : (int[@untagged]) -> int array
  = "bactrian_suite_implicit_exclusive_bytecode" "bactrian_suite_implicit_exclusive"

external implicit_shared : string -> string = "bactrian_suite_implicit_shared"
external implicit_renamed : 'a -> 'a option = "bactrian_suite_implicit_renamed"
external explicit_shared : string -> string * int = "bactrian_suite_explicit_shared"
external explicit_exclusive : string -> string * int = "bactrian_suite_explicit_exclusive"

external explicit_in_between : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_explicit_in_between_bytecode" "bactrian_suite_explicit_in_between"

external gc_parameter : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_gc_parameter_bytecode" "bactrian_suite_gc_parameter"

external only_runtime : unit -> string = "bactrian_suite_only_runtime"

let () =
  same "implicit, exclusive" [| 3; 3 |] (implicit_exclusive 3);
  same "implicit, shared" "TEXT" (implicit_shared (fresh "text"));
  same "implicit, renamed" (Some "a") (implicit_renamed "a");
  same "explicit, shared" ("text", 4) (explicit_shared (fresh "text"));
  same "explicit, exclusive" ("text", 4) (explicit_exclusive (fresh "text"));
  same "between the parameters" 4 (explicit_in_between 7 3);
  same "a parameter called gc" 8 (gc_parameter 7);
  same "alone" "alone" (only_runtime ())

(* ---- borrowed data ---- *)

external sum_bytes : bytes -> (int[@untagged])
  = "bactrian_suite_sum_bytes_bytecode" "bactrian_suite_sum_bytes"

external sum_floats : float array -> (float[@unboxed])
  = "bactrian_suite_sum_floats_bytecode" "bactrian_suite_sum_floats"

external fill : bytes -> (int[@untagged]) -> unit
  = "bactrian_suite_fill_bytecode" "bactrian_suite_fill"

external scale : float array -> (float[@unboxed]) -> unit
  = "bactrian_suite_scale_bytecode" "bactrian_suite_scale"

external add_to : float array -> float array -> unit = "bactrian_suite_add_to"
external swap : bytes -> bytes -> unit = "bactrian_suite_swap"

external dot : float array -> float array -> (float[@unboxed])
  = "bactrian_suite_dot_bytecode" "bactrian_suite_dot"

external xor_text : bytes -> string -> (int[@untagged]) -> bool
  = "bactrian_suite_xor_text_bytecode" "bactrian_suite_xor_text"

external pick : int array -> float array -> float list -> float array = "bactrian_suite_pick"
external from_first_space : bytes -> bytes = "bactrian_suite_from_first_space"
external fill_and_panic : bytes -> unit = "bactrian_suite_fill_and_panic"

let overlap name =
  Printf.sprintf
    "argument `%s`: the data is that of another argument, and the function writes to one of the two"
    name

let () =
  same "&[u8]" 294 (sum_bytes (Bytes.of_string "abc"));
  same "&[u8] of none" 0 (sum_bytes Bytes.empty);
  same "&[f64]" 4. (sum_floats [| 0.5; 3.5 |]);
  same "&[f64] of none" 0. (sum_floats [||]);
  let bytes = Bytes.of_string "abc" in
  fill bytes 120;
  same "&mut [u8]" "xxx" (Bytes.to_string bytes);
  fill Bytes.empty 120;
  same "&mut [u8] of none" "" (Bytes.to_string Bytes.empty);
  let floats = [| 0.5; 1.5 |] in
  scale floats 2.;
  same "&mut [f64]" [| 1.; 3. |] floats;
  scale [||] 2.;
  add_to floats [| 10.; 20. |];
  same "&mut [f64], &[f64]" [| 11.; 23. |] floats;
  refuses "the same array twice" (overlap "from") (fun () -> add_to floats floats);
  same "it was not touched" [| 11.; 23. |] floats;
  let a = Bytes.of_string "abc" and b = Bytes.of_string "xyz" in
  swap a b;
  same "&mut [u8] twice" ("xyz", "abc") (Bytes.to_string a, Bytes.to_string b);
  refuses "the same bytes twice" (overlap "b") (fun () -> swap a a);
  swap Bytes.empty Bytes.empty;
  add_to [||] [||];
  check "nothing overlaps nothing" true;
  panics "of different lengths" "destination and source slices have different lengths" (fun () ->
      swap a Bytes.empty);
  same "two that read may be the same" 650. (dot floats floats);
  let text = fresh "\001\001\001" in
  check "&mut [u8], &str" (xor_text a text 2);
  same "what it did" "yxz" (Bytes.to_string a);
  refuses "bytes as the text of themselves" (overlap "text") (fun () ->
      xor_text a (Bytes.unsafe_to_string a) 2);
  same "borrowed and converted" [| 110.; 202.; 101. |]
    (pick [| 0; 1; 0 |] [| 100.; 200. |] [ 10.; 2.; 1. ]);
  refuses "a converted one is wrong" "argument `indices`: element 1: expected an int of at least 0, got -1"
    (fun () -> pick [| 0; -1 |] [| 1. |] []);
  refuses "a borrowed one is wrong" "argument `from`: expected a float array, got the string \"a\""
    (fun () -> pick [| 0 |] (Obj.magic "a") []);
  refuses "an int array" "argument `floats`: expected a float array, got a block of tag 0 with 2 fields"
    (fun () -> sum_floats (Obj.magic [| 1; 2 |]));
  refuses "no bytes" "argument `bytes`: expected bytes, got 7" (fun () -> sum_bytes (Obj.magic 7));
  refuses "invalid text"
    "argument `text`: expected a UTF-8 string, got the string \"\\255\", which is not UTF-8 at byte 0"
    (fun () -> xor_text a "\xff" 1);
  same "a part of what is borrowed" " b c" (Bytes.to_string (from_first_space (Bytes.of_string "a b c")));
  let bytes = Bytes.of_string "abc" in
  panics "a panic while borrowed" "filled" (fun () -> fill_and_panic bytes);
  same "what was written stays" "!!!" (Bytes.to_string bytes)

(* Large data that has moved to the major heap, and small that has not. *)
let () =
  List.iter
    (fun n ->
      let floats = Array.init n float in
      same (Printf.sprintf "young or large, %d" n) (float n *. float (n - 1) /. 2.) (sum_floats floats);
      Gc.full_major ();
      scale floats 2.;
      same (Printf.sprintf "old, %d" n) (float n *. float (n - 1)) (sum_floats floats))
    [ 1; 2; 255; 256; 257; 1000; 100_000 ]

(* ---- patterns, `return`, `?` ---- *)

external tuple_pattern : int * string -> bool -> int array -> string = "bactrian_suite_tuple_pattern"
external mut_pattern : int array -> string -> int array * int = "bactrian_suite_mut_pattern"

external unnamed : (int[@untagged]) -> string -> float array -> unit
  = "bactrian_suite_unnamed_bytecode" "bactrian_suite_unnamed"

external early_return : (int[@untagged]) -> string
  = "bactrian_suite_early_return_bytecode" "bactrian_suite_early_return"

external question_mark : string -> int option = "bactrian_suite_question_mark"
external parse : string -> int = "bactrian_suite_parse"

let () =
  same "patterns" "1 b 2 3" (tuple_pattern (1, "b") true [| 2; 3 |]);
  refuses "in a pattern" "argument `1`: element 0: expected an int, got the string \"a\"" (fun () ->
      tuple_pattern (Obj.magic ("a", "b")) true [| 2; 3 |]);
  refuses "in `_`" "argument `2`: expected a bool, got 7" (fun () ->
      tuple_pattern (1, "b") (Obj.magic 7) [| 2; 3 |]);
  same "mut and ref" ([| 1; 9 |], 4) (mut_pattern [| 1 |] "text");
  unnamed 1 "a" [| 1. |];
  refuses "an unnamed one is checked" "argument `2`: expected a string, got 7" (fun () ->
      unnamed 1 (Obj.magic 7) [||]);
  same "return" "negative" (early_return (-1));
  same "return from a loop" "the root is at most 4" (early_return 16);
  same "? of an option" (Some 8) (question_mark "7");
  same "? of None" None (question_mark "seven");
  same "? of a result" 7 (parse "7");
  same "return of a result" 0 (parse "-7");
  panics "? of an error" "invalid digit found in string" (fun () -> parse "seven")

(* ---- options ---- *)

external noalloc_add : (float[@unboxed]) -> (float[@unboxed]) -> (float[@unboxed])
  = "bactrian_suite_noalloc_add_bytecode" "bactrian_suite_noalloc_add"
  [@@noalloc]

external noalloc_mixed :
  (int[@untagged]) ->
  bool ->
  Uchar.t ->
  (int32[@unboxed]) ->
  (int64[@unboxed]) ->
  (float[@unboxed]) ->
  (int64[@unboxed]) = "bactrian_suite_noalloc_mixed_bytecode" "bactrian_suite_noalloc_mixed"
  [@@noalloc]

external noalloc_not : bool -> bool = "bactrian_suite_noalloc_not" [@@noalloc]
external noalloc_next : Uchar.t -> Uchar.t = "bactrian_suite_noalloc_next" [@@noalloc]
external noalloc_unit : unit -> unit = "bactrian_suite_noalloc_unit" [@@noalloc]
external with_symbol : string -> string = "another_symbol"

external with_symbol_unboxed : (int[@untagged]) -> (int[@untagged])
  = "another_symbol_unboxed_bytecode" "another_symbol_unboxed"

let () =
  same "noalloc" 3.5 (noalloc_add 1. 2.5);
  same "noalloc, all types" 112L (noalloc_mixed 1 true (Uchar.of_int 97) 3l 4L 6.);
  same "noalloc, bool" false (noalloc_not true);
  same "noalloc, char" (Uchar.of_int 98) (noalloc_next (Uchar.of_int 97));
  noalloc_unit ();
  same "symbol = " "text!" (with_symbol "text");
  same "symbol = , unboxed" 8 (with_symbol_unboxed 7)

(* ---- names that are C's or keywords ---- *)

external read : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_read_bytecode" "bactrian_suite_read"

external write : string -> string = "bactrian_suite_write"
external exit_ : unit -> string = "bactrian_suite_exit"

external malloc : (int[@untagged]) -> bytes
  = "bactrian_suite_malloc_bytecode" "bactrian_suite_malloc"

external free : string -> unit = "bactrian_suite_free"

external match_ : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_match_bytecode" "bactrian_suite_match"

let () =
  same "read" 8 (read 7);
  same "write" "text" (write "text");
  same "exit" "still here" (exit_ ());
  same "malloc" "\007\007" (Bytes.to_string (malloc 2));
  free "text";
  same "match" 7 (match_ 7);
  refuses "a parameter called type" "argument `type`: expected an int between 0 and 255, got -1"
    (fun () -> match_ (-1))

(* ---- type parameters ---- *)

external first_of : 'a * 'b -> 'a = "bactrian_suite_first_of"
external swap_pair : 'a -> 'b -> 'b * 'a = "bactrian_suite_swap_pair"

let () =
  same "a pair's first" "a" (first_of ("a", 1));
  same "another pair's first" 1.5 (first_of (1.5, ()));
  identical "swapped" (1.5, "a") (swap_pair "a" 1.5)

(* ---- values only ---- *)

external pair : 'a -> 'b -> 'a * 'b * string
  = "bactrian_suite_pair_in_bytecode" "bactrian_suite_pair"

external six : 'a -> int -> int -> int -> int -> 'b -> 'a * 'b * string
  = "bactrian_suite_six_in_bytecode" "bactrian_suite_six"

let () =
  let code = match Sys.backend_type with Sys.Native -> "native" | _ -> "bytecode" in
  same "native_func and bytecode_func" ("a", 2, code) (pair "a" 2);
  same "of six parameters" ("a", 6.5, code) (six "a" 2 3 4 5 6.5)

(* ---- modules, macros ---- *)

external in_module : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_in_module_bytecode" "bactrian_suite_in_module"

external from_macro : unit -> string = "bactrian_suite_from_macro"

external macro_unboxed : (int[@untagged]) -> (float[@unboxed]) -> (float[@unboxed])
  = "bactrian_suite_macro_unboxed_bytecode" "bactrian_suite_macro_unboxed"

external macro_borrowed : bytes -> float array -> (int[@untagged])
  = "bactrian_suite_macro_borrowed_bytecode" "bactrian_suite_macro_borrowed"

external macro_runtime : string -> string = "bactrian_suite_macro_runtime"

external macro_unit : (int[@untagged]) -> unit
  = "bactrian_suite_macro_unit_bytecode" "bactrian_suite_macro_unit"

external ackermann : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_ackermann_bytecode" "bactrian_suite_ackermann"

let () =
  same "in a module" 14 (in_module 7);
  same "from a macro" "from a macro" (from_macro ());
  same "types from a macro" 10.5 (macro_unboxed 7 1.5);
  same "borrowed types from a macro" 5 (macro_borrowed (Bytes.create 2) [| 1.; 2.; 3. |]);
  same "the runtime's type from a macro" "text" (macro_runtime "text");
  same "unit from a macro" () (macro_unit 7);
  same "recursive" 1021 (ackermann 3 7)

(* ---- a function as a value, partially applied ---- *)

let () =
  same "mapped" [ 4; 5; 3 ] (List.map (fun text -> length text) [ "four"; "fives"; "six" ]);
  let add_three = concat3 "a" in
  same "partially applied" "abc" (add_three "b" "c");
  same "over a list" [ "xa"; "xb" ] (List.map (concat2 "x") [ "a"; "b" ])

let () = finish ()
