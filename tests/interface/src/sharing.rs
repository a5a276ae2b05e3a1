//! Values that are shared: the types say nothing of it.

use std::rc::Rc;

use bactrian::{FromValue, ToValue};

#[derive(FromValue, ToValue)]
pub enum Graph {
    Leaf(isize),
    Node(#[ocaml(share)] Rc<Graph>, #[ocaml(share)] Rc<Graph>),
}

/// With so many levels, the two below each node being the same.
#[bactrian::func]
fn levels(count: usize) -> Graph {
    let mut graph = Rc::new(Graph::Leaf(0));
    for _ in 1..count {
        graph = Rc::new(Graph::Node(graph.clone(), graph));
    }
    Graph::Node(graph.clone(), graph)
}

#[bactrian::func]
fn same_graph(graph: Graph) -> Graph {
    graph
}

#[bactrian::func(as = share)]
fn twice(graph: Graph) -> Vec<Rc<Graph>> {
    let graph = Rc::new(graph);
    vec![graph.clone(), graph]
}
