//! The order of modules, and types that have to leave theirs.
//!
//! In OCaml a thing stands before what uses it, in Rust anywhere: a type of one module has a field of
//! a type of another, whose functions take the first. Then the types involved are defined in the
//! module around both, under a name of their own, and each has its name in its module again:
//! `type person = people_person = { ... }`.

use super::refer::Target;
use super::{Entry, Item, ItemId, Kind, Model, ModuleId, TOP, TypeId};
use crate::{Error, names};
use std::collections::{BTreeMap, BTreeSet};

/// What a module contains, for the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Item(ItemId),
    Module(ModuleId),
}

/// What stands before what in one module, and because of which type.
#[derive(Default)]
struct Graph {
    edges: BTreeMap<Node, BTreeMap<Node, BTreeSet<TypeId>>>,
}

impl Model {
    /// Finds the order.
    pub fn arrange(&mut self) -> Result<(), Error> {
        // Each round moves a type outwards, so there is an end.
        while self.make_visible() || self.break_circles() {}
        for module in 0..self.modules.len() {
            let graph = self.graph(module);
            let mut contents = Vec::new();
            for group in self.groups(&graph) {
                contents.push(self.entry(&group)?);
            }
            self.modules[module].contents = contents;
        }
        Ok(())
    }

    fn entry(&self, group: &[Node]) -> Result<Entry, Error> {
        if let [Node::Module(module)] = group {
            return Ok(Entry::Module(*module));
        }
        let items: Option<Vec<ItemId>> = group
            .iter()
            .map(|node| match node {
                Node::Item(item) if group.len() == 1 || self.items[*item].kind.defines() => {
                    Some(*item)
                }
                _ => None,
            })
            .collect();
        items.map(Entry::Items).ok_or_else(|| {
            Error::new("no order was found for modules that use each other's types")
                .help("this is a mistake in `bactrian-build`: please report it")
        })
    }

    /// Hoists types that cannot be named from where they are used.
    fn make_visible(&mut self) -> bool {
        let mut moved = false;
        for at in 0..self.items.len() {
            let refs: Vec<TypeId> = self.items[at].refs.iter().copied().collect();
            for ty in refs {
                if self.view(&self.items[at], ty).is_none() {
                    self.hoist(ty, self.items[at].scope);
                    moved = true;
                }
            }
        }
        moved
    }

    /// Hoists types out of modules that need each other.
    fn break_circles(&mut self) -> bool {
        for module in 0..self.modules.len() {
            let graph = self.graph(module);
            let mut moved = false;
            for group in self.groups(&graph) {
                let inside: BTreeSet<Node> = group.into_iter().collect();
                // The types of each module that others of the circle need.
                let mut needed: BTreeMap<Node, BTreeSet<TypeId>> = BTreeMap::new();
                for (from, edges) in graph.edges.iter().filter(|(from, _)| inside.contains(from)) {
                    for (to, types) in edges.iter().filter(|(to, _)| inside.contains(to)) {
                        if from != to && matches!(to, Node::Module(_)) {
                            needed.entry(*to).or_default().extend(types);
                        }
                    }
                }
                // Those of one module only: the circle may be broken then.
                if let Some((_, types)) = needed.iter().min_by_key(|(_, types)| types.len()) {
                    for &ty in types {
                        self.hoist(ty, module);
                    }
                    moved = true;
                }
            }
            if moved {
                return true;
            }
        }
        false
    }

    /// Defines a type where `module` sees it.
    fn hoist(&mut self, id: TypeId, module: ModuleId) {
        let ty = &self.types[id];
        let Some(home) = ty.home else {
            return;
        };
        let to = self.common(ty.hoisted.as_ref().map_or(home, |(at, _)| *at), module);
        match &mut self.types[id].hoisted {
            Some((at, _)) => *at = to,
            None => {
                let name = self.unique_name(id, home);
                self.types[id].hoisted = Some((to, name));
                let ty = &self.types[id];
                let define = self
                    .items
                    .iter()
                    .position(|it| matches!(it.kind, Kind::Define(it) if it == id));
                let refs = define.map_or(BTreeSet::new(), |define| self.items[define].refs.clone());
                self.items.push(Item {
                    scope: home,
                    kind: Kind::Again(id),
                    refs,
                    key: ty.key.clone(),
                    place: ty.place.clone(),
                });
            }
        }
        for item in &mut self.items {
            if matches!(item.kind, Kind::Define(it) if it == id) {
                item.scope = to;
            }
        }
    }

