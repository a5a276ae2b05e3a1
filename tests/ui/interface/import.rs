//! What cannot be imported.
struct Own;

bactrian::import! {
    async fn waits();
    unsafe fn trusts();
    fn constant<const N: usize>(x: isize);
    fn pattern((a, b): (isize, isize));
    fn takes(own: Own);
    fn gives() -> Own;
}

fn main() {}
