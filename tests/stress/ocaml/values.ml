(* The types of `src/conversions.rs` in OCaml, and random values of them. *)
open Common

type tuple21 =
  int * bool * string * float * int * int * int * unit * int * int32 * int64 * string * int * int
  * int * int * int * int * int option * int * string

type point = {
  name : string;
  x : float;
  y : float;
  tags : string array;
  mutable next : point option;
}

type flat = { fx : float; fy : float; fz : float }
type wrapped = { text : string } [@@unboxed]
type colour = Red | Green | Blue
type tagged = { at : flat; colour : colour; wrapped : wrapped; count : int }

type shape =
  | Empty
  | Circle of float
  | Unknown
  | Segment of flat * string
  | Pair of (int * string)
  | Labelled of { label : string; area : float; sub : shape array }
  | Group of shape list

type poly = [ `Zero | `Text of string | `Both of int * string | `Many of poly array ]
type tree = Leaf | Node of tree * int * tree
type rose = { rose : string; children : rose list }
type chain = { number : int64; rest : chain option }
type ('a, 'b) generic = { first : 'a; second : ('a * 'b) array; third : 'b option }

type adapted = {
  int : int;
  nativeint : nativeint;
  char : char;
  string : string;
  list : string list;
  array : float array;
  reversed : string;
}

type renamed_record = { firstField : int; other : string }
type mirror = { seconds : int64; mname : string }
type mirrored = { remote : mirror; mnumber : int }

(* Values of about [n] parts. *)
let gbool r _ = below r 2 = 0
let gint r _ = if below r 8 = 0 then [| 0; -1; max_int; min_int |].(below r 4) else next r - (next r lsr 1)
let gnat r _ = if below r 8 = 0 then [| 0; max_int |].(below r 2) else next r
let gint32 r _ = Int32.of_int (next r)
let gint64 r _ = Int64.mul (Int64.of_int (next r)) 0x123456789abcdefL

let gfloat r _ =
  match below r 12 with
  | 0 -> nan
  | 1 -> infinity
  | 2 -> -0.
  | _ -> float_of_int (next r) /. 1024.

let gsingle r _ = Int32.float_of_bits (Int32.of_int (0x3f800000 + below r 0x2000000))
let guchar r _ = Uchar.of_int (if below r 2 = 0 then below r 0xd800 else 0xe000 + below r 0x102000)

let gstring r n =
  let b = Buffer.create 16 in
  let length = below r (n + 2) * (1 + below r 3) in
  for _ = 1 to length do
    if below r 10 = 0 then Buffer.add_utf_8_uchar b (guchar r 0)
    else Buffer.add_char b (Char.chr (below r 128))
  done;
  Buffer.contents b

let gbytes r n = Bytes.init (below r (n * 4 + 2)) (fun _ -> Char.chr (below r 256))
let gbytes_string r n = Bytes.to_string (gbytes r n)
let goption g r n = if below r 3 = 0 then None else Some (g r n)
let gresult g h r n = if below r 2 = 0 then Ok (g r n) else Error (h r n)
let gpair g h r n = let a = g r n in (a, h r n)

let inner n = if n < 8 then n else min 24 (3 + (n / 64))

let garray g r n =
  let g = g r and m = below r (n + 1) in
  let i = inner n in
  Array.init m (fun _ -> g i)

let glist g r n = Array.to_list (garray g r n)

(* Bindings by ascending keys. *)
let gmap k v r n = List.sort_uniq (fun (a, _) (b, _) -> compare a b) (glist (gpair k v) r n)

let gtuple21 r n : tuple21 =
  let s = gstring r n in
  let i () = gint r n in
  ( i (), gbool r n, s, gfloat r n, i (), i (), i (), (), below r 256, gint32 r n, gint64 r n,
    gstring r n, i (), i (), i (), i (), i (), i (), goption gint r n, i (), gstring r n )

let gflat r n = { fx = gfloat r n; fy = gfloat r n; fz = gsingle r n }
let gwrapped r n = { text = gstring r n }
let gcolour r _ = match below r 3 with 0 -> Red | 1 -> Green | _ -> Blue

let gtagged r n =
  { at = gflat r n; colour = gcolour r n; wrapped = gwrapped r n; count = gnat r n }

let rec gpoint r n =
  { name = gstring r n; x = gfloat r n; y = gfloat r n; tags = garray gstring r (inner n);
    next = (if n = 0 || below r 2 = 0 then None else Some (gpoint r (n / 2))) }

let rec gshape r n =
  match below r (if n <= 1 then 5 else 7) with
  | 0 -> Empty
  | 1 -> Circle (gfloat r n)
  | 2 -> Unknown
  | 3 -> Segment (gflat r n, gstring r n)
  | 4 -> Pair (gint r n, gstring r n)
  | 5 -> Labelled { label = gstring r n; area = gfloat r n; sub = garray gshape r (n / 3) }
  | _ -> Group (glist gshape r (n / 3))

let rec gpoly r n : poly =
  match below r (if n <= 1 then 3 else 4) with
  | 0 -> `Zero
  | 1 -> `Text (gstring r n)
  | 2 -> `Both (gint r n, gstring r n)
  | _ -> `Many (garray gpoly r (n / 3))

let rec gtree r n =
  if n = 0 then Leaf
  else
    let left = gtree r (below r n) in
    Node (left, gint r n, gtree r (below r n))

let rec grose r n =
  { rose = gstring r (inner n); children = (if n < 2 then [] else glist grose r (n / 3)) }

let gchain r n =
  let rec go k rest =
    if k = 0 then rest else go (k - 1) { number = gint64 r 0; rest = Some rest }
  in
  go (below r (n + 1)) { number = 1L; rest = None }

let ggeneric g h r n =
  { first = g r n; second = garray (gpair g h) r (inner n); third = goption h r n }

let gadapted r n =
  { int = gint r n; nativeint = Nativeint.of_int (next r); char = Char.chr (below r 256);
    string = gbytes_string r n; list = glist gstring r n; array = garray gfloat r n;
    reversed = gstring r n }

let grenamed r n = { firstField = gint r n; other = gstring r n }

let gmirrored r n =
  { remote = { seconds = gint64 r n; mname = gstring r n }; mnumber = gint r n }
