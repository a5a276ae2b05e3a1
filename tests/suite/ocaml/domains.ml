(* Domains of OCaml 5: functions called from several at once, one that ends, roots that cross. *)

open Check

external roots : string array -> string list = "bactrian_suite_threads_roots"
external domains : (unit -> int) -> int array = "bactrian_suite_threads_domains"
external sum : (int -> int) -> int -> int -> int = "bactrian_suite_threads_sum"
external refused : unit -> unit = "bactrian_suite_threads_refused"
external joined_with_the_runtime : (int -> int) -> string array
  = "bactrian_suite_threads_joined_with_the_runtime"
external lend : (unit -> int) -> string array = "bactrian_suite_threads_lend"
external lend_later : (unit -> int) -> string array = "bactrian_suite_threads_lend_later"
external lend_pool : (int -> int) -> string = "bactrian_suite_threads_lend_pool"
external lend_panics : (unit -> int) -> string array = "bactrian_suite_threads_lend_panics"
external leave_reader : unit -> unit = "bactrian_suite_threads_leave_reader"
external ask_reader : (unit -> unit) -> string = "bactrian_suite_threads_ask_reader"
external panic : int -> unit = "bactrian_suite_threads_panic"
external echo : (string * int) array -> (string * int) array = "bactrian_suite_echo_array_pair"

external fold : (string -> int -> string) -> (int[@untagged]) -> string
  = "bactrian_suite_fold_bytecode" "bactrian_suite_fold"


(* First of all: before there is any root. What is left of a domain's thread does not have the runtime, though
   it still has the state of the domain, which may be a new one's by then. *)
let () =
  Domain.join (Domain.spawn leave_reader);
  text "after the end of a domain" "an OCaml exception" (ask_reader (fun () -> raise Not_found))

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

(* Domains lent to Rust threads: from OCaml 5.5 on, but for domain 0. *)
let has_choice = Scanf.sscanf Sys.ocaml_version "%d.%d" (fun major minor -> (major, minor) >= (5, 5))

let collect_and_tell () =
  ignore (Sys.opaque_identity (List.init 50 string_of_int));
  Gc.minor ();
  self ()

(* All of this is said by the domain itself. *)
let lends () =
  let me = self () in
  let mine = string_of_int me in
  let new_thread = if has_choice || me = 0 then mine else "NoChoice" in
  let results = ref [] in
  let add name ok = results := (name, ok) :: !results in
  for _ = 1 to 5 do
    add "lent to threads" (lend collect_and_tell = [| mine; new_thread; new_thread; new_thread |]);
    let from_zero = if me = 0 then "0" else "OtherDomain" in
    let back = if me = 0 then "0" else if has_choice then "OtherDomain" else "0" in
    add "stays in the first one" (lend_later collect_and_tell = [| "0"; from_zero; new_thread; back |]);
    let panic = if new_thread = mine then "lent" else "NoChoice" in
    add "panics" (lend_panics collect_and_tell = [| panic; mine |])
  done;
  !results

let () =
  tell (lends ());
  for _ = 1 to 5 do
    let others = List.init 3 (fun _ -> Domain.spawn lends) in
    List.iter (fun other -> tell (Domain.join other)) others
  done;
  (* With domain 0 at the same time, and threads of OCaml's, which attach in their own domain. *)
  let in_threads () =
    let results = ref [] in
    let run () = results := lends () @ !results in
    let thread = Thread.create run () in
    Thread.join thread;
    !results
  in
  let other = Domain.spawn in_threads in
  tell (lends ());
  tell (Domain.join other)

(* Rust threads that go on when the domain that was lent to them has ended: it does not wait for them. *)
let () =
  let sum n = ignore (collect_and_tell ()); n in
  let in_domain () = Domain.join (Domain.spawn (fun () -> lend_pool sum)) in
  same "a pool" (if has_choice then "4950" else "NoChoice") (in_domain ());
  same "the pool in another domain" (if has_choice then "OtherDomain" else "NoChoice") (in_domain ());
  same "the pool in domain 0" (if has_choice then "OtherDomain" else "4950") (lend_pool sum)

(* What is lent runs beside domain 0, which meanwhile keeps its runtime. *)
let () =
  if has_choice then (
    let count = Atomic.make 0 in
    let step () = Atomic.incr count; self () in
    let other = Domain.spawn (fun () -> lend step) in
    while Atomic.get count < 6 do Domain.cpu_relax () done;
    check "beside domain 0" (Array.length (Domain.join other) = 4))
  else check "beside domain 0" true

let () = finish ()
