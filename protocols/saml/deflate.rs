//! DEFLATE (RFC 1951), as the binding HTTP-Redirect wants it.
//!
//! Messages are a few hundred bytes: they are sent in stored blocks, which every reader knows. What
//! comes in is inflated with a hard limit on the output.

use super::failure::{Check, VerificationFailure as Failure};

/// The most that a stored block holds.
const MAX_STORED: usize = 0xffff;
/// Each block costs its codes, however little is in it.
const MAX_BLOCKS: usize = 256;
const MAX_CODE_LENGTH: usize = 15;
/// In which order the lengths of the code for lengths come (RFC 1951, section 3.2.7).
const LENGTH_ORDER: [usize; 19] =
    [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Compressed data without compression.
pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + 5);
    let mut rest = data;
    loop {
        let (block, after) = rest.split_at(rest.len().min(MAX_STORED));
        let length = (block.len() & MAX_STORED) as u16;
        out.push(u8::from(after.is_empty()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
        rest = after;
        if rest.is_empty() {
            return out;
        }
    }
}

/// What was compressed, if it has at most `limit` bytes and nothing follows it.
pub(crate) fn inflate(data: &[u8], limit: usize) -> Check<Vec<u8>> {
    let mut inflater = Inflater { bits: Bits { data, at: 0 }, out: Vec::new(), limit };
    for block in 1.. {
        if inflater.block()? {
            break;
        }
        if block == MAX_BLOCKS {
            return Err(Failure::Deflate);
        }
    }
    // What is left of the last byte is padding.
    match inflater.bits.at.div_ceil(8) == data.len() {
        true => Ok(inflater.out),
        false => Err(Failure::Deflate),
    }
}

struct Inflater<'a> {
    bits: Bits<'a>,
    out: Vec<u8>,
    limit: usize,
}

impl Inflater<'_> {
    /// Reads a block and says whether it is the last.
    fn block(&mut self) -> Check<bool> {
        let last = self.bits.take(1)? == 1;
        match self.bits.take(2)? {
            0 => self.stored()?,
            1 => {
                let lengths: Vec<u8> = (0..288_usize)
                    .map(|symbol| match symbol {
                        0..144 | 280.. => 8,
                        144..256 => 9,
                        256..280 => 7,
                    })
                    .collect();
                self.compressed(&Code::new(&lengths)?, &Code::new(&[5; 30])?)?;
            }
            2 => {
                let (literals, distances) = self.codes()?;
                self.compressed(&literals, &distances)?;
            }
            _ => return Err(Failure::Deflate),
        }
        Ok(last)
    }

    fn stored(&mut self) -> Check {
        self.bits.at = self.bits.at.next_multiple_of(8);
        let length = self.bits.take(16)?;
        if self.bits.take(16)? != !length & 0xffff {
            return Err(Failure::Deflate);
        }
        let start = self.bits.at / 8;
        let block = self.bits.data.get(start..start + length).ok_or(Failure::Deflate)?;
        self.bits.at += length * 8;
        self.reserve(length)?;
        self.out.extend(block);
        Ok(())
    }

    /// The codes of a block with dynamic ones (RFC 1951, section 3.2.7).
    fn codes(&mut self) -> Check<(Code, Code)> {
        let literals = self.bits.take(5)? + 257;
        let distances = self.bits.take(5)? + 1;
        let count = self.bits.take(4)? + 4;
        let mut lengths = [0; 19];
        for position in &LENGTH_ORDER[..count] {
            lengths[*position] = self.bits.take(3)? as u8;
        }
        let code = Code::new(&lengths)?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            let (length, times) = match code.read(&mut self.bits)? {
                16 => {
                    let before = *lengths.last().ok_or(Failure::Deflate)?;
                    (before, 3 + self.bits.take(2)?)
                }
                17 => (0, 3 + self.bits.take(3)?),
                18 => (0, 11 + self.bits.take(7)?),
                length => (length as u8, 1),
            };
            lengths.resize(lengths.len() + times, length);
        }
        if lengths.len() > literals + distances {
            return Err(Failure::Deflate);
        }
        let (literals, distances) = lengths.split_at(literals);
        Ok((Code::new(literals)?, Code::new(distances)?))
    }

    fn compressed(&mut self, literals: &Code, distances: &Code) -> Check {
        loop {
            match literals.read(&mut self.bits)? {
                literal @ 0..256 => {
                    self.reserve(1)?;
                    self.out.push(literal as u8);
                }
                256 => return Ok(()),
                symbol => {
                    let length = self.length(symbol - 257)?;
                    let symbol = distances.read(&mut self.bits)?;
                    let distance = self.distance(symbol)?;
                    let start = self.out.len().checked_sub(distance).ok_or(Failure::Deflate)?;
                    self.reserve(length)?;
                    // What is copied may reach into the copy.
                    for at in start..start + length {
                        self.out.push(self.out[at]);
                    }
                }
            }
        }
    }

    fn length(&mut self, symbol: usize) -> Check<usize> {
        match symbol {
            0..8 => Ok(symbol + 3),
            8..28 => {
                let extra = symbol / 4 - 1;
                Ok(((4 + symbol % 4) << extra) + 3 + self.bits.take(extra)?)
            }
            28 => Ok(258),
            _ => Err(Failure::Deflate),
        }
    }

    fn distance(&mut self, symbol: usize) -> Check<usize> {
        match symbol {
            0..4 => Ok(symbol + 1),
            4..30 => {
                let extra = symbol / 2 - 1;
                Ok(((2 + symbol % 2) << extra) + 1 + self.bits.take(extra)?)
            }
            _ => Err(Failure::Deflate),
        }
    }

    fn reserve(&self, more: usize) -> Check {
        let size = self.out.len() + more;
        match size <= self.limit {
            true => Ok(()),
            false => Err(Failure::Size { size, limit: self.limit }),
        }
    }
}

