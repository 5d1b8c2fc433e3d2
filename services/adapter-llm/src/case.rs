//! An answer that a person found wrong, as a test of other versions of its prompt. Pure.

use serde_json::Value;

/// What is to be better.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// JSON Pointer (RFC 6901) of the part that was wrong; empty for the whole answer.
    pub(crate) path: String,
    /// What should be there; absent when only is known what should not.
    pub(crate) expected: Option<Value>,
    /// What was there.
    pub(crate) answered: Value,
}

impl Case {
    /// Whether an answer is as it should be. A case without a right answer is passed by whatever is not the wrong one.
    pub(crate) fn passes(&self, output: &Value) -> bool {
        let wanted = self.expected.as_ref().unwrap_or(&self.answered);
        let is_there = match self.path.strip_prefix("/calls/") {
            // Which call of several comes first says nothing.
            Some(index) if !index.contains('/') => output
                .get("calls")
                .and_then(Value::as_array)
                .is_some_and(|calls| calls.iter().any(|call| is_same(call, wanted))),
            _ => output
                .pointer(&self.path)
                .is_some_and(|part| is_same(part, wanted)),
        };
        is_there == self.expected.is_some()
    }
}

/// Texts are compared without case and without the space around them, calls of tools without the name that the exchange gave them.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => {
            one.trim().to_lowercase() == other.trim().to_lowercase()
        }
        (Value::Object(one), Value::Object(other)) if one.contains_key("arguments") => {
            ["name", "arguments"]
                .iter()
                .all(|key| one.get(*key) == other.get(*key))
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn case(path: &str, expected: Option<Value>, answered: Value) -> Case {
        Case {
            path: path.into(),
            expected,
            answered,
        }
    }

    #[test]
    fn a_right_answer_is_asked_for_where_it_is_known() {
        let known = case("/category", Some(json!("Bank")), json!("spam"));
        assert!(known.passes(&json!({ "category": "bank ", "confidence": 0.2 })));
        assert!(!known.passes(&json!({ "category": "news" })));
        assert!(!known.passes(&json!({ "kind": "bank" })));
        assert!(case("", Some(json!([1])), json!([])).passes(&json!([1])));
    }

    #[test]
    fn where_none_is_known_anything_but_the_wrong_one_passes() {
        let unknown = case("/category", None, json!("spam"));
        assert!(!unknown.passes(&json!({ "category": "Spam" })));
        assert!(unknown.passes(&json!({ "category": "bank" })));
        assert!(unknown.passes(&json!({})));
    }

    #[test]
    fn a_call_is_the_same_wherever_and_under_whatever_name_it_comes() {
        let call =
            |id: &str, to: &str| json!({ "id": id, "name": "send", "arguments": { "to": to } });
        let refused = case("/calls/0", None, call("a", "eve"));
        assert!(
            !refused.passes(&json!({ "text": "", "calls": [call("b", "bob"), call("c", "eve")] }))
        );
        assert!(refused.passes(&json!({ "text": "", "calls": [call("a", "bob")] })));
        assert!(refused.passes(&json!({ "text": "No." })));
    }
}
