//! Hash tables, maps and sets of the standard library in place.
//!
//! They are read as `hashtbl.ml`, `map.ml` and `set.ml` lay them out, in all versions from 4.11 to 5.5:
//!
//! | | tag | fields |
//! |---|---|---|
//! | a hash table | 0 | number of bindings, array of buckets, seed, first size (negative while `Hashtbl.iter` runs) |
//! | a bucket's cell | 0 | key, data, next; the end is an immediate |
//! | a map's node | 0 | left, key, data, right, height; the empty one is an immediate |
//! | a set's node | 0 | left, element, right, height; the empty one is an immediate |
//!
//! What is read is checked before. The cells of a bucket must have an end. The height of a node must be
//! less than that of the node above, which bounds the depth and excludes cycles. A node that is in two
//! places, which no code without `Obj.magic` makes, would be met twice, and a tree of a hundred such nodes
//! would have no end in practice. So no node of [`TALL`] or more may be met twice: what is below such
//! nodes is bounded.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::marker::PhantomData;

use bactrian_sys as sys;
use sys::Value as Raw;

use super::{ConversionError, UNCHECKED, Value};

/// Stands for OCaml's `Hashtbl.t` in a [`Value`] or [`Root`](crate::Root): `Value<'gc, Hashtbl<String,
/// isize>>` is a `(string, int) Hashtbl.t`, read in place.
///
/// A table of `Hashtbl.Make(Key)` is laid out in the same way, and is `(Key.t, 'a) Hashtbl.t` for whoever
/// says so with `Obj.magic`.
///
/// # Examples
///
/// ```
/// use bactrian::{ConversionError, Hashtbl, Value};
///
/// /// OCaml: `external sum : (string, int) Hashtbl.t -> int = "mycrate_sum"`
/// #[bactrian::func]
/// fn sum(table: Value<'_, Hashtbl<String, isize>>) -> Result<isize, ConversionError> {
///     table.iter().map(|binding| binding?.1.to::<isize>()).sum()
/// }
/// ```
pub struct Hashtbl<K, V>(PhantomData<fn() -> (K, V)>);

/// Checks the table's own block, and gives the array of its buckets and its length.
pub(crate) fn buckets(table: Value<'_>) -> Result<(Value<'_>, usize), ConversionError> {
    if !table.is_block_of(0, 4) {
        return Err(table.unexpected("a hash table"));
    }
    // SAFETY: just checked.
    let fields = [0, 1, 2, 3].map(|i| unsafe { table.field_unchecked(i) });
    let [count, buckets, seed, first] = fields;
    match buckets.header() {
        Some(header)
            if sys::header_tag(header) == 0
                && count.as_int().is_ok_and(|count| count >= 0)
                && seed.is_int()
                && first.is_int() =>
        {
            Ok((buckets, sys::header_wosize(header)))
        }
        _ => Err(table.unexpected("a hash table")),
    }
}

impl<'gc, K, V> Value<'gc, Hashtbl<K, V>> {
    /// The number of bindings (`Hashtbl.length`).
    ///
    /// # Errors
    ///
    /// When this is no hash table.
    ///
    /// ```
    /// # use bactrian::{ConversionError, Hashtbl, Value};
    /// fn is_large(table: Value<Hashtbl<String, isize>>) -> Result<bool, ConversionError> {
    ///     Ok(table.len()? > 1000)
    /// }
    /// ```
    pub fn len(self) -> Result<usize, ConversionError> {
        buckets(self.any())?;
        // SAFETY: just checked; another domain may have written another number.
        let count = unsafe { self.field_unchecked(0) };
        Ok(count.as_int()?.max(0) as usize)
    }

    /// Whether there are no bindings.
    ///
    /// # Errors
    ///
    /// When this is no hash table.
    ///
    /// ```
    /// # use bactrian::{ConversionError, Hashtbl, Value};
    /// fn check(table: Value<Hashtbl<String, isize>>) -> Result<(), ConversionError> {
    ///     if table.is_empty()? {
    ///         return Err(ConversionError::message("no bindings"));
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn is_empty(self) -> Result<bool, ConversionError> {
        Ok(self.len()? == 0)
    }

