(* Strings, file names, bytes, in both directions. *)

open Check

external read_string : string -> string = "bactrian_suite_read_string"
external echo_string : string -> string = "bactrian_suite_echo_string"
external read_str : string -> string = "bactrian_suite_read_str"
external echo_str : string -> string = "bactrian_suite_echo_str"
external read_box_str : string -> string = "bactrian_suite_read_box_str"
external echo_box_str : string -> string = "bactrian_suite_echo_box_str"
external read_path_buf : string -> string = "bactrian_suite_read_path_buf"
external echo_path_buf : string -> string = "bactrian_suite_echo_path_buf"
external read_path : string -> string = "bactrian_suite_read_path"
external echo_path : string -> string = "bactrian_suite_echo_path"
external read_os_string : string -> string = "bactrian_suite_read_os_string"
external echo_os_string : string -> string = "bactrian_suite_echo_os_string"
external read_os_str : string -> string = "bactrian_suite_read_os_str"
external echo_os_str : string -> string = "bactrian_suite_echo_os_str"
external read_bytes : bytes -> string = "bactrian_suite_read_bytes"
external echo_bytes : bytes -> bytes = "bactrian_suite_echo_bytes"
external read_byte_array : bytes -> string = "bactrian_suite_read_byte_array"
external echo_byte_array : bytes -> bytes = "bactrian_suite_echo_byte_array"
external read_box_bytes : bytes -> string = "bactrian_suite_read_box_bytes"
external echo_box_bytes : bytes -> bytes = "bactrian_suite_echo_box_bytes"
external measure_string : string -> int * int64 = "bactrian_suite_measure_string"
external measure_str : string -> int * int64 = "bactrian_suite_measure_str"
external measure_bytes : bytes -> int * int64 = "bactrian_suite_measure_bytes"

external make_bytes : (int[@untagged]) -> bytes
  = "bactrian_suite_make_bytes_bytecode" "bactrian_suite_make_bytes"

external make_string : (int[@untagged]) -> string
  = "bactrian_suite_make_string_bytecode" "bactrian_suite_make_string"

external read_isize : int -> string = "bactrian_suite_read_isize"
external trim : string -> string = "bactrian_suite_trim"
external with_nul : unit -> string = "bactrian_suite_with_nul"

(* A string made at run time: a literal is no part of the heap. *)
let fresh text = Bytes.to_string (Bytes.of_string text)

let utf8 =
  [
    ("String", read_string, echo_string);
    ("&str", read_str, echo_str);
    ("Box<str>", read_box_str, echo_box_str);
  ]

let any_bytes =
  [
    ("PathBuf", read_path_buf, echo_path_buf);
    ("&Path", read_path, echo_path);
    ("OsString", read_os_string, echo_os_string);
    ("&OsStr", read_os_str, echo_os_str);
  ]

