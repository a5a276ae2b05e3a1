//! What OCaml code registers under a name, with `Callback.register`.

use core::ffi::CStr;
use core::sync::atomic::{AtomicPtr, Ordering};

use bactrian_sys as sys;
use sys::Value as Raw;

use super::Runtime;

/// A name, and what is registered under it.
///
/// The runtime keeps what is registered under a name in a root that never moves and lasts as long as
/// the program, so that is what is remembered; what is registered anew is found in it. A name that is
/// missing is looked for again the next time: registrations may come late.
///
/// Looking it up is not for a shared token: OCaml 5 has a lock on its table of names, and lets other
/// domains collect while it waits for it (`caml_named_value`).
#[derive(Debug)]
pub struct NamedValue {
    name: &'static CStr,
    root: AtomicPtr<Raw>,
}

impl NamedValue {
    /// A name.
    pub const fn new(name: &'static CStr) -> Self {
        NamedValue {
            name,
            root: AtomicPtr::new(core::ptr::null_mut()),
        }
    }

    /// A name that ends with NUL, and has no other.
    pub const fn of_text(name: &'static str) -> Self {
        match CStr::from_bytes_with_nul(name.as_bytes()) {
            Ok(name) => NamedValue::new(name),
            Err(_) => panic!("a registered name has no NUL"),
        }
    }

    /// The name.
    pub fn name(&self) -> &'static CStr {
        self.name
    }

    /// Looks the name up, if it has not been found before. May collect.
    #[inline]
    pub fn find(&self, rt: &mut Runtime) -> Option<*const Raw> {
        self.found().or_else(|| {
            let root = Self::look_up(self.name, rt)?;
            self.root.store(root.cast_mut(), Ordering::Relaxed);
            Some(root)
        })
    }

    /// Where the value is, if [`find`](NamedValue::find) has found it.
    #[inline]
    pub fn found(&self) -> Option<*const Raw> {
        let root = self.root.load(Ordering::Relaxed);
        (!root.is_null()).then_some(root.cast_const())
    }

    /// Looks up a name that is not remembered. May collect.
    #[cold]
    pub(crate) fn look_up(name: &CStr, _: &mut Runtime) -> Option<*const Raw> {
        // SAFETY: a C string; the caller has the token, exclusively, so this may collect. What is
        // returned is null or a root of the runtime's own.
        let root = unsafe { sys::caml_named_value(name.as_ptr()) };
        (!root.is_null()).then_some(root)
    }
}
