//! Fingerprints of a text.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
};
use ::base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Digest;

/// A fingerprint of a text.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hash {
    /// The text; left out, the value of `in`.
    #[serde(default)]
    text: Option<String>,
    /// Which function.
    #[serde(default)]
    algorithm: Algorithm,
    /// How the bytes are written.
    #[serde(default)]
    encoding: Encoding,
    /// With a key, the HMAC (RFC 2104). The key stands in the workflow and in its runs, so it is no place for a credential.
    #[serde(default)]
    key: Option<String>,
}

/// Which function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Algorithm {
    /// SHA-256 (FIPS 180-4).
    #[default]
    Sha256,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA-1: only for what demands it, forgeries are known.
    Sha1,
    /// MD5: only for what demands it, forgeries are easy.
    Md5,
}

/// How bytes are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Encoding {
    /// Two lower-case digits a byte.
    #[default]
    Hex,
    /// Base64 with padding (RFC 4648).
    Base64,
}

impl Transform for Hash {
    const TITLE: &'static str = "Hash";
    const DOCS: &'static str =
        "Makes a fingerprint of a text, with a key or without; emits it as text.";
    const INPUTS: Inputs = Inputs::Any;

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "string" })
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let text = call.text(self.text.as_ref())?;
        let bytes = match &self.key {
            None => self.algorithm.digest(text.as_bytes()),
            Some(key) => self.algorithm.hmac(key.as_bytes(), text.as_bytes())?,
        };
        let written = match self.encoding {
            Encoding::Hex => hex::encode(bytes),
            Encoding::Base64 => STANDARD.encode(bytes),
        };
        Ok(out(Value::String(written)))
    }
}

impl Algorithm {
    fn digest(self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha2::Sha256::digest(text).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(text).to_vec(),
            Self::Sha1 => sha1::Sha1::digest(text).to_vec(),
            Self::Md5 => md5::Md5::digest(text).to_vec(),
        }
    }

    fn hmac(self, key: &[u8], text: &[u8]) -> Result<Vec<u8>, Error> {
        match self {
            Self::Sha256 => keyed(Hmac::<sha2::Sha256>::new_from_slice(key), text),
            Self::Sha512 => keyed(Hmac::<sha2::Sha512>::new_from_slice(key), text),
            Self::Sha1 => keyed(Hmac::<sha1::Sha1>::new_from_slice(key), text),
            Self::Md5 => keyed(Hmac::<md5::Md5>::new_from_slice(key), text),
        }
    }
}

fn keyed<M: Mac, E: std::fmt::Display>(mac: Result<M, E>, text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut mac =
        mac.map_err(|error| Error::config("/key", format!("config field `key`: {error}")))?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use crate::testing::{refused, run};
    use serde_json::{Value, json};

    #[test]
    fn fingerprints_are_those_of_the_standards() {
        for (algorithm, expected) in [
            ("md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "sha256",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
        ] {
            let found = run("hash", json!({ "algorithm": algorithm }), json!("abc")).unwrap();
            assert_eq!(found, expected, "{algorithm}");
        }
        let found = run(
            "hash",
            json!({ "algorithm": "sha512", "encoding": "base64", "text": "abc" }),
            json!(null),
        );
        assert_eq!(
            found.unwrap(),
            "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="
        );
    }

    #[test]
    fn a_key_makes_a_hmac() {
        // RFC 2202 and RFC 4231, test case 2.
        for (algorithm, expected) in [
            ("md5", "750c783e6ab0b503eaa86e310a5db738"),
            ("sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (
                "sha256",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
        ] {
            let config = json!({ "algorithm": algorithm, "key": "Jefe", "text": "what do ya want for nothing?" });
            assert_eq!(
                run("hash", config, Value::Null).unwrap(),
                expected,
                "{algorithm}"
            );
        }
    }

    #[test]
    fn only_texts_have_fingerprints() {
        let (code, message) = refused("hash", json!({}), json!({ "a": 1 }));
        assert_eq!(
            (code, message.as_str()),
            ("transform.no_text", "input `in` is an object, not a text")
        );
        assert_eq!(
            refused(
                "hash",
                json!({ "text": "{{ 'x' }}", "key": "{{ 1 }}" }),
                json!(1)
            )
            .0,
            "node.config_invalid"
        );
        let long = "x".repeat(crate::limits::INPUT_BYTES);
        assert_eq!(
            refused("hash", json!({}), json!(long)).0,
            "transform.too_large"
        );
    }
}