/// A canonical Huffman code (RFC 1951, section 3.2.2).
struct Code {
    /// How many codes have each length.
    counts: [usize; MAX_CODE_LENGTH + 1],
    /// The symbols in the order of their codes.
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[u8]) -> Check<Self> {
        let mut counts = [0; MAX_CODE_LENGTH + 1];
        for length in lengths {
            counts[usize::from(*length)] += 1;
        }
        counts[0] = 0;
        let mut left = 1_usize;
        for count in &counts[1..] {
            left = (left * 2).checked_sub(*count).ok_or(Failure::Deflate)?;
        }
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|s| lengths[*s] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        Ok(Self { counts, symbols })
    }

    fn read(&self, bits: &mut Bits<'_>) -> Check<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get(index + code - first).copied().ok_or(Failure::Deflate);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Failure::Deflate)
    }
}

/// Bits, from the lowest of each byte.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Check<usize> {
        let mut value = 0;
        for position in 0..count {
            let byte = self.data.get(self.at / 8).ok_or(Failure::Deflate)?;
            value |= usize::from(byte >> (self.at % 8) & 1) << position;
            self.at += 1;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deflated_inflates() {
        for length in [0, 1, 0xfffe, 0xffff, 0x1_0000, 0x2_0001] {
            let data: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            assert_eq!(inflate(&deflate(&data), length).unwrap(), data);
        }
    }

    /// `zlib.compressobj(9, DEFLATED, -15)` over "hello hello hello hello": fixed codes.
    const FIXED: &[u8] = &[0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01];

    #[test]
    fn streams_of_zlib_inflate() {
        assert_eq!(inflate(FIXED, 100).unwrap(), b"hello hello hello hello");
        // Another implementation: dynamic codes, copies, long distances.
        let text: String = (0..3000_u64)
            .map(|n| format!("<samlp:x ID=\"_{}\" a{}=\"2.0\"/>", n * n * 7919 % 1_000_003, n % 17))
            .collect();
        for level in [1, 6, 9] {
            let data = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), level);
            assert_eq!(data[0] & 6, 4, "dynamic codes");
            assert_eq!(inflate(&data, text.len()).unwrap(), text.as_bytes());
            assert!(matches!(inflate(&data, text.len() - 1), Err(Failure::Size { .. })));
        }
    }

    #[test]
    fn output_is_limited_while_it_is_made() {
        // One literal, then copies of 258 bytes: a bomb of a thousandfold.
        let mut bits = Vec::new();
        let mut push = |value: usize, count: usize, reversed: bool| {
            for n in 0..count {
                let n = if reversed { count - 1 - n } else { n };
                bits.push((value >> n & 1) as u8);
            }
        };
        push(1, 1, false);
        push(1, 2, false);
        push(0x30, 8, true);
        for _ in 0..100_000 {
            push(0xc5, 8, true);
            push(0, 5, true);
        }
        push(0, 7, true);
        let bomb: Vec<u8> = bits
            .chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |sum, (n, bit)| sum | bit << n))
            .collect();
        assert_eq!(inflate(&bomb, 1 << 26).unwrap().len(), 25_800_001);
        let error = inflate(&bomb, 1000).unwrap_err();
        assert!(matches!(error, Failure::Size { size: 1001..=1258, limit: 1000 }), "{error:?}");
    }

    #[test]
    fn what_is_cut_off_followed_or_garbled_is_refused() {
        let fixed = FIXED;
        for end in 0..fixed.len() {
            assert!(inflate(&fixed[..end], 100).is_err());
        }
        assert!(inflate(&[fixed, b"x"].concat(), 100).is_err());
        for first in 0..=255_u8 {
            for second in [0, 0x55, 0xff] {
                // Nothing to assert but that it ends.
                let _ = inflate(&[first, second, 0xff, 0x12, 0x34, 0x56, 0xee, 0, 0xff], 100);
            }
        }
    }
}
