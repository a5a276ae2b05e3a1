(* Integers of any size, held against Zarith itself. BACTRIAN_BIGINTS says how many random ones. *)

open Check

external read_bigint : Z.t -> string = "bactrian_suite_read_bigint"
external echo_bigint : Z.t -> Z.t = "bactrian_suite_echo_bigint"
external read_biguint : Z.t -> string = "bactrian_suite_read_biguint"
external echo_biguint : Z.t -> Z.t = "bactrian_suite_echo_biguint"
external read_i128 : Z.t -> string = "bactrian_suite_read_i128"
external echo_i128 : Z.t -> Z.t = "bactrian_suite_echo_i128"
external read_u128 : Z.t -> string = "bactrian_suite_read_u128"
external echo_u128 : Z.t -> Z.t = "bactrian_suite_echo_u128"
external read_bigints : Z.t option array -> string = "bactrian_suite_read_bigints"
external echo_bigints : Z.t option array -> Z.t option array = "bactrian_suite_echo_bigints"
external hex : Z.t -> string = "bactrian_suite_hex_bigint"
external of_decimal : string -> Z.t = "bactrian_suite_bigint_of_decimal"
external arithmetic : Z.t -> Z.t -> Z.t * Z.t * Z.t = "bactrian_suite_bigint_arithmetic"

let z = Z.of_string
let power n = Z.shift_left Z.one n
let is_int (z : Z.t) = Obj.is_int (Obj.repr z)

(* [b], which Rust made, is to Zarith and to OCaml what [a] is, which Zarith made. *)
let alike a b =
  Z.equal a b && Z.compare a b = 0
  && compare a b = 0
  && a = b
  && is_int a = is_int b
  && Hashtbl.hash a = Hashtbl.hash b
  && Z.hash a = Z.hash b
  && Marshal.to_string a [] = Marshal.to_string b []
  && Z.equal a (Marshal.from_string (Marshal.to_string b []) 0)
  && Z.to_string a = Z.to_string b

let around n = List.map (fun d -> Z.add n (Z.of_int d)) [ -2; -1; 0; 1; 2 ]

let edges =
  let positive =
    List.concat_map
      (fun n -> around (power n))
      [ 0; 8; 31; 32; 33; 61; 62; 63; 64; 65; 126; 127; 128; 129; 191; 192; 1000; 4096; 10_000 ]
    @ [ Z.of_int max_int; Z.pow (Z.of_int 10) 3000; Z.pow (Z.of_int 3) 7001 ]
  in
  (Z.zero :: Z.of_int min_int :: positive) @ List.map Z.neg positive

let () =
  List.iter
    (fun n ->
      let name = Z.to_string n in
      text (name ^ ": reads") name (read_bigint n);
      let back = echo_bigint n in
      collect ();
      check (name ^ ": gives back") (alike n back);
      check (name ^ ": from text") (alike n (of_decimal name));
      if Z.sign n >= 0 then (
        text (name ^ ": reads unsigned") name (read_biguint n);
        check (name ^ ": gives back unsigned") (alike n (echo_biguint n)))
      else
        refuses (name ^ ": refused unsigned")
          (Printf.sprintf "argument `value`: expected an integer of at least 0, got %s"
             (if Z.numbits n <= 128 then name
              else Printf.sprintf "a negative integer of %d bits" (Z.numbits n)))
          (fun () -> read_biguint n))
    edges

(* ---- 128 bits ---- *)

let () =
  let least = Z.neg (power 127) and most = Z.pred (power 127) in
  let unsigned_most = Z.pred (power 128) in
  let of_128 name read echo least most n =
    let text_of_n = Z.to_string n in
    let name = name ^ " " ^ text_of_n in
    if Z.leq least n && Z.leq n most then (
      text (name ^ ": reads") text_of_n (read n);
      check (name ^ ": gives back") (alike n (echo n)))
    else
      refuses name
        (Printf.sprintf "argument `value`: expected an integer between %s and %s, got %s"
           (Z.to_string least) (Z.to_string most)
           (if Z.numbits n <= 128 then text_of_n
            else
              Printf.sprintf "%s integer of %d bits"
                (if Z.sign n < 0 then "a negative" else "an")
                (Z.numbits n)))
        (fun () -> read n)
  in
  List.iter
    (fun n ->
      of_128 "i128" read_i128 echo_i128 least most n;
      of_128 "u128" read_u128 echo_u128 Z.zero unsigned_most n)
    edges

(* ---- order, between values of both makers and immediates ---- *)

