//! Which answers of models a question of a run rests on: what a person refuses, those got wrong.

use super::store::{runs, workflows};
use crate::App;
use events::RunEvent;
use ids::{InvocationId, NodeId, RunId, TenantId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use workflow::Document;

/// The protocol of model calls.
const LLM: &str = "llm";
/// Frames of a log that are read at once.
const FRAMES: i64 = 64;

/// A model's answer, or a part of it, that a question rests on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Blamed {
    pub(crate) invocation_id: InvocationId,
    pub(crate) effect_key: String,
    /// JSON Pointer of the part; empty for the whole answer.
    pub(crate) path: String,
}

/// What ran where: a node, and which turn of each loop around it.
type Place = (NodeId, Vec<u32>);

/// The model calls of a run, by the place where they were made.
#[derive(Debug, Default)]
struct Calls {
    keys: BTreeMap<Place, String>,
    answered: BTreeMap<Place, InvocationId>,
}

/// The answers that the question at this place of the run rests on.
///
/// # Errors
/// `Query`; retryable.
pub(crate) async fn blamed(
    app: &App,
    tenant: &TenantId,
    run: RunId,
    (node, iteration): (&str, &[u32]),
) -> Result<Vec<Blamed>, store::Error> {
    let mut tx = app.reader.begin(tenant).await?;
    let document = workflows::document_of_run(&mut tx, run).await?;
    let document = document.and_then(|document| serde_json::from_value::<Document>(document).ok());
    let (Some(document), Ok(node)) = (document, node.parse::<NodeId>()) else {
        return Ok(Vec::new());
    };
    let mut calls = Calls::default();
    let mut after = 0;
    loop {
        let frames = runs::frames(&mut tx, run, after, FRAMES).await?;
        let Some(last) = frames.last() else { break };
        after = last.last_seq;
        for frame in &frames {
            let events: Vec<RunEvent> =
                serde_json::from_str(&frame.events).map_err(|error| store::Error::Stored {
                    what: "run log",
                    cause: error.to_string(),
                })?;
            events.into_iter().for_each(|event| calls.note(event));
        }
    }
    Ok(calls.behind(&document, (node, iteration.to_vec())))
}

impl Calls {
    fn note(&mut self, event: RunEvent) {
        if let RunEvent::EffectRequested {
            node,
            iteration,
            effect_key,
            protocol,
            ..
        } = event
        {
            if protocol == LLM {
                self.keys.insert((node, iteration), effect_key);
            }
        } else if let RunEvent::CostIncurred {
            node,
            iteration,
            invocation_id,
            child_run_id: None,
            ..
        } = event
        {
            self.answered.insert((node, iteration), invocation_id);
        }
    }

    fn at(&self, place: &Place, path: String) -> Option<Blamed> {
        Some(Blamed {
            invocation_id: *self.answered.get(place)?,
            effect_key: self.keys.get(place)?.clone(),
            path,
        })
    }

    /// For a call of a tool the round that chose it; else the nearest answers on each way to the node.
    fn behind(&self, document: &Document, (node, iteration): Place) -> Vec<Blamed> {
        if let [around @ .., odd, index] = iteration.as_slice()
            && odd % 2 == 1
        {
            let round = [around, &[odd - 1]].concat();
            let chosen = self.at(&(node.clone(), round), format!("/calls/{index}"));
            if let Some(chosen) = chosen {
                return vec![chosen];
            }
        }
        let (mut found, mut seen) = (Vec::new(), BTreeSet::from([node.clone()]));
        let mut open = VecDeque::from([node]);
        while let Some(node) = open.pop_front() {
            let before = document
                .edges
                .iter()
                .filter(|edge| edge.destination == node)
                .map(|edge| edge.source.clone());
            for source in before.collect::<Vec<_>>() {
                if !seen.insert(source.clone()) {
                    continue;
                }
                match self.at(&(source.clone(), iteration.clone()), String::new()) {
                    Some(answer) => found.push(answer),
                    None => open.push_back(source),
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(id: &str) -> NodeId {
        id.parse().unwrap()
    }

    /// Calls that were made and answered at these places.
    fn calls(places: &[(&str, &[u32])]) -> Calls {
        let mut calls = Calls::default();
        for (number, (id, iteration)) in (1..).zip(places) {
            let place = (node(id), iteration.to_vec());
            calls.keys.insert(place.clone(), format!("key {number}"));
            calls
                .answered
                .insert(place, InvocationId::from_u128(number));
        }
        calls
    }

    fn document(edges: &[(&str, &str)]) -> Document {
        let edges: Vec<_> = edges
            .iter()
            .map(|(source, destination)| {
                json!({ "source": source, "source_port": "out", "destination": destination, "destination_port": "in" })
            })
            .collect();
        serde_json::from_value(json!({ "name": "w", "nodes": [], "edges": edges })).unwrap()
    }

    fn blamed(
        calls: &Calls,
        document: &Document,
        id: &str,
        iteration: &[u32],
    ) -> Vec<(u128, String)> {
        let blamed = calls.behind(document, (node(id), iteration.to_vec()));
        blamed
            .into_iter()
            .map(|blamed| (blamed.invocation_id.as_u128(), blamed.path))
            .collect()
    }

    #[test]
    fn a_refused_call_of_a_tool_is_the_choice_of_its_round() {
        let calls = calls(&[("agent", &[0]), ("agent", &[2])]);
        let document = document(&[]);
        assert_eq!(
            blamed(&calls, &document, "agent", &[3, 1]),
            [(2, "/calls/1".into())]
        );
    }

    #[test]
    fn what_a_node_is_about_to_do_rests_on_the_nearest_answers_before_it() {
        let edges = [
            ("a", "b"),
            ("b", "pick"),
            ("pick", "send"),
            ("c", "send"),
            ("d", "c"),
        ];
        let calls = calls(&[("a", &[]), ("b", &[]), ("d", &[]), ("b", &[1])]);
        let document = document(&edges);
        assert_eq!(
            blamed(&calls, &document, "send", &[]),
            [(2, String::new()), (3, String::new())]
        );
        assert_eq!(
            blamed(&calls, &document, "send", &[1]),
            [(4, String::new())]
        );
        assert_eq!(blamed(&calls, &document, "a", &[]), []);
    }
}
