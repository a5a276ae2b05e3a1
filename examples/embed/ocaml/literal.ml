type t = int

let make variable positive = (2 * variable) + if positive then 0 else 1
let of_dimacs n = make (abs n - 1) (n > 0)
let negate literal = literal lxor 1
let variable literal = literal lsr 1
let is_positive literal = literal land 1 = 0
let equal : t -> t -> bool = ( = )
