(* Conversions: every type both ways, in all the ways in which a stub makes a result, compared with
   what OCaml made; with the minor heap full at any moment, collections in between, signals pending,
   allocations sampled, panics half-way. *)
open Common
open Values

(* Results kept for a while: they must stay what they are. *)
type kept = Kept : 'a * 'a -> kept

let kept = Array.make 24 (Kept (0, 0))

let check_kept what (Kept (a, b)) =
  if compare a b <> 0 then wrong "an earlier result changed during %s" what

let keep r what a b =
  let i = below r (Array.length kept) in
  check_kept what kept.(i);
  kept.(i) <- Kept (a, b)

type case = { what : string; run : random -> int -> unit }

(* Fills the minor heap up to any point. *)
let fill r = ignore (Sys.opaque_identity (List.init (below r 80) (fun i -> (i, i))))

let case what generate same held made =
  let run r n =
    let value = generate r n in
    let check how result =
      if compare value result <> 0 then wrong "%s (%s): another value of size %d" what how n;
      if below r 4 = 0 then keep r what (generate (random n) 3, result) (generate (random n) 3, value)
    in
    if below r 2 = 0 then fill r;
    disturb r;
    check "same" (same value);
    disturb r;
    check "held" (held value (below r 32 = 0));
    if below r 2 = 0 then fill r;
    check "made" (made value);
    disturb r
  in
  { what; run }

