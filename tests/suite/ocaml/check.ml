(* What the programs check with. *)

let executed = ref 0
let failed = ref 0

(* The names of all checks that were executed, for those who ask for them. *)
let names_file = Sys.getenv_opt "CHECK_NAMES"
let executed_names = Hashtbl.create 1000

let execute name =
  incr executed;
  if names_file <> None then Hashtbl.replace executed_names name ()

(* What is expected where words have 64 bits, and where they have 32 (and an int has 31). *)
let by_word bits64 bits32 = if Sys.word_size = 64 then bits64 else bits32

(* 2^[n], where that is an int. *)
let power n = if n < Sys.int_size - 1 then [ 1 lsl n ] else []

(* Each collection moves or frees something else. *)
let collect () =
  match !executed mod 16 with
  | 0 -> Gc.compact ()
  | 4 | 8 | 12 -> Gc.full_major ()
  | _ -> Gc.minor ()

let fail name explanation =
  incr failed;
  Printf.printf "FAILED: %s: %s\n%!" name explanation

let check name ok =
  execute name;
  if not ok then fail name "it does not hold"

let show_string = Printf.sprintf "%S"

(* A text is exactly this. *)
let text name expected found =
  execute name;
  if expected <> found then
    fail name (Printf.sprintf "expected %S\n%*sfound    %S" expected (String.length name + 10) "" found)

(* Structural equality in which a NaN equals itself. *)
let same name expected found =
  execute name;
  if compare expected found <> 0 then fail name "the values differ"

(* Equal as far as OCaml code can see: as values, in layout, and in the bytes that [Marshal] writes
   (without sharing, which conversion does not keep). *)
let rec same_layout a b =
  let a_is_int = Obj.is_int a and b_is_int = Obj.is_int b in
  if a_is_int || b_is_int then a_is_int && b_is_int && a == b
  else
    Obj.tag a = Obj.tag b
    && Obj.size a = Obj.size b
    &&
    if Obj.tag a >= Obj.no_scan_tag then compare a b = 0
    else
      let rec fields i =
        i < 0 || (same_layout (Obj.field a i) (Obj.field b i) && fields (i - 1))
      in
      fields (Obj.size a - 1)

let identical name expected found =
  execute name;
  let bytes value = Marshal.to_string value [ Marshal.No_sharing ] in
  if compare expected found <> 0 then fail name "the values differ"
  else if not (same_layout (Obj.repr expected) (Obj.repr found)) then fail name "the layouts differ"
  else if bytes expected <> bytes found then fail name "the bytes that Marshal writes differ"

(* [f ()] raises exactly this exception. *)
let raises name expected f =
  execute name;
  match f () with
  | _ -> fail name "nothing was raised"
  | exception found ->
      if compare expected found <> 0 then
        fail name
          (Printf.sprintf "expected %s\n%*sfound    %s" (Printexc.to_string expected)
             (String.length name + 10) "" (Printexc.to_string found))

let refuses name message f = raises name (Invalid_argument message) f
let panics name message f = raises name (Failure message) f

(* Rust reads this value as this text, and gives an equal one back. *)
let both name read echo value rust =
  text (name ^ ": reads") rust (read value);
  let back = echo value in
  collect ();
  identical (name ^ ": gives back") value back

let contains text part =
  let n = String.length part in
  let rec at i = i + n <= String.length text && (String.sub text i n = part || at (i + 1)) in
  at 0

let finish () =
  if !failed > 0 then (
    Printf.printf "%d of %d checks FAILED\n" !failed !executed;
    exit 1)
  else Printf.printf "%d checks passed\n" !executed;
  match names_file with
  | None -> ()
  | Some file ->
      let channel = open_out_bin file in
      Hashtbl.iter (fun name () -> output_string channel (String.escaped name ^ "\n")) executed_names;
      close_out channel
