//! Markdown as HTML.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    value,
};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, html::push_html};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Markdown (of commonmark.org, with tables, strikethrough and task lists) as HTML.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Markdown {
    /// The Markdown; left out, the value of `in`.
    #[serde(default)]
    text: Option<String>,
    /// Whether HTML in the text stays HTML, and links may have any scheme. Only for texts of your own: what others wrote
    /// may hold scripts.
    #[serde(default)]
    trusted: bool,
}

impl Transform for Markdown {
    const TITLE: &'static str = "Markdown";
    const DOCS: &'static str = "Writes Markdown as HTML; emits the HTML as text.";
    const INPUTS: Inputs = Inputs::Any;

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "string" })
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let text = call.text(self.text.as_ref())?;
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let events = Parser::new_ext(&text, options);
        let mut html = String::new();
        if self.trusted {
            push_html(&mut html, events);
        } else {
            push_html(&mut html, events.map(harmless));
        }
        value::bounded(html).map(out)
    }
}

/// HTML becomes text, and an address that could run something becomes none.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many events are of interest here"
)]
fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: address(dest_url),
            title,
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: address(dest_url),
            title,
            id,
        }),
        other => other,
    }
}

fn address(url: CowStr<'_>) -> CowStr<'_> {
    let visible: String = url
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .collect();
    let before = visible.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = before
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        None | Some("http" | "https" | "mailto" | "tel") => url,
        Some(_) => CowStr::Borrowed(""),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{refused, run};
    use serde_json::{Value, json};

    fn html(text: &str) -> String {
        let html = run("markdown", json!({}), json!(text)).unwrap();
        html.as_str().unwrap().to_owned()
    }

    #[test]
    fn markdown_becomes_html() {
        assert_eq!(html("# Über *uns*"), "<h1>Über <em>uns</em></h1>\n");
        assert!(html("|a|b|\n|-|-|\n|1|2|").contains("<td>2</td>"));
        assert_eq!(html("~~x~~ a & b"), "<p><del>x</del> a &amp; b</p>\n");
        assert_eq!(html(""), "");
        let given = run(
            "markdown",
            json!({ "text": "{{ '*' & input & '*' }}" }),
            json!("x"),
        );
        assert_eq!(given.unwrap(), "<p><em>x</em></p>\n");
    }

    #[test]
    fn what_others_wrote_cannot_run() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)>",
            "<div>\n<b onclick=x>",
        ] {
            let html = html(text);
            assert!(
                !html.contains("<script") && !html.contains("<img") && !html.contains("<b "),
                "{html}"
            );
        }
        for link in [
            "[x](javascript:alert(1))",
            "[x](JaVa&#10;Script:alert(1))",
            "![x](data:text/html,x)",
            "<vbscript:x>",
        ] {
            let html = html(link);
            assert!(html.contains("=\"\""), "{html}");
        }
        for link in [
            "[x](/a:b)",
            "[x](?q=a:b)",
            "[x](https://example.org/)",
            "[x](mailto:a@example.org)",
        ] {
            assert!(!html(link).contains("href=\"\""), "{link}");
        }
        let trusted = run("markdown", json!({ "trusted": true }), json!("<b>x</b>")).unwrap();
        assert_eq!(trusted, "<p><b>x</b></p>\n");
    }

    #[test]
    fn only_texts_are_taken() {
        assert_eq!(
            refused("markdown", json!({}), json!([])).0,
            "transform.no_text"
        );
        let growing = "&".repeat(300_000);
        assert_eq!(
            refused("markdown", json!({}), json!(growing)).0,
            "transform.too_large"
        );
        assert_eq!(
            run("markdown", json!({ "text": "x" }), Value::Null).unwrap(),
            "<p>x</p>\n"
        );
    }
}
