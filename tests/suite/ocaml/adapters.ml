(* Second OCaml types of Rust types: [as = ...]. *)

open Check

external read_i32_as_int : int -> string = "bactrian_suite_read_i32_as_int"
external echo_i32_as_int : int -> int = "bactrian_suite_echo_i32_as_int"
external read_u32_as_int : int -> string = "bactrian_suite_read_u32_as_int"
external echo_u32_as_int : int -> int = "bactrian_suite_echo_u32_as_int"
external read_i64_as_int : int -> string = "bactrian_suite_read_i64_as_int"
external echo_i64_as_int : int -> int = "bactrian_suite_echo_i64_as_int"
external read_u64_as_int : int -> string = "bactrian_suite_read_u64_as_int"
external echo_u64_as_int : int -> int = "bactrian_suite_echo_u64_as_int"

let () =
  let range name read echo least most =
    List.iter
      (fun n -> both (Printf.sprintf "%s of %d" name n) read echo n (string_of_int n))
      [ least; least + 1; 0; 1; most - 1; most ];
    List.iter
      (fun n ->
        let expected =
          if most = max_int then Printf.sprintf "an int of at least %d" least
          else Printf.sprintf "an int between %d and %d" least most
        in
        refuses
          (Printf.sprintf "%s of %d" name n)
          (Printf.sprintf "argument `value`: expected %s, got %d" expected n)
          (fun () -> read n))
      (List.filter
         (fun n -> n < least || n > most)
         ([ least - 1; most + 1; -1; min_int; max_int ] @ power 40 @ List.map (( + ) 7) (power 40)))
  in
  (* Where an int has 31 bits, every one is an i32. *)
  let of_32 bound = by_word (Int64.to_int bound) in
  range "i32 as int" read_i32_as_int echo_i32_as_int (of_32 (-0x8000_0000L) min_int)
    (of_32 0x7fff_ffffL max_int);
  range "u32 as int" read_u32_as_int echo_u32_as_int 0 (of_32 0xffff_ffffL max_int);
  range "i64 as int" read_i64_as_int echo_i64_as_int min_int max_int;
  range "u64 as int" read_u64_as_int echo_u64_as_int 0 max_int;
  refuses "i64 as int of an int64" "argument `value`: expected an int, got a custom block (int64)"
    (fun () -> read_i64_as_int (Obj.magic 7L))

external read_isize_as_nativeint : nativeint -> string = "bactrian_suite_read_isize_as_nativeint"

external echo_isize_as_nativeint : nativeint -> nativeint
  = "bactrian_suite_echo_isize_as_nativeint"

external read_usize_as_nativeint : nativeint -> string = "bactrian_suite_read_usize_as_nativeint"

external echo_usize_as_nativeint : nativeint -> nativeint
  = "bactrian_suite_echo_usize_as_nativeint"

let () =
  List.iter
    (fun (n, signed, unsigned) ->
      both ("isize as nativeint of " ^ signed) read_isize_as_nativeint echo_isize_as_nativeint n signed;
      both
        ("usize as nativeint of " ^ signed)
        read_usize_as_nativeint echo_usize_as_nativeint n unsigned)
    [
      (0n, "0", "0");
      (-1n, "-1", by_word "18446744073709551615" "4294967295");
      ( Nativeint.max_int,
        by_word "9223372036854775807" "2147483647",
        by_word "9223372036854775807" "2147483647" );
      ( Nativeint.min_int,
        by_word "-9223372036854775808" "-2147483648",
        by_word "9223372036854775808" "2147483648" );
    ];
  refuses "nativeint of an int" "argument `value`: expected a nativeint, got 7" (fun () ->
      read_isize_as_nativeint (Obj.magic 7));
  refuses "nativeint of an int64"
    "argument `value`: expected a nativeint, got a custom block (int64)" (fun () ->
      read_usize_as_nativeint (Obj.magic 7L))

external read_u8_as_char : char -> string = "bactrian_suite_read_u8_as_char"
external echo_u8_as_char : char -> char = "bactrian_suite_echo_u8_as_char"

let () =
  for code = 0 to 255 do
    both (Printf.sprintf "char %d" code) read_u8_as_char echo_u8_as_char (Char.chr code)
      (string_of_int code)
  done;
  List.iter
    (fun code ->
      refuses
        (Printf.sprintf "char of %d" code)
        (Printf.sprintf "argument `value`: expected a char, got %d" code)
        (fun () -> read_u8_as_char (Obj.magic code)))
    [ -1; 256; max_int; min_int ]

