//! What no two runs print alike. It is blurred, not cut out: its place, its length and its form are compared.

/// The moment of the run, and the terms that begin with it. A date that is always the same is blurred with them: nothing
/// tells it from the others.
const TIMES: [&[u8]; 2] = [b"0000-00-00T00:00:00Z", b"0000-00-00"];

/// Serials, digests and key identifiers are drawn, or follow from keys that are; the shortest has 34 digits.
const DRAWN_DIGITS: usize = 32;

/// A full row of PEM: the page shows the first row of a certificate and of a key, and leaves out the others.
const ROW: usize = 64;

/// The line as every run prints it.
pub(crate) fn masked(line: &str) -> String {
    let mut line = line.as_bytes().to_vec();
    TIMES.iter().for_each(|shape| mask_times(&mut line, shape));
    mask_drawn(&mut line);
    if line.len() == ROW && line.iter().all(|&byte| is_base64(byte)) {
        line.fill(b'0');
    }
    String::from_utf8(line).unwrap()
}

fn mask_times(line: &mut [u8], shape: &[u8]) {
    for at in 0..line.len() {
        if let Some(window) = line.get_mut(at..at + shape.len())
            && fits(window, shape)
        {
            window.copy_from_slice(shape);
        }
    }
}

/// Whether there is a digit wherever the shape has one, and the same character elsewhere.
fn fits(window: &[u8], shape: &[u8]) -> bool {
    let blurred = window.iter().map(|byte| if byte.is_ascii_digit() { b'0' } else { *byte });
    blurred.eq(shape.iter().copied())
}

fn mask_drawn(line: &mut [u8]) {
    let words = line.chunk_by_mut(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric());
    for word in words.filter(|word| word.len() >= DRAWN_DIGITS) {
        if word.iter().all(u8::is_ascii_hexdigit) {
            word.fill(b'0');
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}
