let rec project_root dir =
  let parent = Filename.concat dir Filename.parent_dir_name in
  if Sys.file_exists (Filename.concat dir ".git") then Some dir
  else if
    (* Nested deeper than this, there is no project: [/..] is [/]. *)
    String.length dir > 200 || not (Sys.file_exists parent)
  then None
  else project_root parent

let skipped name =
  match name.[0] with '.' | '_' -> true | _ -> name = "target"

let markdown () =
  let root =
    Option.value (project_root Filename.current_dir_name)
      ~default:Filename.current_dir_name
  in
  let rec under dir =
    let entries = Sys.readdir (Filename.concat root dir) in
    Array.sort compare entries;
    let entries = List.filter (fun e -> not (skipped e)) (Array.to_list entries) in
    List.concat_map
      (fun entry ->
        let name = if dir = "" then entry else Filename.concat dir entry in
        if Sys.is_directory (Filename.concat root name) then under name
        else if Filename.check_suffix name ".md" then [ name ]
        else [])
      entries
  in
  List.map (fun name -> (name, Filename.concat root name)) (under "")
