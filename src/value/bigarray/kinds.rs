//! Kinds of elements, and layouts.

use core::fmt;

use bactrian_sys as sys;

use crate::adapters::{Char, Nativeint};
use crate::interface::TypeExpr;

mod sealed {
    /// Of these types only.
    pub trait Sealed {}
}
pub(super) use sealed::Sealed;

/// The elements of a bigarray: a Rust type whose memory is that of an OCaml kind.
///
/// | `K` | OCaml: element, kind | in memory |
/// |---|---|---|
/// | `f64`, `f32` | `float`, `float64_elt` and `float32_elt` | itself |
/// | [`F16`] | `float`, `float16_elt` (since OCaml 5.2) | itself |
/// | `i8`, `u8`, `i16`, `u16` | `int`, `int8_signed_elt` to `int16_unsigned_elt` | itself |
/// | `i32`, `u32` | `int32`, `int32_elt` | itself |
/// | `i64`, `u64` | `int64`, `int64_elt` | itself |
/// | `isize` | `int`, `int_elt` | itself; OCaml sees 63 bits of it |
/// | [`Nativeint`] | `nativeint`, `nativeint_elt` | `isize` |
/// | [`Char`] | `char`, `int8_unsigned_elt` | `u8` |
/// | [`Complex<f64>`](Complex), `Complex<f32>` | `Complex.t`, `complex64_elt` and `complex32_elt` | itself |
///
/// With the feature `ndarray`, the complex numbers of the crate num-complex are such types, too.
///
/// ```
/// use bactrian::bigarray::{Complex, Kind};
///
/// fn size<K: Kind>() -> usize {
///     size_of::<K::Element>()
/// }
///
/// assert_eq!(size::<Complex<f32>>(), 8);
/// assert_eq!(<u8 as Kind>::OCAML.to_string(), "int");
/// assert_eq!(<u8 as Kind>::ELT.to_string(), "Bigarray.int8_unsigned_elt");
/// ```
pub trait Kind: Sealed + 'static {
    /// An element in memory.
    type Element: Copy + Send + Sync + fmt::Debug + 'static;
    /// The OCaml type of an element.
    const OCAML: TypeExpr;
    /// The OCaml type that stands for the kind.
    const ELT: TypeExpr;
    /// The kind's number.
    #[doc(hidden)]
    const NUMBER: isize;
}

/// The name of a kind by its number, as of the constructor functions in `Bigarray`.
pub(super) fn kind_name(number: isize) -> &'static str {
    const NAMES: [&str; 14] = [
        "float32",
        "float64",
        "int8_signed",
        "int8_unsigned",
        "int16_signed",
        "int16_unsigned",
        "int32",
        "int64",
        "int",
        "nativeint",
        "complex32",
        "complex64",
        "char",
        "float16",
    ];
    let name = usize::try_from(number).ok().and_then(|i| NAMES.get(i));
    name.copied().unwrap_or("unknown")
}

macro_rules! kinds {
    ($($kind:ty, $element:ty, $ocaml:literal, $elt:literal, $number:expr;)*) => {$(
        impl Sealed for $kind {}
        impl Kind for $kind {
            type Element = $element;
            const OCAML: TypeExpr = TypeExpr::named($ocaml);
            const ELT: TypeExpr = TypeExpr::named($elt);
            const NUMBER: isize = $number;
        }
    )*};
}
kinds! {
    f32, f32, "float", "Bigarray.float32_elt", 0;
    f64, f64, "float", "Bigarray.float64_elt", 1;
    i8, i8, "int", "Bigarray.int8_signed_elt", 2;
    u8, u8, "int", "Bigarray.int8_unsigned_elt", 3;
    i16, i16, "int", "Bigarray.int16_signed_elt", 4;
    u16, u16, "int", "Bigarray.int16_unsigned_elt", 5;
    i32, i32, "int32", "Bigarray.int32_elt", 6;
    u32, u32, "int32", "Bigarray.int32_elt", 6;
    i64, i64, "int64", "Bigarray.int64_elt", 7;
    u64, u64, "int64", "Bigarray.int64_elt", 7;
    isize, isize, "int", "Bigarray.int_elt", 8;
    Nativeint, isize, "nativeint", "Bigarray.nativeint_elt", 9;
    Complex<f32>, Complex<f32>, "Complex.t", "Bigarray.complex32_elt", 10;
    Complex<f64>, Complex<f64>, "Complex.t", "Bigarray.complex64_elt", 11;
    Char, u8, "char", "Bigarray.int8_unsigned_elt", 12;
    F16, F16, "float", "Bigarray.float16_elt", {
        assert!(
            sys::VERSION.0 > 5 || sys::VERSION.0 == 5 && sys::VERSION.1 >= 2,
            "OCaml has bigarrays of kind float16 since 5.2"
        );
        13
    };
}

