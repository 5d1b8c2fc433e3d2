//! What bytes say that they are.

/// How bytes of a media type are told: as a value, as text, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    Json,
    Text,
    Bytes,
}

/// Types that are text and not called so.
const TEXT: [&str; 11] = [
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/sql",
    "application/toml",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "application/x-yaml",
    "application/xml",
    "application/xml-dtd",
    "application/yaml",
];

impl Media {
    /// Of a `Content-Type`, whatever its parameters. Source: RFC 6839 for `+json` and `+xml`.
    #[must_use]
    pub fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        if essence == "application/json" || essence.ends_with("+json") {
            Self::Json
        } else if essence.starts_with("text/")
            || essence.ends_with("+xml")
            || TEXT.contains(&essence.as_str())
        {
            Self::Text
        } else {
            Self::Bytes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_json_text_or_bytes() {
        for (said, media) in [
            ("application/json; charset=utf-8", Media::Json),
            ("Application/Problem+JSON", Media::Json),
            ("text/csv", Media::Text),
            ("image/svg+xml", Media::Text),
            ("application/x-www-form-urlencoded", Media::Text),
            ("application/pdf", Media::Bytes),
            ("application/octet-stream", Media::Bytes),
            ("", Media::Bytes),
        ] {
            assert_eq!(Media::of(said), media, "{said}");
        }
    }
}
