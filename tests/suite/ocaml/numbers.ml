(* Unit, booleans, characters, integers, floats, in both directions. *)

open Check

(* ---- unit, bool, Uchar.t ---- *)

external read_unit : unit -> string = "bactrian_suite_read_unit"
external echo_unit : unit -> unit = "bactrian_suite_echo_unit"
external read_bool : bool -> string = "bactrian_suite_read_bool"
external echo_bool : bool -> bool = "bactrian_suite_echo_bool"
external read_char : Uchar.t -> string = "bactrian_suite_read_char"
external echo_char : Uchar.t -> Uchar.t = "bactrian_suite_echo_char"

let () =
  both "unit" read_unit echo_unit () "()";
  refuses "unit of 1" "argument `value`: expected unit, got 1" (fun () -> read_unit (Obj.magic 1));
  both "false" read_bool echo_bool false "false";
  both "true" read_bool echo_bool true "true";
  refuses "bool of 2" "argument `value`: expected a bool, got 2" (fun () -> read_bool (Obj.magic 2));
  refuses "bool of -1" "argument `value`: expected a bool, got -1" (fun () ->
      read_bool (Obj.magic (-1)))

let () =
  let uchar = Uchar.of_int in
  both "Uchar.t: NUL" read_char echo_char (uchar 0) "'\\0'";
  both "Uchar.t: a" read_char echo_char (uchar 97) "'a'";
  both "Uchar.t: e acute" read_char echo_char (uchar 0xe9) "'\xc3\xa9'";
  both "Uchar.t: last before the surrogates" read_char echo_char (uchar 0xd7ff) "'\\u{d7ff}'";
  both "Uchar.t: first after the surrogates" read_char echo_char (uchar 0xe000) "'\\u{e000}'";
  both "Uchar.t: camel" read_char echo_char (uchar 0x1f42b) "'\xf0\x9f\x90\xab'";
  both "Uchar.t: the last one" read_char echo_char Uchar.max "'\\u{10ffff}'";
  List.iter
    (fun code ->
      refuses
        (Printf.sprintf "Uchar.t of %d" code)
        (Printf.sprintf "argument `value`: expected a Unicode scalar value (Uchar.t), got %d" code)
        (fun () -> read_char (Obj.magic code)))
    ([ 0xd800; 0xdfff; 0x110000; -1; max_int; min_int ] @ List.map (( + ) 97) (power 32))

(* ---- integers that are an int ---- *)

external read_i8 : int -> string = "bactrian_suite_read_i8"
external echo_i8 : int -> int = "bactrian_suite_echo_i8"
external read_u8 : int -> string = "bactrian_suite_read_u8"
external echo_u8 : int -> int = "bactrian_suite_echo_u8"
external read_i16 : int -> string = "bactrian_suite_read_i16"
external echo_i16 : int -> int = "bactrian_suite_echo_i16"
external read_u16 : int -> string = "bactrian_suite_read_u16"
external echo_u16 : int -> int = "bactrian_suite_echo_u16"
external read_isize : int -> string = "bactrian_suite_read_isize"
external echo_isize : int -> int = "bactrian_suite_echo_isize"
external read_usize : int -> string = "bactrian_suite_read_usize"
external echo_usize : int -> int = "bactrian_suite_echo_usize"

external unboxed_i8 : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unboxed_i8_bytecode" "bactrian_suite_unboxed_i8"

external unboxed_u8 : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unboxed_u8_bytecode" "bactrian_suite_unboxed_u8"

external unboxed_i16 : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unboxed_i16_bytecode" "bactrian_suite_unboxed_i16"

external unboxed_u16 : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unboxed_u16_bytecode" "bactrian_suite_unboxed_u16"

external unboxed_isize : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unboxed_isize_bytecode" "bactrian_suite_unboxed_isize"

external unboxed_usize : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unboxed_usize_bytecode" "bactrian_suite_unboxed_usize"

(* An external with unboxed arguments is a function only when it is applied. *)
let u_i8 n = unboxed_i8 n
let u_u8 n = unboxed_u8 n
let u_i16 n = unboxed_i16 n
let u_u16 n = unboxed_u16 n
let u_isize n = unboxed_isize n
let u_usize n = unboxed_usize n

