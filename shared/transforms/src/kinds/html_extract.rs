//! Values out of an HTML page, by CSS selectors.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::{Inputs, Transform},
    limits,
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use scraper::{ElementRef, Html, Selector};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Values out of an HTML page, by CSS selectors.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HtmlExtract {
    /// The HTML; left out, the value of `in`.
    #[serde(default)]
    html: Option<String>,
    /// What to take, by the name of the field in the result.
    #[schemars(length(min = 1, max = 50))]
    values: IndexMap<String, Take>,
}

/// What to take.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Take {
    /// A CSS selector: `table.prices td:first-child`.
    selector: String,
    /// What of the elements.
    #[serde(default)]
    take: What,
    /// For `attribute`: its name, such as `href`.
    #[serde(default)]
    attribute: Option<String>,
    /// Whether to take all that match, as a list; else the first, or `null`.
    #[serde(default)]
    all: bool,
}

/// What to take of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Its text, with white space made single.
    #[default]
    Text,
    /// One of its attributes; elements without it are passed over.
    Attribute,
    /// The HTML inside it.
    Html,
}

impl Transform for HtmlExtract {
    const TITLE: &'static str = "HTML extract";
    const DOCS: &'static str = "Takes texts, attributes or HTML out of a page by CSS selectors; emits an object. What cannot be read leaves by the port error.";
    const INPUTS: Inputs = Inputs::Any;
    const PARSES: bool = true;

    fn out(config: &Map<String, Value>) -> Value {
        let values = config.get("values").and_then(Value::as_object);
        let field = |(name, take): (&String, &Value)| {
            let schema = match take.get("all") {
                Some(Value::Bool(true)) => {
                    json!({ "type": "array", "items": { "type": "string" } })
                }
                None | Some(Value::Bool(false)) => json!({ "type": ["string", "null"] }),
                Some(_) => json!({}),
            };
            (name.clone(), schema)
        };
        let properties: Map<String, Value> = values.into_iter().flatten().map(field).collect();
        let required: Vec<String> = properties.keys().cloned().collect();
        json!({ "type": "object", "properties": properties, "required": required })
    }

    fn check(&self) -> Result<(), Error> {
        for (name, take) in &self.values {
            let at = |field: &str| format!("/values/{}/{field}", expressions::escape_pointer(name));
            take.selector()
                .map_err(|message| Error::config(at("selector"), message))?;
            if take.take == What::Attribute && take.attribute.is_none() {
                return Err(Error::config(
                    at("attribute"),
                    "`attribute` is needed to take one",
                ));
            }
        }
        Ok(())
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let html = call.text(self.html.as_ref())?;
        bound(&html)?;
        let page = Html::parse_document(&html);
        let size = measure(page.tree.root(), |node| node.children().collect())?;
        self.bound_work(size)?;
        let mut bytes = 0;
        let mut object = Map::new();
        for (name, take) in &self.values {
            let selector = take
                .selector()
                .map_err(|message| Error::config("/values", message))?;
            let mut found = Vec::new();
            for text in page
                .select(&selector)
                .filter_map(|element| take.of(element))
            {
                bytes += text.len();
                if bytes > limits::OUTPUT_BYTES {
                    return Err(Error::too_large(
                        "what the selectors match",
                        limits::OUTPUT_BYTES,
                    ));
                }
                found.push(Value::String(text));
                if !take.all {
                    break;
                }
            }
            let value = if take.all {
                Value::Array(found)
            } else {
                found.pop().unwrap_or_default()
            };
            object.insert(name.clone(), value);
        }
        Ok(out(Value::Object(object)))
    }
}

impl HtmlExtract {
    /// Refuses selectors that look at siblings or descendants of every element, where there are many.
    fn bound_work(&self, size: Size) -> Result<(), Error> {
        let work = |take: &Take| {
            let looks = take.selector.matches('~').count() + take.selector.matches(":has").count();
            let each = size
                .widest
                .saturating_pow(u32::try_from(looks).unwrap_or(u32::MAX));
            size.nodes.saturating_mul(each)
        };
        let work = self
            .values
            .values()
            .map(work)
            .fold(0, usize::saturating_add);
        if work > limits::HTML_WORK {
            let message = "the selectors would take too long on a page of this size";
            let hint = "use selectors without ~ and :has, or pass on a part of the page";
            return Err(Error::limit("transform.too_large", message, hint));
        }
        Ok(())
    }
}

impl Take {
    fn selector(&self) -> Result<Selector, String> {
        if self.selector.len() > limits::SELECTOR_BYTES {
            return Err(format!(
                "the selector is longer than {} bytes",
                limits::SELECTOR_BYTES
            ));
        }
        Selector::parse(&self.selector)
            .map_err(|_| format!("`{}` is no CSS selector", self.selector))
    }