    /// The bindings, read in place, as `Hashtbl.iter` goes through them: in no particular order, but of
    /// several bindings of a key the last one comes first.
    ///
    /// The iterator ends with an error when it meets something that is no part of a hash table, and when
    /// a bucket has no end.
    ///
    /// ```
    /// use bactrian::{ConversionError, Hashtbl, Value};
    ///
    /// fn keys(table: Value<Hashtbl<String, isize>>) -> Result<Vec<String>, ConversionError> {
    ///     table.iter().map(|binding| binding?.0.to()).collect()
    /// }
    /// ```
    pub fn iter(self) -> HashtblIter<'gc, K, V> {
        HashtblIter {
            table: Some(self.any()),
            buckets: self.any(),
            index: 0,
            length: 0,
            chain: Chain::new(self.any()),
            phantom: PhantomData,
        }
    }
}

/// The bindings of a hash table. Made by [`Value::iter`].
///
/// ```
/// use bactrian::{ConversionError, Hashtbl, HashtblIter, Value};
///
/// fn sum(bindings: HashtblIter<'_, String, isize>) -> Result<isize, ConversionError> {
///     bindings.map(|binding| binding?.1.as_int()).sum()
/// }
///
/// fn sum_of_table(table: Value<Hashtbl<String, isize>>) -> Result<isize, ConversionError> {
///     sum(table.iter())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct HashtblIter<'gc, K, V> {
    /// The table, until it has been checked.
    table: Option<Value<'gc>>,
    buckets: Value<'gc>,
    /// The next bucket.
    index: usize,
    length: usize,
    /// What is left of the bucket before; there is none at first.
    chain: Option<Chain<'gc>>,
    phantom: PhantomData<fn() -> (K, V)>,
}

/// The cells of a bucket.
#[derive(Clone, Copy, Debug)]
struct Chain<'gc> {
    cell: Value<'gc>,
    /// Brent's search for a cycle: see `ListIter`.
    behind: Value<'gc>,
    steps: usize,
    limit: usize,
}

impl<'gc> Chain<'gc> {
    /// The cells from this one on; `None` for the end.
    fn new(cell: Value<'gc>) -> Option<Self> {
        (cell.raw() != sys::EMPTY_LIST).then_some(Chain {
            cell,
            behind: cell,
            steps: 0,
            limit: UNCHECKED,
        })
    }

    /// The first cell's key and data, and what comes after it.
    fn next(mut self) -> Result<(Value<'gc>, Value<'gc>, Option<Self>), ConversionError> {
        if !self.cell.is_block_of(0, 3) {
            return Err(self.cell.unexpected("a cell of a hash table's bucket"));
        }
        // SAFETY: just checked.
        let [key, data, next] = [0, 1, 2].map(|i| unsafe { self.cell.field_unchecked(i) });
        if next.raw() == sys::EMPTY_LIST {
            return Ok((key, data, None));
        }
        self.steps += 1;
        if next.raw() == self.behind.raw() {
            return Err(ConversionError::message(
                "expected a hash table whose buckets end, got a cyclic one",
            ));
        }
        if self.steps == self.limit {
            self.behind = next;
            self.limit = self.steps * 2;
        }
        self.cell = next;
        Ok((key, data, Some(self)))
    }
}

impl<'gc, K, V> Iterator for HashtblIter<'gc, K, V> {
    type Item = Result<(Value<'gc, K>, Value<'gc, V>), ConversionError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(table) = self.table.take() {
            self.chain = None;
            match buckets(table) {
                Ok((buckets, length)) => (self.buckets, self.length) = (buckets, length),
                Err(error) => return Some(Err(error)),
            }
        }
        let chain = loop {
            if let Some(chain) = self.chain.take() {
                break chain;
            }
            if self.index == self.length {
                return None;
            }
            // SAFETY: `buckets` checked that the array holds values, and has this many.
            self.chain = Chain::new(unsafe { self.buckets.field_unchecked(self.index) });
            self.index += 1;
        };
        match chain.next() {
            Ok((key, data, rest)) => {
                self.chain = rest;
                // SAFETY: a binding of this table.
                Some(Ok(unsafe { (key.cast(), data.cast()) }))
            }
            Err(error) => {
                self.index = self.length;
                Some(Err(error))
            }
        }
    }
}

