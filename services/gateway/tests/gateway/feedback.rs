use crate::{
    facts::{Log, own, person, project, tell, tell_all},
    questions::{asked, effect, question},
    support::Gateway,
};
use events::{
    CaseResult, Feedback, FeedbackGiven, FeedbackRequested, Json, LlmCompleted, LlmOrigin,
    PromptDrifted, PromptEvaluated, PromptLabelled, PromptSaved, RunEvent, Verdict, WorkflowSaved,
};
use http::{HeaderValue, StatusCode};
use ids::{
    EvaluationId, EventId, FeedbackId, InvocationId, PromptId, RunId, UserId, VersionId, WorkflowId,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::wait_until;

async fn saved(gateway: &Gateway, prompt_id: PromptId, version: u32, labelled: bool) {
    let event = PromptSaved {
        prompt_id,
        name: "sorter".to_owned(),
        version,
        text: format!("Text {version}"),
        actor: None,
        labelled,
        saved_at: chrono::Utc::now(),
    };
    tell(gateway, &event).await;
    if labelled {
        labelled_as(gateway, prompt_id, "production", version).await;
    }
}

async fn labelled_as(gateway: &Gateway, prompt_id: PromptId, label: &str, version: u32) {
    let event = PromptLabelled {
        prompt_id,
        label: label.to_owned(),
        version,
        actor: None,
        labelled_at: chrono::Utc::now(),
    };
    tell(gateway, &event).await;
}

async fn prompt(
    gateway: &Gateway,
    who: &HeaderValue,
    id: PromptId,
    is_it: impl Fn(&Value) -> bool,
) -> Value {
    let path = format!("/api/v1/prompts/{id}");
    wait_until("the prompt is shown", async || {
        let answer = gateway.get(&path, who).await;
        let found = (answer.status_code() == StatusCode::OK).then(|| answer.json::<Value>());
        found.filter(&is_it)
    })
    .await
}

/// A model's answer in a run of the person's own workflow.
async fn answered(gateway: &Gateway, who: &HeaderValue) -> (WorkflowId, LlmCompleted) {
    let workflow_id = WorkflowId::generate();
    own(gateway, workflow_id, person(gateway, who).await).await;
    let event = completed(workflow_id, RunId::generate(), "key");
    tell(gateway, &event).await;
    let path = format!("/api/v1/invocations/{}", event.invocation_id);
    wait_until("the answer is shown", async || {
        let answer = gateway.get(&path, who).await;
        (answer.status_code() == StatusCode::OK).then_some(())
    })
    .await;
    (workflow_id, event)
}

fn completed(workflow_id: WorkflowId, run_id: RunId, effect_key: &str) -> LlmCompleted {
    LlmCompleted {
        invocation_id: InvocationId::generate(),
        origin: LlmOrigin::Run {
            run_id,
            workflow_id,
            effect_key: effect_key.to_owned(),
        },
        prompt: "sorter@1".to_owned(),
        model: "m".to_owned(),
        output: json!({ "category": "spam" }),
        input_tokens: 1,
        output_tokens: 1,
        cost_micros: 0,
        latency_ms: 1,
        repaired: false,
        fell_back_from: Vec::new(),
        completed_at: chrono::Utc::now(),
    }
}

#[tokio::test]
async fn a_prompt_shows_what_its_labels_name_and_how_its_versions_did() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let id = PromptId::generate();
    own(&gateway, id, person(&gateway, &who).await).await;
    saved(&gateway, id, 1, true).await;
    saved(&gateway, id, 2, false).await;
    let both = |prompt: &Value| prompt["versions"] == json!([1, 2]);
    let shown = prompt(&gateway, &who, id, both).await;
    assert_eq!(
        (&shown["version"], &shown["text"]),
        (&json!(1), &json!("Text 1"))
    );
    let version: Value = gateway
        .get(&format!("/api/v1/prompts/{id}/versions/2"), &who)
        .await
        .json();
    assert_eq!(version["text"], "Text 2");
    let none = gateway
        .get(&format!("/api/v1/prompts/{id}/versions/3"), &who)
        .await;
    none.assert_status(StatusCode::NOT_FOUND);

    let evaluation_id = EvaluationId::generate();
    let case = |passed, passed_before| CaseResult {
        feedback_id: FeedbackId::generate(),
        passed,
        passed_before,
    };
    tell(
        &gateway,
        &PromptEvaluated {
            evaluation_id,
            prompt_id: id,
            version: 2,
            against: 1,
            label: Some("production".to_owned()),
            cases: vec![case(true, false), case(true, true), case(false, false)],
            problem: None,
            cost_micros: 20_000,
            actor: None,
            evaluated_at: chrono::Utc::now(),
        },
    )
    .await;
    labelled_as(&gateway, id, "production", 2).await;
    let moved = |prompt: &Value| prompt["labels"] == json!({ "production": 2 });
    assert_eq!(prompt(&gateway, &who, id, moved).await["text"], "Text 2");
    let path = format!("/api/v1/prompts/{id}/evaluations");
    let evaluations: Value = gateway.get(&path, &who).await.json();
    let first = &evaluations["items"][0];
    assert_eq!(
        (
            &first["passed"],
            &first["passed_before"],
            &first["cost_cents"]
        ),
        (&json!(2), &json!(1), &json!(2.0))
    );

    tell(
        &gateway,
        &PromptDrifted {
            prompt_id: id,
            name: "sorter".to_owned(),
            version: 2,
            answers: 5,
            wrong: 4,
            answers_before: 90,
            wrong_before: 1,
            drifted_at: chrono::Utc::now(),
        },
    )
    .await;
    prompt(&gateway, &who, id, |prompt| {
        prompt["drift"]["wrong"] == json!(4)
    })
    .await;
    // Who goes back to the version before has no drift any more.
    labelled_as(&gateway, id, "production", 1).await;
    prompt(&gateway, &who, id, |prompt| {
        prompt["drift"].is_null() && prompt["version"] == json!(1)
    })
    .await;
}

