//! What a detached function takes and returns could be sent, and does not borrow under another name.
use std::rc::Rc;

#[bactrian::func(detach)]
fn takes(text: Rc<String>, n: isize) -> isize {
    text.len() as isize + n
}

#[bactrian::func(detach)]
fn returns(n: isize) -> Rc<isize> {
    Rc::new(n)
}

type Text = &'static str;

#[bactrian::func(detach)]
fn borrows_under_another_name(text: Text) -> usize {
    text.len()
}

fn main() {}
