(* What the cases convert. Made when first asked for, dropped by [clear] after each case, so that
   one case's data do not burden another's collections. *)

type tree = Leaf | Node of tree * int * tree

type person = {
  name : string;
  age : int;
  score : float;
  active : bool;
  tags : string list;
}

type shape =
  | Point
  | Circle of float
  | Rect of float * float
  | Label of { text : string; size : int }
  | Code of int

let clears : (unit -> unit) list ref = ref []
let clear () = List.iter (fun f -> f ()) !clears

(* Made once, and then in the major heap. *)
let memo make =
  let cached = ref None in
  clears := (fun () -> cached := None) :: !clears;
  fun () ->
    match !cached with
    | Some x -> x
    | None ->
      let x = make () in
      cached := Some x;
      Gc.full_major ();
      x

(* The same, of the size last asked for. *)
let memo_of make =
  let cached = ref None in
  clears := (fun () -> cached := None) :: !clears;
  fun n ->
    match !cached with
    | Some (size, x) when size = n -> x
    | _ ->
      let x = make n in
      cached := Some (n, x);
      Gc.full_major ();
      x

let thousand = 1_000
let million = 1_000_000

(* The same numbers and texts as the C and Rust data. *)
let int i = (3 * i) - 1000
let float i = float_of_int (i mod 1000)
let text i = "string number " ^ string_of_int i

let text_16 = Sys.opaque_identity (String.concat "" [ "sixteen "; "bytes it" ])
let text_1k = String.init 1024 (fun i -> Char.chr (97 + (i mod 26)))
let error_text = "no such thing"
let ints n = memo (fun () -> Array.init n int)
let ints_10 = ints 10
let ints_1000 = ints thousand
let ints_1m = ints million
let floats_1000 = memo (fun () -> Array.init thousand float)
let floats_1m = memo (fun () -> Array.init million float)

(* From the last cell to the first: the list's cells are in order in memory, at most. *)
let list n f =
  let rec go i l = if i < 0 then l else go (i - 1) (f i :: l) in
  go (n - 1) []

type floats = (float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t

type bytes_outside =
  (int, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

(* [Array1.init] is of OCaml 4.12. *)
let bigarray n : floats =
  let a = Bigarray.(Array1.create float64 c_layout n) in
  for i = 0 to n - 1 do
    a.{i} <- float i
  done;
  a

let bigarray_4 = memo (fun () -> bigarray 4)
let bigarray_1m = memo (fun () -> bigarray million)

let int_list_10 = memo (fun () -> list 10 int)
let int_list_1000 = memo (fun () -> list thousand int)
let int_list_1m = memo (fun () -> list million int)
let int_list_of = memo_of (fun n -> list n int)
let ints_of = memo_of (fun n -> Array.init n int)
let texts = memo (fun () -> Array.init thousand text)
let text_list = memo (fun () -> list thousand text)
let pairs = memo (fun () -> Array.init thousand (fun i -> (text i, i)))
let pair_list = memo (fun () -> list thousand (fun i -> (text i, i)))

let tree =
  memo (fun () ->
    let next = ref 0 in
    let rec make depth =
      if depth = 0 then Leaf
      else
        let left = make (depth - 1) in
        let n = !next in
        incr next;
        Node (left, n, make (depth - 1))
    in
    make 10)

let person =
  memo (fun () ->
    { name = "Old Bactrian"; age = 36; score = 98.5; active = true;
      tags = [ "analyst"; "engine"; "notes" ] })

let shapes =
  memo (fun () ->
    [| Point; Circle 2.5; Rect (3.0, 4.0); Label { text = text_16; size = 3 }; Code 4 |])

let tuple = memo (fun () -> (7, 7.0, text_16))
let refs = memo (fun () -> Array.init 100_000 ref)
let refs_of = memo_of (fun n -> Array.init n ref)

(* What a column does not have. *)
let missing () = failwith "not in this column"
