let is_of_a_word = function
  | 'a' .. 'z' | 'A' .. 'Z' | '0' .. '9' | '\128' .. '\255' -> true
  | _ -> false

let words text =
  let length = String.length text in
  let rec stop at = if at < length && is_of_a_word text.[at] then stop (at + 1) else at in
  let rec from at found =
    if at >= length then Array.of_list (List.rev found)
    else
      let stop = stop at in
      if stop = at then from (at + 1) found
      else
        from stop (String.lowercase_ascii (String.sub text at (stop - at)) :: found)
  in
  from 0 []

let read path =
  let channel = open_in_bin path in
  Fun.protect
    ~finally:(fun () -> close_in_noerr channel)
    (fun () -> really_input_string channel (in_channel_length channel))
