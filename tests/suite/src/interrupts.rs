//! What interrupts a program: signals, finalisers, sampling of allocations, no memory.

use std::ffi::c_int;

use bactrian::{Exception, Runtime};

/// The signal SIGALRM, on this thread: OCaml has recorded it when this returns.
fn signal() {
    #[expect(unsafe_code, reason = "a function of C that is safe to call")]
    unsafe extern "C" {
        safe fn raise(signal: c_int) -> c_int;
    }
    const SIGALRM: c_int = 14;
    assert_eq!(raise(SIGALRM), 0);
}

/// Polls until something raises, at most so often; how often it did not.
#[bactrian::func(boxed)]
fn poll(rt: &mut Runtime, polls: usize) -> Result<usize, Exception> {
    let _guard = crate::errors::Guard::new();
    for _ in 0..polls {
        rt.poll()?;
    }
    Ok(polls)
}

/// The same, after a signal.
#[bactrian::func(boxed)]
fn signal_and_poll(rt: &mut Runtime, polls: usize) -> Result<usize, Exception> {
    let _guard = crate::errors::Guard::new();
    signal();
    for _ in 0..polls {
        rt.poll()?;
    }
    Ok(polls)
}

/// A signal comes meanwhile, and the function returns a list.
#[bactrian::func(as = list)]
fn signal_and_return(text: String) -> Vec<String> {
    signal();
    (0..10_000).map(|i| format!("{text}{i}")).collect()
}

/// A signal comes meanwhile, and the function fails.
#[bactrian::func]
fn signal_and_fail(text: String) -> Result<(), Box<dyn std::error::Error>> {
    let _guard = crate::errors::Guard::new();
    signal();
    Err(text.into())
}

/// A signal comes meanwhile, and the function panics.
#[bactrian::func]
fn signal_and_panic(text: String) {
    let _guard = crate::errors::Guard::new();
    signal();
    panic!("{text}");
}

/// More than memory holds twice: as Rust's it is never touched.
#[bactrian::func(boxed)]
fn huge_bytes(size: usize) -> Result<Vec<u8>, String> {
    let _guard = crate::errors::Guard::new();
    zeroed(size)
}

#[bactrian::func(boxed)]
fn huge_floats(size: usize) -> Result<Vec<f64>, String> {
    let _guard = crate::errors::Guard::new();
    zeroed(size / 8)
}

#[bactrian::func(boxed)]
fn huge_ints(size: usize) -> Result<Vec<isize>, String> {
    let _guard = crate::errors::Guard::new();
    zeroed(size / 8)
}

#[bactrian::func(boxed)]
fn huge_array(size: usize) -> Result<(String, Vec<usize>), String> {
    let _guard = crate::errors::Guard::new();
    Ok(("beside".to_owned(), zeroed(size / 8)?))
}

/// The same list.
#[bactrian::func(boxed, as = list)]
fn long_list(#[ocaml(as = list)] list: Vec<isize>) -> Vec<isize> {
    list
}

/// Zeros, asked for without ending the program when there is no room.
fn zeroed<T: Clone + Default>(length: usize) -> Result<Vec<T>, String> {
    Vec::<T>::new()
        .try_reserve_exact(length)
        .map_err(|error| error.to_string())?;
    Ok(vec![T::default(); length])
}
