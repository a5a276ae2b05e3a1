let rec project_root dir =
  if Sys.file_exists (Filename.concat dir ".git") then Some dir
  else
    let parent = Filename.dirname dir in
    if parent = dir then None else project_root parent

let is_directory path = Sys.file_exists path && Sys.is_directory path
let skipped name = name.[0] = '.' || name.[0] = '_' || name = "target"

let entries dir =
  match Sys.readdir dir with
  | exception Sys_error _ -> []
  | entries ->
      Array.sort compare entries;
      List.filter (fun name -> not (skipped name)) (Array.to_list entries)

let markdown () =
  let here = Sys.getcwd () in
  let root = Option.value (project_root here) ~default:here in
  let rec under dir =
    let file name =
      let file = if dir = "" then name else Filename.concat dir name in
      let path = Filename.concat root file in
      if is_directory path then under file
      else if Filename.check_suffix name ".md" then [ (file, path) ]
      else []
    in
    List.concat_map file (entries (Filename.concat root dir))
  in
  under ""
