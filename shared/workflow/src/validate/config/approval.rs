//! When people must agree to what a node is about to do.

use super::{Check, has_expression};
use crate::{ApprovalRule, EffectClass, NodeType, config::ApprovalConfig, kinds, shape};
use expressions::Template;
use jsonschema::Validator;
use serde_json::{Map, Value};
use std::sync::LazyLock;

static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let approval = kinds::find(NodeType::Approval)?;
    jsonschema::validator_for(&Value::from((approval.config_schema)())).ok()
});

impl Check<'_> {
    /// The node's own approval, or that of the first rule which is about what the node may do outside.
    pub(super) fn approval(&mut self, node_type: NodeType, rules: &[ApprovalRule]) {
        let operation = kinds::find(node_type).and_then(|kind| kind.operation);
        let own = self.node.node.approval.clone();
        let at = self.pointer.trim_end_matches("/config").to_owned() + "/approval";
        let Some(operation) = operation else {
            if own.is_some() {
                let message = format!(
                    "`approval` means nothing for a node of type {}",
                    node_type.as_str()
                );
                let hint = "only nodes that act outside can be held back; put a node of type approval before it";
                self.report("node.not_an_effect", at, &message, hint);
            }
            return;
        };
        let effect = effect_class(node_type, operation.effect, &self.node.node.config);
        let rule = || {
            let about = |(_, rule): &(usize, &ApprovalRule)| rule.effects.contains(&effect);
            let (place, rule) = rules.iter().enumerate().find(about)?;
            Some((
                rule.approval.clone(),
                format!("/approvals/{place}/approval"),
            ))
        };
        if let Some((approval, at)) = own.map(|approval| (approval, at)).or_else(rule) {
            self.node.approval = self.read_approval(approval, &at);
        }
    }

    fn read_approval(&mut self, approval: Map<String, Value>, at: &str) -> Option<Template> {
        let approval = Value::Object(approval);
        let before = self.problems.len();
        let errors = VALIDATOR
            .iter()
            .flat_map(|schema| schema.iter_errors(&approval));
        let errors: Vec<(String, String)> = errors
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .filter(|(field, _)| !approval.pointer(field).is_some_and(has_expression))
            .collect();
        let hint = "GET /api/v1/node-types describes the parameters of approval";
        for (field, message) in errors {
            self.report("config.invalid", format!("{at}{field}"), &message, hint);
        }
        if approval.get("value").is_some() {
            let message =
                "what is shown is what the node is about to do; `value` means nothing here";
            self.report("config.invalid", format!("{at}/value"), message, "");
        }
        match Template::parse(&approval) {
            Ok(template) => {
                for expression in template.expressions() {
                    let pointer = format!("{at}{}", expression.pointer());
                    self.node.expressions.push((pointer, expression.clone()));
                }
                if template.is_constant() && self.problems.len() == before {
                    self.constant(&approval, at);
                }
                Some(template)
            }
            Err(errors) => {
                for error in errors {
                    let pointer = format!("{at}{}", error.pointer);
                    self.report(
                        "expression.invalid",
                        pointer,
                        &error.to_string(),
                        &error.hint,
                    );
                }
                None
            }
        }
    }

    /// What is written out is read at once, so that a slip shows before the run.
    fn constant(&mut self, approval: &Value, at: &str) {
        if let Err(error) = crate::config::read::<ApprovalConfig>(&approval.to_string()) {
            let message = shape::shorten(&error.to_string());
            self.report("config.invalid", at.to_owned(), &message, "");
        }
    }
}

/// What a node may do outside, as far as its config says.
fn effect_class(
    node_type: NodeType,
    class: EffectClass,
    config: &Map<String, Value>,
) -> EffectClass {
    if node_type != NodeType::HttpRequest {
        return class;
    }
    let method = config.get("method").and_then(Value::as_str);
    method.map_or(EffectClass::Read, kinds::effect_of_method)
}
