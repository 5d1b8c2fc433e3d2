use crate::{
    facts::{Dice, Log, completed, ended, own, person, project, saved, tell, tell_all, told},
    support::Gateway,
};
use events::{
    AnswerCompleted, AnswerStarted, ConversationStarted, LlmDelta, LlmOrigin, MessagePosted,
};
use futures::StreamExt;
use http::{HeaderValue, StatusCode};
use ids::{ConversationId, EventId, InvocationId, MessageId, RunId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use testkit::wait_until;

/// A client of one gateway over a real socket.
pub(crate) struct Client {
    base: String,
    http: reqwest::Client,
    who: HeaderValue,
}

/// One server-sent event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    pub(crate) id: Option<String>,
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl Client {
    pub(crate) async fn connect(app: &gateway::App, who: &HeaderValue) -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let service =
            gateway::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self {
            base,
            http: reqwest::Client::new(),
            who: who.clone(),
        }
    }

    async fn open(&self, path: &str, last: Option<&str>) -> reqwest::Response {
        let request = self
            .http
            .get(format!("{}{path}", self.base))
            .header("cookie", self.who.clone())
            .header("accept", "text/event-stream");
        let request = match last {
            Some(last) => request.header("last-event-id", last),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// Reads events until `enough` says so or the stream ends, then cuts the connection.
    pub(crate) async fn read(
        &self,
        path: &str,
        last: Option<&str>,
        mut enough: impl FnMut(&[Sent]) -> bool,
    ) -> Vec<Sent> {
        let response = self.open(path, last).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut bytes = response.bytes_stream();
        let (mut text, mut events) = (Vec::new(), Vec::new());
        while !enough(&events) {
            let next = tokio::time::timeout(Duration::from_secs(20), bytes.next());
            let Some(chunk) = next.await.expect("the stream is silent") else {
                break;
            };
            text.extend_from_slice(&chunk.unwrap());
            while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = text.drain(..end + 2).collect();
                events.extend(parse(std::str::from_utf8(&block).unwrap()));
                if enough(&events) {
                    break;
                }
            }
        }
        events
    }
}

fn parse(block: &str) -> Option<Sent> {
    let field = |name: &str| {
        let lines = block
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        Some(lines.collect::<Vec<_>>().join("\n")).filter(|value| !value.is_empty())
    };
    Some(Sent {
        id: field("id"),
        event: field("event").unwrap_or_else(|| "message".into()),
        data: serde_json::from_str(&field("data")?).unwrap(),
    })
}

#[tokio::test]
async fn a_run_is_streamed_exactly_whatever_the_cuts() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let workflow = WorkflowId::generate();
    own(&gateway, workflow, person(&gateway, &who).await).await;
    project(&gateway);
    let mut dice = Dice::new(11);
    let mut frames: Vec<Vec<_>> = (0..30)
        .map(|n| {
            (0..=dice.roll(5))
                .map(|k| completed("transform", json!([n, k, "ü\n"])))
                .collect()
        })
        .collect();
    frames.push(vec![ended()]);
    let log = Log::new(workflow, EventId::generate(), frames);
    let expected = log.entries();
    let messages = log.messages(&mut BTreeMap::new());
    tell_all(&gateway, &messages[..1]).await;
    let path = format!("/api/v1/runs/{}/events", log.run);
    wait_until("the run is there", async || {
        let answer = gateway.get(&path, &who).await;
        (answer.status_code() == StatusCode::OK).then_some(())
    })
    .await;
    let client = Client::connect(&gateway.app, &who).await;
    let writing = async {
        for message in &messages[1..] {
            tell_all(&gateway, std::slice::from_ref(message)).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let reading = async {
        let (mut last, mut seen, mut over) = (None::<String>, Vec::new(), false);
        while !over {
            let cut = 1 + dice.roll(12);
            let events = client
                .read(&path, last.as_deref(), |events| events.len() >= cut)
                .await;
            for event in events {
                over |= event.event == "end";
                if event.event == "message" {
                    assert_eq!(event.id, Some(event.data["seq"].to_string()));
                    last = event.id;
                    seen.push(event.data);
                }
            }
        }
        seen
    };
    let ((), seen) = tokio::join!(writing, reading);
    assert_eq!(seen, expected);
    for _ in 0..10 {
        let after = dice.roll(expected.len() + 1);
        let rest = client
            .read(&path, Some(&after.to_string()), |_| false)
            .await;
        let data: Vec<Value> = rest
            .iter()
            .filter(|sent| sent.event == "message")
            .map(|sent| sent.data.clone())
            .collect();
        assert_eq!(data, expected[after..]);
        assert_eq!(rest.last().unwrap().event, "end");
    }
}

#[tokio::test]
async fn an_id_of_another_stream_is_refused() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let (workflow, conversation) = (WorkflowId::generate(), ConversationId::generate());
    let me = person(&gateway, &who).await;
    own(&gateway, workflow, me).await;
    own(&gateway, conversation, me).await;
    project(&gateway);
    let log = Log::new(workflow, EventId::generate(), vec![vec![ended()]]);
    tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
    tell(&gateway, &opened(conversation, me)).await;
    let paths = [
        format!("/api/v1/runs/{}/events", log.run),
        format!("/api/v1/conversations/{conversation}/stream"),
        "/api/v1/events".to_owned(),
    ];
    let client = Client::connect(&gateway.app, &who).await;
    for path in &paths {
        wait_until("the stream is there", async || {
            (client.open(path, None).await.status() == StatusCode::OK).then_some(())
        })
        .await;
        for bad in ["99999", "-1", "01J", "1.5", "1 2"] {
            let answer = client.open(path, Some(bad)).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path} {bad}");
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "stream.unknown_id");
        }
    }
}

