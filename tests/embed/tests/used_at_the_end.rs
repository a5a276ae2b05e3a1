//! OCaml ends while functions run on threads of its own that use what the collector owns.

use bactrian::{Function, Runtime};
use bactrian_embed_tests::{Lasting, last};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

#[test]
fn what_is_used_stays() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let (begun, ended) = (Arc::new(Barrier::new(4)), Arc::new(Barrier::new(4)));
    let lasting = || Lasting {
        begun: Arc::clone(&begun),
        ended: Arc::clone(&ended),
        dropped: Arc::clone(&dropped),
    };
    let (detached, beside, held) = (lasting(), lasting(), lasting());

    Runtime::init(["end"]).unwrap();
    Runtime::attach(|rt| {
        let f = Function::new(move |rt: &mut Runtime| rt.detach(|| held.last()));
        last(rt, Arc::new(detached), Arc::new(beside), f)
    })
    .unwrap()
    .unwrap();
    begun.wait();
    Runtime::shutdown().unwrap();
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
    ended.wait();
    // They have looked at it, too. Their threads wait for ever.
    ended.wait();
}
