//! Bigarrays as Rust alone sees them.
#![cfg(unix)]

use bactrian::bigarray::{Array1, Array2, Buffer, Dims, F16, FortranLayout};
use bactrian::{OCamlType, ToValue, Value};

#[test]
fn every_f16_is_an_f32_and_back() {
    for bits in 0..=u16::MAX {
        let half = F16::from_bits(bits);
        let float = half.to_f32();
        if float.is_nan() {
            assert!(bits & 0x7c00 == 0x7c00 && bits & 0x3ff != 0);
            assert!(F16::from_f32(float).to_f32().is_nan());
        } else {
            assert_eq!(F16::from_f32(float).to_bits(), bits, "{float}");
        }
    }
}

#[test]
fn an_f32_becomes_the_nearest_f16() {
    // Every number that is half way between two, and those beside it.
    for bits in 0..0x7bff {
        let (a, b) = (
            F16::from_bits(bits).to_f32(),
            F16::from_bits(bits + 1).to_f32(),
        );
        let middle = a / 2. + b / 2.;
        let even = bits + (bits & 1);
        assert_eq!(F16::from_f32(middle).to_bits(), even, "{middle}");
        assert_eq!(
            F16::from_f32(middle.next_down()).to_bits(),
            bits,
            "{middle}"
        );
        assert_eq!(
            F16::from_f32(middle.next_up()).to_bits(),
            bits + 1,
            "{middle}"
        );
        assert_eq!(F16::from_f32(-middle).to_bits(), even | 0x8000, "-{middle}");
    }
    assert_eq!(F16::from_f32(65519.996).to_f32(), 65504.);
    assert_eq!(F16::from_f32(65520.).to_f32(), f32::INFINITY);
    assert_eq!(F16::from_f32(f32::MIN_POSITIVE).to_bits(), 0);
    assert_eq!(F16::from_f32(f32::NEG_INFINITY).to_f32(), f32::NEG_INFINITY);
}

#[test]
fn buffers_are_moved_or_copied() {
    bactrian::hidden::embedded(|rt| {
        let buffer = Buffer::<Array2<i16>>::new([1, 3], vec![1, 2, 3]);
        let address = buffer.as_ptr().cast();
        let copied = buffer.to_value(rt).to::<Value<Array2<i16>>>().unwrap();
        assert_ne!(copied.cells().unwrap().as_ptr(), address);
        let moved = buffer.into_bigarray(rt);
        assert_eq!(moved.cells().unwrap().as_ptr(), address);
        assert_eq!(moved.dims().unwrap()[..], [1, 3]);
        assert_eq!(moved.to_vec().unwrap(), copied.to_vec().unwrap());
        copied.set([0, 1], 7).unwrap();
        assert_eq!(moved.get([0, 1]).unwrap(), 2);

        let fortran = Buffer::<Array2<i16, FortranLayout>>::new([1, 3], vec![1, 2, 3]);
        assert!(fortran.to_value(rt).to::<Value<Array2<i16>>>().is_err());
        let array = Value::owned(rt, Buffer::<Array1<i16>>::from(vec![5]));
        assert_eq!(array.to::<Buffer<Array1<i16>>>().unwrap().into_vec(), [5]);
    });
}

#[test]
fn dims_are_a_slice() {
    let dims = Dims::from([2, 3]);
    assert_eq!(format!("{dims:?}"), "[2, 3]");
    assert_eq!(dims.iter().product::<usize>(), 6);
    assert!(std::panic::catch_unwind(|| Dims::new(&[1; 17])).is_err());
}

#[test]
fn types_have_names() {
    let layout = "(int32, Bigarray.int32_elt, Bigarray.fortran_layout) Bigarray.Array2.t";
    assert_eq!(
        <Array2<u32, FortranLayout> as OCamlType>::TYPE.to_string(),
        layout
    );
}
