(* Values of any shape, read as values of every type: what fits is read, what does not is refused with
   an explanation, and neither crashes, hangs or leaks.

   Two kinds of values: heaps made of nothing but chance (blocks of any tag and size, in cycles, shared;
   strings with a wrong padding; closures, infix pointers, lazy values, objects, abstract and custom
   blocks, bigarrays), and values of the very types with a few changes, which are read further. What the
   collector itself could not bear is not made: a closure that is none, a custom block without
   operations, words that are no values. *)
open Common
open Values

external ways : unit -> string array = "bactrian_stress_hostile_ways"
external read : int -> Obj.t -> bool -> bool = "bactrian_stress_hostile_read"
external message : unit -> string = "bactrian_stress_hostile_message"
external raised : (unit -> unit) -> bool = "bactrian_stress_hostile_raised"
external shared : string -> Obj.t = "bactrian_stress_hostile_shared"
external changing : bytes -> Obj.t = "bactrian_stress_hostile_changing"
external take : Obj.t -> bytes = "bactrian_stress_hostile_take"
external bytes : Obj.t -> Obj.t -> unit = "bactrian_stress_hostile_bytes"
external floats : Obj.t -> Obj.t -> unit = "bactrian_stress_hostile_floats"
external views : Obj.t -> Obj.t -> unit = "bactrian_stress_hostile_views"
external two : Obj.t -> Obj.t -> unit = "bactrian_stress_hostile_two"
external taken : Obj.t -> Obj.t -> unit = "bactrian_stress_hostile_taken"

let opaque = Sys.opaque_identity
let int n = Obj.repr (n : int)
let pick r values = values.(below r (Array.length values))

(* ---- blocks that are what they are ---- *)

exception Constant
exception One of string
exception Inline of { x : int; y : string }

let closure r =
  let n = opaque (below r 100) and text = opaque "free" in
  let rec even x = if x = n then n else odd (x - 1)
  and odd x = if x = 0 then String.length text else even (x - 1)
  and third x y z = if x = 0 then n + y else third z y x in
  match below r 6 with
  | 0 -> Obj.repr even
  | 1 -> Obj.repr odd
  | 2 -> Obj.repr third
  | 3 -> Obj.repr (third 1 2)
  | 4 -> Obj.repr (fun x -> x + n)
  | _ -> Obj.repr List.map

let bigarray r =
  let open Bigarray in
  let d () = below r 4 in
  match below r 9 with
  | 0 -> Obj.repr (Array0.create float32 c_layout)
  | 1 -> Obj.repr (Array1.create float64 c_layout (d ()))
  | 2 -> Obj.repr (Array2.create int fortran_layout (d ()) (d ()))
  | 3 -> Obj.repr (Array3.create complex64 c_layout (d ()) (d ()) (d ()))
  | 4 -> Obj.repr (Array1.create char c_layout (d ()))
  | 5 -> Obj.repr (Array2.create nativeint c_layout (d ()) (d ()))
  | 6 -> Obj.repr (Genarray.create int16_unsigned c_layout (Array.init (below r 5) (fun _ -> d ())))
  | 7 -> Obj.repr (Genarray.create int64 c_layout (Array.make 16 1))
  | _ -> Obj.repr (Array1.sub (Array1.create int32 fortran_layout 8) 2 4)

let kept_shared = shared "kept"

let custom r =
  match below r 9 with
  | 0 -> Obj.repr (Int32.of_int (next r))
  | 1 -> Obj.repr (gint64 r 0)
  | 2 -> Obj.repr (Nativeint.of_int (next r))
  | 3 -> Obj.repr stdout
  | 4 -> shared "new"
  | 5 -> kept_shared
  | 6 -> changing (gbytes r 3)
  | 7 ->
      let changing = changing (gbytes r 3) in
      ignore (take changing);
      changing
  | _ -> bigarray r

(* Of these words, whatever they say: as a string, with a padding that fits or not. *)
let words r =
  let size = pick r [| 1; 1; 1; 2; 3; 8 |] in
  let text = Bytes.init ((size * 8) - 1) (fun _ -> Char.chr (below r 256)) in
  (* The last byte of its block, which says how many of the last word's are not the string's. *)
  Bytes.unsafe_set text ((size * 8) - 1) (Char.chr (below r (if below r 2 = 0 then 256 else 12)));
  if below r 3 = 0 then Obj.with_tag Obj.abstract_tag (Obj.repr text) else Obj.repr text

