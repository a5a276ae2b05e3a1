(* Ten million elements, there and back. *)

open Check

external echo_list : int list -> int list = "bactrian_suite_long_list"
external echo_array : int array -> int array = "bactrian_suite_echo_array"
external echo_floats : float array -> float array = "bactrian_suite_echo_array_f64"

let () =
  let rec numbers n list = if n = 0 then list else numbers (n - 1) (n :: list) in
  let list = numbers 10_000_000 [] in
  same "a list of 10^7" list (echo_list list);
  let array = Array.init 10_000_000 (fun n -> -n) in
  same "an array of 10^7" array (echo_array array);
  let floats = Array.init 10_000_000 float_of_int in
  same "a float array of 10^7" floats (echo_floats floats)

let () = finish ()
