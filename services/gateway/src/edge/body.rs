//! JSON bodies, read strictly: what is wrong is named with its place.

use crate::edge::{Problem, ProblemItem};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;

/// The largest body that is read, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// A JSON body as `T`. `T` should refuse unknown fields.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "body.not_json",
                "The body must be JSON",
            )
            .hint("send the header `Content-Type: application/json`"));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unread(rejection.status()))?;
        read(&bytes).map(Self)
    }
}

/// Reads `text` as `T`; the problem points at the fault.
fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    if !depth_at_most(text, MAX_DEPTH) {
        return Err(malformed().item(ProblemItem::new(
            "",
            "json.too_deep",
            format!("it is nested deeper than {MAX_DEPTH} levels"),
        )));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let (code, problem) = if error.inner().is_data() {
            let title = "The body does not have the expected shape";
            ("json.unexpected", Problem::refused("body.invalid", title))
        } else {
            ("json.malformed", malformed())
        };
        problem.item(ProblemItem::new(pointer, code, error.inner().to_string()))
    })?;
    deserializer.end().map_err(|error| {
        malformed().item(ProblemItem::new("", "json.malformed", error.to_string()))
    })?;
    Ok(value)
}

/// Whether JSON text nests no deeper than `limit`. Looks at brackets only, so that it is safe to call before parsing.
#[must_use]
pub fn depth_at_most(text: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

pub(crate) fn unread(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        too_large(MAX_BODY_BYTES)
    } else {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "body.unread",
            "The body could not be read",
        )
    }
}

pub(crate) fn too_large(most: usize) -> Problem {
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Problem::new(status, "body.too_large", "The body is too large")
        .detail(format!("at most {most} bytes are read"))
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "body.malformed",
        "The body is not valid JSON",
    )
}

fn is_json(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .is_some_and(|kind| {
            kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
        })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .fold(String::new(), |pointer, part| pointer + "/" + &part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code, reason = "only its reading is tested")]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code, reason = "only its reading is tested")]
        count: u8,
    }

    fn refusal(text: &str) -> serde_json::Value {
        serde_json::to_value(read::<Outer>(text.as_bytes()).unwrap_err()).unwrap()
    }

    #[test]
    fn a_wrong_field_is_named_with_its_place() {
        let problem = refusal(r#"{"items":[{"count":1},{"count":"x"}]}"#);
        assert_eq!(problem["status"], json!(422));
        assert_eq!(problem["errors"][0]["pointer"], json!("/items/1/count"));
        let problem = refusal(r#"{"items":[{"count":1,"cuont":2}]}"#);
        let message = problem["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("unknown field `cuont`"), "{message}");
    }

    #[test]
    fn text_that_is_no_json_is_a_bad_request() {
        for bad in ["", "{", r#"{"items":[]} {}"#, r#"{"items":[]} x"#] {
            assert_eq!(refusal(bad)["status"], json!(400), "{bad}");
        }
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(depth_at_most(br#"{"a":"[[[[","b":["\"["]}"#, 2));
        assert!(!depth_at_most(b"[[[", 2));
        assert_eq!(
            refusal(&"[".repeat(65))["errors"][0]["code"],
            json!("json.too_deep")
        );
    }
}
