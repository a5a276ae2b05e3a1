open Neighbours

let usage = "main.exe [OPTIONS] [FILE OR DIRECTORY]...\n"

(* OCaml's workers: Rust reads the file while other threads of the domain go on; OCaml counts. *)
let work queue =
  let index = Index.create () in
  let rec go done_ =
    match Queue.take queue with
    | None -> (index, done_)
    | Some path ->
        Index.add_words index (load path);
        Queue.finish queue;
        go (done_ + 1)
  in
  go 0

(* Rust's workers read and count; they give OCaml what they have counted. They are threads of this domain,
   which may be switched while they are in here. *)
let receiver index =
  let mutex = Mutex.create () in
  fun counts ->
    Mutex.lock mutex;
    Fun.protect
      ~finally:(fun () -> Mutex.unlock mutex)
      (fun () -> Index.add_counts index counts)

let progress is_shown done_ all =
  if is_shown then Printf.eprintf "\r%3d of %d files%!" done_ all

let together ~ocaml_workers ~rust_workers ~is_shown files =
  let index = Index.create () in
  let queue = Queue.create (Array.of_list files) in
  let crew = Crew.start queue rust_workers (receiver index) in
  let workers = List.init ocaml_workers (fun _ -> Worker.start (fun () -> work queue)) in
  Crew.wait crew (progress is_shown);
  let parts = List.map Worker.result workers in
  let done_, all = Queue.state queue in
  progress is_shown done_ all;
  if is_shown then prerr_newline ();
  List.iter (fun (part, _) -> Index.merge index part) parts;
  (index, Crew.files crew, List.fold_left (fun sum (_, n) -> sum + n) 0 parts)

(* The same by OCaml alone, one file after the other. *)
let alone files =
  let index = Index.create () in
  List.iter (fun path -> Index.add_words index (Text.words (Text.read path))) files;
  index

let () =
  let ocaml_workers = ref 2 and rust_workers = ref 2 and top = ref 5 in
  let check = ref false and quiet = ref false and paths = ref [] in
  let options =
    [
      ("--ocaml", Arg.Set_int ocaml_workers, "N workers in OCaml (2)");
      ("--rust", Arg.Set_int rust_workers, "N workers in Rust (2)");
      ("--top", Arg.Set_int top, "N show the N pairs that are most frequent (5)");
      ("--check", Arg.Set check, " compare with what OCaml finds alone");
      ("--quiet", Arg.Set quiet, " show no progress");
    ]
  in
  Arg.parse (Arg.align options) (fun path -> paths := path :: !paths) usage;
  let paths = if !paths = [] then [ "." ] else List.rev !paths in
  match
    let files = List.concat_map Files.texts paths in
    let index, by_rust, by_ocaml =
      together ~ocaml_workers:!ocaml_workers ~rust_workers:!rust_workers
        ~is_shown:(not !quiet) files
    in
    if not !quiet then
      Printf.eprintf "%d files by Rust threads, %d by OCaml %s\n%!" by_rust by_ocaml Worker.kind;
    let line (a, b, n) = Printf.printf "%7d  %s %s\n" n a b in
    List.iter line (Index.most_frequent index !top);
    if by_rust + by_ocaml <> List.length files then failwith "a file is missing";
    if !check then
      if Index.equal index (alone files) then
        Printf.printf "the same as by OCaml alone: %d pairs\n" (Index.size index)
      else failwith "not the same as by OCaml alone"
  with
  | () -> ()
  | exception (Unreadable _ as exn) ->
      prerr_endline (Printexc.to_string exn);
      exit 2
  | exception (Sys_error message | Failure message) ->
      prerr_endline message;
      exit 1
