(* Uses what is there with Zarith. *)
let expect what condition = if not condition then failwith what

let () =
  let open Everything.Bigints in
  expect "small" (Z.equal (factorial 5) (Z.of_int 120));
  expect "large" (Z.equal (factorial 30) (Z.of_string "265252859812191058636308480000000"));
  let ratio = { numerator = Z.of_int 7; denominator = factorial 25 } in
  let negative = negated ratio in
  expect "negative" (Z.equal negative.numerator (Z.of_int (-7)));
  expect "as it was" (Z.equal negative.denominator ratio.denominator);
  expect "wide" (Z.equal (widened (-3L)) (Z.shift_left (Z.of_int (-3)) 64));
  (match negated { ratio with denominator = Z.minus_one } with
  | _ -> failwith "a negative denominator"
  | exception Invalid_argument message -> prerr_endline message);
  print_endline "everything works"