fn opened(conversation: ConversationId, actor: ids::UserId) -> ConversationStarted {
    ConversationStarted {
        conversation_id: conversation,
        title: "Talk".into(),
        actor,
        started_at: chrono::Utc::now(),
    }
}

#[tokio::test]
async fn an_answer_streams_every_word_once_to_every_device() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    let (conversation, question, answer) = (
        ConversationId::generate(),
        MessageId::generate(),
        MessageId::generate(),
    );
    let (invocation, run) = (InvocationId::generate(), RunId::generate());
    own(&gateway, conversation, me).await;
    project(&gateway);
    tell(&gateway, &opened(conversation, me)).await;
    let posted = MessagePosted {
        conversation_id: conversation,
        message_id: question,
        text: "Why?".into(),
        attachments: Vec::new(),
        place: None,
        deliverable: None,
        actor: me,
        posted_at: chrono::Utc::now(),
    };
    tell(&gateway, &posted).await;
    let path = format!("/api/v1/conversations/{conversation}/stream");
    let messages = format!("/api/v1/conversations/{conversation}/messages");
    wait_until("the question is there", async || {
        let answer = gateway.get(&messages, &who).await;
        (answer.status_code() == StatusCode::OK
            && answer.json::<Value>()["items"][0]["text"] == "Why?")
            .then_some(())
    })
    .await;
    let client = Client::connect(&gateway.app, &who).await;
    let words: Vec<String> = (0..60).map(|n| format!("wörd{n} ")).collect();
    let text = words.concat();
    let mut offset = 0;
    let mut facts: Vec<_> = (1..)
        .zip(&words)
        .map(|(seq, word)| {
            let delta = LlmDelta {
                invocation_id: invocation,
                origin: LlmOrigin::Conversation {
                    conversation_id: conversation,
                },
                message_id: answer,
                seq,
                offset,
                text: word.clone(),
            };
            offset += word.chars().count() as u64;
            told(EventId::generate(), "default", &delta)
        })
        .collect();
    // The last words are lost on the way: the answer itself brings them.
    facts.truncate(50);
    let begun = AnswerStarted {
        conversation_id: conversation,
        message_id: answer,
        answers: question,
        run_id: run,
        recalled: Vec::new(),
        started_at: chrono::Utc::now(),
    };
    facts.push(told(EventId::generate(), "default", &begun));
    let mut dice = Dice::new(5);
    // Neighbours change places, and the answer's own event comes somewhere in the middle.
    for chunk in facts.chunks_mut(7) {
        dice.shuffle(chunk);
    }
    let begin = facts.len() - 1;
    facts.swap(begin, 20);
    let finished = AnswerCompleted {
        conversation_id: conversation,
        message_id: answer,
        run_id: run,
        text: text.clone(),
        completed_at: chrono::Utc::now(),
    };
    let writing = async {
        for fact in &facts {
            tell_all(&gateway, &[fact.clone(), fact.clone()]).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tell(&gateway, &finished).await;
    };
    let over = |events: &[Sent]| events.iter().any(|sent| sent.event == "completed");
    // The question's entry: a device that connects late must not begin at the end.
    let asked = "1";
    let cut_often = async {
        let (mut last, mut seen) = (Some(asked.to_owned()), Vec::<Sent>::new());
        while !over(&seen) {
            let cut = 1 + dice.roll(6);
            let events = client
                .read(&path, last.as_deref(), |events| {
                    events.len() >= cut || over(events)
                })
                .await;
            last = events.last().and_then(|sent| sent.id.clone()).or(last);
            seen.extend(events.into_iter().filter(|sent| sent.event != "ready"));
        }
        seen
    };
    let never_cut = client.read(&path, Some(asked), over);
    let ((), cut, whole) = tokio::join!(writing, cut_often, never_cut);
    let whole: Vec<Sent> = whole
        .into_iter()
        .filter(|sent| sent.event != "ready")
        .collect();
    assert_eq!(cut, whole, "both devices saw the same");
    let deltas: Vec<&Sent> = whole.iter().filter(|sent| sent.event == "delta").collect();
    let said: String = deltas
        .iter()
        .map(|sent| sent.data["text"].as_str().unwrap())
        .collect();
    assert_eq!(said, text);
    let seqs: Vec<u64> = deltas
        .iter()
        .map(|sent| sent.data["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, Vec::from_iter(1..=deltas.len() as u64));
    let last: Value = gateway.get(&messages, &who).await.json();
    let answer = &last["items"][1];
    assert_eq!(
        (&answer["text"], &answer["status"]),
        (&json!(text), &json!("completed"))
    );
}

#[tokio::test]
async fn the_feed_tells_what_a_person_may_view_and_resumes() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    let (mine, foreign) = (WorkflowId::generate(), WorkflowId::generate());
    own(&gateway, mine, me).await;
    project(&gateway);
    let client = Client::connect(&gateway.app, &who).await;
    let first = client
        .read("/api/v1/events", None, |events| !events.is_empty())
        .await;
    assert_eq!(first[0].event, "ready");
    let mut last = first[0].id.clone();
    for number in 1..=20 {
        tell(&gateway, &saved(mine, VersionId::generate(), number)).await;
        tell(&gateway, &saved(foreign, VersionId::generate(), number)).await;
    }
    let mut seen = 0;
    let mut dice = Dice::new(3);
    while seen < 20 {
        let cut = 2 + dice.roll(4);
        let missing = 20 - seen + 1;
        let events = client
            .read("/api/v1/events", last.as_deref(), |events| {
                events.len() >= cut.min(missing)
            })
            .await;
        for event in events.iter().filter(|sent| sent.event != "ready") {
            assert_eq!(event.event, "workflow.changed");
            assert_eq!(
                event.data,
                json!({ "type": "workflow.changed", "id": mine })
            );
            seen += 1;
        }
        last = events.last().and_then(|sent| sent.id.clone());
    }
    assert_eq!(seen, 20);
}
