//! A value that is never shown.

use crate::Error;
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

/// Secret bytes: zeroed on drop, and neither printed, cloned nor serialized.
///
/// ```compile_fail
/// println!("{:?}", seal::Secret::from("hunter2".to_owned()));
/// ```
/// ```compile_fail
/// serde_json::to_string(&seal::Secret::from("hunter2".to_owned()));
/// ```
pub struct Secret(SecretSlice<u8>);

impl Secret {
    /// The bytes, for the one call that needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// The bytes as text.
    ///
    /// # Errors
    /// `NotText` when they are not UTF-8.
    pub fn expose_str(&self) -> Result<&str, Error> {
        std::str::from_utf8(self.expose()).map_err(|_| Error::NotText)
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        // Boxing a vector with spare room copies it; the copy left behind is zeroed with it.
        let bytes = Zeroizing::new(bytes);
        Self(SecretSlice::from(bytes.to_vec()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Credentials {
        password: Secret,
    }

    #[test]
    fn credentials_are_read_from_json_text() {
        let read: Credentials = serde_json::from_str(r#"{"password":"hunter2"}"#).unwrap();
        assert_eq!(read.password.expose_str(), Ok("hunter2"));
    }

    #[test]
    fn bytes_that_are_not_text_are_refused_as_text() {
        assert_eq!(Secret::from(vec![0xff]).expose_str(), Err(Error::NotText));
    }
}
