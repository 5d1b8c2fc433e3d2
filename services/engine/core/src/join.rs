//! Joins that do not wait for everything.

use crate::{
    decide::Step,
    memo::Place,
    node::{error, unreadable},
    settle::EdgeState,
};
use events::{ErrorClass, Json, RunError, Timer, WaitReason};
use workflow::{
    config::Late,
    plan::{Join, PlanNode},
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
            Err(cause) => self.fail(place, *unreadable(&cause)),
        }
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
    let message = format!("not enough inputs came within {seconds} s of the first");
    let hint = "give them more time, or let the join go on with what has come";
    *error(ErrorClass::Timeout, "join.timed_out", message, hint)
}
