//! Bigarrays as arguments, in place.

use core::fmt;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use super::{Bigarray, Element, offset};

macro_rules! views {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        pub struct $name<'a, A: Bigarray> {
            data: NonNull<Element<A>>,
            length: usize,
            dims: &'a [usize],
            lifetime: PhantomData<&'a mut [Element<A>]>,
        }

        impl<'a, A: Bigarray> $name<'a, A> {
            /// A view of these elements.
            ///
            /// # Safety
            ///
            /// They are there, aligned, and nobody else reads or writes them in the way that this view
            /// does not allow, as long as it is alive; there are as many as the dimensions say.
            pub(crate) unsafe fn from_parts(
                data: NonNull<Element<A>>,
                length: usize,
                dims: &'a [usize],
            ) -> Self {
                $name { data, length, dims, lifetime: PhantomData }
            }

            /// The sizes of the dimensions.
            pub fn dims(&self) -> &[usize] {
                self.dims
            }

            /// The element with this index, which counts as OCaml's does: from 0 in C layout, from 1
            /// in Fortran layout.
            #[inline]
            pub fn at(&self, index: impl AsRef<[usize]>) -> Option<&Element<A>> {
                self.get(offset::<A::Layout>(self.dims, index.as_ref())?)
            }
        }

        impl<A: Bigarray> Deref for $name<'_, A> {
            type Target = [Element<A>];

            #[inline]
            fn deref(&self) -> &[Element<A>] {
                // SAFETY: what `from_parts` was promised.
                unsafe { core::slice::from_raw_parts(self.data.as_ptr(), self.length) }
            }
        }

        impl<A: Bigarray> fmt::Debug for $name<'_, A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("dims", &self.dims)
                    .field("data", &&**self)
                    .finish()
            }
        }
    )*};
}
views! {
    /// A bigarray that a function is given to read: its elements are a slice, in the order of memory.
    ///
    /// A parameter of a [`func`](macro@crate::func) that does not touch the runtime, spelt by this
    /// name; `A` is [`Array1`](super::Array1) or one of its like. The bigarray may not be that of
    /// another argument which the function writes to, and other domains and threads must not write to
    /// it meanwhile.
    ///
    /// ```
    /// use bactrian::bigarray::{Array2, ArrayView, FortranLayout};
    ///
    /// /// The sum of the diagonal of a matrix from Fortran.
    /// #[bactrian::func]
    /// fn trace(matrix: ArrayView<'_, Array2<f64, FortranLayout>>) -> f64 {
    ///     assert_eq!(matrix.dims()[0], matrix.dims()[1]);
    ///     (1..).map_while(|i| matrix.at([i, i])).sum()
    /// }
    /// ```
    ArrayView;
    /// A bigarray that a function is given to read and write: see [`ArrayView`].
    ///
    /// ```
    /// use bactrian::bigarray::{Array1, Array2, ArrayView, ArrayViewMut};
    ///
    /// #[bactrian::func]
    /// fn add(mut to: ArrayViewMut<'_, Array1<f32>>, from: ArrayView<'_, Array1<f32>>) {
    ///     to.iter_mut().zip(from.iter()).for_each(|(a, b)| *a += b);
    /// }
    ///
    /// /// Adds the cell above to each.
    /// #[bactrian::func]
    /// fn accumulate(mut matrix: ArrayViewMut<'_, Array2<f32>>) {
    ///     for row in 1..matrix.dims()[0] {
    ///         for column in 0..matrix.dims()[1] {
    ///             let Some(&above) = matrix.at([row - 1, column]) else { return };
    ///             if let Some(it) = matrix.at_mut([row, column]) {
    ///                 *it += above;
    ///             }
    ///         }
    ///     }
    /// }
    /// ```
    ArrayViewMut;
}

impl<A: Bigarray> ArrayViewMut<'_, A> {
    /// The element with this index, to write to.
    #[inline]
    pub fn at_mut(&mut self, index: impl AsRef<[usize]>) -> Option<&mut Element<A>> {
        let offset = offset::<A::Layout>(self.dims, index.as_ref())?;
        self.get_mut(offset)
    }
}

impl<A: Bigarray> DerefMut for ArrayViewMut<'_, A> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [Element<A>] {
        // SAFETY: what `from_parts` was promised.
        unsafe { core::slice::from_raw_parts_mut(self.data.as_ptr(), self.length) }
    }
}

impl<A: Bigarray> Copy for ArrayView<'_, A> {}

impl<A: Bigarray> Clone for ArrayView<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

// SAFETY: a view is a slice, `&'a [T]` or `&'a mut [T]`, of elements that threads can share.
unsafe impl<A: Bigarray> Send for ArrayView<'_, A> {}
// SAFETY: as above.
unsafe impl<A: Bigarray> Sync for ArrayView<'_, A> {}
// SAFETY: as above.
unsafe impl<A: Bigarray> Send for ArrayViewMut<'_, A> {}
// SAFETY: as above.
unsafe impl<A: Bigarray> Sync for ArrayViewMut<'_, A> {}
