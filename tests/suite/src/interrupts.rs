//! What interrupts a program: signals, finalisers, sampling of allocations, no memory.

use std::time::{Duration, Instant};

use bactrian::{Exception, Runtime};

/// Spins for as long: sleeping would be interrupted.
fn spin(milliseconds: u64) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(milliseconds) {
        std::hint::spin_loop();
    }
}

/// Polls until something raises, at most for as long; how often it did not.
#[bactrian::func(boxed)]
fn poll_for(rt: &mut Runtime, milliseconds: usize) -> Result<usize, Exception> {
    let _guard = crate::errors::Guard::new();
    let start = Instant::now();
    let mut polls = 0;
    while start.elapsed() < Duration::from_millis(milliseconds as u64) {
        rt.poll()?;
        polls += 1;
    }
    Ok(polls)
}

/// A signal comes meanwhile, and the function returns a list.
#[bactrian::func(as = list)]
fn spin_and_return(text: String) -> Vec<String> {
    spin(30);
    (0..10_000).map(|i| format!("{text}{i}")).collect()
}

/// A signal comes meanwhile, and the function fails.
#[bactrian::func]
fn spin_and_fail(text: String) -> Result<(), Box<dyn std::error::Error>> {
    let _guard = crate::errors::Guard::new();
    spin(30);
    Err(text.into())
}

/// A signal comes meanwhile, and the function panics.
#[bactrian::func]
fn spin_and_panic(text: String) {
    let _guard = crate::errors::Guard::new();
    spin(30);
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

/// Zeros, asked for without ending the program when there is no room.
fn zeroed<T: Clone + Default>(length: usize) -> Result<Vec<T>, String> {
    Vec::<T>::new()
        .try_reserve_exact(length)
        .map_err(|error| error.to_string())?;
    Ok(vec![T::default(); length])
}