#[cfg(feature = "ndarray")]
kinds! {
    num_complex::Complex<f32>, num_complex::Complex<f32>,
        "Complex.t", "Bigarray.complex32_elt", 10;
    num_complex::Complex<f64>, num_complex::Complex<f64>,
        "Complex.t", "Bigarray.complex64_elt", 11;
}

/// A complex number as bigarrays have them.
///
/// ```
/// use bactrian::bigarray::{Array1, ArrayViewMut, Complex};
///
/// /// OCaml: `external conjugate : (Complex.t, complex64_elt, c_layout) Array1.t -> unit
/// ///   = "mycrate_conjugate"`
/// #[bactrian::func]
/// fn conjugate(mut numbers: ArrayViewMut<'_, Array1<Complex<f64>>>) {
///     for z in numbers.iter_mut() {
///         *z = Complex::new(z.re, -z.im);
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Complex<T> {
    /// The real part.
    pub re: T,
    /// The imaginary part.
    pub im: T,
}

impl<T> Complex<T> {
    /// Of these parts.
    pub const fn new(re: T, im: T) -> Self {
        Complex { re, im }
    }
}

/// A floating-point number of 16 bits (binary16 of IEEE 754), as bigarrays of kind `float16` have
/// them.
///
/// ```
/// use bactrian::bigarray::F16;
///
/// assert_eq!(F16::from_f32(1.5).to_f32(), 1.5);
/// assert_eq!(F16::from_f32(1e6).to_f32(), f32::INFINITY);
/// assert_eq!(F16::from_f32(1.).to_bits(), 0x3c00);
/// assert_eq!(F16::from_bits(0x3c00).to_f32(), 1.);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct F16(u16);

impl F16 {
    /// Of these bits.
    pub const fn from_bits(bits: u16) -> Self {
        F16(bits)
    }

    /// The bits.
    pub const fn to_bits(self) -> u16 {
        self.0
    }

    /// The nearest one; of two, the even one.
    pub fn from_f32(float: f32) -> Self {
        let bits = float.to_bits();
        let sign = (bits >> 16) as u16 & 0x8000;
        let magnitude = bits & 0x7fff_ffff;
        // Half of the last place, or a little less so that ties go to even numbers.
        let rounded = |mantissa: u32, shift: u32| {
            let half = (1 << (shift - 1)) - 1 + (mantissa >> shift & 1);
            (mantissa + half) >> shift
        };
        let result = match magnitude {
            0x7f80_0001.. => 0x7e00,
            // From 65520 on.
            0x477f_f000.. => 0x7c00,
            // Normal ones: the exponents' biases differ by 112.
            0x3880_0000.. => rounded(magnitude - (112 << 23), 13),
            // Subnormal ones, in units of 2^-24, from a half of it on.
            0x3300_0000.. => {
                let exponent = magnitude >> 23;
                rounded(magnitude & 0x7f_ffff | 0x80_0000, 126 - exponent)
            }
            _ => 0,
        };
        F16(sign | result as u16)
    }

    /// The same number.
    pub fn to_f32(self) -> f32 {
        let sign = u32::from(self.0 & 0x8000) << 16;
        let (exponent, mantissa) = (u32::from(self.0 >> 10 & 0x1f), u32::from(self.0 & 0x3ff));
        match exponent {
            // 2^-24 is the unit of subnormal ones: exact in an `f32`.
            0 => {
                let float = mantissa as f32 * f32::from_bits((127 - 24) << 23);
                f32::from_bits(float.to_bits() | sign)
            }
            0x1f => f32::from_bits(sign | 0x7f80_0000 | mantissa << 13),
            _ => f32::from_bits(sign | (exponent + 112) << 23 | mantissa << 13),
        }
    }
}

impl fmt::Debug for F16 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_f32(), f)
    }
}

/// The order of elements in memory: [`CLayout`] or [`FortranLayout`].
///
/// ```
/// use bactrian::bigarray::{CLayout, FortranLayout, Layout};
///
/// assert!(FortranLayout::FORTRAN && !CLayout::FORTRAN);
/// assert_eq!(CLayout::TYPE.to_string(), "Bigarray.c_layout");
/// ```
pub trait Layout: Sealed + 'static {
    /// The OCaml type.
    const TYPE: TypeExpr;
    /// Whether the first index varies fastest, and indices start at 1.
    const FORTRAN: bool;
}

/// The last index varies fastest; indices start at 0.
///
/// For an example, see [`Layout`].
#[derive(Debug)]
pub enum CLayout {}

/// The first index varies fastest; indices start at 1.
///
/// For an example, see [`Layout`].
#[derive(Debug)]
pub enum FortranLayout {}

impl Sealed for CLayout {}
impl Layout for CLayout {
    const TYPE: TypeExpr = TypeExpr::named("Bigarray.c_layout");
    const FORTRAN: bool = false;
}

impl Sealed for FortranLayout {}
impl Layout for FortranLayout {
    const TYPE: TypeExpr = TypeExpr::named("Bigarray.fortran_layout");
    const FORTRAN: bool = true;
}
