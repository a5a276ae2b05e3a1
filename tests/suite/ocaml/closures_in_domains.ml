(* One Rust closure, and several domains of OCaml 5. *)

open Check

type int_fun = int -> int
type unit_fun = unit -> int
type reenter_fun = (unit -> int) -> int
type once_fun = int -> string

external apply1 : Obj.t -> 'a -> 'r = "bactrian2_apply1"
external register : Obj.t array -> unit = "bactrian2_register_functions"

let[@inline never] functions f =
  [|
    Obj.repr (fun a ->
        let r = apply1 f a in
        if Obj.repr r == f then Obj.magic 0 else r);
  |]
let () = register (functions (Sys.opaque_identity (Obj.repr 0xbac7)))

external alive : unit -> int * int = "bactrian_suite_closures_alive"
external shared : int -> int_fun = "bactrian_suite_closure_shared"
external counter : int -> unit_fun = "bactrian_suite_closure_counter"
external reenter : unit -> reenter_fun = "bactrian_suite_closure_reenter"
external once : string -> once_fun = "bactrian_suite_closure_once"
external many : int -> int_fun array = "bactrian_suite_closures_many"

let domains = 4

(* In this domain too. *)
let everywhere f =
  let others = List.init (domains - 1) (fun i -> Domain.spawn (fun () -> f (i + 1))) in
  let own = f 0 in
  own :: List.map Domain.join others

let wait_until condition =
  while not (condition ()) do
    Domain.cpu_relax ()
  done

(* All are at the same place. *)
let barrier () =
  let arrived = Atomic.make 0 in
  fun () ->
    let n = Atomic.fetch_and_add arrived 1 in
    let all = (n / domains + 1) * domains in
    wait_until (fun () -> Atomic.get arrived >= all)

let full () =
  for _ = 1 to 3 do
    Gc.full_major ()
  done

let sum = List.fold_left ( + ) 0

(* Runs [f], and says how many closures were made and are gone. *)
let balanced name made f =
  full ();
  let before, dropped_before = alive () in
  (Sys.opaque_identity f) ();
  full ();
  let after, dropped = alive () in
  same (name ^ ": none is left") before after;
  same (name ^ ": each was dropped once") made (dropped - dropped_before)

(* Fn: at once. *)
let () =
  balanced "Fn" 1 (fun () ->
      let f = shared 100 in
      same "Fn: in parallel" (List.init domains (fun _ -> 100 + domains))
        (everywhere (fun _ -> f domains));
      let rounds = 2000 in
      let work i =
        let total = ref 0 in
        for round = 1 to rounds do
          if round mod 500 = i then Gc.minor ();
          total := !total + f 0
        done;
        !total
      in
      same "Fn: many calls" (domains * rounds * (100 + domains)) (sum (everywhere work)))

(* FnMut: one at a time, others are refused. *)

let in_use =
  Invalid_argument
    "the Rust closure is in use: it changes what it holds, so it cannot be called while it runs"

let () =
  let f = reenter () in
  let inside = Atomic.make false and refused = Atomic.make 0 in
  let work = function
    | 0 ->
        f (fun () ->
            Atomic.set inside true;
            wait_until (fun () -> Atomic.get refused = domains - 1);
            Gc.full_major ();
            0)
    | _ ->
        wait_until (fun () -> Atomic.get inside);
        let result = match f (fun () -> 0) with n -> n | exception e when e = in_use -> -1 in
        Atomic.incr refused;
        result
  in
  same "FnMut: others are refused" [ 1; -1; -1; -1 ] (everywhere work);
  same "FnMut: afterwards" 2 (f (fun () -> 0));
  balanced "FnMut" 1 (fun () ->
      let counter = counter 0 in
      let ready = barrier () in
      let work _ =
        let counted = ref 0 and refused = ref 0 in
        ready ();
        for _ = 1 to 5000 do
          match counter () with
          | _ -> incr counted
          | exception e when e = in_use -> incr refused
        done;
        (!counted, !refused)
      in
      let results = everywhere work in
      same "FnMut: each call runs or is refused" (5000 * domains)
        (sum (List.map (fun (counted, refused) -> counted + refused) results));
      same "FnMut: those that run are counted" (sum (List.map fst results) + 1) (counter ()))

(* FnOnce: one call gets through. *)

let called = Invalid_argument "the Rust closure has been called before: it can be called once"

let () =
  let rounds = 300 in
  balanced "FnOnce" rounds (fun () ->
      let all = Array.init rounds (fun i -> once (string_of_int i)) in
      let ready = barrier () in
      let work domain =
        Array.mapi
          (fun i f ->
            ready ();
            match f domain with
            | found -> if found = Printf.sprintf "%d %d" i domain then 1 else 1000
            | exception e when e = called -> 0)
          all
      in
      let results = everywhere work in
      let gone_through = Array.init rounds (fun i -> sum (List.map (fun all -> all.(i)) results)) in
      same "FnOnce: exactly one" (Array.make rounds 1) gone_through)

(* Made in one domain, called and dropped in another. *)
let () =
  balanced "made elsewhere" (51 * domains * 5) (fun () ->
      for _ = 1 to 5 do
        let all = Atomic.make [] in
        let ready = barrier () in
        let work _ =
          let own = many 50 in
          let rec add () =
            let before = Atomic.get all in
            if not (Atomic.compare_and_set all before (own :: before)) then add ()
          in
          add ();
          ready ();
          let lists = Atomic.get all in
          let total = sum (List.map (Array.fold_left (fun n f -> n + f 1) 0) lists) in
          ready ();
          (* Each domain ends with the last reference to nothing, or to what others have made. *)
          Atomic.set all [];
          Gc.minor ();
          total
        in
        let expected = domains * ((49 * 50 / 2) + 50 + (50 * 50)) in
        same "made elsewhere: sums" (List.init domains (fun _ -> expected)) (everywhere work)
      done)

let () = finish ()
