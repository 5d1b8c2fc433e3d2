use crate::{
    facts::{Log, own, person, project, tell_all},
    support::Gateway,
};
use events::{Decision, Json, Question, QuestionDecided, RunEvent, Subject, TaintStep, Tainted};
use http::{HeaderValue, StatusCode};
use ids::{EventId, QuestionId, RunId, UserId, WorkflowId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::wait_until;

fn node() -> ids::NodeId {
    "pay".parse().unwrap()
}

pub(crate) fn effect() -> Subject {
    Subject::Effect {
        protocol: "http".to_owned(),
        operation: "request".to_owned(),
        request: Json::from(json!({ "method": "POST", "url": "https://bank.example/" })),
        hash: "h1".to_owned(),
    }
}

fn form() -> Subject {
    Subject::Form {
        form: json!({ "type": "object", "required": ["iban"], "properties": { "iban": { "type": "string" } } }),
    }
}

pub(crate) fn question(about: Subject) -> Box<Question> {
    Box::new(Question {
        question_id: QuestionId::generate(),
        title: "Pay?".to_owned(),
        text: String::new(),
        about,
        tainted: Vec::new(),
        assignees: Vec::new(),
        not: None,
        escalation: None,
        deadline: None,
    })
}

pub(crate) fn asked(question: &Question) -> RunEvent {
    RunEvent::ApprovalRequested {
        at_ms: 1_700_000_000_000,
        node: node(),
        iteration: vec![2],
        question: Box::new(question.clone()),
    }
}

fn decided(question: &Question, actor: UserId) -> RunEvent {
    RunEvent::ApprovalDecided {
        at_ms: 1_700_000_001_000,
        node: node(),
        iteration: vec![2],
        question_id: question.question_id,
        decision: Decision::Approve,
        actor: Some(actor),
        comment: "fine".to_owned(),
    }
}

/// A run of the person's own workflow that asks this.
async fn asks(gateway: &Gateway, who: &HeaderValue, events: Vec<RunEvent>) -> WorkflowId {
    let workflow = WorkflowId::generate();
    own(gateway, workflow, person(gateway, who).await).await;
    let log = Log::new(workflow, EventId::generate(), vec![events]);
    tell_all(gateway, &log.messages(&mut BTreeMap::new())).await;
    workflow
}

async fn shown(gateway: &Gateway, who: &HeaderValue, question: &Question) -> Value {
    let path = format!("/api/v1/questions/{}", question.question_id);
    wait_until("the question is shown", async || {
        let answer = gateway.get(&path, who).await;
        (answer.status_code() == StatusCode::OK).then(|| answer.json::<Value>())
    })
    .await
}

#[tokio::test]
async fn a_question_is_shown_to_those_who_may_see_the_workflow_and_decided_as_it_was_shown() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let mut question = question(effect());
    let way = vec![TaintStep {
        run_id: RunId::generate(),
        node: node(),
    }];
    question.tainted.push(Tainted {
        argument: "url".to_owned(),
        way,
    });
    asks(&gateway, &who, vec![asked(&question)]).await;
    let found = shown(&gateway, &who, &question).await;
    assert_eq!(found["tainted"], json!(question.tainted));
    assert_eq!(
        (&found["mine"], &found["about"]["hash"]),
        (&json!(true), &json!("h1"))
    );
    let listed: Value = gateway
        .get("/api/v1/questions?state=open", &who)
        .await
        .json();
    assert_eq!(listed["items"][0]["id"], json!(question.question_id));

    let path = format!("/api/v1/questions/{}/decision", question.question_id);
    let decide = |body: Value| {
        gateway
            .post(&path, &who, &body)
            .add_header("prefer", "respond-async")
    };
    let refused = |body: Value| async {
        let answer = decide(body).await;
        answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = answer.json();
        problem["errors"][0]["pointer"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(refused(json!({ "decision": "approve" })).await, "/hash");
    assert_eq!(
        refused(json!({ "decision": "edit", "hash": "h1", "value": {} })).await,
        "/value"
    );
    assert!(gateway.emitted("run.question_decided").await.is_empty());
    decide(json!({ "decision": "approve", "hash": "h1", "comment": "ok" }))
        .await
        .assert_status(StatusCode::ACCEPTED);
    let emitted = gateway.emitted("run.question_decided").await;
    let event: QuestionDecided = serde_json::from_value(emitted[0].clone()).unwrap();
    assert_eq!(
        (event.decision, event.actor),
        (Decision::Approve, person(&gateway, &who).await)
    );
}

#[tokio::test]
async fn a_run_is_resumed_by_an_answer_in_few_words() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let resume = async |about: Subject, response: Value| {
        let question = question(about);
        asks(&gateway, &who, vec![asked(&question)]).await;
        let run = shown(&gateway, &who, &question).await["run_id"].clone();
        let body = json!({ "thread_id": run, "response": response });
        let resumed = gateway.post("/api/v1/agent/resume", &who, &body);
        let resumed = resumed.add_header("prefer", "respond-async").await;
        let emitted = gateway.emitted("run.question_decided").await;
        let decided = emitted.into_iter().find(|event| event["run_id"] == run);
        (resumed.status_code(), decided.unwrap_or_default())
    };
    let (status, decided) = resume(form(), json!("DE89")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let event: QuestionDecided = serde_json::from_value(decided).unwrap();
    let value = Json::from(json!({ "iban": "DE89" }));
    assert_eq!(event.decision, Decision::Respond { value });
    for (response, decision) in [
        (json!("approve"), Decision::Approve),
        (json!(false), Decision::Reject),
    ] {
        let (_, decided) = resume(effect(), response).await;
        let event: QuestionDecided = serde_json::from_value(decided).unwrap();
        assert_eq!(
            (event.decision, event.hash.as_deref()),
            (decision, Some("h1"))
        );
    }
    let (status, decided) = resume(effect(), json!("perhaps")).await;
    assert_eq!(
        (status, decided),
        (StatusCode::UNPROCESSABLE_ENTITY, Value::Null)
    );
}

#[tokio::test]
async fn an_answer_is_held_to_its_form_and_names_the_place() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let question = question(form());
    asks(&gateway, &who, vec![asked(&question)]).await;
    shown(&gateway, &who, &question).await;
    let path = format!("/api/v1/questions/{}/decision", question.question_id);
    let answer = gateway
        .post(
            &path,
            &who,
            &json!({ "decision": "respond", "value": { "iban": 5 } }),
        )
        .await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.json::<Value>()["errors"][0]["pointer"],
        json!("/value/iban")
    );
}

#[tokio::test]
async fn what_is_decided_or_asked_of_others_cannot_be_decided() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    project(&gateway);
    let (done, mut theirs) = (question(effect()), question(effect()));
    theirs.assignees = vec![UserId::generate()];
    // The end may be applied before the beginning.
    let me = person(&gateway, &who).await;
    asks(
        &gateway,
        &who,
        vec![decided(&done, me), asked(&done), asked(&theirs)],
    )
    .await;
    let found = shown(&gateway, &who, &done).await;
    assert_eq!(
        (&found["decision"], &found["comment"]),
        (&json!("approve"), &json!("fine"))
    );
    shown(&gateway, &who, &theirs).await;
    for (question, status, code) in [
        (&done, StatusCode::CONFLICT, "question.decided"),
        (&theirs, StatusCode::FORBIDDEN, "question.not_yours"),
    ] {
        let path = format!("/api/v1/questions/{}/decision", question.question_id);
        let body = json!({ "decision": "approve", "hash": "h1" });
        let answer = gateway.post(&path, &who, &body).await;
        answer.assert_status(status);
        assert_eq!(answer.json::<Value>()["code"], code);
    }
    let open: Value = gateway
        .get("/api/v1/questions?state=open", &who)
        .await
        .json();
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
}
