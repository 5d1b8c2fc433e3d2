//! Writes a text for each item and joins them.

use crate::{
    Error,
    call::{Call, Outputs, out},
    kind::Transform,
    part::Words,
    rows::Text,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Writes a text for each item and joins them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextTemplate {
    /// The text of one item, with expressions over `item` and `index`: `- {{ item.title }}`.
    template: Words,
    /// What stands between two of them.
    #[serde(default = "line")]
    separator: String,
    /// What stands before them, if there are any.
    #[serde(default)]
    before: String,
    /// What stands after them, if there are any.
    #[serde(default)]
    after: String,
    /// The text of an empty list.
    #[serde(default)]
    empty: String,
}

fn line() -> String {
    "\n".to_owned()
}

impl Transform for TextTemplate {
    const TITLE: &'static str = "Text template";
    const DOCS: &'static str =
        "Writes a text for each item of a list and joins them; emits the text.";

    fn out(_: &Map<String, Value>) -> Value {
        json!({ "type": "string" })
    }

    fn apply(&self, call: &Call<'_>) -> Result<Outputs, Error> {
        let list = call.list("in")?;
        let mut items = call.items();
        let mut text = Text::default();
        if list.is_empty() {
            text.push(&self.empty)?;
            return Ok(out(text.into_value()));
        }
        text.push(&self.before)?;
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                text.push(&self.separator)?;
            }
            text.push(&items.at(index, item).text(self.template)?)?;
        }
        text.push(&self.after)?;
        Ok(out(text.into_value()))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{refused, run};
    use serde_json::json;

    #[test]
    fn a_text_is_written_for_each_item() {
        let input = json!([{ "t": "Größe" }, { "t": null }, { "t": 3 }]);
        let config = json!({ "template": "{{ index + 1 }}. {{ item.t }}" });
        assert_eq!(
            run("text_template", config, input.clone()).unwrap(),
            "1. Größe\n2. \n3. 3"
        );
        let config = json!({ "template": "{{ item }}", "separator": ",", "before": "[", "after": "] of {{ $count(input) }}" });
        assert_eq!(
            run("text_template", config, json!([true, { "a": 1 }, [2]])).unwrap(),
            r#"[true,{"a":1},[2]] of 3"#
        );
        assert_eq!(
            run("text_template", json!({ "template": "-" }), input).unwrap(),
            "-\n-\n-"
        );
    }

    #[test]
    fn an_empty_list_has_its_own_text() {
        let config = json!({ "template": "x", "before": "a", "after": "b", "empty": "none" });
        assert_eq!(run("text_template", config, json!([])).unwrap(), "none");
        assert_eq!(
            run("text_template", json!({ "template": "x" }), json!(null)).unwrap(),
            ""
        );
    }

    #[test]
    fn a_text_that_grows_too_long_is_refused() {
        let config = json!({ "template": format!("{{{{ item }}}}{}", "x".repeat(10_000)) });
        assert_eq!(
            refused("text_template", config, json!(vec![0; 200])).0,
            "transform.too_large"
        );
    }
}
