//! Numbers in binary form.
//!
//! Input → output: bytes ⇄ integers of a width, floats, numbers of variable length, in either
//! order of bytes.

use super::bytes::ByteReader;
use super::failure::{Failure, Outcome};

/// The order of the bytes of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    /// `LE` is the little one, anything else the default.
    pub fn of_name(name: &str) -> Self {
        if name == "LE" {
            Self::Little
        } else {
            Self::Big
        }
    }

    /// The lowest `n_bytes` bytes of a word.
    pub fn to_bytes(self, word: u64, n_bytes: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = word.to_le_bytes().into_iter().take(n_bytes).collect();
        if self == Self::Big {
            bytes.reverse();
        }
        bytes
    }

    fn word(self, mut bytes: Vec<u8>) -> u64 {
        if self == Self::Little {
            bytes.reverse();
        }
        bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte))
    }
}

/// Reads a signed number of `n_bytes` bytes, 1 to 8.
pub fn read_int(reader: &mut ByteReader, order: ByteOrder, n_bytes: usize) -> Outcome<i64> {
    let word = order.word(reader.read_exact(n_bytes)?);
    let unused = 64 - 8 * u32::try_from(n_bytes).unwrap_or(8).clamp(1, 8);
    Ok((word << unused).cast_signed() >> unused)
}

/// Reads a float of 4 or 8 bytes.
pub fn read_float(reader: &mut ByteReader, order: ByteOrder, n_bytes: usize) -> Outcome<f64> {
    let word = order.word(reader.read_exact(n_bytes)?);
    Ok(if n_bytes == 4 {
        f64::from(f32::from_bits(u32::try_from(word).unwrap_or_default()))
    } else {
        f64::from_bits(word)
    })
}

/// The bytes of a float, 4 or 8 of them.
pub fn float_bytes(value: f64, order: ByteOrder, n_bytes: usize) -> Vec<u8> {
    let word = if n_bytes == 4 {
        // Rounds to the nearest float of 32 bits, which is what was asked for.
        #[expect(clippy::cast_possible_truncation)]
        let narrow = value as f32;
        u64::from(narrow.to_bits())
    } else {
        value.to_bits()
    };
    order.to_bytes(word, n_bytes)
}

/// Reads a number of variable length: seven bits a byte, the lowest first.
pub fn read_variable(reader: &mut ByteReader) -> Outcome<i64> {
    let mut word = 0_u64;
    for shift in (0..70).step_by(7) {
        let byte = reader.read_exact(1)?.first().copied().unwrap_or_default();
        word |= u64::from(byte & 0x7f)
            .checked_shl(shift)
            .unwrap_or_default();
        if byte & 0x80 == 0 {
            return Ok(word.cast_signed());
        }
    }
    Err(Failure::Generic(
        "a number of variable length has more than 64 bits".to_owned(),
    ))
}

/// The bytes of a number of variable length.
pub fn variable_bytes(value: i64) -> Vec<u8> {
    let mut word = value.cast_unsigned();
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(word & 0x7f).unwrap_or_default();
        word >>= 7;
        if word == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ByteOrder, ByteReader, float_bytes, read_float, read_int, read_variable, variable_bytes,
    };

    #[test]
    fn numbers_read_back_in_both_orders() {
        for order in [ByteOrder::Big, ByteOrder::Little] {
            for (value, n_bytes) in [(-2, 2), (70_000, 4), (i64::MIN, 8), (1, 1)] {
                let bytes = order.to_bytes(value.cast_unsigned(), n_bytes);
                let mut reader = ByteReader::of_memory(bytes);
                assert_eq!(read_int(&mut reader, order, n_bytes), Ok(value));
            }
            for n_bytes in [4, 8] {
                let mut reader = ByteReader::of_memory(float_bytes(1.25, order, n_bytes));
                assert_eq!(read_float(&mut reader, order, n_bytes), Ok(1.25));
            }
        }
        assert_eq!(ByteOrder::Big.to_bytes(70_000, 4), [0, 1, 0x11, 0x70]);
    }

    #[test]
    fn numbers_of_variable_length_take_the_bytes_they_need() {
        for (value, n_bytes) in [(0, 1), (127, 1), (128, 2), (i64::MAX, 9), (-1, 10)] {
            let bytes = variable_bytes(value);
            assert_eq!(bytes.len(), n_bytes);
            assert_eq!(read_variable(&mut ByteReader::of_memory(bytes)), Ok(value));
        }
        assert!(read_variable(&mut ByteReader::of_memory(vec![0x80; 12])).is_err());
        assert!(read_variable(&mut ByteReader::of_memory(vec![0x80])).is_err());
    }
}
