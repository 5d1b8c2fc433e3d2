//! Every expression of `golden.json` gives what the reference implementation gives.
//!
//! The values were made once by npm `jsonata` 2.2.2; a change of the engine's version shows here first.

use expressions::{Expression, Given, Template};
use serde_json::{Value, json};

fn golden() -> (Value, Vec<Value>) {
    let golden: Value = serde_json::from_str(include_str!("golden.json")).unwrap();
    (
        golden["context"].clone(),
        golden["cases"].as_array().unwrap().clone(),
    )
}

/// Equal as JSON, where 2 and 2.0 are one number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[test]
fn every_expression_gives_what_the_reference_gives() {
    let (context, cases) = golden();
    let given = Given::default();
    let mut wrong = Vec::new();
    for case in &cases {
        let source = case["expression"].as_str().unwrap();
        let text = format!("{{{{ {source} }}}}");
        let result = Expression::parse(&text).and_then(|e| e.eval(&context, &given));
        let right = match (&result, case.get("error").and_then(Value::as_str)) {
            (Ok(value), None) => same(value, &case["value"]),
            (Err(error), Some(code)) => error.message.starts_with(code),
            _ => false,
        };
        if !right {
            wrong.push(format!("{source}: {result:?}, expected {case}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reading_only_what_is_named_changes_no_value() {
    let (context, cases) = golden();
    let given = Given::default();
    for case in &cases {
        let source = case["expression"].as_str().unwrap();
        let hole = format!("{{{{ {source} }}}}");
        let narrow = Template::parse(&json!([hole])).unwrap();
        let wide = Template::parse(&json!([hole, "{{ $count($$) }}"])).unwrap();
        let first = |template: &Template| Some(template.render(&context, &given).ok()?[0].clone());
        assert_eq!(first(&narrow), first(&wide), "{source}");
    }
}

#[test]
fn a_template_keeps_the_type_of_every_expression() {
    let (context, cases) = golden();
    let given = Given::default();
    for case in cases.iter().filter(|case| case.get("error").is_none()) {
        let source = case["expression"].as_str().unwrap();
        let template = Template::parse(&json!({ "v": format!("{{{{{source}}}}}") })).unwrap();
        let rendered = template.render(&context, &given).unwrap();
        assert!(same(&rendered["v"], &case["value"]), "{source}: {rendered}");
    }
}
