//! Answers to conversations, on a real database and the memory bus, with a scripted model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod world;

use events::{LlmCatalogued, LlmCompleted, LlmDelta, LlmFailed, LlmRequested};
use ids::InvocationId;
use std::{collections::BTreeMap, time::Duration};
use testkit::{Script, ScriptedModel, wait_until};
use world::World;

const STORY: &str = "Once upon a time there was a fox that lived near the river and slept all day \
                     long until the moon came up over the hills";

fn slowly(text: &str) -> Script {
    with_pauses(text, 40)
}

fn with_pauses(text: &str, pause_ms: u64) -> Script {
    Script::Slowly {
        text: text.into(),
        pause_ms,
    }
}

/// The text that the pieces make, and that they follow each other without a gap.
fn told(deltas: &[LlmDelta]) -> String {
    let by_seq: BTreeMap<u64, &LlmDelta> = deltas.iter().map(|delta| (delta.seq, delta)).collect();
    let mut text = String::new();
    for (expected, (seq, delta)) in (1..).zip(by_seq) {
        assert_eq!(seq, expected);
        assert_eq!(delta.offset, text.chars().count() as u64);
        text.push_str(&delta.text);
    }
    text
}

#[tokio::test]
async fn an_answer_is_told_in_pieces_and_then_whole() {
    let model = ScriptedModel::start().await;
    let world = World::start(Some(&model)).await;
    assert_eq!(world.next::<LlmCatalogued>(0).await.models, ["scripted"]);
    model.then(slowly(STORY));
    let question = world.ask("Tell me a story").await;
    let done = world.next::<LlmCompleted>(0).await;
    assert_eq!(done.invocation_id, question.invocation_id);
    assert_eq!(done.output, STORY);
    assert_eq!(done.prompt, "assistant@1");
    let deltas = world.all::<LlmDelta>();
    assert_eq!(told(&deltas), STORY);
    assert!((5..25).contains(&deltas.len()), "{} pieces", deltas.len());
    let request = &model.requests()[0];
    assert_eq!(request["messages"][0]["role"], "system");
    assert_eq!(request["messages"][1]["content"], "Tell me a story");
}

#[tokio::test]
async fn a_repeated_question_gets_the_recorded_answer() {
    let model = ScriptedModel::start().await;
    let world = World::start(Some(&model)).await;
    let question = world.ask("Hello").await;
    let first = world.next::<LlmCompleted>(0).await;
    world.publish(&question).await;
    assert_eq!(world.next::<LlmCompleted>(1).await, first);
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn after_a_kill_the_same_answer_goes_on_where_it_was() {
    let model = ScriptedModel::start().await;
    let mut world = World::start(Some(&model)).await;
    model.then(slowly(STORY)).then(slowly(STORY));
    world.ask("Tell me a story").await;
    world.next::<LlmDelta>(3).await;
    world.kill_and_restart().await;
    assert_eq!(world.next::<LlmCompleted>(0).await.output, STORY);
    assert_eq!(told(&world.all::<LlmDelta>()), STORY);
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn after_a_kill_another_answer_comes_whole_and_not_in_pieces() {
    let model = ScriptedModel::start().await;
    let mut world = World::start(Some(&model)).await;
    model
        .then(slowly(STORY))
        .then(slowly("No more stories today."));
    world.ask("Tell me a story").await;
    world.next::<LlmDelta>(3).await;
    world.kill_and_restart().await;
    let done = world.next::<LlmCompleted>(0).await;
    assert_eq!(done.output, "No more stories today.");
    assert!(STORY.starts_with(&told(&world.all::<LlmDelta>())));
}

#[tokio::test]
async fn several_conversations_are_answered_at_the_same_time() {
    let model = ScriptedModel::start().await;
    let world = World::start(Some(&model)).await;
    let since = std::time::Instant::now();
    for _ in 0..4 {
        model.then(with_pauses(STORY, 120));
        world.ask("Tell me a story").await;
    }
    world.next::<LlmCompleted>(3).await;
    let alone = Duration::from_millis(120) * u32::try_from(STORY.split(' ').count()).unwrap();
    assert!(since.elapsed() < alone * 3, "{:?}", since.elapsed());
}

#[tokio::test]
async fn an_answer_that_breaks_off_fails_with_what_was_told_kept() {
    let model = ScriptedModel::start().await;
    let world = World::start(Some(&model)).await;
    model.then(Script::Dropped);
    world.ask("Hello").await;
    let failed = world.next::<LlmFailed>(0).await;
    assert_eq!(failed.error.code, "llm.interrupted");
    assert_eq!(told(&world.all::<LlmDelta>()), "You ");
}

#[tokio::test]
async fn without_a_model_the_person_is_told_how_to_add_one() {
    let world = World::start(None).await;
    assert!(world.next::<LlmCatalogued>(0).await.models.is_empty());
    world.ask("Hello").await;
    let failed = world.next::<LlmFailed>(0).await;
    assert_eq!(failed.error.code, "llm.not_configured");
    assert_eq!((failed.model, failed.usage), (None, None));
}

#[tokio::test]
async fn a_claim_is_fenced() {
    let model = ScriptedModel::start().await;
    let world = World::start(Some(&model)).await;
    // Slow enough for the lease to be found run out, which takes up to two seconds.
    model
        .then(with_pauses(STORY, 200))
        .then(with_pauses(STORY, 40));
    let LlmRequested { invocation_id, .. } = world.ask("Tell me a story").await;
    world.next::<LlmDelta>(1).await;
    // Somebody else takes it on while this process still believes it is its own.
    world.expire(invocation_id).await;
    world.next::<LlmCompleted>(0).await;
    let ended: (String, i64) = wait_until("the end", async || {
        sqlx::query_as("SELECT state, claim FROM llm_invocations WHERE invocation_id = $1")
            .bind(InvocationId::uuid(invocation_id))
            .fetch_optional(world.database.pool())
            .await
            .unwrap()
    })
    .await;
    assert_eq!(ended, ("completed".to_owned(), 2));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(world.all::<LlmCompleted>().len(), 1);
}
