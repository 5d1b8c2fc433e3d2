//! Tools for models whose server knows none: told in words, found in what the model says. Pure.

use crate::shape;
use events::{ChatMessage, ChatRole, Round, ToolCall, ToolOffer};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a model says that wants tools called.
#[derive(Deserialize)]
struct Wish {
    calls: Vec<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    arguments: Value,
}

/// What a model is told of its tools.
pub(crate) fn instruction(tools: &[ToolOffer]) -> String {
    let offers = json!(tools);
    format!(
        "You have tools:\n{offers}\nTo use some, answer with one JSON value and nothing else: \
         {{\"calls\":[{{\"name\":\"…\",\"arguments\":{{…}}}}]}}, the arguments by the tool's `input`. You are then told what came \
         of it. When you need none, answer in plain words."
    )
}

/// The exchange without what only servers with tools understand.
pub(crate) fn in_words(messages: &[ChatMessage]) -> Vec<ChatMessage> {
    let in_words = |message: &ChatMessage| match message.role {
        ChatRole::Tool => {
            let call = message.call_id.as_deref().unwrap_or_default();
            let text = format!("What came of call {call}:\n{}", message.text);
            ChatMessage::said(ChatRole::User, text)
        }
        ChatRole::Assistant if !message.calls.is_empty() => ChatMessage::said(
            ChatRole::Assistant,
            json!({ "calls": message.calls }).to_string(),
        ),
        ChatRole::System | ChatRole::User | ChatRole::Assistant => message.clone(),
    };
    messages.iter().map(in_words).collect()
}

/// What a model chose that was told of its tools in words. Calls are named by their place in the exchange, in which `before`
/// came earlier.
pub(crate) fn read(said: String, before: usize) -> Round {
    let wish = shape::find(&said).and_then(|value| serde_json::from_value::<Wish>(value).ok());
    let Some(wish) = wish else {
        return Round {
            text: said,
            calls: Vec::new(),
        };
    };
    let calls = wish.calls.into_iter().zip(before + 1..);
    Round {
        text: String::new(),
        calls: calls
            .map(|(wanted, at)| ToolCall {
                id: format!("call_{at}"),
                name: wanted.name,
                arguments: wanted.arguments,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_found_in_fences_and_prose_and_words_stay_words() {
        for said in [
            r#"{"calls":[{"name":"a","arguments":{"x":1}}]}"#,
            "Sure!\n```json\n{\"calls\": [{\"name\": \"a\", \"arguments\": {\"x\": 1}}]}\n```",
        ] {
            let round = read(said.to_owned(), 2);
            assert_eq!(
                (round.text.as_str(), round.calls[0].id.as_str()),
                ("", "call_3")
            );
            assert_eq!(round.calls[0].name, "a");
            assert_eq!(round.calls[0].arguments, json!({ "x": 1 }));
        }
        for said in ["Hello.", r#"{"calls": 7}"#, r#"{"answer": 7}"#, ""] {
            assert_eq!(read(said.to_owned(), 0).text, said);
        }
    }

    #[test]
    fn an_exchange_with_tools_can_be_told_in_words() {
        let call = ToolCall {
            id: "c1".into(),
            name: "a".into(),
            arguments: json!({}),
        };
        let wanted = ChatMessage {
            calls: vec![call],
            ..ChatMessage::said(ChatRole::Assistant, "")
        };
        let result = ChatMessage {
            call_id: Some("c1".into()),
            ..ChatMessage::said(ChatRole::Tool, "7")
        };
        let told = in_words(&[wanted, result]);
        assert!(told[0].text.contains(r#""name":"a""#) && told[0].calls.is_empty());
        assert_eq!(told[1].role, ChatRole::User);
        assert!(told[1].text.ends_with("c1:\n7"));
    }
}
