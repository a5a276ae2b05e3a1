//! The text of an error on its way to OCaml.

use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::mem::MaybeUninit;

/// A text that is allocated only when it is long: most messages go from here to the OCaml heap.
pub(super) struct Message {
    short: [MaybeUninit<u8>; 256],
    /// Bytes in use of `short`, all written; all of the text is in `long` when that is not empty.
    length: usize,
    long: Vec<u8>,
}

impl Message {
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Message {
            short: [const { MaybeUninit::uninit() }; 256],
            length: 0,
            long: Vec::new(),
        }
    }

    /// What a value displays.
    pub(super) fn of(text: &dyn fmt::Display) -> Self {
        let mut message = Message::new();
        // An error of `Display` leaves what was written before it.
        let _ = fmt::Write::write_fmt(&mut message, format_args!("{text}"));
        message
    }

    /// Adds what an error displays, and its causes.
    #[inline(always)]
    pub(super) fn say_error(&mut self, error: &impl Error) {
        let _ = fmt::write(self, format_args!("{error}"));
        if let Some(cause) = error.source() {
            self.say_causes(cause);
        }
    }

    #[cold]
    fn say_causes(&mut self, cause: &dyn Error) {
        let mut cause = Some(cause);
        while let Some(error) = cause {
            let before = self.bytes().len();
            let _ = fmt::Write::write_fmt(self, format_args!(": {error}"));
            // Many errors repeat the text of their cause in their own.
            let (said, added) = self.bytes().split_at(before);
            let added = &added[2.min(added.len())..];
            if added.is_empty() || said.windows(added.len()).any(|part| part == added) {
                self.truncate(before);
            }
            cause = error.source();
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        if self.long.is_empty() {
            self.short()
        } else {
            &self.long
        }
    }

    fn short(&self) -> &[u8] {
        // SAFETY: the first `length` bytes have been written, and bytes may be so seen.
        unsafe { core::slice::from_raw_parts(self.short.as_ptr().cast(), self.length) }
    }

    fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
        self.long.truncate(length);
    }
}

impl fmt::Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.long.is_empty() {
            if let Some(free) = self.short[self.length..].get_mut(..text.len()) {
                for (free, &byte) in free.iter_mut().zip(text.as_bytes()) {
                    free.write(byte);
                }
                self.length += text.len();
                return Ok(());
            }
            self.long = self.short().to_vec();
        }
        self.long.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[derive(Debug)]
    struct Chain(&'static str, Option<alloc::boxed::Box<Chain>>);

    impl fmt::Display for Chain {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Chain {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|cause| cause as &dyn Error)
        }
    }

    fn chain(texts: &[&'static str]) -> Chain {
        let cause = (texts.len() > 1).then(|| chain(&texts[1..]).into());
        Chain(texts[0], cause)
    }

    fn text(texts: &[&'static str]) -> alloc::string::String {
        let mut message = Message::new();
        message.say_error(&chain(texts));
        core::str::from_utf8(message.bytes()).unwrap().to_string()
    }

    #[test]
    fn causes_follow() {
        assert_eq!(text(&["a", "b", "c"]), "a: b: c");
    }

    #[test]
    fn a_cause_that_was_said_is_left_out() {
        assert_eq!(
            text(&["cannot read: no file", "no file", "x"]),
            "cannot read: no file: x"
        );
        assert_eq!(text(&["a", "", "b"]), "a: b");
    }

    #[test]
    fn a_long_text_is_whole() {
        let long: &'static str = alloc::string::String::leak("0123456789".repeat(50));
        assert_eq!(
            text(&["short", long, long]),
            alloc::format!("short: {long}")
        );
        assert_eq!(text(&[long, "end"]), alloc::format!("{long}: end"));
    }
}
