//! A past run rehearsed on another version: in memory, dry, and beside what was done. Pure.

use crate::{
    fork::{Wanted, take_over},
    input::{Given, Input, Quiescence},
    node::SAID,
    run::{Identity, Run},
    variant::VariantStart,
};
use events::{
    BacktestCase, BacktestEffect, BacktestVerdict, EffectChange, Iteration, Json, RunEvent,
    RunTrigger, TriggerKind, Variant,
};
use ids::NodeId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workflow::{NodeType, Plan};

/// Effects that a case lists.
const EFFECTS: usize = 25;
/// Longest request that a case shows, in bytes of JSON.
const REQUEST_BYTES: usize = 1_024;

/// What `plan` makes of the payload that started the run `identity`, of which `log` is all that happened. Results that
/// adapters brought back then stand in.
#[must_use]
pub fn rehearse(plan: &Plan, identity: Identity, log: &[RunEvent], given: &Given) -> BacktestCase {
    let past = effects(log);
    let before = end(log);
    let (verdict, now) = match start(plan, log, given) {
        Ok(start) => {
            let log = dry_log(plan, identity, start, given);
            let now = effects(&log);
            let (status, error) = end(&log);
            (BacktestVerdict::Ended { status, error }, now)
        }
        Err(verdict) => (verdict, Effects::default()),
    };
    let all = compared(&now, &past);
    let same_end = match &verdict {
        BacktestVerdict::Ended { status, error } => (status, error) == (&before.0, &before.1),
        BacktestVerdict::Filtered { .. }
        | BacktestVerdict::NotStarted { .. }
        | BacktestVerdict::NotReached => false,
    };
    let same = |effect: &BacktestEffect| effect.change == EffectChange::Same;
    let differs = !same_end || !all.iter().all(same);
    let count = all.len();
    BacktestCase {
        run_id: identity.run_id,
        verdict,
        before: Some(before.0),
        effects: all.into_iter().take(EFFECTS).collect(),
        more_effects: count.saturating_sub(EFFECTS) as u64,
        differs,
    }
}

fn start(plan: &Plan, log: &[RunEvent], given: &Given) -> Result<VariantStart, BacktestVerdict> {
    let wanted = Wanted {
        dry: true,
        ..Wanted::default()
    };
    let not_started = |code: &str, message: String| BacktestVerdict::NotStarted {
        code: code.to_owned(),
        message,
    };
    let taken = take_over(plan, None, log, &wanted).map_err(|problems| {
        let first = problems.into_iter().next();
        let first = first.map(|problem| (problem.code, problem.message));
        let (code, message) = first.unwrap_or_default();
        not_started(code, message)
    })?;
    if let Some(message) = filtered(plan, &taken.trigger, &taken.payload, given) {
        return Err(BacktestVerdict::Filtered { message });
    }
    Ok(VariantStart {
        trigger: taken.trigger,
        payload: Some(taken.payload),
        variant: Variant {
            dry: true,
            ..Variant::default()
        },
        seed: Some(taken.seed),
        rules: Vec::new(),
        taken: taken.taken,
    })
}

/// Why the version's trigger would keep the payload out.
fn filtered(plan: &Plan, trigger: &RunTrigger, payload: &Json, given: &Given) -> Option<String> {
    if trigger.kind != TriggerKind::IntegrationEvent {
        return None;
    }
    let mut specs = plan.triggers().iter();
    let spec = specs.find(|spec| spec.node_id == trigger.node)?;
    let filter = spec.filter.as_ref()?;
    let input = payload.value();
    let mut about = input.clone();
    if let Value::Object(fields) = &mut about {
        fields.insert("type".to_owned(), json!(trigger.kind.as_str()));
        fields.insert("event_id".to_owned(), json!(trigger.event_id));
    }
    let context = json!({ "input": input, "trigger": about });
    let given = expressions::Given {
        now_ms: given.now_ms,
        seed: 0,
    };
    match filter.eval_bool(&context, &given) {
        Ok(true) => None,
        Ok(false) => Some(format!("{} is false", filter.source())),
        Err(error) => Some(error.to_string()),
    }
}

