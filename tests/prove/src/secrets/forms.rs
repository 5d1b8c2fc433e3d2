//! The forms in which a secret may lie somewhere.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// A form and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Every form of `secret`, each once.
pub(super) fn forms(secret: &str) -> Vec<Form> {
    let plain = secret.as_bytes();
    let reversed: String = secret.chars().rev().collect();
    let json = serde_json::to_string(secret).expect("text is JSON");
    let mut forms = vec![
        form("plain", plain),
        form("JSON", json.trim_matches('"')),
        // JSON as text within JSON.
        form("JSON in JSON", escaped(&json)),
        form("percent-encoded", encoded(secret, "%20")),
        form("form-encoded", encoded(secret, "+")),
        form("hexadecimal", hex(plain)),
        form("HEXADECIMAL", hex(plain).to_uppercase()),
        form("reversed", reversed),
    ];
    forms.extend((0..3).flat_map(|before| base64(plain, before)));
    let mut seen = std::collections::BTreeSet::new();
    forms.retain(|form| seen.insert(form.bytes.clone()));
    forms
}

fn form(name: &'static str, bytes: impl AsRef<[u8]>) -> Form {
    Form {
        name,
        bytes: bytes.as_ref().to_vec(),
    }
}

fn escaped(json: &str) -> String {
    let twice = serde_json::to_string(json.trim_matches('"')).expect("text is JSON");
    twice.trim_matches('"').to_owned()
}

fn encoded(text: &str, space: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        b' ' => space.to_owned(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What `before` bytes in front of the secret make of it in Base64, without the digits that neighbours share.
fn base64(secret: &[u8], before: usize) -> [Form; 2] {
    let mut padded = vec![0; before];
    padded.extend(secret);
    let digits = STANDARD_NO_PAD.encode(&padded);
    let first = (before * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    let own = &digits[first..last];
    let url = own.replace('+', "-").replace('/', "_");
    [form("Base64", own), form("Base64 for URLs", url)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    fn is_found(secret: &str, text: &[u8]) -> bool {
        let has = |form: &Form| {
            text.windows(form.bytes.len())
                .any(|part| part == form.bytes)
        };
        forms(secret).iter().any(has)
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let secret = "s\u{e9}cret \"42\" & more\\?";
        let json = serde_json::json!({ "a": secret }).to_string();
        let within = serde_json::json!({ "b": json }).to_string();
        for text in [&json, &within] {
            assert!(is_found(secret, text.as_bytes()), "{text}");
        }
        for before in ["", "a", "ab", "abc", "user:"] {
            let text = format!("{before}{secret}after");
            assert!(
                is_found(secret, STANDARD.encode(&text).as_bytes()),
                "{before}"
            );
            assert!(
                is_found(secret, URL_SAFE_NO_PAD.encode(&text).as_bytes()),
                "{before}"
            );
            assert!(is_found(secret, hex(text.as_bytes()).as_bytes()));
        }
        assert!(is_found(secret, encoded(secret, "+").as_bytes()));
        assert!(!is_found(secret, b"nothing of that kind"));
    }
}
