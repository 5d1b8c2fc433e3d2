//! The nodes that decide where values go, how often and when.

use super::Check;
use crate::{
    config::{JoinConfig, JoinMode, SwitchConfig, WaitConfig, WhileConfig},
    kinds::OTHERWISE,
    plan::{Join, LoopIx, NodeKind, milliseconds},
};
use expressions::Expression;
use std::collections::HashSet;

impl Check<'_> {
    pub(super) fn switch(&mut self) -> Option<NodeKind> {
        let config: SwitchConfig = self.typed()?;
        let mut names = HashSet::from([OTHERWISE]);
        let mut cases = Vec::with_capacity(config.cases.len());
        for (place, case) in config.cases.iter().enumerate() {
            if !names.insert(case.name.as_str()) {
                let message = format!("two outputs of the switch are called `{}`", case.name);
                let at = format!("/cases/{place}/name");
                let hint = "each case needs a name of its own, and `otherwise` is taken";
                self.problem("switch.duplicate_case", &at, &message, hint);
            }
            cases.push(self.condition(&case.condition, &format!("/cases/{place}/condition")));
        }
        Some(NodeKind::Switch {
            cases: cases.into_iter().collect::<Option<_>>()?,
            take: config.take,
        })
    }

    pub(super) fn repeated(&mut self) -> Option<NodeKind> {
        let config: WhileConfig = self.typed()?;
        Some(NodeKind::While {
            condition: self.condition(&config.condition, "/condition")?,
            most: config.most,
            body: LoopIx(0),
        })
    }

    pub(super) fn join(&mut self) -> Option<NodeKind> {
        let config: JoinConfig = self.typed()?;
        let inputs = self.node.node.inputs.len();
        let wanted = match (config.mode, config.quorum) {
            (JoinMode::All, None) => None,
            (JoinMode::Any, None) => Some(1),
            (JoinMode::Quorum, Some(quorum)) if quorum as usize <= inputs => Some(quorum),
            (JoinMode::Quorum, Some(quorum)) => {
                let message = format!("a quorum of {quorum} can never come from {inputs} inputs");
                let hint = "ask for fewer, or declare more inputs";
                self.problem("join.quorum_too_large", "/quorum", &message, hint);
                return None;
            }
            (JoinMode::Quorum, None) => {
                let message = "mode `quorum` needs `quorum`, the number of inputs";
                self.problem("config.missing", "/quorum", message, "");
                return None;
            }
            (JoinMode::All | JoinMode::Any, Some(_)) => {
                let message = "`quorum` counts only with mode `quorum`";
                self.problem("config.invalid", "/quorum", message, "");
                return None;
            }
        };
        Some(NodeKind::Join(Join {
            wanted,
            timeout_ms: config.timeout_seconds.map(milliseconds),
            late: config.late,
        }))
    }

    /// What is written out is read at once, so that a slip shows before the run.
    pub(super) fn wait(&mut self) -> Option<NodeKind> {
        let config: WaitConfig = self.typed()?;
        let filter = config.event.as_ref().and_then(|event| event.filter.clone());
        if let Some(filter) = &filter
            && let Err(error) = Expression::parse_at(filter, "/event/filter")
        {
            self.expression_error(&error);
        }
        let within = config.event.as_ref().map(|event| event.within.clone());
        let texts = [&config.duration, &config.until, &within];
        let given = texts.iter().filter(|text| text.is_some()).count();
        let computed = |text: &&&Option<String>| text.as_deref().is_some_and(|t| t.contains("{{"));
        let is_written_out = given != 1 || texts.iter().find(computed).is_none();
        if is_written_out && let Err((field, message)) = config.read() {
            let at = if field.is_empty() {
                String::new()
            } else {
                format!("/{field}")
            };
            let hint = r#"for example {"for": "10m"}, {"until": "{{ input.remind_at }}"} or {"event": {"type": "integration.email.received"}}"#;
            self.problem("config.invalid", &at, &message, hint);
            return None;
        }
        Some(NodeKind::Wait { filter })
    }

    pub(super) fn condition(&mut self, text: &str, at: &str) -> Option<Expression> {
        match Expression::parse_at(text, at) {
            Ok(expression) => {
                let pointer = format!("{}{at}", self.pointer);
                self.node.expressions.push((pointer, expression.clone()));
                Some(expression)
            }
            Err(error) => {
                self.expression_error(&error);
                None
            }
        }
    }
}
