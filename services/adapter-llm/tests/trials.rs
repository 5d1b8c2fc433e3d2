//! What people think of answers, and what becomes of prompts through it: real servers, a scripted model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::Bench;
use adapter_llm::{
    Asker, Catalogue, Evaluator, Llm, MIGRATIONS, Prompts, SHIPPED, manifest, shipped_id, sync,
};
use bus::{Cause, Received};
use events::{
    EffectOrigin, Event, Feedback, FeedbackGiven, FeedbackRejected, FeedbackRequested, Json,
    LlmCall, LlmCallRequested, LlmCompleted, LlmFailed, LlmOrigin, PromptDrifted, PromptEvaluated,
    PromptEvaluationRequested, PromptLabelRequested, PromptLabelled, PromptRejected,
    PromptSaveRequested, Verdict,
};
use ids::{EvaluationId, EventId, FeedbackId, InvocationId, TenantId, UserId};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Apply;
use testkit::{Script, ScriptedModel, wait_until};

struct World {
    bench: Bench<Llm>,
    model: ScriptedModel,
    evaluator: Evaluator,
}

impl World {
    async fn start() -> Self {
        let model = ScriptedModel::start().await;
        let kept = Mutex::new(None);
        let bench = Bench::start(manifest(), &MIGRATIONS, |parts| {
            let catalogue = Arc::new(Catalogue::new(
                parts.database.clone(),
                parts.accounts.clone(),
                parts.egress.http(),
                Duration::from_secs(2),
                None,
            ));
            let asker = || Asker::new(parts.database.clone(), Arc::clone(&catalogue));
            *kept.lock().unwrap() = Some(Evaluator::new(asker()));
            Llm::new(asker(), Arc::clone(&parts.bus))
        })
        .await;
        sync(&bench.database).await.unwrap();
        let settings = json!({ "base_url": model.base_url(), "model": "scripted" });
        bench
            .connect(settings, &json!({ "api_key": "sk" }), &["127.0.0.1"])
            .await;
        let evaluator = kept.into_inner().unwrap().unwrap();
        Self {
            bench,
            model,
            evaluator,
        }
    }

    /// What the model will say of a text.
    fn will_say(&self, category: &str) {
        let text = json!({ "category": category, "confidence": 1 }).to_string();
        self.model.then(Script::Answer { text });
    }

    async fn classify(&self, origin: EffectOrigin) {
        let key = origin.effect_key.clone();
        let call = LlmCall {
            prompt: "classify".into(),
            variables: json!({ "text": "Your invoice", "categories": ["invoice", "other"] }),
            messages: Vec::new(),
            tools: Vec::new(),
            output_schema: Some(json!({
                "type": "object",
                "properties": { "category": { "enum": ["invoice", "other"] }, "confidence": { "type": "number" } },
                "required": ["category", "confidence"],
            })),
            model: None,
            need: None,
            temperature: None,
            max_tokens: None,
            told: None,
        };
        self.bench.request(&LlmCallRequested { origin, call }).await;
        self.bench.answer(&key, 1).await.ok();
    }

    /// An answer of the model, by the key of its effect.
    async fn answer(&self, key: &str, category: &str) -> LlmCompleted {
        self.will_say(category);
        self.classify(self.bench.origin(key)).await;
        let is_it = |heard: &Value| heard["origin"]["effect_key"] == key;
        serde_json::from_value(self.bench.hears::<LlmCompleted>(is_it).await).unwrap()
    }

