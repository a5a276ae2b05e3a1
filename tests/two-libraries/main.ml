(* Both libraries at once: each has its own copy of everything Rust. *)

let message f =
  match f "" with
  | (_ : int) -> "no panic"
  | exception Rust_one.Bactrian.Panic m -> "one panics: " ^ m
  | exception Rust_two.Bactrian.Panic m -> "two panics: " ^ m

let () =
  for i = 1 to 1000 do
    ignore (message Rust_one.length);
    if i mod 2 = 0 then ignore (message Rust_two.length)
  done;
  print_endline (message Rust_one.length);
  print_endline (message Rust_two.length);
  print_endline (Rust_one.caught ());
  print_endline (Rust_two.caught ());
  let show (all, here) = Printf.printf "%d calls, %d on this thread\n" all here in
  show (Rust_one.calls ());
  show (Rust_two.calls ());
  Array.iter print_endline (Rust_one.table ());
  Array.iter print_endline (Rust_two.table ());
  Printf.printf "started %d and %d times\n" (Rust_one.started ()) (Rust_two.started ());
  (* Both keep a value alive, and both are asked when the collector moves it. *)
  Rust_one.keep (String.make 3 'a');
  Rust_two.keep (String.make 3 'b');
  Gc.full_major ();
  Gc.compact ();
  let kept = function Some text -> text | None -> "lost" in
  print_endline (kept (Rust_one.kept ()));
  print_endline (kept (Rust_two.kept ()));
  (* Closures of both, through functions of OCaml's that any of them has registered. *)
  let f = Rust_one.closure 1 and g = Rust_two.closure 2 in
  Gc.full_major ();
  print_endline (f 3);
  print_endline (g 4);
  List.iter
    (fun f ->
      match f (-1) with
      | text -> print_endline text
      | exception Rust_one.Bactrian.Panic m -> print_endline ("one panics: " ^ m)
      | exception Rust_two.Bactrian.Panic m -> print_endline ("two panics: " ^ m))
    [ f; g ]