/// A module that `Map.Make` or `Set.Make` has made, so that Rust can name its type.
///
/// The name is that of a module which the generated interface can see, `String_map.t`, or the functor's
/// own: `Map.Make(String).t` is the same type as that of every `module String_map = Map.Make (String)`.
///
/// # Examples
///
/// ```
/// use bactrian::{ConversionError, Instance, Map, Value};
///
/// /// OCaml: `module String_map = Map.Make (String)`
/// enum StringMap {}
///
/// impl Instance for StringMap {
///     type Key = String;
///     const TYPE: &'static str = "String_map.t";
/// }
///
/// /// OCaml: `external keys : int String_map.t -> string list = "mycrate_keys"`
/// #[bactrian::func(as = list)]
/// fn keys(map: Value<'_, Map<StringMap, isize>>) -> Result<Vec<String>, ConversionError> {
///     map.iter().map(|binding| binding?.0.to()).collect()
/// }
/// ```
pub trait Instance {
    /// What stands for the keys of the map, the elements of the set.
    type Key;

    /// What OCaml calls its type.
    const TYPE: &'static str;
}

/// Stands for the type of a module that `Map.Make` has made, in a [`Value`] or [`Root`](crate::Root):
/// see [`Instance`].
///
/// # Examples
///
/// ```
/// # use bactrian::{ConversionError, Instance, Map, Value};
/// # enum StringMap {}
/// # impl Instance for StringMap {
/// #     type Key = String;
/// #     const TYPE: &'static str = "String_map.t";
/// # }
/// /// OCaml: `external sum : int String_map.t -> int = "mycrate_sum_of_map"`
/// #[bactrian::func]
/// fn sum_of_map(map: Value<'_, Map<StringMap, isize>>) -> Result<isize, ConversionError> {
///     map.iter().map(|binding| binding?.1.to::<isize>()).sum()
/// }
/// ```
pub struct Map<M, V>(PhantomData<fn() -> (M, V)>);

/// Stands for the type of a module that `Set.Make` has made, in a [`Value`] or [`Root`](crate::Root):
/// see [`Instance`].
///
/// # Examples
///
/// ```
/// use bactrian::{ConversionError, Instance, Set, Value};
///
/// /// OCaml: `module Int_set = Set.Make (Int)`
/// enum IntSet {}
///
/// impl Instance for IntSet {
///     type Key = isize;
///     const TYPE: &'static str = "Int_set.t";
/// }
///
/// /// OCaml: `external sum : Int_set.t -> int = "mycrate_sum_of_set"`
/// #[bactrian::func]
/// fn sum_of_set(set: Value<'_, Set<IntSet>>) -> Result<isize, ConversionError> {
///     set.iter().map(|element| element?.to::<isize>()).sum()
/// }
/// ```
pub struct Set<S>(PhantomData<fn() -> S>);

/// More than the height of any tree that fits into memory.
const HIGHEST: isize = 128;

/// The height from which on nodes are remembered. OCaml balances its trees: fewer than one node in a
/// hundred is that high, and a tree that is not has fewer than 2^12 nodes.
const TALL: isize = 12;

/// A node whose height has been checked.
fn node(value: Value<'_>, size: usize, below: isize) -> Result<isize, ConversionError> {
    let what = if size == 5 { "a map" } else { "a set" };
    if !value.is_block_of(0, size) {
        return Err(value.unexpected(what));
    }
    // SAFETY: just checked.
    let height = unsafe { value.field_unchecked(size - 1) };
    match height.as_int() {
        Ok(height) if 0 < height && height < below => Ok(height),
        _ => Err(value.unexpected(if size == 5 {
            "a node of a map, of less height than the one above"
        } else {
            "a node of a set, of less height than the one above"
        })),
    }
}

/// Whether a value looks like a tree with nodes of this size.
pub(crate) fn check_tree(value: Value<'_>, size: usize) -> Result<(), ConversionError> {
    if value.raw() == sys::EMPTY_LIST {
        Ok(())
    } else {
        node(value, size, HIGHEST).map(|_| ())
    }
}