external read_bytes_as_string : string -> string = "bactrian_suite_read_bytes_as_string"
external echo_bytes_as_string : string -> string = "bactrian_suite_echo_bytes_as_string"
external read_slice_as_string : string -> string = "bactrian_suite_read_slice_as_string"
external echo_slice_as_string : string -> string = "bactrian_suite_echo_slice_as_string"
external array_as_string : unit -> string = "bactrian_suite_array_as_string"

let () =
  List.iter
    (fun (value, rust) ->
      both "Vec<u8> as string" read_bytes_as_string echo_bytes_as_string value rust;
      both "&[u8] as string" read_slice_as_string echo_slice_as_string value rust)
    [ ("", "[]"); ("\xff\000a", "[255, 0, 97]"); ("1234567", "[49, 50, 51, 52, 53, 54, 55]") ];
  same "[u8; 4] as string" "\xff\000\xfe\n" (array_as_string ());
  refuses "string of an int" "argument `value`: expected a string, got 7" (fun () ->
      read_bytes_as_string (Obj.magic 7))

external read_vec_as_list : int list -> string = "bactrian_suite_read_vec_as_list"
external echo_vec_as_list : int list -> int list = "bactrian_suite_echo_vec_as_list"
external read_strings_as_list : string list -> string = "bactrian_suite_read_strings_as_list"
external echo_strings_as_list : string list -> string list = "bactrian_suite_echo_strings_as_list"
external read_floats_as_list : float list -> string = "bactrian_suite_read_floats_as_list"
external echo_floats_as_list : float list -> float list = "bactrian_suite_echo_floats_as_list"
external read_box_as_list : string list -> string = "bactrian_suite_read_box_as_list"
external echo_box_as_list : string list -> string list = "bactrian_suite_echo_box_as_list"
external slice_as_list : unit -> string list = "bactrian_suite_slice_as_list"

let () =
  both "Vec<isize> as list" read_vec_as_list echo_vec_as_list [ 1; 2; 3 ] "[1, 2, 3]";
  both "Vec<isize> as list, empty" read_vec_as_list echo_vec_as_list [] "[]";
  both "Vec<String> as list" read_strings_as_list echo_strings_as_list [ "a"; "" ] "[\"a\", \"\"]";
  both "Vec<f64> as list" read_floats_as_list echo_floats_as_list [ 0.5; 1.5 ] "[0.5, 1.5]";
  both "Box<[String]> as list" read_box_as_list echo_box_as_list [ "a"; "b" ] "[\"a\", \"b\"]";
  identical "&[&str] as list" [ "a"; "b" ] (slice_as_list ());
  let thousand = List.init 1000 string_of_int in
  identical "Vec<String> as list of 1000" thousand (echo_strings_as_list thousand);
  refuses "an element" "argument `value`: element 1: expected an int, got the string \"b\"" (fun () ->
      read_vec_as_list [ 1; Obj.magic "b" ]);
  refuses "an array" "argument `value`: expected a list, got a block of tag 0 with 3 fields" (fun () ->
      read_vec_as_list (Obj.magic [| 1; 2; 3 |]));
  let rec cyclic = "a" :: cyclic in
  refuses "a cyclic list" "argument `value`: expected a list that ends, got a cyclic one" (fun () ->
      read_strings_as_list cyclic)

external read_deque_as_array : string array -> string = "bactrian_suite_read_deque_as_array"
external echo_deque_as_array : string array -> string array = "bactrian_suite_echo_deque_as_array"

external read_float_deque_as_array : float array -> string
  = "bactrian_suite_read_float_deque_as_array"

external echo_float_deque_as_array : float array -> float array
  = "bactrian_suite_echo_float_deque_as_array"

let () =
  both "VecDeque as array" read_deque_as_array echo_deque_as_array [| "a"; "b" |] "[\"a\", \"b\"]";
  both "VecDeque as array, empty" read_deque_as_array echo_deque_as_array [||] "[]";
  both "VecDeque<f64> as array" read_float_deque_as_array echo_float_deque_as_array [| 0.5; 1.5 |]
    "[0.5, 1.5]"

let () = finish ()
