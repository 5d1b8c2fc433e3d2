//! What is remembered, on whose word, and what an answer gets to read of it.

use crate::world::Talking;
use events::{
    AnswerCompleted, AnswerStarted, AssistantCallRequested, AssistantEffectCompleted,
    AssistantEffectFailed, EffectOrigin, Fact, FactChangeRequested, FactChanged,
    FactForgetRequested, FactForgotten, FactLearned, FactRejected, FactRememberRequested,
    FactSource, FactState, RecallReason, RunRequested,
};
use ids::{FactId, MemoryId, TenantId};
use serde_json::{Value, json};

fn memory(talking: &Talking) -> MemoryId {
    MemoryId::of(&TenantId::default_tenant(), talking.person)
}

/// Told on the page.
async fn told(talking: &Talking, text: &str) -> Fact {
    let fact_id = FactId::generate();
    talking
        .publish(&FactRememberRequested {
            fact_id,
            memory_id: memory(talking),
            text: text.into(),
            pinned: false,
            replaces: None,
            actor: talking.person,
        })
        .await;
    talking
        .find(move |learned: &FactLearned| learned.fact.fact_id == fact_id)
        .await
        .fact
}

/// The run that answers a message.
async fn asked(talking: &Talking, text: &str) -> (AnswerStarted, RunRequested) {
    let before = talking.all::<RunRequested>().len();
    talking.post(text).await;
    let run = talking.next::<RunRequested>(before).await;
    let id = run.run_id;
    let started = talking
        .find(move |started: &AnswerStarted| started.run_id == id)
        .await;
    (started, run)
}

async fn answered(talking: &Talking, run: &RunRequested) {
    let id = run.run_id;
    talking.reply(run, "ok").await;
    talking
        .find(move |done: &AnswerCompleted| done.run_id == id)
        .await;
}

/// A tool is called in a run; what it brings.
pub(crate) async fn call(
    talking: &Talking,
    run: &RunRequested,
    operation: &str,
    arguments: Value,
) -> Result<Value, String> {
    let key = FactId::generate().to_string();
    talking
        .publish(&AssistantCallRequested {
            origin: EffectOrigin {
                run_id: run.run_id,
                workflow_id: talking.assistant.unwrap(),
                node: "assistant".parse().unwrap(),
                effect_key: key.clone(),
            },
            operation: operation.to_owned(),
            arguments,
            actor: Some(talking.person),
        })
        .await;
    testkit::wait_until("the call", || async {
        let done = talking.all::<AssistantEffectCompleted>();
        let failed = talking.all::<AssistantEffectFailed>();
        let done = done.into_iter().find(|done| done.0.effect_key == key);
        let failed = failed.into_iter().find(|failed| failed.0.effect_key == key);
        done.map(|done| Ok(done.0.outcome.value().clone()))
            .or(failed.map(|failed| Err(failed.0.error.code)))
    })
    .await
}

fn id(of: &Value) -> FactId {
    of["id"].as_str().unwrap().parse().unwrap()
}

async fn decide(talking: &Talking, fact_id: FactId) {
    talking
        .publish(&FactChangeRequested {
            fact_id,
            memory_id: memory(talking),
            confirmed: true,
            pinned: None,
            actor: talking.person,
        })
        .await;
}

#[tokio::test]
async fn what_a_person_told_is_in_the_context_of_every_answer() {
    let talking = Talking::ready().await;
    let fact = told(&talking, "I am allergic to nuts.").await;
    assert_eq!(
        (fact.source, fact.state),
        (FactSource::Explicit, FactState::Held)
    );
    for question in ["What is the capital of Peru?", "Suggest a dessert."] {
        let (started, run) = asked(&talking, question).await;
        assert_eq!(started.recalled.len(), 1);
        assert_eq!(started.recalled[0].why, RecallReason::Explicit);
        let payload = run.payload.value();
        let read = payload["variables"]["memory"].as_str().unwrap();
        assert!(read.contains("I am allergic to nuts."), "{read}");
        answered(&talking, &run).await;
    }
}

