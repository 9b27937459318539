//! Encrypted values: `@encrypted:{BASE64}`, AES-128-CBC (spec/config.md section 4).
//!
//! The key is the first half of SHA-256 over the secret; the payload is the initialisation vector and
//! the cipher text. CBC authenticates nothing: a wrong secret is found by its padding almost always,
//! and never explained further.

use aes::Aes128;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const OPEN: &str = "@encrypted:{";
const KEY_LENGTH: usize = 16;
const IV_LENGTH: usize = 16;

/// The key made from a secret; wiped when dropped, never printed.
pub struct Cipher(Zeroizing<[u8; KEY_LENGTH]>);

/// Why a value gave no plain text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecryptError {
    NotBase64,
    /// Wrong key, wrong length, wrong padding or not UTF-8: deliberately one case.
    Rejected,
}

impl Cipher {
    pub fn new(secret: &str) -> Self {
        let digest = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(secret.as_bytes())));
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        for (to, from) in key.iter_mut().zip(digest.iter()) {
            *to = *from;
        }
        Self(key)
    }

    /// The base64 text of `plain`, encrypted under the given initialisation vector.
    pub fn encrypt(&self, plain: &str, iv: &[u8; IV_LENGTH]) -> String {
        let encryptor = cbc::Encryptor::<Aes128>::new((&*self.0).into(), iv.into());
        let mut payload = iv.to_vec();
        payload.extend(encryptor.encrypt_padded_vec::<Pkcs7>(plain.as_bytes()));
        STANDARD.encode(payload)
    }

    /// The plain text of a base64 payload.
    pub fn decrypt(&self, payload: &str) -> Result<Zeroizing<String>, DecryptError> {
        let payload = STANDARD
            .decode(payload)
            .map_err(|_| DecryptError::NotBase64)?;
        let (iv, text) = payload
            .split_first_chunk::<IV_LENGTH>()
            .ok_or(DecryptError::Rejected)?;
        let decryptor = cbc::Decryptor::<Aes128>::new((&*self.0).into(), iv.into());
        let plain = decryptor
            .decrypt_padded_vec::<Pkcs7>(text)
            .map_err(|_| DecryptError::Rejected)?;
        String::from_utf8(plain)
            .map(Zeroizing::new)
            .map_err(|wrong| {
                drop(Zeroizing::new(wrong.into_bytes()));
                DecryptError::Rejected
            })
    }
}

/// A fresh initialisation vector.
pub fn random_iv() -> Option<[u8; IV_LENGTH]> {
    let mut iv = [0; IV_LENGTH];
    getrandom::fill(&mut iv).ok().map(|()| iv)
}

/// The payload of an encrypted value: from the first opening to the last `}` behind it on that line,
/// as the pattern `@encrypted:\{(.*)\}` finds it; `None` for ordinary text.
pub fn payload(value: &str) -> Option<&str> {
    for line in value.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        if let Some((_, behind)) = line.split_once(OPEN)
            && let Some((payload, _)) = behind.rsplit_once('}')
        {
            return Some(payload);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Cipher, DecryptError, payload, random_iv};

    #[test]
    fn samples_of_the_guide_decrypt() {
        let plain =
            Cipher::new("ballerina").decrypt("pIQrB9YfCQK1eIWH5d6UaZXA3zr+60JxSBcpa2PY7a8=");
        assert_eq!(plain.as_deref().map(String::as_str), Ok("password"));
        let plain = Cipher::new("123").decrypt("hcBLnR+b4iaGS9PEtCMSQOUXJQTQo+zknNxCkpZ0t7w=");
        assert_eq!(plain.as_deref().map(String::as_str), Ok("foo"));
    }

    #[test]
    fn what_is_encrypted_decrypts_and_differs_each_time() {
        let cipher = Cipher::new("s");
        let iv = random_iv().expect("randomness");
        let one = cipher.encrypt("wörd", &iv);
        assert_eq!(
            cipher.decrypt(&one).as_deref().map(String::as_str),
            Ok("wörd")
        );
        let other = cipher.encrypt("wörd", &random_iv().expect("randomness"));
        assert_ne!(one, other);
    }

    #[test]
    fn damaged_values_are_rejected() {
        let cipher = Cipher::new("ballerina");
        assert_eq!(cipher.decrypt("%%").err(), Some(DecryptError::NotBase64));
        for short in [
            "",
            "AAAA",
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(
                cipher.decrypt(short).err(),
                Some(DecryptError::Rejected),
                "{short}"
            );
        }
        let wrong = Cipher::new("other").decrypt("pIQrB9YfCQK1eIWH5d6UaZXA3zr+60JxSBcpa2PY7a8=");
        assert_eq!(wrong.err(), Some(DecryptError::Rejected));
    }

    #[test]
    fn payload_is_found_anywhere_and_reaches_the_last_brace() {
        assert_eq!(payload("@encrypted:{abc}"), Some("abc"));
        assert_eq!(payload("x @encrypted:{a}b} y"), Some("a}b"));
        assert_eq!(payload("@encrypted:{abc"), None);
        assert_eq!(payload("@sha256:{abc}"), None);
        assert_eq!(payload("@encrypted:{a\n@encrypted:{b}"), Some("b"));
    }
}
