//! Values that OCaml's collector owns.

/// Counts.
#[derive(bactrian::Custom)]
#[ocaml(mutable)]
pub struct Counter {
    count: isize,
}

#[bactrian::methods]
impl Counter {
    pub fn new(count: isize) -> Counter {
        Counter { count }
    }

    pub fn count(&self) -> isize {
        self.count
    }

    /// Counts on.
    pub fn add(&mut self, n: isize) {
        self.count += n;
    }
}

/// A type without methods.
#[derive(bactrian::Custom)]
pub struct Text(String);

#[bactrian::func]
fn text(content: String) -> Text {
    Text(content)
}

#[bactrian::func]
fn length_and_count(text: &Text, counter: &Counter) -> (usize, isize) {
    (text.0.len(), counter.count)
}
