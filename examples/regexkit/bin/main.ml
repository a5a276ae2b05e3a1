(* Prints the lines of files where a pattern matches, as grep does, or the files
   with what matches replaced. *)

open Regexkit

let read path =
  let channel = open_in_bin path in
  let text = really_input_string channel (in_channel_length channel) in
  close_in channel;
  text

(* A line, and where it begins and ends. *)
let line_of text at =
  let start = try String.rindex_from text (at - 1) '\n' + 1 with _ -> 0 in
  let stop =
    try String.index_from text at '\n' with Not_found -> String.length text
  in
  String.sub text start (stop - start)

let print path text limit matches =
  let line = ref 1 and counted = ref 0 in
  let rec print limit matches =
    if limit > 0 then
      (* The next match is searched for here. *)
      match matches () with
      | Seq.Nil -> ()
      | Seq.Cons ({ start; _ }, rest) ->
          String.iter
            (fun c -> if c = '\n' then incr line)
            (String.sub text !counted (start - !counted));
          counted := start;
          Printf.printf "%s:%d: %s\n" path !line (line_of text start);
          print (limit - 1) rest
  in
  print limit matches

let () =
  let case_insensitive = ref false and limit = ref max_int in
  let template = ref None and arguments = ref [] in
  Arg.parse
    [
      ("-i", Arg.Set case_insensitive, " whatever the case");
      ("--limit", Arg.Set_int limit, "N the first N matches of a file");
      ( "--replace",
        Arg.String (fun text -> template := Some text),
        "TEMPLATE print the files with TEMPLATE for what matches" );
    ]
    (fun argument -> arguments := argument :: !arguments)
    "main [OPTION]... PATTERN FILE...";
  match List.rev !arguments with
  | [] -> prerr_endline "main: no pattern"; exit 2
  | pattern :: files -> (
      match Regex.compile ~case_insensitive:!case_insensitive pattern with
      | exception Syntax { message; position; _ } ->
          Printf.eprintf "%s\n%s^ %s\n" pattern
            (String.make (position.column - 1) ' ')
            message;
          exit 2
      | regex ->
          let file path =
            let text = read path in
            match !template with
            | None -> print path text !limit (Regex.matches regex text)
            | Some template -> print_string (Regex.replace regex text ~template)
          in
          List.iter file files)
