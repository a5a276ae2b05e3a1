(* OCaml's values in place: references, records, tuples. *)

open Check

let fresh text = Bytes.to_string (Bytes.of_string text)

(* ---- references ---- *)

external ref_get : 'a ref -> 'a = "bactrian_suite_ref_get"
external ref_set : 'a ref -> 'a -> unit = "bactrian_suite_ref_set"
external ref_exchange : 'a ref -> 'a -> 'a = "bactrian_suite_ref_exchange"
external ref_new : 'a -> 'a ref = "bactrian_suite_ref_new"

external ref_push : string list ref -> (int[@untagged]) -> unit
  = "bactrian_suite_ref_push_bytecode" "bactrian_suite_ref_push"

external ref_of_a_root : int ref -> int = "bactrian_suite_ref_of_a_root"

let () =
  let text = fresh "text" in
  let reference = ref text in
  check "get gives the very same" (ref_get reference == text);
  let other = fresh "other" in
  ref_set reference other;
  check "set" (!reference == other);
  check "exchange gives what was" (ref_exchange reference text == other);
  check "and sets what is" (!reference == text);
  let made = ref_new text in
  check "new" (!made == text);
  made := other;
  check "new can be written" (!made == other);
  same "of a float" 1.5 (ref_get (ref 1.5));
  let float = ref 1.5 in
  ref_set float 2.5;
  same "set of a float" 2.5 !float;
  let n = ref 7 in
  same "of a root" 7 (ref_of_a_root n);
  same "set through a root" 8 !n

(* Young values in an old reference are found by the next collections. *)
let () =
  let old = ref [] in
  Gc.full_major ();
  for round = 1 to 20 do
    ref_push old 100;
    collect ();
    check
      (Printf.sprintf "pushed, round %d" round)
      (List.length !old = 100 * round
      && List.for_all (fun text -> String.length text >= 6 && String.sub text 0 5 = "text ") !old)
  done;
  Gc.compact ();
  same "and after a compaction" 2000 (List.length !old)

(* Overwritten while the collector marks. *)
let () =
  let old = Array.init 1000 (fun i -> ref (string_of_int i)) in
  Gc.full_major ();
  for round = 1 to 50 do
    ignore (Gc.major_slice 0);
    Array.iteri (fun i reference -> ignore (ref_exchange reference (string_of_int (i + round)))) old
  done;
  Gc.full_major ();
  check "exchanged while marking"
    (Array.for_all (fun x -> x) (Array.mapi (fun i reference -> !reference = string_of_int (i + 50)) old))

let () =
  refuses "no reference" "argument `reference`: expected a reference, got 7" (fun () ->
      ref_get (Obj.magic 7));
  refuses "a string" "argument `reference`: expected a reference, got the string \"a\"" (fun () ->
      ref_get (Obj.magic "a"));
  refuses "a pair"
    "argument `reference`: expected a reference, got a block of tag 0 with 2 fields" (fun () ->
      ref_set (Obj.magic (1, 2)) 3);
  refuses "a float array"
    "argument `reference`: expected a reference, got a float array of length 1 (or a record of \
     floats)" (fun () -> ref_set (Obj.magic [| 1. |]) 3)

(* ---- records and tuples ---- *)

type person = { name : string; mutable age : int; mutable friends : person list; id : int }
type point = { x : float; mutable y : float }
type 'a tagged = { tag : string; mutable of_ : 'a }

external person_name : person -> string = "bactrian_suite_person_name"

external person_age : person -> int = "bactrian_suite_person_age"

external person_birthday : person -> unit = "bactrian_suite_person_birthday"
external person_id : person -> string = "bactrian_suite_person_id"

external person_befriend : person -> string -> int = "bactrian_suite_person_befriend"

external point_swap : point -> float = "bactrian_suite_point_swap"

external pair_swap : string * int -> int * string = "bactrian_suite_pair_swap"

external tagged_set : string array tagged -> string array -> string = "bactrian_suite_tagged_set"
external tuple_parts : int * string * int array -> string * int * int = "bactrian_suite_tuple_parts"

let person name = { name; age = 30; friends = []; id = 12345 }

let () =
  let name = fresh "Ada" in
  let ada = person name in
  check "a field is the very same" (person_name ada == name);
  same "a number" 30 (person_age ada);
  person_birthday ada;
  same "a field written" 31 ada.age;
  same "a field by an adapter" "12345" (person_id ada);
  Gc.full_major ();
  same "no friends" 0 (person_befriend ada "Charles");
  collect ();
  same "one friend" 1 (person_befriend ada "Mary");
  Gc.full_major ();
  same "friends" [ "Charles"; "Mary" ] (List.map (fun friend -> friend.name) ada.friends);
  same "the rest is as it was" ("Ada", 31, 12345) (ada.name, ada.age, ada.id);
  refuses "what does not fit" "expected an int between 0 and 255, got 300" (fun () ->
      ada.age <- 300;
      person_age ada)

let () =
  let point = { x = Sys.opaque_identity 1.5; y = 2.5 } in
  same "a field of a flat record" 2.5 (point_swap point);
  same "written" { x = 1.5; y = 1.5 } point;
  let pair = (fresh "one", Sys.opaque_identity 1) in
  same "a tuple struct" (1, "one") (pair_swap pair);
  let tagged = { tag = fresh "tag"; of_ = [| "a" |] } in
  Gc.full_major ();
  let strings = [| fresh "b"; fresh "c" |] in
  check "a generic record" (tagged_set tagged strings == tagged.tag);
  check "written" (tagged.of_ == strings);
  same "a tuple" ("two", 1, 3) (tuple_parts (1, "two", [| 1; 2; 3 |]))

let () =
  refuses "no record" "expected a `person` (a record of 4 fields), got 7" (fun () ->
      person_name (Obj.magic 7));
  refuses "too small a record"
    "expected a `person` (a record of 4 fields), got a block of tag 0 with 2 fields" (fun () ->
      person_birthday (Obj.magic (1, 2)));
  refuses "another tag" "expected a `person` (a record of 4 fields), got a block of tag 1 with 4 fields"
    (fun () ->
      let block = Obj.repr (1, 2, 3, 4) in
      person_age (Obj.magic (Obj.with_tag 1 block)));
  refuses "floats for a record"
    "expected a `person` (a record of 4 fields), got a float array of length 4 (or a record of floats)"
    (fun () -> person_name (Obj.magic [| 1.; 2.; 3.; 4. |]));
  refuses "no floats" "expected a `point` (a record of 2 floats), got a block of tag 0 with 2 fields"
    (fun () -> point_swap (Obj.magic (1, 2)));
  refuses "no tuple" "expected a tuple of 3, got a block of tag 0 with 2 fields" (fun () ->
      tuple_parts (Obj.magic (1, 2)));
  refuses "no tuple" "expected a `pair` (a tuple of 2), got a float array of length 2 (or a record of \
     floats)" (fun () -> pair_swap (Obj.magic [| 1.; 2. |]))

let () = finish ()
