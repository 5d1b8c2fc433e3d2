//! One model is asked: with what it knows, and once more when its answer has another shape.

use crate::{
    Endpoint, Fault, Listener, Record, Shape, Template,
    catalogue::Catalogue,
    choice::Candidate,
    client::{Patience, Reply, Server},
    question::{Knows, Question},
    tools,
    wire::{Asked, End},
};
use adapter::Health;
use events::{ChatMessage, ChatRole, Round};
use serde_json::{Value, json};

/// What is asked, whoever answers.
pub(crate) struct Trial<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) question: &'a Question<'a>,
    pub(crate) template: &'a Template,
    pub(crate) shape: Option<&'a Shape>,
}

impl Trial<'_> {
    /// What `candidate` answers; what it used is added to the record.
    pub(crate) async fn of(
        &self,
        candidate: &Candidate,
        patience: Patience,
        listener: Option<&mut dyn Listener>,
        record: &mut Record,
    ) -> Result<Value, Fault> {
        let Candidate { endpoint, model } = candidate;
        let is_streamed = listener.is_some();
        let build = |knows| Asked {
            context_tokens: endpoint.settings().context_tokens,
            ..self
                .question
                .asked(self.template, self.shape, (model, knows), is_streamed)
        };
        let to = (endpoint.as_ref(), patience);
        let (mut asked, reply) = self.say(to, &build, listener, record).await?;
        let Some(shape) = self.shape else {
            return round(self.question, &asked, reply);
        };
        let said = reply.text;
        let violations = match shape.read(&said) {
            Ok(value) => return Ok(value),
            Err(violations) => violations,
        };
        record.repaired = true;
        let complaint = Shape::complaint(&violations);
        asked.messages.extend([
            ChatMessage::said(ChatRole::Assistant, said),
            ChatMessage::said(ChatRole::User, complaint),
        ]);
        let again = |knows: Knows| Asked {
            schema: asked.schema.clone().filter(|_| knows.extras),
            tools: match knows.extras {
                true => asked.tools.clone(),
                false => Vec::new(),
            },
            temperature: asked.temperature.filter(|_| knows.temperature),
            ..asked.clone()
        };
        let (_, reply) = self.say(to, &again, None, record).await?;
        shape
            .read(&reply.text)
            .map_err(|violations| Fault::shape(model, &violations, &reply.text))
    }

    /// Asks one server, without what it does not know; what it was asked, and what it said.
    async fn say(
        &self,
        (endpoint, patience): (&Endpoint, Patience),
        build: &(dyn Fn(Knows) -> Asked + Sync),
        mut listener: Option<&mut dyn Listener>,
        record: &mut Record,
    ) -> Result<(Asked, Reply), Fault> {
        let catalogue = self.catalogue;
        let credentials = endpoint.credentials(&catalogue.accounts)?;
        let chat = endpoint.chat(&catalogue.http, credentials.as_ref(), catalogue.timeout)?;
        let server = Server { patience, ..chat };
        let model = record.model.clone().unwrap_or_default();
        let first = endpoint.knows(&model);
        let mut knows = first;
        let mut asked = build(knows);
        let reply = loop {
            let heard = listener.as_mut().map(|heard| &mut **heard as _);
            let refused = match server.ask(&asked, heard).await {
                Ok(reply) => break Ok(reply),
                Err(refused) => refused,
            };
            let fewer = Knows {
                temperature: knows.temperature && !refused.is_about_temperature(),
                extras: knows.extras && refused.is_about_temperature(),
            };
            let plainer = build(fewer);
            let is_same = server.speech.body(&plainer) == server.speech.body(&asked);
            if is_same || !refused.is_beyond_it() {
                break Err(refused);
            }
            (knows, asked) = (fewer, plainer);
        };
        match reply {
            Ok(reply) => {
                let lasting = Knows {
                    extras: knows.extras || !server.speech.varies(),
                    ..knows
                };
                if lasting != first {
                    tracing::info!(
                        model,
                        "the model does not know all that it was asked for; it is asked for less from now on"
                    );
                    endpoint.set_knows(&model, lasting);
                }
                catalogue.learn(endpoint, &Health::Healthy).await;
                record.count(&asked, &reply, endpoint.settings());
                match reply.end {
                    Some(End::Declined) => Err(Fault::declined(&model)),
                    Some(End::Done | End::Cut) | None => Ok((asked, reply)),
                }
            }
            Err(refused) => {
                if let Some(health) = &refused.fault.health {
                    catalogue.learn(endpoint, health).await;
                }
                Err(refused.fault)
            }
        }
    }
}

impl Record {
    /// Adds the tokens of one call, guessed where the server counted none.
    fn count(&mut self, asked: &Asked, reply: &Reply, settings: &crate::Settings) {
        let usage = reply.usage;
        self.estimated |= usage.input.is_none() || usage.output.is_none();
        let guess = || (reply.text.chars().count() as u64).div_ceil(4);
        let input = usage.input.unwrap_or_else(|| asked.tokens());
        let output = usage.output.unwrap_or_else(guess);
        self.input_tokens += input;
        self.output_tokens += output;
        self.cost_micros += settings.cost_micros(input, output);
    }
}

/// Free text, or what a model with tools says and wants.
fn round(question: &Question<'_>, asked: &Asked, reply: Reply) -> Result<Value, Fault> {
    let said = reply.text.trim().to_owned();
    let knew_tools = !asked.tools.is_empty();
    let before = question.messages.iter().map(|said| said.calls.len()).sum();
    let round = match question.tools.is_empty() || knew_tools {
        true => Round {
            text: said,
            calls: reply.calls.whole(before),
        },
        false => tools::read(said, before),
    };
    if round.text.is_empty() && round.calls.is_empty() {
        return Err(Fault::empty(&asked.model, reply.end == Some(End::Cut)));
    }
    match question.tools.is_empty() {
        true => Ok(round.text.into()),
        false => Ok(json!(round)),
    }
}
