//! When the first choice cannot answer.

use crate::world::{World, generate, local, named, needing, remote};
use events::{ErrorClass, LlmCall, LlmCompleted, LlmFailed, LlmNeed, Told};
use ids::{ConversationId, MessageId};
use serde_json::json;
use testkit::Script;

#[tokio::test]
async fn when_a_server_is_down_the_next_account_answers_and_both_are_recorded() {
    let world = World::start().await;
    let (down, first) = world.connect("first", json!({})).await;
    let (_up, second) = world.connect("second", json!({})).await;
    drop(down);
    let answer = world.ask("one", generate()).await.unwrap();
    assert!(answer["text"].as_str().unwrap().contains("Say hello."));
    let told = world.told::<LlmCompleted>("one").await;
    assert_eq!(told["model"], "second");
    let from = json!([{ "model": "first", "account_id": first, "code": "llm.unreachable" }]);
    assert_eq!(told["fell_back_from"], from);

    let tries: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT model, error_code FROM llm_tries ORDER BY number")
            .fetch_all(world.bench.database.pool())
            .await
            .unwrap();
    let unreachable = ("first".to_owned(), Some("llm.unreachable".to_owned()));
    assert_eq!(tries, [unreachable, ("second".to_owned(), None)]);

    world.bench.remove(second).await;
    world.catalogue.refresh().await.unwrap();
    let error = world.ask("two", generate()).await.unwrap_err();
    assert_eq!(error.code, "llm.unreachable");
}

#[tokio::test]
async fn with_the_network_cut_a_classification_succeeds_on_the_local_model() {
    let world = World::start().await;
    let (far, _) = world.connect("far", remote()).await;
    let (near, _) = world.connect("near", json!({})).await;
    let classify = || LlmCall {
        prompt: "classify".into(),
        variables: json!({ "text": "The server is down, act ASAP!", "categories": ["urgent", "other"] }),
        output_schema: Some(json!({
            "type": "object",
            "properties": { "category": { "type": "string", "enum": ["urgent", "other"] } },
            "required": ["category"],
        })),
        ..generate()
    };
    assert_eq!(
        world.ask("before", classify()).await.unwrap()["category"],
        "urgent"
    );
    assert_eq!((far.requests().len(), near.requests().len()), (1, 0));
    drop(far);
    assert_eq!(
        world.ask("cut", classify()).await.unwrap()["category"],
        "urgent"
    );
    assert_eq!(near.requests().len(), 1);
    let told = world.told::<LlmCompleted>("cut").await;
    assert_eq!(told["fell_back_from"][0]["code"], "llm.unreachable");
}

#[tokio::test]
async fn privacy_is_never_weakened_by_a_fallback() {
    let world = World::start().await;
    let (near, _) = world.connect("near", json!({})).await;
    let (far, _) = world.connect("far", remote()).await;
    drop(near);
    for (key, call) in [
        ("local", needing(local())),
        ("unsaid", generate()),
        ("named", named("near", Some(local()))),
    ] {
        let error = world.ask(key, call).await.unwrap_err();
        assert_eq!(error.code, "llm.unreachable", "{key}");
    }
    assert_eq!(far.requests().len(), 0);
    let anybody = world.ask("anybody", needing(LlmNeed::default())).await;
    assert!(anybody.is_ok());
    assert_eq!(far.requests().len(), 1);
}

#[tokio::test]
async fn a_named_model_is_asked_alone_unless_a_need_stands_beside_it() {
    let world = World::start().await;
    let (other, _) = world.connect("other", json!({})).await;
    let (wanted, _) = world.connect("wanted", json!({})).await;
    for _ in 0..4 {
        wanted.then(Script::Refused { status: 503 });
    }
    let error = world.ask("alone", named("wanted", None)).await.unwrap_err();
    assert_eq!(error.code, "llm.unavailable");
    assert_eq!((wanted.requests().len(), other.requests().len()), (4, 0));
    let answer = world.ask("beside", named("wanted", Some(LlmNeed::default())));
    assert!(answer.await.is_ok());
    assert_eq!(other.requests().len(), 1);
    let told = world.told::<LlmCompleted>("beside").await;
    assert_eq!(told["fell_back_from"][0]["code"], "llm.resting");
}

