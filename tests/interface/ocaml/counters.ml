(* A type that is there before the interface. *)
class type counter =
  object
    method count : int
    method add : int -> unit
  end
