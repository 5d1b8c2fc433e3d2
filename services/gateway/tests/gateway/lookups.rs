//! What assistants look up for their person.

use crate::{
    facts::{Log, completed, ended, mail, own, person, project, saved, tell, tell_all, told},
    support::Gateway,
};
use events::{
    AnswerStarted, AssistantEffectCompleted, ConversationStarted, EffectOrigin, Event,
    HistorySearch, HistorySearchRequested, InboxKind, RunStanding, Within,
};
use http::HeaderValue;
use ids::{AccountId, ConversationId, EventId, MessageId, RunId, UserId, VersionId, WorkflowId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::wait_until;

const ALL: Within = Within {
    since: None,
    until: None,
    limit: 10,
};

/// A gateway that answers assistants.
struct Asked {
    gateway: Gateway,
    who: HeaderValue,
    me: UserId,
    assistant: WorkflowId,
}

impl Asked {
    async fn start() -> Self {
        let gateway = Gateway::start().await;
        let who = gateway.first_account().await;
        let me = person(&gateway, &who).await;
        project(&gateway);
        tokio::spawn(gateway::answer_assistants(gateway.app.clone()));
        let assistant = WorkflowId::generate();
        own(&gateway, assistant, me).await;
        Self {
            gateway,
            who,
            me,
            assistant,
        }
    }

    fn search(&self, person: UserId, search: HistorySearch) -> HistorySearchRequested {
        HistorySearchRequested {
            origin: EffectOrigin {
                run_id: RunId::generate(),
                workflow_id: self.assistant,
                node: "assistant".parse().unwrap(),
                effect_key: EventId::generate().to_string(),
            },
            search,
            person,
            answer: None,
        }
    }

    async fn found(&self, asked: &HistorySearchRequested) -> Value {
        tell(&self.gateway, asked).await;
        self.answer(asked).await
    }

    async fn answer(&self, asked: &HistorySearchRequested) -> Value {
        let key = json!(asked.origin.effect_key);
        wait_until("the search is answered", async || {
            let done = self.gateway.emitted(AssistantEffectCompleted::TYPE).await;
            let done = done.into_iter().find(|done| done["effect_key"] == key)?;
            Some(done["outcome"].clone())
        })
        .await
    }

    /// Ids of what is found among runs.
    async fn runs(&self, person: UserId, search: HistorySearch) -> Vec<String> {
        let found = self.found(&self.search(person, search)).await;
        ids(&found["runs"])
    }

    /// Ids of what is found in the inbox.
    async fn items(&self, search: HistorySearch) -> Vec<String> {
        let found = self.found(&self.search(self.me, search)).await;
        ids(&found["items"])
    }

    /// Waits until the page at `path` has so many items.
    async fn shows(&self, path: &str, count: usize) -> Vec<Value> {
        wait_until("what was told is there", async || {
            let page: Value = self.gateway.get(path, &self.who).await.json();
            let items = page["items"].as_array()?.clone();
            (items.len() == count).then_some(items)
        })
        .await
    }
}

fn ids(found: &Value) -> Vec<String> {
    let items = found.as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

fn runs(text: Option<&str>) -> HistorySearch {
    HistorySearch::Runs {
        text: text.map(str::to_owned),
        workflow: None,
        status: None,
        within: ALL,
    }
}

fn paid(workflow: WorkflowId) -> Log {
    let output = completed("transform", json!({ "paid": "Invoice 4711" }));
    Log::new(workflow, EventId::generate(), vec![vec![output, ended()]])
}

#[tokio::test]
async fn an_assistant_finds_the_runs_of_its_person_and_no_others() {
    let asked = Asked::start().await;
    let (me, stranger) = (asked.me, UserId::generate());
    let (mine, foreign) = (WorkflowId::generate(), WorkflowId::generate());
    own(&asked.gateway, mine, me).await;
    own(&asked.gateway, foreign, stranger).await;
    for (workflow, number) in [(mine, 1), (foreign, 2), (asked.assistant, 3)] {
        let draft = saved(workflow, VersionId::generate(), number);
        tell(&asked.gateway, &draft).await;
    }
    let (ours, theirs, answers) = (paid(mine), paid(foreign), paid(asked.assistant));
    let mut positions = BTreeMap::new();
    for log in [&ours, &theirs, &answers] {
        tell_all(&asked.gateway, &log.messages(&mut positions)).await;
    }
    asked.shows("/api/v1/runs", 2).await;

    let found = asked
        .found(&asked.search(me, runs(Some("invoice 4711"))))
        .await;
    let run = &found["runs"][0];
    assert_eq!(ids(&found["runs"]), [ours.run.to_string()]);
    assert_eq!(run["opens_at"], json!(format!("/runs/{}", ours.run)));
    assert_eq!(
        (&run["workflow"], &run["status"], &run["started_by"]),
        (
            &json!("Workflow 1"),
            &json!("completed"),
            &json!("integration_event")
        )
    );
    assert!(run["found"][0]["text"].as_str().unwrap().contains("4711"));
    assert!(run["began_with"].as_str().unwrap().contains("quoted"));
    assert!(run["ended_with"].as_str().unwrap().contains("done"));

    // The words are not needed, and the assistant itself is found when it is named.
    assert_eq!(asked.runs(me, runs(None)).await, [ours.run.to_string()]);
    let named = |name: &str| HistorySearch::Runs {
        text: None,
        workflow: Some(name.to_owned()),
        status: None,
        within: ALL,
    };
    let of_assistant = asked.runs(me, named("workflow 3")).await;
    assert_eq!(of_assistant, [answers.run.to_string()]);
    assert!(asked.runs(me, named("workflow 2")).await.is_empty());
    assert_eq!(
        asked.runs(stranger, runs(Some("4711"))).await,
        [theirs.run.to_string()]
    );
    assert!(asked.runs(UserId::generate(), runs(None)).await.is_empty());

    let failed = HistorySearch::Runs {
        text: None,
        workflow: None,
        status: Some(RunStanding::Failed),
        within: ALL,
    };
    assert!(asked.runs(me, failed).await.is_empty());
    let later = HistorySearch::Runs {
        text: None,
        workflow: None,
        status: None,
        within: Within {
            since: Some(chrono::Utc::now() + chrono::Duration::hours(1)),
            ..ALL
        },
    };
    assert!(asked.runs(me, later).await.is_empty());
}

#[tokio::test]
async fn an_assistant_finds_what_came_in_on_accounts_of_its_person() {
    let asked = Asked::start().await;
    let (mine, foreign) = (AccountId::generate(), AccountId::generate());
    own(&asked.gateway, mine, asked.me).await;
    let (ours, theirs) = (mail(mine, "The Quarterly"), mail(foreign, "The Quarterly"));
    let ours = tell(&asked.gateway, &ours).await;
    tell(&asked.gateway, &theirs).await;
    tell(&asked.gateway, &mail(mine, "Lunch")).await;
    asked.shows("/api/v1/inbox", 2).await;
    let inbox = |text: &str, kind| HistorySearch::Inbox {
        text: Some(text.to_owned()),
        kind,
        within: ALL,
    };
    assert_eq!(
        asked.items(inbox("QUARTERLY", None)).await,
        [ours.to_string()]
    );
    assert_eq!(asked.items(inbox("there", None)).await.len(), 2);
    assert!(
        asked
            .items(inbox("nobody says this", None))
            .await
            .is_empty()
    );
    let messages = inbox("there", Some(InboxKind::Message));
    assert!(asked.items(messages).await.is_empty());
    let before = HistorySearch::Inbox {
        text: None,
        kind: None,
        within: Within {
            until: Some(chrono::Utc::now() - chrono::Duration::hours(1)),
            ..ALL
        },
    };
    assert!(asked.items(before).await.is_empty());
}

#[tokio::test]
async fn an_answer_lists_what_it_was_shown_as_far_as_its_reader_may_see_it() {
    let asked = Asked::start().await;
    let stranger = UserId::generate();
    let (mine, foreign) = (WorkflowId::generate(), WorkflowId::generate());
    own(&asked.gateway, mine, asked.me).await;
    own(&asked.gateway, foreign, stranger).await;
    let (ours, theirs) = (paid(mine), paid(foreign));
    let mut positions = BTreeMap::new();
    for log in [&theirs, &ours] {
        tell_all(&asked.gateway, &log.messages(&mut positions)).await;
    }
    asked.shows("/api/v1/runs", 1).await;
    let (conversation, answer) = (ConversationId::generate(), MessageId::generate());
    own(&asked.gateway, conversation, asked.me).await;
    let started = ConversationStarted {
        conversation_id: conversation,
        title: "Last week".into(),
        actor: asked.me,
        started_at: chrono::Utc::now(),
    };
    tell(&asked.gateway, &started).await;
    let started = AnswerStarted {
        conversation_id: conversation,
        message_id: answer,
        answers: MessageId::generate(),
        run_id: RunId::generate(),
        recalled: Vec::new(),
        started_at: chrono::Utc::now(),
    };
    tell(&asked.gateway, &started).await;
    let search = |person| HistorySearchRequested {
        answer: Some(answer),
        ..asked.search(person, runs(Some("4711")))
    };
    asked.found(&search(stranger)).await;
    let twice = search(asked.me);
    let message = told(EventId::generate(), "default", &twice);
    tell_all(&asked.gateway, &[message.clone(), message]).await;
    asked.answer(&twice).await;
    let path = format!("/api/v1/conversations/{conversation}/messages");
    let sources = wait_until("the answer lists what it was shown", async || {
        let page: Value = asked.gateway.get(&path, &asked.who).await.json();
        let sources = page["items"][0]["sources"].clone();
        sources.is_array().then_some(sources)
    })
    .await;
    assert_eq!(ids(&sources), [ours.run.to_string()]);
    assert_eq!(sources[0]["kind"], "run");
    let told = asked.gateway.emitted(AssistantEffectCompleted::TYPE).await;
    assert_eq!(told.len(), 2, "a repeat is not answered again");
}
