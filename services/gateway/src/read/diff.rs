//! Two runs beside each other, node by node. Pure, but for the route.

use super::{filter, log, store::runs as rows};
use crate::{
    App,
    access::{Access, Thing},
    edge::{Id, Path, Problem},
};
use axum::{Json, extract::State};
use events::{Iteration, RunEvent, TakenResult};
use ids::{NodeId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What one run did otherwise than another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RunDiff {
    #[schema(value_type = Id)]
    pub left: RunId,
    #[schema(value_type = Id)]
    pub right: RunId,
    /// Whether both began with the same.
    pub same_input: bool,
    /// Whether both ended the same way, with the same output.
    pub same_end: bool,
    /// Every node and turn, in the order of the left run, those of the right run alone last.
    pub nodes: Vec<NodeDiff>,
}

/// One node in one turn of the loops around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct NodeDiff {
    #[schema(value_type = String)]
    pub node: NodeId,
    /// The turn of each loop around it, outermost first.
    pub iteration: Vec<u32>,
    pub change: Change,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<NodeSide>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<NodeSide>,
}

/// How a node compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// It ended the same way with the same outputs.
    Same,
    Changed,
    OnlyLeft,
    OnlyRight,
}

/// What became of a node in one of the runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct NodeSide {
    /// running, completed, failed or skipped.
    pub status: String,
    /// By port; of a failed node its error, of a skipped one the reason. Left out where both sides are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// From its start to its end; absent where it took no time of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Hundredths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_cents: Option<f64>,
    /// Whether the result comes from the run that this one was forked from.
    pub taken: bool,
}

