//! Turns on a real database and the memory bus, with an engine that does what the test says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod branches;
mod drafts;
mod files;
mod lookups;
mod memory;
mod world;

use events::{
    AnswerCompleted, AnswerFailed, AnswerStarted, AssistantCallRequested, AssistantEffectCompleted,
    AssistantEffectFailed, EffectOrigin, ErrorClass, RunError, RunRequested, WorkflowCancelled,
    WorkflowFailed, WorkflowPublishRequested, WorkflowSaveRequested,
};
use ids::{AccountId, RunId, WorkflowId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use world::{Talking, account, callable};

fn texts(run: &RunRequested) -> Vec<String> {
    let payload = run.payload.value();
    let before = payload["messages"].as_array().unwrap();
    let said = before.iter().map(|message| &message["text"]);
    said.chain([&payload["goal"]])
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_message_is_answered_by_a_run_with_the_history_before_it() {
    let talking = Talking::start().await;
    let hello = talking.post("Hello").await;
    talking.publish_assistant().await;
    let started = talking.next::<AnswerStarted>(0).await;
    assert_eq!(started.answers, hello);
    let run = talking.next::<RunRequested>(0).await;
    assert_eq!(run.run_id, started.run_id);
    assert_eq!(run.trigger.actor, Some(talking.person));
    let payload = run.payload.value();
    assert_eq!(payload["told"]["message_id"], json!(started.message_id));
    assert_eq!(texts(&run), ["Hello"]);
    talking.reply(&run, "Hi!").await;
    let answered = talking.next::<AnswerCompleted>(0).await;
    assert_eq!(answered.text, "Hi!");
    assert_eq!(answered.message_id, started.message_id);

    talking.post("How are you?").await;
    let run = talking.next::<RunRequested>(1).await;
    assert_eq!(texts(&run), ["Hello", "Hi!", "How are you?"]);
    assert_eq!(talking.all::<WorkflowSaveRequested>().len(), 1);
}

#[tokio::test]
async fn messages_wait_until_the_persons_assistant_is_published() {
    let talking = Talking::start().await;
    let first = talking.post("one").await;
    talking.post("two").await;
    let saved = talking.next::<WorkflowSaveRequested>(0).await;
    let asked = talking.next::<WorkflowPublishRequested>(0).await;
    assert_eq!(saved.workflow_id, asked.workflow_id);
    assert_eq!((saved.actor, saved.base_version), (talking.person, None));
    assert_eq!(talking.all::<RunRequested>(), []);
    talking.publish_assistant().await;
    let started = talking.next::<AnswerStarted>(0).await;
    assert_eq!(started.answers, first);
    assert_eq!(talking.all::<WorkflowSaveRequested>().len(), 1);
}

#[tokio::test]
async fn messages_during_an_answer_are_answered_in_order_even_across_a_restart() {
    let mut talking = Talking::ready().await;
    talking.post("one").await;
    let first = talking.next::<RunRequested>(0).await;
    let waiting = [talking.post("two").await, talking.post("three").await];
    talking.restart().await;
    talking.reply(&first, "1").await;
    let second = talking.next::<RunRequested>(1).await;
    assert_eq!(texts(&second).last().unwrap(), "two");
    talking.reply(&second, "2").await;
    // Told twice: nothing happens twice.
    talking.reply(&second, "2").await;
    let third = talking.next::<RunRequested>(2).await;
    talking.reply(&third, "3").await;
    talking.next::<AnswerCompleted>(2).await;
    let answers: Vec<_> = talking.all::<AnswerStarted>();
    assert_eq!([answers[1].answers, answers[2].answers], waiting);
    assert_eq!(talking.all::<RunRequested>().len(), 3);
}

#[tokio::test]
async fn a_failure_is_told_with_its_hint_and_the_next_message_goes_on() {
    let talking = Talking::ready().await;
    talking.post("one").await;
    let run = talking.next::<RunRequested>(0).await;
    talking.post("two").await;
    let message = "no language model is configured";
    let error = RunError::new(ErrorClass::Auth, "llm.not_configured", message).hinting("add one");
    let failed = WorkflowFailed {
        run_id: run.run_id,
        workflow_id: run.workflow_id,
        version_id: run.version_id,
        error: error.clone(),
    };
    talking.publish(&failed).await;
    assert_eq!(talking.next::<AnswerFailed>(0).await.error, error);
    let next = talking.next::<RunRequested>(1).await;
    // Neighbours of one speaker are joined.
    assert_eq!(texts(&next), ["one\n\ntwo"]);
    let stopped = WorkflowCancelled {
        run_id: next.run_id,
        workflow_id: next.workflow_id,
        version_id: next.version_id,
        actor: Some(talking.person),
    };
    talking.publish(&stopped).await;
    let stopped = talking.next::<AnswerFailed>(1).await;
    assert_eq!(stopped.error.code, "conversation.stopped");
}

#[tokio::test]
async fn what_other_runs_reply_changes_nothing() {
    let talking = Talking::ready().await;
    talking.post("one").await;
    let run = talking.next::<RunRequested>(0).await;
    let foreign = RunRequested {
        run_id: RunId::generate(),
        ..run.clone()
    };
    talking.reply(&foreign, "not for you").await;
    talking.reply(&run, "1").await;
    assert_eq!(talking.next::<AnswerCompleted>(0).await.text, "1");
    assert_eq!(talking.all::<AnswerCompleted>().len(), 1);
}

#[tokio::test]
async fn an_assistant_is_offered_what_its_person_may_use_and_nothing_else() {
    let talking = Talking::ready().await;
    let (mine, others) = (WorkflowId::generate(), WorkflowId::generate());
    let mailbox = AccountId::generate();
    talking.own(mine.into()).await;
    talking.own(mailbox.into()).await;
    for id in [mine, others] {
        talking.publish(&callable(id, talking.person)).await;
    }
    talking
        .publish(&account(mailbox, "smtp", talking.person))
        .await;
    talking
        .publish(&account(AccountId::generate(), "imap", talking.person))
        .await;
    talking.settled(3).await;
    talking.post("what can you do?").await;
    let run = talking.next::<RunRequested>(0).await;
    let tools = run.payload.value()["tools"].clone();
    let tools = tools.as_array().unwrap();
    let offered: BTreeMap<_, _> = tools.iter().map(does).collect();
    assert_eq!(
        offered,
        BTreeMap::from([
            ("change_workflow", json!("assistant")),
            ("draft_workflow", json!("assistant")),
            ("find_invoices", json!("workflow")),
            ("publish_workflow", json!("assistant")),
            ("remember", json!("assistant")),
            ("search_inbox", json!("assistant")),
            ("search_memory", json!("assistant")),
            ("search_runs", json!("assistant")),
            ("send_email_work", json!("send_email")),
            ("workflow_from_recipe", json!("assistant")),
        ])
    );
    // Neither what a person may be editing nor what runs is changed unasked.
    let always = tools.iter().filter(|tool| tool["asks"] == "always");
    let always: Vec<_> = always.map(|tool| &tool["name"]).collect();
    assert_eq!(always, ["change_workflow", "publish_workflow"]);
    let mut found = tools.iter().filter(|tool| tool["name"] == "find_invoices");
    let found = found.next().unwrap();
    assert_eq!(found["does"]["workflow_id"], json!(mine));
    assert_eq!(found["input"]["properties"]["year"]["type"], "integer");
}

/// Its name, and what a call does.
fn does(tool: &Value) -> (&str, Value) {
    (tool["name"].as_str().unwrap(), tool["does"]["kind"].clone())
}

fn drafting(talking: &Talking, key: &str, document: &Value) -> AssistantCallRequested {
    AssistantCallRequested {
        origin: EffectOrigin {
            run_id: RunId::generate(),
            workflow_id: talking.assistant.unwrap(),
            node: "assistant".parse().unwrap(),
            effect_key: key.to_owned(),
        },
        operation: "draft".to_owned(),
        arguments: json!({ "document": document }),
        actor: Some(talking.person),
    }
}

#[tokio::test]
async fn a_draft_is_kept_for_its_person_and_a_wrong_one_comes_back_with_its_problems() {
    let talking = Talking::ready().await;
    let nodes = json!([{ "id": "go", "node_type": "trigger.manual" }, { "id": "n", "node_type": "notify", "config": { "title": "x" } }]);
    let edges = json!([{ "source": "go", "source_port": "out", "destination": "n", "destination_port": "in" }]);
    let document = json!({ "name": "Tell me", "nodes": nodes, "edges": edges });
    let before = talking.all::<WorkflowSaveRequested>().len();
    talking
        .publish(&drafting(&talking, "good", &document))
        .await;
    let done = talking.next::<AssistantEffectCompleted>(0).await.0;
    let saved = talking.next::<WorkflowSaveRequested>(before).await;
    assert_eq!((saved.actor, &saved.document), (talking.person, &document));
    assert_eq!(
        done.outcome.value()["workflow_id"],
        json!(saved.workflow_id)
    );

    let mut wrong = document.clone();
    wrong["nodes"][1]["config"] = json!({});
    talking.publish(&drafting(&talking, "bad", &wrong)).await;
    let refused = talking.next::<AssistantEffectFailed>(0).await.0;
    assert_eq!(refused.error.code, "workflow.invalid");
    assert_eq!(refused.error.detail.unwrap()[0]["at"], "/nodes/1/config");
    let mut allowing = document.clone();
    allowing["nodes"][1]["allow"] = json!({ "to": ["*"] });
    talking
        .publish(&drafting(&talking, "allowing", &allowing))
        .await;
    let refused = talking.next::<AssistantEffectFailed>(1).await.0;
    assert_eq!(refused.error.detail.unwrap()[0]["at"], "/nodes/1/allow");
    let mut others = drafting(&talking, "others", &document);
    others.origin.workflow_id = WorkflowId::generate();
    talking.publish(&others).await;
    let refused = talking.next::<AssistantEffectFailed>(2).await.0;
    assert_eq!(refused.error.code, "assistant.not_theirs");
    assert_eq!(talking.all::<WorkflowSaveRequested>().len(), before + 1);
}