#[tokio::test]
async fn what_is_wrong_with_a_server_is_passed_on_and_what_is_wrong_with_the_call_is_not() {
    let world = World::start().await;
    let (well, _) = world.connect("well", json!({})).await;
    let refused = |status| Script::Refused { status };
    let hour = Script::RateLimited {
        retry_after_seconds: 3_600,
    };
    for (script, code, is_passed_on) in [
        (refused(401), "llm.key_refused", true),
        (refused(402), "llm.unpaid", true),
        (hour, "llm.rate_limited", true),
        (Script::Late { after_ms: 3_000 }, "llm.timeout", true),
        (Script::TooLong, "llm.question_too_long", false),
        (Script::Declined, "llm.declined", false),
        (refused(409), "llm.refused", false),
    ] {
        let before = well.requests().len();
        let (failing, _) = world.connect(code, json!({})).await;
        failing.then(script);
        let answer = world.ask(code, named(code, Some(LlmNeed::default()))).await;
        let asked = well.requests().len() - before;
        assert_eq!(
            (answer.is_ok(), asked > 0),
            (is_passed_on, is_passed_on),
            "{code}"
        );
        if is_passed_on {
            let told = world.told::<LlmCompleted>(code).await;
            assert_eq!(told["fell_back_from"][0]["code"], code);
            assert_eq!(failing.requests().len(), 1, "{code} is not waited for");
        } else {
            assert_eq!(answer.unwrap_err().code, code);
        }
    }
}

#[tokio::test]
async fn a_server_that_failed_is_left_alone_for_a_while() {
    let world = World::start().await;
    let (failing, _) = world.connect("failing", json!({})).await;
    let (well, _) = world.connect("well", json!({})).await;
    for _ in 0..2 {
        failing.then(Script::Refused { status: 503 });
    }
    for key in ["one", "two", "three"] {
        assert!(world.ask(key, generate()).await.is_ok());
    }
    assert_eq!((failing.requests().len(), well.requests().len()), (2, 3));
    let told = world.told::<LlmCompleted>("two").await;
    assert_eq!(told["fell_back_from"][0]["code"], "llm.resting");

    // When all rest, who is up again first is asked.
    for _ in 0..4 {
        well.then(Script::Refused { status: 503 });
        failing.then(Script::Refused { status: 503 });
    }
    let error = world.ask("all", generate()).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Unavailable, "llm.unavailable")
    );
    let told = world.told::<LlmFailed>("all").await;
    let from = &told["fell_back_from"];
    assert_eq!(
        (&from[0]["code"], &from[1]["code"]),
        (&json!("llm.resting"), &json!("llm.unavailable"))
    );
    assert_eq!(told["model"], "failing");
}

#[tokio::test]
async fn who_has_heard_words_of_one_model_hears_none_of_another() {
    let world = World::start().await;
    let (first, _) = world.connect("first", json!({})).await;
    let (second, _) = world.connect("second", json!({})).await;
    let told = Told {
        conversation_id: ConversationId::generate(),
        message_id: MessageId::generate(),
    };
    let followed = || LlmCall {
        told: Some(told),
        ..generate()
    };
    first.then(Script::Dropped);
    let error = world.ask("heard", followed()).await.unwrap_err();
    assert_eq!(error.code, "llm.interrupted");
    assert_eq!(second.requests().len(), 0);

    // The first rests now. Nothing is heard of the second, which fails before its first word.
    for _ in 0..2 {
        second.then(Script::Refused { status: 503 });
    }
    let answer = world.ask("unheard", followed()).await.unwrap();
    assert!(answer["text"].as_str().unwrap().contains("Say hello."));
    assert_eq!((first.requests().len(), second.requests().len()), (2, 2));
}