let invalid =
  [
    (* Rust's text of it as a file name, as an OCaml literal, and where UTF-8 ends. *)
    ("caf\xe9", "\"caf\\xE9\"", "\"caf\\233\"", 3);
    ("\xff", "\"\\xFF\"", "\"\\255\"", 0);
    ("\xc3", "\"\\xC3\"", "\"\\195\"", 0);
    ("a\x00\x80b", "\"a\\0\\x80b\"", "\"a\\000\\128b\"", 2);
    ("\xed\xa0\x80", "\"\\xED\\xA0\\x80\"", "\"\\237\\160\\128\"", 0);
  ]

let () =
  List.iter
    (fun (name, read, echo) ->
      List.iter
        (fun (value, rust) -> both (name ^ " of " ^ rust) read echo (fresh value) rust)
        [
          ("", "\"\"");
          ("a", "\"a\"");
          ("seven b", "\"seven b\"");
          ("eight by", "\"eight by\"");
          ("a\000b\000", "\"a\\0b\\0\"");
          ("caf\xc3\xa9 \xf0\x9f\x90\xab", "\"caf\xc3\xa9 \xf0\x9f\x90\xab\"");
          ("tab\tquote\"", "\"tab\\tquote\\\"\"");
        ])
    (utf8 @ any_bytes);
  List.iter
    (fun (value, rust, ocaml, position) ->
      List.iter
        (fun (name, read, _) ->
          refuses
            (name ^ " of " ^ ocaml)
            (Printf.sprintf
               "argument `value`: expected a UTF-8 string, got the string %s, which is not UTF-8 at \
                byte %d"
               ocaml position)
            (fun () -> read (fresh value));
          collect ())
        utf8;
      List.iter
        (fun (name, read, echo) -> both (name ^ " of " ^ ocaml) read echo (fresh value) rust)
        any_bytes)
    invalid

(* All lengths around those of words, and every byte. *)
let () =
  for length = 0 to 40 do
    let value = String.init length (fun i -> Char.chr (97 + (i mod 26))) in
    same (Printf.sprintf "String of %d" length) value (echo_string value);
    same (Printf.sprintf "&str of %d" length) value (echo_str value);
    same (Printf.sprintf "Vec<u8> of %d" length) value
      (Bytes.to_string (echo_bytes (Bytes.of_string value)));
    same (Printf.sprintf "made of %d" length) value (make_string length)
  done;
  let all = Bytes.init 256 Char.chr in
  identical "every byte" all (echo_bytes all);
  identical "every byte as a file name" (Bytes.to_string all) (echo_path_buf (Bytes.to_string all))

let () =
  let bytes = Bytes.of_string in
  both "Vec<u8>" read_bytes echo_bytes (bytes "a\000\xff") "[97, 0, 255]";
  both "Vec<u8>, empty" read_bytes echo_bytes Bytes.empty "[]";
  both "Box<[u8]>" read_box_bytes echo_box_bytes (bytes "\000\001") "[0, 1]";
  both "[u8; 4]" read_byte_array echo_byte_array (bytes "\000ab\xfe") "[0, 97, 98, 254]";
  refuses "[u8; 4] of 3"
    "argument `value`: expected an array of length 4, got one of length 3" (fun () ->
      read_byte_array (bytes "abc"));
  refuses "Vec<u8> of an int array"
    "argument `value`: expected bytes, got a block of tag 0 with 3 fields" (fun () ->
      read_bytes (Obj.magic [| 1; 2; 3 |]));
  refuses "String of an int" "argument `value`: expected a string, got 5" (fun () ->
      read_string (Obj.magic 5))

(* Rust's copy is Rust's, and what it returns is new. *)
let () =
  let original = Bytes.of_string "original" in
  let copy = echo_bytes original in
  Bytes.set copy 0 'O';
  same "the bytes given back are a copy" "original" (Bytes.to_string original)

let () =
  same "a part of a borrowed string" "inside" (trim (fresh "  inside \n"));
  same "an empty part" "" (trim (fresh "   "));
  text "NUL within and at the end" "a\000b\000" (with_nul ())

(* A long string is cut in the message, not the message. *)
let () =
  let long = String.make 100 'x' ^ "\xff" in
  refuses "a long string"
    ("argument `value`: expected a UTF-8 string, got the string \"" ^ String.make 40 'x'
   ^ "\"... (101 bytes), which is not UTF-8 at byte 100")
    (fun () -> read_string long);
  refuses "a float where bytes are expected" "argument `value`: expected bytes, got the float 0.5" (fun () ->
      read_bytes (Obj.magic 0.5));
  refuses "a string where an int is expected: NUL, quotes and newlines in the message"
    "argument `value`: expected an int, got the string \"a\\000\\\"\\n\"" (fun () ->
      read_isize (Obj.magic "a\000\"\n"))

(* ---- 10 MB ---- *)

let ten_megabytes = 10 * 1024 * 1024

let () =
  let sum = ref 0. in
  let letters = String.init ten_megabytes (fun i -> Char.chr (97 + (i mod 26))) in
  String.iter (fun byte -> sum := !sum +. float (Char.code byte)) letters;
  let measured = (ten_megabytes, Int64.of_float !sum) in
  same "String of 10 MB" measured (measure_string letters);
  same "&str of 10 MB" measured (measure_str letters);
  same "Vec<u8> of 10 MB" measured (measure_bytes (Bytes.unsafe_of_string letters));
  same "String of 10 MB, back" letters (echo_string letters);
  same "&str of 10 MB, back" letters (echo_str letters);
  same "PathBuf of 10 MB, back" letters (echo_path_buf letters);
  same "a String of 10 MB made by Rust" letters (make_string ten_megabytes);
  let bytes = Bytes.init ten_megabytes (fun i -> Char.chr (i mod 251)) in
  same "a Vec<u8> of 10 MB made by Rust" bytes (make_bytes ten_megabytes);
  same "Vec<u8> of 10 MB, back" bytes (echo_bytes bytes);
  Gc.compact ();
  let last = Bytes.of_string letters in
  Bytes.set last (ten_megabytes - 1) '\xff';
  refuses "String of 10 MB whose last byte is no UTF-8"
    "argument `value`: expected a UTF-8 string, got the string \
     \"abcdefghijklmnopqrstuvwxyzabcdefghijklmn\"... (10485760 bytes), which is not UTF-8 at byte \
     10485759" (fun () -> read_string (Bytes.unsafe_to_string last))

(* Bytes made and dropped, again and again, is collected. *)
let () =
  let original = Bytes.make ten_megabytes 'b' in
  for _ = 1 to 100 do
    ignore (echo_bytes original)
  done;
  check "bytes that nothing holds are collected"
    ((Gc.quick_stat ()).Gc.heap_words < 100 * ten_megabytes / (Sys.word_size / 8) / 2)

let () = finish ()
