(* What Rust calls: OCaml checks here that the functions have the types that Rust gives them. *)
module _ = Satisfy.Register (struct
  let parse_dimacs = Dimacs.parse
  let solve_formula = Solver.solve
end)
