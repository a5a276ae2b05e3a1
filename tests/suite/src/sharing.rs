//! Pointers that keep sharing.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use bactrian::{ConversionError, FromValue, Runtime, ToValue, TypeExpr, Value};

#[derive(FromValue, ToValue)]
enum Tree {
    Leaf(isize),
    Node(#[ocaml(share)] Rc<Tree>, #[ocaml(share)] Rc<Tree>),
}

#[derive(FromValue, ToValue)]
struct Cells {
    text: String,
    #[ocaml(share)]
    next: Option<Arc<Cells>>,
    #[ocaml(share)]
    others: Vec<Arc<Cells>>,
}

impl Tree {
    /// How many blocks there are, those that are shared once.
    fn blocks(&self, seen: &mut HashSet<*const Tree>) -> usize {
        match self {
            Tree::Leaf(_) => 1,
            _ if !seen.insert(self) => 0,
            Tree::Node(left, right) => 1 + left.blocks(seen) + right.blocks(seen),
        }
    }
}

#[bactrian::func]
fn shared_blocks(tree: Tree) -> usize {
    tree.blocks(&mut HashSet::new())
}

#[bactrian::func]
fn shared_echo(tree: Tree) -> Tree {
    tree
}

/// Made by Rust, each level of the level below, twice.
#[bactrian::func]
fn shared_make(depth: usize) -> Tree {
    let mut tree = Rc::new(Tree::Leaf(7));
    for _ in 0..depth {
        tree = Rc::new(Tree::Node(tree.clone(), tree));
    }
    Tree::Node(tree.clone(), tree)
}

/// Several results: each is a conversion of its own, and there may be collections between.
#[bactrian::func]
fn shared_many(count: usize) -> Vec<Tree> {
    (0..count).map(|_| shared_make(10)).collect()
}

#[bactrian::func]
fn shared_array(#[ocaml(as = share)] trees: Vec<Rc<Tree>>) -> (bool, usize) {
    let seen = &mut HashSet::new();
    let blocks = trees.iter().map(|tree| tree.blocks(seen)).sum();
    (Rc::ptr_eq(&trees[0], &trees[trees.len() - 1]), blocks)
}

#[bactrian::func(as = share)]
fn shared_array_made(depth: usize) -> Vec<Rc<Tree>> {
    let tree = Rc::new(shared_make(depth));
    vec![tree.clone(), Rc::new(Tree::Leaf(1)), tree]
}

#[bactrian::func]
fn shared_cells(cells: Cells) -> (Cells, bool) {
    let same = match (&cells.next, cells.others.first()) {
        (Some(next), Some(other)) => Arc::ptr_eq(next, other),
        _ => false,
    };
    (cells, same)
}

/// A handwritten conversion that makes new pointers each time, at addresses that may be the same.
struct Fresh(Cell<isize>);

impl<'gc> FromValue<'gc> for Fresh {
    const TYPE: TypeExpr = <Tree as FromValue>::TYPE;

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        Ok(Fresh(Cell::new(value.size().unwrap_or(0) as isize)))
    }
}

impl ToValue for Fresh {
    const TYPE: TypeExpr = <Tree as ToValue>::TYPE;

    fn to_value<'gc>(&self, rt: &'gc Runtime) -> Value<'gc> {
        let n = self.0.get();
        self.0.set(n + 1);
        let leaf = || Rc::new(Tree::Leaf(n));
        Tree::Node(leaf(), leaf()).to_value(rt)
    }
}

#[derive(FromValue, ToValue)]
#[ocaml(name = "several")]
struct Several {
    #[ocaml(share)]
    a: Rc<Fresh>,
    #[ocaml(share)]
    b: Rc<Fresh>,
    c: Fresh,
    d: Fresh,
}

#[bactrian::func]
fn shared_fresh() -> Several {
    let fresh = |n| Fresh(Cell::new(n));
    let a = Rc::new(fresh(0));
    Several {
        b: a.clone(),
        a,
        c: fresh(10),
        d: fresh(20),
    }
}
