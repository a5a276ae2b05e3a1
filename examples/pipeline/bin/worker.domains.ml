type 'a t = 'a Domain.t

let kind = "domains"
let start = Domain.spawn
let result = Domain.join
