open Regexkit

let check what right = if not right then failwith ("wrong: " ^ what)

let refuses what expected f =
  match f () with
  | _ -> failwith (what ^ " is not refused")
  | exception Invalid_argument message ->
      if message <> expected then failwith (what ^ ": " ^ message)

let texts found = List.map (fun found -> found.text) (List.of_seq found)

(* Patterns from another program, before this one has written any *)

let patterns = List.map (Regex.compile ~dot_all:true) [ "a.b"; "é" ]

let () =
  match Sys.argv with
  | [| _; "read"; path |] ->
      Regex.register ();
      let channel = open_in_bin path in
      check "read" (Marshal.from_channel channel = patterns);
      close_in channel;
      exit 0
  | _ -> ()

let () =
  let number = Regex.compile "[0-9]+" in
  check "is_match" (Regex.is_match number "a1" && not (Regex.is_match number "a"));
  (* Offsets are of bytes: é has two. *)
  check "find" (Regex.find number "é 12 3" = Some { start = 3; stop = 5; text = "12" });
  check "find none" (Regex.find number "" = None);
  check "matches" (texts (Regex.matches number "1 22 x333") = [ "1"; "22"; "333" ]);
  check "count" (Regex.count number "1 22 x333" = 3);
  check "split" (Regex.split number "a1b22c" = [ "a"; "b"; "c" ]);
  check "template" (Regex.replace number "1 22" ~template:"<$0>" = "<1> <22>");
  check "escape" (Regex.is_match (Regex.compile (escape "1+1")) "1+1");
  let starts text = List.map (fun m -> m.start) (List.of_seq text) in
  let any = Regex.compile "b*" in
  check "empty matches" (starts (Regex.matches any "abé") = [ 0; 1; 4 ]);
  check "as many" (Regex.count any "abé" = 3)

let () =
  let date = Regex.compile {|(?P<year>\d{4})-(?P<month>\d\d)(-(?P<day>\d\d))?|} in
  check "names" (Regex.group_names date = [ "year"; "month"; "day" ]);
  match Regex.captures date "on 2024-05" with
  | None -> failwith "no captures"
  | Some { whole; groups; named } ->
      check "whole" (whole = { start = 3; stop = 10; text = "2024-05" });
      check "groups" (Array.map (Option.map (fun m -> m.start)) groups = [| Some 3; Some 8; None; None |]);
      let named = List.map (fun (name, m) -> (name, m.text)) named in
      check "named" (named = [ ("month", "05"); ("year", "2024") ])

let () =
  let matches ?case_insensitive ?multi_line ?dot_all ?verbose pattern text =
    let options = Regex.compile ?case_insensitive ?multi_line ?dot_all ?verbose in
    Regex.is_match (options pattern) text
  in
  check "case" (matches ~case_insensitive:true "É" "é" && not (matches "É" "é"));
  check "lines" (matches ~multi_line:true "^b" "a\nb" && not (matches "^b" "a\nb"));
  check "dot" (matches ~dot_all:true "a.b" "a\nb" && not (matches "a.b" "a\nb"));
  check "verbose" (matches ~verbose:true "a b # c" "ab")

(* Mistakes *)

let () =
  (match Regex.compile ~verbose:true "(?P<é>.)\n  é [z-a]" with
  | _ -> failwith "a mistake is not seen"
  | exception (Syntax { pattern; message; position; until } as e) ->
      check "pattern" (pattern = "(?P<é>.)\n  é [z-a]");
      check "position" (position = { offset = 16; line = 2; column = 6 });
      check "until" (until = { offset = 19; line = 2; column = 9 });
      check "at" (String.sub pattern position.offset 3 = "z-a");
      check "message" (String.length message > 0);
      let shown = Printexc.to_string e in
      check shown (Regex.is_match (Regex.compile "line 2, column 6: invalid.*range") shown));
  (match Regex.compile {|\pX|} with
  | _ -> failwith "a class that is none is not seen"
  | exception Syntax { position = { offset; line; column }; _ } ->
      check "class" ((offset, line, column) = (0, 1, 1)));
  match Regex.compile {|(\w{1000}){1000}|} with
  | _ -> failwith "a large pattern is not refused"
  | exception Too_big { limit; _ } -> check "limit" (limit > 0)

