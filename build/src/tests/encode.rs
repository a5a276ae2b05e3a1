//! Writes records as `bactrian` does, for tests of the reader.

/// What a record can hold.
pub trait Encode {
    fn encode(&self, out: &mut Vec<u8>);
}

impl Encode for u32 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }
}

impl Encode for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.len() as u32).encode(out);
        out.extend(self.as_bytes());
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.len() as u32).encode(out);
        self.iter().for_each(|one| one.encode(out));
    }
}

impl<T: Encode> Encode for Box<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        (**self).encode(out);
    }
}

/// A whole record.
pub fn record(number: u32, fields: &impl Encode) -> Vec<u8> {
    let mut body = Vec::new();
    fields.encode(&mut body);
    let mut out = b"Bactrian".to_vec();
    out.extend(crate::schema::VERSION.to_le_bytes());
    for number in [
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    ] {
        out.extend(number.parse::<u16>().unwrap().to_le_bytes());
    }
    number.encode(&mut out);
    (body.len() as u32).encode(&mut out);
    out.extend(body);
    out
}
