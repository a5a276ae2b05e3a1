type 'a t = 'a Domain.t

let start = Domain.spawn
let wait = Domain.join
