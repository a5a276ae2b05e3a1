(* OCaml's values in place: references, records, tuples, lazy values, tables, polymorphic variants. *)

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

(* ---- lazy values ---- *)

external lazy_forced : 'a Lazy.t -> 'a option = "bactrian_suite_lazy_forced"
external lazy_force : string Lazy.t -> string = "bactrian_suite_lazy_force"
external lazy_force_float : float Lazy.t -> float = "bactrian_suite_lazy_force_float"

external lazy_force_twice : string Lazy.t -> (unit -> unit) -> bool
  = "bactrian_suite_lazy_force_twice"

external lazy_from_val : 'a -> 'a Lazy.t = "bactrian_suite_lazy_from_val"

let () =
  let count = ref 0 in
  let suspended () =
    lazy
      (incr count;
       collect ();
       fresh (Printf.sprintf "computed %d" !count))
  in
  let one = suspended () in
  same "not computed" None (lazy_forced one);
  text "computed by Rust" "computed 1" (lazy_force one);
  text "and once only" "computed 1" (Lazy.force one);
  check "OCaml knows" (Lazy.is_val one);
  text "again" "computed 1" (lazy_force one);
  same "read when it is computed" (Some "computed 1") (lazy_forced one);
  Gc.full_major ();
  text "after a collection, which cuts the block out" "computed 1" (lazy_force one);
  same "read after it" (Some "computed 1") (lazy_forced one);
  let two = suspended () in
  Gc.full_major ();
  text "an old one" "computed 2" (lazy_force two);
  Gc.minor ();
  text "whose value was young" "computed 2" (Lazy.force two);
  let three = suspended () in
  text "computed by OCaml" "computed 3" (Lazy.force three);
  text "read by Rust" "computed 3" (lazy_force three);
  check "twice" (lazy_force_twice (suspended ()) Gc.full_major);
  check "an old one twice"
    (let old = suspended () in
     Gc.full_major ();
     lazy_force_twice old Gc.compact);
  text "a constant" "constant" (lazy_force (lazy "constant"));
  text "a function's constant" "x" (lazy_force (Lazy.from_fun (fun () -> "x")));
  same "a float" 1.5 (lazy_force_float (lazy (Sys.opaque_identity 0.5 +. 1.)));
  let float = Lazy.from_val (Sys.opaque_identity 0.5 +. 2.) in
  same "a float that is there" 2.5 (lazy_force_float float);
  same "read" (Some 2.5) (lazy_forced float);
  same "an int that is there" (Some 7) (lazy_forced (Lazy.from_val 7));
  let inner = suspended () in
  check "a lazy value in one" (match lazy_forced (Lazy.from_val inner) with
    | Some found -> found == inner && not (Lazy.is_val found)
    | None -> false);
  let made = lazy_from_val "made" in
  check "made by Rust" (Lazy.is_val made && Lazy.force made = "made");
  same "of a float" 3.5 (Lazy.force (lazy_from_val (Sys.opaque_identity 3. +. 0.5)));
  let nested = lazy_from_val inner in
  check "of a lazy value" (Lazy.force nested == inner);
  Gc.full_major ();
  check "after a collection" (Lazy.force nested == inner);
  let many = Array.init 1000 (fun i -> lazy (fresh (string_of_int i))) in
  Gc.full_major ();
  check "many" (Array.for_all (fun x -> x) (Array.mapi (fun i one -> lazy_force one = string_of_int i) many));
  Gc.compact ();
  check "many, read by OCaml"
    (Array.for_all (fun x -> x) (Array.mapi (fun i one -> Lazy.force one = string_of_int i) many))

let () =
  let fails = ref true in
  let moody = lazy (if !fails then raise Exit else fresh "well") in
  raises "one that raises" Exit (fun () -> lazy_force moody);
  check "is not computed then" (lazy_forced moody = None);
  raises "again" Exit (fun () -> lazy_force moody);
  fails := false;
  text "and computes in the end" "well" (lazy_force moody);
  let broken = lazy (raise Exit) in
  raises "raises in OCaml" Exit (fun () -> Lazy.force broken);
  raises "and in Rust" Exit (fun () -> lazy_force broken);
  (* Needs itself. *)
  let rec itself = lazy (Lazy.force itself ^ "!") in
  incr executed;
  (match lazy_force itself with
  | _ -> fail "one that needs itself" "nothing was raised"
  | exception Lazy.Undefined -> ()
  | exception other -> fail "one that needs itself" (Printexc.to_string other));
  let rec through = lazy (lazy_force through ^ "!") in
  incr executed;
  (match lazy_force through with
  | _ -> fail "one that needs itself through Rust" "nothing was raised"
  | exception (Invalid_argument _ | Stack_overflow) -> ());
  refuses "what is computed is of another type" "expected a string, got 7" (fun () ->
      lazy_force_twice (Obj.magic (lazy (Sys.opaque_identity 7))) ignore);
  refuses "a block without function"
    "expected a lazy value with its function, got a lazy value" (fun () ->
      let block = Obj.repr (ref 7) in
      lazy_force (Obj.magic (Obj.with_tag Obj.lazy_tag block)))

(* With the code that Rust closures need, an exception stays, as it does when OCaml forces. *)
external register : Obj.t array -> unit = "bactrian2_register_functions"
external apply1 : Obj.t -> 'a -> 'r = "bactrian2_apply1"

let[@inline never] functions f =
  [|
    Obj.repr (fun a ->
        let r = apply1 f a in
        if Obj.repr r == f then Obj.magic 0 else r);
  |]

let raised f =
  match f () with
  | _ -> None
  | exception other -> Some other

let () =
  register (functions (Sys.opaque_identity (Obj.repr 0xbac7)));
  let count = ref 0 in
  let broken () =
    lazy
      (incr count;
       collect ();
       failwith (fresh (Printf.sprintf "broken %d" !count)))
  in
  let stays what lazy_value ways =
    let all = List.map (fun force -> raised (fun () -> force lazy_value)) ways in
    collect ();
    check what
      (match all with
      | Some (Failure text as first) :: others ->
          text = Printf.sprintf "broken %d" !count
          && List.for_all (function Some other -> other == first | None -> false) others
      | _ -> false);
    check (what ^ ": not computed") (not (Lazy.is_val lazy_value) && lazy_forced lazy_value = None)
  in
  let with_major lazy_value = Gc.full_major (); lazy_force lazy_value in
  stays "an exception stays" (broken ()) [ lazy_force; lazy_force; with_major; lazy_force ];
  stays "for OCaml, too" (broken ()) [ lazy_force; Lazy.force; with_major; Lazy.force ];
  stays "OCaml's stays for Rust" (broken ()) [ Lazy.force; lazy_force; with_major; Lazy.force ];
  let old = broken () in
  Gc.full_major ();
  stays "of an old one" old [ lazy_force; with_major; Lazy.force ];
  same "computed once each" 4 !count;
  let fails = ref true in
  let moody = lazy (if !fails then raise Exit else fresh "well") in
  raises "one that raises" Exit (fun () -> lazy_force moody);
  fails := false;
  raises "is not tried again" Exit (fun () -> lazy_force moody);
  let rec itself = lazy (lazy_force itself ^ "!") in
  incr executed;
  match lazy_force itself with
  | _ -> fail "one that needs itself, with the code" "nothing was raised"
  | exception (Invalid_argument _ | Stack_overflow) -> ()

(* ---- tables ---- *)

module String_map = Map.Make (String)
module Int_set = Set.Make (Int)

external hashtbl_bindings : (string, int) Hashtbl.t -> (string * int) list
  = "bactrian_suite_hashtbl_bindings"

external hashtbl_length : (string, int) Hashtbl.t -> int * int * bool
  = "bactrian_suite_hashtbl_length"

external hashtbl_values : ('k, 'v) Hashtbl.t -> 'v array = "bactrian_suite_hashtbl_values"
external map_bindings : int String_map.t -> (string * int) list = "bactrian_suite_map_bindings"
external set_elements : Int_set.t -> int list = "bactrian_suite_set_elements"

let bindings table = List.rev (Hashtbl.fold (fun key data all -> (key, data) :: all) table [])

let () =
  let tables =
    [ ("", Hashtbl.create 0); ("randomized ", Hashtbl.create ~random:true 1) ]
  in
  List.iter
    (fun (what, table) ->
      identical (what ^ "empty table") [] (hashtbl_bindings table);
      same (what ^ "empty table's length") (0, 0, true) (hashtbl_length table);
      for i = 1 to 1000 do
        Hashtbl.add table (string_of_int (i mod 700)) i;
        if i mod 100 = 0 then
          identical (Printf.sprintf "%stable of %d" what i) (bindings table) (hashtbl_bindings table)
      done;
      same (what ^ "table's length") (1000, 1000, false) (hashtbl_length table);
      (* While OCaml goes through it, the table is marked. *)
      Hashtbl.iter
        (fun _ data -> if data = 7 then same "within iter" 1000 (List.length (hashtbl_bindings table)))
        table;
      for i = 0 to 500 do
        Hashtbl.remove table (string_of_int i)
      done;
      identical (what ^ "table after removals") (bindings table) (hashtbl_bindings table);
      Hashtbl.reset table;
      same (what ^ "table after reset") [] (hashtbl_bindings table))
    tables;
  let floats = Hashtbl.create 10 in
  Hashtbl.add floats 1 1.5;
  Hashtbl.add floats 1 2.5;
  same "floats, the last binding first" [| 2.5; 1.5 |] (hashtbl_values floats);
  let module Table = Hashtbl.Make (struct
    include String

    let hash = Hashtbl.hash
  end) in
  let made = Table.create 3 in
  Table.add made "a" 1;
  same "a table of Hashtbl.Make" [ ("a", 1) ] (hashtbl_bindings (Obj.magic made))

let () =
  let map = ref String_map.empty and set = ref Int_set.empty in
  identical "empty map" [] (map_bindings !map);
  identical "empty set" [] (set_elements !set);
  for i = 1 to 2000 do
    map := String_map.add (string_of_int (i * 7919 mod 2003)) i !map;
    set := Int_set.add (i * 7919 mod 2003) !set;
    if i mod 200 = 0 then (
      identical (Printf.sprintf "map of %d" i) (String_map.bindings !map) (map_bindings !map);
      identical (Printf.sprintf "set of %d" i) (Int_set.elements !set) (set_elements !set))
  done;
  Gc.full_major ();
  identical "an old map" (String_map.bindings !map) (map_bindings !map)

let () =
  refuses "no table" "argument `table`: expected a hash table, got 7" (fun () ->
      hashtbl_bindings (Obj.magic 7));
  refuses "a record of four"
    "argument `table`: expected a hash table, got a block of tag 0 with 4 fields" (fun () ->
      hashtbl_bindings (Obj.magic (1, 2, 3, 4)));
  refuses "buckets that are floats"
    "argument `table`: expected a hash table, got a block of tag 0 with 4 fields" (fun () ->
      hashtbl_bindings (Obj.magic (1, [| 1.; 2. |], 3, 4)));
  let table buckets : (string, int) Hashtbl.t = Obj.magic (1, buckets, 0, 16) in
  refuses "no bucket" "expected a cell of a hash table's bucket, got the string \"a\"" (fun () ->
      hashtbl_bindings (table [| "a" |]));
  refuses "a bucket that ends in 7" "expected a cell of a hash table's bucket, got 7" (fun () ->
      hashtbl_bindings (table [| ("k", 1, 7) |]));
  let cyclic = [| Obj.repr "k"; Obj.repr 1; Obj.repr 0 |] in
  cyclic.(2) <- Obj.repr cyclic;
  refuses "a bucket without end" "expected a hash table whose buckets end, got a cyclic one" (fun () ->
      hashtbl_bindings (table [| cyclic |]));
  let ends = hashtbl_length (table [| cyclic |]) in
  check "the iterator ends after the error" (ends <> (0, 0, true));
  refuses "no map" "argument `map`: expected a map, got 7" (fun () -> map_bindings (Obj.magic 7));
  refuses "a set for a map" "argument `map`: expected a map, got a block of tag 0 with 4 fields" (fun () ->
      map_bindings (Obj.magic (Int_set.singleton 7)));
  refuses "a map for a set" "argument `set`: expected a set, got a block of tag 0 with 5 fields" (fun () ->
      set_elements (Obj.magic (String_map.singleton "a" 7)));
  refuses "a map of no height"
    "argument `map`: expected a node of a map, of less height than the one above, got a block of tag 0 \
     with 5 fields" (fun () -> map_bindings (Obj.magic (0, "a", 1, 0, 0)));
  refuses "a map that is too high"
    "argument `map`: expected a node of a map, of less height than the one above, got a block of tag 0 \
     with 5 fields" (fun () -> map_bindings (Obj.magic (0, "a", 1, 0, 1000)));
  let cyclic = [| Obj.repr 0; Obj.repr 1; Obj.repr 0; Obj.repr 5 |] in
  cyclic.(2) <- Obj.repr cyclic;
  refuses "a cyclic set"
    "expected a node of a set, of less height than the one above, got a block of tag 0 with 4 fields"
    (fun () -> set_elements (Obj.magic cyclic));
  cyclic.(0) <- Obj.repr cyclic;
  refuses "a set that is its own left tree"
    "expected a node of a set, of less height than the one above, got a block of tag 0 with 4 fields"
    (fun () -> set_elements (Obj.magic cyclic));
  refuses "a tree of something else" "expected a set, got the string \"a\"" (fun () ->
      set_elements (Obj.magic (0, 1, "a", 5)));
  refuses "keys of another type" "expected a string, got 1" (fun () ->
      map_bindings (Obj.magic (0, 1, 1, 0, 1)))

(* ---- polymorphic variants ---- *)

external variant_describe : Obj.t -> string = "bactrian_suite_variant_describe"
external variant_make : string -> Obj.t option -> Obj.t = "bactrian_suite_variant_make"

let () =
  let describe value = variant_describe (Obj.repr value) in
  text "a tag" "red" (describe `Red);
  text "another" (string_of_int (Obj.magic `Blue)) (describe `Blue);
  text "with an argument" "width 80" (describe (`Width 80));
  text "with several" "(1, 2, 3)" (describe (`Rgb (1, 2, 3)));
  text "another with an argument"
    (Printf.sprintf "%d: \"a\"" (Obj.magic `Title))
    (describe (`Title "a"));
  identical "made" (Obj.repr `Red) (variant_make "Red" None);
  identical "made with an argument" (Obj.repr (`Width 80)) (variant_make "Width" (Some (Obj.repr 80)));
  identical "made with a tuple"
    (Obj.repr (`Rgb (1, 2, 3)))
    (variant_make "Rgb" (Some (Obj.repr (1, 2, 3))));
  refuses "no variant" "expected a polymorphic variant, got the string \"a\"" (fun () -> describe "a");
  refuses "a pair" "expected a polymorphic variant, got a block of tag 0 with 2 fields" (fun () ->
      describe ("a", 1));
  refuses "what it carries" "expected an int, got the string \"a\"" (fun () -> describe (`Width "a"))

let () = finish ()
