//! Type parameters.

use bactrian::{Array, FromValue, Fun, List, Root, Runtime, ToValue, Value};

#[derive(FromValue, ToValue)]
pub enum Tree<T> {
    Leaf,
    Node(Box<Tree<T>>, T, Box<Tree<T>>),
}

#[derive(FromValue, ToValue)]
pub struct Pair<First, Second: Clone> {
    pub first: First,
    pub second: Vec<Second>,
}

#[derive(FromValue, ToValue)]
pub struct Grid<T, const WIDTH: usize> {
    pub rows: Vec<[T; WIDTH]>,
}

#[derive(FromValue)]
pub struct Borrowed<'a> {
    pub name: &'a str,
}

#[bactrian::func]
fn depth(tree: Tree<isize>) -> usize {
    fn depth<T>(tree: &Tree<T>) -> usize {
        match tree {
            Tree::Leaf => 0,
            Tree::Node(left, _, right) => 1 + depth(left).max(depth(right)),
        }
    }
    depth(&tree)
}

#[bactrian::func]
fn swapped(pair: Pair<String, bool>) -> Pair<bool, String> {
    Pair {
        first: pair.second.first().copied().unwrap_or_default(),
        second: vec![pair.first],
    }
}

#[bactrian::func]
fn same_grid(grid: Grid<isize, 3>) -> Grid<isize, 3> {
    grid
}

#[bactrian::func]
fn length_of_name(x: Borrowed<'_>) -> usize {
    x.name.len()
}

/// Polymorphic: checked by rustc.
#[bactrian::func]
fn head<'gc, A>(list: Value<'gc, List<A>>) -> Option<Value<'gc, A>> {
    list.iter().next().and_then(Result::ok)
}

#[bactrian::func]
fn keep<A>(value: Root<A>) -> Root<A> {
    value
}

#[bactrian::func]
fn first_of<'gc, A, B>(
    rt: &'gc Runtime,
    _f: Value<'gc, Fun<(A,), B>>,
    array: Value<'gc, Array<A>>,
) -> Option<Value<'gc, A>> {
    array.get(rt, 0).ok()
}