    /// `people_person` for `People.person`, `person` for `Person.t`.
    fn unique_name(&self, id: TypeId, home: ModuleId) -> String {
        let ty = &self.types[id];
        let mut path: Vec<String> = self
            .and_around(home)
            .filter(|&around| around != TOP)
            .map(|around| names::uncapitalised(&self.modules[around].name))
            .collect();
        path.reverse();
        if path.is_empty() {
            let ascii = |c: char| {
                if c.is_ascii() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            };
            path.push(self.crate_name.chars().map(ascii).collect());
        }
        if ty.name != "t" || path.is_empty() {
            path.push(ty.name.clone());
        }
        self.free_name(&path.join("_"))
    }

    /// What stands before what in a module.
    fn graph(&self, module: ModuleId) -> Graph {
        let mut graph = Graph::default();
        let defined: BTreeMap<TypeId, ItemId> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| match item.kind {
                Kind::Define(ty) => Some((ty, at)),
                _ => None,
            })
            .collect();
        let again: BTreeMap<TypeId, ItemId> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| match item.kind {
                Kind::Again(ty) => Some((ty, at)),
                _ => None,
            })
            .collect();
        for (child, it) in self.modules.iter().enumerate() {
            if it.parent == Some(module) {
                graph.edges.entry(Node::Module(child)).or_default();
            }
        }
        for (at, item) in self.items.iter().enumerate() {
            let Some(from) = self.node(module, at) else {
                continue;
            };
            let edges = graph.edges.entry(from).or_default();
            let mut need = |ty: TypeId, target: Option<&ItemId>| {
                if let Some(to) = target.and_then(|&target| self.node(module, target))
                    && to != from
                {
                    edges.entry(to).or_default().insert(ty);
                }
            };
            if let Kind::Again(ty) = item.kind {
                need(ty, defined.get(&ty));
            }
            for &ty in &item.refs {
                match self.view(item, ty) {
                    Some((_, Target::Again)) => need(ty, again.get(&ty)),
                    _ => need(ty, defined.get(&ty)),
                }
            }
        }
        graph
    }

    /// What an item is in a module: itself, or the module within in which it is.
    fn node(&self, module: ModuleId, item: ItemId) -> Option<Node> {
        let scope = self.items[item].scope;
        if scope == module {
            Some(Node::Item(item))
        } else {
            self.child_towards(module, scope).map(Node::Module)
        }
    }

    /// The contents of a module in their order: what needs each other is together. Else the order is
    /// that of the source, but for what is needed earlier.
    fn groups(&self, graph: &Graph) -> Vec<Vec<Node>> {
        let key = |node: &Node| match node {
            Node::Item(item) => (&self.items[*item].key, *node),
            Node::Module(module) => (&self.modules[*module].key, *node),
        };
        let mut nodes: Vec<Node> = graph.edges.keys().copied().collect();
        nodes.sort_by_key(key);
        let mut search = Search {
            edges: graph
                .edges
                .iter()
                .map(|(node, to)| {
                    let mut to: Vec<Node> = to.keys().copied().collect();
                    to.sort_by_key(key);
                    (*node, to)
                })
                .collect(),
            index: BTreeMap::new(),
            stack: Vec::new(),
            groups: Vec::new(),
        };
        for node in nodes {
            search.visit(node);
        }
        for group in &mut search.groups {
            group.sort_by_key(key);
        }
        search.groups
    }
}

/// Tarjan's search for strongly connected components, which come out with what they need first.
struct Search {
    edges: BTreeMap<Node, Vec<Node>>,
    /// When a node was met, and the first of its component that is known; none when it is done.
    index: BTreeMap<Node, (usize, Option<usize>)>,
    stack: Vec<Node>,
    groups: Vec<Vec<Node>>,
}

impl Search {
    fn visit(&mut self, node: Node) -> Option<usize> {
        if let Some((_, low)) = self.index.get(&node) {
            return *low;
        }
        let own = self.index.len();
        self.index.insert(node, (own, Some(own)));
        self.stack.push(node);
        let mut low = own;
        for next in self.edges.get(&node).cloned().unwrap_or_default() {
            if let Some(reached) = self.visit(next) {
                low = low.min(reached);
            }
        }
        if low < own {
            self.index.insert(node, (own, Some(low)));
            return Some(low);
        }
        let mut group = Vec::new();
        while let Some(top) = self.stack.pop() {
            self.index.insert(top, (own, None));
            group.push(top);
            if top == node {
                break;
            }
        }
        self.groups.push(group);
        None
    }
}