let float r =
  match below r 5 with
  | 0 -> Obj.repr (opaque nan +. 0.)
  | 1 -> Obj.with_tag Obj.double_tag (Obj.repr [||])
  | _ -> Obj.repr (gfloat r 0)

(* Mostly with what is in the types' own ranges. *)
let atom r =
  match below r 24 with
  | 0 -> int (gint r 0)
  | 1 -> int (pick r [| -1; 97; 255; 256; 300; 0xd800; 0x10ffff; 0x110000; 1 lsl 31; 1 lsl 40 |])
  | 2 -> Obj.repr (pick r [| `Zero; `Text; `Both; `Many; `Other |])
  | 3 | 4 -> Obj.repr (gstring r 6)
  | 5 -> Obj.repr (gbytes r 4)
  | 6 -> words r
  | 7 | 8 -> float r
  | 9 -> Obj.repr (Array.init (below r 4) (fun _ -> gfloat r 0))
  | 10 -> closure r
  | 11 | 12 -> custom r
  | 13 -> Obj.with_tag (below r 246) (Obj.repr [||])
  | 14 -> Obj.with_tag (pick r [| 251; 252; 253; 254; 255 |]) (Obj.repr [||])
  | 15 -> Obj.repr (pick r [| Constant; Not_found; One "text"; Inline { x = 1; y = "" }; Exit |])
  | 16 -> Obj.repr (object method m = 1 end)
  | 17 -> Obj.repr (Weak.create (below r 3))
  | 18 -> Obj.repr (lazy (opaque 1 + 1))
  | 19 -> Obj.repr "static"
  | 20 -> Obj.repr [ Some "static"; None ]
  | _ -> int (below r 4)

(* ---- heaps of chance ---- *)

let tag r =
  match below r 12 with
  | 0 -> below r 244
  | 1 -> Obj.object_tag
  | 2 -> pick r [| Obj.lazy_tag; Obj.forward_tag |]
  | 3 | 4 -> 1
  | 5 -> 2
  | _ -> 0

let size r = match below r 40 with 0 -> below r 400 | 1 | 2 -> below r 40 | _ -> below r 5

let block r =
  let tag = tag r in
  (* The collector takes it that these have one field. *)
  let size = if tag = Obj.lazy_tag || tag = Obj.forward_tag then 1 else size r in
  if size = 0 then Obj.with_tag tag (Obj.repr [||]) else Obj.new_block tag size

(* One of several blocks that refer to each other. *)
let heap r =
  let nodes =
    Array.init
      (1 + below r (if below r 50 = 0 then 200 else 8))
      (fun _ ->
        let node = block r in
        (Obj.tag node, node))
  in
  let any () = snd (pick r nodes) in
  Array.iter
    (fun (tag, node) ->
      let size = if Obj.is_block node then Obj.size node else 0 in
      for i = 0 to size - 1 do
        let field = if below r 3 = 0 then any () else atom r in
        (* The collector may have put what a forward block refers to in its place. *)
        if Obj.is_block node && Obj.tag node = tag then Obj.set_field node i field
      done)
    nodes;
  any ()

(* Conversion follows each reference: of blocks that are twice in each other one could make a value
   without end. So what is shared here has nothing shared in it, but for cycles. *)

(* A value with a few changes. Its blocks are new. *)
let mutant r value =
  let rate = pick r [| 4; 10; 25; 100 |] in
  let rec mutant above depth value =
    if below r rate = 0 then
      match below r 4 with
      | 0 when above <> [] -> List.nth above (below r (List.length above))
      | 1 -> heap r
      | _ -> atom r
    else if Obj.is_int value || depth > 60 then value
    else
      let tag = Obj.tag value and size = Obj.size value in
      if tag = Obj.string_tag && size > 0 then begin
        let text = Bytes.copy (Obj.obj value) in
        if Bytes.length text > 0 && below r 4 = 0 then
          Bytes.set text (below r (Bytes.length text)) (Char.chr (below r 256));
        Obj.repr text
      end
      else if tag >= Obj.no_scan_tag || tag > 243 || size = 0 then value
      else begin
        let tag = if below r rate = 0 then below r 6 else tag in
        let size' = if below r rate = 0 then 1 + below r (size + 2) else size in
        let copy = Obj.new_block tag size' in
        for i = 0 to min size size' - 1 do
          let field = mutant (copy :: above) (depth + 1) (Obj.field value i) in
          Obj.set_field copy i field
        done;
        copy
      end
  in
  mutant [] 0 value

(* ---- values of the types ---- *)

let valid : (string * (random -> int -> Obj.t)) list =
  let g generate r n = Obj.repr (generate r n) in
  let strings r n = garray gstring r n in
  let rec levels k value = if k = 0 then value else levels (k - 1) (Obj.repr (Some value)) in
  [
    ("unit", g (fun _ _ -> ())); ("bool", g gbool); ("uchar", g guchar); ("isize", g gint);
    ("usize", g gnat); ("i32", g gint32); ("i64", g gint64); ("f64", g gfloat);
    ("string", g gstring); ("str", g gstring); ("path", g gbytes_string); ("bytes", g gbytes);
    ("option", g (goption gstring)); ("option2", g (goption (goption gint64)));
    ("result", g (gresult gstring gint)); ("pair", g (gpair gint gstring));
    ("triple", g (fun r n -> (gfloat r n, goption gbool r n, gstring r n)));
    ("tuple21", g gtuple21); ("ints", g (garray gint)); ("floats", g (garray gfloat));
    ("three_floats", g (fun r _ -> Array.init 3 (fun _ -> gfloat r 0)));
    ("strings", g strings); ("strs", g strings); ("int64s", g (garray (goption gint64)));
    ("matrix", g (garray (garray gfloat))); ("boxed_slice", g (garray gint32));
    ("four", g (fun r n -> Array.init 4 (fun _ -> gstring r n)));
    ("list", g (glist gstring)); ("linked", g (glist gint)); ("pairs", g (glist (gpair gint gstring)));
    ("lists", g (glist (glist gfloat))); ("map", g (gmap gint gstring));
    ("maps", g (gmap gstring (gmap gint gfloat))); ("hash_map", g (gmap gstring gint));
    ("boxes", g (garray (gpair gint gfloat))); ("rc", g strings); ("point", g gpoint);
    ("flat", g gflat); ("wrapped", g gwrapped); ("vectors", g (garray gflat)); ("tagged", g gtagged);
    ("pair_struct", g (gpair gint (glist gstring))); ("shape", g gshape);
    ("shapes", g (garray gshape)); ("colours", g (garray gcolour)); ("poly", g gpoly);
    ("polys", g (glist gpoly)); ("inherited", g gpoly); ("tree", g gtree); ("rose", g grose);
    ("chain", g gchain); ("generic", g (ggeneric gstring (garray gfloat))); ("adapted", g gadapted);
    ("renamed", g grenamed); ("mirrored", g gmirrored); ("by_hand", g (garray (gpair gint gstring)));
    ("by_hand_list", g (glist (gpair (gpair gint gstring) gstring)));
    ("deep_options", fun r n -> levels (1 + (2 * below r (n + 1))) (int 0));
    ("values", g (garray gint)); ("value_list", g (glist gint));
    ("borrowed", g (fun r n -> (gstring r n, gbytes_string r n, gfloat r n)));
    ("bigarray", fun r _ -> bigarray r); ("shared", fun r _ -> shared (gstring r 3));
    ("shared_list", g (glist (fun _ _ -> kept_shared)));
    ("mutables", g (garray (fun r n -> changing (gbytes r n))));
  ]

let ways = ways ()

(* The generator of each way's own values, or of another's. *)
let generators =
  Array.map
    (fun name ->
      match List.assoc_opt name valid with
      | Some generate -> generate
      | None -> fun r n -> (snd (List.nth valid (below r (List.length valid)))) r n)
    ways

let read_in_all = Array.make (Array.length ways) 0
let tries = ref 0

let try_one r way value =
  incr tries;
  if read way value (below r 64 = 0) then read_in_all.(way) <- read_in_all.(way) + 1

let hostile r way =
  let generate = generators.(way) in
  match below r 8 with
  | 0 -> heap r
  | 1 -> atom r
  | 2 -> generate r (below r 12)
  | _ -> mutant r (generate r (below r 12))

let others r =
  let refused f = match f () with () -> () | exception Invalid_argument _ -> () in
  let value () = if below r 2 = 0 then atom r else heap r in
  let either values = if below r 3 = 0 then value () else values () in
  let some_bytes () = Obj.repr (gbytes r 4) and some_floats () = Obj.repr (garray gfloat r 4) in
  let same = either some_bytes in
  refused (fun () -> bytes same (if below r 3 = 0 then same else either some_bytes));
  let same = either some_floats in
  refused (fun () -> floats same (if below r 3 = 0 then same else either some_floats));
  refused (fun () -> views (either (fun () -> bigarray r)) (either (fun () -> bigarray r)));
  refused (fun () -> two (either (fun () -> kept_shared)) (either (fun () -> changing Bytes.empty)));
  refused (fun () -> taken (either (fun () -> changing Bytes.empty)) (value ()));
  let exn = if below r 3 = 0 then mutant r (Obj.repr (One "text")) else value () in
  if not (raised (fun () -> raise (Obj.obj exn))) then wrong "an exception was lost";
  tries := !tries + 6

(* ---- values that change while they are read ---- *)

(* Arrays whose elements others exchange for whole values, immediates and blocks, as one that is read:
   what was checked must be what is used. *)
let exchanging rounds =
  let r = random 7 in
  let texts = Array.init 64 (fun _ -> Obj.repr (gstring r 6)) in
  let values = Array.append texts (Array.init 64 (fun i -> int i)) in
  let targets =
    Array.init 32 (fun i -> Obj.repr (Array.init (1 + (i mod 5)) (fun _ -> pick r values)))
  in
  let stop = ref false in
  let exchange () =
    let r = random 8 in
    while not !stop do
      for _ = 1 to 200 do
        let target = pick r targets in
        Obj.set_field target (below r (Obj.size target))
          (match below r 4 with 0 -> pick r targets | 1 -> Obj.repr (ref (pick r texts)) | _ -> pick r values)
      done;
      Par.yield ()
    done
  in
  let other = Par.spawn exchange in
  let some = [| "strings"; "ints"; "pair"; "list"; "option"; "tree"; "poly"; "shape"; "map"; "values"; "generic" |] in
  let some = Array.map (fun name ->
    let rec find i = if ways.(i) = name then i else find (i + 1) in find 0) some in
  (* What is made of a value that others change need not be of the type any more. *)
  for _ = 1 to rounds do
    incr tries;
    ignore (read (pick r some) (pick r targets) false)
  done;
  stop := true;
  Par.join other

let () =
  main "hostile" (fun () ->
      silence_panics ();
      let seed = match Sys.getenv_opt "HOSTILE_SEED" with Some s -> int_of_string s | None -> 1 in
      let n = Array.length ways in
      let debug = Sys.runtime_variant () = "d" in
      let rounds = count ~short:(if debug then 150 else 600) ~long:(if debug then 10_000 else 90_000) in
      let run first last =
        for round = first to last do
          (* Whoever takes longer than this is taken for one that never ends. *)
          ignore (Unix.alarm 60);
          (try
             for way = 0 to n - 1 do
               let r = random ((seed * 1_000_003) + (round * 1009) + way) in
               disturb r;
               try_one r way (hostile r way);
               if below r 8 = 0 then try_one r (below r n) (hostile r way)
             done;
             others (random (seed + round))
           with e ->
             wrong "%s (HOSTILE_SEED=%d, round %d)" (Printexc.to_string e) seed round)
        done
      in
      let warm = rounds / 5 in
      run 1 warm;
      let words = live_words () and memory = rss () in
      run (warm + 1) rounds;
      let words' = live_words () and memory' = rss () in
      exchanging (rounds * 40);
      ignore (Unix.alarm 0);
      if words' > words + 50_000 then wrong "live words grew from %d to %d" words words';
      if memory' > memory + 24576 then wrong "memory grew from %d to %d KiB" memory memory';
      (* Each generator makes values that are read, too, else it would say little. *)
      Array.iteri
        (fun i count ->
          if count * 100 < rounds && List.mem_assoc ways.(i) valid then
            wrong "%s: only %d of %d were read" ways.(i) count rounds)
        read_in_all;
      let accepted = Array.fold_left ( + ) 0 read_in_all in
      report "hostile" "%d values read as %d types: %d fit; the longest message has %d characters"
        !tries n accepted (String.length (message ())))
