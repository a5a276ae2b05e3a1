(** Conflict-driven clause learning: guess, follow what the guesses imply, and when they contradict each
    other learn a clause that would have prevented it. *)

val solve : Satisfy.formula -> observer:Satisfy.Observer.t -> Satisfy.outcome
(** The observer is told now and then how it goes, and may stop it.

    @raise Satisfy.Out_of_range for a literal that is no variable's. *)
