//! Text as Base64, and back.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    value,
};
use ::base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Text as Base64 (RFC 4648), and back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Base64 {
    /// Which way.
    mode: Mode,
    /// The text; left out, the value of `in`.
    #[serde(default)]
    text: Option<String>,
    /// Whether `-` and `_` stand for `+` and `/`, without padding.
    #[serde(default)]
    url_safe: bool,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// From text to Base64.
    Encode,
    /// From Base64 to text, which must be UTF-8; padding and white space do not matter.
    Decode,
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

impl Transform for Base64 {
    const TITLE: &'static str = "Base64";
    const DOCS: &'static str = "Writes a text as Base64 or reads it from there; emits the text. What is no Base64 leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "string" })
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let text = call.text(self.text.as_ref())?;
        let text = match (self.mode, self.url_safe) {
            (Mode::Encode, false) => general_purpose::STANDARD.encode(text),
            (Mode::Encode, true) => general_purpose::URL_SAFE_NO_PAD.encode(text),
            (Mode::Decode, url_safe) => decoded(&text, url_safe)?,
        };
        value::bounded(text).map(out)
    }
}

fn decoded(text: &str, url_safe: bool) -> Result<String, Error> {
    let letters = if url_safe {
        alphabet::URL_SAFE
    } else {
        alphabet::STANDARD
    };
    let dense: String = text.split_ascii_whitespace().collect();
    let bytes = GeneralPurpose::new(&letters, LENIENT)
        .decode(dense)
        .map_err(|error| {
            let hint = "try `url_safe` when it holds - or _";
            Error::value(
                "transform.bad_base64",
                format!("the text is no Base64: {error}"),
                hint,
            )
        })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("the Base64 holds no UTF-8 text: byte {at} is none");
        Error::value("transform.no_utf8", message, "only texts can be decoded")
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{refused, run};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn texts_are_decoded_leniently() {
        for (text, url_safe, expected) in [
            ("Zm9vYg==", false, "foob"),
            ("Zm9v\r\n Yg", false, "foob"),
            ("", false, ""),
            ("8J-Ygw", true, "😃"),
        ] {
            let config = json!({ "mode": "decode", "url_safe": url_safe });
            assert_eq!(run("base64", config, json!(text)).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_base64_or_no_text_is_named() {
        let decode = |text: &str| {
            refused(
                "base64",
                json!({ "mode": "decode", "text": text }),
                json!(null),
            )
        };
        let (code, message) = decode("Zm9v!");
        assert_eq!(code, "transform.bad_base64");
        assert!(message.contains("offset 4"), "{message}");
        assert_eq!(decode("YWL/").0, "transform.no_utf8");
        assert_eq!(decode("8J-Ygw").0, "transform.bad_base64");
    }

    #[test]
    fn a_text_that_grows_too_long_is_refused() {
        let text = "x".repeat(crate::limits::INPUT_BYTES - 2);
        assert_eq!(
            refused("base64", json!({ "mode": "encode" }), json!(text)).0,
            "transform.too_large"
        );
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in ".{0,60}", url_safe: bool) {
            let encoded = run("base64", json!({ "mode": "encode", "url_safe": url_safe }), json!(text)).unwrap();
            let decoded = run("base64", json!({ "mode": "decode", "url_safe": url_safe }), encoded).unwrap();
            prop_assert_eq!(decoded, json!(text));
        }
    }
}
