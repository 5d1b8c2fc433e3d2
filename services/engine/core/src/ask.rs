//! Questions to people: whether a node may act, whether a value is right, what the workflow cannot know.

use crate::{
    decide::Step,
    demand::under,
    key,
    memo::Place,
    node::{Failed, misfit},
    request::AdapterRequest,
};
use events::{
    Deadline, Escalation, Fallback, Json, Question, RunEvent, StandIn, Subject, Tainted, WaitReason,
};
use ids::UserId;
use std::collections::BTreeMap;
use workflow::{
    config::{ApprovalConfig, AskConfig, DeadlineConfig, EscalateConfig, Undecided},
    plan::{PlanApproval, PlanNode, milliseconds, port},
};

/// From here on nobody is asked, in thousandths.
const SURE: u32 = 900;
/// From here on nobody is asked, and people are told.
const FAIRLY_SURE: u32 = 700;
/// Whom a dry run would have asked.
const PEOPLE: &str = "people";
/// Longest title, in characters.
const TITLE: usize = 200;

/// Who is asked, and for how long.
struct Terms {
    title: String,
    text: String,
    assignees: Vec<UserId>,
    own: bool,
    deadline: Option<DeadlineConfig>,
    escalate: Option<EscalateConfig>,
}

impl Step<'_> {
    /// Holds a node back until people agree to what it is about to do; false when nobody need be asked.
    pub(crate) fn hold_back(
        &mut self,
        place: &Place,
        node: &PlanNode,
        inputs: &[Option<Json>],
        request: &AdapterRequest,
    ) -> Result<bool, Failed> {
        let tainted = self.tainted(place.0, node, request);
        let is_part = self.coordination_around(place).is_some();
        let is_odd = !is_part && !tainted.is_empty() || self.is_unexpected(request);
        if node.approval.is_none() && self.run.rules.is_empty() && !is_odd {
            return Ok(false);
        }
        let own = match &node.approval {
            Some(approval) => {
                let rendered = self.render(place, node, inputs, |scope, given| {
                    approval.template().render_json(scope, given)
                })?;
                Some(PlanApproval::read(&rendered).map_err(|cause| misfit(&cause))?)
            }
            None => None,
        };
        let confidence = own.as_ref().and_then(|own| own.confidence).map(thousandths);
        let demanded = self.demanded(node, &place.1, request, confidence);
        let approval = match own {
            own if is_odd || !demanded.is_empty() => under(demanded, own),
            Some(own) if self.must_ask(place, node, &own) => own,
            Some(_) | None => return Ok(false),
        };
        let (protocol, operation) = (request.protocol(), request.operation());
        let unnamed = || format!("{}: {protocol} {operation}", node.id);
        self.ask_for_approval(place, approval, (about(request), tainted), unnamed);
        Ok(true)
    }

    /// Asks whether a model may do what it wants done, with `text` about what that is.
    pub(crate) fn ask_about_call(
        &mut self,
        place: &Place,
        request: &AdapterRequest,
        (title, text): (String, &str),
    ) {
        let plain = ApprovalConfig {
            text: text.to_owned(),
            ..under(Vec::new(), None)
        };
        let tainted = self.tainted(place.0, self.plan.node(place.0), request);
        self.ask_for_approval(place, plain, (about(request), tainted), || title);
    }

    /// Runs a node of type `approval`.
    pub(crate) fn approve(&mut self, place: &Place, approval: ApprovalConfig, input: Json) {
        let node = self.plan.node(place.0);
        let value = approval.value.clone().map_or(input, Json::from);
        if !self.must_ask(place, node, &approval) {
            return self.put_out(place, port::APPROVED, value);
        }
        if self.run.is_dry() {
            return self.take_for_approved(place, node, value);
        }
        let about = Subject::Value {
            hash: key::subject_hash(&[], &value),
            value,
        };
        let unnamed = || node.id.as_str().to_owned();
        self.ask_for_approval(place, approval, (about, Vec::new()), unnamed);
    }

    /// A dry run goes on as if people had agreed, or with what they decided before.
    fn take_for_approved(&mut self, place: &Place, node: &PlanNode, value: Json) {
        let (instead, mut outputs) = self.stand_in(place, node);
        if matches!(instead, StandIn::Example) {
            let approved = self.output_name(place.0, port::APPROVED);
            outputs = BTreeMap::from_iter(approved.map(|name| (name, value.clone())));
        }
        self.node_started(place);
        self.withheld(place, node, (PEOPLE, "approve"), value, instead);
        self.complete(place, outputs);
    }

    /// Runs a node of type `ask`.
    pub(crate) fn clarify(&mut self, place: &Place, ask: AskConfig) {
        if self.run.is_dry() {
            let asked = Json::of(&ask).unwrap_or_default();
            let node = self.plan.node(place.0);
            return self.withhold(place, node, (PEOPLE, "ask"), asked);
        }
        let terms = Terms {
            title: ask.question,
            text: ask.text,
            assignees: ask.approvers,
            own: true,
            deadline: ask.deadline,
            escalate: ask.escalate,
        };
        let question = self.question(place, terms, Subject::Form { form: ask.form });
        self.node_started(place);
        self.emit(RunEvent::ClarificationNeeded {
            at_ms: self.given.now_ms,
            node: self.plan.node(place.0).id.clone(),
            iteration: place.1.clone(),
            question: Box::new(question.clone()),
        });
        self.wait_for_people(place, &question);
    }

    fn ask_for_approval(
        &mut self,
        place: &Place,
        approval: ApprovalConfig,
        (about, tainted): (Subject, Vec<Tainted>),
        unnamed: impl FnOnce() -> String,
    ) {
        let title = match approval.title.is_empty() {
            true => unnamed(),
            false => approval.title,
        };
        let terms = Terms {
            title,
            text: approval.text,
            assignees: approval.approvers,
            own: approval.own,
            deadline: approval.deadline,
            escalate: approval.escalate,
        };
        let mut question = self.question(place, terms, about);
        question.tainted = tainted;
        self.node_started(place);
        self.emit(RunEvent::ApprovalRequested {
            at_ms: self.given.now_ms,
            node: self.plan.node(place.0).id.clone(),
            iteration: place.1.clone(),
            question: Box::new(question.clone()),
        });
        self.wait_for_people(place, &question);
    }

    /// Whether people are asked; if they are not because the workflow is sure enough, the log says so.
    fn must_ask(&mut self, place: &Place, node: &PlanNode, approval: &ApprovalConfig) -> bool {
        if !approval.when {
            return false;
        }
        let Some(confidence) = approval.confidence.map(thousandths) else {
            return true;
        };
        if confidence < FAIRLY_SURE {
            return true;
        }
        self.emit(RunEvent::ApprovalWaived {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            iteration: place.1.clone(),
            confidence,
            told: confidence < SURE,
        });
        false
    }

    fn question(&self, (node, path): &Place, terms: Terms, about: Subject) -> Question {
        let now_ms = self.given.now_ms;
        let after = |seconds| now_ms.saturating_add(milliseconds(seconds));
        let starter = self.run.trigger().and_then(|trigger| trigger.actor);
        let node = &self.plan.node(*node).id;
        Question {
            question_id: key::question(self.run.identity().run_id, node, path, now_ms),
            title: terms.title.chars().take(TITLE).collect(),
            text: terms.text,
            about,
            tainted: Vec::new(),
            assignees: terms.assignees,
            not: starter.filter(|_| !terms.own),
            escalation: terms.escalate.map(|escalate| Escalation {
                at_ms: after(escalate.seconds),
                to: escalate.to,
            }),
            deadline: terms.deadline.map(|deadline| Deadline {
                at_ms: after(deadline.seconds),
                then: match deadline.then {
                    Undecided::Approve => Fallback::Approve,
                    Undecided::Reject => Fallback::Reject,
                    Undecided::Ignore => Fallback::Ignore,
                },
            }),
        }
    }

    fn wait_for_people(&mut self, place: &Place, question: &Question) {
        let now_ms = self.given.now_ms;
        if let Some(deadline) = question.deadline {
            self.wait(place, deadline.at_ms - now_ms, WaitReason::Decision);
        }
        if let Some(escalation) = &question.escalation {
            self.wait(place, escalation.at_ms - now_ms, WaitReason::Escalation);
        }
    }
}

fn about(request: &AdapterRequest) -> Subject {
    let (protocol, operation) = (request.protocol(), request.operation());
    let arguments = request.arguments();
    Subject::Effect {
        hash: key::subject_hash(&[protocol, operation], &arguments),
        protocol: protocol.to_owned(),
        operation: operation.to_owned(),
        request: arguments,
    }
}

/// Rounded down, so that almost sure is not sure.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped before"
)]
fn thousandths(confidence: f64) -> u32 {
    (confidence.clamp(0.0, 1.0) * 1_000.0 + 1e-9).floor() as u32
}
