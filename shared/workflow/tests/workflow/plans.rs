//! What a plan says about its graph.

use expressions::Given;
use serde_json::{Value, json};
use workflow::{
    Document, NodeType, Plan, compile,
    config::{LlmCall, LlmKind, Need, Privacy, Respond, TurnErrors},
    plan::{LoopIx, NodeIx, NodeKind, TriggerKind, Work, port},
    templates,
};

fn template(id: &str) -> Plan {
    let found = templates::all()
        .into_iter()
        .find(|template| template.id == id);
    compile(&found.unwrap().document).unwrap()
}

fn ids(plan: &Plan, nodes: &[NodeIx]) -> Vec<String> {
    nodes
        .iter()
        .map(|node| plan.node(*node).id.to_string())
        .collect()
}

fn after(plan: &Plan, id: &str, output: workflow::plan::PortIx) -> Vec<String> {
    let node = plan.find(id).unwrap();
    let edges = plan.out_edges_of(node, output).iter();
    edges
        .map(|edge| plan.node(plan.edge(*edge).destination).id.to_string())
        .collect()
}

#[test]
fn edges_are_found_by_node_and_port() {
    let plan = template("conditional");
    assert_eq!(after(&plan, "is_urgent", port::TRUE), ["notify"]);
    assert_eq!(after(&plan, "is_urgent", port::FALSE), ["queue"]);
    assert_eq!(after(&plan, "classify", port::ERROR), Vec::<String>::new());
    assert_eq!(plan.out_edges(plan.find("is_urgent").unwrap()).len(), 2);
    assert_eq!(plan.in_edges(plan.find("mail").unwrap()), []);
    assert_eq!(
        plan.in_edges_of(plan.find("notify").unwrap(), port::IN)
            .len(),
        1
    );
    assert_eq!(
        ids(&plan, plan.order()),
        ["mail", "classify", "is_urgent", "notify", "queue"]
    );
    assert_eq!(plan.find("nobody"), None);
}

#[test]
fn edges_into_one_port_keep_the_order_of_the_document() {
    let document = json!({
        "name": "n",
        "nodes": [
            { "id": "z", "node_type": "trigger.manual" }, { "id": "a", "node_type": "trigger.manual" },
            { "id": "l", "node_type": "log", "config": { "message": "x" } },
        ],
        "edges": [
            { "source": "z", "source_port": "out", "destination": "l", "destination_port": "in" },
            { "source": "a", "source_port": "out", "destination": "l", "destination_port": "in" },
        ],
    });
    let plan = compile(&Document::read(&document).unwrap()).unwrap();
    let into = plan.in_edges_of(plan.find("l").unwrap(), port::IN).iter();
    let sources: Vec<NodeIx> = into.map(|edge| plan.edge(*edge).source).collect();
    assert_eq!(ids(&plan, &sources), ["z", "a"]);
}

#[test]
fn loops_know_their_bodies() {
    let plan = template("fan-out");
    let [body] = plan.loops() else {
        panic!("{:?}", plan.loops());
    };
    assert_eq!(ids(&plan, &body.members), ["classify", "result"]);
    assert_eq!((body.depth, body.parent), (1, None));
    let each = plan.node(plan.find("each").unwrap());
    assert!(matches!(
        each.kind,
        NodeKind::Loop {
            concurrency: 4,
            body: LoopIx(0),
            on_error: TurnErrors::Fail,
        }
    ));
    assert_eq!((each.depth, each.body_of), (0, None));
    let classify = plan.node(plan.find("classify").unwrap());
    assert_eq!((classify.depth, classify.body_of), (1, Some(LoopIx(0))));
    let back: Vec<bool> = plan.edges().iter().map(|edge| edge.back).collect();
    assert_eq!(back.iter().filter(|back| **back).count(), 1);
}

#[test]
fn inner_loops_stand_in_outer_ones() {
    let edge = |from: &str, to: &str| {
        let (source, source_port) = from.split_once('.').unwrap();
        let (destination, destination_port) = to.split_once('.').unwrap();
        json!({ "source": source, "source_port": source_port, "destination": destination, "destination_port": destination_port })
    };
    let document = json!({
        "name": "n",
        "nodes": [
            { "id": "inner", "node_type": "loop" },
            { "id": "start", "node_type": "trigger.manual", "config": { "input_schema": { "type": "array", "items": { "type": "array" } } } },
            { "id": "a", "node_type": "transform", "config": { "output": "{{ item * 2 }}" } },
            { "id": "outer", "node_type": "loop" },
            { "id": "b", "node_type": "transform", "config": { "output": "{{ $sum(input) }}" } },
        ],
        "edges": [
            edge("start.out", "outer.items"), edge("outer.item", "inner.items"), edge("inner.item", "a.in"),
            edge("a.out", "inner.next"), edge("inner.done", "b.in"), edge("b.out", "outer.next"),
        ],
    });
    let plan = compile(&Document::read(&document).unwrap()).unwrap();
    let [outer, inner] = plan.loops() else {
        panic!("{:?}", plan.loops());
    };
    assert_eq!(plan.node(outer.node).id.as_str(), "outer");
    assert_eq!(ids(&plan, &outer.members), ["inner", "a", "b"]);
    assert_eq!(ids(&plan, &inner.members), ["a"]);
    assert_eq!((inner.parent, inner.depth), (Some(LoopIx(0)), 2));
    let depth = |id: &str| plan.node(plan.find(id).unwrap()).depth;
    assert_eq!(
        (depth("outer"), depth("inner"), depth("b"), depth("a")),
        (0, 1, 1, 2)
    );
}

