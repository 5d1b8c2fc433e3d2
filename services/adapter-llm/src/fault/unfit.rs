//! Why nobody is asked, though there are models.

use super::Fault;
use crate::routing::{Lack, Lacking, declared};
use events::{ErrorClass, LlmNeed};
use serde_json::json;

/// Models that a message names; the detail names more.
const NAMED: usize = 5;
/// Models that the detail names.
const DETAILED: usize = 50;

impl Fault {
    /// No model meets what the call needs.
    #[must_use]
    pub(crate) fn no_model_fits(need: &LlmNeed, unmet: &[&str], lacking: &[Lacking]) -> Self {
        let said = |names: &[&'static str]| -> String {
            let said = names.iter().map(|name| value(need, name));
            said.collect::<Vec<_>>().join(", ")
        };
        let declared = declared(need);
        let of_all: Vec<_> = declared
            .iter()
            .copied()
            .filter(|name| unmet.contains(name))
            .collect();
        let what = match of_all.is_empty() {
            true => format!("No language model meets all of {} at once", said(&declared)),
            false => format!("No language model meets {}", said(&of_all)),
        };
        let models = lacking.iter().take(NAMED).map(|model| {
            let lacks = model.lacks.iter().map(|lack| sentence(*lack));
            format!(
                "{} {}",
                model.model,
                lacks.collect::<Vec<_>>().join(" and ")
            )
        });
        let message = format!("{what}: {}.", models.collect::<Vec<_>>().join("; "));
        let detail = lacking.iter().take(DETAILED).map(|model| {
            let lacks = model.lacks.iter().map(|lack| lack.need());
            json!({
                "model": model.model,
                "account_id": model.account,
                "lacks": lacks.collect::<Vec<_>>(),
            })
        });
        let detail = json!({
            "need": need,
            "unmet": unmet,
            "models": detail.collect::<Vec<_>>(),
        });
        Self::new(
            ErrorClass::Rejected,
            "llm.no_model_fits",
            message,
            "Ask for less in the node's need, or connect a model that meets it. Privacy and context of an account's models stand in its \
             settings (`privacy`, `context_tokens`).",
        )
        .with_detail(detail)
    }

    /// No model that may be asked has room for the question.
    #[must_use]
    pub(crate) fn no_room(tokens: u64, room: u64) -> Self {
        Self::new(
            ErrorClass::Limit,
            "llm.question_too_long",
            format!(
                "The question has some {tokens} tokens, and the models that may be asked take {room} at most."
            ),
            "Give it less text, use a model with a larger context, or correct `context_tokens` in the model's account.",
        )
    }
}

fn value(need: &LlmNeed, name: &str) -> String {
    let number = match name {
        "max_p95_ms" => need.max_p95_ms,
        "max_price_micros" => need.max_price_micros,
        "min_context_tokens" => need.min_context_tokens,
        _ => None,
    };
    number.map_or_else(
        || format!("`{name}: local`"),
        |number| format!("`{name}: {number}`"),
    )
}

/// What follows the model's name.
fn sentence(lack: Lack) -> String {
    match lack {
        Lack::Privacy => "is not known to be local".to_owned(),
        Lack::Price(micros) => format!("costs {micros} millionths of a dollar"),
        Lack::Context(None) => "has a context that nobody stated".to_owned(),
        Lack::Context(Some(tokens)) => format!("takes {tokens} tokens"),
        Lack::Time(p95) => format!("takes up to {p95} ms"),
        Lack::Unmeasured => "was not measured".to_owned(),
        Lack::Room(tokens) => format!("has room for {tokens} tokens only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Privacy;

    fn lacking(model: &str, lack: Lack) -> Lacking {
        Lacking {
            model: model.into(),
            account: None,
            lacks: vec![lack],
        }
    }

    #[test]
    fn a_refusal_says_what_nobody_meets_and_what_each_lacks() {
        let need = LlmNeed {
            privacy: Some(Privacy::Local),
            max_p95_ms: Some(200),
            ..LlmNeed::default()
        };
        let models = [lacking("gpt", Lack::Privacy)];
        let fault = Fault::no_model_fits(&need, &["privacy"], &models);
        let error = fault.error;
        assert_eq!(
            error.message,
            "No language model meets `privacy: local`: gpt is not known to be local."
        );
        let detail = error.detail.unwrap();
        assert_eq!(detail["models"][0]["lacks"], json!(["privacy"]));
        let models = [
            lacking("gpt", Lack::Privacy),
            lacking("qwen", Lack::Time(900)),
        ];
        let fault = Fault::no_model_fits(&need, &[], &models);
        assert_eq!(
            fault.error.message,
            "No language model meets all of `privacy: local`, `max_p95_ms: 200` at once: gpt is not known to be local; qwen takes up to 900 ms."
        );
    }
}
