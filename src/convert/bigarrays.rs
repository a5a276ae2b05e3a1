//! Bigarrays, and vectors `as = bigarray`.

use alloc::vec::Vec;

use super::adapters::{AsBigarray, FromValueAs, ToValueAs};
use super::{OCamlType, ToValue, TypeExpr};
use crate::runtime::Allocator;
use crate::value::bigarray::{
    Array0, Array1, Array2, Array3, Bigarray, Buffer, Genarray, Kind, Layout, copy, parts,
};
use crate::value::{ConversionError, Value};

macro_rules! ocaml_types {
    ($($name:ident)*) => {$(
        impl<K: Kind, L: Layout> OCamlType for $name<K, L> {
            const TYPE: TypeExpr = Self::BIGARRAY;

            #[inline]
            fn check(value: Value<'_>) -> Result<(), ConversionError> {
                parts::<Self>(value).map(|_| ())
            }
        }
    )*};
}
ocaml_types!(Array0 Array1 Array2 Array3 Genarray);

impl<'gc, K: Kind<Element = K> + Copy> FromValueAs<'gc, AsBigarray> for Vec<K> {
    const TYPE: TypeExpr = Array1::<K>::BIGARRAY;

    fn from_value_as(value: Value<'gc>) -> Result<Self, ConversionError> {
        copy(&parts::<Array1<K>>(value)?)
    }
}

impl<K: Kind<Element = K> + Copy> ToValueAs<AsBigarray> for Vec<K> {
    const TYPE: TypeExpr = Array1::<K>::BIGARRAY;

    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        allocator.escape(|rt| Buffer::<Array1<K>>::from(self.clone()).into_value(rt))
    }
}

impl<K: Kind<Element = K> + Copy> ToValueAs<AsBigarray> for &[K] {
    const TYPE: TypeExpr = Array1::<K>::BIGARRAY;

    fn build_as<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
        allocator.escape(|rt| Buffer::<Array1<K>>::from(self.to_vec()).into_value(rt))
    }
}
