//! The benchmarks' functions, written with ocaml-rs and ocaml-interop as one who knows them would.

extern crate bench as _;

mod data;
#[cfg(feature = "interop")]
mod interop;
mod ocaml_rs;

/// Called after OCaml's own start, and before anything else here.
#[unsafe(no_mangle)]
pub extern "C" fn peers_init(unit: isize) -> isize {
    data::init();
    // ocaml-rs puts in its panic hook when it is first called. It would raise from within the hook,
    // for panics of others, too.
    ocaml_rs::rs_noop(ocaml::Raw(unit));
    std::panic::set_hook(Box::new(|panic| {
        // How ocaml-interop raises.
        if panic.payload().downcast_ref() != Some(&data::data().error_text) {
            eprintln!("{panic}");
        }
    }));
    unit
}

/// As C converts: Rust's `as` does more, for numbers that no integer is near to.
fn truncated(float: f64) -> isize {
    // SAFETY: all the numbers here are small.
    unsafe { float.to_int_unchecked() }
}

/// Four sums at once: an addition's latency would hide everything else.
fn sum(floats: &[f64]) -> f64 {
    let (fours, rest) = floats.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, float) in sums.iter_mut().zip(four) {
            *sum += float;
        }
    }
    rest.iter().for_each(|float| sums[0] += float);
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
