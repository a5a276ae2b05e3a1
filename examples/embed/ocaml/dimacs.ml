open Satisfy

type token = { text : string; line : int; column : int }

let fail { line; column; _ } fmt =
  Printf.ksprintf (fun message -> raise (Syntax { line; column; message })) fmt

let is_blank c = c = ' ' || c = '\t' || c = '\r'

(* The words of a line, in front of those of the lines before. *)
let add_words line text words =
  let length = String.length text in
  let rec blank at words =
    if at >= length then words
    else if is_blank text.[at] then blank (at + 1) words
    else word at at words
  and word start at words =
    if at < length && not (is_blank text.[at]) then word start (at + 1) words
    else
      let text = String.sub text start (at - start) in
      blank at ({ text; line; column = start + 1 } :: words)
  in
  blank 0 words

(* The words that are not comments. A line that begins with % ends some files. *)
let words text =
  let rec lines number words = function
    | [] -> words
    | line :: _ when line <> "" && line.[0] = '%' -> words
    | line :: rest when line <> "" && line.[0] = 'c' ->
        lines (number + 1) words rest
    | line :: rest -> lines (number + 1) (add_words number line words) rest
  in
  List.rev (lines 1 [] (String.split_on_char '\n' text))

let natural word =
  match int_of_string_opt word.text with
  | Some n when n >= 0 -> n
  | _ -> fail word "expected a number, found %S" word.text

let parse text =
  let variables, declared, rest =
    match words text with
    | { text = "p"; _ } :: { text = "cnf"; _ } :: variables :: clauses :: rest
      ->
        (natural variables, natural clauses, rest)
    | word :: _ ->
        fail word "expected the header \"p cnf VARIABLES CLAUSES\""
    | [] ->
        fail { text = ""; line = 1; column = 1 } "there is nothing in it"
  in
  let literal word =
    match int_of_string_opt word.text with
    | None -> fail word "expected a literal, found %S" word.text
    | Some n when abs n > variables ->
        fail word "literal %d, but there are %d variables" n variables
    | Some n -> n
  in
  let rec clauses found count clause = function
    | [] when clause <> [] ->
        let last = List.nth rest (List.length rest - 1) in
        fail last "the last clause does not end in 0"
    | [] -> List.rev found
    | word :: rest -> (
        match literal word with
        | 0 when count = declared ->
            fail word "clause %d, but the header says %d" (count + 1) declared
        | 0 ->
            let clause = Array.of_list (List.rev clause) in
            clauses (clause :: found) (count + 1) [] rest
        | n -> clauses found count (n :: clause) rest)
  in
  { variables; clauses = Array.of_list (clauses [] 0 [] rest) }
