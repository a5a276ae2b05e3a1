(* Domains of OCaml 5: functions called from several at once, one that ends, roots that cross. *)

open Check

external roots : string array -> string list = "bactrian_suite_threads_roots"
external domains : (unit -> int) -> int array = "bactrian_suite_threads_domains"
external sum : (int -> int) -> int -> int -> int = "bactrian_suite_threads_sum"
external refused : unit -> unit = "bactrian_suite_threads_refused"
external joined_with_the_runtime : (int -> int) -> string array
  = "bactrian_suite_threads_joined_with_the_runtime"
external panic : int -> unit = "bactrian_suite_threads_panic"
external echo : (string * int) array -> (string * int) array = "bactrian_suite_echo_array_pair"

external fold : (string -> int -> string) -> (int[@untagged]) -> string
  = "bactrian_suite_fold_bytecode" "bactrian_suite_fold"


let self () = (Domain.self () :> int)

(* What each domain does, and says about itself. *)
let work seed () =
  let results = ref [] in
  let add name ok = results := (name, ok) :: !results in
  let pairs = Array.init 50 (fun i -> (string_of_int (seed + i), i)) in
  for i = 1 to 20 do
    add "arguments and results" (echo pairs = pairs);
    add "callbacks" (fold (fun text i -> Gc.minor (); text ^ string_of_int i) 5 = "01234");
    let texts = Array.init 4 (fun n -> Printf.sprintf "%d.%d" seed n) in
    let back = List.sort compare (roots texts) in
    add "roots" (back = [ texts.(0) ^ "!"; texts.(2) ^ "!" ]);
    add "threads" (sum (fun n -> ignore (List.init 100 string_of_int); n * i) 2 2 = 6 * i);
    refused ();
    (match panic 0 with
    | () -> add "a panic" false
    | exception Failure text -> add "a panic" (text = "detached"));
    let me = self () in
    (* Rust threads belong to domain 0; a thread that attaches again stays in its domain. *)
    add "domains" (domains self = [| me; me; 0 |])
  done;
  !results

let tell results = List.iter (fun (name, ok) -> check name ok) results

let () =
  for round = 1 to 3 do
    let others = List.init 3 (fun i -> Domain.spawn (work ((100 * round) + i))) in
    tell (work round ());
    List.iter (fun other -> tell (Domain.join other)) others;
    Gc.full_major ()
  done

(* A domain that has ended leaves nothing behind that others would wait for. *)
let () =
  for i = 1 to 20 do
    let texts = Domain.join (Domain.spawn (fun () -> roots [| string_of_int i |])) in
    same "of a domain that has ended" [ string_of_int i ^ "!" ] texts
  done

(* With the runtime held, domain 0's: in another domain the thread gets it. *)
let () =
  same "joined with the runtime of domain 0" [| "Err(Busy)"; "Err(Busy)" |] (joined_with_the_runtime succ)

let () = finish ()
