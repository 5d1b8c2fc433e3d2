use crate::{
    facts::{own, person, project, tell},
    support::Gateway,
};
use events::{
    AnswerStarted, ConversationStarted, Event, Fact, FactChangeRequested, FactChanged,
    FactForgetRequested, FactForgotten, FactLearned, FactRememberRequested, FactSource, FactState,
    RecallReason, Recalled,
};
use http::{HeaderValue, StatusCode};
use ids::{ConversationId, FactId, MemoryId, MessageId, RunId, TenantId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::wait_until;

struct Known<'a> {
    gateway: &'a Gateway,
    memory: MemoryId,
}

impl<'a> Known<'a> {
    async fn of(gateway: &'a Gateway, who: &HeaderValue) -> Self {
        let me = person(gateway, who).await;
        let memory = MemoryId::of(&TenantId::default_tenant(), me);
        own(gateway, memory, me).await;
        Self { gateway, memory }
    }

    fn fact(&self, text: &str) -> Fact {
        Fact {
            fact_id: FactId::generate(),
            memory_id: self.memory,
            text: text.to_owned(),
            source: FactSource::Explicit,
            state: FactState::Held,
            pinned: false,
            replaces: None,
            replaced_by: None,
            run_id: None,
            uses: 0,
            learned_at: chrono::Utc::now(),
            changed_at: chrono::Utc::now(),
        }
    }

    async fn learned(&self, fact: &Fact) {
        let event = FactLearned {
            memory_id: self.memory,
            fact: fact.clone(),
        };
        tell(self.gateway, &event).await;
    }

    async fn changed(&self, fact: &Fact) {
        let event = FactChanged {
            memory_id: self.memory,
            fact: fact.clone(),
        };
        tell(self.gateway, &event).await;
    }

    async fn forgotten(&self, fact: FactId, also: Vec<FactId>) {
        tell(
            self.gateway,
            &FactForgotten {
                memory_id: self.memory,
                fact_id: fact,
                also,
                rows_left: 0,
                vectors_left: 0,
                forgotten_at: chrono::Utc::now(),
            },
        )
        .await;
    }

    /// Waits until the list of facts is this, the newest first.
    async fn shows(&self, who: &HeaderValue, query: &str, texts: &[&str]) {
        let path = format!("/api/v1/facts{query}");
        wait_until("the facts are shown", async || {
            let page: Value = self.gateway.get(&path, who).await.json();
            let items = page["items"].as_array().unwrap();
            let shown = items.iter().map(|item| item["text"].as_str().unwrap());
            shown.eq(texts.iter().copied()).then_some(())
        })
        .await;
    }
}

fn after(fact: &Fact, seconds: i64) -> Fact {
    Fact {
        changed_at: fact.changed_at + chrono::Duration::seconds(seconds),
        ..fact.clone()
    }
}

