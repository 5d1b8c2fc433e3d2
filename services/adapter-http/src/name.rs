//! What a file that came by HTTP is called. Pure.

use http::{HeaderMap, header::CONTENT_DISPOSITION};
use url::Url;

/// As the answer says, else as the address ends. Source: RFC 6266 §4.3, RFC 8187 §3.2.1.
pub(crate) fn name(headers: &HeaderMap, url: &Url) -> Option<String> {
    let said = headers.get(CONTENT_DISPOSITION);
    let said = said.and_then(|value| value.to_str().ok().and_then(filename));
    said.or_else(|| url.path_segments()?.next_back().map(decoded))
        .filter(|name| !name.is_empty())
}

/// `filename*` before `filename`.
fn filename(disposition: &str) -> Option<String> {
    let parameters: Vec<(String, String)> = parameters(disposition);
    let named = |wanted: &str| {
        let mut found = parameters.iter().filter(|(name, _)| name == wanted);
        found.next().map(|(_, value)| value.as_str())
    };
    let extended = named("filename*").and_then(|value| {
        let (charset, rest) = value.split_once('\'')?;
        let (_language, text) = rest.split_once('\'')?;
        charset.eq_ignore_ascii_case("utf-8").then(|| decoded(text))
    });
    extended.or_else(|| named("filename").map(str::to_owned))
}

/// What stands behind the first semicolon: names in lower case, values without their quotes.
fn parameters(disposition: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut parts = Vec::from([String::new()]);
    let (mut quoted, mut escaped) = (false, false);
    for letter in disposition.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => {
                escaped = true;
                continue;
            }
            '"' => {
                quoted = !quoted;
                continue;
            }
            ';' if !quoted => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    for part in parts.iter().skip(1) {
        if let Some((name, value)) = part.split_once('=') {
            found.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    found
}

/// `%C3%BC` as `ü`; what is no escape stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digits = others.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = match escaped {
            Some(_) => others.get(2..).unwrap_or_default(),
            None => others,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(disposition: Option<&str>, url: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        if let Some(text) = disposition {
            headers.insert(CONTENT_DISPOSITION, text.parse().unwrap());
        }
        name(&headers, &url.parse().unwrap())
    }

    #[test]
    fn a_file_is_called_as_the_answer_says_or_as_the_address_ends() {
        let url = "https://a.example/files/Gr%C3%BC%C3%9Fe%201.pdf?x=y";
        for (disposition, name) in [
            (None, "Grüße 1.pdf"),
            (Some("attachment"), "Grüße 1.pdf"),
            (Some("attachment; filename=a.csv"), "a.csv"),
            (
                Some("attachment; filename=\"a; \\\"b\\\".csv\"; x=y"),
                "a; \"b\".csv",
            ),
            (
                Some("attachment; FileName=\"e.txt\"; filename*=UTF-8''%E2%82%AC.txt"),
                "€.txt",
            ),
            (
                Some("attachment; filename*=latin1''%E4.txt; filename=b"),
                "b",
            ),
        ] {
            assert_eq!(named(disposition, url).as_deref(), Some(name));
        }
        assert_eq!(named(None, "https://a.example/"), None);
        assert_eq!(named(None, "https://a.example/%zz%").unwrap(), "%zz%");
    }
}
