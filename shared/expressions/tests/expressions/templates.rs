//! What `{{ … }}` means inside JSON, and what its errors say.

use expressions::{Expression, Given, Kind, Template};
use serde_json::{Value, json};

const GIVEN: Given = Given {
    now_ms: 1_510_067_557_121,
    seed: 7,
};

fn context() -> Value {
    json!({
        "input": { "name": "Ada", "n": 3, "list": [1, 2], "none": null },
        "nodes": { "a": { "x": [5] }, "b-c": 9_007_199_254_740_993_i64 },
        "trigger": { "type": "manual" },
    })
}

fn render(template: &Value) -> Value {
    Template::parse(template)
        .unwrap()
        .render(&context(), &GIVEN)
        .unwrap()
}

fn parse_error(string: &str) -> expressions::Error {
    let mut errors = Template::parse(&json!({ "a": [0, string] })).unwrap_err();
    assert_eq!(errors.len(), 1);
    errors.remove(0)
}

#[test]
fn a_string_that_is_one_expression_keeps_the_type() {
    assert_eq!(render(&json!("{{ input.n }}")), json!(3));
    assert_eq!(render(&json!("{{input.list}}")), json!([1, 2]));
    assert_eq!(render(&json!("{{ input.missing }}")), json!(null));
    assert_eq!(
        render(&json!({ "a": ["{{ nodes.a.x }}"] })),
        json!({ "a": [[5]] })
    );
}

#[test]
fn parts_are_concatenated() {
    assert_eq!(
        render(&json!(
            "Hi {{ input.name }}, {{ input.n }} of {{ input.list }}{{ input.none }}{{ input.gone }}!"
        )),
        json!("Hi Ada, 3 of [1,2]!")
    );
    assert_eq!(render(&json!(" {{ input.n }}")), json!(" 3"));
    assert_eq!(render(&json!("{{ input.n }}{{ input.n }}")), json!("33"));
}

#[test]
fn constants_stay_as_they_are() {
    let value = json!({ "a": [1, 2.5, true, null, "text } {", { "é\"": "\u{1}" }], "b": "{ {" });
    let template = Template::parse(&value).unwrap();
    assert!(template.is_constant());
    assert_eq!(template.render(&json!({}), &GIVEN).unwrap(), value);
}

