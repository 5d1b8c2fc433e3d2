//! What holds for every graph, every order of results and every place where a log may end.

use super::kit::{Story, refused};
use crate::{Identity, Input, Quiescence, Run, evolve, fold};
use events::{ErrorClass, Json, RunEvent};
use graphs::{Seedling, grow};
use ids::{RunId, VersionId, WorkflowId};
use proptest::prelude::*;
use serde_json::json;

pub(super) fn seedlings() -> impl Strategy<Value = Vec<Seedling>> {
    let seedling = (0..graphs::KINDS, any::<[u32; 3]>());
    let seedling = seedling.prop_map(|(kind, sources)| Seedling { kind, sources });
    prop::collection::vec(seedling, 1..12)
}

/// What the world does next: which open effect it answers, and how.
#[derive(Debug, Clone)]
pub(super) struct Move {
    effect: proptest::sample::Index,
    fails: bool,
    forgets: bool,
}

pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (
        any::<proptest::sample::Index>(),
        any::<bool>(),
        any::<bool>(),
    );
    let one = one.prop_map(|(effect, fails, forgets)| Move {
        effect,
        fails,
        forgets,
    });
    prop::collection::vec(one, 0..24)
}

pub(super) fn play(story: &mut Story, moves: &[Move]) {
    for step in moves {
        if step.forgets {
            story.run = fold(*story.run.identity(), &story.log);
        }
        if story.last == Some(Quiescence::More) {
            story.take(Input::GoOn).unwrap();
            continue;
        }
        let mut keys: Vec<String> = story
            .run
            .open_effects()
            .map(|(key, _)| key.to_owned())
            .collect();
        keys.sort();
        if keys.is_empty() && story.run.wake_at_ms(&story.plan).is_some() {
            story.now_ms += 60_000;
            // A retry may want longer.
            let _ = story.take(Input::Wake);
            continue;
        }
        if keys.is_empty() {
            return;
        }
        let effect_key = keys[step.effect.index(keys.len())].clone();
        let input = if step.fails {
            let error = refused(ErrorClass::Timeout);
            Input::EffectFailed {
                effect_key,
                error,
                cost: None,
            }
        } else {
            let outcome = Json::from(json!({ "status": 200 }));
            Input::EffectCompleted {
                effect_key,
                outcome,
                cost: None,
            }
        };
        story.take(input).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// `Story::take` checks on its way: seq without a gap, and the fold of the log is what was decided on.
    #[test]
    fn every_run_keeps_the_invariants(seedlings in seedlings(), moves in moves(), each_node: bool) {
        let mut story = Story::started(grow(&seedlings, each_node), json!({ "x": 1 }));
        play(&mut story, &moves);
        let ends = story.log.iter().filter(|event| event.ends_run()).count();
        prop_assert_eq!(ends, usize::from(story.run.has_ended()));
        if story.run.has_ended() {
            prop_assert!(story.log.last().is_some_and(RunEvent::ends_run), "nothing follows an end");
            prop_assert!(story.take(Input::GoOn).is_err());
        } else if story.last == Some(Quiescence::Waiting) {
            let wakes = story.run.wake_at_ms(&story.plan).is_some();
            prop_assert!(wakes || story.run.open_effects().next().is_some(), "a run that waits waits for something");
        }
    }

    /// Memory is only memory: an owner that forgets between any two inputs decides the same.
    #[test]
    fn forgetting_changes_nothing(seedlings in seedlings(), moves in moves()) {
        let document = grow(&seedlings, false);
        let with = |forgets: bool| {
            let moves: Vec<Move> = moves.iter().map(|step| Move { forgets, ..step.clone() }).collect();
            let mut story = Story::started(document.clone(), json!({ "x": 1 }));
            play(&mut story, &moves);
            let mut log = story.short();
            log.sort();
            (log, story.run.status())
        };
        prop_assert_eq!(with(true), with(false));
    }

    #[test]
    fn any_prefix_and_the_rest_are_the_whole(seedlings in seedlings(), moves in moves(), cut: proptest::sample::Index) {
        let mut story = Story::started(grow(&seedlings, false), json!({ "x": 1 }));
        play(&mut story, &moves);
        let (prefix, rest) = story.log.split_at(cut.index(story.log.len() + 1));
        let mut run = fold(*story.run.identity(), prefix);
        rest.iter().for_each(|event| evolve(&mut run, event));
        prop_assert_eq!(run, story.run);
    }

    /// The log is true, and were it not: state is still only state.
    #[test]
    fn evolve_never_panics(order in prop::collection::vec(any::<proptest::sample::Index>(), 0..40), seedlings in seedlings(), moves in moves()) {
        let mut story = Story::started(grow(&seedlings, false), json!({ "x": 1 }));
        play(&mut story, &moves);
        let mut run = Run::new(Identity {
            run_id: RunId::from_u128(1),
            workflow_id: WorkflowId::from_u128(2),
            version_id: VersionId::from_u128(3),
        });
        for at in &order {
            evolve(&mut run, &story.log[at.index(story.log.len())]);
        }
        prop_assert_eq!(run.seq(), order.len() as u64);
        // Whatever that run is, deciding on it must end as well.
        let given = crate::Given { now_ms: 1, seed: 1 };
        let _ = crate::decide(&story.plan, &run, Input::GoOn, &given);
    }
}
