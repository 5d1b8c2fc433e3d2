//! Branches, loops and ends.

use super::{
    super::super::kit::{NOW, Story, document, refused},
    Scene, go, http, later, node, scene, value,
};
use crate::{Given, Input, Run, refuse};
use events::{ErrorClass, Json};
use serde_json::json;

pub(super) fn choices() -> Scene {
    let mut split = node("split", "parallel", json!({}));
    split["outputs"] = json!([{ "name": "a" }, { "name": "b" }]);
    let mut join = node("join", "join", json!({}));
    join["inputs"] = json!([{ "name": "a" }, { "name": "b" }]);
    let cases = json!([
        { "name": "big", "condition": "{{ input > 10 }}" },
        { "name": "even", "condition": "{{ input % 2 = 0 }}" },
    ]);
    let nodes = json!([
        go(),
        node("which", "branch", json!({ "condition": "{{ input > 5 }}" })),
        value("small", "{{ input }}"),
        node("sort", "switch", json!({ "cases": cases, "take": "all" })),
        value("big", "{{ input }}"),
        value("even", "{{ input }}"),
        value("rest", "{{ input }}"),
        split,
        http("fetch"),
        join,
    ]);
    let edges = [
        "go.out>which.in",
        "which.false>small.in",
        "which.true>sort.in",
        "sort.big>big.in",
        "sort.even>even.in",
        "sort.otherwise>rest.in",
        "big.out>split.in",
        "split.a>fetch.in",
        "split.b>join.b",
        "fetch.out>join.a",
    ];
    let about = "A branch, a switch that takes all that hold, parallel branches and their join.";
    scene("choices", about, nodes, &edges, json!(12), |story| {
        later(story).complete("fetch", json!({ "status": 200 }));
    })
}

pub(super) fn turns() -> Scene {
    let nodes = json!([
        go(),
        node(
            "outer",
            "loop",
            json!({ "concurrency": 2, "on_error": "continue" })
        ),
        node("inner", "loop", json!({})),
        http("fetch"),
        value("end", "{{ input }}"),
    ]);
    let edges = [
        "go.out>outer.items",
        "outer.item>inner.items",
        "inner.item>fetch.in",
        "fetch.out>inner.next",
        "inner.done>outer.next",
        "outer.done>end.in",
    ];
    let about = "A loop in a loop; an inner one fails, which ends its other turns, and the outer one goes on.";
    scene(
        "turns",
        about,
        nodes,
        &edges,
        json!([[1, 2], [3, 4], []]),
        |story| {
            later(story).complete("fetch", json!(10));
            later(story).fail("fetch", ErrorClass::Rejected, None);
            later(story).complete("fetch", json!(30));
            later(story).complete("fetch", json!(40));
        },
    )
}

pub(super) fn counting() -> Scene {
    let nodes = json!([
        go(),
        node("count", "while", json!({ "condition": "{{ item < 10 }}" })),
        node("found", "branch", json!({ "condition": "{{ item = 3 }}" })),
        node("halt", "stop", json!({ "reason": "found {{ item }}" })),
        http("next"),
        value("end", "{{ input }}"),
    ]);
    let edges = [
        "go.out>count.in",
        "count.item>found.in",
        "found.true>halt.in",
        "found.false>next.in",
        "next.out>count.next",
        "count.done>end.in",
    ];
    let about = "A loop with a condition, which a stop ends.";
    scene("counting", about, nodes, &edges, json!(1), |story| {
        later(story).complete("next", json!(2));
        later(story).complete("next", json!(3));
    })
}

pub(super) fn given_up() -> Scene {
    let nodes = json!([
        go(),
        node("each", "loop", json!({ "concurrency": 2 })),
        http("fetch"),
        node("no", "fail", json!({ "message": "{{ item }} is no use" })),
    ]);
    let edges = [
        "go.out>each.items",
        "each.item>fetch.in",
        "fetch.out>no.in",
        "no.error>each.next",
    ];
    let edges = &edges[..3];
    let about = "A workflow gives up in a turn of a loop, which fails the loop and the run.";
    scene(
        "given-up",
        about,
        nodes,
        edges,
        json!(["a", "b"]),
        |story| {
            later(story).complete("fetch", json!(1));
        },
    )
}

pub(super) fn cancelled() -> Scene {
    let nodes = json!([
        go(),
        http("slow"),
        node("nap", "wait", json!({ "for": "1h" }))
    ]);
    let edges = ["go.out>slow.in", "go.out>nap.in"];
    let about = "A person ends a run that waits.";
    scene("cancelled", about, nodes, &edges, json!({}), |story| {
        let reason = "enough".to_owned();
        let input = Input::Cancel {
            actor: Some(ids::UserId::from_u128(9)),
            reason,
        };
        later(story).take(input).unwrap();
    })
}

pub(super) fn stopped() -> Scene {
    let nodes = json!([
        go(),
        node(
            "halt",
            "stop",
            json!({ "what": "run", "reason": "nothing to do" })
        ),
        http("later"),
    ]);
    let edges = ["go.out>halt.in", "go.out>later.in"];
    let about = "A stop ends the whole run well.";
    scene("stopped", about, nodes, &edges, json!({}), |_| {})
}

pub(super) fn refusal() -> Scene {
    let document = document(
        json!([go(), value("end", "{{ input }}")]),
        &["go.out>end.in"],
    );
    let mut story = Story::of(document.clone());
    let mut run = Run::new(*story.run.identity());
    let given = Given {
        now_ms: NOW,
        seed: 7,
    };
    let (trigger, why) = (story.trigger(), refused(ErrorClass::Rejected));
    let decision = refuse(
        &mut run,
        trigger,
        Json::from(json!({ "x": 1 })),
        None,
        why,
        &given,
    )
    .unwrap();
    (story.run, story.log) = (run, decision.events);
    Scene {
        name: "refusal",
        about: "A run that was promised and cannot be.",
        document,
        story,
    }
}
