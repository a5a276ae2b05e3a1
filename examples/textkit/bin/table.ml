type alignment = Left | Right

let pad alignment width text =
  let spaces = String.make (max 0 (width - Textkit.width text)) ' ' in
  match alignment with Left -> text ^ spaces | Right -> spaces ^ text

let repeat n text = String.concat "" (List.init n (fun _ -> text))

let rstrip text =
  let rec stop n = if n > 0 && text.[n - 1] = ' ' then stop (n - 1) else n in
  String.sub text 0 (stop (String.length text))

let print ~columns ~footer rows =
  let titles = List.map snd columns in
  let widest widths row =
    List.map2 (fun width cell -> max width (Textkit.width cell)) widths row
  in
  let none = List.map (fun _ -> 0) columns in
  let widths = List.fold_left widest none ((titles :: rows) @ footer) in
  let line cells = print_endline (rstrip (String.concat "  " cells)) in
  let row cells =
    line
      (List.map2
         (fun (alignment, _) (width, cell) -> pad alignment width cell)
         columns
         (List.combine widths cells))
  in
  let rule () = line (List.map (fun width -> repeat width "─") widths) in
  row titles;
  rule ();
  List.iter row rows;
  if footer <> [] then (
    rule ();
    List.iter row footer)
