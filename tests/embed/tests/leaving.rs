//! A process that ends while a Rust thread has the runtime.

use bactrian::Runtime;
use bactrian_embed_tests::leave;
use std::process::{Command, exit};
use std::thread;
use std::time::{Duration, Instant};

const HOW: &str = "BACTRIAN_LEAVES";

/// What the child does: attached on a thread that did not start OCaml.
fn leave_attached(how: &str) {
    Runtime::init(["leaving"]).unwrap();
    let attached = |rt: &mut Runtime| match how {
        "OCaml" => leave(rt, 3).unwrap(),
        "Rust" => exit(3),
        _ => rt.detach(|| exit(3)),
    };
    thread::scope(|scope| {
        scope
            .spawn(|| Runtime::attach(attached))
            .join()
            .unwrap()
            .unwrap();
    });
}

#[test]
fn exit_ends_the_process() {
    if let Ok(how) = std::env::var(HOW) {
        return leave_attached(&how);
    }
    for how in ["OCaml", "Rust", "detached"] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let mut child = child.env(HOW, how).spawn().unwrap();
        // If it never ends, the test does all the same.
        let end = Instant::now() + Duration::from_secs(120);
        let status = loop {
            match child.try_wait().unwrap() {
                None if Instant::now() > end => {
                    child.kill().unwrap();
                    panic!("{how}: it does not end");
                }
                None => thread::sleep(Duration::from_millis(5)),
                Some(status) => break status,
            }
        };
        assert_eq!(status.code(), Some(3), "{how}");
    }
}
