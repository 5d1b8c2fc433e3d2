//! Whatever comes in as a document, nothing panics, and what has no error compiles.

use proptest::prelude::*;
use serde_json::{Value, json};
use workflow::{Document, DocumentHash, NodeType, canonical_json, compile, normalize, validate};

fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("name"),
        Just("nodes"),
        Just("edges"),
        Just("id"),
        Just("node_type"),
        Just("config"),
        Just("inputs"),
        Just("outputs"),
        Just("schema"),
        Just("source"),
        Just("destination"),
        Just("source_port"),
        Just("destination_port"),
        Just("x/~y"),
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z{ }.$]{0,12}".prop_map(Value::from),
        Just(json!("log")),
        Just(json!("loop")),
    ];
    leaf.prop_recursive(5, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

/// Configs that fit their node type, or nearly.
fn config(node_type: NodeType) -> BoxedStrategy<Value> {
    let text = prop_oneof![
        Just("x"),
        Just("{{ input }}"),
        Just("{{ nodes.n0.a }}"),
        Just("a {{ item }}"),
        Just("{{ inputs.a }}"),
        Just("{{ 1 + }}"),
        Just("{{ $$ }}"),
        Just("{{ input.x = 1 }}"),
    ];
    match node_type {
        NodeType::TriggerWebhook => Just(json!({ "path": "a" })).boxed(),
        NodeType::TriggerSchedule => Just(json!({ "cron": "0 7 * * *" })).boxed(),
        NodeType::TriggerIntegrationEvent => Just(json!({ "event_type": "integration.a" })).boxed(),
        NodeType::TriggerManual => prop_oneof![
            Just(json!({})),
            Just(json!({ "input_schema": { "type": "array" } }))
        ]
        .boxed(),
        NodeType::LlmCall => text.prop_map(|t| json!({ "prompt": t })).boxed(),
        NodeType::Classify => text
            .prop_map(|t| json!({ "text": t, "categories": ["a", "b"] }))
            .boxed(),
        NodeType::Generate => text.prop_map(|t| json!({ "instructions": t })).boxed(),
        NodeType::Summarize => text.prop_map(|t| json!({ "text": t })).boxed(),
        NodeType::Extract => text
            .prop_map(|t| json!({ "text": t, "schema": { "type": "object" } }))
            .boxed(),
        NodeType::HttpRequest => text
            .prop_map(|t| json!({ "url": "https://a.b", "body": t }))
            .boxed(),
        NodeType::Transform => text.prop_map(|t| json!({ "output": [t] })).boxed(),
        NodeType::Compute(transforms::Kind::Filter) => {
            text.prop_map(|t| json!({ "condition": t })).boxed()
        }
        NodeType::Compute(transforms::Kind::Sort) => {
            text.prop_map(|t| json!({ "by": [{ "key": t }] })).boxed()
        }
        NodeType::Compute(transforms::Kind::SetFields) => {
            text.prop_map(|t| json!({ "fields": { "a.b": t } })).boxed()
        }
        NodeType::Compute(transforms::Kind::Csv) => text.prop_map(|t| json!({ "mode": t })).boxed(),
        NodeType::Branch => text.prop_map(|t| json!({ "condition": t })).boxed(),
        NodeType::Notify => text.prop_map(|t| json!({ "title": t })).boxed(),
        NodeType::Log => text.prop_map(|t| json!({ "message": t })).boxed(),
        _ => Just(json!({})).boxed(),
    }
}

fn node(index: usize) -> impl Strategy<Value = Value> {
    prop::sample::select(NodeType::all().collect::<Vec<_>>()).prop_flat_map(move |node_type| {
        config(node_type).prop_map(move |config| {
            let mut node = json!({ "id": format!("n{index}"), "node_type": node_type.as_str(), "config": config });
            if node_type == NodeType::Join {
                node["inputs"] = json!([{ "name": "a" }, { "name": "in" }]);
            }
            node
        })
    })
}

fn document() -> impl Strategy<Value = Value> {
    let out = prop_oneof![4 => Just("out"), 1 => Just("error"), 1 => Just("true"), 2 => Just("item"), 2 => Just("done")];
    let into = prop_oneof![4 => Just("in"), 1 => Just("a"), 2 => Just("items"), 2 => Just("next")];
    let edge = (0..6_usize, out, 0..6_usize, into).prop_map(|(from, out, to, into)| {
        json!({ "source": format!("n{from}"), "source_port": out, "destination": format!("n{to}"), "destination_port": into })
    });
    let nodes = (node(0), node(1), node(2), node(3), node(4), node(5));
    (nodes, prop::collection::vec(edge, 0..9)).prop_map(|(nodes, edges)| {
        json!({ "name": "n", "nodes": [nodes.0, nodes.1, nodes.2, nodes.3, nodes.4, nodes.5], "edges": edges })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_json_is_read_or_refused(value in any_json()) {
        match Document::read(&value) {
            Ok(document) => { let _ = (validate(&document), compile(&document).is_ok()); }
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }

    #[test]
    fn any_graph_is_validated_and_compiles_exactly_when_it_has_no_error(value in document()) {
        let document = Document::read(&value).unwrap();
        let problems = validate(&document);
        prop_assert_eq!(compile(&document).is_ok(), !problems.iter().any(workflow::Problem::is_error), "{:#?}", problems);
        for problem in &problems {
            prop_assert!(value.pointer(&problem.pointer).is_some() || problem.code == "config.missing"
                || problem.pointer.ends_with("/inputs") || problem.pointer.contains("/config"), "{:?}", problem);
        }
    }

    #[test]
    fn a_document_survives_its_own_text(value in document()) {
        let document = Document::read(&value).unwrap();
        let again = Document::read_text(&canonical_json(&document)).unwrap();
        prop_assert_eq!(DocumentHash::of(&document), DocumentHash::of(&again));
        let normal = normalize(&document);
        prop_assert_eq!(&normalize(&normal), &normal);
        prop_assert_eq!(Document::read(&serde_json::to_value(&normal).unwrap()).unwrap(), normal);
    }

    #[test]
    fn loops_never_leak_in_a_plan(value in document()) {
        if let Ok(plan) = compile(&Document::read(&value).unwrap()) {
            for edge in plan.edges() {
                let (from, to) = (plan.node(edge.source), plan.node(edge.destination));
                let opens = matches!(from.kind, workflow::plan::NodeKind::Loop { .. }) && edge.source_port == workflow::plan::port::ITEM;
                prop_assert!(edge.back || opens || from.body_of == to.body_of);
            }
            prop_assert_eq!(plan.order().len(), plan.nodes().len());
        }
    }
}
