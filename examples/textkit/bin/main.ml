open Textkit

let usage =
  {|Usage: textkit [OPTION]... [FILE]...

Counts lines, words and sentences of texts, and searches them. Without files it
reads the Markdown files of the project around the current directory.

Exit status: 0, 1 when a file could not be read, 2 when the command is wrong.
|}

let complain fmt =
  Printf.ksprintf (fun message -> prerr_endline ("textkit: " ^ message)) fmt

(* Counting *)

let columns =
  Table.
    [
      (Left, "File");
      (Right, "Lines");
      (Right, "Words");
      (Right, "Distinct");
      (Right, "Sentences");
      (Right, "Words/sentence");
      (Left, "Longest word");
    ]

let row name stats =
  [
    name;
    string_of_int stats.lines;
    string_of_int stats.words;
    string_of_int stats.distinct_words;
    string_of_int stats.sentences;
    (if stats.sentences = 0 then "-"
    else Printf.sprintf "%.1f" stats.words_per_sentence);
    Option.value stats.longest_word ~default:"-";
  ]

let plural n what = Printf.sprintf "%d %s%s" n what (if n = 1 then "" else "s")

let print_stats texts =
  let each = List.map (fun (name, text) -> (name, stats text)) texts in
  let footer =
    if List.length texts < 2 then []
    else
      (* A word of two files is one distinct word. *)
      let all = stats (String.concat "\n\n" (List.map snd texts)) in
      let lines = List.fold_left (fun n (_, s) -> n + s.lines) 0 each in
      [ row (plural (List.length texts) "file") { all with lines } ]
  in
  Table.print ~columns ~footer (List.map (fun (name, s) -> row name s) each)

(* Short words say little about a text. *)
let counts_as_frequent word = width word >= 5

let print_frequent top texts =
  let total = Hashtbl.create 1024 in
  let add (word, n) =
    let before = Option.value (Hashtbl.find_opt total word) ~default:0 in
    Hashtbl.replace total word (before + n)
  in
  List.iter (fun (_, text) -> List.iter add (frequencies text)) texts;
  let words =
    Hashtbl.fold (fun word n words -> (n, word) :: words) total []
    |> List.filter (fun (_, word) -> counts_as_frequent word)
    |> List.sort (fun (n, a) (m, b) -> compare (m, a) (n, b))
    |> List.filteri (fun i _ -> i < top)
  in
  if words <> [] then
    Printf.printf "\nMost frequent: %s\n"
      (String.concat ", "
         (List.map (fun (n, word) -> Printf.sprintf "%s (%d)" word n) words))

(* Searching *)

let quoted text =
  let one_line = String.map (function '\n' -> ' ' | c -> c) text in
  Printf.sprintf "\"%s\"" one_line

let print_hit hit =
  let print at what =
    Printf.printf "%6d:%-4d %s: %s\n" at.line at.column what
      (String.trim at.context)
  in
  match hit with
  | Word (at, text) -> print at ("word " ^ quoted text)
  | Phrase { at; text } -> print at ("phrase " ^ quoted text)
  | Pattern { at; text; groups = [||] } -> print at ("pattern " ^ quoted text)
  | Pattern { at; text; groups } ->
      let group = Option.fold ~none:"-" ~some:quoted in
      let groups = Array.to_list (Array.map group groups) in
      print at
        (Printf.sprintf "pattern %s (%s)" (quoted text)
           (String.concat ", " groups))
  | More -> Printf.printf "%6s\n" "..."

let print_hits query limit texts =
  List.iter
    (fun (name, text) ->
      match search query limit text with
      | [] -> ()
      | hits ->
          Printf.printf "\n%s\n" name;
          List.iter print_hit hits)
    texts

(* Points at the mistake in a query. *)
let complain_about query position message =
  let before = width (String.sub query 0 position) in
  complain "query, column %d: %s" (before + 1) message;
  if not (String.contains query '\n') then
    Printf.eprintf "  %s\n  %s^\n" query (String.make before ' ')

let checked query =
  match search query 0 "" with
  | _ -> ()
  | exception Bad_query { position; message } ->
      complain_about query position message;
      exit 2
  | exception Empty_query ->
      complain "the query is empty";
      exit 2
  | exception Invalid_argument message ->
      complain "%s" message;
      exit 2

(* The command line *)

let () =
  let queries = ref [] and limit = ref 10 and top = ref 8 and files = ref [] in
  let natural what cell n =
    if n < 0 then raise (Arg.Bad (what ^ " cannot be negative")) else cell := n
  in
  Arg.parse
    (Arg.align
       [
         ( "--search",
           Arg.String (fun query -> queries := query :: !queries),
           {|QUERY list matches of: word "several words" /regex/|} );
         ( "--limit",
           Arg.Int (natural "--limit" limit),
           "N list at most N matches of a file (10)" );
         ( "--top",
           Arg.Int (natural "--top" top),
           "N list the N most frequent words (8)" );
       ])
    (fun file -> files := (file, file) :: !files)
    usage;
  let queries = List.rev !queries in
  List.iter checked queries;
  let files =
    match List.rev !files with [] -> Files.markdown () | files -> files
  in
  let failed = ref false in
  let load (name, path) =
    let fail fmt =
      failed := true;
      Printf.ksprintf
        (fun reason ->
          complain "%s: %s" name reason;
          None)
        fmt
    in
    match Textkit.load path with
    | text -> Some (name, text)
    | exception Unreadable { reason; path = _ } -> fail "%s" reason
    | exception Not_utf8 { line; byte; path = _ } ->
        fail "not UTF-8: line %d, byte %d" line byte
  in
  let texts = List.filter_map load files in
  if texts <> [] then (
    print_stats texts;
    print_frequent !top texts;
    List.iter (fun query -> print_hits query !limit texts) queries)
  else if not !failed then complain "there are no Markdown files here";
  if !failed then exit 1
