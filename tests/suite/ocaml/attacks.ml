(* Attempts to do harm: each of these once did, or looked as if it might. *)

open Check

(* The support code of Rust closures. *)
external apply1 : Obj.t -> 'a -> 'r = "bactrian2_apply1"
external register : Obj.t array -> unit = "bactrian2_register_functions"

external apply2 : Obj.t -> 'a -> 'b -> 'r = "bactrian2_apply2"

let[@inline never] functions f =
  [|
    Obj.repr (fun a ->
        let r = apply1 f a in
        if Obj.repr r == f then Obj.magic 0 else r);
    Obj.repr (fun a b ->
        let r = apply2 f a b in
        if Obj.repr r == f then Obj.magic 0 else r);
  |]

let () = register (functions (Sys.opaque_identity (Obj.repr 0xbac7)))

type odd

external odd : (int[@untagged]) -> odd = "bactrian_suite_odd_bytecode" "bactrian_suite_odd"

external odd_set : odd -> (int[@untagged]) -> bool -> unit
  = "bactrian_suite_odd_set_bytecode" "bactrian_suite_odd_set"

external odd_set_and_poll : odd -> (int[@untagged]) -> unit
  = "bactrian_suite_odd_set_and_poll_bytecode" "bactrian_suite_odd_set_and_poll"

external odd_set_borrowed : odd option -> (int[@untagged]) -> unit
  = "bactrian_suite_odd_set_borrowed_bytecode" "bactrian_suite_odd_set_borrowed"

external odd_get : odd -> (int[@untagged])
  = "bactrian_suite_odd_get_bytecode" "bactrian_suite_odd_get"

let () =
  let value = odd 2 in
  panics "a size that panics" "odd" (fun () -> odd_set value 3 false);
  same "the borrow has ended" 3 (odd_get value);
  panics "where OCaml may run" "odd" (fun () -> odd_set_and_poll value 5);
  same "that borrow has ended" 5 (odd_get value);
  panics "of a borrow of its own" "odd" (fun () -> odd_set_borrowed (Some value) 7);
  same "so has that one" 7 (odd_get value);
  panics "a panic, and no second one" "by itself" (fun () -> odd_set value 9 true);
  same "after that" 9 (odd_get value);
  odd_set value 4 false;
  same "it can be changed" 4 (odd_get value)

module Int = struct
  type t = int

  let compare : int -> int -> int = compare
end

module Int_map = Map.Make (Int)
module Int_set = Set.Make (Int)

external tree_map_length : int Int_map.t -> int = "bactrian_suite_tree_map_length"
external tree_set_length : Int_set.t -> int = "bactrian_suite_tree_set_length"

let () =
  let rec numbers n = if n = 0 then [] else (n, n) :: numbers (n - 1) in
  let bindings = numbers 100_000 in
  let map = List.fold_left (fun map (k, v) -> Int_map.add k v map) Int_map.empty bindings in
  let set = Int_set.of_list (List.map fst bindings) in
  same "a large map" 100_000 (tree_map_length map);
  same "a large set" 100_000 (tree_set_length set);
  (* Nodes that are in two places: 2^100 of them to whoever goes through all. *)
  let rec deep node height tree =
    if height > 100 then tree else deep node (height + 1) (node tree height)
  in
  let map : int Int_map.t =
    Obj.magic (deep (fun tree height -> Obj.repr (tree, 1, 1, tree, height)) 1 (Obj.repr 0))
  in
  let set : Int_set.t =
    Obj.magic (deep (fun tree height -> Obj.repr (tree, 1, tree, height)) 1 (Obj.repr 0))
  in
  refuses "a map that is no tree" "expected a map, got one with a node in two places" (fun () ->
      tree_map_length map);
  refuses "a set that is no tree" "expected a set, got one with a node in two places" (fun () ->
      tree_set_length set)

external raise_far_line : unit -> unit = "bactrian_suite_raise_far_line"

(* An `external` takes all arguments of its type. *)
type later = unit -> unit

external raise_far_line_later : unit -> later = "bactrian_suite_raise_far_line_later"
external unmade_later : unit -> later = "bactrian_suite_unmade_later"

let raises_any name f =
  execute name;
  match f () with () -> fail name "nothing was raised" | exception Failure _ -> ()

let () =
  raises_any "a line that does not fit" raise_far_line;
  raises_any "a line that does not fit, of a closure" (fun () ->
      raise_far_line_later () ());
  panics "a result that panics" "not to be made" (fun () -> unmade_later () ())

external fragile_sum : int ref array -> (int[@untagged])
  = "bactrian_suite_fragile_sum_bytecode" "bactrian_suite_fragile_sum"

external fragile_live : unit -> (int[@untagged])
  = "bactrian_suite_fragile_live_bytecode" "bactrian_suite_fragile_live"

let () =
  let one = ref 1 in
  let sum list () = ignore (fragile_sum (Array.of_list list)) in
  same "shared" 3 (fragile_sum [| one; one; one |]);
  panics "reading panics" "thirteen" (sum [ one; one; ref 13; one ]);
  same "all are dropped" 0 (fragile_live ());
  execute "reading fails";
  (match sum [ one; ref 2; ref 14 ] () with
  | () -> fail "reading fails" "nothing was raised"
  | exception Invalid_argument message ->
      if not (contains message "fourteen") then fail "reading fails" message);
  same "all are dropped, again" 0 (fragile_live ());
  panics "dropping panics" "fifteen" (sum [ one; ref 15; ref 3 ]);
  same "and so after that" 0 (fragile_live ());
  one := 5;
  same "nothing is remembered" 10 (fragile_sum [| one; one |])

type pair = int -> int -> int

external add_pair : unit -> pair = "bactrian_suite_add_pair"

(* The block of a closure, given to code for another number of arguments. *)
let () =
  let add = add_pair () in
  same "a closure" 5 (add 2 3);
  let closure = Obj.repr add in
  let block = Obj.field closure (Obj.size closure - 1) in
  same "its block" 5 (apply2 block 2 3);
  refuses "of too few arguments"
    "bactrian: not the block of a Rust closure of so many arguments" (fun () ->
      ignore (apply1 block 2 : int));
  refuses "no block" "bactrian: not the block of a Rust closure of so many arguments" (fun () ->
      ignore (apply1 (Obj.repr (odd 2)) 2 : int))

let () = finish ()
