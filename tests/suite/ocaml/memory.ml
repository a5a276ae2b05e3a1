(* No memory for a result: [Out_of_memory], with every local dropped. Run with little memory. *)

open Check

external huge_bytes : int -> (bytes, string) result = "bactrian_suite_huge_bytes"
external huge_floats : int -> (float array, string) result = "bactrian_suite_huge_floats"
external huge_ints : int -> (int array, string) result = "bactrian_suite_huge_ints"
external huge_array : int -> (string * int array, string) result = "bactrian_suite_huge_array"
external alive : unit -> (int[@untagged]) = "bactrian_suite_alive_bytecode" "bactrian_suite_alive"

let () =
  (* More than half of what the driver allows. *)
  let size = 900 * 1024 * 1024 in
  for _ = 1 to 3 do
    raises "bytes" Out_of_memory (fun () -> huge_bytes size);
    raises "a float array" Out_of_memory (fun () -> huge_floats size);
    raises "an int array" Out_of_memory (fun () -> huge_ints size);
    raises "an array beside a string" Out_of_memory (fun () -> huge_array size);
    same "all locals are dropped" 0 (alive ());
    Gc.full_major ()
  done;
  same "what fits is returned still" (Ok (Bytes.make 1000 '\000')) (huge_bytes 1000);
  same "floats" (Ok [| 0.; 0. |]) (huge_floats 16);
  same "ints" (Ok [| 0; 0 |]) (huge_ints 16);
  same "an array beside a string" (Ok ("beside", [| 0; 0 |])) (huge_array 16)

(* ---- what is outside the heap: the collector keeps pace ---- *)

type bytes_array = (int, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Genarray.t

external zeros : int array -> bytes_array = "bactrian_suite_ba_zeros"

let () =
  let last = ref (zeros [| 1 |]) in
  for _ = 1 to 5000 do
    last := zeros [| 1024; 1024 |];
    Bigarray.Genarray.set !last [| 1023; 1023 |] 7
  done;
  same "5000 bigarrays of a megabyte" 7 (Bigarray.Genarray.get !last [| 1023; 1023 |])

let () = finish ()
