//! A run, fed until it ends.

use crate::values;
use engine_core::{Given, Identity, Input, Quiescence, Run, advance, effects, fold, limits};
use events::{Decision, ErrorClass, Json, RunError, RunEvent, RunTrigger, TriggerKind};
use graphs::Dice;
use ids::{EventId, RunId, UserId, VersionId, WorkflowId};
use serde_json::Value;
use workflow::Plan;

/// Most inputs that a run takes until it ends: 300 nodes, each with 50 tries and the pauses between them.
const INPUTS: usize = 40_000;

pub(crate) fn live(plan: &Plan, payload: Value, dice: &mut Dice) -> Result<(), String> {
    let identity = Identity {
        run_id: RunId::from_u128(1),
        workflow_id: WorkflowId::from_u128(2),
        version_id: VersionId::from_u128(3),
    };
    let triggers = plan.triggers();
    let Some(trigger) = triggers.get(dice.below(triggers.len())) else {
        return Ok(());
    };
    let mut run = Run::new(identity);
    let mut given = Given {
        now_ms: 1_790_000_000_000,
        seed: dice.next(),
    };
    let mut log = Vec::new();
    let mut input = Input::Start {
        trigger: RunTrigger {
            kind: TriggerKind::Manual,
            node: trigger.node_id.clone(),
            trigger_id: None,
            event_id: EventId::from_u128(4),
            actor: None,
        },
        payload: Json::from(payload),
        reply_to: Some("gateway-1".to_owned()),
        parent: None,
        rules: Vec::new(),
    };
    for _ in 0..INPUTS {
        let decision =
            advance(plan, &mut run, input, &given).map_err(|why| format!("rejected: {why}"))?;
        let first_seq = run.seq() + 1 - decision.events.len() as u64;
        drop(effects(&run, first_seq, &decision.events));
        decision.events.iter().try_for_each(small_enough)?;
        log.extend(decision.events);
        input = match decision.quiescence {
            Quiescence::Ended => {
                let folded = fold(identity, &log);
                let same = folded == run && run.has_ended();
                return same
                    .then_some(())
                    .ok_or_else(|| "the log tells of another run".to_owned());
            }
            Quiescence::More => Input::GoOn,
            Quiescence::Waiting => next(plan, &run, &log, &mut given, dice)?,
        };
    }
    Err(format!("no end after {INPUTS} inputs"))
}

/// A result of some open effect, the time that comes, or else the answer to what was asked without a deadline.
fn next(
    plan: &Plan,
    run: &Run,
    log: &[RunEvent],
    given: &mut Given,
    dice: &mut Dice,
) -> Result<Input, String> {
    let mut keys: Vec<String> = run.open_effects().map(|(key, _)| key.to_owned()).collect();
    keys.sort_unstable();
    let wake_at_ms = run.wake_at_ms(plan);
    let wakes = wake_at_ms.filter(|_| keys.is_empty() || dice.percent(10));
    if let Some(wake_at_ms) = wakes {
        given.now_ms = given.now_ms.max(wake_at_ms);
        return Ok(Input::Wake);
    }
    let Some(effect_key) = keys.get(dice.below(keys.len())).cloned() else {
        return ignored(log).ok_or_else(|| "it waits for nothing".to_owned());
    };
    if dice.percent(20) {
        let classes = [ErrorClass::Timeout, ErrorClass::Auth, ErrorClass::Unknown];
        let error = RunError {
            class: classes[dice.below(classes.len())],
            code: values::text(dice).to_owned(),
            message: values::text(dice).to_owned(),
            hint: None,
            node: None,
            detail: Some(values::any(dice)),
            retry_after_ms: dice.percent(20).then(|| dice.next()),
        };
        return Ok(Input::EffectFailed {
            effect_key,
            error,
            cost: None,
        });
    }
    Ok(Input::EffectCompleted {
        effect_key,
        outcome: Json::from(values::any(dice)),
        cost: None,
    })
}

/// A person ignores the last question that nobody has answered.
fn ignored(log: &[RunEvent]) -> Option<Input> {
    let mut open = Vec::new();
    for event in log {
        if let RunEvent::ApprovalRequested { question, .. }
        | RunEvent::ClarificationNeeded { question, .. } = event
        {
            open.push(question);
        }
        if let RunEvent::ApprovalDecided { question_id, .. }
        | RunEvent::QuestionWithdrawn { question_id, .. } = event
        {
            open.retain(|question| question.question_id != *question_id);
        }
    }
    let question = open.pop()?;
    let hash = question.about.hash().map(str::to_owned);
    Some(Input::Decided {
        question_id: question.question_id,
        hash,
        decision: Decision::Ignore,
        actor: UserId::from_u128(5),
        comment: String::new(),
    })
}

fn small_enough(event: &RunEvent) -> Result<(), String> {
    let bytes = match event {
        RunEvent::NodeCompleted { outputs, .. } => {
            outputs.values().map(|value| value.as_str().len()).sum()
        }
        RunEvent::EffectRequested { request, .. } => request.as_str().len(),
        RunEvent::RunCompleted { output, .. } => output.as_str().len(),
        _ => 0,
    };
    // What is asked of an adapter has a few fields more than its largest value.
    match bytes > limits::VALUE_BYTES + 1_024 {
        true => Err(format!("an event has {bytes} bytes")),
        false => Ok(()),
    }
}
