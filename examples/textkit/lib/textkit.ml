exception Unreadable of { path : string; reason : string }
exception Not_utf8 of { path : string; line : int; byte : int }
exception Bad_query of { position : int; message : string }
exception Empty_query

type stats = {
  lines : int;
  words : int;
  distinct_words : int;
  sentences : int;
  words_per_sentence : float;
  longest_word : string option;
}

type place = { line : int; column : int; context : string }

type hit =
  | Word of place * string
  | Phrase of { at : place; text : string }
  | Pattern of { at : place; text : string; groups : string option array }
  | More

external load : string -> string = "textkit_load"
external stats : string -> stats = "textkit_stats"
external frequencies : string -> (string * int) list = "textkit_frequencies"

external search : string -> (int[@untagged]) -> string -> hit list
  = "textkit_search_bytecode" "textkit_search"

external width : string -> (int[@untagged])
  = "textkit_width_bytecode" "textkit_width"

let () =
  let register name exn = Callback.register_exception ("textkit." ^ name) exn in
  register "Unreadable" (Unreadable { path = ""; reason = "" });
  register "Not_utf8" (Not_utf8 { path = ""; line = 0; byte = 0 });
  register "Bad_query" (Bad_query { position = 0; message = "" });
  register "Empty_query" Empty_query
