//! Models that a call needs, and that are not there.

use crate::world::{World, generate, local, named, needing, remote};
use events::{ErrorClass, LlmCall, LlmCompleted, LlmFailed, LlmNeed};
use serde_json::json;

#[tokio::test]
async fn a_need_for_a_local_model_is_refused_where_every_model_is_remote() {
    let world = World::start().await;
    let (far, id) = world.connect("far", remote()).await;
    let error = world.ask("one", needing(local())).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Rejected, "llm.no_model_fits")
    );
    assert!(
        error.message.contains("`privacy: local`"),
        "{}",
        error.message
    );
    let detail = error.detail.unwrap();
    assert_eq!(detail["unmet"], json!(["privacy"]));
    let lacks = json!([{ "model": "far", "account_id": id, "lacks": ["privacy"] }]);
    assert_eq!(detail["models"], lacks);
    assert_eq!(far.requests().len(), 0);
    let told = world.told::<LlmFailed>("one").await;
    assert_eq!(told["model"], json!(null));
}

#[tokio::test]
async fn the_cheapest_that_is_cheap_enough_answers() {
    let world = World::start().await;
    let priced = |price: f64| json!({ "input_price": price, "output_price": price });
    let (_dear, _) = world.connect("dear", priced(10.0)).await;
    let (_mid, _) = world.connect("mid", priced(2.0)).await;
    let (_cheap, _) = world.connect("cheap", priced(1.0)).await;
    let need = |max_price_micros| {
        needing(LlmNeed {
            max_price_micros: Some(max_price_micros),
            ..LlmNeed::default()
        })
    };
    assert!(world.ask("four dollars", need(4_000_000)).await.is_ok());
    let told = world.told::<LlmCompleted>("four dollars").await;
    assert_eq!(told["model"], "cheap");
    assert_eq!(told["fell_back_from"], json!(null));
    let error = world.ask("one dollar", need(1_999_999)).await.unwrap_err();
    assert!(error.message.contains("costs 2000000"), "{}", error.message);
}

#[tokio::test]
async fn a_long_question_goes_to_the_model_that_has_room_or_to_nobody() {
    let world = World::start().await;
    let (small, _) = world
        .connect("small", json!({ "context_tokens": 500 }))
        .await;
    let (large, _) = world
        .connect("large", json!({ "context_tokens": 5_000 }))
        .await;
    let long = |chars: usize, call: LlmCall| LlmCall {
        variables: json!({ "instructions": "x".repeat(chars) }),
        ..call
    };
    assert!(world.ask("longer", long(4_000, generate())).await.is_ok());
    assert_eq!((small.requests().len(), large.requests().len()), (0, 1));
    let told = world.told::<LlmCompleted>("longer").await;
    assert_eq!(told["fell_back_from"][0]["code"], "llm.question_too_long");
    for (key, call) in [
        ("named", long(4_000, named("small", None))),
        ("longest", long(40_000, generate())),
    ] {
        let error = world.ask(key, call).await.unwrap_err();
        assert_eq!(error.code, "llm.question_too_long", "{key}");
        assert!(error.hint.unwrap().contains("context_tokens"));
    }
    assert_eq!((small.requests().len(), large.requests().len()), (0, 1));
}