    async fn apply<E: Event>(&self, event: E)
    where
        Prompts: Apply<E>,
    {
        let cause = Cause::root(TenantId::default_tenant());
        let id = EventId::generate();
        let message =
            bus::Message::encode("gateway", &cause, &event, id, chrono::Utc::now()).unwrap();
        let envelope = message.envelope;
        let mut tx = self
            .bench
            .database
            .begin(Cause::of(&envelope))
            .await
            .unwrap();
        let received = Received { envelope, event };
        Prompts.apply(&mut tx, &received).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn say(&self, origin: &LlmOrigin, invocation: InvocationId, said: Said<'_>) {
        let feedback = Feedback {
            feedback_id: FeedbackId::generate(),
            invocation_id: invocation,
            verdict: said.0,
            path: said.1.into(),
            expected: said.2.map(Json::from),
            comment: String::new(),
            question_id: None,
            actor: Some(UserId::generate()),
        };
        let origin = origin.clone();
        self.apply(FeedbackRequested { origin, feedback }).await;
    }

    async fn save(&self, text: &str) {
        self.apply(PromptSaveRequested {
            prompt_id: shipped_id("classify"),
            name: "classify".into(),
            text: format!("{text} {{{{ text }}}}"),
            label: Some("production".into()),
            actor: UserId::generate(),
        })
        .await;
    }

    async fn label(&self, label: &str, version: u32) {
        self.apply(PromptLabelRequested {
            prompt_id: shipped_id("classify"),
            label: label.into(),
            version,
            actor: UserId::generate(),
        })
        .await;
    }

    async fn production(&self) -> i32 {
        sqlx::query_scalar(
            "SELECT version FROM prompt_moves WHERE prompt_id = $1 AND label = 'production' ORDER BY moved_at DESC LIMIT 1",
        )
        .bind(shipped_id("classify").uuid())
        .fetch_one(self.bench.database.pool())
        .await
        .unwrap()
    }

    /// The first `count` of this type that were told, in order.
    async fn told<E: Event>(&self, count: usize) -> Vec<E> {
        let heard = wait_until(&format!("{count} × {}", E::TYPE), async || {
            let heard = self.bench.heard::<E>();
            (heard.len() >= count).then_some(heard)
        })
        .await;
        let read = |heard| serde_json::from_value(heard).unwrap();
        heard.into_iter().map(read).collect()
    }

    /// Why the first `count` wishes were refused.
    async fn refusals(&self, count: usize) -> Vec<String> {
        let told = self.told::<PromptRejected>(count).await.into_iter();
        told.map(|event| event.code).collect()
    }
}

type Said<'a> = (Verdict, &'a str, Option<Value>);

fn should_be(category: &str) -> Said<'static> {
    (Verdict::Wrong, "/category", Some(json!(category)))
}

#[tokio::test]
async fn a_version_that_does_worse_on_what_people_corrected_takes_no_label() {
    let world = World::start().await;
    let answer = world.answer("one", "other").await;
    world
        .say(&answer.origin, answer.invocation_id, should_be("invoice"))
        .await;
    let given = world.told::<FeedbackGiven>(1).await;
    assert_eq!(
        (given[0].version, given[0].answered.value()),
        (1, json!("other"))
    );

    world.save("Worse").await;
    assert_eq!(world.production().await, 1, "it is tried first");
    world.will_say("other");
    world.will_say("invoice");
    assert!(world.evaluator.try_next().await.unwrap());
    assert_eq!(world.refusals(1).await, ["prompt.worse"]);
    assert_eq!(world.production().await, 1);
    let tried = world.told::<PromptEvaluated>(1).await.pop().unwrap();
    assert_eq!((tried.version, tried.against), (2, 1));
    assert!(!tried.cases[0].passed && tried.cases[0].passed_before);
    assert!(
        tried
            .problem
            .unwrap()
            .contains(&tried.cases[0].feedback_id.to_string())
    );

    world.save("Better").await;
    world.will_say("invoice");
    world.will_say("other");
    assert!(world.evaluator.try_next().await.unwrap());
    assert_eq!(world.production().await, 3);
    // Going back needs no trial.
    world.label("production", 1).await;
    assert_eq!(world.production().await, 1);
    assert!(!world.evaluator.try_next().await.unwrap());
    let moves = world.told::<PromptLabelled>(SHIPPED.len() + 2).await;
    let moves: Vec<u32> = moves
        .iter()
        .filter(|told| told.prompt_id == shipped_id("classify"))
        .map(|told| told.version)
        .collect();
    assert_eq!(moves, [1, 3, 1]);
}

#[tokio::test]
async fn a_case_is_gone_when_the_last_word_is_that_it_was_right() {
    let world = World::start().await;
    let answer = world.answer("one", "other").await;
    let (origin, id) = (&answer.origin, answer.invocation_id);
    world
        .say(origin, id, (Verdict::Wrong, "/category", None))
        .await;
    world
        .say(origin, id, (Verdict::Right, "/category", None))
        .await;
    world.save("New").await;
    assert_eq!(world.production().await, 2);
}

