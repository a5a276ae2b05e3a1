//! The records that the macros leave in object files. Their reader's tests are in `build/`.
#![deny(warnings, clippy::all)]
#![forbid(unsafe_code)]

use bactrian::hidden::interface::{MAGIC, Stub};

/// A record of so many bytes without its head, and the text in it.
macro_rules! record_of {
    ($length:literal) => {{
        const TEXT: &str = match str::from_utf8(&[b'x'; $length - 16]) {
            Ok(text) => text,
            Err(_) => unreachable!(),
        };
        const RECORD: Stub = Stub {
            module: "",
            file: "",
            line: 0x0102_0304,
            symbol: TEXT,
        };
        const BYTES: [u8; RECORD.written().record_size()] = RECORD.record(&RECORD.written());
        (BYTES.to_vec(), TEXT)
    }};
}

#[test]
fn what_is_longer_than_the_buffer_is_written_all_the_same() {
    for (bytes, text) in [
        record_of!(17),
        record_of!(1023),
        record_of!(1024),
        record_of!(1025),
        record_of!(70_000),
    ] {
        let (head, fields) = bytes.split_at(24);
        assert_eq!(head[..8], MAGIC);
        assert_eq!(head[16..20], 7_u32.to_le_bytes());
        assert_eq!(head[20..], (fields.len() as u32).to_le_bytes());
        let mut expected = [0; 8].to_vec();
        expected.extend([4, 3, 2, 1]);
        expected.extend((text.len() as u32).to_le_bytes());
        expected.extend(text.as_bytes());
        assert_eq!(fields, expected);
    }
}
