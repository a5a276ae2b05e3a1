let is_text name =
  List.exists (Filename.check_suffix name) [ ".md"; ".ml"; ".mli"; ".rs"; ".sh"; ".c"; ".h" ]

let is_skipped name = name.[0] = '.' || name.[0] = '_' || name = "target"

let rec texts path =
  if not (Sys.is_directory path) then [ path ]
  else
    let inside name =
      let path = Filename.concat path name in
      if is_skipped name then []
      else if Sys.is_directory path then texts path
      else if is_text name then [ path ]
      else []
    in
    let names = Array.to_list (Sys.readdir path) in
    List.concat_map inside (List.sort compare names)