#[tokio::test]
async fn a_version_is_not_judged_while_the_model_is_away() {
    let world = World::start().await;
    let answer = world.answer("one", "other").await;
    world
        .say(&answer.origin, answer.invocation_id, should_be("invoice"))
        .await;
    world
        .apply(PromptEvaluationRequested {
            evaluation_id: EvaluationId::generate(),
            prompt_id: shipped_id("classify"),
            version: 1,
            actor: UserId::generate(),
        })
        .await;
    world.model.then(Script::Refused { status: 401 });
    assert!(world.evaluator.try_next().await.unwrap());
    assert_eq!(world.refusals(1).await, ["prompt.not_evaluated"]);
    let tried = world.told::<PromptEvaluated>(1).await.pop().unwrap();
    assert!(tried.cases.is_empty() && tried.problem.is_some());
}

#[tokio::test]
async fn a_run_keeps_the_version_that_was_in_production_when_it_began() {
    let world = World::start().await;
    let mut origin = world.bench.origin("before");
    tokio::time::sleep(Duration::from_millis(5)).await;
    world.save("New").await;
    world.will_say("other");
    world.classify(origin.clone()).await;
    origin.run_id = world.bench.origin("").run_id;
    origin.effect_key = "after".into();
    world.will_say("other");
    world.classify(origin).await;
    let by = |key: &'static str| move |heard: &Value| heard["origin"]["effect_key"] == key;
    let before = world.bench.hears::<LlmCompleted>(by("before")).await;
    let after = world.bench.hears::<LlmCompleted>(by("after")).await;
    assert_eq!(
        (&before["prompt"], &after["prompt"]),
        (&json!("classify@1"), &json!("classify@2"))
    );
}

#[tokio::test]
async fn a_version_whose_answers_are_corrected_drifts_once() {
    let world = World::start().await;
    for number in 0..8 {
        let answer = world.answer(&format!("good {number}"), "other").await;
        if number == 0 {
            world.label("checked", 1).await;
            world
                .say(
                    &answer.origin,
                    answer.invocation_id,
                    (Verdict::Right, "", None),
                )
                .await;
        }
    }
    world.save("Bad").await;
    for number in 0..6 {
        let answer = world.answer(&format!("bad {number}"), "other").await;
        world
            .say(&answer.origin, answer.invocation_id, should_be("invoice"))
            .await;
    }
    let drifts = world.told::<PromptDrifted>(1).await;
    assert_eq!(drifts.len(), 1);
    assert_eq!(
        (
            drifts[0].version,
            drifts[0].answers_before,
            drifts[0].wrong_before
        ),
        (2, 8, 0)
    );
    assert!((3..=6).contains(&drifts[0].wrong), "{}", drifts[0].wrong);
}

#[tokio::test]
async fn feedback_that_cannot_be_kept_is_refused_with_its_reason() {
    let world = World::start().await;
    let answer = world.answer("one", "other").await;
    let (origin, id) = (&answer.origin, answer.invocation_id);
    world
        .say(origin, InvocationId::generate(), should_be("invoice"))
        .await;
    world.say(origin, id, (Verdict::Wrong, "/kind", None)).await;
    world.say(origin, id, should_be("bank")).await;
    world
        .say(
            origin,
            id,
            (Verdict::Right, "/category", Some(json!("invoice"))),
        )
        .await;
    world.model.then(Script::Declined);
    world.classify(world.bench.origin("failed")).await;
    let failed = world.bench.hears::<LlmFailed>(|_| true).await;
    let failed: LlmFailed = serde_json::from_value(failed).unwrap();
    world
        .say(
            &failed.origin,
            failed.invocation_id,
            (Verdict::Wrong, "", None),
        )
        .await;
    let codes: Vec<String> = world
        .told::<FeedbackRejected>(5)
        .await
        .into_iter()
        .map(|told| told.code)
        .collect();
    assert_eq!(
        codes,
        [
            "feedback.call_unknown",
            "feedback.path_unknown",
            "feedback.expected_unfit",
            "feedback.expected_invalid",
            "feedback.no_answer"
        ]
    );
    assert_eq!(world.bench.heard::<FeedbackGiven>(), Vec::<Value>::new());
}

#[tokio::test]
async fn labels_that_cannot_be_are_refused_with_their_reason() {
    let world = World::start().await;
    world.label("3", 1).await;
    world.label("Latest", 1).await;
    world.label("latest", 9).await;
    assert_eq!(
        world.refusals(3).await,
        [
            "prompt.label_invalid",
            "prompt.label_invalid",
            "prompt.version_unknown"
        ]
    );
}
