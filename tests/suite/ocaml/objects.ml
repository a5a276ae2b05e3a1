(* Methods of objects. *)

open Check

class type counter = object
  method count : int
  method add : int -> int -> unit
  method fail : unit -> int
  method name : string
end

external object_count : counter -> int = "bactrian_suite_object_count"
external object_add : counter -> int * int -> int = "bactrian_suite_object_add"
external object_fail : counter -> int = "bactrian_suite_object_fail"
external object_name : counter -> string = "bactrian_suite_object_name"
external object_missing : counter -> int = "bactrian_suite_object_missing"

class simple =
  object
    val mutable n = 0
    method count = n

    method add a b =
      collect ();
      n <- n + (a * b)

    method fail () : int = raise Exit
    method name = "simple"
  end

class larger =
  object (self)
    inherit simple as super
    method! add a b = super#add (a + 1) b
    method! name = "larger than " ^ super#name
    method twice = 2 * self#count
    method a1 = 1
    method a2 = 2
    method a3 = 3
    method! fail () = self#undefined
    method private undefined : int = raise Not_found
  end

let () =
  let test what (counter : counter) name =
    same (what ^ ": count") 0 (object_count counter);
    same (what ^ ": name") name (object_name counter);
    let before = object_add counter (2, 3) in
    check (what ^ ": add") (before = counter#count && before > 0);
    Gc.compact ();
    same (what ^ ": count after a collection") before (object_count counter);
    refuses (what ^ ": a method that is missing")
      "expected an object with a method `missing`, got an object without" (fun () ->
        object_missing counter)
  in
  test "simple" (new simple) "simple";
  test "larger" (new larger :> counter) "larger than simple";
  test "immediate"
    (object
       val mutable n = 0
       method zzz = n
       method count = n
       method add a b = n <- n + a + b
       method fail () = n
       method name = String.make 3 'i'
    end
      :> counter)
    "iii";
  raises "a method that raises" Exit (fun () -> object_fail (new simple));
  raises "a method that raises by a private one" Not_found (fun () ->
      object_fail (new larger :> counter))

let () =
  let no what found value = refuses what ("expected an object, got " ^ found) (fun () -> object_count (Obj.magic value)) in
  no "an int" "7" 7;
  no "a string" "the string \"a\"" "a";
  no "an exception's constructor" "an object or an exception's constructor" Not_found;
  no "a pair" "a block of tag 0 with 2 fields" (1, 2);
  let block fields =
    let block = Obj.repr (Array.of_list fields) in
    Obj.with_tag Obj.object_tag block
  in
  no "an object of nothing" "an object or an exception's constructor" (block [ Obj.repr 0; Obj.repr 0 ]);
  no "methods that are none" "an object or an exception's constructor"
    (block [ Obj.repr (1000, 0); Obj.repr 0 ]);
  no "a negative number of methods" "an object or an exception's constructor"
    (block [ Obj.repr (-1, 0); Obj.repr 0 ]);
  no "methods without hashes" "an object or an exception's constructor"
    (block [ Obj.repr (1, 0, "function", "hash"); Obj.repr 0 ]);
  refuses "a method that is no function" "expected a function, got 7" (fun () ->
      object_count
        (Obj.magic (block [ Obj.repr (1, 0, 7, (Obj.magic `count : int)); Obj.repr 0 ])))

let () = finish ()
