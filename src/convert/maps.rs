//! Maps: lists of pairs, as OCaml's association lists.

use alloc::collections::BTreeMap;

use super::{FromValue, ToValue, TypeExpr, lists, to_value_by_build};
use crate::runtime::{Allocator, ROOM, Runtime, check_stack, expect_stack};
use crate::value::{Any, ConversionError, ListIter, Value};
use bactrian_sys as sys;

/// Reads an association list, giving each binding to a function; of several bindings of a key the
/// first one counts, as for `List.assoc`.
fn for_each<'gc, K: FromValue<'gc>, V: FromValue<'gc>>(
    list: Value<'gc>,
    mut insert: impl FnMut(K, V),
) -> Result<(), ConversionError> {
    check_stack()?;
    for (index, pair) in ListIter::<Any>::new(list).enumerate() {
        let pair = match pair {
            Ok(pair) => pair,
            Err(error) if index == 0 => return Err(error),
            Err(error) => return Err(error.after_elements(index)),
        };
        if !pair.is_block_of(0, 2) {
            return Err(pair.unexpected("a pair of key and value").in_element(index));
        }
        // SAFETY: just checked.
        let (key, value) = unsafe { (pair.field_unchecked(0), pair.field_unchecked(1)) };
        let key = K::from_value(key).map_err(|error| error.in_key(index))?;
        let value = V::from_value(value).map_err(|error| error.in_value(index))?;
        insert(key, value);
    }
    Ok(())
}

/// Makes an association list of bindings given from the last to the first; `LAST` when no other
/// value is alive.
fn build<'gc, 'a, K: ToValue + 'a, V: ToValue + 'a, const LAST: bool>(
    backwards: impl Iterator<Item = (&'a K, &'a V)>,
    allocator: &mut Allocator<'gc>,
) -> Value<'gc> {
    expect_stack();
    let list = allocator.locally(|allocator| {
        let mut list = sys::EMPTY_LIST;
        for (key, value) in backwards {
            if LAST && allocator.room() < ROOM {
                // SAFETY: `LAST` says that no other value is alive.
                list = unsafe { allocator.make_room(list) };
            }
            let (key, value) = (key.build(allocator), value.build(allocator));
            // SAFETY: values just made; a pair and a cell have tag 0 and two fields.
            list = unsafe {
                let pair = allocator.block(0, [key.raw(), value.raw()]);
                allocator.block(0, [pair, list])
            };
        }
        list
    });
    // SAFETY: just made.
    unsafe { allocator.value(list) }
}

/// Implements `ToValue` as an association list.
macro_rules! map_to_value {
    ($self:ident, $backwards:expr) => {
        const TYPE: TypeExpr =
            TypeExpr::Name("list", &[TypeExpr::Tuple(&[K::TYPE, V::TYPE])]);
        const MOVED: bool = K::MOVED || V::MOVED;
        to_value_by_build!();

        fn build<'gc>(&$self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
            build::<K, V, false>($backwards, allocator)
        }

        unsafe fn build_last<'gc>(&$self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
            build::<K, V, true>($backwards, allocator)
        }

        fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
            if Self::MOVED {
                lists::moved(self, rt)
            } else {
                self.to_value(rt)
            }
        }
    };
}

impl<'gc, K: FromValue<'gc> + Ord, V: FromValue<'gc>> FromValue<'gc> for BTreeMap<K, V> {
    const TYPE: TypeExpr = TypeExpr::Name("list", &[TypeExpr::Tuple(&[K::TYPE, V::TYPE])]);

    fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
        let mut map = BTreeMap::new();
        for_each(value, |key, value| {
            map.entry(key).or_insert(value);
        })?;
        Ok(map)
    }
}

impl<K: ToValue, V: ToValue> ToValue for BTreeMap<K, V> {
    map_to_value!(self, self.iter().rev());
}

#[cfg(feature = "std")]
mod hash_map {
    use super::*;
    use core::hash::{BuildHasher, Hash};
    use std::collections::HashMap;

    impl<'gc, K, V, S> FromValue<'gc> for HashMap<K, V, S>
    where
        K: FromValue<'gc> + Eq + Hash,
        V: FromValue<'gc>,
        S: BuildHasher + Default,
    {
        const TYPE: TypeExpr = TypeExpr::Name("list", &[TypeExpr::Tuple(&[K::TYPE, V::TYPE])]);

        fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
            let mut map = HashMap::default();
            for_each(value, |key, value| {
                map.entry(key).or_insert(value);
            })?;
            Ok(map)
        }
    }

    /// In no particular order.
    impl<K: ToValue, V: ToValue, S> ToValue for HashMap<K, V, S> {
        map_to_value!(self, self.iter());
    }
}