/// What run `other` did otherwise than run `id`: nodes, outputs, durations, cost.
#[utoipa::path(
    get, path = "/api/v1/runs/{id}/diff/{other}", operation_id = "compare_runs", tag = "runs",
    params(("id" = Id, Path), ("other" = Id, Path, description = "the run on the right")),
    responses((status = 200, body = RunDiff),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn compare_runs(
    access: Access,
    State(app): State<App>,
    Path((left, right)): Path<(RunId, RunId)>,
) -> Result<Json<RunDiff>, Problem> {
    let other = right.to_string();
    let guarded = super::guarded(&app.reader, &access.tenant, Thing::Run, &other);
    let resource = filter::found(guarded.await?, "run")?.resource;
    let visible = filter::may_view(&app, &access, [resource]).await?;
    filter::found(visible.into_values().find(|may| *may), "run")?;
    let mut tx = app.reader.begin(&access.tenant).await?;
    filter::found(rows::ended(&mut tx, left).await?, "run")?;
    let before = log::of_run(&mut tx, left).await?;
    let after = log::of_run(&mut tx, right).await?;
    Ok(Json(diff((left, &before), (right, &after))))
}

/// Compares two logs.
pub(crate) fn diff(
    (left, before): (RunId, &[RunEvent]),
    (right, after): (RunId, &[RunEvent]),
) -> RunDiff {
    let (before, after) = (Story::of(before), Story::of(after));
    let both = before.order.iter().map(|place| {
        let left = before.sides.get(place).cloned();
        let right = after.sides.get(place).cloned();
        compared(place, left, right)
    });
    let alone = after
        .order
        .iter()
        .filter(|place| !before.sides.contains_key(*place));
    let alone = alone.map(|place| compared(place, None, after.sides.get(place).cloned()));
    RunDiff {
        left,
        right,
        same_input: before.input == after.input,
        same_end: before.end == after.end,
        nodes: both.chain(alone).collect(),
    }
}

fn compared(place: &Place, left: Option<NodeSide>, right: Option<NodeSide>) -> NodeDiff {
    let (mut left, mut right) = (left, right);
    let change = match (&mut left, &mut right) {
        (Some(left), Some(right)) if left.status == right.status && left.result == right.result => {
            (left.result, right.result) = (None, None);
            Change::Same
        }
        (Some(_), Some(_)) => Change::Changed,
        (_, None) => Change::OnlyLeft,
        (None, Some(_)) => Change::OnlyRight,
    };
    NodeDiff {
        node: place.0.clone(),
        iteration: place.1.clone(),
        change,
        left,
        right,
    }
}

type Place = (NodeId, Iteration);

/// What a log says of each node.
#[derive(Default)]
struct Story {
    input: Option<Value>,
    end: Option<Value>,
    order: Vec<Place>,
    sides: BTreeMap<Place, NodeSide>,
    begun_ms: BTreeMap<Place, i64>,
}

impl Story {
    fn of(log: &[RunEvent]) -> Self {
        let mut story = Self::default();
        log.iter().for_each(|event| story.tell(event));
        story
    }

    fn tell(&mut self, event: &RunEvent) {
        match event {
            RunEvent::RunStarted { input, .. } => self.input = Some(input.value()),
            RunEvent::NodeStarted {
                at_ms,
                node,
                iteration,
                ..
            } => {
                let place = (node.clone(), iteration.clone());
                self.begun_ms.insert(place.clone(), *at_ms);
                "running".clone_into(&mut self.side(place).status);
            }
            RunEvent::NodeCompleted {
                at_ms,
                node,
                iteration,
                outputs,
                ..
            } => self.settle(*at_ms, node, iteration, "completed", json!(outputs)),
            RunEvent::NodeFailed {
                at_ms,
                node,
                iteration,
                error,
            } => self.settle(*at_ms, node, iteration, "failed", json!(error)),
            RunEvent::NodeSkipped {
                at_ms,
                node,
                iteration,
                reason,
            } => self.settle(*at_ms, node, iteration, "skipped", json!(reason)),
            RunEvent::ResultTaken {
                at_ms,
                node,
                iteration,
                result,
                ..
            } => {
                let (status, value) = match result {
                    TakenResult::Completed { outputs } => ("completed", json!(outputs)),
                    TakenResult::Failed { error } => ("failed", json!(error)),
                    TakenResult::Skipped { reason } => ("skipped", json!(reason)),
                };
                self.settle(*at_ms, node, iteration, status, value);
                self.side((node.clone(), iteration.clone())).taken = true;
            }
            RunEvent::CostIncurred {
                node,
                iteration,
                cost_micros,
                ..
            } => {
                let side = self.side((node.clone(), iteration.clone()));
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a cost beyond 2^53 millionths of a dollar is none"
                )]
                let cents = *cost_micros as f64 / 10_000.0;
                *side.cost_cents.get_or_insert(0.0) += cents;
            }
            RunEvent::RunCompleted { output, .. } => {
                self.end = Some(json!({ "completed": output }));
            }
            RunEvent::RunFailed { error, .. } => self.end = Some(json!({ "failed": error.code })),
            RunEvent::RunCancelled { .. } => self.end = Some(json!("cancelled")),
            RunEvent::PlanComputed { .. }
            | RunEvent::EffectRequested { .. }
            | RunEvent::EffectCompleted { .. }
            | RunEvent::BranchTaken { .. }
            | RunEvent::LoopIterated { .. }
            | RunEvent::LoopStopped { .. }
            | RunEvent::EventAwaited { .. }
            | RunEvent::EventArrived { .. }
            | RunEvent::ApprovalRequested { .. }
            | RunEvent::ApprovalDecided { .. }
            | RunEvent::ApprovalWaived { .. }
            | RunEvent::ClarificationNeeded { .. }
            | RunEvent::ClarificationAnswered { .. }
            | RunEvent::QuestionAssigned { .. }
            | RunEvent::QuestionWithdrawn { .. }
            | RunEvent::ChildAbandoned { .. }
            | RunEvent::WaitStarted { .. }
            | RunEvent::TimerFired { .. }
            | RunEvent::StandInGiven { .. }
            | RunEvent::EffectWithheld { .. }
            | RunEvent::CoordinationBegan { .. }
            | RunEvent::RoundDecided { .. }
            | RunEvent::NodeTested { .. } => {}
        }
    }

    fn settle(
        &mut self,
        at_ms: i64,
        node: &NodeId,
        iteration: &Iteration,
        status: &str,
        result: Value,
    ) {
        let place = (node.clone(), iteration.clone());
        let begun_ms = self.begun_ms.get(&place).copied();
        let side = self.side(place);
        status.clone_into(&mut side.status);
        side.result = Some(result);
        side.duration_ms = begun_ms.map(|begun_ms| at_ms.saturating_sub(begun_ms));
    }

    fn side(&mut self, place: Place) -> &mut NodeSide {
        if !self.sides.contains_key(&place) {
            self.order.push(place.clone());
        }
        self.sides.entry(place).or_default()
    }
}

/// What became of one node outside loops: for the answer to its test.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct NodeTest {
    /// The run that holds the test.
    #[schema(value_type = Id)]
    pub run_id: RunId,
    /// running, completed, failed or skipped.
    pub status: String,
    /// What came in, by port.
    #[schema(value_type = Option<Object>)]
    pub input: Option<Value>,
    /// Its parameters with every expression evaluated.
    #[schema(value_type = Option<Object>)]
    pub parameters: Option<Value>,
    /// What it put out, by port.
    #[schema(value_type = Option<Object>)]
    pub output: Option<Value>,
    /// Why it failed, or was skipped.
    #[schema(value_type = Option<Object>)]
    pub error: Option<Value>,
    /// The effect that was not sent: `{protocol, operation, request, instead}`.
    #[schema(value_type = Option<Object>)]
    pub withheld: Option<Value>,
}

