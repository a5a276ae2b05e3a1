let split = Str.split (Str.regexp "[ \t]+")
