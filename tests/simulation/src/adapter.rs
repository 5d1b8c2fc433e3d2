//! An adapter: it does what it is asked to, and records each result under its effect key.

use crate::{
    bugs::Bug,
    bus::{Body, Event, Service},
    world::World,
};
use engine_core::{AdapterRequest, Input};
use events::{EffectCost, EffectOrigin, ErrorClass, Json, LlmCall, RunError};
use ids::InvocationId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Adapter {
    ledger: BTreeMap<String, Entry>,
    /// What arrived on the other side: attempts without a record in between count as one, for they share a key.
    calls: BTreeMap<String, u32>,
}

#[derive(Debug, Clone)]
enum Entry {
    /// The call may have been made.
    Dispatched,
    Recorded(Box<Input>),
}

/// Where the adapter dies while it serves a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dies {
    Never,
    BeforeTheCall,
    AfterTheCall,
    BeforeTheAck,
}

impl World {
    /// Serves one request, any of those that wait. Whether there was one.
    pub(crate) fn serve(&mut self, dies: Dies) -> bool {
        let at = self.dice.below(self.bus.effects.len());
        let Some(request) = self.bus.effects.get(at).cloned() else {
            return false;
        };
        let origin = request.origin().clone();
        let key = origin.effect_key.clone();
        self.check
            .request_was_meant(&self.log, origin.run_id, &request);
        let known = self.adapter.ledger.get(&key).cloned();
        let known = known.filter(|_| !self.bug(Bug::LedgerForgotten));
        let result = match known {
            Some(Entry::Recorded(result)) => *result,
            None | Some(Entry::Dispatched) => {
                let again = matches!(known, Some(Entry::Dispatched));
                self.adapter.ledger.insert(key.clone(), Entry::Dispatched);
                if dies == Dies::BeforeTheCall {
                    return true;
                }
                if !again {
                    *self.adapter.calls.entry(key.clone()).or_default() += 1;
                }
                if dies == Dies::AfterTheCall {
                    return true;
                }
                self.outcome(&origin, &request)
            }
        };
        let recorded = Entry::Recorded(Box::new(result.clone()));
        self.adapter.ledger.insert(key, recorded);
        let id = self.id();
        let body = Body::ToRun {
            run_id: origin.run_id,
            input: result,
        };
        self.emit(Service::Adapter, id, Event::Input(body));
        if dies != Dies::BeforeTheAck {
            self.bus.effects.swap_remove(at);
        }
        true
    }

    fn outcome(&mut self, origin: &EffectOrigin, request: &AdapterRequest) -> Input {
        let effect_key = origin.effect_key.clone();
        if self.dice.percent(25) {
            let classes = [
                ErrorClass::Timeout,
                ErrorClass::RateLimit,
                ErrorClass::Unavailable,
                ErrorClass::Rejected,
            ];
            let class = self.dice.pick(&classes).unwrap_or(ErrorClass::Unknown);
            let error = RunError {
                class,
                code: "http.status".to_owned(),
                message: "the server refused".to_owned(),
                hint: None,
                node: None,
                detail: None,
                retry_after_ms: (class == ErrorClass::RateLimit).then_some(7_000),
            };
            return Input::EffectFailed {
                effect_key,
                error,
                cost: None,
            };
        }
        let invocation = self.id();
        let cost = matches!(request, AdapterRequest::Llm(_)).then(|| EffectCost {
            invocation_id: InvocationId::from_u128(invocation),
            input_tokens: 7,
            output_tokens: 5,
            cost_micros: 3,
            child_run_id: None,
        });
        let outcome = match request {
            AdapterRequest::Llm(asked) => self.said(&asked.call),
            AdapterRequest::Child(_) => json!({ "end": 5 }),
            AdapterRequest::Remember(_) | AdapterRequest::Assistant(_) => json!([]),
            AdapterRequest::Http(_) | AdapterRequest::Smtp(_) | AdapterRequest::Bridge(_) => {
                json!({ "status": 200, "headers": {}, "body": self.dice.below(100) })
            }
        };
        Input::EffectCompleted {
            effect_key,
            outcome: Json::from(outcome),
            cost,
        }
    }

    /// A model's answer, or its choice of tools, some of which do not exist.
    fn said(&mut self, call: &LlmCall) -> Value {
        let mut calls = Vec::new();
        while !call.tools.is_empty() && calls.len() < 3 && self.dice.percent(50) {
            let offered = self.dice.below(call.tools.len() + 1);
            let name = call
                .tools
                .get(offered)
                .map_or("none", |tool| tool.name.as_str());
            calls.push(json!({ "id": calls.len().to_string(), "name": name, "arguments": { "n": self.dice.below(9) } }));
        }
        json!({ "text": "so be it", "calls": calls })
    }

    /// Calls that were made more than once although their result was recorded.
    pub(crate) fn doubled_calls(&self) -> impl Iterator<Item = (&String, &u32)> {
        self.adapter.calls.iter().filter(|(_, calls)| **calls > 1)
    }
}
