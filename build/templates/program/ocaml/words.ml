module Words = Map.Make (String)

let count text =
  let add counts word =
    let so_far = try Words.find word counts with Not_found -> 0 in
    Words.add word (so_far + 1) counts
  in
  String.split_on_char ' ' text
  |> List.filter (fun word -> word <> "")
  |> List.fold_left add Words.empty
  |> Words.bindings
  |> List.stable_sort (fun (_, a) (_, b) -> compare b a)
