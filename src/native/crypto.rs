//! Natives of `ballerina/crypto`: digests and check sums.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[
    ("hashMd5", hash::<Md5>),
    ("hashSha1", hash::<Sha1>),
    ("hashSha256", hash::<Sha256>),
    ("hashSha384", hash::<Sha384>),
    ("hashSha512", hash::<Sha512>),
    ("hmacMd5", hmac::<Hmac<Md5>>),
    ("hmacSha1", hmac::<Hmac<Sha1>>),
    ("hmacSha256", hmac::<Hmac<Sha256>>),
    ("hmacSha384", hmac::<Hmac<Sha384>>),
    ("hmacSha512", hmac::<Hmac<Sha512>>),
    ("crc32b", crc32b),
];

fn bytes<'c>(cx: &'c Ctx, args: &[V], index: usize) -> &'c [u8] {
    args.get(index).map_or(&[], |&list| cx.heap.bytes(list))
}

fn hash<D: Digest>(cx: &mut Ctx, args: &[V]) -> Outcome {
    let digest = D::digest(bytes(cx, args, 0)).to_vec();
    Outcome::Done(cx.heap.new_bytes(digest))
}

fn hmac<M: Mac + KeyInit>(cx: &mut Ctx, args: &[V]) -> Outcome {
    let code = <M as KeyInit>::new_from_slice(bytes(cx, args, 1));
    // Keys may have any length.
    let mut code = code.expect("an HMAC takes keys of any length");
    code.update(bytes(cx, args, 0));
    let code = code.finalize().into_bytes().to_vec();
    Outcome::Done(cx.heap.new_bytes(code))
}

fn crc32b(cx: &mut Ctx, args: &[V]) -> Outcome {
    let sum = format!("{:x}", crc32(bytes(cx, args, 0)));
    Outcome::Done(cx.heap.new_string(&sum))
}

/// CRC-32 as in Ethernet and ZIP: reflected, polynomial 0x04C11DB7.
fn crc32(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, &byte| {
        (sum >> 8) ^ CRC_TABLE[(sum as u8 ^ byte) as usize]
    });
    !sum
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < table.len() {
        let mut entry = index as u32;
        let mut bit = 0;
        while bit < 8 {
            entry = (entry >> 1) ^ (0xedb8_8320 * (entry & 1));
            bit += 1;
        }
        table[index] = entry;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn check_sums_are_those_of_everybody() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
