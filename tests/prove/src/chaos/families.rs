//! I1 and I2 for runs that other runs asked for, and questions that people answered.

use super::evidence::Evidence;
use crate::Statement;
use events::RunEvent;
use ids::RunId;
use std::collections::BTreeMap;

pub(super) fn check(evidence: &Evidence) -> Vec<Statement> {
    vec![
        each_child_ran_once_for_its_parent(evidence),
        each_question_has_one_answer(evidence),
    ]
}

/// Every child that was asked for started once, for that effect; and no other child did.
fn each_child_ran_once_for_its_parent(evidence: &Evidence) -> Statement {
    let mut asked: BTreeMap<String, (RunId, String)> = BTreeMap::new();
    let mut found = Vec::new();
    for (run, log) in &evidence.logs {
        for event in log.events() {
            if let RunEvent::EffectRequested {
                protocol,
                effect_key,
                request,
                ..
            } = event
                && protocol == "engine"
            {
                let request = request.value();
                let child = request["child_run_id"].as_str().unwrap_or_default();
                asked.insert(child.to_owned(), (*run, effect_key.clone()));
            }
        }
    }
    let mut children = 0;
    for (run, log) in &evidence.logs {
        let parent = log.events().find_map(|event| {
            let RunEvent::RunStarted { parent, .. } = event else {
                return None;
            };
            parent.clone()
        });
        let Some(parent) = parent else { continue };
        children += 1;
        match asked.remove(&run.to_string()) {
            Some((by, key)) if by == parent.run_id && key == parent.effect_key => {}
            other => found.push(format!(
                "run {run} says that {parent:?} asked for it, the log says {other:?}"
            )),
        }
    }
    found.extend(
        asked
            .iter()
            .map(|(child, (by, _))| format!("run {by} asked for {child}, which never started")),
    );
    Statement::of(
        "I1-child-has-one-run",
        format!("{children} child runs"),
        &found,
    )
}

/// Nothing goes on without an answer, and no answer counts twice.
fn each_question_has_one_answer(evidence: &Evidence) -> Statement {
    let mut open = BTreeMap::new();
    let (mut questions, mut found) = (0, Vec::new());
    for (run, log) in &evidence.logs {
        for event in log.events() {
            if let RunEvent::ApprovalRequested { question, .. } = event {
                questions += 1;
                open.insert(question.question_id, *run);
            } else if let RunEvent::ApprovalDecided { question_id, .. } = event
                && open.remove(question_id).is_none()
            {
                found.push(format!(
                    "question {question_id} of run {run} was decided twice, or never asked"
                ));
            }
        }
    }
    found.extend(
        open.iter()
            .map(|(question, run)| format!("question {question} of run {run} was never decided")),
    );
    Statement::of(
        "I3-question-has-one-answer",
        format!("{questions} questions"),
        &found,
    )
}
