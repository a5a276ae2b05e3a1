(* The same functions in OCaml itself. None is inlined: what is compared is a call. *)
open Inputs

type ints = int list

(* [String.sub] of a whole string may be the string itself. *)
let copy s = Bytes.unsafe_to_string (Bytes.of_string s)

let[@inline never] noop () = ()
let[@inline never] int_add a b = a + b
let[@inline never] int_add_untagged a b = a + b
let[@inline never] int_add_noalloc a b = a + b
let[@inline never] float_add_boxed a b = a +. b
let[@inline never] float_add_unboxed a b = a +. b
let[@inline never] float_add_noalloc a b = a +. b

type counter = int ref

let[@inline never] custom_shared_make n : counter = ref n
let[@inline never] custom_shared_read (c : counter) = !c
let[@inline never] custom_make n : counter = ref n
let[@inline never] custom_read (c : counter) = !c
let[@inline never] custom_change (c : counter) = incr c
let[@inline never] custom_inline_make n : counter = ref n
let[@inline never] custom_inline_read (c : counter) = !c

let[@inline never] bigarray_sum (a : floats) =
  let s0 = ref 0. and s1 = ref 0. and s2 = ref 0. and s3 = ref 0. in
  let n = Bigarray.Array1.dim a / 4 * 4 in
  let i = ref 0 in
  while !i < n do
    s0 := !s0 +. a.{!i};
    s1 := !s1 +. a.{!i + 1};
    s2 := !s2 +. a.{!i + 2};
    s3 := !s3 +. a.{!i + 3};
    i := !i + 4
  done;
  for i = n to Bigarray.Array1.dim a - 1 do
    s0 := !s0 +. a.{i}
  done;
  !s0 +. !s1 +. (!s2 +. !s3)

let[@inline never] bigarray_map (a : floats) =
  let n = Bigarray.Array1.dim a in
  let b = Bigarray.(Array1.create float64 c_layout n) in
  for i = 0 to n - 1 do
    b.{i} <- (2. *. a.{i}) +. 1.
  done;
  b

let[@inline never] bigarray_update (a : floats) =
  for i = 0 to Bigarray.Array1.dim a - 1 do
    a.{i} <- 1000. -. a.{i}
  done

let[@inline never] bigarray_view (a : floats) = Bigarray.Array1.dim a + int_of_float a.{1}

let[@inline never] buffer_out n : bytes_outside =
  let b = Bigarray.(Array1.create int8_unsigned c_layout n) in
  Bigarray.Array1.fill b 7;
  b

let[@inline never] int64_add_boxed a b = Int64.add a b
let[@inline never] int64_add_unboxed a b = Int64.add a b
let[@inline never] int64_add_noalloc a b = Int64.add a b
let[@inline never] args7 a b c d e f g = a + b + c + d + e + f + g
let[@inline never] args7_untagged a b c d e f g = a + b + c + d + e + f + g
let[@inline never] str_in s = String.length s
let[@inline never] bytes_in b = Bytes.length b
let[@inline never] bytes_in_noalloc b = Bytes.length b
let[@inline never] str_out_16 () = copy text_16
let[@inline never] str_out_1k () = copy text_1k
let[@inline never] str_upper s = String.uppercase_ascii s
let[@inline never] option_in = function Some n -> n | None -> -1
let[@inline never] option_in_noalloc = function Some n -> n | None -> -1
let[@inline never] option_out n = Some n
let[@inline never] result_out_ok n : (int, string) result = Ok n

let[@inline never] result_out_error (_ : int) : (int, string) result =
  Error (copy error_text)

let[@inline never] tuple_in (n, d, s) = n + int_of_float d + String.length s
let[@inline never] tuple_borrowed_in (n, d, s) = n + int_of_float d + String.length s

let[@inline never] tuple_out n =
  (n, float_of_int n, copy text_16)

let[@inline never] record_in p =
  List.fold_left
    (fun sum tag -> sum + String.length tag)
    (String.length p.name + p.age + int_of_float p.score + Bool.to_int p.active)
    p.tags

let somebody = person ()

let[@inline never] record_out () =
  let { name; age; score; active; tags } = Sys.opaque_identity somebody in
  { name = copy name; age; score = Sys.opaque_identity (score +. 0.0); active;
    tags = List.map copy tags }

let[@inline never] variant_in = function
  | Point -> 1
  | Circle radius -> int_of_float radius
  | Rect (width, height) -> int_of_float (width *. height)
  | Label { text; size } -> String.length text + size
  | Code n -> n

let[@inline never] variant_out = function
  | 0 -> Point
  | 1 -> Circle (Sys.opaque_identity 2.5 +. 0.0)
  | 2 -> Rect (Sys.opaque_identity 3.0 +. 0.0, Sys.opaque_identity 4.0 +. 0.0)
  | 3 -> Label { text = copy text_16; size = 3 }
  | n -> Code n

