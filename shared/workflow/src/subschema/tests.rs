use super::*;
use proptest::prelude::*;
use serde_json::json;

fn verdict(sub: &Value, sup: &Value) -> &'static str {
    match check(sub, sup) {
        Verdict::Proven => "proven",
        Verdict::Unknown(_) => "unknown",
        Verdict::Refuted(_) => "refuted",
    }
}

#[test]
fn what_is_known_is_decided() {
    let string = json!({ "type": "string" });
    let object = |name: &str, schema: Value, required: bool| {
        let required: Vec<&str> = if required { vec![name] } else { vec![] };
        json!({ "type": "object", "properties": { name: schema }, "required": required })
    };
    let cases = [
        (string.clone(), json!({}), "proven"),
        (json!({}), string.clone(), "unknown"),
        (
            string.clone(),
            json!({ "type": ["string", "null"] }),
            "proven",
        ),
        (
            json!({ "type": ["string", "null"] }),
            string.clone(),
            "refuted",
        ),
        (
            json!({ "type": "integer" }),
            json!({ "type": "number" }),
            "proven",
        ),
        (
            json!({ "type": "number" }),
            json!({ "type": "integer" }),
            "refuted",
        ),
        (
            json!({ "const": 2.0 }),
            json!({ "type": "integer" }),
            "proven",
        ),
        (
            json!({ "enum": ["a", "b"] }),
            json!({ "enum": ["a", "b", "c"] }),
            "proven",
        ),
        (
            json!({ "enum": ["a", "d"] }),
            json!({ "enum": ["a", "b"] }),
            "refuted",
        ),
        (string.clone(), json!({ "enum": ["a"] }), "refuted"),
        (
            json!({ "type": "boolean" }),
            json!({ "enum": [true, false] }),
            "proven",
        ),
        (
            json!({ "type": "integer", "exclusiveMinimum": 0 }),
            json!({ "type": "number", "minimum": 1 }),
            "proven",
        ),
        (
            json!({ "type": "number", "minimum": 0 }),
            json!({ "type": "number", "exclusiveMinimum": 0 }),
            "refuted",
        ),
        (
            json!({ "type": "string", "maxLength": 5 }),
            json!({ "type": "string", "maxLength": 9 }),
            "proven",
        ),
        (
            json!({ "type": "string", "pattern": "^a" }),
            string.clone(),
            "proven",
        ),
        (
            string.clone(),
            json!({ "type": "string", "pattern": "^a" }),
            "unknown",
        ),
        (
            json!({ "type": "array" }),
            json!({ "type": "array", "items": string }),
            "unknown",
        ),
        (
            json!({ "type": "array", "items": string }),
            json!({ "type": "array" }),
            "proven",
        ),
        (
            json!({ "type": "array", "items": { "type": "number" } }),
            json!({ "type": "array", "items": string }),
            "refuted",
        ),
        (
            json!({ "type": "array", "prefixItems": [string], "maxItems": 1 }),
            json!({ "type": "array", "items": string }),
            "proven",
        ),
        (
            object("a", string.clone(), true),
            object("a", string.clone(), false),
            "proven",
        ),
        (
            object("a", string.clone(), false),
            object("a", string.clone(), true),
            "refuted",
        ),
        (
            json!({ "type": "object" }),
            object("a", json!({}), true),
            "unknown",
        ),
        (
            object("a", json!({ "type": "null" }), true),
            object("a", string.clone(), true),
            "refuted",
        ),
        (
            json!({ "anyOf": [string, { "type": "null" }] }),
            json!({ "type": ["null", "string", "number"] }),
            "proven",
        ),
        (
            json!({ "allOf": [string, { "minLength": 3 }] }),
            json!({ "type": "string", "minLength": 2 }),
            "proven",
        ),
        (
            json!({ "$ref": "#/$defs/s", "$defs": { "s": string } }),
            string.clone(),
            "proven",
        ),
        (
            string.clone(),
            json!({ "$ref": "#/$defs/s", "$defs": { "s": { "type": "string" } } }),
            "proven",
        ),
        (
            string.clone(),
            json!({ "not": { "const": "a" } }),
            "unknown",
        ),
        (json!(false), string.clone(), "proven"),
        (string, json!(false), "refuted"),
    ];
    for (sub, sup, expected) in cases {
        assert_eq!(
            verdict(&sub, &sup),
            expected,
            "{sub} within {sup}: {:?}",
            check(&sub, &sup)
        );
    }
}

#[test]
fn a_finding_names_the_place() {
    let sub = json!({ "type": "object", "properties": { "from": { "type": "array", "items": { "type": "object", "properties": { "name": { "type": "number" } } } } } });
    let sup = json!({ "type": "object", "properties": { "from": { "type": "array", "items": { "type": "object", "properties": { "name": { "type": "string" } } } } } });
    let Verdict::Refuted(finding) = check(&sub, &sup) else {
        panic!("{:?}", check(&sub, &sup));
    };
    assert_eq!(finding.path, "from[].name");
    assert_eq!(finding.reason, "it may be a number, expected a string");
}

