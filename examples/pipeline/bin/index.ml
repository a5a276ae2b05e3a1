type t = (string * string, int ref) Hashtbl.t

let create () = Hashtbl.create 10_000

let add t pair n =
  match Hashtbl.find_opt t pair with
  | Some count -> count := !count + n
  | None -> Hashtbl.add t pair (ref n)

(* How many words on each one's right are its neighbours. *)
let reach = 4

let add_words t words =
  let last = Array.length words - 1 in
  for i = 0 to last do
    for j = i + 1 to min last (i + reach) do
      let a = words.(i) and b = words.(j) in
      let order = String.compare a b in
      if order <> 0 then add t (if order < 0 then (a, b) else (b, a)) 1
    done
  done

let add_counts t = Array.iter (fun (a, b, n) -> add t (a, b) n)
let merge t other = Hashtbl.iter (fun pair count -> add t pair !count) other
let size = Hashtbl.length

let equal a b =
  let agrees pair count =
    match Hashtbl.find_opt b pair with
    | Some other -> !other = !count
    | None -> false
  in
  size a = size b && Hashtbl.fold (fun pair n so_far -> so_far && agrees pair n) a true

let most_frequent t n =
  let all = Hashtbl.fold (fun (a, b) count list -> (a, b, !count) :: list) t [] in
  let order (a, b, m) (a', b', n) = compare (n, a, b) (m, a', b') in
  List.filteri (fun i _ -> i < n) (List.sort order all)
