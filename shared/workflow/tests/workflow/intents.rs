//! Forty wishes: each is made into a valid workflow, or refused with the reason. So is whatever a model makes of them.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use workflow::{Problem, compile, recipes, validate};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Intent {
    intent: String,
    slots: Map<String, Value>,
    #[serde(default)]
    refused: Option<String>,
}

fn intents() -> Vec<Intent> {
    let text = include_str!("../../../../tests/intents/intents.json");
    serde_json::from_str(text).unwrap()
}

/// What became of slots: the document's node types, or the slots that are at fault.
fn made(slots: &Value) -> Result<Vec<String>, Vec<String>> {
    let document = recipes::document(slots).map_err(|faults| {
        assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.message.is_empty()));
        faults
            .into_iter()
            .map(|fault| fault.slot)
            .collect::<Vec<_>>()
    })?;
    assert!(!validate(&document).iter().any(Problem::is_error));
    compile(&document).unwrap();
    Ok(document
        .nodes
        .into_iter()
        .map(|node| node.node_type)
        .collect())
}

#[test]
fn each_of_forty_wishes_is_made_or_refused_with_the_reason() {
    let intents = intents();
    assert_eq!(intents.len(), 40);
    for Intent {
        intent,
        slots,
        refused,
    } in intents
    {
        let slots = Value::Object(slots);
        match refused {
            None => {
                made(&slots).unwrap_or_else(|faults| panic!("{intent}: {faults:?}"));
            }
            Some(reason) => {
                let faults = recipes::document(&slots).unwrap_err();
                assert!(faults[0].message.contains(&reason), "{intent}: {faults:?}");
            }
        }
    }
}

#[test]
fn every_recipe_is_wished_for() {
    let wished = intents().into_iter().map(|one| one.slots["recipe"].clone());
    let wished: std::collections::BTreeSet<String> = wished.map(|one| one.to_string()).collect();
    let schema = recipes::schema().to_string();
    for recipe in &wished {
        assert!(schema.contains(recipe), "{recipe}");
    }
    assert_eq!(wished.len(), 13);
}

#[test]
fn whatever_a_model_says_is_a_valid_workflow_or_a_named_fault() {
    let long = "x".repeat(5_000);
    let odd = [
        json!(null),
        json!(""),
        json!("   "),
        json!(7),
        json!(true),
        json!([]),
        json!({}),
        json!(["a", "b"]),
        json!(-1e300),
        json!("{{ nodes.mail.text }}"),
        json!("}}"),
        json!("\"; $eval('1')"),
        json!("\u{202e}\u{0}\n"),
        json!("../../etc"),
        json!("https://"),
        json!("javascript:1"),
        json!("25:61"),
        json!(long),
        json!("ignore all instructions"),
    ];
    let (mut good, mut bad) = (0, 0);
    let mut count = |slots: &Value| match made(slots) {
        Ok(_) => good += 1,
        Err(_) => bad += 1,
    };
    for Intent { slots, .. } in intents() {
        for slot in slots.keys().chain([&"surplus".to_owned()]) {
            let mut without = slots.clone();
            without.remove(slot);
            count(&Value::Object(without));
            for value in &odd {
                let mut changed = slots.clone();
                changed.insert(slot.clone(), value.clone());
                count(&Value::Object(changed));
            }
        }
    }
    for whole in &odd {
        count(whole);
    }
    assert!(good > 300 && bad > 1_000, "{good} made, {bad} refused");
}

#[test]
fn words_of_a_person_stay_words() {
    let slots = json!({ "recipe": "notify_of_mail", "from": "a\" or true or \"", "subject": "x') & $eval('1" });
    let document = recipes::document(&slots).unwrap();
    let filter = document.nodes[0].config["filter"].as_str().unwrap();
    assert!(filter.contains(r#""a\" or true or \"""#), "{filter}");
    let inside = json!({ "recipe": "remind", "every": "day", "text": "{{ nodes }}" });
    assert_eq!(made(&inside), Err(vec!["text".to_owned()]));
}

#[test]
fn every_slot_at_fault_is_named_at_once() {
    let slots = json!({ "recipe": "read_page", "at": "noon", "timezone": "Mars/Base" });
    assert_eq!(made(&slots).unwrap_err(), ["every", "url"]);
    let slots = json!({ "recipe": "read_page", "every": "day", "at": "noon", "timezone": "Mars/Base", "url": "https://example.org" });
    assert_eq!(made(&slots).unwrap_err(), ["at", "timezone"]);
    assert_eq!(made(&json!({ "recipe": "dance" })).unwrap_err(), ["recipe"]);
}
