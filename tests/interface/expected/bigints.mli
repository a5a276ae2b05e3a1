module Bigints : sig
  type ratio = { numerator : Z.t; denominator : Z.t }
  (** A ratio of integers. *)

  external factorial : (int[@untagged]) -> Z.t
    = "everything_factorial_bytecode" "everything_factorial"
  (** The product of the numbers up to this one. *)

  external negated : ratio -> ratio = "everything_negated"

  external widened : (int64[@unboxed]) -> Z.t
    = "everything_widened_bytecode" "everything_widened"
  (** Integers that Rust has itself. *)
end