#[tokio::test]
async fn facts_are_shown_to_their_person_with_what_became_of_them() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let known = Known::of(&gateway, &who).await;
    project(&gateway);
    let bergen = known.fact("I live in Bergen.");
    let oslo = Fact {
        replaces: Some(bergen.fact_id),
        learned_at: bergen.learned_at + chrono::Duration::seconds(1),
        ..known.fact("I live in Oslo.")
    };
    let superseded = Fact {
        state: FactState::Superseded,
        replaced_by: Some(oslo.fact_id),
        ..after(&bergen, 5)
    };
    // The newer comes first, then the older: it must not win.
    known.changed(&superseded).await;
    known.learned(&bergen).await;
    known.learned(&oslo).await;
    let foreign = Fact {
        memory_id: MemoryId::from_u128(3),
        ..known.fact("I live elsewhere.")
    };
    tell(
        &gateway,
        &FactLearned {
            memory_id: foreign.memory_id,
            fact: foreign.clone(),
        },
    )
    .await;
    known
        .shows(&who, "", &["I live in Oslo.", "I live in Bergen."])
        .await;
    known.shows(&who, "?state=held", &["I live in Oslo."]).await;
    known.shows(&who, "?q=BERGEN", &["I live in Bergen."]).await;
    let path = format!("/api/v1/facts/{}/history", oslo.fact_id);
    let history: Value = gateway.get(&path, &who).await.json();
    assert_eq!(history["items"][0]["state"], "superseded");
    assert_eq!(history["items"][0]["replaced_by"], json!(oslo.fact_id));
    assert_eq!(history["items"][1]["text"], "I live in Oslo.");
    let foreign = gateway
        .get(&format!("/api/v1/facts/{}", foreign.fact_id), &who)
        .await;
    foreign.assert_status(StatusCode::NOT_FOUND);
    let wrong = gateway.get("/api/v1/facts?state=sure", &who).await;
    wrong.assert_status(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_forgotten_is_gone_for_good_with_what_answers_rested_on() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let known = Known::of(&gateway, &who).await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let (address, supposed) = (
        known.fact("I live at 4 Harbour Road."),
        known.fact("Swims."),
    );
    known.learned(&address).await;
    known.learned(&supposed).await;
    let conversation = ConversationId::generate();
    own(&gateway, conversation, me).await;
    tell(
        &gateway,
        &ConversationStarted {
            conversation_id: conversation,
            title: "Plans".into(),
            actor: me,
            started_at: chrono::Utc::now(),
        },
    )
    .await;
    let recalled = |fact: &Fact, why| Recalled {
        fact_id: fact.fact_id,
        why,
        score: Some(0.5),
    };
    tell(
        &gateway,
        &AnswerStarted {
            conversation_id: conversation,
            message_id: MessageId::generate(),
            answers: MessageId::generate(),
            run_id: RunId::generate(),
            recalled: vec![
                recalled(&address, RecallReason::Explicit),
                recalled(&supposed, RecallReason::Related),
            ],
            started_at: chrono::Utc::now(),
        },
    )
    .await;
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let rests_on = async |count: usize| {
        wait_until("what the answer rests on", async || {
            let page: Value = gateway.get(&path, &who).await.json();
            let message = page["items"].as_array()?.first()?.clone();
            let facts = message["recalled"].as_array().cloned().unwrap_or_default();
            (facts.len() == count).then_some(facts)
        })
        .await
    };
    let facts = rests_on(2).await;
    assert_eq!(facts[0]["id"], json!(address.fact_id));
    assert_eq!(
        (&facts[0]["why"], &facts[1]["why"]),
        (&json!("explicit"), &json!("related"))
    );
    assert_eq!(facts[1]["text"], "Swims.");

    let shown = format!("/api/v1/facts/{}/forgetting", address.fact_id);
    gateway
        .get(&shown, &who)
        .await
        .assert_status(StatusCode::NOT_FOUND);
    known
        .forgotten(address.fact_id, vec![supposed.fact_id])
        .await;
    known.shows(&who, "", &[]).await;
    rests_on(0).await;
    // What comes late does not bring it back.
    known.changed(&after(&address, 9)).await;
    known.learned(&supposed).await;
    let last = known.fact("I have two cats.");
    known.learned(&last).await;
    known.shows(&who, "", &["I have two cats."]).await;
    for id in [address.fact_id, supposed.fact_id] {
        let audit = gateway
            .get(&format!("/api/v1/facts/{id}/forgetting"), &who)
            .await;
        let audit: Value = audit.json();
        assert_eq!(
            (&audit["rows_left"], &audit["vectors_left"]),
            (&json!(0), &json!(0))
        );
        assert_eq!(audit["also"], json!([supposed.fact_id]));
    }
}

/// The one event of this type that was made durable.
async fn asked<E: Event + DeserializeOwned>(gateway: &Gateway) -> E {
    let emitted = gateway.emitted(E::TYPE).await;
    assert_eq!(emitted.len(), 1);
    serde_json::from_value(emitted[0].clone()).unwrap()
}

#[tokio::test]
async fn a_person_tells_confirms_and_forgets() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let known = Known::of(&gateway, &who).await;
    project(&gateway);
    let made = gateway
        .post(
            "/api/v1/facts",
            &who,
            &json!({ "text": "  I have two cats. ", "pinned": true }),
        )
        .add_header("prefer", "respond-async")
        .await;
    made.assert_status(StatusCode::ACCEPTED);
    let event: FactRememberRequested = asked(&gateway).await;
    assert_eq!(
        (event.text.as_str(), event.pinned),
        ("I have two cats.", true)
    );
    assert_eq!(event.memory_id, known.memory);
    for (body, pointer) in [
        (json!({ "text": " " }), "/text"),
        (json!({ "text": "x".repeat(501) }), "/text"),
        (json!({ "text": "a", "replaces": "cats" }), "/replaces"),
        (json!({}), ""),
    ] {
        let refused = gateway.post("/api/v1/facts", &who, &body).await;
        refused.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = refused.json();
        let named = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert!(named.starts_with(pointer), "{problem}");
    }

    let fact = known.fact("I have two cats.");
    known.learned(&fact).await;
    known.shows(&who, "", &["I have two cats."]).await;
    let path = format!("/api/v1/facts/{}", fact.fact_id);
    let change = async |body: Value| {
        let request = gateway.server.patch(&path).json(&body);
        let request = request.add_header("cookie", who.clone());
        request.add_header("prefer", "respond-async").await
    };
    let confirmed = change(json!({ "state": "held" })).await;
    confirmed.assert_status(StatusCode::ACCEPTED);
    let event: FactChangeRequested = asked(&gateway).await;
    assert_eq!(
        (event.fact_id, event.confirmed, event.pinned),
        (fact.fact_id, true, None)
    );
    let nothing = change(json!({})).await;
    nothing.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    let forget = gateway
        .server
        .delete(&path)
        .add_header("cookie", who.clone());
    let forget = forget.add_header("prefer", "respond-async").await;
    forget.assert_status(StatusCode::ACCEPTED);
    let event: FactForgetRequested = asked(&gateway).await;
    assert_eq!(
        (event.fact_id, event.memory_id),
        (fact.fact_id, known.memory)
    );
}
