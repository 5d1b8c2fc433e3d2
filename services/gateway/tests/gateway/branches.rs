//! Conversations as trees: what is shown of them, and where a message goes.

use crate::{
    artifacts::{somebody_else, upload},
    facts::{own, person, project, tell},
    support::Gateway,
};
use events::{
    AnswerCompleted, AnswerStarted, ConversationRenameRequested, ConversationRenamed,
    ConversationStarted, Event, MessagePosted,
};
use http::{HeaderValue, StatusCode};
use ids::{ConversationId, MessageId, RunId, UserId};
use serde_json::{Value, json};
use testkit::wait_until;

/// A conversation that a person writes in.
struct Talk {
    gateway: Gateway,
    who: HeaderValue,
    me: UserId,
    conversation: ConversationId,
}

impl Talk {
    async fn start() -> Self {
        let gateway = Gateway::start().await;
        let who = gateway.first_account().await;
        let me = person(&gateway, &who).await;
        project(&gateway);
        let talk = Self {
            conversation: ConversationId::generate(),
            gateway,
            who,
            me,
        };
        talk.open(talk.conversation, "Talk").await;
        talk
    }

    async fn open(&self, conversation: ConversationId, title: &str) {
        own(&self.gateway, conversation, self.me).await;
        let started = ConversationStarted {
            conversation_id: conversation,
            title: title.into(),
            actor: self.me,
            started_at: chrono::Utc::now(),
        };
        tell(&self.gateway, &started).await;
        wait_until("the conversation is there", async || {
            let path = format!("/api/v1/conversations/{conversation}");
            let answer = self.gateway.get(&path, &self.who).await;
            (answer.status_code() == StatusCode::OK).then_some(())
        })
        .await;
    }

    fn path(&self, query: &str) -> String {
        format!(
            "/api/v1/conversations/{}/messages{query}",
            self.conversation
        )
    }

    async fn send(&self, body: &Value) -> axum_test::TestResponse {
        let request = self.gateway.post(&self.path(""), &self.who, body);
        request.add_header("prefer", "respond-async").await
    }

    /// What is posted, once it is read.
    async fn post(&self, body: &Value) -> MessagePosted {
        self.send(body).await.assert_status(StatusCode::ACCEPTED);
        let told = self.gateway.emitted(MessagePosted::TYPE).await;
        let posted: MessagePosted = serde_json::from_value(told.last().unwrap().clone()).unwrap();
        tell(&self.gateway, &posted).await;
        let at = format!("?at={}", posted.message_id);
        self.shows(&at, |items| {
            items
                .iter()
                .any(|item| item["id"] == json!(posted.message_id))
        })
        .await;
        posted
    }

    async fn begin(&self, asked: &MessagePosted) -> AnswerStarted {
        let started = AnswerStarted {
            conversation_id: self.conversation,
            message_id: MessageId::generate(),
            answers: asked.message_id,
            run_id: RunId::generate(),
            recalled: Vec::new(),
            started_at: chrono::Utc::now(),
        };
        tell(&self.gateway, &started).await;
        started
    }

    async fn answer(&self, asked: &MessagePosted, text: &str) {
        let started = self.begin(asked).await;
        let completed = AnswerCompleted {
            conversation_id: self.conversation,
            message_id: started.message_id,
            run_id: started.run_id,
            text: text.into(),
            completed_at: chrono::Utc::now(),
        };
        tell(&self.gateway, &completed).await;
        let at = format!("?at={}", asked.message_id);
        self.shows(&at, |items| items.iter().any(|item| item["text"] == text))
            .await;
    }

