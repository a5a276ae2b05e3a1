(* Pointers that keep sharing. *)

open Check

type tree = Leaf of int | Node of tree * tree
type cells = { text : string; next : cells option; others : cells array }
type several = { a : tree; b : tree; c : tree; d : tree }

external shared_blocks : tree -> (int[@untagged])
  = "bactrian_suite_shared_blocks_bytecode" "bactrian_suite_shared_blocks"

external shared_echo : tree -> tree = "bactrian_suite_shared_echo"

external shared_make : (int[@untagged]) -> tree
  = "bactrian_suite_shared_make_bytecode" "bactrian_suite_shared_make"

external shared_many : (int[@untagged]) -> tree array
  = "bactrian_suite_shared_many_bytecode" "bactrian_suite_shared_many"

external shared_array : tree array -> bool * int = "bactrian_suite_shared_array"

external shared_array_made : (int[@untagged]) -> tree array
  = "bactrian_suite_shared_array_made_bytecode" "bactrian_suite_shared_array_made"

external shared_cells : cells -> cells * bool = "bactrian_suite_shared_cells"
external shared_fresh : unit -> several = "bactrian_suite_shared_fresh"

let rec double depth tree = if depth = 0 then tree else double (depth - 1) (Node (tree, tree))

(* Equal ones that are not the same: ocamlopt has one of each constant. *)
let fresh n = Node (Leaf (Sys.opaque_identity n), Leaf (Sys.opaque_identity n))

(* Each level is the same block, twice; the number of levels. *)
let rec levels = function
  | Leaf _ -> 0
  | Node (left, right) -> if left == right then 1 + levels left else -1000

let () =
  let leaf = Leaf (Sys.opaque_identity 7) in
  same "no sharing" 3 (shared_blocks (Node (Leaf 1, Leaf 2)));
  let tree = double 60 leaf in
  (* A leaf is met twice. *)
  same "a tree of 2^60 leaves is read" 62 (shared_blocks tree);
  let back = shared_echo tree in
  check "and made" (back != tree);
  same "of as many blocks" 60 (levels back);
  collect ();
  same "after a collection" 60 (levels back);
  Gc.full_major ();
  same "after another" 60 (levels back);
  let rec last = function Leaf n -> n | Node (left, _) -> last left in
  same "with its leaf" 7 (last back);
  same "made by Rust" 61 (levels (shared_make 60));
  same "a small one" 1 (levels (shared_make 0));
  let many = shared_many 5000 in
  collect ();
  check "many" (Array.for_all (fun tree -> levels tree = 11) many);
  check "each of its own" (many.(0) != many.(1));
  Gc.compact ();
  check "many, after a compaction" (Array.for_all (fun tree -> levels tree = 11 && last tree = 7) many);
  same "an array" (true, 63) (shared_array [| tree; leaf; tree |]);
  same "an array of others" (false, 6) (shared_array [| fresh 1; fresh 1 |]);
  let made = shared_array_made 60 in
  check "an array made" (made.(0) == made.(2) && levels made.(0) = 61 && made.(1) = Leaf 1)

let () =
  let shared = { text = "shared"; next = None; others = [||] } in
  let cells = { text = "first"; next = Some shared; others = [| shared; shared |] } in
  let back, same_pointer = shared_cells cells in
  check "through an option and a vector" same_pointer;
  same "the same values" cells back;
  check "and back"
    (match back.next with
    | Some next -> next == back.others.(0) && next == back.others.(1)
    | None -> false);
  let equal = { text = Sys.opaque_identity "shared"; next = None; others = [||] } in
  let back, same_pointer = shared_cells { cells with others = [| equal |] } in
  check "equal is not the same" ((not same_pointer) && back.others.(0) = equal)

let () =
  let found = shared_fresh () in
  check "the same pointer, once" (found.a == found.b && found.a = Node (Leaf 0, Leaf 0));
  check "other pointers, perhaps at the same address"
    (found.c = Node (Leaf 10, Leaf 10) && found.d = Node (Leaf 20, Leaf 20))

let () =
  let rec cyclic = Node (Leaf 1, cyclic) in
  incr executed;
  (match shared_blocks cyclic with
  | _ -> fail "a cycle" "nothing was raised"
  | exception Invalid_argument message ->
      if not (contains message "part of itself") then fail "a cycle" message);
  (* Nothing is left of it. *)
  same "after an error" 3 (shared_blocks (Node (Leaf 1, Leaf 2)));
  refuses "what does not fit"
    "argument `tree`: constructor `Node`: argument 1: expected a `tree` (a block of tag 0..1), got \
     7" (fun () ->
      shared_blocks (Node (Leaf 1, Obj.magic 7)));
  let tree = double 60 (Leaf 7) in
  same "and again" 62 (shared_blocks tree)

let () = finish ()