    fn of(&self, element: ElementRef<'_>) -> Option<String> {
        match self.take {
            What::Text => {
                let text: String = element.text().collect();
                Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            What::Attribute => element.attr(self.attribute.as_deref()?).map(str::to_owned),
            What::Html => Some(element.inner_html()),
        }
    }
}

/// Refuses HTML whose parsing would take long.
pub(super) fn bound(html: &str) -> Result<(), Error> {
    let opens = |pair: &&[u8]| matches!(pair, [b'<', letter] if letter.is_ascii_alphabetic());
    let tags = html.as_bytes().windows(2).filter(opens).count();
    if tags > limits::HTML_TAGS {
        let message = format!("the HTML has more than {} tags", limits::HTML_TAGS);
        return Err(Error::limit(
            "transform.too_large",
            message,
            "pass on a part of the page",
        ));
    }
    Ok(())
}

/// How large a page is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    nodes: usize,
    /// The most nodes that one node can be compared with: its ancestors or its siblings.
    widest: usize,
}

/// Measures a page; refuses one that nests too deeply. Does not call itself.
pub(super) fn measure<N>(root: N, children: impl Fn(&N) -> Vec<N>) -> Result<Size, Error> {
    let mut size = Size::default();
    let mut open = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > limits::HTML_DEPTH {
            let most = limits::HTML_DEPTH;
            let message = format!("the HTML nests deeper than {most} elements");
            return Err(Error::limit(
                "transform.too_deep",
                message,
                "pass on a part of the page",
            ));
        }
        let below = children(&node);
        size.nodes += 1;
        size.widest = size.widest.max(depth).max(below.len());
        open.extend(below.into_iter().map(|child| (child, depth + 1)));
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use crate::{
        Fault, limits,
        testing::{parse, refused, run},
    };
    use serde_json::json;
    use std::time::Instant;

    const PAGE: &str = r#"<title>Preise &amp; mehr</title><table class=p><tr><td> Äpfel
        <b>rot</b></td><td><a href="/a?x=1&amp;y=2">2</a><td><a>3</a></table><p>ende"#;

    #[test]
    fn values_are_taken_by_selectors() {
        let config = json!({ "values": {
            "title": { "selector": "title" },
            "first": { "selector": "table.p td" },
            "cells": { "selector": ".p td", "all": true },
            "links": { "selector": "a", "take": "attribute", "attribute": "href", "all": true },
            "html": { "selector": "td:first-child", "take": "html" },
            "none": { "selector": "h1" },
            "nones": { "selector": "h1", "all": true },
        } });
        assert_eq!(
            run("html_extract", config, json!(PAGE)).unwrap(),
            json!({
                "title": "Preise & mehr", "first": "Äpfel rot", "cells": ["Äpfel rot", "2", "3"], "links": ["/a?x=1&y=2"],
                "html": " Äpfel\n        <b>rot</b>", "none": null, "nones": [],
            })
        );
    }

    #[test]
    fn a_bad_selector_is_refused_at_its_place() {
        let config = |selector: &str| json!({ "values": { "a/b": { "selector": selector } } });
        let faults = parse("html_extract", config("td[")).unwrap_err();
        assert!(
            matches!(&faults[..], [Fault::Config(error)] if error.pointer == "/values/a~1b/selector"),
            "{faults:?}"
        );
        assert!(
            parse(
                "html_extract",
                json!({ "values": { "a": { "selector": "a", "take": "attribute" } } })
            )
            .is_err()
        );
        assert!(parse("html_extract", config(&"a ".repeat(limits::SELECTOR_BYTES))).is_err());
        assert_eq!(
            refused("html_extract", config("{{ 'td[' }}"), json!("")).0,
            "node.config_invalid"
        );
    }

    fn wide(tags: &str) -> String {
        tags.repeat(limits::HTML_TAGS / tags.matches('<').count())
    }

    #[test]
    fn no_page_takes_long_or_calls_too_deep() {
        let deep = "<div>".repeat(limits::HTML_DEPTH - 10);
        let pages = [
            ("<div>".repeat(2_000), false),
            (wide("<p><b>"), true),
            (wide("<a><table><a>"), true),
            (wide("<i></i>"), true),
            (format!("{deep}{}", "<i></i>".repeat(4_000)), true),
        ];
        let config = json!({ "values": {
            "a": { "selector": "div div p div i", "all": true }, "b": { "selector": "i:nth-child(7n)", "all": true },
            "c": { "selector": "div", "take": "html" },
        } });
        for (page, read) in pages {
            let started = Instant::now();
            let found = run("html_extract", config.clone(), json!(page));
            assert_eq!(found.is_ok(), read, "{found:?}");
            let text = run("html_to_text", json!({}), json!(page));
            assert_eq!(text.is_ok(), read, "{text:?}");
            assert!(started.elapsed().as_secs() < 20, "{}", &page[..20]);
        }
        let many = json!("<b>".repeat(limits::HTML_TAGS + 1));
        assert_eq!(
            refused("html_extract", config, many).0,
            "transform.too_large"
        );
    }

    #[test]
    fn selectors_that_would_take_long_are_refused() {
        for (selector, count, read) in [
            ("i ~ b", 300, true),
            ("i ~ b ~ i", 300, false),
            ("i:has(~ b)", 300, false),
            ("i ~ b", 4_900, false),
            ("i + b", 4_900, true),
        ] {
            let config = json!({ "values": { "a": { "selector": selector, "all": true } } });
            let found = run("html_extract", config, json!("<i></i>".repeat(count)));
            assert_eq!(found.is_ok(), read, "{selector}: {found:?}");
        }
    }
}
