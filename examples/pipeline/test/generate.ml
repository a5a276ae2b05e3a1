(* Writes texts, always the same: words by a simple generator, in files of unlike sizes. *)

let state = ref 42

let below n =
  state := ((!state * 1103515245) + 12345) land 0x3fffffff;
  !state lsr 8 mod n

let write file f =
  let channel = open_out_bin file in
  f channel;
  close_out channel

let () =
  for file = 1 to 6 do
    write (Printf.sprintf "text%d.md" file) (fun channel ->
        for i = 1 to file * file * 500 do
          let stops = if i mod 12 = 0 then ".\n" else " " in
          Printf.fprintf channel "W%dé%s" (below (10 + below 200)) stops
        done)
  done;
  write "wrong.md" (fun channel -> output_string channel "no UTF-8: \255\n")
