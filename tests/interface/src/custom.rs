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

/// In the block itself.
#[derive(bactrian::Custom, Clone, Copy, PartialEq, PartialOrd)]
#[ocaml(inline, partial_compare)]
pub struct Position {
    x: f64,
    y: f64,
}

#[bactrian::func]
fn position(x: f64, y: f64) -> Position {
    Position { x, y }
}

/// Takes it by value, and gives several.
#[bactrian::func]
fn steps(from: Position, count: usize) -> Vec<Position> {
    let step = |n| Position {
        x: from.x + n as f64,
        ..from
    };
    (0..count).map(step).collect()
}

#[bactrian::func]
fn sum_of_positions(positions: Vec<&Position>) -> f64 {
    positions.iter().map(|it| it.x + it.y).sum()
}

#[bactrian::func(as = list)]
fn words(text: &Text) -> Vec<Text> {
    let words = text.0.split_whitespace();
    words.map(|word| Text(word.to_owned())).collect()
}

/// Without the runtime, while the text is kept alive.
#[bactrian::func(detach)]
fn count_words(text: &Text) -> usize {
    text.0.split_whitespace().count()
}
