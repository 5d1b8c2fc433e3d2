//! Prompts that ship and prompts that people write, on a real database.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter_llm::{MIGRATIONS, Prompts, SHIPPED, shipped_id, sync};
use bus::{Cause, Envelope, Received};
use events::{Event, PromptRejected, PromptSaveRequested, PromptSaved};
use ids::{EventId, PromptId, TenantId, UserId};
use serde_json::Value;
use store::{Apply, Database};
use testkit::TestDatabase;

async fn staged<E: Event>(database: &Database) -> Vec<(E, Value)> {
    let rows: Vec<(Vec<u8>, Option<Value>)> = sqlx::query_as(
        "SELECT payload, relations FROM outbox WHERE envelope->>'event_type' = $1 ORDER BY enqueued",
    )
    .bind(E::TYPE)
    .fetch_all(database.pool())
    .await
    .unwrap();
    rows.into_iter()
        .map(|(payload, relations)| {
            (
                serde_json::from_slice(&payload).unwrap(),
                relations.unwrap_or_default(),
            )
        })
        .collect()
}

async fn save(database: &Database, prompt_id: PromptId, name: &str, text: &str) {
    let event = PromptSaveRequested {
        prompt_id,
        name: name.into(),
        text: text.into(),
        label: Some("production".into()),
        actor: UserId::generate(),
    };
    let id = EventId::generate();
    let cause = Cause::root(TenantId::default_tenant());
    let message = bus::Message::encode("gateway", &cause, &event, id, chrono::Utc::now()).unwrap();
    let envelope: Envelope = message.envelope;
    let mut tx = database.begin(Cause::of(&envelope)).await.unwrap();
    let received = Received { envelope, event };
    Prompts.apply(&mut tx, &received).await.unwrap();
    tx.commit().await.unwrap();
}

async fn production(database: &Database, name: &str) -> (i32, String) {
    sqlx::query_as(
        "SELECT v.version, v.text FROM prompts p JOIN prompt_moves m USING (prompt_id)
         JOIN prompt_versions v ON v.prompt_id = p.prompt_id AND v.version = m.version
         WHERE p.name = $1 AND m.label = 'production' ORDER BY m.moved_at DESC LIMIT 1",
    )
    .bind(name)
    .fetch_one(database.pool())
    .await
    .unwrap()
}

/// As if an earlier release had shipped another text.
async fn age(database: &Database, name: &str) {
    sqlx::query("UPDATE prompt_versions SET text = 'old' WHERE shipped AND prompt_id = $1")
        .bind(shipped_id(name).uuid())
        .execute(database.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn shipped_prompts_get_a_version_only_when_their_text_changes() {
    let test = TestDatabase::create("adapter-llm", &MIGRATIONS).await;
    let database = test.open().await;
    sync(&database).await.unwrap();
    let saved = staged::<PromptSaved>(&database).await;
    assert_eq!(saved.len(), SHIPPED.len());
    let relations = saved[0].1["touch"].to_string();
    assert!(
        relations.contains("viewer@user:*") && relations.contains("owner@tenant:default#admin"),
        "{relations}"
    );
    sync(&database).await.unwrap();
    assert_eq!(staged::<PromptSaved>(&database).await.len(), SHIPPED.len());
    age(&database, "classify").await;
    sync(&database).await.unwrap();
    assert_eq!(production(&database, "classify").await.0, 2);
    assert_eq!(production(&database, "generate").await.0, 1);
}

#[tokio::test]
async fn a_persons_wording_stays_when_a_release_ships_another() {
    let test = TestDatabase::create("adapter-llm", &MIGRATIONS).await;
    let database = test.open().await;
    sync(&database).await.unwrap();
    save(
        &database,
        shipped_id("summarize"),
        "summarize",
        "Mine: {{ text }}",
    )
    .await;
    assert_eq!(
        production(&database, "summarize").await,
        (2, "Mine: {{ text }}".into())
    );
    age(&database, "summarize").await;
    sync(&database).await.unwrap();
    assert_eq!(production(&database, "summarize").await.0, 2);
    // The same again is no new version.
    save(
        &database,
        shipped_id("summarize"),
        "summarize",
        "Mine: {{ text }}",
    )
    .await;
    assert_eq!(production(&database, "summarize").await.0, 2);
}

#[tokio::test]
async fn what_cannot_be_a_prompt_is_refused_with_its_reason() {
    let test = TestDatabase::create("adapter-llm", &MIGRATIONS).await;
    let database = test.open().await;
    sync(&database).await.unwrap();
    let new = PromptId::generate();
    save(&database, new, "My prompt", "text").await;
    save(&database, new, "classify", "text").await;
    save(&database, new, "mine", " ").await;
    save(&database, new, "mine", "{{ oops").await;
    save(&database, shipped_id("classify"), "sorter", "text").await;
    let codes: Vec<String> = staged::<PromptRejected>(&database)
        .await
        .into_iter()
        .map(|(event, _)| event.code)
        .collect();
    assert_eq!(
        codes,
        [
            "prompt.name_invalid",
            "prompt.name_taken",
            "prompt.empty",
            "prompt.invalid",
            "prompt.name_fixed"
        ]
    );
    save(&database, new, "mine", "{{ text }}").await;
    let saved = staged::<PromptSaved>(&database).await.pop().unwrap();
    assert_eq!((saved.0.version, saved.0.name.as_str()), (1, "mine"));
    assert!(saved.1["touch"].to_string().contains("owner@user:"));
}
