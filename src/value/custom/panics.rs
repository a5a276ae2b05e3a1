//! Code of the user's that the runtime has called, where a panic cannot go on.

use alloc::string::String;

/// Runs code of the user's; the message of a panic.
pub(super) fn catch<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    #[cfg(feature = "std")]
    {
        std::panic::catch_unwind(core::panic::AssertUnwindSafe(run)).map_err(|payload| {
            let message = String::from(crate::runtime::text_of_panic(&*payload));
            // It may panic when it is dropped.
            core::mem::forget(payload);
            message
        })
    }
    #[cfg(not(feature = "std"))]
    {
        Ok(run())
    }
}

/// Runs code of a `Drop` where a panic has nowhere to go.
pub(super) fn contain(name: &'static str, drop: impl FnOnce()) {
    #[cfg(feature = "std")]
    {
        if let Err(payload) = std::panic::catch_unwind(core::panic::AssertUnwindSafe(drop)) {
            report(name);
            // It may panic again when it is dropped.
            core::mem::forget(payload);
        }
    }
    #[cfg(not(feature = "std"))]
    {
        let _ = name;
        drop();
    }
}

#[cfg(feature = "std")]
#[cold]
#[inline(never)]
fn report(name: &'static str) {
    use std::io::Write;
    // The panic itself has been reported by the hook, with its message.
    let _ = writeln!(
        std::io::stderr(),
        "bactrian: dropping a {name} that OCaml no longer needs panicked; going on"
    );
}