/// What a test's log says of its node.
pub(crate) fn tested(run_id: RunId, log: &[RunEvent], wanted: &NodeId) -> NodeTest {
    let side = Story::of(log).sides.remove(&(wanted.clone(), Vec::new()));
    let side = side.unwrap_or_default();
    let completed = side.status == "completed";
    let mut test = NodeTest {
        run_id,
        output: side.result.clone().filter(|_| completed),
        error: side.result.filter(|_| !completed),
        input: None,
        parameters: None,
        withheld: None,
        status: Some(side.status)
            .filter(|status| !status.is_empty())
            .unwrap_or_else(|| "running".to_owned()),
    };
    for event in log {
        if let RunEvent::NodeTested {
            inputs, parameters, ..
        } = event
        {
            test.input = Some(json!(inputs));
            test.parameters = parameters.as_ref().map(events::Json::value);
        }
        if let RunEvent::EffectWithheld {
            node,
            protocol,
            operation,
            request,
            instead,
            ..
        } = event
            && node == wanted
        {
            test.withheld = Some(json!({
                "protocol": protocol, "operation": operation, "request": request, "instead": instead,
            }));
        }
    }
    test
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(node: &str, at_ms: i64, out: Value) -> RunEvent {
        RunEvent::NodeCompleted {
            at_ms,
            node: node.parse().unwrap(),
            iteration: vec![],
            node_type: "transform".to_owned(),
            outputs: [("out".parse().unwrap(), out.into())].into(),
        }
    }

    fn started(node: &str, at_ms: i64) -> RunEvent {
        RunEvent::NodeStarted {
            at_ms,
            node: node.parse().unwrap(),
            iteration: vec![],
            node_type: "http_request".to_owned(),
        }
    }

    fn changes(left: &[RunEvent], right: &[RunEvent]) -> Vec<(String, Change)> {
        let (a, b) = (RunId::from_u128(1), RunId::from_u128(2));
        let nodes = diff((a, left), (b, right)).nodes.into_iter();
        nodes
            .map(|node| (node.node.to_string(), node.change))
            .collect()
    }

    #[test]
    fn a_run_beside_itself_is_the_same() {
        let log = [
            completed("a", 1, json!(1)),
            started("b", 2),
            completed("b", 9, json!(2)),
        ];
        let id = RunId::from_u128(1);
        let same = diff((id, &log), (id, &log));
        assert!(same.same_input && same.same_end);
        assert!(same.nodes.iter().all(|node| node.change == Change::Same));
        assert_eq!(same.nodes[1].left.as_ref().unwrap().duration_ms, Some(7));
        assert_eq!(
            same.nodes[1].left.as_ref().unwrap().result,
            None,
            "said once is enough"
        );
    }

    #[test]
    fn changed_outputs_and_nodes_of_one_side_are_named() {
        let left = [
            completed("a", 1, json!(1)),
            completed("b", 1, json!(2)),
            started("open", 2),
        ];
        let right = [
            completed("a", 5, json!(1)),
            completed("b", 5, json!(3)),
            completed("c", 6, json!(0)),
        ];
        let entry = |node: &str, change| (node.to_owned(), change);
        assert_eq!(
            changes(&left, &right),
            [
                entry("a", Change::Same),
                entry("b", Change::Changed),
                entry("open", Change::OnlyLeft),
                entry("c", Change::OnlyRight),
            ]
        );
    }

    #[test]
    fn what_a_fork_took_over_is_the_same_and_says_so() {
        let taken = RunEvent::ResultTaken {
            at_ms: 9,
            node: "a".parse().unwrap(),
            iteration: vec![],
            node_type: "transform".to_owned(),
            from_seq: Some(3),
            result: TakenResult::Completed {
                outputs: [("out".parse().unwrap(), json!(1).into())].into(),
            },
        };
        let (a, b) = (RunId::from_u128(1), RunId::from_u128(2));
        let diff = diff((a, &[completed("a", 1, json!(1))]), (b, &[taken]));
        assert_eq!(diff.nodes[0].change, Change::Same);
        assert!(diff.nodes[0].right.as_ref().unwrap().taken);
    }
}