/// Everything that the dry run does.
fn dry_log(plan: &Plan, identity: Identity, start: VariantStart, given: &Given) -> Vec<RunEvent> {
    let mut run = Run::new(identity);
    let mut log = Vec::new();
    let mut input = Input::StartVariant(Box::new(start));
    // A refusal ends it: the trigger is checked before, and nothing else refuses a start.
    while let Ok(decision) = crate::advance(plan, &mut run, input, given) {
        log.extend(decision.events);
        if decision.quiescence != Quiescence::More {
            break;
        }
        input = Input::GoOn;
    }
    log
}

/// How a run stands, and the code of its error.
fn end(log: &[RunEvent]) -> (String, Option<String>) {
    let (status, error) = match log.last() {
        Some(RunEvent::RunCompleted { .. }) => ("completed", None),
        Some(RunEvent::RunFailed { error, .. }) => ("failed", Some(error.code.clone())),
        Some(RunEvent::RunCancelled { .. }) => ("cancelled", None),
        Some(_) | None => ("running", None),
    };
    (status.to_owned(), error)
}

/// What was sent, or would have been, by place; of several tries the last.
#[derive(Default)]
struct Effects {
    order: Vec<Place>,
    sent: BTreeMap<Place, Sent>,
}

type Place = (NodeId, Iteration);

#[derive(PartialEq)]
struct Sent {
    protocol: String,
    operation: String,
    request: Json,
}

impl Effects {
    fn add(&mut self, place: Place, sent: Sent) {
        if self.sent.insert(place.clone(), sent).is_none() {
            self.order.push(place);
        }
    }
}

fn effects(log: &[RunEvent]) -> Effects {
    let mut effects = Effects::default();
    for event in log {
        if let RunEvent::EffectRequested {
            node,
            iteration,
            protocol,
            operation,
            request,
            ..
        }
        | RunEvent::EffectWithheld {
            node,
            iteration,
            protocol,
            operation,
            request,
            ..
        } = event
        {
            let sent = Sent {
                protocol: protocol.clone(),
                operation: operation.clone(),
                request: request.clone(),
            };
            effects.add((node.clone(), iteration.clone()), sent);
        }
        if let RunEvent::NodeCompleted {
            node,
            iteration,
            node_type,
            outputs,
            ..
        } = event
            && let Some((protocol, operation)) = spoken(node_type)
            && let Some(said) = outputs.iter().find(|(name, _)| name.as_str() == SAID)
        {
            let sent = Sent {
                protocol: protocol.to_owned(),
                operation: operation.to_owned(),
                request: said.1.clone(),
            };
            effects.add((node.clone(), iteration.clone()), sent);
        }
    }
    effects
}

/// What a node type tells people or callers by.
pub(crate) fn spoken(node_type: &str) -> Option<(&'static str, &'static str)> {
    if node_type == NodeType::Notify.as_str() {
        Some(("notification", "raise"))
    } else if node_type == NodeType::HttpResponse.as_str() {
        Some(("webhook", "respond"))
    } else {
        None
    }
}

fn compared(now: &Effects, past: &Effects) -> Vec<BacktestEffect> {
    let listed = |place: &Place, sent: &Sent, change| BacktestEffect {
        node: place.0.clone(),
        iteration: place.1.clone(),
        protocol: sent.protocol.clone(),
        operation: sent.operation.clone(),
        change,
        request: Some(sent.request.clone()).filter(|request| {
            change != EffectChange::Same && request.as_str().len() <= REQUEST_BYTES
        }),
    };
    let would = now.order.iter().filter_map(|place| {
        let sent = now.sent.get(place)?;
        let change = match past.sent.get(place) {
            Some(before) if before == sent => EffectChange::Same,
            Some(_) => EffectChange::Changed,
            None => EffectChange::Added,
        };
        Some(listed(place, sent, change))
    });
    let did = past.order.iter().filter_map(|place| {
        let alone = !now.sent.contains_key(place);
        let sent = past.sent.get(place).filter(|_| alone)?;
        Some(listed(place, sent, EffectChange::Removed))
    });
    would.chain(did).collect()
}
