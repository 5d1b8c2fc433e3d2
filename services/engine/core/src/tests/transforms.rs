use super::kit::{Story, document};
use crate::Quiescence;
use events::{ErrorClass, RunEvent};
use serde_json::{Value, json};

fn node(id: &str, node_type: &str, config: Value) -> Value {
    json!({ "id": id, "node_type": node_type, "config": config })
}

/// Orders as CSV are read, filtered, priced, summed up by city, compared with a target, and written as a text.
fn orders() -> Value {
    let nodes = json!([
        node("go", "trigger.manual", json!({})),
        node(
            "read",
            "csv",
            json!({ "mode": "parse", "text": "{{ input.table }}", "typed": true, "delimiter": "{{ trigger.delimiter }}" })
        ),
        node(
            "big",
            "filter",
            json!({ "condition": "{{ item.count >= nodes.go.least }}" })
        ),
        node(
            "priced",
            "set_fields",
            json!({ "fields": { "total": "{{ item.count * item.price }}" } })
        ),
        node(
            "cities",
            "summarize_values",
            json!({ "group_by": { "city": "city" }, "values": { "total": { "by": "sum", "of": "total" }, "orders": { "by": "count" } } })
        ),
        node(
            "targets",
            "transform",
            json!({ "output": "{{ nodes.go.targets }}" })
        ),
        node(
            "joined",
            "merge",
            json!({ "mode": "by_key", "left_key": "city", "right_key": "{{ $uppercase(item.name) }}", "join": "left" })
        ),
        node(
            "sorted",
            "sort",
            json!({ "by": [{ "key": "{{ item.total - item.target }}", "order": "desc" }] })
        ),
        node(
            "text",
            "text_template",
            json!({ "template": "{{ index + 1 }}. {{ item.city }}: {{ item.total }} of {{ item.target }}", "before": "{{ $count(input) }} cities\n" })
        ),
        node("mark", "hash", json!({ "algorithm": "md5" })),
        node(
            "failed",
            "transform",
            json!({ "output": "{{ input.code }}" })
        ),
    ]);
    document(
        nodes,
        &[
            "go.out>read.in",
            "read.out>big.in",
            "big.out>priced.in",
            "priced.out>cities.in",
            "go.out>targets.in",
            "cities.out>joined.left",
            "targets.out>joined.right",
            "joined.out>sorted.in",
            "sorted.out>text.in",
            "text.out>mark.in",
            "read.error>failed.in",
        ],
    )
}

fn payload(table: &str) -> Value {
    json!({
        "table": table, "delimiter": ";", "least": 2,
        "targets": [{ "name": "köln", "target": 50 }, { "name": "ulm", "target": 5 }],
    })
}

const TABLE: &str = "city;count;price\nULM;3;4\nKÖLN;2;10.5\nULM;1;100\nBONN;2;1\nKÖLN;4;5\n";

fn texts(story: &Story) -> Vec<Value> {
    let text = |event: &RunEvent| {
        let RunEvent::NodeCompleted { node, outputs, .. } = event else {
            return None;
        };
        let value = outputs.values().next().map(events::Json::value);
        value.filter(|_| node.as_str() == "text")
    };
    story.log.iter().filter_map(text).collect()
}

#[test]
fn transforms_follow_one_another_live_and_from_the_log() {
    let expected = "3 cities\n1. ULM: 12 of 5\n2. KÖLN: 41 of 50\n3. BONN: 2 of ";
    let live = Story::started(orders(), payload(TABLE));
    assert_eq!(live.last, Some(Quiescence::Ended));
    assert_eq!(texts(&live), [json!(expected)]);
    let mut each = orders();
    each["commit"] = json!("each_node");
    let mut refolded = Story::started(each, payload(TABLE));
    assert_eq!(refolded.last, Some(Quiescence::More));
    refolded.go_on_from_the_log();
    assert_eq!(texts(&refolded), [json!(expected)]);
    assert_eq!(refolded.final_output(), live.final_output());
    assert_eq!(live.final_output()["mark"].as_str().map(str::len), Some(32));
    assert!(
        live.short().contains(&"skip failed".to_owned()),
        "{:?}",
        live.short()
    );
}

#[test]
fn what_cannot_be_read_leaves_by_the_wired_error() {
    let story = Story::started(orders(), payload("city;count\nULM\n"));
    assert_eq!(story.final_output()["failed"], "transform.bad_csv");
    assert!(story.short().contains(&"fail read".to_owned()));
}

#[test]
fn a_transform_without_an_error_edge_fails_the_run_and_says_why() {
    let nodes = json!([
        node("go", "trigger.manual", json!({})),
        node("keep", "filter", json!({ "condition": "{{ item.n > 1 }}" })),
    ]);
    for (payload, class, code, message) in [
        (
            json!("text"),
            ErrorClass::Schema,
            "transform.no_list",
            "input `in` is a text, not a list",
        ),
        (
            json!([{ "n": 2 }, { "n": "x" }]),
            ErrorClass::Expression,
            "expression.failed",
            "item 1: ",
        ),
        (
            json!(vec![0; 10_001]),
            ErrorClass::Limit,
            "transform.too_many_items",
            "more than 10000 items",
        ),
    ] {
        let story = Story::started(document(nodes.clone(), &["go.out>keep.in"]), payload);
        let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
            panic!("{:?}", story.short())
        };
        assert_eq!((error.class, error.code.as_str()), (class, code));
        assert!(error.message.contains(message), "{}", error.message);
        assert!(error.hint.is_some());
        assert_eq!(error.node.as_ref().map(ids::NodeId::as_str), Some("keep"));
    }
}

#[test]
fn a_value_of_the_wrong_type_for_a_parameter_is_named() {
    let nodes = json!([
        node("go", "trigger.manual", json!({})),
        node("few", "limit", json!({ "count": "{{ 'many' }}" })),
    ]);
    let story = Story::started(document(nodes, &["go.out>few.in"]), json!([]));
    let Some(RunEvent::RunFailed { error, .. }) = story.log.last() else {
        panic!("{:?}", story.short())
    };
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Schema, "node.config_invalid")
    );
    assert!(error.message.contains("`count`"), "{}", error.message);
}

#[test]
fn each_list_leaves_by_its_own_port_and_item_hides_that_of_the_loop() {
    let nodes = json!([
        node("go", "trigger.manual", json!({})),
        node("each", "loop", json!({})),
        node("old", "transform", json!({ "output": "{{ item.old }}" })),
        node("new", "transform", json!({ "output": "{{ item.new }}" })),
        node("diff", "compare", json!({ "key": "{{ item }}" })),
        node(
            "both",
            "transform",
            json!({ "output": ["{{ inputs.in }}", "{{ item.name }}"] })
        ),
        node("end", "transform", json!({ "output": "{{ input }}" })),
    ]);
    let edges = [
        "go.out>each.items",
        "each.item>old.in",
        "each.item>new.in",
        "old.out>diff.before",
        "new.out>diff.after",
        "diff.added>both.in",
        "both.out>each.next",
        "each.done>end.in",
    ];
    let turns =
        json!([{ "name": "a", "old": [1], "new": [1, 2] }, { "name": "b", "old": [], "new": [] }]);
    let story = Story::started(document(nodes, &edges), turns);
    assert_eq!(
        story.final_output(),
        json!({ "end": [[[2], "a"], [[], "b"]] })
    );
}
