//! A `Drop` has no runtime, and cannot keep one.
use bactrian::{Custom, Exception, Fun, Root, Runtime};

#[derive(Custom)]
struct Caller<'a>(&'a mut Runtime, Root<Fun<(), ()>>);

#[derive(Custom)]
struct Callback(Root<Fun<(), ()>>);

impl Drop for Callback {
    fn drop(&mut self) {
        let _: Result<(), Exception> = self.0.call((), ());
    }
}

fn main() {}