let range name read echo unboxed least most =
  List.iter
    (fun n ->
      let name = Printf.sprintf "%s of %d" name n in
      both name read echo n (string_of_int n);
      same (name ^ ", unboxed") n (unboxed n))
    [ least; least + 1; 0; 1; 77; most - 1; most ];
  List.iter
    (fun n ->
      let name = Printf.sprintf "%s of %d" name n in
      let expected =
        if most = max_int then Printf.sprintf "an int of at least %d" least
        else Printf.sprintf "an int between %d and %d" least most
      in
      let message = Printf.sprintf "argument `value`: expected %s, got %d" expected n in
      refuses name message (fun () -> read n);
      refuses (name ^ ", echo") message (fun () -> echo n);
      refuses (name ^ ", unboxed") message (fun () -> unboxed n))
    (List.filter
       (fun n -> n < least || n > most)
       ([ least - 1; most + 1; min_int; max_int; 300; -1; -300 ]
       @ List.concat_map power [ 16; 31; 32; 40 ]))

let () =
  range "i8" read_i8 echo_i8 u_i8 (-128) 127;
  range "u8" read_u8 echo_u8 u_u8 0 255;
  range "i16" read_i16 echo_i16 u_i16 (-32768) 32767;
  range "u16" read_u16 echo_u16 u_u16 0 65535;
  range "isize" read_isize echo_isize u_isize min_int max_int;
  range "usize" read_usize echo_usize u_usize 0 max_int;
  refuses "int of a string" "argument `value`: expected an int, got the string \"7\"" (fun () ->
      read_isize (Obj.magic "7"))

