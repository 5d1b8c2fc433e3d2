use crate::testing::{outputs, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

fn merged(config: Value, left: Value, right: Value) -> Value {
    let inputs = [("left", left), ("right", right)];
    outputs("merge", config, &inputs).unwrap()["out"].take()
}

fn refused(config: Value, left: Value, right: Value) -> (&'static str, String) {
    let error = outputs("merge", config, &[("left", left), ("right", right)]).unwrap_err();
    (error.code, error.message)
}

#[test]
fn lists_are_appended() {
    assert_eq!(
        merged(
            json!({ "mode": "append" }),
            json!([1, "a"]),
            json!({ "b": 2 })
        ),
        json!([1, "a", { "b": 2 }])
    );
    assert_eq!(
        merged(json!({ "mode": "append" }), json!([]), json!(null)),
        json!([])
    );
}

#[test]
fn joins_by_key_keep_what_they_say() {
    let left = json!([{ "id": 1, "l": "a" }, { "id": 2, "l": "b" }, { "id": null, "l": "c" }, { "l": "d" }]);
    let right = json!([{ "id": 2.0, "r": "x" }, { "id": 3, "r": "y" }, { "id": null, "r": "z" }, { "id": 2, "r": "w" }]);
    let both = [
        json!({ "id": 2.0, "l": "b", "r": "x" }),
        json!({ "id": 2, "l": "b", "r": "w" }),
    ];
    let (only_left, only_right) = (
        [
            json!({ "id": 1, "l": "a" }),
            json!({ "id": null, "l": "c" }),
            json!({ "l": "d" }),
        ],
        [
            json!({ "id": 3, "r": "y" }),
            json!({ "id": null, "r": "z" }),
        ],
    );
    let joined = |join: &str| {
        let config = json!({ "mode": "by_key", "left_key": "id", "join": join });
        merged(config, left.clone(), right.clone())
            .as_array()
            .unwrap()
            .clone()
    };
    assert_eq!(joined("inner"), both);
    assert_eq!(
        joined("left"),
        [&only_left[..1], &both, &only_left[1..]].concat()
    );
    assert_eq!(joined("right"), [&both[..], &only_right].concat());
    assert_eq!(
        joined("full"),
        [&only_left[..1], &both, &only_left[1..], &only_right].concat()
    );
    assert_eq!(joined("anti"), only_left);
}

#[test]
fn keys_may_be_computed_and_differ() {
    let config = json!({ "mode": "by_key", "left_key": "{{ $lowercase(item.mail) }}", "right_key": "address.mail" });
    let found = merged(
        config,
        json!([{ "mail": "A@X" }]),
        json!([{ "address": { "mail": "a@x" } }]),
    );
    assert_eq!(
        found,
        json!([{ "mail": "A@X", "address": { "mail": "a@x" } }])
    );
}

#[test]
fn lists_meet_by_position() {
    let config = |join: &str| json!({ "mode": "by_position", "join": join });
    let (left, right) = (json!([{ "a": 1 }, { "a": 2 }]), json!([{ "b": 1 }]));
    assert_eq!(
        merged(config("inner"), left.clone(), right.clone()),
        json!([{ "a": 1, "b": 1 }])
    );
    assert_eq!(
        merged(config("full"), left.clone(), right.clone()),
        json!([{ "a": 1, "b": 1 }, { "a": 2 }])
    );
    assert_eq!(
        merged(config("right"), right, left),
        json!([{ "b": 1, "a": 1 }, { "a": 2 }])
    );
}

#[test]
fn the_rule_for_clashes_decides() {
    let (left, right) = (
        json!([{ "k": 1, "v": "l", "v_right": 0 }]),
        json!([{ "k": 1, "v": "r" }]),
    );
    let found = |clash: &str| {
        merged(
            json!({ "mode": "by_position", "clash": clash }),
            left.clone(),
            right.clone(),
        )[0]
        .take()
    };
    assert_eq!(found("right"), json!({ "k": 1, "v": "r", "v_right": 0 }));
    assert_eq!(found("left"), json!({ "k": 1, "v": "l", "v_right": 0 }));
    assert_eq!(
        found("both"),
        json!({ "k": 1, "v": "l", "v_right": 0, "v_right_right": "r" })
    );
    assert_eq!(
        refused(
            json!({ "mode": "by_position", "clash": "refuse" }),
            left.clone(),
            right.clone()
        ),
        (
            "transform.field_clash",
            "item 0 of `left` and item 0 of `right` differ in `v`".to_owned()
        )
    );
}

#[test]
fn what_cannot_be_merged_is_named() {
    assert!(parse("merge", json!({ "mode": "by_key" })).is_err());
    let config = json!({ "mode": "by_position" });
    assert_eq!(
        refused(config, json!([{}]), json!([{}, "x"])),
        (
            "transform.no_object",
            "`right`: item 1 is a text, not an object with fields".to_owned()
        )
    );
    let config = json!({ "mode": "by_key", "left_key": "k" });
    let same = json!(vec![json!({ "k": 1 }); 101]);
    assert_eq!(
        refused(config, same.clone(), same).0,
        "transform.too_many_items"
    );
}

proptest! {
    #[test]
    fn a_full_join_has_every_item(
        left in prop::collection::vec(prop::option::of(0_u8..6), 0..12),
        right in prop::collection::vec(prop::option::of(0_u8..6), 0..12),
    ) {
        let list = |side: &str, keys: &[Option<u8>]| -> Value {
            keys.iter().enumerate().map(|(at, key)| json!({ "key": key, side: at })).collect()
        };
        let config = json!({ "mode": "by_key", "left_key": "key", "join": "full" });
        let rows = merged(config, list("l", &left), list("r", &right));
        let rows = rows.as_array().unwrap();
        for (side, keys) in [("l", &left), ("r", &right)] {
            for (at, key) in keys.iter().enumerate() {
                prop_assert!(rows.iter().any(|row| row[side] == json!(at) && row["key"] == json!(key)));
            }
        }
        let matches = |key: &Option<u8>, others: &[Option<u8>]| others.iter().filter(|o| key.is_some() && *o == key).count();
        let expected: usize = left.iter().map(|key| matches(key, &right).max(1)).sum::<usize>()
            + right.iter().filter(|key| matches(key, &left) == 0).count();
        prop_assert_eq!(rows.len(), expected);
    }
}
