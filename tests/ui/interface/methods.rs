//! What `#[methods]` is not for.
use bactrian::{FromValue, ToValue};

#[derive(FromValue, ToValue)]
struct Person {
    name: String,
}

#[bactrian::methods]
impl Person {
    fn rename(&mut self, name: String) {
        self.name = name;
    }

    fn boxed(self: Box<Self>) {}

    #[func(noaloc)]
    fn misspelt(&self) {}
}

#[bactrian::methods]
impl std::fmt::Display for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

struct Wrapper<T>(T);

#[bactrian::methods]
impl<T> Wrapper<T> {
    fn get(self) -> T {
        self.0
    }
}

#[bactrian::methods(name = "lower")]
impl Person {}

fn main() {}