(* ---- numbers of Rust's that no int holds ---- *)

external signed_at : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_signed_at_bytecode" "bactrian_suite_signed_at"

external signed_at_boxed : int -> int = "bactrian_suite_signed_at_boxed"

external signed_at_in_array : (int[@untagged]) -> int array
  = "bactrian_suite_signed_at_in_array_bytecode" "bactrian_suite_signed_at_in_array"

external signed_at_in_tuple : (int[@untagged]) -> int * string
  = "bactrian_suite_signed_at_in_tuple_bytecode" "bactrian_suite_signed_at_in_tuple"

external signed_at_as_int : (int[@untagged]) -> int
  = "bactrian_suite_signed_at_as_int_bytecode" "bactrian_suite_signed_at_as_int"

external unsigned_at : (int[@untagged]) -> (int[@untagged])
  = "bactrian_suite_unsigned_at_bytecode" "bactrian_suite_unsigned_at"

external unsigned_at_boxed : int -> int = "bactrian_suite_unsigned_at_boxed"

external unsigned_at_in_array : (int[@untagged]) -> int array
  = "bactrian_suite_unsigned_at_in_array_bytecode" "bactrian_suite_unsigned_at_in_array"

external unsigned_at_as_int : (int[@untagged]) -> int
  = "bactrian_suite_unsigned_at_as_int_bytecode" "bactrian_suite_unsigned_at_as_int"

let too_large number =
  Printf.sprintf "%s does not fit OCaml's int, which is between %d and %d" number min_int max_int

let () =
  let ways =
    [
      ("unboxed", fun i -> signed_at i);
      ("boxed", signed_at_boxed);
      ("in an array", fun i -> (signed_at_in_array i).(1));
      ("in a tuple", fun i -> fst (signed_at_in_tuple i));
      ("as = int", fun i -> signed_at_as_int i);
    ]
  in
  List.iter
    (fun (way, signed_at) ->
      same ("max_int, " ^ way) max_int (signed_at 0);
      same ("min_int, " ^ way) min_int (signed_at 1);
      List.iter
        (fun (index, name, number) ->
          panics (name ^ ", " ^ way) (too_large number) (fun () -> signed_at index);
          collect ())
        [
          (2, "max_int + 1", by_word "4611686018427387904" "1073741824");
          (3, "min_int - 1", by_word "-4611686018427387905" "-1073741825");
          (4, "isize::MAX", by_word "9223372036854775807" "2147483647");
          (5, "isize::MIN", by_word "-9223372036854775808" "-2147483648");
        ])
    ways;
  let ways =
    [
      ("unboxed", fun i -> unsigned_at i);
      ("boxed", unsigned_at_boxed);
      ("in an array", fun i -> (unsigned_at_in_array i).(1));
      ("as = int", fun i -> unsigned_at_as_int i);
    ]
  in
  List.iter
    (fun (way, unsigned_at) ->
      same ("max_int of usize, " ^ way) max_int (unsigned_at 0);
      List.iter
        (fun (index, name, number) ->
          panics (name ^ ", " ^ way) (too_large number) (fun () -> unsigned_at index))
        [
          (1, "max_int + 1 of usize", by_word "4611686018427387904" "1073741824");
          (2, "usize::MAX", by_word "18446744073709551615" "4294967295");
        ])
    ways

external most_i32_as_int : unit -> int = "bactrian_suite_most_i32_as_int"
external most_u32_as_int : unit -> int = "bactrian_suite_most_u32_as_int"

let () =
  List.iter
    (fun (name, number, most) ->
      by_word
        (fun () -> same name (Int64.to_int number) (most ()))
        (fun () -> panics name (too_large (Int64.to_string number)) most)
        ())
    [
      ("i32's most, as = int", 0x7fff_ffffL, most_i32_as_int);
      ("u32's most, as = int", 0xffff_ffffL, most_u32_as_int);
    ]

(* ---- int32, int64: unsigned ones keep their bits ---- *)

external read_i32 : int32 -> string = "bactrian_suite_read_i32"
external echo_i32 : int32 -> int32 = "bactrian_suite_echo_i32"
external read_u32 : int32 -> string = "bactrian_suite_read_u32"
external echo_u32 : int32 -> int32 = "bactrian_suite_echo_u32"
external read_i64 : int64 -> string = "bactrian_suite_read_i64"
external echo_i64 : int64 -> int64 = "bactrian_suite_echo_i64"
external read_u64 : int64 -> string = "bactrian_suite_read_u64"
external echo_u64 : int64 -> int64 = "bactrian_suite_echo_u64"

external unboxed_i32 : (int32[@unboxed]) -> (int32[@unboxed])
  = "bactrian_suite_unboxed_i32_bytecode" "bactrian_suite_unboxed_i32"

external unboxed_u32 : (int32[@unboxed]) -> (int32[@unboxed])
  = "bactrian_suite_unboxed_u32_bytecode" "bactrian_suite_unboxed_u32"

external unboxed_i64 : (int64[@unboxed]) -> (int64[@unboxed])
  = "bactrian_suite_unboxed_i64_bytecode" "bactrian_suite_unboxed_i64"

external unboxed_u64 : (int64[@unboxed]) -> (int64[@unboxed])
  = "bactrian_suite_unboxed_u64_bytecode" "bactrian_suite_unboxed_u64"

let () =
  List.iter
    (fun (n, signed, unsigned) ->
      both ("i32 of " ^ signed) read_i32 echo_i32 n signed;
      both ("u32 of " ^ signed) read_u32 echo_u32 n unsigned;
      same ("i32 of " ^ signed ^ ", unboxed") n (unboxed_i32 n);
      same ("u32 of " ^ signed ^ ", unboxed") n (unboxed_u32 n))
    [
      (0l, "0", "0");
      (1l, "1", "1");
      (-1l, "-1", "4294967295");
      (Int32.max_int, "2147483647", "2147483647");
      (Int32.min_int, "-2147483648", "2147483648");
    ];
  List.iter
    (fun (n, signed, unsigned) ->
      both ("i64 of " ^ signed) read_i64 echo_i64 n signed;
      both ("u64 of " ^ signed) read_u64 echo_u64 n unsigned;
      same ("i64 of " ^ signed ^ ", unboxed") n (unboxed_i64 n);
      same ("u64 of " ^ signed ^ ", unboxed") n (unboxed_u64 n))
    [
      (0L, "0", "0");
      (1L, "1", "1");
      (-1L, "-1", "18446744073709551615");
      (Int64.max_int, "9223372036854775807", "9223372036854775807");
      (Int64.min_int, "-9223372036854775808", "9223372036854775808");
    ];
  refuses "int64 of an int" "argument `value`: expected an int64, got 7" (fun () ->
      read_i64 (Obj.magic 7));
  refuses "int64 of an int32" "argument `value`: expected an int64, got a custom block (int32)"
    (fun () -> read_i64 (Obj.magic 7l));
  refuses "int32 of an int64" "argument `value`: expected an int32, got a custom block (int64)"
    (fun () -> read_u32 (Obj.magic 7L));
  refuses "int64 of a nativeint"
    "argument `value`: expected an int64, got a custom block (nativeint)" (fun () ->
      read_u64 (Obj.magic 7n))

(* ---- float ---- *)

external read_f64 : float -> string = "bactrian_suite_read_f64"
external echo_f64 : float -> float = "bactrian_suite_echo_f64"
external read_f32 : float -> string = "bactrian_suite_read_f32"
external echo_f32 : float -> float = "bactrian_suite_echo_f32"

external unboxed_f64 : (float[@unboxed]) -> (float[@unboxed])
  = "bactrian_suite_unboxed_f64_bytecode" "bactrian_suite_unboxed_f64"

external unboxed_f32 : (float[@unboxed]) -> (float[@unboxed])
  = "bactrian_suite_unboxed_f32_bytecode" "bactrian_suite_unboxed_f32"

external bits_f64 : (float[@unboxed]) -> (int64[@unboxed])
  = "bactrian_suite_bits_f64_bytecode" "bactrian_suite_bits_f64"

external bits_f64_boxed : float -> int64 = "bactrian_suite_bits_f64_boxed"

external bits_f32 : (float[@unboxed]) -> (int32[@unboxed])
  = "bactrian_suite_bits_f32_bytecode" "bactrian_suite_bits_f32"

let bits = Int64.bits_of_float

let () =
  List.iter
    (fun x ->
      let name = Printf.sprintf "float %h" x in
      same (name ^ ": bits") (bits x) (bits_f64 x);
      same (name ^ ": bits, boxed") (bits x) (bits_f64_boxed x);
      same (name ^ ": back") (bits x) (bits (echo_f64 x));
      same (name ^ ": back, unboxed") (bits x) (bits (unboxed_f64 x)))
    [
      0.; -0.; 1.; -1.5; nan; infinity; neg_infinity; max_float; min_float; epsilon_float; 4.94e-324;
      Int64.float_of_bits 0x7ff8_0000_dead_beefL; Int64.float_of_bits 0xfff8_0000_0000_0001L;
    ];
  text "a float's text" "-1.5" (read_f64 (-1.5));
  text "-0." "-0.0" (read_f64 (-0.));
  text "nan" "NaN" (read_f64 nan);
  List.iter
    (fun x ->
      let name = Printf.sprintf "f32 %h" x in
      let rounded = Int32.float_of_bits (Int32.bits_of_float x) in
      same (name ^ ": bits") (Int32.bits_of_float x) (bits_f32 x);
      same (name ^ ": back") (bits rounded) (bits (echo_f32 x));
      same (name ^ ": back, unboxed") (bits rounded) (bits (unboxed_f32 x)))
    [ 0.; -0.; 1.5; 0.1; infinity; neg_infinity; 3.4028234663852886e38; 1e-45; 1e300; -1e300; 1e-300 ];
  check "f32 of nan is nan" (Float.is_nan (echo_f32 nan));
  text "f32's text" "0.1" (read_f32 0.1);
  refuses "float of an int" "argument `value`: expected a float, got 3" (fun () ->
      read_f64 (Obj.magic 3));
  refuses "f32 of a string" "argument `value`: expected a float, got the string \"3.5\"" (fun () ->
      read_f32 (Obj.magic "3.5"))

(* ---- integers of 128 bits, where there is no Zarith: see bigints.ml ---- *)

external echo_i128 : int -> int = "bactrian_suite_echo_i128"
external large_i128 : unit -> int = "bactrian_suite_large_i128"

let () =
  same "i128: a small one" (-5) (echo_i128 (-5));
  same "i128: min_int" min_int (echo_i128 min_int);
  panics "i128: a large one"
    "an integer that does not fit OCaml's int is a Z.t of Zarith, and Zarith's module Z is not part of \
     this program (link zarith.cmxa or zarith.cma, and use Z or link with -linkall)"
    (fun () -> large_i128 ());
  refuses "i128: an int64" "argument `value`: expected a Z.t, got a custom block (int64)" (fun () ->
      echo_i128 (Obj.magic 5L))

let () = finish ()