external unit_same : unit -> unit = "stress_unit_same"
external unit_held : unit -> bool -> unit = "stress_unit_held"
external unit_made : unit -> unit = "stress_unit_made"
external bool_same : bool -> bool = "stress_bool_same"
external bool_held : bool -> bool -> bool = "stress_bool_held"
external bool_made : bool -> bool = "stress_bool_made"
external uchar_same : Uchar.t -> Uchar.t = "stress_uchar_same"
external uchar_held : Uchar.t -> bool -> Uchar.t = "stress_uchar_held"
external uchar_made : Uchar.t -> Uchar.t = "stress_uchar_made"
external isize_same : int -> int = "stress_isize_same"
external isize_held : int -> bool -> int = "stress_isize_held"
external isize_made : int -> int = "stress_isize_made"
external usize_same : int -> int = "stress_usize_same"
external usize_held : int -> bool -> int = "stress_usize_held"
external usize_made : int -> int = "stress_usize_made"
external i8_same : int -> int = "stress_i8_same"
external i8_held : int -> bool -> int = "stress_i8_held"
external i8_made : int -> int = "stress_i8_made"
external u8_same : int -> int = "stress_u8_same"
external u8_held : int -> bool -> int = "stress_u8_held"
external u8_made : int -> int = "stress_u8_made"
external i16_same : int -> int = "stress_i16_same"
external i16_held : int -> bool -> int = "stress_i16_held"
external i16_made : int -> int = "stress_i16_made"
external u16_same : int -> int = "stress_u16_same"
external u16_held : int -> bool -> int = "stress_u16_held"
external u16_made : int -> int = "stress_u16_made"
external i32_same : int32 -> int32 = "stress_i32_same"
external i32_held : int32 -> bool -> int32 = "stress_i32_held"
external i32_made : int32 -> int32 = "stress_i32_made"
external u32_same : int32 -> int32 = "stress_u32_same"
external u32_held : int32 -> bool -> int32 = "stress_u32_held"
external u32_made : int32 -> int32 = "stress_u32_made"
external i64_same : int64 -> int64 = "stress_i64_same"
external i64_held : int64 -> bool -> int64 = "stress_i64_held"
external i64_made : int64 -> int64 = "stress_i64_made"
external u64_same : int64 -> int64 = "stress_u64_same"
external u64_held : int64 -> bool -> int64 = "stress_u64_held"
external u64_made : int64 -> int64 = "stress_u64_made"
external f64_same : float -> float = "stress_f64_same"
external f64_held : float -> bool -> float = "stress_f64_held"
external f64_made : float -> float = "stress_f64_made"
external f32_same : float -> float = "stress_f32_same"
external f32_held : float -> bool -> float = "stress_f32_held"
external f32_made : float -> float = "stress_f32_made"
external string_same : string -> string = "stress_string_same"
external string_held : string -> bool -> string = "stress_string_held"
external string_made : string -> string = "stress_string_made"
external boxed_str_same : string -> string = "stress_boxed_str_same"
external boxed_str_held : string -> bool -> string = "stress_boxed_str_held"
external boxed_str_made : string -> string = "stress_boxed_str_made"
external cow_str_same : string -> string = "stress_cow_str_same"
external cow_str_held : string -> bool -> string = "stress_cow_str_held"
external cow_str_made : string -> string = "stress_cow_str_made"
external path_same : string -> string = "stress_path_same"
external path_held : string -> bool -> string = "stress_path_held"
external path_made : string -> string = "stress_path_made"
external bytes_same : bytes -> bytes = "stress_bytes_same"
external bytes_held : bytes -> bool -> bytes = "stress_bytes_held"
external bytes_made : bytes -> bytes = "stress_bytes_made"
external option_same : string option -> string option = "stress_option_same"
external option_held : string option -> bool -> string option = "stress_option_held"
external option_made : string option -> string option = "stress_option_made"
external option2_same : int64 option option -> int64 option option = "stress_option2_same"
external option2_held : int64 option option -> bool -> int64 option option = "stress_option2_held"
external option2_made : int64 option option -> int64 option option = "stress_option2_made"
external result_same : (string, int) result -> (string, int) result = "stress_result_same"
external result_held : (string, int) result -> bool -> (string, int) result = "stress_result_held"
external result_made : (string, int) result -> (string, int) result = "stress_result_made"
external pair_same : int * string -> int * string = "stress_pair_same"
external pair_held : int * string -> bool -> int * string = "stress_pair_held"
external pair_made : int * string -> int * string = "stress_pair_made"
external triple_same : float * bool option * string -> float * bool option * string = "stress_triple_same"
external triple_held : float * bool option * string -> bool -> float * bool option * string = "stress_triple_held"
external triple_made : float * bool option * string -> float * bool option * string = "stress_triple_made"
external tuple21_same : tuple21 -> tuple21 = "stress_tuple21_same"
external tuple21_held : tuple21 -> bool -> tuple21 = "stress_tuple21_held"
external tuple21_made : tuple21 -> tuple21 = "stress_tuple21_made"
external ints_same : int array -> int array = "stress_ints_same"
external ints_held : int array -> bool -> int array = "stress_ints_held"
external ints_made : int array -> int array = "stress_ints_made"
external floats_same : float array -> float array = "stress_floats_same"
external floats_held : float array -> bool -> float array = "stress_floats_held"
external floats_made : float array -> float array = "stress_floats_made"
external singles_same : float array -> float array = "stress_singles_same"
external singles_held : float array -> bool -> float array = "stress_singles_held"
external singles_made : float array -> float array = "stress_singles_made"
external strings_same : string array -> string array = "stress_strings_same"
external strings_held : string array -> bool -> string array = "stress_strings_held"
external strings_made : string array -> string array = "stress_strings_made"
external int64s_same : int64 option array -> int64 option array = "stress_int64s_same"
external int64s_held : int64 option array -> bool -> int64 option array = "stress_int64s_held"
external int64s_made : int64 option array -> int64 option array = "stress_int64s_made"
external matrix_same : float array array -> float array array = "stress_matrix_same"
external matrix_held : float array array -> bool -> float array array = "stress_matrix_held"
external matrix_made : float array array -> float array array = "stress_matrix_made"
external four_same : string array -> string array = "stress_four_same"
external four_held : string array -> bool -> string array = "stress_four_held"
external four_made : string array -> string array = "stress_four_made"
external list_same : string list -> string list = "stress_list_same"
external list_held : string list -> bool -> string list = "stress_list_held"
external list_made : string list -> string list = "stress_list_made"
external linked_same : int list -> int list = "stress_linked_same"
external linked_held : int list -> bool -> int list = "stress_linked_held"
external linked_made : int list -> int list = "stress_linked_made"
external pairs_same : (int * string) list -> (int * string) list = "stress_pairs_same"
external pairs_held : (int * string) list -> bool -> (int * string) list = "stress_pairs_held"
external pairs_made : (int * string) list -> (int * string) list = "stress_pairs_made"
external lists_same : float list list -> float list list = "stress_lists_same"
external lists_held : float list list -> bool -> float list list = "stress_lists_held"
external lists_made : float list list -> float list list = "stress_lists_made"
external map_same : (int * string) list -> (int * string) list = "stress_map_same"
external map_held : (int * string) list -> bool -> (int * string) list = "stress_map_held"
external map_made : (int * string) list -> (int * string) list = "stress_map_made"
external maps_same : (string * (int * float) list) list -> (string * (int * float) list) list = "stress_maps_same"
external maps_held : (string * (int * float) list) list -> bool -> (string * (int * float) list) list = "stress_maps_held"
external maps_made : (string * (int * float) list) list -> (string * (int * float) list) list = "stress_maps_made"
external boxes_same : (int * float) array -> (int * float) array = "stress_boxes_same"
external boxes_held : (int * float) array -> bool -> (int * float) array = "stress_boxes_held"
external boxes_made : (int * float) array -> (int * float) array = "stress_boxes_made"
external rc_same : string array -> string array = "stress_rc_same"
external rc_held : string array -> bool -> string array = "stress_rc_held"
external rc_made : string array -> string array = "stress_rc_made"
external point_same : point -> point = "stress_point_same"
external point_held : point -> bool -> point = "stress_point_held"
external point_made : point -> point = "stress_point_made"
external flat_same : flat -> flat = "stress_flat_same"
external flat_held : flat -> bool -> flat = "stress_flat_held"
external flat_made : flat -> flat = "stress_flat_made"
external wrapped_same : wrapped -> wrapped = "stress_wrapped_same"
external wrapped_held : wrapped -> bool -> wrapped = "stress_wrapped_held"
external wrapped_made : wrapped -> wrapped = "stress_wrapped_made"
external vectors_same : flat array -> flat array = "stress_vectors_same"
external vectors_held : flat array -> bool -> flat array = "stress_vectors_held"
external vectors_made : flat array -> flat array = "stress_vectors_made"
external tagged_same : tagged -> tagged = "stress_tagged_same"
external tagged_held : tagged -> bool -> tagged = "stress_tagged_held"
external tagged_made : tagged -> tagged = "stress_tagged_made"
external unit_struct_same : unit -> unit = "stress_unit_struct_same"
external unit_struct_held : unit -> bool -> unit = "stress_unit_struct_held"
external unit_struct_made : unit -> unit = "stress_unit_struct_made"
external pair_struct_same : int * string list -> int * string list = "stress_pair_struct_same"
external pair_struct_held : int * string list -> bool -> int * string list = "stress_pair_struct_held"
external pair_struct_made : int * string list -> int * string list = "stress_pair_struct_made"
external shape_same : shape -> shape = "stress_shape_same"
external shape_held : shape -> bool -> shape = "stress_shape_held"
external shape_made : shape -> shape = "stress_shape_made"
external shapes_same : shape array -> shape array = "stress_shapes_same"
external shapes_held : shape array -> bool -> shape array = "stress_shapes_held"
external shapes_made : shape array -> shape array = "stress_shapes_made"
external colour_same : colour -> colour = "stress_colour_same"
external colour_held : colour -> bool -> colour = "stress_colour_held"
external colour_made : colour -> colour = "stress_colour_made"
external poly_same : poly -> poly = "stress_poly_same"
external poly_held : poly -> bool -> poly = "stress_poly_held"
external poly_made : poly -> poly = "stress_poly_made"
external polys_same : poly list -> poly list = "stress_polys_same"
external polys_held : poly list -> bool -> poly list = "stress_polys_held"
external polys_made : poly list -> poly list = "stress_polys_made"
external tree_same : tree -> tree = "stress_tree_same"
external tree_held : tree -> bool -> tree = "stress_tree_held"
external tree_made : tree -> tree = "stress_tree_made"
external rose_same : rose -> rose = "stress_rose_same"
external rose_held : rose -> bool -> rose = "stress_rose_held"
external rose_made : rose -> rose = "stress_rose_made"
external chain_same : chain -> chain = "stress_chain_same"
external chain_held : chain -> bool -> chain = "stress_chain_held"
external chain_made : chain -> chain = "stress_chain_made"
external generic_same : (string, float array) generic -> (string, float array) generic = "stress_generic_same"
external generic_held : (string, float array) generic -> bool -> (string, float array) generic = "stress_generic_held"
external generic_made : (string, float array) generic -> (string, float array) generic = "stress_generic_made"
external adapted_same : adapted -> adapted = "stress_adapted_same"
external adapted_held : adapted -> bool -> adapted = "stress_adapted_held"
external adapted_made : adapted -> adapted = "stress_adapted_made"
external renamed_same : renamed_record -> renamed_record = "stress_renamed_same"
external renamed_held : renamed_record -> bool -> renamed_record = "stress_renamed_held"
external renamed_made : renamed_record -> renamed_record = "stress_renamed_made"
external mirrored_same : mirrored -> mirrored = "stress_mirrored_same"
external mirrored_held : mirrored -> bool -> mirrored = "stress_mirrored_held"
external mirrored_made : mirrored -> mirrored = "stress_mirrored_made"
external by_hand_same : (int * string) array -> (int * string) array = "stress_by_hand_same"
external by_hand_held : (int * string) array -> bool -> (int * string) array = "stress_by_hand_held"
external by_hand_made : (int * string) array -> (int * string) array = "stress_by_hand_made"
external by_hand_list_same : ((int * string) * string) list -> ((int * string) * string) list = "stress_by_hand_list_same"
external by_hand_list_held : ((int * string) * string) list -> bool -> ((int * string) * string) list = "stress_by_hand_list_held"
external by_hand_list_made : ((int * string) * string) list -> ((int * string) * string) list = "stress_by_hand_list_made"

