//! There is no way to make the token.
use bactrian::Runtime;

fn main() {
    let _rt = Runtime { _this_thread: std::marker::PhantomData };
}
