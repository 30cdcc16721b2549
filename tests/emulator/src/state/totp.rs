//! One-time passwords by time (RFC 6238) over HMAC-SHA-1 (RFC 4226), and their keys in base32.

use hmac::{Hmac, Mac as _};
use sha1::Sha1;

/// How long a password is shown, in seconds (RFC 6238, 5.2).
const STEP: u64 = 30;

const DIGITS: u32 = 6;

/// The number of the step that a moment lies in.
pub(crate) fn step_at(seconds: u64) -> u64 {
    seconds / STEP
}

/// The password of a step.
pub(crate) fn totp(key: &[u8], step: u64) -> String {
    hotp(key, step, DIGITS)
}

/// RFC 4226, 5.3: the last nibble of the HMAC says where the 31 bits of the number are.
fn hotp(key: &[u8], counter: u64, digits: u32) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return String::new() };
    mac.update(&counter.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 0xf);
    let number =
        hash[offset..offset + 4].iter().fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    let number = (number & 0x7fff_ffff) % 10_u32.pow(digits);
    format!("{number:0width$}", width = digits as usize)
}

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// RFC 4648 base32 without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    let bit = |index: usize| bytes.get(index / 8).map_or(0, |byte| (byte >> (7 - index % 8)) & 1);
    (0..(bytes.len() * 8).div_ceil(5))
        .map(|group| (0..5).fold(0, |sum, index| (sum << 1) | bit(group * 5 + index)))
        .map(|value| char::from(ALPHABET[usize::from(value)]))
        .collect()
}

/// The reverse of [`base32`]; none for text that is not base32.
pub(crate) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for letter in text.trim_end_matches('=').bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn the_vectors_of_rfc_4226_come_out() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (counter, password) in (0..).zip(expected) {
            assert_eq!(hotp(KEY, counter, 6), password);
        }
    }

    #[test]
    fn the_vectors_of_rfc_6238_come_out() {
        for (seconds, password) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(hotp(KEY, step_at(seconds), 8), password);
            assert_eq!(totp(KEY, step_at(seconds)), password[2..]);
        }
    }

    #[test]
    fn the_vectors_of_rfc_4648_come_out() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
            assert_eq!(from_base32(text).unwrap(), bytes.as_bytes());
        }
        assert_eq!(from_base32("M1"), None);
    }
}
