open No_std

let () =
  match Sys.argv with
  | [| _; "panic" |] -> ignore (broken 3)
  | [| _; "large" |] -> ignore (add max_int 1)
  | [| _; "exhaust" |] -> exhaust ()
  | _ ->
      assert (add 40 2 = 42);
      assert (add (max_int - 1) 1 = max_int && add min_int 0 = min_int);
      assert (shout "toad" = "TOAD");
      assert (names Nothing = [||]);
      assert (names (Polygon { corners = [| { x = 1; name = "a" }; { x = 2; name = "b" } |] }) = [| "a"; "b" |]);
      assert (count [| "a"; "b"; "a" |] = [ ("a", 2); ("b", 1) ]);
      assert (small 255 = 255);
      (match small 256 with
       | _ -> assert false
       | exception TooLarge 256 -> ());
      (match fail () with
       | () -> assert false
       | exception Failure message -> assert (message = "something else"));
      (match shout (Obj.magic 3) with
       | _ -> assert false
       | exception Invalid_argument _ -> ());
      let counter = Counter.create () in
      assert (Counter.step counter = 1);
      Gc.compact ();
      assert (Counter.step counter = 2);
      assert (twice (fun n -> Gc.minor (); n + 1) 5 = 1007);
      assert (twice (fun _ -> failwith "no") 5 = 999);
      let list = List.init 1000 string_of_int in
      assert (same list == list);
      (* Many values that the collector has to drop. *)
      for _ = 1 to 100_000 do ignore (Counter.create ()) done;
      Gc.full_major ();
      print_endline "no-std works"