    /// Waits until what is listed is as wanted.
    async fn shows(&self, query: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let path = self.path(query);
        wait_until("the messages are there", async || {
            let page: Value = self.gateway.get(&path, &self.who).await.json();
            let items = page["items"].as_array()?.clone();
            wanted(&items).then_some(items)
        })
        .await
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        let path = self.path(query);
        let page: Value = self.gateway.get(&path, &self.who).await.json();
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["text"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn the_newest_branch_is_shown_and_every_other_is_kept() {
    let talk = Talk::start().await;
    let one = talk.post(&json!({ "text": "one" })).await;
    talk.answer(&one, "1").await;
    let two = talk.post(&json!({ "text": "two" })).await;
    talk.answer(&two, "2").await;
    let after = |message: &MessagePosted| message.place.unwrap().after;
    assert_eq!((after(&one), after(&two)), (None, Some(one.message_id)));

    let edited = json!({ "text": "two b", "replaces": two.message_id });
    let edited = talk.post(&edited).await;
    assert_eq!(after(&edited), Some(one.message_id));
    assert_eq!(talk.texts("").await, ["one", "1", "two b"]);
    let shown = talk.shows("", |items| items.len() == 3).await;
    assert_eq!(
        shown[2]["branches"],
        json!([two.message_id, edited.message_id])
    );
    assert!(shown[0].get("branches").is_none());
    assert_eq!(shown[1]["answers"], json!(one.message_id));
    let old = format!("?at={}", two.message_id);
    assert_eq!(talk.texts(&old).await, ["one", "1", "two", "2"]);

    // Asked again, the same words begin a branch.
    let again = talk.post(&json!({ "replaces": one.message_id })).await;
    assert_eq!((again.text.as_str(), after(&again)), ("one", None));
    assert_eq!(talk.texts("").await, ["one"]);
    let shown = talk.shows("", |items| items.len() == 1).await;
    assert_eq!(
        shown[0]["branches"],
        json!([one.message_id, again.message_id])
    );

    // An old branch goes on where it ended, and is the newest then.
    let three = json!({ "text": "three", "after": two.message_id });
    let three = talk.post(&three).await;
    assert_eq!(after(&three), Some(two.message_id));
    let branch = ["one", "1", "two", "2", "three"];
    assert_eq!(talk.texts("").await, branch);
    let first = format!("?at={}", one.message_id);
    assert_eq!(talk.texts(&first).await, branch);

    let mut paged: Vec<String> = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page: Value = talk.gateway.get(&talk.path(&query), &talk.who).await.json();
        let items = page["items"].as_array().unwrap().iter().rev();
        paged.extend(items.map(|item| item["text"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        query = format!("?limit=2&cursor={next}");
    }
    paged.reverse();
    assert_eq!(paged, branch);
}

#[tokio::test]
async fn a_branch_is_refused_where_there_is_nothing_and_while_an_answer_is_written() {
    let talk = Talk::start().await;
    let one = talk.post(&json!({ "text": "one" })).await;
    let elsewhere = ConversationId::generate();
    talk.open(elsewhere, "Elsewhere").await;
    let foreign = MessagePosted {
        conversation_id: elsewhere,
        message_id: MessageId::generate(),
        place: None,
        ..one.clone()
    };
    tell(&talk.gateway, &foreign).await;
    let path = format!("/api/v1/conversations/{elsewhere}/messages");
    wait_until("the other message is there", async || {
        let page: Value = talk.gateway.get(&path, &talk.who).await.json();
        page["items"][0].is_object().then_some(())
    })
    .await;
    for (body, pointer) in [
        (
            json!({ "text": "x", "replaces": foreign.message_id }),
            "/replaces",
        ),
        (json!({ "replaces": MessageId::generate() }), "/replaces"),
        (
            json!({ "text": "x", "after": foreign.message_id }),
            "/after",
        ),
        (
            json!({ "text": "x", "after": one.message_id, "replaces": one.message_id }),
            "/after",
        ),
        (json!({}), "/text"),
        (json!({ "text": " ", "replaces": one.message_id }), "/text"),
    ] {
        let refused = talk.send(&body).await;
        refused.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = refused.json();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let nowhere = talk.path(&format!("?at={}", foreign.message_id));
    let nowhere = talk.gateway.get(&nowhere, &talk.who).await;
    nowhere.assert_status(StatusCode::NOT_FOUND);

    talk.begin(&one).await;
    talk.shows("", |items| items.len() == 2).await;
    let refused = talk.send(&json!({ "replaces": one.message_id })).await;
    refused.assert_status(StatusCode::CONFLICT);
    assert_eq!(refused.json::<Value>()["code"], "conversation.answering");
    talk.send(&json!({ "text": "two" }))
        .await
        .assert_status(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn conversations_are_renamed_and_found_by_their_title_and_by_what_was_said() {
    let talk = Talk::start().await;
    talk.post(&json!({ "text": "Where is Bergen?" })).await;
    let other = ConversationId::generate();
    talk.open(other, "Bread").await;
    let found = async |q: &str| {
        let path = format!("/api/v1/conversations?q={q}");
        let page: Value = talk.gateway.get(&path, &talk.who).await.json();
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|item| item["title"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("BERGEN").await, ["Talk"]);
    assert_eq!(found("bre").await, ["Bread"]);
    assert!(found("nobody").await.is_empty());

    let path = format!("/api/v1/conversations/{other}");
    let rename = async |title: &str| {
        let request = talk
            .gateway
            .server
            .patch(&path)
            .json(&json!({ "title": title }));
        let request = request.add_header("cookie", talk.who.clone());
        request.add_header("prefer", "respond-async").await
    };
    rename(" ")
        .await
        .assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    rename("Baking").await.assert_status(StatusCode::ACCEPTED);
    let told = talk
        .gateway
        .emitted(ConversationRenameRequested::TYPE)
        .await;
    assert_eq!(told[0]["title"], "Baking");
    let renamed = ConversationRenamed {
        conversation_id: other,
        title: "Baking".into(),
        renamed_at: chrono::Utc::now(),
    };
    tell(&talk.gateway, &renamed).await;
    let before = ConversationRenamed {
        title: "Older".into(),
        renamed_at: renamed.renamed_at - chrono::Duration::seconds(9),
        ..renamed
    };
    tell(&talk.gateway, &before).await;
    wait_until("the title is there", async || {
        (found("baking").await == ["Baking"]).then_some(())
    })
    .await;
    assert!(found("bread").await.is_empty());
}

#[tokio::test]
async fn files_come_along_and_stay_with_what_replaces_the_message() {
    let talk = Talk::start().await;
    let hash = |file: &Value| file["$artifact"]["hash"].clone();
    let list = hash(&upload(&talk.gateway, &talk.who, b"milk; bread").await);
    let picture = hash(&upload(&talk.gateway, &talk.who, b"\x89PNG\r\n\xff").await);
    let body = json!({ "text": "", "attachments": [list, picture] });
    let posted = talk.post(&body).await;
    let texts: Vec<_> = posted
        .attachments
        .iter()
        .map(|one| one.text.as_deref())
        .collect();
    assert_eq!(texts, [Some("milk; bread"), None]);
    talk.shows("", |items| {
        let files = &items[0]["attachments"];
        files[0]["hash"] == list && files[0]["name"] == "a b.txt" && files[1]["size"] == json!(7)
    })
    .await;
    let again = talk.post(&json!({ "replaces": posted.message_id })).await;
    assert_eq!(again.attachments, posted.attachments);
    let without = json!({ "text": "No list", "replaces": posted.message_id, "attachments": [] });
    assert_eq!(talk.post(&without).await.attachments, []);
}

#[tokio::test]
async fn only_files_that_the_person_may_read_come_along_and_not_too_many() {
    let talk = Talk::start().await;
    let other = somebody_else(&talk.gateway).await;
    let theirs = upload(&talk.gateway, &other, b"secret").await["$artifact"]["hash"].clone();
    let mine = upload(&talk.gateway, &talk.who, b"mine").await["$artifact"]["hash"].clone();
    for (files, pointer) in [
        (json!([mine, theirs]), "/attachments/1"),
        (json!([&"0".repeat(64)]), "/attachments/0"),
        (json!(vec![&mine; 11]), "/attachments"),
    ] {
        let answer = talk
            .send(&json!({ "text": "x", "attachments": files }))
            .await;
        answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json::<Value>()["errors"][0]["pointer"], pointer);
    }
    assert!(talk.gateway.emitted(MessagePosted::TYPE).await.is_empty());
}

#[tokio::test]
async fn a_long_file_is_read_from_its_beginning() {
    let talk = Talk::start().await;
    let long: &'static [u8] = vec![b'a'; 40_000].leak();
    let hash = upload(&talk.gateway, &talk.who, long).await["$artifact"]["hash"].clone();
    let posted = talk
        .post(&json!({ "text": "x", "attachments": vec![hash; 4] }))
        .await;
    let read = posted
        .attachments
        .iter()
        .map(|one| (one.text.as_ref().map(String::len), one.is_cut));
    let whole = (Some(32 * 1024), true);
    assert_eq!(
        read.collect::<Vec<_>>(),
        [whole, whole, whole, (Some(0), true)]
    );
}
