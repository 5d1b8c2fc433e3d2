//! What people decide, and what follows from it.

use crate::{
    check::refused, decide::Step, input::Rejection, memo::Place, node::error,
    request::AdapterRequest, run::OpenQuestion,
};
use events::{Decision, ErrorClass, Fallback, Json, RunError, RunEvent, SkipReason, Subject};
use ids::{QuestionId, UserId};
use serde_json::json;
use workflow::plan::port;

impl Step<'_> {
    /// Takes a person's decision, if it is one that the question allows, on what the question is about.
    pub(crate) fn decided(
        &mut self,
        question_id: QuestionId,
        hash: Option<&str>,
        decision: Decision,
        actor: UserId,
        comment: &str,
    ) -> Result<(), Rejection> {
        let open = self.open_question(question_id)?;
        if open.question.not == Some(actor) || !may_decide(&open, actor) {
            return Err(Rejection::Unfit);
        }
        let asked = open.question.about.hash();
        if asked.is_some() && asked != hash {
            return Err(Rejection::Changed);
        }
        if !self.fits(&open, &decision) {
            return Err(Rejection::Unfit);
        }
        self.remember();
        self.decide_on(open, decision, Some(actor), comment);
        Ok(())
    }

    /// Asks others from now on.
    pub(crate) fn delegated(
        &mut self,
        question_id: QuestionId,
        to: Vec<UserId>,
        actor: UserId,
    ) -> Result<(), Rejection> {
        let open = self.open_question(question_id)?;
        if to.is_empty() || !may_decide(&open, actor) {
            return Err(Rejection::Unfit);
        }
        self.remember();
        self.assign(&open, to, Some(actor));
        Ok(())
    }

    /// Nobody has decided in time.
    pub(crate) fn time_is_over(&mut self, place: &Place) {
        let Some(open) = self.question_of(place) else {
            return;
        };
        let then = open.question.deadline.map(|deadline| deadline.then);
        let decision = match then.unwrap_or(Fallback::Reject) {
            // Nobody can be taken to have answered.
            Fallback::Approve if matches!(open.question.about, Subject::Form { .. }) => {
                Decision::Reject
            }
            Fallback::Approve => Decision::Approve,
            Fallback::Reject => Decision::Reject,
            Fallback::Ignore => Decision::Ignore,
        };
        self.decide_on(open, decision, None, "");
    }

    /// Nobody has decided until others are asked.
    pub(crate) fn escalate(&mut self, place: &Place) {
        let open = self.question_of(place);
        let to = open.and_then(|open| Some((open.question.escalation.clone()?.to, open)));
        if let Some((to, open)) = to {
            self.assign(&open, to, None);
        }
    }

    fn open_question(&self, question_id: QuestionId) -> Result<OpenQuestion, Rejection> {
        let open = self.run.questions.get(&question_id);
        open.cloned().ok_or(Rejection::NotAwaited)
    }

    fn question_of(&self, (node, path): &Place) -> Option<OpenQuestion> {
        let node = &self.plan.node(*node).id;
        let mut open = self.run.questions.values();
        open.find(|open| open.node == *node && open.iteration == *path)
            .cloned()
    }

    fn assign(&mut self, open: &OpenQuestion, to: Vec<UserId>, actor: Option<UserId>) {
        self.emit(RunEvent::QuestionAssigned {
            at_ms: self.given.now_ms,
            node: open.node.clone(),
            iteration: open.iteration.clone(),
            question_id: open.question.question_id,
            to,
            actor,
        });
    }

    /// Whether the question allows the decision, and its value is what the node could act on or put out.
    fn fits(&self, open: &OpenQuestion, decision: &Decision) -> bool {
        match (&open.question.about, decision) {
            (_, Decision::Reject | Decision::Ignore)
            | (Subject::Effect { .. } | Subject::Value { .. }, Decision::Approve)
            | (Subject::Value { .. }, Decision::Edit { .. }) => true,
            (
                Subject::Effect {
                    protocol, request, ..
                },
                Decision::Edit { value },
            ) => {
                let origin = self.origin(&open.node, "");
                let read = |request| AdapterRequest::read(protocol, request, &origin);
                let edited = read(request).zip(read(value));
                edited.is_some_and(|(asked, edited)| asked.may_become(&edited))
            }
            (Subject::Effect { .. } | Subject::Form { .. }, Decision::Respond { value }) => {
                let node = self.plan.find(open.node.as_str());
                node.is_some_and(|node| {
                    let mut checks = self.plan.node(node).checks.iter();
                    let out = self.output_name(node, port::OUT);
                    !checks.any(|check| {
                        Some(&check.port) == out.as_ref() && refused(check, value).is_some()
                    })
                })
            }
            (Subject::Value { .. }, Decision::Respond { .. })
            | (Subject::Form { .. }, Decision::Approve | Decision::Edit { .. }) => false,
        }
    }

    fn decide_on(
        &mut self,
        open: OpenQuestion,
        decision: Decision,
        actor: Option<UserId>,
        comment: &str,
    ) {
        let Some(node) = self.plan.find(open.node.as_str()) else {
            return;
        };
        let place = (node, open.iteration.clone());
        let question_id = open.question.question_id;
        self.emit(match (&open.question.about, &decision) {
            (Subject::Form { .. }, Decision::Respond { .. }) => RunEvent::ClarificationAnswered {
                at_ms: self.given.now_ms,
                node: open.node.clone(),
                iteration: open.iteration.clone(),
                question_id,
                actor,
            },
            _ => RunEvent::ApprovalDecided {
                at_ms: self.given.now_ms,
                node: open.node.clone(),
                iteration: open.iteration.clone(),
                question_id,
                decision: decision.clone(),
                actor,
                comment: comment.to_owned(),
            },
        });
        match (decision, open.question.about) {
            (Decision::Approve | Decision::Edit { .. }, Subject::Effect { .. }) => {
                self.send_approved(&place);
            }
            (Decision::Approve, Subject::Value { value, .. })
            | (Decision::Edit { value }, Subject::Value { .. }) => {
                self.put_out(&place, port::APPROVED, value);
            }
            (Decision::Respond { value }, _) => self.put_out(&place, port::OUT, value),
            (Decision::Reject, Subject::Value { value, .. }) => {
                let said = json!({ "value": value.value(), "comment": comment });
                self.put_out(&place, port::REJECTED, Json::from(said));
            }
            (Decision::Ignore, _) => self.skip(&place, SkipReason::Ignored),
            (Decision::Reject, Subject::Effect { .. } | Subject::Form { .. })
            | (Decision::Approve | Decision::Edit { .. }, Subject::Form { .. }) => {
                let error = rejected(actor.is_some(), comment);
                self.fail(&place, error);
            }
        }
    }
}

/// Those who are asked by name decide; where nobody is, whoever the gateway lets in.
fn may_decide(open: &OpenQuestion, actor: UserId) -> bool {
    let assignees = &open.question.assignees;
    assignees.is_empty() || assignees.contains(&actor)
}

fn rejected(by_person: bool, comment: &str) -> RunError {
    let mut message = match by_person {
        true => "a person rejected it".to_owned(),
        false => "nobody agreed in time".to_owned(),
    };
    if !comment.is_empty() {
        message = format!("{message}: {comment}");
    }
    *error(ErrorClass::Permission, "approval.rejected", message, "")
}
