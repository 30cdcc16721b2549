//! AES in CBC mode (FIPS 197, NIST SP 800-38A), decryption alone.
//!
//! ring has no CBC, and the crates that do would be four more for a mode that is off by default.
//! The tables make its time depend on the data; CBC without a signature around it leaks more than
//! that.

type Block = [u8; 16];

const S_BOX: [u8; 256] = s_box();
const INVERSE_S_BOX: [u8; 256] = inverse(&S_BOX);

/// Decrypts, and takes the padding off (XML Encryption 1.1, section 5.2). The first block is the
/// initialisation vector. The key has 16, 24 or 32 bytes.
pub(crate) fn decrypt_aes_cbc(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    if !matches!(key.len(), 16 | 24 | 32) || data.len() < 32 || data.len() % 16 != 0 {
        return None;
    }
    let round_keys = expand(key);
    let mut plain = Vec::with_capacity(data.len() - 16);
    for (before, block) in data.chunks_exact(16).zip(data[16..].chunks_exact(16)) {
        let mut state: Block = block.try_into().ok()?;
        decrypt_block(&round_keys, &mut state);
        plain.extend(state.iter().zip(before).map(|(byte, before)| byte ^ before));
    }
    // All but the last byte of the padding are arbitrary.
    let padding = usize::from(*plain.last()?);
    if !(1..=16).contains(&padding) {
        return None;
    }
    plain.truncate(plain.len() - padding);
    Some(plain)
}

/// FIPS 197, section 5.2.
fn expand(key: &[u8]) -> Vec<Block> {
    let words = key.len() / 4;
    let rounds = words + 6;
    let mut schedule: Vec<[u8; 4]> =
        key.chunks_exact(4).map(|w| [w[0], w[1], w[2], w[3]]).collect();
    let mut constant = 1;
    for at in words..4 * (rounds + 1) {
        let [a, b, c, d] = schedule[at - 1];
        let word = if at % words == 0 {
            let rotated = [sub(b) ^ constant, sub(c), sub(d), sub(a)];
            constant = double(constant);
            rotated
        } else if words > 6 && at % words == 4 {
            [sub(a), sub(b), sub(c), sub(d)]
        } else {
            [a, b, c, d]
        };
        let before = schedule[at - words];
        schedule.push([0, 1, 2, 3].map(|n| before[n] ^ word[n]));
    }
    let mut keys = Vec::with_capacity(rounds + 1);
    for words in schedule.chunks_exact(4) {
        let mut key = [0; 16];
        key.copy_from_slice(words.as_flattened());
        keys.push(key);
    }
    keys
}

/// FIPS 197, section 5.3.
fn decrypt_block(round_keys: &[Block], state: &mut Block) {
    for (round, key) in round_keys.iter().enumerate().rev() {
        let (first, last) = (round + 1 == round_keys.len(), round == 0);
        if !first {
            shift_and_substitute(state);
        }
        for (byte, key) in state.iter_mut().zip(key) {
            *byte ^= key;
        }
        if !first && !last {
            mix_columns(state);
        }
    }
}

/// InvShiftRows and InvSubBytes.
fn shift_and_substitute(state: &mut Block) {
    let before = *state;
    for (at, byte) in state.iter_mut().enumerate() {
        let (column, row) = (at / 4, at % 4);
        *byte = INVERSE_S_BOX[usize::from(before[(column + 4 - row) % 4 * 4 + row])];
    }
}

/// InvMixColumns.
fn mix_columns(state: &mut Block) {
    for column in state.chunks_exact_mut(4) {
        let [a, b, c, d] = [column[0], column[1], column[2], column[3]];
        let (u, v) = (double(double(a ^ c)), double(double(b ^ d)));
        let [a, b, c, d] = [a ^ u, b ^ v, c ^ u, d ^ v];
        let all = a ^ b ^ c ^ d;
        column[0] = a ^ all ^ double(a ^ b);
        column[1] = b ^ all ^ double(b ^ c);
        column[2] = c ^ all ^ double(c ^ d);
        column[3] = d ^ all ^ double(d ^ a);
    }
}

fn sub(byte: u8) -> u8 {
    S_BOX[usize::from(byte)]
}

/// Multiplication by x in GF(2^8) (FIPS 197, section 4.2.1).
const fn double(byte: u8) -> u8 {
    (byte << 1) ^ ((byte >> 7) * 0x1b)
}

/// FIPS 197, section 5.1.1: the inverse in GF(2^8) and an affine map. 3 generates all that has an
/// inverse, and 0xf6 is its own.
const fn s_box() -> [u8; 256] {
    let mut table = [0; 256];
    table[0] = 0x63;
    let (mut power, mut inverse) = (1_u8, 1_u8);
    let mut n = 0;
    while n < 255 {
        table[power as usize] = inverse
            ^ inverse.rotate_left(1)
            ^ inverse.rotate_left(2)
            ^ inverse.rotate_left(3)
            ^ inverse.rotate_left(4)
            ^ 0x63;
        power ^= double(power);
        // Division by 3.
        inverse ^= inverse << 1;
        inverse ^= inverse << 2;
        inverse ^= inverse << 4;
        inverse ^= (inverse >> 7) * 0x09;
        n += 1;
    }
    table
}

const fn inverse(table: &[u8; 256]) -> [u8; 256] {
    let mut inverse = [0; 256];
    let mut n = 0;
    while n < 256 {
        inverse[table[n] as usize] = n as u8;
        n += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digit = |c: u8| char::from(c).to_digit(16).unwrap() as u8;
        hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }

    /// FIPS 197, appendix C.
    #[test]
    fn a_block_decrypts_as_the_standard_says() {
        for (key, cipher) in [
            ("000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a"),
            (
                "000102030405060708090a0b0c0d0e0f1011121314151617",
                "dda97ca4864cdfe06eaf70a0ec0d7191",
            ),
            (
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                "8ea2b7ca516745bfeafc49904b496089",
            ),
        ] {
            let mut state: Block = bytes(cipher).try_into().unwrap();
            decrypt_block(&expand(&bytes(key)), &mut state);
            assert_eq!(state.to_vec(), bytes("00112233445566778899aabbccddeeff"), "{key}");
        }
    }

    /// NIST SP 800-38A, F.2.1, the first two blocks, of which the second is no padding.
    #[test]
    fn blocks_are_chained_and_the_padding_is_checked() {
        let key = bytes("2b7e151628aed2a6abf7158809cf4f3c");
        let data = bytes(
            "000102030405060708090a0b0c0d0e0f7649abac8119b246cee98e9b12e9197d\
             5086cb9b507219ee95db113a917678b2",
        );
        assert_eq!(decrypt_aes_cbc(&key, &data), None);
        // The last byte becomes 1 if the vector's does, since 0x2a stands there.
        let mut one = data[..32].to_vec();
        one[15] ^= 0x2a ^ 1;
        assert_eq!(decrypt_aes_cbc(&key, &one).unwrap(), bytes("6bc1bee22e409f96e93d7e11739317"));
        one[15] ^= 1;
        assert_eq!(decrypt_aes_cbc(&key, &one), None);
        assert_eq!(decrypt_aes_cbc(&key, &data[..31]), None);
        assert_eq!(decrypt_aes_cbc(&key[..15], &data), None);
        assert_eq!(decrypt_aes_cbc(&key, &data[..16]), None);
    }
}
