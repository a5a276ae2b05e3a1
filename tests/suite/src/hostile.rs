//! Values that are not what they should be, and values that are very deep.

use std::collections::{BTreeMap, LinkedList};

use bactrian::{Array, ConversionError, FromValue, Fun, List, Root, Seq, ToValue, TypeExpr, Value};

/// Functions that read a value and do nothing with it.
macro_rules! takes {
    ($($name:ident $type:ty;)*) => {$(
        #[bactrian::func(boxed)]
        fn $name(value: $type) {
            let _ = value;
        }
    )*};
}
takes! {
    take_value Value<'_>;
    take_root Root;
    take_list Value<'_, List<isize>>;
    take_array Value<'_, Array<isize>>;
    take_root_list Root<List<isize>>;
    take_fun Root<Fun<(isize,), isize>>;
    take_seq Seq<isize>;
    take_values Vec<Value<'_>>;
    take_roots LinkedList<Root>;
    take_option_value Option<Value<'_>>;
    take_map_of_values BTreeMap<isize, Value<'_>>;
    take_slice &[u8];
    take_slice_mut &mut [u8];
    take_floats &[f64];
    take_floats_mut &mut [f64];
    take_binary Binary;
    take_nest Nest;
    take_vec_nest VecNest;
    take_list_nest ListNest;
    take_result_nest ResultNest;
}

#[derive(FromValue, ToValue)]
enum Binary {
    Leaf,
    Node(Box<Binary>, isize, Box<Binary>),
}

/// Recursion through an option.
#[derive(FromValue, ToValue)]
struct Nest {
    next: Option<Box<Nest>>,
}

/// Recursion through arrays.
#[derive(FromValue, ToValue)]
struct VecNest {
    inside: Vec<VecNest>,
}

/// Recursion through lists.
#[derive(FromValue, ToValue)]
struct ListNest {
    inside: LinkedList<ListNest>,
}

/// Recursion through a type that converts by hand.
struct ResultNest(#[expect(dead_code, reason = "only read")] Result<Box<ResultNest>, isize>);

impl<'gc> FromValue<'gc> for ResultNest {
    const TYPE: TypeExpr = TypeExpr::named("nest");

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        Result::from_value(value).map(ResultNest)
    }
}

/// A value that deep, kept for ever: to drop it would take as much stack.
#[bactrian::func(boxed)]
fn make_nest(depth: usize) -> &'static Nest {
    let mut nest = Nest { next: None };
    for _ in 1..depth {
        nest = Nest {
            next: Some(Box::new(nest)),
        };
    }
    Box::leak(Box::new(nest))
}

#[bactrian::func(boxed)]
fn make_vec_nest(depth: usize) -> &'static VecNest {
    let mut nest = VecNest { inside: Vec::new() };
    for _ in 1..depth {
        nest = VecNest { inside: vec![nest] };
    }
    Box::leak(Box::new(nest))
}

#[bactrian::func(boxed)]
fn make_list_nest(depth: usize) -> &'static ListNest {
    let mut nest = ListNest {
        inside: LinkedList::new(),
    };
    for _ in 1..depth {
        nest = ListNest {
            inside: LinkedList::from([nest]),
        };
    }
    Box::leak(Box::new(nest))
}

#[bactrian::func(boxed)]
fn make_binary(depth: usize) -> &'static Binary {
    let mut tree = Binary::Leaf;
    for i in 1..depth {
        tree = Binary::Node(Box::new(tree), i as isize, Box::new(Binary::Leaf));
    }
    Box::leak(Box::new(tree))
}
