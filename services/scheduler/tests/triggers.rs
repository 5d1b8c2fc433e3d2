//! What the schedules are after events about a workflow, in whatever order they come.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bus::{Cause, Message, Received};
use chrono::{DateTime, TimeDelta, Utc};
use events::{Event, Trigger, TriggerKind, TriggerSwitched, WorkflowDeleted, WorkflowPublished};
use ids::{EventId, TenantId, TriggerId, UserId, VersionId, WorkflowId};
use scheduler::{MIGRATIONS, Triggers};
use serde_json::json;
use store::{Apply, Database};
use testkit::TestDatabase;

/// Something that happens to a workflow with one trigger.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Happening {
    /// A version is published, the trigger on or off; without a schedule when it has no trigger.
    Published(u128, Option<bool>),
    Switched(bool),
    Deleted,
}

use Happening::{Deleted, Published, Switched};

/// When the first of the happenings was; each later one came a second after.
fn start() -> DateTime<Utc> {
    "2026-01-01T12:00:00.000250Z".parse().unwrap()
}

struct Fleet {
    _postgres: TestDatabase,
    database: Database,
}

/// What is left of a workflow: version, switch and next due time of its schedule.
type Left = Option<(VersionId, bool, Option<DateTime<Utc>>)>;

impl Fleet {
    async fn start() -> Self {
        let postgres = TestDatabase::create("scheduler", &MIGRATIONS).await;
        let database = postgres.open().await;
        Self {
            _postgres: postgres,
            database,
        }
    }

    async fn apply<E: Event>(&self, event: E, at: DateTime<Utc>)
    where
        Triggers: Apply<E>,
    {
        let cause = Cause::root(TenantId::default_tenant());
        let message = Message::encode("engine", &cause, &event, EventId::generate(), at).unwrap();
        // As it is read from the bus.
        let headers = message.envelope.headers();
        let header = |name: &str| {
            let found = headers.iter().find(|(header, _)| *header == name);
            found.map(|(_, value)| value.as_str())
        };
        let envelope = bus::Envelope::read(&message.subject, header).unwrap();
        let mut tx = self.database.begin(cause).await.unwrap();
        let received = Received { envelope, event };
        Triggers.apply(&mut tx, &received).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Applies what happened at a workflow of its own, in this order.
    async fn after(&self, order: &[(DateTime<Utc>, Happening)]) -> Left {
        let (workflow_id, trigger_id) = (WorkflowId::generate(), TriggerId::generate());
        for &(at, happening) in order {
            match happening {
                Published(version, trigger) => {
                    let schedule = |enabled| Trigger {
                        trigger_id,
                        node: "when".parse().unwrap(),
                        kind: TriggerKind::Schedule,
                        enabled,
                        config: json!({ "cron": format!("{version} 0 1 2 *") }),
                    };
                    let published = WorkflowPublished {
                        description: String::new(),
                        reads: false,
                        workflow_id,
                        version_id: VersionId::from_u128(version),
                        version: u32::try_from(version).unwrap(),
                        name: "yearly".to_owned(),
                        triggers: trigger.map(schedule).into_iter().collect(),
                        actor: UserId::generate(),
                        published_at: at,
                    };
                    self.apply(published, at).await;
                }
                Switched(enabled) => {
                    let switched = TriggerSwitched {
                        workflow_id,
                        trigger_id,
                        enabled,
                    };
                    self.apply(switched, at).await;
                }
                Deleted => {
                    let actor = UserId::generate();
                    self.apply(WorkflowDeleted { workflow_id, actor }, at).await;
                }
            }
        }
        let row: Option<(sqlx::types::Uuid, bool, Option<DateTime<Utc>>)> = sqlx::query_as(
            "SELECT version_id, enabled, next_due FROM schedules WHERE workflow_id = $1",
        )
        .bind(workflow_id.uuid())
        .fetch_optional(self.database.pool())
        .await
        .unwrap();
        row.map(|(version, enabled, due)| (VersionId::from_uuid(version), enabled, due))
    }
}

/// All orders of these.
fn orders<T: Copy>(of: &[T]) -> Vec<Vec<T>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let first = |at: usize| {
        let mut others = of.to_vec();
        let first = others.remove(at);
        let rest = orders(&others).into_iter();
        rest.map(move |rest| [vec![first], rest].concat())
    };
    (0..of.len()).flat_map(first).collect()
}

#[tokio::test]
async fn events_about_a_workflow_end_in_the_same_schedules_in_any_order() {
    let fleet = Fleet::start().await;
    let due = |minute: u32| Some(format!("2026-02-01T00:{minute:02}:00Z").parse().unwrap());
    let version = VersionId::from_u128;
    let (on, off) = (Some(true), Some(false));
    let stories: [(&[Happening], Left); 8] = [
        (
            &[Published(1, on), Published(2, on), Switched(false)],
            Some((version(2), false, None)),
        ),
        (
            &[Published(1, on), Switched(false), Published(2, off)],
            Some((version(2), false, None)),
        ),
        (
            &[Published(1, off), Published(2, off), Switched(true)],
            Some((version(2), true, due(2))),
        ),
        (
            &[
                Published(1, on),
                Switched(false),
                Switched(true),
                Published(2, on),
            ],
            Some((version(2), true, due(2))),
        ),
        (
            &[
                Published(1, on),
                Switched(false),
                Published(2, off),
                Switched(true),
            ],
            Some((version(2), true, due(2))),
        ),
        (
            &[Published(1, on), Switched(false), Published(2, None)],
            None,
        ),
        (
            &[Published(1, on), Published(2, on), Switched(true), Deleted],
            None,
        ),
        (
            &[
                Published(1, on),
                Switched(false),
                Published(2, off),
                Switched(true),
                Deleted,
            ],
            None,
        ),
    ];
    for (story, left) in stories {
        let seconds = (0..).map(|second| start() + TimeDelta::seconds(second));
        let story: Vec<_> = seconds.zip(story.iter().copied()).collect();
        for order in orders(&story) {
            assert_eq!(fleet.after(&order).await, left, "{order:#?}");
        }
    }
}

#[tokio::test]
async fn a_switch_right_after_a_publication_counts() {
    let fleet = Fleet::start().await;
    let switched = start() + TimeDelta::microseconds(100);
    let story = [
        (start(), Published(1, Some(true))),
        (switched, Switched(false)),
    ];
    for order in orders(&story) {
        let left = fleet.after(&order).await;
        assert_eq!(left, Some((VersionId::from_u128(1), false, None)));
    }
}

#[tokio::test]
async fn what_was_due_while_the_news_was_on_its_way_is_decided() {
    let fleet = Fleet::start().await;
    let at = "2026-01-31T23:59:00Z".parse().unwrap();
    let (_, _, due) = fleet
        .after(&[(at, Published(1, Some(true)))])
        .await
        .unwrap();
    assert_eq!(due, Some("2026-02-01T00:01:00Z".parse().unwrap()));
}
