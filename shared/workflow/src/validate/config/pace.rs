//! Flow control of triggers: its expressions, and settings that contradict each other.

use super::Check;
use crate::{
    config::{FlowControl, Priority},
    plan::TriggerKind,
};

impl Check<'_> {
    /// Reads `flow`; faults are reported at the field that has to change.
    pub(super) fn pace(&mut self, kind: TriggerKind, flow: FlowControl) -> FlowControl {
        if let Some(key) = &flow.key {
            self.condition(key, "/flow/key");
        }
        if let Some(Priority::Expression(priority)) = &flow.priority {
            self.condition(priority, "/flow/priority");
        }
        for (field, message, hint) in contradictions(kind, &flow) {
            let at = format!("/flow{}{field}", if field.is_empty() { "" } else { "/" });
            self.problem("flow.contradiction", &at, message, hint);
        }
        flow
    }
}

/// The field that has to change, what is wrong, and what to do.
fn contradictions(
    kind: TriggerKind,
    flow: &FlowControl,
) -> Vec<(&'static str, &'static str, &'static str)> {
    let holds = flow.concurrency.is_some() || flow.throttle.is_some();
    let too_long = flow.debounce.is_some_and(|debounce| {
        debounce
            .longest_seconds
            .is_some_and(|longest| longest < debounce.seconds)
    });
    let says_something = holds || flow.singleton.is_some() || flow.gathers().is_some();
    let mut found = Vec::new();
    if !says_something {
        found.push((
            "",
            "the flow control says neither how many runs nor when",
            "add concurrency, singleton, throttle, debounce or batch, or remove it",
        ));
    }
    if flow.singleton.is_some() && flow.concurrency.is_some() {
        found.push((
            "concurrency",
            "`singleton` lets one run at a time, so `concurrency` means nothing",
            "keep one of them: with concurrency 1 events wait, with singleton they do not",
        ));
    }
    if flow.debounce.is_some() && flow.batch.is_some() {
        found.push((
            "batch",
            "`debounce` keeps the last event alone, so there is nothing to batch",
            "keep one of them",
        ));
    }
    if flow.singleton.is_some() && flow.batch.is_some() {
        found.push((
            "singleton",
            "`batch` gathers events so that none is lost, and `singleton` drops them",
            "keep batch with concurrency 1: the next batch waits for the run before it",
        ));
    }
    if too_long {
        found.push((
            "debounce/longest_seconds",
            "`longest_seconds` is shorter than the pause that it bounds",
            "make it at least `seconds`",
        ));
    }
    if flow.priority.is_some() && says_something && (!holds || flow.gathers().is_some()) {
        found.push((
            "priority",
            "no events wait beside each other here, so none can go first",
            "priority orders what waits for concurrency or throttle, without debounce or batch",
        ));
    }
    if kind == TriggerKind::Manual
        && let Some(field) = flow.gathers()
    {
        found.push((
            field,
            "starts by hand cannot be gathered: a person is told the id of their run at once",
            "use concurrency, singleton or throttle",
        ));
    }
    found
}
