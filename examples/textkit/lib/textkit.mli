(** Statistics and search for texts, done in Rust.

    Texts are UTF-8. A function that is given anything else raises
    [Invalid_argument] with the position of the first wrong byte. *)

(** {1 Files} *)

exception Unreadable of { path : string; reason : string }
(** A file that cannot be read. *)

exception Not_utf8 of { path : string; line : int; byte : int }
(** A file whose bytes are not all UTF-8, and where the first is that is not.
    Lines, and bytes of a line, count from 1. *)

val load : string -> string
(** [load path] is the text of a file.

    @raise Unreadable when there is none, or it cannot be read.
    @raise Not_utf8 when it is not a text. *)

(** {1 Counting} *)

type stats = {
  lines : int;
  words : int;
  distinct_words : int;  (** Whatever the case. *)
  sentences : int;
  words_per_sentence : float;  (** [nan] when there is no sentence. *)
  longest_word : string option;  (** The first of several. *)
}

val stats : string -> stats
(** Counts by the rules of Unicode's text segmentation. *)

val frequencies : string -> (string * int) list
(** How often each word occurs, in lower case, by the alphabet. *)

(** {1 Searching} *)

type place = {
  line : int;  (** From 1. *)
  column : int;  (** From 1, in characters as the reader sees them. *)
  context : string;  (** The whole line. *)
}

(** A match, or that there are more. *)
type hit =
  | Word of place * string
  | Phrase of { at : place; text : string }
  | Pattern of { at : place; text : string; groups : string option array }
      (** A group that took no part in the match is [None]. *)
  | More  (** There are more, which the limit cuts off. *)

exception Bad_query of { position : int; message : string }
(** A mistake in a query, [position] bytes after its beginning. *)

exception Empty_query
(** A query without a term. *)

val search : string -> int -> string -> hit list
(** [search query limit text] lists the matches in the order of the text, no
    more than [limit].

    A query is made of terms between spaces, of which any may match:
    - [word]: the word, whatever the case;
    - ["several words"]: them in a row, whatever the case and the spaces;
    - [/regex/]: the regular expression.

    @raise Bad_query when the query has a mistake.
    @raise Empty_query when it has no term. *)

(** {1 Printing} *)

val width : string -> int
(** How many columns a text takes on a terminal. *)
