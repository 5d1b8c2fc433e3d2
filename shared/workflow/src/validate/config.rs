//! The parameters of one node: their shape, their expressions, and the typed kind they make.

mod allow;
mod approval;
mod compute;
mod control;
mod pace;

use super::{Draft, DraftNode, schedule};
use crate::{
    ApprovalRule, NodeType, Problem,
    config::{
        self, ErrorConfig, EventConfig, LlmKind, LoopConfig, ManualConfig, ScheduleConfig,
        WebhookConfig,
    },
    kinds,
    plan::{LoopIx, NodeKind, TriggerKind, TriggerSpec},
    shape,
};
use expressions::{Expression, Template};
use jsonschema::Validator;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::LazyLock};

static VALIDATORS: LazyLock<HashMap<NodeType, Validator>> = LazyLock::new(|| {
    let entry = |kind: &kinds::Kind| {
        let schema = Value::from((kind.config_schema)());
        Some((kind.node_type, jsonschema::validator_for(&schema).ok()?))
    };
    kinds::all().iter().filter_map(entry).collect()
});

/// Checks the config of one node and reads what can be read ahead.
pub(super) fn check(draft: &mut Draft, index: usize, rules: &[ApprovalRule]) {
    let Some(node) = draft.nodes.get_mut(index) else {
        return;
    };
    let Some(node_type) = node.node_type else {
        return;
    };
    let mut check = Check {
        pointer: format!("/nodes/{index}/config"),
        node,
        problems: Vec::new(),
    };
    check.shape(node_type);
    check.literals(node_type);
    check.schemas(node_type);
    check.patience(node_type);
    check.approval(node_type, rules);
    if check.problems.is_empty() {
        check.read(node_type);
    } else if let NodeType::Compute(kind) = node_type {
        check.compute(kind);
    } else if !is_fixed(node_type) {
        check.templates();
    }
    check.allow();
    let problems = check.problems;
    problems
        .into_iter()
        .for_each(|problem| draft.report(problem));
}

