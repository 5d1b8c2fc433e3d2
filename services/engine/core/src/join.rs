//! Joins that do not wait for everything.

use crate::{decide::Step, memo::Place, settle::EdgeState};
use events::{ErrorClass, Json, RunError, RunEvent, Timer, WaitReason};
use workflow::{
    config::Late,
    plan::{Join, PlanNode, PortIx},
};

impl Step<'_> {
    /// Puts a join on the agenda as soon as enough has come, or all that can.
    pub(crate) fn consider_join(&mut self, place: Place, join: &Join) {
        let (mut open, mut came) = (false, 0);
        for edge in self.plan.in_edges(place.0) {
            let edge = *self.plan.edge(*edge);
            match self.edge_state(&edge, &place.1) {
                EdgeState::Open => open = true,
                EdgeState::Delivered(_) => came += 1,
                EdgeState::Dead => {}
            }
        }
        if !open || join.wanted.is_some_and(|wanted| came >= wanted) {
            self.run.memo.ready.push_back(place);
        } else if let Some(timeout_ms) = join.timeout_ms.filter(|_| came > 0) {
            let node = &self.plan.node(place.0).id;
            if !self.run.timers.has(node, &place.1, Timer::Inputs) {
                self.wait(&place, timeout_ms, WaitReason::Inputs);
            }
        }
    }

    /// The time of a join is over.
    pub(crate) fn join_is_late(&mut self, place: &Place, join: &Join) {
        match join.late {
            Late::Fail => {
                let seconds = join.timeout_ms.unwrap_or_default() / 1_000;
                self.fail(place, late(seconds));
            }
            Late::GoOn => {
                let inputs = self.inputs(place);
                self.complete_join(place, &inputs);
            }
        }
    }

    pub(crate) fn complete_join(&mut self, place: &Place, inputs: &[Option<Json>]) {
        let node = self.plan.node(place.0);
        match joined(node, inputs) {
            Ok(value) => self.put_out(place, workflow::plan::port::OUT, value),
            Err(cause) => self.fail(place, *crate::node::unreadable(&cause)),
        }
    }

    /// What has come by each input.
    pub(crate) fn inputs(&mut self, place: &Place) -> Vec<Option<Json>> {
        let plan = self.plan;
        let ports = 0..plan.node(place.0).inputs.len();
        ports
            .map(|at| {
                let port = PortIx(u16::try_from(at).unwrap_or(u16::MAX));
                self.first_delivered(plan.in_edges_of(place.0, port), &place.1)
            })
            .collect()
    }

    /// Notes that a node waits, and for how long.
    pub(crate) fn wait(&mut self, (node, path): &Place, wait_ms: i64, reason: WaitReason) {
        self.emit(RunEvent::WaitStarted {
            at_ms: self.given.now_ms,
            node: self.plan.node(*node).id.clone(),
            iteration: path.clone(),
            wake_at_ms: self.given.now_ms.saturating_add(wait_ms),
            reason,
        });
    }
}

/// One object of the inputs that came.
fn joined(node: &PlanNode, inputs: &[Option<Json>]) -> Result<Json, serde_json::Error> {
    let mut object = String::from("{");
    for (input, value) in node.inputs.iter().zip(inputs) {
        if let Some(value) = value {
            let comma = if object.len() > 1 { "," } else { "" };
            object.push_str(&format!(r#"{comma}"{}":{}"#, input.name, value.as_str()));
        }
    }
    object.push('}');
    Json::parse(object)
}

fn late(seconds: i64) -> RunError {
    RunError {
        class: ErrorClass::Timeout,
        code: "join.timed_out".to_owned(),
        message: format!("not enough inputs came within {seconds} s of the first"),
        hint: Some("give them more time, or let the join go on with what has come".to_owned()),
        node: None,
        detail: None,
        retry_after_ms: None,
    }
}
