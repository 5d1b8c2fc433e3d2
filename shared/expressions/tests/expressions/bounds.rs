//! Nothing that an expression does runs or grows without end.

use expressions::{Context, Expression, Given, Kind, Reference, Template, limits};
use serde_json::json;
use std::{borrow::Cow, time::Instant};

/// A context in which every name has the same value.
struct Text(String);

impl Context for Text {
    fn json(&self, _: &Reference) -> Option<Cow<'_, str>> {
        Some((&self.0).into())
    }

    fn all(&self) -> Vec<Reference> {
        vec![Reference::Input]
    }
}

fn outcome(source: &str) -> Result<serde_json::Value, expressions::Error> {
    let context = json!({ "input": { "text": "x".repeat(100_000), "n": 1 } });
    Expression::parse(&format!("{{{{ {source} }}}}"))?.eval(&context, &Given::default())
}

/// Each ends as a limit, in well under two seconds even in a debug build on a busy machine.
#[test]
fn endless_and_growing_expressions_stop() {
    for source in [
        "($f := function($n) { $f($n + 1) }; $f(0))",
        "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
        "($f := function($s) { $f($s & $s) }; $f(input.text))",
        "($a := input.text; $b := $a & $a & $a & $a; $c := $b & $b & $b & $b; $c & $c & $c & $c)",
        "[1..100000000]",
        "[1..200000].($)",
        "$pad('x', 300000000)",
        "$pad('x', -300000000)",
        "$replace(input.text, '', input.text)",
        "$replace(input.text, 'x', input.text)",
        "$replace(input.text, /x/, input.text)",
        "input.text ~> $replace('x', input.text)",
        "$join([1..90000].('a'), input.text)",
        "[1..90000].('a') ~> $join(input.text)",
        "($f := function($x, $n) { $n = 0 ? $x : $f([$x, $x], $n - 1) }; $string($f([[1], [1]], 60)))",
        "($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $string($f({}, 60)))",
        "($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $f({}, 60) & 'x' & $f({}, 60))",
        "($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $f({}, 60) = $f({}, 60))",
        "($f := function($x, $n) { $n = 0 ? $x : $f([[$x, $x]], $n - 1) }; $boolean($f([false, false], 60)))",
        "($f := function($x, $n) { $n = 0 ? $x : $f([[$x, $x]], $n - 1) }; $f([false, false], 60) ? 1 : 2)",
        "($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $distinct([$f({}, 60), $f({}, 60)]))",
    ] {
        let start = Instant::now();
        let result = outcome(source);
        assert!(
            start.elapsed().as_millis() < 2_000,
            "{source}: {:?}",
            start.elapsed()
        );
        match result {
            Err(error) => assert!(
                matches!(error.kind, Kind::Limit | Kind::Late),
                "{source}: {error}"
            ),
            Ok(value) => panic!("{source} gave {} bytes", value.to_string().len()),
        }
    }
}

#[test]
fn a_shared_value_that_would_be_huge_is_not_written() {
    let template = Template::parse(&json!(
        "{{ ($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $f({}, 60)) }}"
    ))
    .unwrap();
    let error = template.render(&json!({}), &Given::default()).unwrap_err();
    assert_eq!(error.kind, Kind::Limit, "{error}");
}

#[test]
fn distinct_takes_no_quadratic_time() {
    let start = Instant::now();
    assert_eq!(
        outcome("$count($distinct([1..90000]))").unwrap(),
        json!(90_000)
    );
    assert!(start.elapsed().as_millis() < 2_000, "{:?}", start.elapsed());
}

#[test]
fn a_context_over_the_bound_is_not_read() {
    let large = format!("\"{}\"", "x".repeat(limits::INPUT_BYTES));
    let expression = Expression::parse("{{ $length(input) }}").unwrap();
    let error = expression
        .eval(&Text(large), &Given::default())
        .unwrap_err();
    assert_eq!(error.kind, Kind::Limit);
    assert!(
        error.to_string().contains("exceed 4194304 bytes"),
        "{error}"
    );
}

#[test]
fn a_long_source_is_refused_when_it_is_saved() {
    let source = format!("{{{{ {} }}}}", "1 + ".repeat(limits::SOURCE_BYTES));
    assert_eq!(Expression::parse(&source).unwrap_err().kind, Kind::Limit);
}

#[test]
fn deep_sources_and_deep_values_do_not_overflow_the_stack() {
    for source in [
        format!("{{{{ {}1{} }}}}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(900), "]".repeat(900)),
        format!("{{{{ 1{} }}}}", "+1".repeat(7_000)),
        format!("{{{{ a{} }}}}", ".a".repeat(7_000)),
        format!("{{{{ {}1 }}}}", "-".repeat(7_000)),
        format!("{{{{ {} }}}}", "input & ".repeat(900) + "input"),
    ] {
        if let Ok(expression) = Expression::parse(&source) {
            let _ = expression.eval(&json!({ "input": {} }), &Given::default());
        }
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let expression = Expression::parse("{{ $count(input) }}").unwrap();
    assert!(expression.eval(&Text(deep), &Given::default()).is_err());
}