(* A sequence of matches is lazy: of a million, three are searched for. *)
let () =
  let text = String.concat " " (List.init 1_000_000 (fun _ -> "x")) in
  let before = (Counters.read ()).searches in
  let rec take n seq =
    if n > 0 then
      match seq () with
      | Seq.Nil -> failwith "no more matches"
      | Seq.Cons (_, rest) -> take (n - 1) rest
  in
  let regex = Regex.compile "x" in
  take 3 (Regex.matches regex text);
  check "three searches" ((Counters.read ()).searches - before = 3);
  let seq = Regex.matches regex text in
  ignore (seq ());
  refuses "the same part again"
    "this part of the sequence has been asked for before: the Rust iterator has gone on; \
     Seq.memoize makes a sequence that can be gone through again" (fun () -> seq ())

(* Replacement by a function of OCaml's *)

exception Own of int

let () =
  let word = Regex.compile {|\w+|} in
  let capitalized found =
    (* Whatever OCaml does meanwhile, and with the same pattern. *)
    Gc.full_major ();
    check "inside" (Regex.count word found.text = 1);
    String.capitalize_ascii found.text
  in
  check "replace_all"
    (Regex.replace_all word "the bactrian, a camel" ~f:capitalized
    = "The Bactrian, A Camel");
  let calls = ref 0 in
  let own = Own 3 in
  let f _ =
    incr calls;
    if !calls = 2 then raise own else ""
  in
  match Regex.replace_all word "a b c" ~f with
  | _ -> failwith "the exception is lost"
  | exception e -> check "the same exception" (e == own && !calls = 2)

(* Patterns as values *)

let () =
  let a = Regex.compile "a" and i = Regex.compile ~case_insensitive:true "a" in
  check "equal" (Regex.compile "a" = a && a <> i && compare a (Regex.compile "b") < 0);
  let table = Hashtbl.create 1 in
  Hashtbl.replace table a "found";
  check "hash" (Hashtbl.find_opt table (Regex.compile "a") = Some "found");
  check "another" (Hashtbl.find_opt table i = None);
  let copy : Regex.t = Marshal.from_string (Marshal.to_string i []) 0 in
  check "marshal" (copy = i && Regex.is_match copy "A" && Regex.pattern copy = "a")

(* Patterns that nobody has are dropped. *)
let () =
  let collect () = Gc.full_major (); Gc.full_major () in
  collect ();
  let before = (Counters.read ()).alive in
  let[@inline never] hundred () =
    let all = List.init 100 (fun i -> Regex.compile (string_of_int i)) in
    collect ();
    check "alive" ((Counters.read ()).alive >= before + 100);
    check "kept" (List.for_all2 Regex.is_match all (List.init 100 string_of_int))
  in
  hundred ();
  (* The sequence keeps what it needs, but not the handle. *)
  let seq = Regex.matches (Regex.compile "b") "a b" in
  collect ();
  check "seq" (texts seq = [ "b" ]);
  check "dropped" ((Counters.read ()).alive <= before + 1)

(* What is no text, and what is no pattern *)
let () =
  let regex = Regex.compile "a" in
  refuses "what is not UTF-8"
    "argument `text`: expected a UTF-8 string, got the string \"a\\255\", which is not UTF-8 at byte 1"
    (fun () -> Regex.find regex "a\xff");
  refuses "what is no pattern" {|argument `this`: expected a Regex, got the string "a"|}
    (fun () -> Regex.is_match (Obj.magic "a") "a")

let () =
  match Sys.argv with
  | [| _; "write" |] ->
      set_binary_mode_out stdout true;
      Marshal.to_channel stdout patterns []
  | _ -> print_endline "regexkit works"
