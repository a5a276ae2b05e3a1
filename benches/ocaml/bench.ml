(* The harness: what each case makes is compared between the columns, then the columns take turns
   in rounds. See README.md. *)

external now : unit -> (int[@untagged]) = "common_now_bytecode" "common_now" [@@noalloc]
external init_c : unit -> unit = "common_init"

(* The table's order. *)
let order =
  [ "noop"; "int_add"; "int_add_untagged"; "int_add_noalloc"; "float_add_boxed";
    "float_add_unboxed"; "float_add_noalloc"; "int64_add_boxed"; "int64_add_unboxed";
    "int64_add_noalloc"; "args7"; "args7_untagged"; "str_in_16"; "str_in_1k"; "bytes_in_16";
    "bytes_in_1k"; "bytes_in_noalloc"; "str_out_16"; "str_out_1k"; "str_upper_16"; "option_in";
    "option_in_noalloc"; "option_out"; "result_out_ok"; "result_out_error"; "tuple_in";
    "tuple_borrowed_in"; "tuple_out"; "record_in"; "record_out"; "variant_in_x5";
    "variant_out_x5"; "int_list_in_10"; "int_list_in_1000"; "int_list_in_1M"; "int_list_out_10";
    "int_list_out_1000"; "int_list_out_1M"; "int_array_in_1000"; "int_array_in_1M";
    "int_array_out_1000"; "int_array_out_1M"; "float_array_in_1000"; "float_array_in_1M";
    "float_slice_in_1000"; "float_slice_in_1M"; "float_array_out_1000"; "float_array_out_1M";
    "string_list_in_1000"; "string_list_out_1000"; "assoc_in_1000"; "assoc_out_1000";
    "tree_in_d10"; "tree_out_d10"; "exn_from_native"; "exn_of_error"; "callback_x1000";
    "callback_exn_x1000"; "closure_make"; "closure_x1000"; "detach"; "attach_x1000"; "roots_young_x1000"; "roots_old_x1000"; "roots_live_100k";
    "roots_promote_10k"; "custom_make"; "custom_read"; "custom_change"; "custom_shared_make";
    "custom_shared_read"; "custom_inline_make"; "custom_inline_read"; "custom_block"; "bigarray_sum_1M"; "bigarray_map_1M"; "bigarray_update_1M";
    "bigarray_view_small"; "buffer_out_1MB"; "minor_gc_100k_roots"; "major_gc_100k_roots" ]

let columns = List.map (fun (c : Columns.t) -> (c.name, c.cases)) Columns.all
let has name cases = List.exists (fun (c : Case.t) -> c.name = name) cases
let case_of name cases = List.find (fun (c : Case.t) -> c.name = name) cases

let names filter =
  let matches name =
    filter = []
    || List.exists
         (fun part ->
           let n = String.length part in
           let rec at i = i + n <= String.length name && (String.sub name i n = part || at (i + 1)) in
           at 0)
         filter
  in
  let known = List.concat_map (fun (_, cases) -> List.map (fun (c : Case.t) -> c.name) cases) columns in
  List.iter
    (fun name -> if not (List.mem name order) then failwith ("not in the table: " ^ name))
    known;
  List.filter (fun name -> List.mem name known && matches name) order

(* ---- measuring ---- *)

let settle (size : Case.size) =
  match size with
  | Million -> Gc.full_major ()
  | Small | Thousand -> Gc.minor ()

let time (case : Case.t) n =
  let run = case.prepare () in
  settle case.size;
  let start = now () in
  run.loop n;
  let stop = now () in
  run.finish ();
  stop - start

(* How many times make a sample of this many nanoseconds. *)
let calibrate case target =
  let rec go n =
    let ns = max 1 (time case n) in
    if ns >= target / 2 then max 1 (n * target / ns) else go (min (n * 8) (max (n + 1) (n * target / ns)))
  in
  ignore (time case 1);
  go 1

let check name with_columns =
  match with_columns with
  | [] -> ()
  | (first, case) :: others ->
    let result (case : Case.t) =
      let run = case.prepare () in
      run.loop 3;
      let result = run.result () in
      run.finish ();
      result
    in
    let expected = result case in
    List.iter
      (fun (column, case) ->
        if compare (result case) expected <> 0 then (
          Printf.eprintf "%s: what %s makes is not what %s makes\n%!" name column first;
          exit 1))
      others

type figures = { minimum : float; median : float; samples : float array; batch : int }

let median a =
  let a = Array.copy a in
  Array.sort compare a;
  let n = Array.length a in
  if n mod 2 = 1 then a.(n / 2) else (a.(n / 2 - 1) +. a.(n / 2)) /. 2.

(* One pass of rounds over a case: samples in ns per operation, by column. *)
let pass_of name with_columns ~rounds ~target =
  check name with_columns;
  let runs =
    Array.of_list
      (List.map (fun (column, case) -> (column, case, calibrate case target, ref [])) with_columns)
  in
  let count = Array.length runs in
  for round = 0 to rounds - 1 do
    for i = 0 to count - 1 do
      let _, case, batch, samples = runs.((i + round) mod count) in
      samples := (float_of_int (time case batch) /. float_of_int batch) :: !samples
    done
  done;
  Inputs.clear ();
  Gc.compact ();
  Array.to_list
    (Array.map (fun (column, _, batch, samples) -> (column, batch, List.rev !samples)) runs)

let pass name ~rounds ~target =
  let with_columns =
    List.filter_map
      (fun (column, cases) -> if has name cases then Some (column, case_of name cases) else None)
      columns
  in
  pass_of name with_columns ~rounds ~target

let merge passes =
  List.map
    (fun (column, batch, _) ->
      let samples =
        List.concat_map
          (fun pass -> List.concat_map (fun (c, _, s) -> if c = column then s else []) pass)
          passes
        |> Array.of_list
      in
      ( column,
        { minimum = Array.fold_left min infinity samples; median = median samples; samples; batch } ))
    (List.hd passes)

(* ---- the table ---- *)

(* Within a tenth, and three tenths of a nanosecond: what a loop's place in memory may cost. *)
let tolerance = 1.1
let floor_ns = 0.3

(* How many times Bactrian's time another takes: quartiles of the ratios within each round, so that what
   else the machine does is in both. *)
let quartiles figures column =
  match (List.assoc_opt "bactrian" figures, List.assoc_opt column figures) with
  | Some us, Some them when column <> "bactrian" ->
    let ratios = Array.map2 (fun them us -> them /. us) them.samples us.samples in
    Array.sort compare ratios;
    let last = float_of_int (Array.length ratios - 1) in
    Some (List.map (fun part -> ratios.(int_of_float ((last *. part) +. 0.5))) [ 0.25; 0.5; 0.75 ])
  | _ -> None

type verdict = { against : string; ratio : float; reached : bool }

let ratio figures a b =
  match (List.assoc_opt a figures, List.assoc_opt b figures) with
  | Some a, Some b -> Some (a.minimum /. b.minimum)
  | _ -> None

(* The mark is the column "owned" where there is one. *)
let verdict figures =
  let against = if List.mem_assoc "owned" figures then "owned" else "c_fast" in
  match (List.assoc_opt "bactrian" figures, List.assoc_opt against figures) with
  | Some us, Some them ->
    Some
      { against; ratio = us.minimum /. them.minimum;
        reached = us.minimum <= (them.minimum *. tolerance) +. floor_ns }
  | _ -> None

let human ns =
  if ns >= 1e7 then Printf.sprintf "%.2fM" (ns /. 1e6)
  else if ns >= 1e5 then Printf.sprintf "%.0fk" (ns /. 1e3)
  else if ns >= 100. then Printf.sprintf "%.0f" ns
  else Printf.sprintf "%.2f" ns

let cell = function Some text -> Printf.sprintf "%9s" text | None -> Printf.sprintf "%9s" "-"

let print_header () =
  Printf.printf "%-22s" "ns per operation";
  List.iter (fun (column, _) -> Printf.printf "%9s" column) columns;
  Printf.printf "%9s%9s  mark\n%!" "/c_fast" "/owned"

let print_row name figures =
  Printf.printf "%-22s" name;
  List.iter
    (fun (column, _) ->
      print_string (cell (Option.map (fun f -> human f.minimum) (List.assoc_opt column figures))))
    columns;
  let show = Option.map (Printf.sprintf "%.2f") in
  print_string (cell (show (ratio figures "bactrian" "c_fast")));
  print_string (cell (show (ratio figures "bactrian" "owned")));
  (match verdict figures with
   | Some v -> print_string (if v.reached then "  ok" else "  MISS")
   | None -> ());
  print_newline ()

(* ---- JSON ---- *)

let write_figures out indent figures =
  let p fmt = Printf.fprintf out fmt in
  List.iteri
    (fun i (column, f) ->
      p "%s\n%s%S: {\"min\": %.4g, \"median\": %.4g" (if i = 0 then "" else ",") indent column f.minimum
        f.median;
      (match quartiles figures column with
       | Some ratios ->
         p ", \"to_bactrian\": [%s]" (String.concat ", " (List.map (Printf.sprintf "%.4g") ratios))
       | None -> ());
      p ", \"batch\": %d}" f.batch)
    figures

let write_json file ~rounds ~passes ~target results scaling =
  let out = open_out file in
  let p fmt = Printf.fprintf out fmt in
  let variable name = Option.value ~default:"" (Sys.getenv_opt name) in
  let t = variable "BENCH_DATE" in
  p "{\n  \"date\": %S,\n  \"ocaml\": %S,\n  \"rustc\": %S,\n  \"cc\": %S,\n  \"bactrian\": %S,\n" t
    Sys.ocaml_version (variable "BENCH_RUSTC") (variable "BENCH_CC") (variable "BENCH_COMMIT");
  p "  \"cores\": %S,\n  \"load\": %S,\n" (variable "BENCH_CORES") (variable "BENCH_LOAD");
  p "  \"cpu\": %S,\n  \"rounds\": %d,\n  \"passes\": %d,\n  \"sample_ns\": %d,\n" (variable "BENCH_CPU")
    rounds passes target;
  p "  \"unit\": \"ns per operation\",\n  \"cases\": {";
  List.iteri
    (fun i (name, figures) ->
      p "%s\n    %S: {" (if i = 0 then "" else ",") name;
      write_figures out "      " figures;
      (match verdict figures with
       | Some v ->
         p ",\n      \"mark\": {\"against\": %S, \"ratio\": %.3f, \"reached\": %b}" v.against v.ratio
           v.reached
       | None -> p ",\n      \"mark\": null");
      p "\n    }")
    results;
  p "\n  },\n  \"scaling\": {";
  List.iteri
    (fun i (name, sizes) ->
      p "%s\n    %S: {" (if i = 0 then "" else ",") name;
      List.iteri
        (fun i (size, figures) ->
          p "%s\n      \"%d\": {" (if i = 0 then "" else ",") size;
          write_figures out "        " figures;
          p "\n      }")
        sizes;
      p "\n    }")
    scaling;
  p "\n  }\n}\n";
  close_out out

(* ---- how costs grow ---- *)

let sizes =
  let powers = [ 10; 100; 1000; 10_000; 100_000; 1_000_000 ] in
  [ ("list_in", powers @ [ 10_000_000 ]); ("list_out", powers @ [ 10_000_000 ]);
    ("minor_gc_with_roots", 0 :: powers); ("call_with_roots", 0 :: powers) ]

let scale ~target =
  List.map
    (fun (name, sizes) ->
      Printf.eprintf "%s\n%!" name;
      ( name,
        List.map
          (fun size ->
            let with_columns =
              List.filter_map
                (fun (column : Columns.t) ->
                  Option.map
                    (fun case -> (column.name, case size))
                    (List.assoc_opt name column.scaling))
                Columns.all
            in
            (* Few samples of what takes seconds. *)
            let rounds = if size >= 1_000_000 then 5 else 11 in
            let title = Printf.sprintf "%s %d" name size in
            let figures = merge [ pass_of title with_columns ~rounds ~target ] in
            print_row title figures;
            (size, figures))
          sizes ))
    sizes

(* ---- the command line ---- *)

let usage =
  "bench [options] [part of a case's name...]\n\
   bench --case NAME --column COLUMN --iterations N"

let () =
  let rounds = ref 15 and passes = ref 3 and ms = ref 10. and json = ref "" in
  let case = ref "" and column = ref "" and iterations = ref 0 and list = ref false in
  let filter = ref [] and scaling = ref false in
  Arg.parse
    [ ("--rounds", Arg.Set_int rounds, "N samples of each column in a pass (15)");
      ("--passes", Arg.Set_int passes, "N passes over all cases (3)");
      ("--sample", Arg.Set_float ms, "MS how long a sample takes, about (10)");
      ("--quick", Arg.Unit (fun () -> rounds := 5; passes := 1; ms := 4.), " 5 rounds, 1 pass, 4 ms");
      ("--scaling", Arg.Set scaling, " also how costs grow with sizes");
      ("--json", Arg.Set_string json, "FILE where the figures go");
      ("--list", Arg.Set list, " print the cases: name, size, columns");
      ("--case", Arg.Set_string case, "NAME run this only, untimed");
      ("--column", Arg.Set_string column, "COLUMN of it");
      ("--iterations", Arg.Set_int iterations, "N so many times") ]
    (fun part -> filter := part :: !filter)
    usage;
  init_c ();
  Columns.init ();
  if !list then
    List.iter
      (fun name ->
        let having = List.filter (fun (_, cases) -> has name cases) columns in
        let size =
          match (case_of name (snd (List.hd having))).size with
          | Small -> "small"
          | Thousand -> "thousand"
          | Million -> "million"
        in
        Printf.printf "%s %s %s\n" name size (String.concat " " (List.map fst having)))
      (names !filter)
  else if !case <> "" then (
    let cases =
      try List.assoc !column columns
      with Not_found -> prerr_endline ("no column " ^ !column); exit 2
    in
    if not (has !case cases) then (prerr_endline ("no case " ^ !case ^ " there"); exit 2);
    let run = (case_of !case cases).prepare () in
    Gc.full_major ();
    run.loop !iterations;
    run.finish ())
  else (
    let names = names !filter in
    let target = int_of_float (!ms *. 1e6) in
    let all = Array.init !passes (fun _ -> Hashtbl.create 100) in
    let results = ref [] in
    Array.iteri
      (fun i results ->
        if !passes > 1 then Printf.eprintf "pass %d of %d\n%!" (i + 1) !passes;
        List.iter (fun name -> Hashtbl.add results name (pass name ~rounds:!rounds ~target)) names)
      all;
    print_header ();
    List.iter
      (fun name ->
        let figures = merge (Array.to_list (Array.map (fun h -> Hashtbl.find h name) all)) in
        results := (name, figures) :: !results;
        print_row name figures)
      names;
    let results = List.rev !results in
    let marks = List.filter_map (fun (_, figures) -> verdict figures) results in
    let reached = List.length (List.filter (fun v -> v.reached) marks) in
    Printf.printf "OCaml %s: %d of %d at the mark\n" Sys.ocaml_version reached (List.length marks);
    let scaling = if !scaling then scale ~target else [] in
    if !json <> "" then write_json !json ~rounds:!rounds ~passes:!passes ~target results scaling)
