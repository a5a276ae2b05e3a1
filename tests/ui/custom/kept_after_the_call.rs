//! A borrow ends with the call.
use bactrian::Custom;
use std::sync::Mutex;

#[derive(Custom)]
struct Counter(u8);

static KEPT: Mutex<Option<&'static Counter>> = Mutex::new(None);

#[bactrian::func]
fn keep(counter: &'static Counter) {
    *KEPT.lock().unwrap() = Some(counter);
}

#[bactrian::func]
fn sneak(counter: &Counter) {
    *KEPT.lock().unwrap() = Some(counter);
}

fn main() {}