let cases =
  [
    case "unit" (fun _ _ -> ()) unit_same unit_held unit_made;
    case "bool" (gbool) bool_same bool_held bool_made;
    case "uchar" (guchar) uchar_same uchar_held uchar_made;
    case "isize" (gint) isize_same isize_held isize_made;
    case "usize" (gnat) usize_same usize_held usize_made;
    case "i8" (fun r _ -> below r 256 - 128) i8_same i8_held i8_made;
    case "u8" (fun r _ -> below r 256) u8_same u8_held u8_made;
    case "i16" (fun r _ -> below r 65536 - 32768) i16_same i16_held i16_made;
    case "u16" (fun r _ -> below r 65536) u16_same u16_held u16_made;
    case "i32" (gint32) i32_same i32_held i32_made;
    case "u32" (gint32) u32_same u32_held u32_made;
    case "i64" (gint64) i64_same i64_held i64_made;
    case "u64" (gint64) u64_same u64_held u64_made;
    case "f64" (gfloat) f64_same f64_held f64_made;
    case "f32" (gsingle) f32_same f32_held f32_made;
    case "string" (gstring) string_same string_held string_made;
    case "boxed_str" (gstring) boxed_str_same boxed_str_held boxed_str_made;
    case "cow_str" (gstring) cow_str_same cow_str_held cow_str_made;
    case "path" (gbytes_string) path_same path_held path_made;
    case "bytes" (gbytes) bytes_same bytes_held bytes_made;
    case "option" (goption gstring) option_same option_held option_made;
    case "option2" (goption (goption gint64)) option2_same option2_held option2_made;
    case "result" (gresult gstring gint) result_same result_held result_made;
    case "pair" (gpair gint gstring) pair_same pair_held pair_made;
    case "triple" (fun r n -> (gfloat r n, goption gbool r n, gstring r n)) triple_same triple_held triple_made;
    case "tuple21" (gtuple21) tuple21_same tuple21_held tuple21_made;
    case "ints" (garray gint) ints_same ints_held ints_made;
    case "floats" (garray gfloat) floats_same floats_held floats_made;
    case "singles" (garray gsingle) singles_same singles_held singles_made;
    case "strings" (garray gstring) strings_same strings_held strings_made;
    case "int64s" (garray (goption gint64)) int64s_same int64s_held int64s_made;
    case "matrix" (garray (garray gfloat)) matrix_same matrix_held matrix_made;
    case "four" (fun r n -> Array.init 4 (fun _ -> gstring r (n / 4))) four_same four_held four_made;
    case "list" (glist gstring) list_same list_held list_made;
    case "linked" (glist gint) linked_same linked_held linked_made;
    case "pairs" (glist (gpair gint gstring)) pairs_same pairs_held pairs_made;
    case "lists" (glist (glist gfloat)) lists_same lists_held lists_made;
    case "map" (gmap gint gstring) map_same map_held map_made;
    case "maps" (gmap gstring (gmap gint gfloat)) maps_same maps_held maps_made;
    case "boxes" (garray (gpair gint gfloat)) boxes_same boxes_held boxes_made;
    case "rc" (garray gstring) rc_same rc_held rc_made;
    case "point" (gpoint) point_same point_held point_made;
    case "flat" (gflat) flat_same flat_held flat_made;
    case "wrapped" (gwrapped) wrapped_same wrapped_held wrapped_made;
    case "vectors" (garray gflat) vectors_same vectors_held vectors_made;
    case "tagged" (gtagged) tagged_same tagged_held tagged_made;
    case "unit_struct" (fun _ _ -> ()) unit_struct_same unit_struct_held unit_struct_made;
    case "pair_struct" (gpair gint (glist gstring)) pair_struct_same pair_struct_held pair_struct_made;
    case "shape" (gshape) shape_same shape_held shape_made;
    case "shapes" (garray gshape) shapes_same shapes_held shapes_made;
    case "colour" (gcolour) colour_same colour_held colour_made;
    case "poly" (gpoly) poly_same poly_held poly_made;
    case "polys" (glist gpoly) polys_same polys_held polys_made;
    case "tree" (gtree) tree_same tree_held tree_made;
    case "rose" (grose) rose_same rose_held rose_made;
    case "chain" (gchain) chain_same chain_held chain_made;
    case "generic" (ggeneric gstring (garray gfloat)) generic_same generic_held generic_made;
    case "adapted" (gadapted) adapted_same adapted_held adapted_made;
    case "renamed" (grenamed) renamed_same renamed_held renamed_made;
    case "mirrored" (gmirrored) mirrored_same mirrored_held mirrored_made;
    case "by_hand" (garray (gpair gint gstring)) by_hand_same by_hand_held by_hand_made;
    case "by_hand_list" (glist (gpair (gpair gint gstring) gstring)) by_hand_list_same by_hand_list_held by_hand_list_made;
  ]