let[@inline never] int_list_in l =
  let rec sum acc = function [] -> acc | n :: l -> sum (acc + n) l in
  sum 0 l

let source n =
  if n = 10 then ints_10 ()
  else if n = thousand then ints_1000 ()
  else if n = million then ints_1m ()
  else ints_of n

let[@inline never] int_list_out n : ints =
  let a = source n in
  let rec go i l = if i < 0 then l else go (i - 1) (a.(i) :: l) in
  go (n - 1) []

let[@inline never] string_list_in l =
  let rec sum acc = function [] -> acc | s :: l -> sum (acc + String.length s) l in
  sum 0 l

let[@inline never] string_list_out n =
  let a = texts () in
  let rec go i l = if i < 0 then l else go (i - 1) (copy a.(i) :: l) in
  go (n - 1) []

let[@inline never] assoc_in l =
  let rec sum acc = function [] -> acc | (s, n) :: l -> sum (acc + String.length s + n) l in
  sum 0 l

let[@inline never] assoc_out n =
  let a = pairs () in
  let rec go i l =
    if i < 0 then l
    else
      let key, number = a.(i) in
      go (i - 1) ((copy key, number) :: l)
  in
  go (n - 1) []

let[@inline never] int_array_in (a : int array) =
  let sum = ref 0 in
  for i = 0 to Array.length a - 1 do
    sum := !sum + a.(i)
  done;
  !sum

let[@inline never] int_array_out n = Array.sub (source n) 0 n

let[@inline never] float_array_in (a : float array) =
  let s0 = ref 0. and s1 = ref 0. and s2 = ref 0. and s3 = ref 0. in
  let n = Array.length a / 4 * 4 in
  let i = ref 0 in
  while !i < n do
    s0 := !s0 +. a.(!i);
    s1 := !s1 +. a.(!i + 1);
    s2 := !s2 +. a.(!i + 2);
    s3 := !s3 +. a.(!i + 3);
    i := !i + 4
  done;
  for i = n to Array.length a - 1 do
    s0 := !s0 +. a.(i)
  done;
  !s0 +. !s1 +. (!s2 +. !s3)

let float_slice_in = float_array_in
let float_source n = if n = thousand then floats_1000 () else floats_1m ()
let[@inline never] float_array_out n = Array.sub (float_source n) 0 n
let[@inline never] rec tree_in = function Leaf -> 0 | Node (l, n, r) -> tree_in l + n + tree_in r
let rec rebuild = function Leaf -> Leaf | Node (l, n, r) -> Node (rebuild l, n, rebuild r)
let[@inline never] tree_out () = rebuild (tree ())
let[@inline never] exn_from_native n = if n <> 0 then failwith error_text
let exn_of_error = exn_from_native

(* OCaml code has the runtime. *)
let[@inline never] detach () = ()
let[@inline never] attach () = ()

let[@inline never] callback (f : int -> int) =
  let sum = ref 0 in
  for i = 0 to 999 do
    sum := !sum + f i
  done;
  !sum

let[@inline never] closure_make n = fun m -> n + m

let[@inline never] callback_exn (f : int -> int) =
  let exceptions = ref 0 in
  for i = 0 to 999 do
    try ignore (f i : int) with _ -> incr exceptions
  done;
  !exceptions

(* Roots: handles, which are indices of an array; a free slot holds the next. *)
let table = ref [||]
let free = ref (-1)

let grow () =
  let size = max 1024 (2 * Array.length !table) in
  let old = Array.length !table in
  let bigger = Array.init size (fun i -> Obj.repr (if i + 1 < size then i + 1 else -1)) in
  Array.blit !table 0 bigger 0 old;
  table := bigger;
  free := old

let root (v : Obj.t) =
  if !free < 0 then grow ();
  let handle = !free in
  free := Obj.obj !table.(handle);
  !table.(handle) <- v;
  handle

let unroot handle =
  !table.(handle) <- Obj.repr !free;
  free := handle

let[@inline never] roots_x1000 v =
  for _ = 1 to 1000 do
    unroot (Sys.opaque_identity (root (Obj.repr v)))
  done

let kept = ref [||]

let roots_release () =
  Array.iter unroot !kept;
  kept := [||]

let roots_keep a = kept := Array.map (fun v -> root (Obj.repr v)) a

let[@inline never] roots_live v n =
  let handles = Array.make n 0 in
  for i = 0 to n - 1 do
    handles.(i) <- root (Obj.repr v)
  done;
  for i = 0 to n - 1 do
    unroot handles.(i)
  done