#[test]
fn triggers_are_rows() {
    let plan = template("webhook-echo");
    let [trigger] = plan.triggers() else {
        panic!("{:?}", plan.triggers());
    };
    assert_eq!(trigger.kind, TriggerKind::Webhook);
    assert_eq!(trigger.webhook_path.as_deref(), Some("echo"));
    assert_eq!(trigger.method.as_deref(), Some("POST"));
    assert_eq!(trigger.respond, Some(Respond::Last));
    let plan = template("sequential");
    assert_eq!(
        plan.triggers()[0].event_type.as_deref(),
        Some("integration.email.received")
    );
    assert_eq!(plan.triggers()[0].account_id, None);
}

fn rendered(plan: &Plan, id: &str, context: &Value) -> Work {
    let node = plan.node(plan.find(id).unwrap());
    let json = node.config.render_json(context, &Given::default()).unwrap();
    node.kind.work(&json).unwrap().unwrap()
}

#[test]
fn a_classification_is_lowered_to_one_model_call() {
    let mail = json!({ "from": { "address": "a@b.c" }, "subject": "Hi", "text": "there" });
    let Work::Llm(call) = rendered(
        &template("sequential"),
        "classify",
        &json!({ "input": mail }),
    ) else {
        panic!("no model call");
    };
    let LlmCall {
        prompt,
        variables,
        output_schema,
        temperature,
        ..
    } = call;
    assert_eq!((prompt.as_str(), temperature), ("classify", Some(0.0)));
    assert_eq!(variables["text"], "From: a@b.c\nSubject: Hi\n\nthere");
    let schema = output_schema.unwrap();
    assert_eq!(
        schema["properties"]["category"]["enum"],
        json!(["urgent", "important", "newsletter", "other"])
    );
}

#[test]
fn every_node_that_asks_a_model_may_say_what_it_needs_of_it() {
    let text = json!({ "text": "t" });
    let with = |more: Value| {
        let mut config = text.clone();
        let more = more.as_object().unwrap().clone();
        config.as_object_mut().unwrap().extend(more);
        config["need"] = json!({ "privacy": "local", "max_p95_ms": 800 });
        config.to_string()
    };
    let instructed = json!({ "instructions": "i" });
    let asked = json!({ "prompt": "p", "need": { "privacy": "local", "max_p95_ms": 800 } });
    for (kind, config) in [
        (LlmKind::Call, asked.to_string()),
        (LlmKind::Classify, with(json!({ "categories": ["a", "b"] }))),
        (LlmKind::Generate, with(instructed)),
        (LlmKind::Summarize, with(json!({}))),
        (LlmKind::Extract, with(json!({ "schema": {} }))),
        (LlmKind::Score, with(json!({ "criteria": "c" }))),
        (
            LlmKind::Decide,
            with(json!({ "question": "q", "options": ["a", "b"] })),
        ),
        (LlmKind::Deduplicate, with(json!({ "other": "o" }))),
    ] {
        let need = kind.lower(&config).unwrap().need;
        let expected = Need {
            privacy: Some(Privacy::Local),
            max_p95_ms: Some(800),
            ..Need::default()
        };
        assert_eq!(need, Some(expected), "{kind:?}");
    }
    let stranger = json!({ "text": "t", "need": { "speed": "high" } });
    let error = LlmKind::Summarize.lower(&stranger.to_string()).unwrap_err();
    assert!(error.field.starts_with("need"), "{error:?}");
}

#[test]
fn a_rendered_config_of_the_wrong_shape_names_the_field() {
    let document = json!({
        "name": "n",
        "nodes": [
            { "id": "start", "node_type": "trigger.manual" },
            { "id": "send", "node_type": "send_email", "config": {
                "account_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "to": ["{{ input.to }}"], "subject": "s", "text": "t" } },
        ],
        "edges": [{ "source": "start", "source_port": "out", "destination": "send", "destination_port": "in" }],
    });
    let plan = compile(&Document::read(&document).unwrap()).unwrap();
    let node = plan.node(plan.find("send").unwrap());
    assert_eq!(node.node_type, NodeType::SendEmail);
    let json = node
        .config
        .render_json(&json!({ "input": { "to": 5 } }), &Given::default())
        .unwrap();
    let error = node.kind.work(&json).unwrap_err();
    assert_eq!(error.field, "to[0]");
    assert!(
        error.to_string().contains("invalid type: integer"),
        "{error}"
    );
}

#[test]
fn a_document_with_errors_has_no_plan() {
    let document = Document::read(&json!({ "name": "n", "nodes": [] })).unwrap();
    assert_eq!(
        compile(&document).unwrap_err()[0].code,
        "document.no_trigger"
    );
}

#[test]
fn a_plan_says_how_large_a_run_can_become() {
    let fan_out = template("fan-out");
    let size = fan_out.size();
    assert_eq!((size.levels, size.width), (4, 2));
    assert_eq!(size.most_model_calls, u64::from(workflow::plan::TURNS));
    assert!(size.operations.contains("llm.call"), "{size:?}");
}