let () =
  let sign n = compare n 0 in
  let all = Array.of_list edges in
  let wrong = ref 0 in
  Array.iter
    (fun a ->
      Array.iter
        (fun b ->
          let expected = sign (Z.compare a b) in
          let echo = echo_bigint b in
          if
            sign (compare a echo) <> expected
            || sign (compare echo a) <> -expected
            || sign (Z.compare (echo_bigint a) echo) <> expected
          then incr wrong)
        all)
    all;
  check "order" (!wrong = 0);
  let sorted = List.sort compare (List.map echo_bigint edges) in
  check "sorted" (List.for_all2 Z.equal sorted (List.sort Z.compare edges));
  let table = Hashtbl.create 100 in
  List.iter (fun n -> Hashtbl.replace table n (Z.to_string n)) edges;
  check "found in a table"
    (List.for_all (fun n -> Hashtbl.find_opt table (echo_bigint n) = Some (Z.to_string n)) edges)

(* ---- within other values ---- *)

let () =
  let array = Array.of_list (List.map (fun n -> if Z.is_odd n then None else Some n) edges) in
  let back = echo_bigints array in
  collect ();
  check "options in an array"
    (Array.for_all2 (fun a b -> match (a, b) with
       | None, None -> true
       | Some a, Some b -> alike a b
       | _ -> false) array back);
  refuses "the third is wrong" "argument `value`: element 2: constructor `Some`: expected a Z.t, got the string \"2\""
    (fun () -> read_bigints [| None; Some Z.one; Some (Obj.magic "2") |]);
  refuses "another custom block" "argument `value`: expected a Z.t, got a custom block (int64)"
    (fun () -> read_bigint (Obj.magic 5L));
  refuses "a float" "argument `value`: expected a Z.t, got the float 1.5" (fun () ->
      read_bigint (Obj.magic 1.5));
  refuses "a tuple" "argument `value`: expected a Z.t, got a block of tag 0 with 2 fields" (fun () ->
      read_bigint (Obj.magic (1, 2)))

(* ---- blocks as Zarith would not leave them ---- *)

(* [Obj.set_raw_field], which 4.11 does not have. *)
external set_raw_field : Obj.t -> int -> nativeint -> unit = "bactrian_suite_set_raw_field"

(* Where 2^64 has its highest limb. *)
let highest = by_word 3 4

let () =
  let copy n = Obj.dup (Obj.repr n) in
  let zero = copy (power 64) in
  set_raw_field zero highest 0n;
  text "a zero with limbs" "0" (read_bigint (Obj.obj zero));
  check "a zero with limbs comes back as 0" (echo_bigint (Obj.obj zero) == Z.zero);
  text "a zero with limbs, unsigned" "0" (read_biguint (Obj.obj zero));
  let minus_zero = copy (Z.neg (power 64)) in
  set_raw_field minus_zero highest 0n;
  text "a negative zero" "0" (read_bigint (Obj.obj minus_zero));
  text "a negative zero, unsigned" "0" (read_biguint (Obj.obj minus_zero));
  text "a negative zero of 128 bits, unsigned" "0" (read_u128 (Obj.obj minus_zero));
  let small = copy (power 64) in
  set_raw_field small 2 7n;
  set_raw_field small highest 0n;
  check "a small one" (echo_bigint (Obj.obj small) == Z.of_int 7);
  let none = copy (power 64) in
  set_raw_field none 1 0n;
  check "no limbs" (echo_bigint (Obj.obj none) == Z.zero);
  List.iter
    (fun length ->
      let long = copy (power 64) in
      set_raw_field long 1 length;
      refuses "more limbs than the block has" "argument `value`: expected a Z.t, got a custom block (_z)"
        (fun () -> read_bigint (Obj.obj long)))
    [ 9n; 1000n; Nativeint.max_int; -1n ]

(* ---- random ones ---- *)

let () =
  let count =
    match Sys.getenv_opt "BACTRIAN_BIGINTS" with Some n -> int_of_string n | None -> 2000
  in
  let random () =
    let bits = if Random.int 4 = 0 then Random.int 200 else Random.int 10_001 in
    let bytes = String.init ((bits + 7) / 8) (fun _ ->
        (* Now and then limbs of zeros and of ones. *)
        Char.chr (match Random.int 3 with 0 -> 0 | 1 -> 255 | _ -> Random.int 256))
    in
    let n = Z.extract (Z.of_bits bytes) 0 (max 1 bits) in
    if Random.bool () then n else Z.neg n
  in
  Random.init 4;
  let wrong = ref 0 in
  let previous = ref Z.one in
  for i = 1 to count do
    let n = random () in
    let back = echo_bigint n in
    if i land 1023 = 0 then collect ();
    if not (alike n back) then incr wrong;
    if Z.format "%x" n <> hex n then incr wrong;
    let m = !previous in
    let sum, difference, product = arithmetic n m in
    if not (alike (Z.add n m) sum && alike (Z.sub n m) difference && alike (Z.mul n m) product) then
      incr wrong;
    if compare n m <> compare back m then incr wrong;
    previous := back
  done;
  check (Printf.sprintf "%d of %d random ones are wrong" !wrong count) (!wrong = 0)

let () = finish ()