struct Check<'n> {
    /// Of the config, from the document's root.
    pointer: String,
    node: &'n mut DraftNode,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, code: &str, at: &str, message: &str, hint: &str) {
        let pointer = format!("{}{at}", self.pointer);
        self.report(code, pointer, message, hint);
    }

    /// As [`Self::problem`], anywhere in the document.
    fn report(&mut self, code: &str, pointer: String, message: &str, hint: &str) {
        let problem = Problem::error(code, pointer, shape::shorten(message));
        self.problems
            .push(problem.node(&self.node.node.id).hint(hint));
    }

    fn value(&self) -> Value {
        Value::Object(self.node.node.config.clone())
    }

    /// The config against the node type's JSON Schema. A string with an expression may become anything.
    fn shape(&mut self, node_type: NodeType) {
        let config = self.value();
        let errors = VALIDATORS.get(&node_type).into_iter();
        let errors = errors.flat_map(|validator| validator.iter_errors(&config));
        let found: Vec<(String, String)> = errors
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .filter(|(at, _)| !config.pointer(at).is_some_and(has_expression))
            .collect();
        let hint = format!(
            "GET /api/v1/node-types describes the parameters of {}",
            node_type.as_str()
        );
        for (at, message) in found {
            self.problem("config.invalid", &at, &message, &hint);
        }
    }

    /// Triggers and control flow are read when the version is published, so nothing in them can be computed.
    fn literals(&mut self, node_type: NodeType) {
        let fixed = is_fixed(node_type);
        let literal = literal_fields(node_type);
        let found: Vec<String> = self
            .node
            .node
            .config
            .iter()
            .filter(|(name, _)| fixed || literal.contains(&name.as_str()))
            .filter(|(name, _)| !holds_conditions(node_type, name))
            .filter(|(_, value)| contains_expression(value))
            .map(|(name, _)| name.clone())
            .collect();
        for name in found {
            let message =
                format!("`{name}` is read when the workflow is published and cannot be computed");
            let at = format!("/{}", expressions::escape_pointer(&name));
            self.problem(
                "config.not_literal",
                &at,
                &message,
                "write the value itself",
            );
        }
    }

    /// Only what an adapter does can be tried again or take too long.
    fn patience(&mut self, node_type: NodeType) {
        let is_effect = kinds::find(node_type).is_some_and(|kind| kind.operation.is_some());
        let node = &self.node.node;
        let useless = [
            ("retry", node.retry.is_some()),
            ("timeout_seconds", node.timeout_seconds.is_some()),
        ];
        for (field, _) in useless
            .into_iter()
            .filter(|(_, given)| *given && !is_effect)
        {
            let message = format!(
                "`{field}` means nothing for a node of type {}",
                node_type.as_str()
            );
            let pointer = self.pointer.trim_end_matches("config");
            let problem =
                Problem::error("node.not_an_effect", format!("{pointer}{field}"), message)
                    .node(&self.node.node.id)
                    .hint("only nodes that an adapter works for can fail in passing; remove it");
            self.problems.push(problem);
        }
    }

    fn schemas(&mut self, node_type: NodeType) {
        if let Some(field) = schema_field(node_type) {
            let schema = self
                .node
                .node
                .config
                .get(field)
                .filter(|value| !value.is_null());
            let error = schema.and_then(|schema| jsonschema::validator_for(schema).err());
            if let Some(error) = error {
                let message = format!("`{field}` is no JSON Schema: {error}");
                let hint = r#"for example {"type": "object", "properties": {…}}"#;
                self.problem("config.bad_schema", &format!("/{field}"), &message, hint);
            }
        }
    }

    /// Every expression of the config that the run evaluates, its faults included.
    fn templates(&mut self) -> Option<Template> {
        let mut config = self.value();
        if self.node.node_type == Some(NodeType::Wait)
            && let Some(event) = config.get_mut("event").and_then(Value::as_object_mut)
        {
            event.remove("filter");
        }
        match Template::parse(&config) {
            Ok(template) => {
                for expression in template.expressions() {
                    let pointer = format!("{}{}", self.pointer, expression.pointer());
                    self.node.expressions.push((pointer, expression.clone()));
                }
                Some(template)
            }
            Err(errors) => {
                errors.iter().for_each(|error| self.expression_error(error));
                None
            }
        }
    }

    fn expression_error(&mut self, error: &expressions::Error) {
        self.problem(
            "expression.invalid",
            &error.pointer,
            &error.to_string(),
            &error.hint,
        );
    }

    fn read(&mut self, node_type: NodeType) {
        let kind = match node_type {
            NodeType::TriggerManual => self.trigger(TriggerKind::Manual),
            NodeType::TriggerWebhook => self.trigger(TriggerKind::Webhook),
            NodeType::TriggerSchedule => self.trigger(TriggerKind::Schedule),
            NodeType::TriggerIntegrationEvent => self.trigger(TriggerKind::Event),
            NodeType::TriggerWorkflow => self.trigger(TriggerKind::Workflow),
            NodeType::TriggerError => self.trigger(TriggerKind::Error),
            NodeType::Loop => self.typed::<LoopConfig>().map(|config| NodeKind::Loop {
                concurrency: config.concurrency,
                on_error: config.on_error,
                body: LoopIx(0),
            }),
            NodeType::While => self.repeated(),
            NodeType::Join => self.join(),
            NodeType::Switch => self.switch(),
            NodeType::Wait => self.wait(),
            NodeType::Stop => Some(NodeKind::Stop),
            NodeType::Fail => Some(NodeKind::Fail),
            NodeType::SubWorkflow => Some(NodeKind::SubWorkflow),
            NodeType::Approval => Some(NodeKind::Approval),
            NodeType::Ask => Some(NodeKind::Ask),
            NodeType::Parallel => Some(NodeKind::Parallel),
            NodeType::Branch => self
                .expression("condition")
                .map(|condition| NodeKind::Branch { condition }),
            NodeType::Transform => self.output().map(|output| NodeKind::Transform { output }),
            NodeType::Compute(kind) => self.compute(kind).map(NodeKind::Compute),
            NodeType::LlmCall => Some(NodeKind::Llm(LlmKind::Call)),
            NodeType::Classify => Some(NodeKind::Llm(LlmKind::Classify)),
            NodeType::Generate => Some(NodeKind::Llm(LlmKind::Generate)),
            NodeType::Summarize => Some(NodeKind::Llm(LlmKind::Summarize)),
            NodeType::Extract => Some(NodeKind::Llm(LlmKind::Extract)),
            NodeType::Score => Some(NodeKind::Llm(LlmKind::Score)),
            NodeType::Decide => Some(NodeKind::Llm(LlmKind::Decide)),
            NodeType::Deduplicate => Some(NodeKind::Llm(LlmKind::Deduplicate)),
            NodeType::Coordinate => self.coordination(),
            NodeType::HttpRequest => Some(NodeKind::HttpRequest),
            NodeType::SendEmail => Some(NodeKind::SendEmail),
            NodeType::SendMessage => Some(NodeKind::SendMessage),
            NodeType::Notify => Some(NodeKind::Notify),
            NodeType::Log => Some(NodeKind::Log),
            NodeType::HttpResponse => Some(NodeKind::HttpResponse),
            NodeType::Reply => Some(NodeKind::Reply),
        };
        let rendered = kind.as_ref().is_some_and(|kind| {
            kind.is_effect()
                || matches!(
                    kind,
                    NodeKind::Notify
                        | NodeKind::Log
                        | NodeKind::HttpResponse
                        | NodeKind::Reply
                        | NodeKind::Wait { .. }
                        | NodeKind::Stop
                        | NodeKind::Fail
                        | NodeKind::Approval
                        | NodeKind::Ask
                )
        });
        let computed = match &kind {
            Some(NodeKind::Compute(computation)) => Some(computation.config().clone()),
            _ => None,
        };
        self.node.kind = kind;
        self.node.config = if computed.is_some() {
            computed
        } else if rendered {
            self.templates()
        } else {
            Template::parse(&Value::Object(Map::new())).ok()
        };
    }

    fn typed<C: DeserializeOwned>(&mut self) -> Option<C> {
        match config::read(&self.value().to_string()) {
            Ok(config) => Some(config),
            Err(error) => {
                let message = error.to_string();
                self.problem("config.invalid", "", &message, "");
                None
            }
        }
    }

    /// A field that must be one expression.
    fn expression(&mut self, field: &str) -> Option<Expression> {
        let text = self.node.node.config.get(field)?.as_str()?.to_owned();
        self.condition(&text, &format!("/{field}"))
    }

    /// `rounds` is read ahead, so that a plan knows how often models are called at most.
    fn coordination(&mut self) -> Option<NodeKind> {
        let rounds = match self.node.node.config.get("rounds") {
            None => config::ROUNDS,
            Some(rounds) => u32::try_from(rounds.as_u64()?).ok()?,
        };
        Some(NodeKind::Coordinate { rounds })
    }

    fn output(&mut self) -> Option<Template> {
        let output = self.node.node.config.get("output")?;
        match Template::parse(output) {
            Ok(template) => {
                for expression in template.expressions() {
                    let pointer = format!("{}/output{}", self.pointer, expression.pointer());
                    self.node.expressions.push((pointer, expression.clone()));
                }
                Some(template)
            }
            Err(errors) => {
                for mut error in errors {
                    error.pointer = format!("/output{}", error.pointer);
                    self.expression_error(&error);
                }
                None
            }
        }
    }

    fn trigger(&mut self, kind: TriggerKind) -> Option<NodeKind> {
        let mut spec = TriggerSpec::new(kind, &self.node.node);
        let flow = match kind {
            TriggerKind::Manual => self.typed::<ManualConfig>()?.flow,
            TriggerKind::Workflow => None,
            TriggerKind::Webhook => {
                let config: WebhookConfig = self.typed()?;
                spec.webhook_path = Some(config.path);
                spec.method = Some(config.method.as_str().to_owned());
                spec.respond = config.respond;
                spec.auth = Some(config.auth);
                config.flow
            }
            TriggerKind::Schedule => {
                let config: ScheduleConfig = self.typed()?;
                if let Err(reason) = schedule::check(&config.cron, &config.timezone) {
                    let message = format!("the schedule is not valid: {reason}");
                    let hint = "for example 0 7 * * MON-FRI in Europe/Berlin";
                    self.problem("config.bad_schedule", "/cron", &message, hint);
                }
                spec.cron_expression = Some(config.cron);
                spec.timezone = Some(config.timezone);
                spec.missed = Some(config.missed);
                config.flow
            }
            TriggerKind::Event => {
                let config: EventConfig = self.typed()?;
                spec.event_type = Some(config.event_type);
                spec.account_id = config.account_id;
                if config.filter.is_some() {
                    spec.filter = Some(self.expression("filter")?);
                }
                config.flow
            }
            TriggerKind::Error => {
                let config: ErrorConfig = self.typed()?;
                if config.filter.is_some() {
                    spec.filter = Some(self.expression("filter")?);
                }
                config.flow
            }
        };
        spec.flow = flow.map(|flow| self.pace(kind, flow));
        self.node.trigger = Some(spec);
        Some(NodeKind::Trigger(kind))
    }
}

