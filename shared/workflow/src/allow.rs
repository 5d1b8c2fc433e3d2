//! What an argument may be although it comes from outside the workflow.

use serde_json::Value;
use url::Url;

/// Allows everything.
const ANYTHING: &str = "*";

/// Whether a value is one that a document allows: all of it, when it is a list.
#[must_use]
pub fn allows(argument: &str, allowed: &[String], value: &Value) -> bool {
    let one = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        allowed.iter().any(|allowed| fits(argument, allowed, text))
    };
    match value {
        Value::Array(values) => values.iter().all(one),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            one(value)
        }
    }
}

fn fits(argument: &str, allowed: &str, value: &str) -> bool {
    if allowed == ANYTHING {
        return true;
    }
    match argument {
        "url" => origin(allowed).is_some_and(|allowed| origin(value) == Some(allowed)),
        _ => match allowed.strip_prefix('@') {
            Some(domain) => plain(value).is_some_and(|(_, own)| own.eq_ignore_ascii_case(domain)),
            None => value.eq_ignore_ascii_case(allowed),
        },
    }
}

/// What is wrong with a value that a document allows for an argument; `None` for one that can be met.
pub(crate) fn fault(argument: &str, allowed: &str) -> Option<&'static str> {
    if allowed == ANYTHING {
        return None;
    }
    match argument {
        "url" => {
            let bare = Url::parse(allowed).is_ok_and(|url| {
                url.path() == "/" && url.query().is_none() && url.fragment().is_none()
            });
            (origin(allowed).is_none() || !bare)
                .then_some("is no origin such as https://example.org, nor `*`")
        }
        _ => (allowed.trim().is_empty() || allowed.starts_with('@') && allowed.len() < 2)
            .then_some("is no address, no domain such as @example.org, nor `*`"),
    }
}

/// Scheme, host and port of an address without credentials.
fn origin(url: &str) -> Option<url::Origin> {
    let url = Url::parse(url).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    Some(url.origin()).filter(|origin| plain && origin.is_tuple())
}

/// The two halves of an address that is nothing but one: no name, no comment, no second address.
fn plain(address: &str) -> Option<(&str, &str)> {
    let (name, domain) = address.split_once('@')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let is_domain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let whole = !name.is_empty() && name.chars().all(is_name) && domain.chars().all(is_domain);
    whole.then_some((name, domain))
}

#[cfg(test)]
mod tests {
    use super::{allows, fault};
    use serde_json::json;

    fn may(argument: &str, allowed: &str, value: &serde_json::Value) -> bool {
        allows(argument, &[allowed.to_owned()], value)
    }

    #[test]
    fn an_address_is_allowed_by_itself_or_its_domain() {
        assert!(may(
            "to",
            "@example.org",
            &json!(["Ada@EXAMPLE.org", "b.c+d@example.org"])
        ));
        assert!(may("to", "ada@example.org", &json!("ADA@example.org")));
        for other in [
            "eve@evil.example",
            "eve@evil.example, ada@example.org",
            "eve@evil.example@example.org",
            "Ada <eve@evil.example>@example.org",
            "\"eve@evil.example\"@example.org",
            "eve@evil.example\n@example.org",
            "@example.org",
            "ada@sub.example.org",
            "ada@notexample.org",
        ] {
            assert!(!may("to", "@example.org", &json!([other])), "{other}");
        }
        assert!(!may(
            "to",
            "@example.org",
            &json!(["ada@example.org", "eve@evil.example"])
        ));
        assert!(!may(
            "to",
            "@example.org",
            &json!({ "0": "ada@example.org" })
        ));
        assert!(may("to", "*", &json!("anybody")));
    }

    #[test]
    fn a_url_is_allowed_by_its_origin() {
        let mine = "https://example.org";
        for good in ["https://example.org", "https://EXAMPLE.org:443/a?b#c"] {
            assert!(may("url", mine, &json!(good)), "{good}");
        }
        for bad in [
            "http://example.org/",
            "https://example.org:8443/",
            "https://example.org.evil.example/",
            "https://example.org@evil.example/",
            "https://eve@example.org/",
            "https://evil.example/https://example.org",
            "https://evil.example\\@example.org/",
            "//example.org",
            "data:text/plain,x",
            "",
        ] {
            assert!(!may("url", mine, &json!(bad)), "{bad}");
        }
    }

    #[test]
    fn what_can_never_be_met_is_a_fault() {
        for (argument, good) in [
            ("url", "https://a.example"),
            ("url", "*"),
            ("to", "@a.example"),
            ("to", "#room"),
        ] {
            assert_eq!(fault(argument, good), None, "{good}");
        }
        for (argument, bad) in [
            ("url", "a.example"),
            ("url", "https://a.example/b"),
            ("url", "data:,x"),
            ("to", "@"),
            ("to", " "),
        ] {
            assert!(fault(argument, bad).is_some(), "{bad}");
        }
    }
}
