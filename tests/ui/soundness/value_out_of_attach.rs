//! Neither a value nor the token leaves `attach`.
use bactrian::{Runtime, ToValue};

fn main() {
    let _ = Runtime::attach(|rt| "text".to_value(rt));
    let mut kept = None;
    let _ = Runtime::attach(|rt| kept = Some("text".to_value(rt)));
    let _ = Runtime::attach(|rt| rt).map(|rt| rt.poll());
}