#[tokio::test]
async fn feedback_is_asked_for_under_the_permission_of_the_answer_and_shown_as_a_case() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let id = PromptId::generate();
    own(&gateway, id, person(&gateway, &who).await).await;
    saved(&gateway, id, 1, true).await;
    let (_, answer) = answered(&gateway, &who).await;
    let path = format!("/api/v1/invocations/{}/feedback", answer.invocation_id);
    let body =
        json!({ "verdict": "wrong", "path": "/category", "expected": "bank", "comment": "Look!" });
    let sent = gateway
        .post(&path, &who, &body)
        .add_header("prefer", "respond-async");
    sent.await.assert_status(StatusCode::ACCEPTED);
    let asked = gateway
        .emitted("llm.feedback_requested")
        .await
        .pop()
        .unwrap();
    let asked: FeedbackRequested = serde_json::from_value(asked).unwrap();
    assert_eq!(asked.origin, answer.origin);
    assert_eq!(
        asked.feedback.expected.as_ref().unwrap().value(),
        json!("bank")
    );
    let given = |feedback: Feedback| FeedbackGiven {
        origin: answer.origin.clone(),
        feedback,
        prompt_id: id,
        version: 1,
        answered: Json::from(json!("spam")),
        given_at: chrono::Utc::now(),
    };
    tell(&gateway, &given(asked.feedback.clone())).await;
    let cases = format!("/api/v1/prompts/{id}/cases");
    let shown = wait_until("the case is shown", async || {
        let page: Value = gateway.get(&cases, &who).await.json();
        page["items"].get(0).cloned()
    })
    .await;
    assert_eq!(
        (&shown["answered"], &shown["expected"]),
        (&json!("spam"), &json!("bank"))
    );
    let right = Feedback {
        feedback_id: FeedbackId::generate(),
        verdict: Verdict::Right,
        expected: None,
        ..asked.feedback
    };
    tell(&gateway, &given(right)).await;
    wait_until("the last word counts", async || {
        let page: Value = gateway.get(&cases, &who).await.json();
        (page["items"] == json!([])).then_some(())
    })
    .await;

    let foreign = completed(WorkflowId::generate(), RunId::generate(), "key");
    tell(&gateway, &foreign).await;
    let path = format!("/api/v1/invocations/{}/feedback", foreign.invocation_id);
    gateway
        .post(&path, &who, &body)
        .await
        .assert_status(StatusCode::NOT_FOUND);
    let path = format!("/api/v1/invocations/{}/feedback", answer.invocation_id);
    let odd = gateway
        .post(&path, &who, &json!({ "verdict": "so so" }))
        .await;
    odd.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_refuses_what_came_of_an_answer_has_said_that_it_was_wrong() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let workflow_id = WorkflowId::generate();
    own(&gateway, workflow_id, person(&gateway, &who).await).await;
    let (sort, invocation_id) = ("sort", InvocationId::generate());
    let place = |id: &str| (id.parse().unwrap(), vec![2]);
    let ((node, iteration), (same, again)) = (place(sort), place(sort));
    let question = question(effect());
    let log = Log::new(
        workflow_id,
        EventId::generate(),
        vec![vec![
            RunEvent::EffectRequested {
                at_ms: 1,
                node,
                iteration,
                effect_key: "k".to_owned(),
                protocol: "llm".to_owned(),
                operation: "classify".to_owned(),
                request: Json::from(json!({})),
            },
            RunEvent::CostIncurred {
                at_ms: 2,
                node: same,
                iteration: again,
                invocation_id,
                input_tokens: 1,
                output_tokens: 1,
                cost_micros: 0,
                child_run_id: None,
            },
            asked(&question),
        ]],
    );
    let mut version = crate::facts::saved(workflow_id, VersionId::generate(), 1);
    version.version.version_id = log.version;
    version.version.document = json!({
        "name": "Pay",
        "nodes": [],
        "edges": [{ "source": sort, "source_port": "out", "destination": "pay", "destination_port": "in" }],
    });
    tell::<WorkflowSaved>(&gateway, &version).await;
    tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
    let path = format!("/api/v1/questions/{}/decision", question.question_id);
    wait_until("the question is refused", async || {
        let body = json!({ "decision": "reject", "hash": "h1", "comment": "No." });
        let sent = gateway
            .post(&path, &who, &body)
            .add_header("prefer", "respond-async");
        (sent.await.status_code() == StatusCode::ACCEPTED).then_some(())
    })
    .await;
    let said = gateway.emitted("llm.feedback_requested").await;
    let said: Vec<FeedbackRequested> = said
        .into_iter()
        .map(|said| serde_json::from_value(said).unwrap())
        .collect();
    let [said] = said.as_slice() else {
        panic!("{said:?}");
    };
    let feedback = &said.feedback;
    assert_eq!(
        (
            feedback.invocation_id,
            feedback.verdict,
            feedback.question_id,
            feedback.comment.as_str()
        ),
        (
            invocation_id,
            Verdict::Wrong,
            Some(question.question_id),
            "No."
        )
    );
    assert!(
        feedback
            .actor
            .is_some_and(|actor| actor != UserId::from_u128(0))
    );
}
