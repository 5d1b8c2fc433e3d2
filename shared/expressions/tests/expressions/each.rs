//! Templates over a list, item by item.

use expressions::{Context, Each, Given, Kind, Reference, Template};
use serde_json::{Value, json};
use std::{borrow::Cow, cell::Cell};

fn all(template: Value, items: &[Value], context: &dyn Context) -> Vec<Value> {
    let template = Template::parse(&template).unwrap();
    let given = Given::default();
    let mut each = Each::new([&template], context, &given);
    let mut rendered = Vec::new();
    for (index, item) in items.iter().enumerate() {
        each.enter(item, index).unwrap();
        rendered.push(each.render(&template).unwrap());
    }
    rendered
}

#[test]
fn item_and_index_are_the_element_and_hide_those_of_a_loop() {
    let context = json!({ "item": "outer", "index": 9, "input": { "rate": 2 } });
    let found = all(
        json!({ "n": "{{ item.n * input.rate }}", "at": "{{ index }}", "whole": "{{ item }}", "fixed": 1 }),
        &[json!({ "n": 1 }), json!({ "n": 21 }), json!({})],
        &context,
    );
    assert_eq!(
        found,
        [
            json!({ "n": 2, "at": 0, "whole": { "n": 1 }, "fixed": 1 }),
            json!({ "n": 42, "at": 1, "whole": { "n": 21 }, "fixed": 1 }),
            json!({ "n": null, "at": 2, "whole": {}, "fixed": 1 }),
        ]
    );
}

#[test]
fn expressions_that_take_the_whole_root_see_the_element_too() {
    let found = all(
        json!("{{ $$.item & $string($$.index) }}"),
        &[json!("a"), json!("b")],
        &json!({ "item": "outer" }),
    );
    assert_eq!(found, [json!("a0"), json!("b1")]);
}

#[test]
fn an_item_that_fails_does_not_stop_the_next() {
    let template = Template::parse(&json!("{{ item + 1 }}")).unwrap();
    let (context, given) = (json!({}), Given::default());
    let mut each = Each::new([&template], &context, &given);
    each.enter(&json!("x"), 0).unwrap();
    assert_eq!(each.render(&template).unwrap_err().kind, Kind::Evaluation);
    each.enter(&json!(1), 1).unwrap();
    assert_eq!(each.render(&template).unwrap(), json!(2));
}

/// Counts how often it is asked.
struct Counted(Cell<u32>);

impl Context for Counted {
    fn json(&self, _: &Reference) -> Option<Cow<'_, str>> {
        self.0.set(self.0.get() + 1);
        Some(Cow::Borrowed("[1, 2]"))
    }

    fn all(&self) -> Vec<Reference> {
        Vec::new()
    }
}

#[test]
fn what_all_items_read_is_read_once() {
    let context = Counted(Cell::new(0));
    let items = vec![json!(1); 50];
    let found = all(json!("{{ $sum(input) + item }}"), &items, &context);
    assert_eq!(found, vec![json!(4); 50]);
    assert_eq!(context.0.get(), 1);
}

#[test]
fn a_list_that_takes_too_long_is_refused_as_a_whole() {
    let template = Template::parse(&json!("{{ $sum([1..3000]) + item }}")).unwrap();
    let (context, given) = (json!({}), Given::default());
    let mut each = Each::new([&template], &context, &given);
    let refused = (0..10_000_000).find_map(|index| {
        each.enter(&json!(index), index).unwrap();
        each.render(&template).err()
    });
    let refused = refused.unwrap();
    assert_eq!(refused.kind, Kind::Late);
    assert!(refused.message.contains("1000 ms"), "{refused}");
}
