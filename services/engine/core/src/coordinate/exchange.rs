//! What a model gets to read in each round.

use super::tool_at;
use crate::{decide::Step, memo::Place, request::need, run::NodeState};
use events::{ChatMessage, ChatRole, Json, LlmCall, Round, Told, ToolOffer};
use workflow::config::{CoordinateConfig, Speaker, Tool};

/// Of what one call of a tool brought, in bytes; a model reads the beginning.
const RESULT_BYTES: usize = 16 * 1024;

impl Step<'_> {
    /// The call of a round: what came before the goal, the goal, and all rounds so far with what came of them.
    pub(super) fn exchange(&self, outer: &Place, config: &CoordinateConfig, round: u32) -> LlmCall {
        let before = config.messages.iter().map(|message| {
            let role = match message.role {
                Speaker::User => ChatRole::User,
                Speaker::Assistant => ChatRole::Assistant,
            };
            ChatMessage::said(role, message.text.as_str())
        });
        let goal = ChatMessage::said(ChatRole::User, config.goal.as_str());
        let mut messages: Vec<ChatMessage> = before.chain([goal]).collect();
        for round in 0..round {
            if let Ok(Some(said)) = self.said(outer, round) {
                messages.extend(self.told_of(outer, round, said));
            }
        }
        LlmCall {
            prompt: config.prompt.clone(),
            variables: config
                .variables
                .clone()
                .unwrap_or_else(|| serde_json::json!({})),
            messages,
            tools: config.tools.iter().map(offer).collect(),
            output_schema: None,
            model: config.model.clone(),
            need: config.need.map(need),
            temperature: None,
            max_tokens: config.max_tokens,
            told: config.told.map(|told| Told {
                conversation_id: told.conversation_id,
                message_id: told.message_id,
            }),
        }
    }

    /// One round, and what its calls brought.
    fn told_of(&self, outer: &Place, round: u32, said: Round) -> Vec<ChatMessage> {
        let results: Vec<ChatMessage> = (0..)
            .zip(&said.calls)
            .map(|(at, call)| ChatMessage {
                call_id: Some(call.id.clone()),
                ..ChatMessage::said(ChatRole::Tool, self.brought(&tool_at(outer, round, at)))
            })
            .collect();
        let chosen = ChatMessage {
            calls: said.calls,
            ..ChatMessage::said(ChatRole::Assistant, said.text)
        };
        [vec![chosen], results].concat()
    }

    fn brought(&self, (node, path): &Place) -> String {
        let result = match self.run.state(&self.plan.node(*node).id, path) {
            Some(NodeState::Completed(outputs)) => outputs.values().next().map(Json::as_str),
            Some(NodeState::Failed(error)) => Some(error.as_str()),
            Some(NodeState::Skipped) => {
                Some(r#"{"ignored":"a person did not want this to be done"}"#)
            }
            Some(NodeState::Started(_) | NodeState::Asked(_)) | None => None,
        };
        let result = result.unwrap_or("null");
        if result.len() <= RESULT_BYTES {
            return result.to_owned();
        }
        let end = result.floor_char_boundary(RESULT_BYTES);
        let shown = result.get(..end).unwrap_or_default();
        format!(
            "{shown}… (cut after {RESULT_BYTES} bytes of {})",
            result.len()
        )
    }
}

fn offer(tool: &Tool) -> ToolOffer {
    ToolOffer {
        name: tool.name.clone(),
        description: tool.description.clone(),
        input: tool.schema(),
    }
}
