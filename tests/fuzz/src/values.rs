//! Values that programs find strange.

use graphs::Dice;
use serde_json::{Map, Value, json};

/// Texts that mean something somewhere.
const TEXTS: [&str; 28] = [
    "",
    " ",
    "0",
    "-0.0",
    "null",
    "\u{0}",
    "\u{feff}",
    "é\u{301}\u{202e}",
    "😀",
    "n1",
    "in",
    "out",
    "error",
    "item",
    "next",
    "/",
    "~1",
    "../..",
    "{{",
    "}}",
    "{{ }}",
    "{{ input }}",
    "{{ nodes.n1 }}",
    "{{ item + index }}",
    "a {{ $string(input) }} b {{ $random() }}",
    "{{ [1..100000] }}",
    "{{ $map([1..3000], function($v) { $v & input }) }}",
    "{{ input.**.* }}",
];

const NUMBERS: [&str; 12] = [
    "0",
    "-1",
    "1",
    "2",
    "7",
    "100",
    "65536",
    "18446744073709551615",
    "-9223372036854775808",
    "1e308",
    "-1e-308",
    "0.1",
];

/// A value of any kind.
pub(crate) fn any(dice: &mut Dice) -> Value {
    match dice.below(24) {
        0 | 1 => Value::Null,
        2 => json!(true),
        3 => json!(false),
        4..8 => number(dice),
        8..16 => json!(text(dice)),
        16 => deep(dice),
        17 => json!("x".repeat(dice.below(300_000))),
        18 => Value::Array(vec![json!(1); dice.below(20_000)]),
        19..21 => {
            let count = dice.below(5);
            (0..count).map(|_| any(dice)).collect()
        }
        _ => {
            let count = dice.below(5);
            let fields = (0..count).map(|_| (text(dice).to_owned(), any(dice)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
    }
}

pub(crate) fn text(dice: &mut Dice) -> &'static str {
    TEXTS[dice.below(TEXTS.len())]
}

fn number(dice: &mut Dice) -> Value {
    let text = NUMBERS[dice.below(NUMBERS.len())];
    serde_json::from_str(text).unwrap_or_default()
}

/// As deep as JSON is read.
fn deep(dice: &mut Dice) -> Value {
    let depth = dice.below(120);
    let mut value = json!("end");
    for level in 0..depth {
        value = match level % 2 {
            0 => json!([value]),
            _ => json!({ "a": value }),
        };
    }
    value
}
