//! The text of an HTML page.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    value,
};
use html2text::config;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The text of an HTML page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HtmlToText {
    /// The HTML; left out, the value of `in`.
    #[serde(default)]
    html: Option<String>,
    /// Most characters of a line.
    #[serde(default = "width")]
    #[schemars(range(min = 20, max = 1000))]
    width: usize,
    /// Whether addresses of links are listed below the text.
    #[serde(default)]
    links: bool,
}

const fn width() -> usize {
    100
}

impl Transform for HtmlToText {
    const TITLE: &'static str = "HTML to text";
    const DOCS: &'static str = "Writes an HTML page or mail as plain text; emits the text.";
    const INPUTS: Inputs = Inputs::Any;

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "string" })
    }

    fn check(&self) -> Result<(), Error> {
        if !(20..=1000).contains(&self.width) {
            return Err(Error::config("/width", "`width` must be from 20 to 1000"));
        }
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let html = call.text(self.html.as_ref())?;
        super::html_extract::bound(&html)?;
        let config = config::plain()
            .link_footnotes(self.links)
            .allow_width_overflow();
        let page = config
            .parse_html(html.as_bytes())
            .map_err(|error| unwritten(&error))?;
        super::html_extract::measure(page.document.clone(), |node| node.children.borrow().clone())?;
        let tree = config
            .dom_to_render_tree(&page)
            .map_err(|error| unwritten(&error))?;
        let text = config
            .render_to_string(tree, self.width)
            .map_err(|error| unwritten(&error))?;
        value::bounded(text.trim_end().to_owned()).map(out)
    }
}

fn unwritten(error: &html2text::Error) -> Error {
    let message = format!("the HTML cannot be written as text: {error}");
    Error::value("transform.bad_html", message, "choose a larger width")
}

#[cfg(test)]
mod tests {
    use crate::{
        limits,
        testing::{parse, refused, run},
    };
    use serde_json::json;

    #[test]
    fn pages_become_texts() {
        let html = "<html><style>p{}</style><h1>Über</h1><p>Hello <b>you</b> &amp; <a href=\"https://example.org/\">me</a></p><script>x</script><ul><li>one<li>two</ul>";
        let text = run("html_to_text", json!({}), json!(html)).unwrap();
        let text = text.as_str().unwrap();
        for part in ["# Über", "Hello", "you", "& ", "me", "* one\n* two"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(
            !text.contains("p{}") && !text.contains("example.org"),
            "{text}"
        );
        let linked = run(
            "html_to_text",
            json!({ "links": true, "html": html }),
            json!(null),
        )
        .unwrap();
        assert!(
            linked.as_str().unwrap().contains("https://example.org/"),
            "{linked}"
        );
        assert_eq!(run("html_to_text", json!({}), json!("")).unwrap(), "");
    }

    #[test]
    fn pages_over_the_limits_are_refused() {
        assert_eq!(
            refused(
                "html_to_text",
                json!({}),
                json!("<b>".repeat(limits::HTML_TAGS + 1))
            )
            .0,
            "transform.too_large"
        );
        assert_eq!(
            refused("html_to_text", json!({}), json!(["x"])).0,
            "transform.no_text"
        );
        assert!(parse("html_to_text", json!({ "width": 5 })).is_err());
    }
}