#[test]
fn braces_inside_an_expression_belong_to_it() {
    assert_eq!(
        render(&json!(r#"{{ {"a": {"b": 1}} }}"#)),
        json!({ "a": { "b": 1 } })
    );
    assert_eq!(
        render(&json!(r#"{{{"a": {"b": 1}}}}"#)),
        json!({ "a": { "b": 1 } })
    );
    assert_eq!(
        render(&json!(r#"{{ "}}" & input.n }} and {{ "{{" }}"#)),
        json!("}}3 and {{")
    );
    assert_eq!(render(&json!("{{ input.n /* }} */ }}")), json!(3));
}

#[test]
fn a_value_that_is_copied_whole_keeps_every_digit() {
    assert_eq!(
        render(&json!({ "id": "{{ nodes.`b-c` }}" })),
        json!({ "id": 9_007_199_254_740_993_i64 })
    );
}

#[test]
fn time_and_chance_come_from_what_is_given() {
    let template = json!({
        "now": "{{ $now() }}",
        "day": "{{ $now('[Y0001]-[M01]-[D01]') }}",
        "millis": "{{ $millis() }}",
        "each": "{{ $map([1, 2], function($i) { $now() }) }}",
        "random": "{{ [$random(), $random()] }}",
        "shuffle": "{{ $shuffle([1..20]) }}",
    });
    let template = Template::parse(&template).unwrap();
    let value = template.render(&context(), &GIVEN).unwrap();
    assert_eq!(value["now"], "2017-11-07T15:12:37.121Z");
    assert_eq!(value["day"], "2017-11-07");
    assert_eq!(value["millis"], 1_510_067_557_121_i64);
    assert_eq!(value["each"][1], value["now"]);
    assert_ne!(value["random"][0], value["random"][1]);
    assert_ne!(value["shuffle"], json!((1..=20).collect::<Vec<_>>()));
    assert_eq!(value, template.render(&context(), &GIVEN).unwrap());
    let other = Given { seed: 8, ..GIVEN };
    assert_ne!(
        value["random"],
        template.render(&context(), &other).unwrap()["random"]
    );
}

#[test]
fn references_name_what_is_read() {
    let template = Template::parse(&json!({
        "a": "{{ nodes.a.x[$ > nodes.q] & inputs.left }}",
        "b": ["{{ $map(input.list, function($v) { $v * index }) }}"],
        "c": "{{ $$.run.id }} {{ $.item.nodes.x }}",
    }))
    .unwrap();
    let named: Vec<String> = template
        .references()
        .named()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        named,
        ["input", "inputs.left", "nodes.a", "run", "item", "index"]
    );
    assert!(!template.references().is_open());
}

#[test]
fn references_are_open_when_names_are_computed() {
    for source in [
        "$$",
        "nodes.*",
        "$lookup(nodes, 'a')",
        "$keys()",
        "**",
        "input@$i.nodes",
        "$lookup('nodes')",
    ] {
        let expression = Expression::parse(&format!("{{{{ {source} }}}}")).unwrap();
        assert!(expression.references().is_open(), "{source}");
    }
    let expression = Expression::parse("{{ inptu.name & $x }}").unwrap();
    assert_eq!(
        expression.references().unknown().collect::<Vec<_>>(),
        ["inptu"]
    );
}

#[test]
fn a_condition_must_give_a_boolean() {
    let holds = |text: &str| {
        Expression::parse(text)
            .unwrap()
            .eval_bool(&context(), &GIVEN)
    };
    assert_eq!(holds("{{ input.n > 2 }}"), Ok(true));
    assert_eq!(holds("{{ input.gone = 1 }}"), Ok(false));
    let error = holds("{{ input.name }}").unwrap_err();
    assert_eq!(error.kind, Kind::Type);
    assert!(
        error
            .to_string()
            .contains("must give true or false, not a string (in `input.name`")
    );
    assert!(
        Expression::parse("input.n > 2")
            .unwrap_err()
            .hint
            .contains("{{")
    );
    assert!(Expression::parse("a {{ input.n > 2 }}").is_err());
}

#[test]
fn a_syntax_error_says_where() {
    for (string, position) in [
        ("{{ input.n + }}", 13),
        ("{{ input n }}", 9),
        ("é {{ a }} {{ b c }}", 15),
        ("{{ }}", 3),
        ("{{ \"abc }}", 8),
        ("{{ $sum(input.list }}", 19),
        ("{{ [1, 2 }}", 9),
    ] {
        let error = parse_error(string);
        assert_eq!(error.kind, Kind::Parse, "{string}");
        assert_eq!(error.pointer, "/a/1", "{string}");
        assert_eq!(error.position, position, "{string}: {error}");
        assert!(!error.hint.is_empty(), "{string}");
    }
    assert_eq!(
        parse_error("text {{ open").message,
        "the expression is not closed"
    );
}

#[test]
fn all_faulty_expressions_are_named_at_once() {
    let errors = Template::parse(&json!({ "a/b": "{{ ( }}", "c": ["{{ ) }}"], "d": "{{ 1 }}" }));
    let pointers: Vec<String> = errors.unwrap_err().into_iter().map(|e| e.pointer).collect();
    assert_eq!(pointers, ["/a~1b", "/c/0"]);
}

#[test]
fn keys_cannot_hold_expressions() {
    let errors = Template::parse(&json!({ "{{ input.n }}": 1 })).unwrap_err();
    assert_eq!(errors[0].message, "a key cannot hold an expression");
}

#[test]
fn what_cannot_be_bounded_is_refused_when_it_is_saved() {
    for (source, part) in [
        ("$eval('1')", "$eval is not available"),
        ("$map(['1'], $eval)", "$eval is not available"),
        ("($e := $eval; 1)", "$eval is not available"),
        ("($string := 1; 2)", "$string is a built-in function"),
        ("function($now) { $now }", "$now is a built-in function"),
        (
            "$uppercase ~> $replace('a', 'b')",
            "$replace cannot be part of a chain",
        ),
    ] {
        let error = parse_error(&format!("{{{{ {source} }}}}"));
        assert!(error.message.contains(part), "{source}: {error}");
    }
}

#[test]
fn an_evaluation_error_says_what_and_where() {
    let template = Template::parse(&json!({ "a": "x {{ input.name * 2 }}" })).unwrap();
    let error = template.render(&context(), &GIVEN).unwrap_err();
    assert_eq!(
        (error.kind, error.pointer.as_str(), error.position),
        (Kind::Evaluation, "/a", 4)
    );
    assert_eq!(error.expression, "input.name * 2");
    assert!(error.hint.contains("$number"), "{}", error.hint);
    let function = Expression::parse("{{ $sum }}")
        .unwrap()
        .eval(&context(), &GIVEN);
    assert_eq!(function.unwrap_err().kind, Kind::Type);
}