/// The nodes of a tree from left to right, of `SIZE` fields, the right tree last but one.
#[derive(Clone, Debug)]
struct Nodes<'gc, const SIZE: usize> {
    /// Nodes whose left trees have been gone through, and their heights.
    above: Vec<(Value<'gc>, isize)>,
    /// A tree that is to come first, and what its height is less than.
    tree: Option<(Value<'gc>, isize)>,
    /// Addresses of the high nodes that were met; nothing moves as long as this is there.
    high: BTreeSet<Raw>,
}

impl<'gc, const SIZE: usize> Nodes<'gc, SIZE> {
    fn new(tree: Value<'gc>) -> Self {
        Nodes {
            above: Vec::new(),
            tree: Some((tree, HIGHEST)),
            high: BTreeSet::new(),
        }
    }

    /// The next node, which has `SIZE` fields.
    fn next(&mut self) -> Option<Result<Value<'gc>, ConversionError>> {
        while let Some((tree, below)) = self.tree.take() {
            if tree.raw() == sys::EMPTY_LIST {
                break;
            }
            match node(tree, SIZE, below) {
                Ok(height) if height >= TALL && !self.high.insert(tree.raw()) => {
                    self.above.clear();
                    return Some(Err(ConversionError::message(if SIZE == 5 {
                        "expected a map, got one with a node in two places"
                    } else {
                        "expected a set, got one with a node in two places"
                    })));
                }
                Ok(height) => {
                    self.above.push((tree, height));
                    // SAFETY: just checked.
                    self.tree = Some((unsafe { tree.field_unchecked(0) }, height));
                }
                Err(error) => {
                    self.above.clear();
                    return Some(Err(error));
                }
            }
        }
        let (next, height) = self.above.pop()?;
        // SAFETY: it was checked before it was pushed.
        self.tree = Some((unsafe { next.field_unchecked(SIZE - 2) }, height));
        Some(Ok(next))
    }
}

impl<'gc, M: Instance, V> Value<'gc, Map<M, V>> {
    /// The bindings by increasing key, read in place.
    ///
    /// The iterator ends with an error when it meets something that is no part of a map.
    ///
    /// ```
    /// # use bactrian::{ConversionError, Instance, Map, Value};
    /// fn first<M: Instance>(map: Value<Map<M, String>>) -> Result<Option<String>, ConversionError> {
    ///     map.iter().next().map(|binding| binding?.1.to()).transpose()
    /// }
    /// ```
    pub fn iter(self) -> MapIter<'gc, M, V> {
        MapIter {
            nodes: Nodes::new(self.any()),
            phantom: PhantomData,
        }
    }
}

impl<'gc, S: Instance> Value<'gc, Set<S>> {
    /// The elements in increasing order, read in place.
    ///
    /// The iterator ends with an error when it meets something that is no part of a set.
    ///
    /// ```
    /// # use bactrian::{ConversionError, Instance, Set, Value};
    /// fn smallest<S: Instance>(set: Value<Set<S>>) -> Result<Option<String>, ConversionError> {
    ///     set.iter().next().map(|element| element?.to()).transpose()
    /// }
    /// ```
    pub fn iter(self) -> SetIter<'gc, S> {
        SetIter {
            nodes: Nodes::new(self.any()),
            phantom: PhantomData,
        }
    }
}

/// The bindings of a map. Made by [`Value::iter`].
///
/// ```
/// use bactrian::{ConversionError, Instance, MapIter};
///
/// fn sum<M: Instance>(bindings: MapIter<'_, M, isize>) -> Result<isize, ConversionError> {
///     bindings.map(|binding| binding?.1.as_int()).sum()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct MapIter<'gc, M, V> {
    nodes: Nodes<'gc, 5>,
    phantom: PhantomData<fn() -> (M, V)>,
}

impl<'gc, M: Instance, V> Iterator for MapIter<'gc, M, V> {
    type Item = Result<(Value<'gc, M::Key>, Value<'gc, V>), ConversionError>;

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: the node has five fields; those of a binding of this map.
        let binding = |node: Value<'gc>| unsafe {
            (
                node.field_unchecked(1).cast(),
                node.field_unchecked(2).cast(),
            )
        };
        Some(self.nodes.next()?.map(binding))
    }
}

/// The elements of a set. Made by [`Value::iter`].
///
/// ```
/// use bactrian::{ConversionError, Instance, SetIter};
///
/// fn count<S: Instance>(elements: SetIter<'_, S>) -> Result<usize, ConversionError> {
///     elements.map(|element| element.map(|_| 1)).sum()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SetIter<'gc, S> {
    nodes: Nodes<'gc, 4>,
    phantom: PhantomData<fn() -> S>,
}

impl<'gc, S: Instance> Iterator for SetIter<'gc, S> {
    type Item = Result<Value<'gc, S::Key>, ConversionError>;

    fn next(&mut self) -> Option<Self::Item> {
        // SAFETY: the node has four fields; an element of this set.
        let element = |node: Value<'gc>| unsafe { node.field_unchecked(1).cast() };
        Some(self.nodes.next()?.map(element))
    }
}
