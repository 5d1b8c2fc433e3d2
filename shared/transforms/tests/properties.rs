//! Whatever comes in, a transform gives a value or says why not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use expressions::Given;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use transforms::{Computation, Kind};

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[a-c<>&;,:\"\\\\ \n{}\\[\\]0-9äT-]{0,12}",
        Just("2026-01-31T08:00:00Z".to_owned()),
        Just("<a b=\"c\">d</a>".to_owned()),
        Just("a,b\n1,2\n".to_owned()),
        Just("YQ==".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[abk@#.]{0,2}|start|summary", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Configs of each kind that validation lets through.
fn configs(kind: Kind) -> Vec<Value> {
    let modes = |modes: &[&str]| modes.iter().map(|mode| json!({ "mode": mode })).collect();
    match kind {
        Kind::SetFields => vec![json!({ "fields": { "a.b": "{{ item.a & index }}", "k": ["{{ item }}"] } })],
        Kind::RenameFields => vec![json!({ "fields": { "a": "b", "b": "a.k" } })],
        Kind::Filter => vec![json!({ "condition": "{{ $exists(item.a) }}" })],
        Kind::Sort => vec![json!({ "by": [{ "key": "a", "ignore_case": true }, { "key": "{{ item.b }}", "order": "desc" }] })],
        Kind::Limit => vec![json!({ "count": 2, "offset": 1, "from": "last" })],
        Kind::SplitOut => vec![json!({ "field": "a" }), json!({ "field": "a", "carry": ["b", "k.0"] })],
        Kind::Aggregate => vec![json!({ "field": "a" }), json!({ "fields": { "x": "{{ item.a }}" }, "keep_missing": true })],
        Kind::Group => vec![json!({ "by": "{{ item }}" })],
        Kind::SummarizeValues => ["sum", "avg", "min", "max", "count_distinct", "concat"]
            .map(|by| json!({ "group_by": { "g": "b" }, "values": { "x": { "by": by, "of": "a" } } }))
            .to_vec(),
        Kind::Merge => ["inner", "full", "anti"]
            .map(|join| json!({ "mode": "by_key", "left_key": "a", "join": join, "clash": "both" }))
            .to_vec(),
        Kind::Compare => vec![json!({ "key": "{{ item.a }}", "ignore": ["b.k"] })],
        Kind::RemoveDuplicates => vec![json!({}), json!({ "by": ["a"], "keep": "last" })],
        Kind::DateTime => ["parse", "start_of", "end_of", "convert", "add"]
            .map(|operation| json!({ "operation": operation, "unit": "months", "amount": 13, "timezone": "Europe/Berlin" }))
            .to_vec(),
        Kind::Hash => vec![json!({ "key": "k" })],
        Kind::Base64 => modes(&["encode", "decode"]),
        Kind::HtmlExtract => vec![json!({ "values": { "x": { "selector": "a", "all": true, "take": "html" } } })],
        Kind::HtmlToText | Kind::Markdown => vec![json!({})],
        Kind::Xml | Kind::Csv | Kind::ICalendar | Kind::Json => modes(&["parse", "format"]),
        Kind::TextTemplate => vec![json!({ "template": "{{ item.a }}-{{ index }}" })],
    }
}

fn run(
    computation: &Computation,
    left: &Value,
    right: &Value,
) -> Result<Vec<(&'static str, String)>, transforms::Error> {
    let (first, second) = (left.to_string(), right.to_string());
    let inputs = computation.kind().inputs();
    let names: Vec<&str> = inputs.iter().map(|port| port.name).collect();
    let inputs: Vec<(&str, Option<&str>)> = names
        .into_iter()
        .zip([Some(first.as_str()), Some(second.as_str())])
        .collect();
    let given = Given::default();
    let config = computation
        .config()
        .render_json(&json!({}), &given)
        .unwrap();
    let outcome = computation.run(&config, &inputs, &json!({}), &given)?;
    Ok(outcome.outputs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_input_gives_what_is_promised_or_an_error_that_says_why(left in any_json(), right in any_json(), seed: usize) {
        for kind in Kind::ALL {
            let configs = configs(*kind);
            let config = &configs[seed % configs.len()];
            let config: &Map<String, Value> = config.as_object().unwrap();
            let computation = Computation::parse(*kind, config).unwrap();
            match run(&computation, &left, &right) {
                Ok(outputs) => {
                    for (port, promised) in outputs.iter().zip(kind.outputs(config)) {
                        prop_assert_eq!(port.0, promised.name);
                        let value: Value = serde_json::from_str(&port.1).unwrap();
                        let fits = jsonschema::validator_for(&promised.schema).unwrap().is_valid(&value);
                        prop_assert!(fits, "{:?} promises {} and gives {}", kind, promised.schema, value);
                    }
                }
                Err(error) => {
                    prop_assert!(!error.message.is_empty() && !error.hint.is_empty(), "{:?}: {:?}", kind, error);
                    prop_assert!(error.code.starts_with("transform.") || error.code == "expression.failed", "{:?}", error);
                }
            }
            prop_assert_eq!(run(&computation, &left, &right), run(&computation, &left, &right), "{:?} is not repeatable", kind);
        }
    }

    #[test]
    fn any_config_is_parsed_or_refused(config in any_json(), at in 0..Kind::ALL.len()) {
        let wrapped = json!({ "fields": config, "by": config, "condition": config, "values": config, "mode": config, "key": config });
        let kind = Kind::ALL[at];
        let narrow: Map<String, Value> = {
            let schema = Value::from((kind.config_schema())());
            let known = schema["properties"].as_object().cloned().unwrap_or_default();
            wrapped.as_object().unwrap().clone().into_iter().filter(|(name, _)| known.contains_key(name)).collect()
        };
        if let Err(faults) = Computation::parse(kind, &narrow) {
            prop_assert!(!faults.is_empty());
        }
    }
}
