//! Whatever text comes in, nothing panics, and reading less of the context never changes a value.

use expressions::{Given, Kind, Template};
use proptest::prelude::*;
use serde_json::{Value, json};

fn context() -> Value {
    json!({
        "input": { "a": 1, "b": [1, { "a": "x" }, null], "c": { "a": [true] } },
        "inputs": { "in": 4, "a": { "b": 2 } },
        "nodes": { "a": { "b": [1, 2] }, "b": "text" },
        "trigger": { "a": 5 },
        "run": { "id": "r" },
        "item": [3, 1],
        "index": 0,
    })
}

/// Sources that mostly parse.
fn source() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("input"),
        Just("nodes"),
        Just("inputs"),
        Just("item"),
        Just("index"),
        Just("trigger"),
        Just("run"),
        Just("$"),
        Just("$$"),
        Just("a"),
        Just("b"),
        Just("*"),
        Just("**"),
        Just("1"),
        Just("'a'"),
        Just("true"),
        Just("null"),
        Just("$v"),
        Just("nodes.a"),
        Just("inputs.a.b"),
        Just("input.b"),
        Just("%"),
        Just("$string"),
        Just("/a/"),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(a, b)| format!("{a}.{b}")),
            pair.clone().prop_map(|(a, b)| format!("{a}[{b}]")),
            pair.clone().prop_map(|(a, b)| format!("({a}; {b})")),
            pair.clone().prop_map(|(a, b)| format!("($v := {a}; {b})")),
            pair.clone().prop_map(|(a, b)| format!("{a}^({b})")),
            pair.clone()
                .prop_map(|(a, b)| format!("{{'k': {a}, 'l': {b}}}")),
            pair.clone().prop_map(|(a, b)| format!("{a}{{'k': {b}}}")),
            pair.clone().prop_map(|(a, b)| format!("[{a}, {b}]")),
            pair.clone().prop_map(|(a, b)| format!("{a}@$v.{b}")),
            pair.clone().prop_map(|(a, b)| format!("{a}#$v.{b}")),
            pair.clone()
                .prop_map(|(a, b)| format!("$map({a}, function($v) {{ {b} }})")),
            pair.clone()
                .prop_map(|(a, b)| format!("{a} ~> |{b}|{{'z': 1}}|")),
            pair.clone().prop_map(|(a, b)| format!("$lookup({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("$append({a}, {b})")),
            (
                pair.clone(),
                prop_oneof![
                    Just("&"),
                    Just("="),
                    Just("+"),
                    Just("and"),
                    Just("??"),
                    Just("in"),
                    Just("~>")
                ]
            )
                .prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            (pair, inner.clone()).prop_map(|((a, b), c)| format!("({a} ? {b} : {c})")),
            (
                inner,
                prop_oneof![
                    Just("keys"),
                    Just("string"),
                    Just("count"),
                    Just("distinct"),
                    Just("exists"),
                    Just("spread"),
                    Just("type"),
                    Just("not")
                ]
            )
                .prop_map(|(a, f)| format!("{a}.${f}()")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,60}") {
        let _ = Template::parse(&Value::String(text));
    }

    #[test]
    fn any_text_between_braces_parses_or_is_refused(text in "[ -~]{0,40}") {
        let string = format!("{{{{{text}}}}}");
        if let Ok(template) = Template::parse(&Value::String(string)) {
            let _ = template.render_json(&context(), &Given::default());
        }
    }

    #[test]
    fn reading_only_what_is_named_changes_no_value(source in source()) {
        let narrow = Template::parse(&json!([format!("{{{{ {source} }}}}")]));
        let wide = Template::parse(&json!([format!("{{{{ {source} }}}}"), "{{ $count($$) }}"]));
        if let (Ok(narrow), Ok(wide)) = (narrow, wide) {
            let first = |template: &Template| {
                let rendered = template.render(&context(), &Given::default());
                rendered.map(|values| values.get(0).cloned()).map_err(|error| error.kind)
            };
            let (narrow, wide) = (first(&narrow), first(&wide));
            // Which of two slow ones is in time says nothing of what they read.
            let late = [&narrow, &wide].contains(&&Err(Kind::Late));
            if !late {
                prop_assert_eq!(narrow.ok(), wide.ok());
            }
        }
    }

    #[test]
    fn what_is_rendered_is_json(source in source(), text in "\\PC{0,10}") {
        let template = json!({ "a": format!("{{{{ {source} }}}}"), "b": [format!("{}{{{{ {source} }}}}", text.replace("{{", ""))] });
        let render = |template: Template| template.render_json(&context(), &Given::default()).ok();
        if let Some(json) = Template::parse(&template).ok().and_then(render) {
            prop_assert!(serde_json::from_str::<Value>(&json).is_ok(), "{}", json);
        }
    }
}
