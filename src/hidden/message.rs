//! The text of an error on its way to OCaml.

use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::mem::MaybeUninit;

/// The longest chain of causes that is followed: an error may be its own cause.
const MOST_CAUSES: usize = 100;

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
        for _ in 0..MOST_CAUSES {
            let Some(error) = cause else { return };
            let before = self.bytes().len();
            let _ = fmt::Write::write_fmt(self, format_args!(": {error}"));
            // Many errors repeat the text of their cause in their own.
            let (said, added) = self.bytes().split_at(before);
            if says(said, &added[2.min(added.len())..]) {
                self.truncate(before);
            }
            cause = error.source();
        }
        if cause.is_some() {
            let _ = fmt::Write::write_str(self, ": ...");
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

/// Whether a text says another already, in words of its own: `cannot open: no file` says `no file`,
/// but `error 12` does not say `2`.
fn says(said: &[u8], cause: &[u8]) -> bool {
    // Both were written as text.
    let (Ok(said), Ok(cause)) = (str::from_utf8(said), str::from_utf8(cause)) else {
        return false;
    };
    let ends = |text: &str| !text.ends_with(char::is_alphanumeric);
    let begins = |text: &str| !text.starts_with(char::is_alphanumeric);
    cause.is_empty()
        || said.match_indices(cause).any(|(at, _)| {
            (ends(&said[..at]) || begins(cause))
                && (begins(&said[at + cause.len()..]) || ends(cause))
        })
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
    fn a_cause_within_a_word_was_not_said() {
        assert_eq!(text(&["error 12", "2"]), "error 12: 2");
        assert_eq!(text(&["2 errors", "error"]), "2 errors: error");
        assert_eq!(text(&["(no file)", "no file"]), "(no file)");
        assert_eq!(text(&["no file.", "no file"]), "no file.");
        assert_eq!(text(&["a: (b)", "(b)"]), "a: (b)");
        assert_eq!(text(&["xé", "é", "é"]), "xé: é");
    }

    #[test]
    fn a_text_with_nul_is_whole() {
        assert_eq!(text(&["a\0b", "c\0", "\0b"]), "a\0b: c\0");
    }

    /// Its own cause, behind another.
    #[derive(Debug)]
    struct Circle(&'static str);

    impl fmt::Display for Circle {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Circle {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(match self.0 {
                "one" => &Circle("two"),
                _ => &Circle("one"),
            })
        }
    }

    #[test]
    fn a_circle_ends() {
        let mut message = Message::new();
        message.say_error(&Circle("one"));
        assert_eq!(message.bytes(), b"one: two: ...");
    }

    #[test]
    fn a_chain_without_end_ends() {
        let texts: alloc::vec::Vec<&'static str> = (0..1000)
            .map(|n| &*alloc::string::String::leak(alloc::format!("cause {n}")))
            .collect();
        let text = text(&texts);
        assert!(text.starts_with("cause 0: cause 1: "));
        assert!(text.ends_with(": cause 100: ..."));
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
