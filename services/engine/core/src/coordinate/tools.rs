//! What a model wants done: whether it may be, and whether people must agree first.

use super::{CALLS, tool_at};
use crate::{
    decide::Step,
    limits,
    memo::Place,
    node::{Failed, error, request_too_large},
    request::AdapterRequest,
};
use events::{AssistantCallRequested, EffectOrigin, ErrorClass, Reach, Round, ToolCall};
use ids::AccountId;
use serde_json::{Map, Value, json};
use workflow::{
    config::{Asks, CoordinateConfig, SubWorkflow, Tool, ToolKind},
    plan::{PlanNode, faults},
};

impl Step<'_> {
    /// Calls the tools of a round that have not been called.
    pub(super) fn call_tools(
        &mut self,
        outer: &Place,
        config: &CoordinateConfig,
        round: u32,
        said: &Round,
    ) {
        for (at, call) in (0_u32..).zip(&said.calls) {
            let place = tool_at(outer, round, at);
            if !self.is_due(&place) {
                continue;
            }
            let called = match at as usize >= CALLS {
                true => Err(too_many()),
                false => self.call_tool(outer, &place, config, call),
            };
            if let Err(error) = called {
                self.note_failure(&place, *error);
            }
        }
    }

    fn call_tool(
        &mut self,
        outer: &Place,
        place: &Place,
        config: &CoordinateConfig,
        call: &ToolCall,
    ) -> Result<(), Failed> {
        let node = self.plan.node(place.0);
        let tool = config
            .tool(&call.name)
            .ok_or_else(|| unknown(config, &call.name))?;
        let faults =
            faults(&tool.schema(), &call.arguments).map_err(|cause| unfit(tool, &cause))?;
        if let Some(fault) = faults.first() {
            return Err(unfit(tool, &format!("{} {}", fault.pointer, fault.message)));
        }
        let request = self.request_of(place, node, tool, &call.arguments)?;
        if request.arguments().as_str().len() > limits::VALUE_BYTES {
            return Err(request_too_large());
        }
        let is_first = self.run.state(&node.id, &place.1).is_none();
        if is_first {
            let inputs = self.inputs(outer);
            if self.hold_back(place, node, &inputs, &request)? {
                return Ok(());
            }
            let asks = tool.asks == Asks::Always || request_reach(tool, &request) != Reach::Read;
            if asks && !planted::bug("asks-for-nothing") {
                let title = format!("{}: {}", node.id, tool.name);
                self.ask_about_call(place, &request, (title, &tool.description));
                return Ok(());
            }
        }
        self.send(place, node, &request, false);
        Ok(())
    }

    fn request_of(
        &self,
        place: &Place,
        node: &PlanNode,
        tool: &Tool,
        arguments: &Value,
    ) -> Result<AdapterRequest, Failed> {
        let origin = self.effect_origin(place, node);
        let unfit = |cause: serde_json::Error| unfit(tool, &cause.to_string());
        Ok(match &tool.does {
            ToolKind::Workflow { workflow_id, reads } => {
                let call = SubWorkflow {
                    workflow_id: *workflow_id,
                    version: None,
                    input: Some(arguments.clone()),
                };
                let tainted = self.handed(place.0, node);
                let mut child = self.child(call, origin, None, tainted)?;
                child.reads |= *reads;
                AdapterRequest::Child(child)
            }
            ToolKind::Assistant { operation } => {
                self.assistant(origin, operation.as_str(), arguments)
            }
            ToolKind::SendEmail { account_id } => {
                let mail = serde_json::from_value(with(arguments, account_id));
                AdapterRequest::smtp(mail.map_err(unfit)?, origin)
            }
            ToolKind::SendMessage { account_id } => {
                let message = serde_json::from_value(with(arguments, account_id));
                AdapterRequest::bridge(message.map_err(unfit)?, origin)
            }
        })
    }

    fn assistant(
        &self,
        origin: EffectOrigin,
        operation: &str,
        arguments: &Value,
    ) -> AdapterRequest {
        AdapterRequest::Assistant(AssistantCallRequested {
            origin,
            operation: operation.to_owned(),
            arguments: arguments.clone(),
            actor: self.run.trigger().and_then(|trigger| trigger.actor),
        })
    }
}

/// A workflow says of itself whether it changes anything.
fn request_reach(tool: &Tool, request: &AdapterRequest) -> Reach {
    match tool.does {
        ToolKind::Workflow { reads: true, .. } => Reach::Read,
        ToolKind::Workflow { .. }
        | ToolKind::SendEmail { .. }
        | ToolKind::SendMessage { .. }
        | ToolKind::Assistant { .. } => request.reach(),
    }
}

/// The arguments of a model, with the account that it cannot choose.
fn with(arguments: &Value, account: &AccountId) -> Value {
    let mut config: Map<String, Value> = arguments.as_object().cloned().unwrap_or_default();
    config.insert("account_id".to_owned(), json!(account));
    Value::Object(config)
}

fn unknown(config: &CoordinateConfig, name: &str) -> Failed {
    let names: Vec<&str> = config.tools.iter().map(|tool| tool.name.as_str()).collect();
    let message = format!("there is no tool `{name}`; there are: {}", names.join(", "));
    error(ErrorClass::Permission, "tool.unknown", message, "")
}

fn unfit(tool: &Tool, fault: &str) -> Failed {
    let message = format!(
        "the arguments of `{}` are not what it takes: {fault}",
        tool.name
    );
    error(
        ErrorClass::Schema,
        "tool.arguments_invalid",
        message,
        "call it again with other arguments",
    )
}

fn too_many() -> Failed {
    let message = format!("no more than {CALLS} tools are called in one round");
    error(
        ErrorClass::Limit,
        "tool.too_many",
        message,
        "call the others in the next round",
    )
}
