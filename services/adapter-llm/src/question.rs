//! A question, and what is asked of a server for it. Pure.

use crate::{Fault, Shape, Template, tools, wire::Asked};
use events::{ChatMessage, ChatRole, ErrorClass, LlmCall, LlmNeed, Timestamp, ToolOffer};
use ids::TenantId;
use serde_json::Value;

/// One question to a model.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub tenant: &'a TenantId,
    /// `name`, `name@label` or `name@version`.
    pub prompt: &'a str,
    pub variables: &'a Value,
    /// The exchange that follows the prompt.
    pub messages: &'a [ChatMessage],
    /// What the model may want done; the answer is then a [`Round`].
    pub tools: &'a [ToolOffer],
    /// What the answer must satisfy; absent for free text.
    pub output_schema: Option<&'a Value>,
    pub model: Option<&'a str>,
    /// What the model must be like.
    pub need: Option<&'a LlmNeed>,
    pub temperature: Option<f64>,
    pub max_tokens: Option<u32>,
    /// Labels of prompts are taken as they were then.
    pub at: Timestamp,
}

/// What a model and its server are taken to know beyond plain words, until they say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Knows {
    /// Output schemas, tools, and the tokens of a stream.
    pub(crate) extras: bool,
    pub(crate) temperature: bool,
}

impl Default for Knows {
    fn default() -> Self {
        Self {
            extras: true,
            temperature: true,
        }
    }
}

impl<'a> Question<'a> {
    /// What a call of this tenant asks.
    #[must_use]
    pub fn of(call: &'a LlmCall, tenant: &'a TenantId, at: Timestamp) -> Self {
        Self {
            tenant,
            prompt: &call.prompt,
            variables: &call.variables,
            messages: &call.messages,
            tools: &call.tools,
            output_schema: call.output_schema.as_ref(),
            model: call.model.as_deref(),
            need: call.need.as_ref(),
            temperature: call.temperature,
            max_tokens: call.max_tokens,
            at,
        }
    }

    /// What the answer must satisfy.
    ///
    /// # Errors
    /// `llm.schema_invalid`.
    pub(crate) fn shape(&self) -> Result<Option<Shape>, Fault> {
        let shape = self.output_schema.map(Shape::new).transpose();
        shape.map_err(|problem| {
            Fault::new(
                ErrorClass::Rejected,
                "llm.schema_invalid",
                format!("The output schema is no JSON Schema: {problem}."),
                "Correct the schema in the node.",
            )
        })
    }

    /// What is asked of a server; what it does not know, it is told in words.
    pub(crate) fn asked(
        &self,
        template: &Template,
        shape: Option<&Shape>,
        (model, knows): (&str, Knows),
        is_streamed: bool,
    ) -> Asked {
        let mut rendered = template.render(self.variables);
        if let Some(shape) = shape {
            rendered.system = format!("{}\n\n{}", rendered.system, shape.instruction());
        }
        let in_words = !knows.extras && !self.tools.is_empty();
        if in_words {
            let instruction = tools::instruction(self.tools);
            rendered.system = format!("{}\n\n{instruction}", rendered.system);
        }
        let opening = [
            (ChatRole::System, rendered.system.trim()),
            (ChatRole::User, rendered.user.as_str()),
        ];
        let mut messages: Vec<ChatMessage> = opening
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(role, text)| ChatMessage::said(role, text))
            .collect();
        match in_words {
            true => messages.extend(tools::in_words(self.messages)),
            false => messages.extend_from_slice(self.messages),
        }
        Asked {
            model: model.to_owned(),
            messages,
            tools: match knows.extras {
                true => self.tools.to_vec(),
                false => Vec::new(),
            },
            schema: shape
                .filter(|_| knows.extras)
                .map(|shape| shape.schema().clone()),
            is_streamed,
            is_counted: knows.extras,
            temperature: self.temperature.filter(|_| knows.temperature),
            max_tokens: self.max_tokens,
            context_tokens: None,
        }
    }
}