#[tokio::test]
async fn only_the_persons_own_sentence_is_their_word() {
    let talking = Talking::ready().await;
    let (_, run) = asked(
        &talking,
        "Hi! My sister Ann lives in Oslo. What should I give her?",
    )
    .await;
    let own = call(
        &talking,
        &run,
        "remember",
        json!({ "fact": "My sister Ann lives in Oslo." }),
    );
    let own = own.await.unwrap();
    assert_eq!(
        (&own["state"], &own["source"]),
        (&json!("held"), &json!("explicit"))
    );
    let supposed = call(
        &talking,
        &run,
        "remember",
        json!({ "fact": "The person is generous." }),
    );
    let supposed = supposed.await.unwrap();
    assert_eq!(
        (&supposed["state"], &supposed["source"]),
        (&json!("proposed"), &json!("inferred"))
    );
    answered(&talking, &run).await;
    // Never always there, only where it has to do with the question.
    let (started, run) = asked(&talking, "What is 7 times 8?").await;
    let recalled: Vec<FactId> = started.recalled.iter().map(|fact| fact.fact_id).collect();
    assert_eq!(recalled, [id(&own)]);
    answered(&talking, &run).await;
    let (started, _) = asked(&talking, "Is the person a generous one?").await;
    let related = started
        .recalled
        .iter()
        .find(|fact| fact.fact_id == id(&supposed));
    let related = related.unwrap();
    assert_eq!(related.why, RecallReason::Related);
    assert!(related.score.unwrap() > 0.5);
}

#[tokio::test]
async fn what_contradicts_the_persons_word_waits_for_them_and_both_are_kept() {
    let talking = Talking::ready().await;
    let bergen = told(&talking, "I live in Bergen.").await;
    let (_, run) = asked(&talking, "I moved to Oslo.").await;
    let arguments = json!({ "fact": "I moved to Oslo.", "replaces": bergen.fact_id });
    let oslo = call(&talking, &run, "remember", arguments).await.unwrap();
    assert_eq!(oslo["state"], "proposed");
    assert!(oslo["note"].as_str().unwrap().contains("ask"));
    answered(&talking, &run).await;
    decide(&talking, id(&oslo)).await;
    let old = talking
        .find(move |changed: &FactChanged| changed.fact.fact_id == bergen.fact_id)
        .await;
    assert_eq!(old.fact.state, FactState::Superseded);
    assert_eq!(old.fact.replaced_by, Some(id(&oslo)));
    assert_eq!(old.fact.text, "I live in Bergen.");
    let new = talking
        .find(move |changed: &FactChanged| changed.fact.fact_id == id(&oslo))
        .await;
    assert_eq!(new.fact.replaces, Some(bergen.fact_id));
    assert_eq!(new.fact.state, FactState::Held);
    let (started, _) = asked(&talking, "Where do I live?").await;
    let recalled: Vec<FactId> = started.recalled.iter().map(|fact| fact.fact_id).collect();
    assert_eq!(recalled, [new.fact.fact_id]);
}

#[tokio::test]
async fn a_supposition_that_was_used_and_not_taken_back_is_believed() {
    let talking = Talking::ready().await;
    let (_, run) = asked(&talking, "Book me a seat by the window.").await;
    let arguments = json!({ "fact": "Prefers to travel by train." });
    let supposed = call(&talking, &run, "remember", arguments).await.unwrap();
    answered(&talking, &run).await;
    for _ in 0..3 {
        let (started, run) = asked(&talking, "How do I like to travel, by train?").await;
        assert_eq!(started.recalled[0].fact_id, id(&supposed));
        answered(&talking, &run).await;
    }
    let wanted = id(&supposed);
    let believed = talking
        .find(move |changed: &FactChanged| {
            changed.fact.fact_id == wanted && changed.fact.state == FactState::Held
        })
        .await;
    assert_eq!(
        (believed.fact.uses, believed.fact.source),
        (3, FactSource::Inferred)
    );
}

