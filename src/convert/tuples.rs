//! Tuples.

use super::{FromValue, ToValue, TypeExpr, derived, to_value_by_build};
use crate::runtime::{Allocator, Runtime};
use crate::value::{ConversionError, Value};

macro_rules! tuple {
    ($size:literal: $($type:ident $field:tt)*) => {
        impl<'gc, $($type: FromValue<'gc>),*> FromValue<'gc> for ($($type,)*) {
            const TYPE: TypeExpr = TypeExpr::Tuple(&[$($type::TYPE),*]);

            #[inline(always)]
            fn from_value(value: Value<'gc>) -> Result<Self, ConversionError> {
                if !value.is_block_of(0, $size) {
                    return Err(value.unexpected(concat!("a tuple of ", $size)));
                }
                // SAFETY: just checked.
                unsafe {
                    Ok(($(
                        match $type::from_value(value.field_unchecked($field)) {
                            Ok(element) => element,
                            Err(error) => return Err(error.in_element($field)),
                        },
                    )*))
                }
            }
        }

        impl<$($type: ToValue),*> ToValue for ($($type,)*) {
            const TYPE: TypeExpr = TypeExpr::Tuple(&[$($type::TYPE),*]);
            const MOVED: bool = false $(|| $type::MOVED)*;
            to_value_by_build!();

            fn into_value<'gc>(self, rt: &'gc Runtime) -> Value<'gc> {
                derived::moved_block(rt, 0, [$(self.$field.into_value(rt)),*])
            }

            #[inline(always)]
            fn build<'gc>(&self, allocator: &mut Allocator<'gc>) -> Value<'gc> {
                let fields = [$(self.$field.build(allocator).raw()),*];
                // SAFETY: values just made.
                unsafe {
                    let tuple = allocator.block(0, fields);
                    allocator.value(tuple)
                }
            }
        }
    };
}

tuple!(2: A 0 B 1);
tuple!(3: A 0 B 1 C 2);
tuple!(4: A 0 B 1 C 2 D 3);
tuple!(5: A 0 B 1 C 2 D 3 E 4);
tuple!(6: A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(7: A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
tuple!(13: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12);
tuple!(14: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13);
tuple!(15: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14);
tuple!(16: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15);
tuple!(17: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16);
tuple!(18: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17);
tuple!(19: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18);
tuple!(20: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19);
tuple!(21: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15 Q 16 R 17 S 18 T 19 U 20);
