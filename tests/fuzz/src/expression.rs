//! Expressions: parsed and evaluated, or refused.

use crate::{Verdict, mutate, values};
use expressions::{Expression, Given, limits};
use graphs::Dice;
use serde_json::json;
use std::time::{Duration, Instant};

/// Expressions that work.
const SEEDS: [&str; 24] = [
    "input.a.b",
    "input[0].x & 'text'",
    "$sum(input.items.(price * count))",
    "$map(input.items, function($v, $i) { $v & $i })",
    "$filter([1..100], function($v) { $v % 2 = 0 })",
    "$reduce([1..50], function($a, $b) { $a * $b })",
    "($f := function($n) { $n < 2 ? $n : $f($n - 1) + $f($n - 2) }; $f(12))",
    "($f := function($n) { $f($n + 1) }; $f(0))",
    "$replace($string(input), /(a+)+$/, 'b')",
    "$match('aaaaaaaaaaaaaaaaaaaaaaaa!', /^(a+)+$/)",
    "$split($join([1..500], ','), ',')",
    "$sort(input.items, function($a, $b) { $a.p > $b.p })",
    "$merge([input, { 'z': $random() }])",
    "$each(input, function($v, $k) { $k })",
    "input.**",
    "$pad('x', 1000, 'yz')",
    "$toMillis('2026-01-01T00:00:00Z') + $millis()",
    "$fromMillis(1000000000000, '[Y0001]-[M01]')",
    "$formatNumber(12345.6, '#,##0.00')",
    "$base64encode($string(input))",
    "input ~> |a|{'b': 1}|",
    "input{a: $sum(b)}",
    "$eval('1')",
    "[1..1000].([1..1000])",
];

pub(crate) fn evaluated(dice: &mut Dice) -> Result<Verdict, String> {
    let mut source = SEEDS[dice.below(SEEDS.len())].to_owned();
    if dice.percent(40) {
        let other = SEEDS[dice.below(SEEDS.len())];
        let glue = [" + ", " & ", " ~> ", "[", "]", "(", ".", "; ", " ? ", " : "];
        source = format!("{source}{}{other}", glue[dice.below(glue.len())]);
    }
    if dice.percent(70) {
        source = String::from_utf8_lossy(&mutate::text(source, dice)).into_owned();
    }
    let began = Instant::now();
    let given = Given {
        now_ms: 1_790_000_000_000,
        seed: dice.next(),
    };
    let context = json!({ "input": values::any(dice), "item": values::any(dice), "index": 3 });
    let value = Expression::parse(&format!("{{{{ {source} }}}}"))
        .and_then(|expression| expression.eval(&context, &given));
    let took = began.elapsed();
    // The bound is a tenth of a second of its own; a machine under load gets much more.
    if took > Duration::from_millis(limits::TIME_MS * 100) {
        return Err(format!("{source:?} took {took:?}"));
    }
    match value {
        Ok(value) if value.to_string().len() > 2 * limits::OUTPUT_BYTES => Err(format!(
            "{source:?} gives {} bytes",
            value.to_string().len()
        )),
        Ok(_) => Ok(Verdict::Ended),
        Err(error) if error.to_string().is_empty() => {
            Err(format!("{source:?} is refused silently"))
        }
        Err(_) => Ok(Verdict::Refused),
    }
}