#[test]
fn recursive_schemas_end() {
    let tree = |leaf: &str| {
        json!({
            "$ref": "#/$defs/tree",
            "$defs": { "tree": { "type": "object", "properties": {
                "value": { "type": leaf }, "left": { "$ref": "#/$defs/tree" }, "right": { "$ref": "#/$defs/tree" },
            } } },
        })
    };
    assert_eq!(verdict(&tree("integer"), &tree("string")), "refuted");
    assert_ne!(verdict(&tree("integer"), &tree("number")), "refuted");
    let wild = json!({ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }, { "$ref": "#" }], "allOf": [{ "$ref": "#" }, { "$ref": "#" }] });
    assert_eq!(verdict(&wild, &json!({ "type": "string" })), "unknown");
    assert_eq!(verdict(&json!({ "type": "string" }), &wild), "unknown");
}

fn schema() -> impl Strategy<Value = Value> {
    let small = || 0..4_u8;
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(true)),
        Just(json!(false)),
        prop::sample::subsequence(
            vec![
                "null", "boolean", "number", "integer", "string", "array", "object"
            ],
            1..4
        )
        .prop_map(|types| json!({ "type": types })),
        (small(), small())
            .prop_map(|(a, b)| json!({ "type": "number", "minimum": a, "exclusiveMaximum": b })),
        (small(), small())
            .prop_map(|(a, b)| json!({ "type": "integer", "exclusiveMinimum": a, "maximum": b })),
        (small(), small())
            .prop_map(|(a, b)| json!({ "type": "string", "minLength": a, "maxLength": b })),
        prop::collection::vec(value(), 1..4).prop_map(|values| json!({ "enum": values })),
        value().prop_map(|value| json!({ "const": value })),
        Just(json!({ "multipleOf": 2 })),
        Just(json!({ "not": { "type": "string" } })),
        Just(json!({ "type": "string", "pattern": "^a" })),
    ];
    leaf.prop_recursive(3, 20, 3, move |inner| {
        let name = || prop_oneof![Just("a"), Just("b")];
        prop_oneof![
            (prop::collection::btree_map(name(), inner.clone(), 0..3), prop::collection::btree_set(name(), 0..3), prop::option::of(inner.clone()))
                .prop_map(|(properties, required, additional)| {
                    let mut schema = json!({ "type": "object", "properties": properties, "required": required });
                    if let Some(additional) = additional {
                        schema["additionalProperties"] = additional;
                    }
                    schema
                }),
            (prop::collection::vec(inner.clone(), 1..3), prop::option::of(inner.clone()), small(), small())
                .prop_map(|(prefix, items, min, max)| {
                    let mut schema = json!({ "type": "array", "prefixItems": prefix, "minItems": min, "maxItems": max });
                    if let Some(items) = items {
                        schema["items"] = items;
                    }
                    schema
                }),
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "anyOf": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "oneOf": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "allOf": all })),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({ "allOf": [a], "anyOf": [b] })),
            inner.clone().prop_map(|a| json!({ "properties": { "a": a }, "minProperties": 1 })),
            (inner.clone(), inner).prop_map(|(a, b)| json!({ "patternProperties": { "^a": a }, "additionalProperties": b })),
        ]
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-1..5_i64).prop_map(Value::from),
        Just(json!(0.5)),
        Just(json!(2.0)),
        prop_oneof![Just(""), Just("a"), Just("ab"), Just("bcd")].prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(prop_oneof![Just("a"), Just("b"), Just("c")], inner, 0..3)
                .prop_map(|map| json!(map)),
        ]
    })
}

/// A schema and one that was made from it by widening it somewhere, so that many pairs are related.
fn related() -> impl Strategy<Value = (Value, Value)> {
    (schema(), schema(), 0..5_u8).prop_map(|(a, b, how)| match how {
        0 => (a.clone(), json!({ "anyOf": [a, b] })),
        1 => (json!({ "allOf": [a, b.clone()] }), b),
        2 => (json!({ "type": "array", "items": a }), json!({ "type": "array", "items": { "anyOf": [b, a] } })),
        3 => (
            json!({ "type": "object", "properties": { "a": a, "b": b }, "required": ["a", "b"], "additionalProperties": false }),
            json!({ "type": "object", "properties": { "a": a }, "required": ["a"] }),
        ),
        _ => (a, b),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn an_accepted_edge_lets_no_wrong_value_through((sub, sup) in related(), values in prop::collection::vec(value(), 30)) {
        if check(&sub, &sup) == Verdict::Proven {
            let narrow = jsonschema::validator_for(&sub).unwrap();
            let wide = jsonschema::validator_for(&sup).unwrap();
            for value in values {
                prop_assert!(!narrow.is_valid(&value) || wide.is_valid(&value), "{} passes {} and not {}", value, sub, sup);
            }
        }
    }

    #[test]
    fn any_json_as_a_schema_is_compared_without_a_panic(a in any_json(), b in any_json(), s in schema()) {
        let _ = (check(&a, &b), check(&a, &s), check(&s, &b));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let keyword = prop_oneof![
        Just("type"),
        Just("enum"),
        Just("const"),
        Just("items"),
        Just("prefixItems"),
        Just("properties"),
        Just("required"),
        Just("anyOf"),
        Just("oneOf"),
        Just("allOf"),
        Just("$ref"),
        Just("minimum"),
        Just("additionalProperties"),
        Just("maxLength"),
        Just("$defs"),
        Just("$id"),
    ];
    let leaf = prop_oneof![
        Just(json!("#")),
        Just(json!("#/items")),
        Just(json!("string")),
        Just(json!(1e300)),
        Just(json!(-3)),
        Just(json!(null)),
        Just(json!(true)),
    ];
    leaf.prop_recursive(4, 30, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keyword.clone(), inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}