#[tokio::test]
async fn forgetting_takes_along_what_was_inferred_from_it_and_leaves_nothing() {
    let talking = Talking::ready().await;
    let address = told(&talking, "I live at 4 Harbour Road.").await;
    let kept = told(&talking, "I have two cats.").await;
    let (_, run) = asked(&talking, "What is nearby?").await;
    let arguments = json!({ "fact": "Lives close to the sea." });
    let inferred = call(&talking, &run, "remember", arguments).await.unwrap();
    answered(&talking, &run).await;
    let forget = FactForgetRequested {
        fact_id: address.fact_id,
        memory_id: memory(&talking),
        actor: talking.person,
    };
    // Nobody forgets for another.
    let foreign = FactForgetRequested {
        memory_id: MemoryId::from_u128(7),
        ..forget.clone()
    };
    talking.publish(&foreign).await;
    let refused = talking.next::<FactRejected>(0).await;
    assert_eq!(refused.code, "fact.not_found");
    talking.publish(&forget).await;
    let gone = talking.next::<FactForgotten>(0).await;
    assert_eq!(gone.also, [id(&inferred)]);
    assert_eq!((gone.rows_left, gone.vectors_left), (0, 0));
    let (started, _) = asked(&talking, "Where do I live, close to the sea?").await;
    let recalled: Vec<FactId> = started.recalled.iter().map(|fact| fact.fact_id).collect();
    assert_eq!(recalled, [kept.fact_id]);
}

#[tokio::test]
async fn the_memory_is_searched_by_meaning_and_by_words() {
    let talking = Talking::ready().await;
    told(&talking, "Ann, my sister, moved to Oslo.").await;
    let (_, run) = asked(&talking, "Hello").await;
    for fact in [
        "The invoice number was QX-7731.",
        "Enjoys long walks in the woods.",
    ] {
        let kept = call(&talking, &run, "remember", json!({ "fact": fact })).await;
        assert_eq!(kept.unwrap()["state"], "proposed");
    }
    let first = |about: &'static str| {
        let (talking, run) = (&talking, &run);
        async move {
            let found = call(talking, run, "recall", json!({ "about": about })).await;
            let found = found.unwrap();
            found["facts"][0]["fact"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        }
    };
    assert_eq!(
        first("where does my sister live").await,
        "Ann, my sister, moved to Oslo."
    );
    assert_eq!(
        first("hiking, nature").await,
        "Enjoys long walks in the woods."
    );
    assert_eq!(first("QX-7731").await, "The invoice number was QX-7731.");
}

#[tokio::test]
async fn what_is_known_is_not_kept_twice_and_what_is_not_known_is_not_replaced() {
    let talking = Talking::ready().await;
    let cats = told(&talking, "I have two cats.").await;
    talking
        .publish(&FactRememberRequested {
            fact_id: FactId::generate(),
            memory_id: memory(&talking),
            text: "i have TWO cats.".into(),
            pinned: true,
            replaces: None,
            actor: talking.person,
        })
        .await;
    assert_eq!(talking.next::<FactRejected>(0).await.code, "fact.known");
    let corrected = FactRememberRequested {
        fact_id: FactId::generate(),
        memory_id: memory(&talking),
        text: "I have two Cats.".into(),
        pinned: false,
        replaces: Some(cats.fact_id),
        actor: talking.person,
    };
    talking.publish(&corrected).await;
    let cats = talking.next::<FactLearned>(1).await.fact;
    assert_eq!(cats.text, "I have two Cats.");
    let (_, run) = asked(&talking, "Hello").await;
    let again = call(
        &talking,
        &run,
        "remember",
        json!({ "fact": "I have two cats." }),
    )
    .await;
    assert_eq!(id(&again.unwrap()), cats.fact_id);
    for replaces in [json!(FactId::generate()), json!("the one about cats")] {
        let arguments = json!({ "fact": "I have a dog.", "replaces": replaces });
        let refused = call(&talking, &run, "remember", arguments).await;
        assert_eq!(refused.unwrap_err(), "fact.not_found");
    }
    assert_eq!(talking.all::<FactLearned>().len(), 2);
}

#[tokio::test]
async fn whose_a_memory_is_is_told_with_the_first_fact_though_something_was_refused_before() {
    let talking = Talking::ready().await;
    let (_, run) = asked(&talking, "Hello").await;
    let arguments = json!({ "fact": "Has a dog.", "replaces": FactId::generate() });
    let refused = call(&talking, &run, "remember", arguments).await;
    assert_eq!(refused.unwrap_err(), "fact.not_found");
    let memory = memory(&talking).into();
    assert_eq!(talking.owned(&memory), 0);
    told(&talking, "I have two cats.").await;
    told(&talking, "I have a dog.").await;
    assert_eq!(talking.owned(&memory), 1);
}