/// Whether the whole config is read when a version is published.
const fn is_fixed(node_type: NodeType) -> bool {
    node_type.is_trigger()
        || matches!(
            node_type,
            NodeType::Loop
                | NodeType::While
                | NodeType::Switch
                | NodeType::Join
                | NodeType::Parallel
        )
}

/// Whether a field of a config that is otherwise fixed is where conditions stand.
fn holds_conditions(node_type: NodeType, field: &str) -> bool {
    const FIELDS: [(NodeType, &str); 2] =
        [(NodeType::Switch, "cases"), (NodeType::While, "condition")];
    FIELDS.contains(&(node_type, field))
        || (node_type.is_trigger() && matches!(field, "filter" | "flow"))
}

/// The fields that are read when the version is published.
fn literal_fields(node_type: NodeType) -> Vec<&'static str> {
    if node_type == NodeType::SubWorkflow {
        return vec!["workflow_id", "version"];
    }
    if node_type == NodeType::Score {
        return vec!["min", "max"];
    }
    if node_type == NodeType::Coordinate {
        return vec!["rounds"];
    }
    schema_field(node_type).into_iter().collect()
}

/// The field that holds a JSON Schema.
fn schema_field(node_type: NodeType) -> Option<&'static str> {
    const FIELDS: [(NodeType, &str); 5] = [
        (NodeType::TriggerManual, "input_schema"),
        (NodeType::TriggerWorkflow, "input_schema"),
        (NodeType::LlmCall, "output_schema"),
        (NodeType::Extract, "schema"),
        (NodeType::Ask, "form"),
    ];
    let found = FIELDS.into_iter().find(|(kind, _)| *kind == node_type);
    found.map(|(_, field)| field)
}

fn has_expression(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("{{"))
}

fn contains_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{"),
        Value::Array(items) => items.iter().any(contains_expression),
        Value::Object(map) => map.values().any(contains_expression),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