external hash_map : (string * int) list -> (string * int) list = "bactrian_stress_hash_map"
external borrowed : string array -> string list = "bactrian_stress_borrowed"
external slices : float array -> bytes -> float -> unit = "bactrian_stress_slices"
external seq : (int * string) Seq.t -> (int * string) list = "bactrian_stress_seq"

external map_strings : (int -> string -> string) -> string array -> string array
  = "bactrian_stress_map_strings"

external rooted : 'a -> 'a array = "bactrian_stress_rooted"
external bombs : int -> int -> int -> (int * string) list = "bactrian_stress_bombs"
external bombs_returned : int -> int -> (int * string) array option = "bactrian_stress_bombs_returned"
external late_array : int -> int -> (int * string) array = "bactrian_stress_late_array"
external late_list : int -> int -> (int * string) list = "bactrian_stress_late_list"

let other what run = { what; run = (fun r n -> disturb r; run r n; disturb r) }
let same what a b = if compare a b <> 0 then wrong "%s: another value" what

let others =
  [
    other "hash_map" (fun r n ->
        let map = gmap gstring gint r n in
        same "hash_map" map (List.sort compare (hash_map map)));
    other "borrowed" (fun r n ->
        let texts = garray gstring r n in
        same "borrowed" (List.rev (Array.to_list texts)) (borrowed texts));
    other "slices" (fun r n ->
        let floats = garray gfloat r n and bytes = gbytes r n in
        let floats' = Array.map (fun x -> x +. 1.5) floats in
        let bytes' = Bytes.map (fun c -> Char.chr ((Char.code c + 1) land 255)) bytes in
        slices floats bytes 1.5;
        same "slices" (floats', bytes') (floats, bytes));
    other "seq" (fun r n ->
        let list = glist (gpair gint gstring) r n in
        same "seq" list (seq (List.to_seq (List.map (fun x -> x) list))));
    other "map_strings" (fun r n ->
        let texts = garray gstring r n in
        let f i text = disturb r; text ^ string_of_int i in
        same "map_strings" (Array.mapi (fun i text -> text ^ string_of_int i) texts)
          (map_strings f texts));
    other "rooted" (fun r n ->
        let value = gshape r n in
        Array.iter (fun v -> if v != value then wrong "rooted: another block") (rooted value);
        let float = gfloat r n in
        same "rooted" [| float; float; float |] (rooted float));
    other "bombs" (fun r n ->
        let all = List.init n (fun i -> (i, string_of_int i)) in
        let fuse = below r (2 * (n + 2)) and kind = below r 5 in
        (match bombs n fuse kind with
        | list -> same "bombs" all list
        | exception Failure text -> same "bombs" "in the middle" text);
        (match bombs_returned n fuse with
        | Some array -> same "bombs_returned" (Array.of_list all) array
        | None -> wrong "bombs_returned: None"
        | exception Failure text -> same "bombs" "in the middle" text);
        (match late_array n fuse with
        | array -> same "late_array" (Array.of_list all) array
        | exception Failure text -> same "late_array" "in the middle" text);
        match late_list n fuse with
        | list -> same "late_list" all list
        | exception Failure text -> same "late_list" "in the middle" text);
  ]

let signals = ref 0

(* [f] with a signal pending every millisecond. *)
let with_signals f =
  Sys.set_signal Sys.sigalrm
    (Sys.Signal_handle
       (fun _ ->
         incr signals;
         ignore (Sys.opaque_identity (List.init 20 string_of_int))));
  let every seconds =
    ignore (Unix.setitimer Unix.ITIMER_REAL { Unix.it_interval = seconds; it_value = seconds })
  in
  every 0.001;
  Fun.protect ~finally:(fun () -> every 0.) f

let () =
  main "conversions" (fun () ->
      silence_panics ();
      let cases = Array.of_list (cases @ others) in
      let total = ref 0 in
      let rounds = count ~short:300 ~long:200_000 in
      (* Most values are small, some are larger than the minor heap. *)
      let size r i =
        let rare = if full then 10 else 1 in
        if i mod (2000 * rare) = 1999 then 4000 + below r 4000
        else if i mod (100 * rare) = 99 then 300 + below r 300
        else if i mod (7 * rare) = 6 then below r 60
        else below r 6
      in
      let run ?(most = max_int) name rounds =
        Array.iteri
          (fun c case ->
            let r = random ((c * 1000) + String.length name) in
            for i = 1 to rounds do
              case.run r (min most (size r (i + (c * 31))));
              incr total
            done)
          cases
      in
      run "warm" (min rounds 200);
      (* What the allocator of C keeps is as much as the largest values need. *)
      Array.iteri (fun c case -> case.run (random c) 8000; incr total) cases;
      let words = live_words () and memory = rss () in
      run "plain" (rounds / 2);
      with_signals (fun () -> run "signals" (rounds / 4));
      let most = Sampling.most () in
      Sampling.during (fun () -> run ~most "sampled" (rounds / 8));
      with_signals (fun () -> Sampling.during (fun () -> run ~most "both" (rounds / 8)));
      Array.iter (check_kept "the end") kept;
      Array.fill kept 0 (Array.length kept) (Kept (0, 0));
      let words' = live_words () and memory' = rss () in
      if words' > words + 50_000 then wrong "live words grew from %d to %d" words words';
      if memory' > memory + 24576 then wrong "memory grew from %d to %d KiB" memory memory';
      report "conversions" "%d types, %d rounds of 6 readings and 5 makings, %d signals, %s"
        (Array.length cases) !total !signals Sampling.name)
