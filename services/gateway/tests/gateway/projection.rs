use crate::{
    facts::{Dice, Log, alarm, completed, ended, mail, project, saved, tell, tell_all, told},
    support::Gateway,
};
use events::{
    AccountConnected, AccountDegraded, AccountHealthy, DeadLetter, Event, RunLogged,
    WorkflowDeleted,
};
use futures::StreamExt;
use ids::{AccountId, EventId, UserId, VersionId, WorkflowId};
use serde_json::json;
use std::collections::BTreeMap;
use testkit::wait_until;

/// Everything a table holds, as text.
async fn rows(gateway: &Gateway, table: &'static str) -> Vec<String> {
    let statement = match table {
        "runs" => "SELECT r::text FROM runs r ORDER BY run_id",
        "run_frames" => "SELECT f::text FROM run_frames f ORDER BY run_id, first_seq",
        "workflows" => "SELECT w::text FROM workflows w",
        "shard_islands" => "SELECT i::text FROM shard_islands i",
        _ => "SELECT i::text FROM inbox_items i ORDER BY item_id",
    };
    sqlx::query_scalar(statement)
        .fetch_all(gateway.app.database.pool())
        .await
        .unwrap()
}

async fn applied(gateway: &Gateway) -> u64 {
    let sum: i64 = sqlx::query_scalar("SELECT sum(pos)::bigint FROM shard_positions")
        .fetch_one(gateway.app.database.pool())
        .await
        .unwrap();
    u64::try_from(sum).unwrap()
}

#[tokio::test]
async fn run_logs_in_any_order_and_twice_give_the_same_rows() {
    let workflow = WorkflowId::generate();
    let logs: Vec<Log> = (0..40)
        .map(|n| {
            let classified = completed(
                "classify",
                json!({ "category": format!("c{n}"), "confidence": 0.5 }),
            );
            Log::new(
                workflow,
                EventId::generate(),
                vec![vec![classified], vec![ended()]],
            )
        })
        .collect();
    let mut outcomes = Vec::new();
    for seed in 0..3 {
        let gateway = Gateway::start().await;
        let mut positions = BTreeMap::new();
        let mut messages: Vec<_> = logs
            .iter()
            .flat_map(|log| log.messages(&mut positions))
            .collect();
        let total: u64 = positions.values().sum();
        if seed > 0 {
            Dice::new(seed).shuffle(&mut messages);
        }
        project(&gateway);
        for chunk in messages.chunks(7) {
            tell_all(&gateway, chunk).await;
        }
        wait_until("all frames are applied", async || {
            (applied(&gateway).await == total).then_some(())
        })
        .await;
        // A repeat is another message with the same frame.
        let twice: Vec<_> = messages
            .iter()
            .map(|message| {
                let mut message = message.clone();
                message.envelope.id = EventId::generate();
                message
            })
            .collect();
        tell_all(&gateway, &twice).await;
        let last = Log::new(workflow, EventId::generate(), vec![]);
        tell_all(&gateway, &last.messages(&mut positions)).await;
        wait_until("the repeats are behind", async || {
            (applied(&gateway).await == total + 1).then_some(())
        })
        .await;
        assert!(rows(&gateway, "shard_islands").await.is_empty());
        let mut state = Vec::new();
        for table in ["runs", "run_frames", "inbox"] {
            let mut rows = rows(&gateway, table).await;
            // All but what stands for the last run, whose id is new each time.
            rows.retain(|row| !row.contains(&last.run.uuid().to_string()));
            state.push(rows);
        }
        outcomes.push(state);
    }
    assert_eq!(outcomes[0][0].len(), 40);
    assert_eq!(outcomes[0][1].len(), 120);
    assert_eq!(outcomes[0], outcomes[1]);
    assert_eq!(outcomes[0], outcomes[2]);
}

#[tokio::test]
async fn a_gap_is_stored_and_holds_the_position_back() {
    let gateway = Gateway::start().await;
    let log = Log::new(
        WorkflowId::generate(),
        EventId::generate(),
        vec![vec![completed("transform", json!(1))], vec![ended()]],
    );
    let messages = log.messages(&mut BTreeMap::new());
    project(&gateway);
    tell_all(&gateway, &messages[2..]).await;
    wait_until("the last frame is stored", async || {
        (rows(&gateway, "run_frames").await.len() == 1).then_some(())
    })
    .await;
    assert_eq!(applied(&gateway).await, 0);
    tell_all(&gateway, &messages[..2]).await;
    wait_until("the gap is filled", async || {
        (applied(&gateway).await == 3).then_some(())
    })
    .await;
    assert!(rows(&gateway, "shard_islands").await.is_empty());
}

#[tokio::test]
async fn a_frame_that_cannot_be_applied_takes_no_other_of_its_message_with_it() {
    let gateway = Gateway::start().await;
    let mut put_aside = gateway
        .app
        .bus
        .subscribe(&format!("{}.>", DeadLetter::TYPE))
        .await
        .unwrap();
    let (mut frames, mut positions) = (Vec::new(), BTreeMap::new());
    for _ in 0..2 {
        let log = Log::new(
            WorkflowId::generate(),
            EventId::generate(),
            vec![vec![ended()]],
        );
        for message in log.messages(&mut positions) {
            frames.extend(message.decode::<RunLogged>().unwrap().frames);
        }
    }
    let mut message = told(EventId::generate(), "default", &RunLogged { frames });
    // The start of the second run says nothing of what started it.
    let text = String::from_utf8(message.payload.to_vec()).unwrap();
    let (good, bad) = text.split_at(text.rfind("\"trigger\"").unwrap());
    message.payload = format!("{good}{}", bad.replacen("trigger", "cause", 1)).into();
    project(&gateway);
    tell_all(&gateway, &[message]).await;
    let letter = put_aside.next().await.unwrap();
    let letter: DeadLetter = serde_json::from_slice(&letter.payload).unwrap();
    assert!(letter.cause.contains("trigger"), "{}", letter.cause);
    assert_eq!(rows(&gateway, "run_frames").await.len(), 3);
}

#[tokio::test]
async fn positions_are_told_to_the_engine() {
    let gateway = Gateway::start().await;
    let mut told = gateway.app.bus.subscribe("run.projected.>").await.unwrap();
    let log = Log::new(
        WorkflowId::generate(),
        EventId::generate(),
        vec![vec![ended()]],
    );
    tell_all(&gateway, &log.messages(&mut BTreeMap::new())).await;
    project(&gateway);
    let shard = ids::Shard::of(log.run).index();
    loop {
        let tap = told.next().await.unwrap();
        let event: events::RunProjected = serde_json::from_slice(&tap.payload).unwrap();
        assert_eq!(
            event.positions.len(),
            16,
            "a shard without runs is told too"
        );
        if event.positions[&shard] == 2 {
            break;
        }
    }
}

#[tokio::test]
async fn a_mail_and_its_run_meet_in_any_order() {
    let gateway = Gateway::start().await;
    project(&gateway);
    let account = AccountId::generate();
    let mut positions = BTreeMap::new();
    let mut expected = 0;
    for order in 0..24_usize {
        let item = EventId::generate();
        let verdict = completed(
            "classify",
            json!({ "category": "bill", "confidence": 0.75 }),
        );
        let log = Log::new(WorkflowId::generate(), item, vec![vec![verdict]]);
        let frames = log.messages(&mut positions);
        let mut facts = vec![
            told(item, "default", &mail(account, "Invoice")),
            frames[0].clone(),
            frames[1].clone(),
            told(EventId::generate(), "default", &alarm(&log)),
        ];
        // The order's digits in the factorial number system pick what comes next.
        let (mut rest, mut picks) = (order, Vec::new());
        for base in (1..=4).rev() {
            picks.push(facts.remove(rest % base));
            rest /= base;
        }
        for fact in picks {
            tell_all(&gateway, &[fact]).await;
        }
        expected += 1;
    }
    let whole = "SELECT count(*) FROM inbox_items WHERE category = 'bill' AND confidence = 0.75 AND urgent
        AND subject = 'Invoice' AND preview = 'Hello there' AND from_name = 'Bob' AND run_id IS NOT NULL";
    wait_until("every mail has its run's verdict", async || {
        let count: i64 = sqlx::query_scalar(whole)
            .fetch_one(gateway.app.database.pool())
            .await
            .unwrap();
        (count == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_account_is_as_its_newest_report_says_in_any_order() {
    let gateway = Gateway::start().await;
    project(&gateway);
    let now = chrono::Utc::now();
    let account = AccountId::generate();
    let connected = AccountConnected {
        account_id: account,
        adapter: "imap".into(),
        name: "Mail".into(),
        settings: json!({ "host": "mail.example.org" }),
        version: 1,
        actor: UserId::generate(),
    };
    let degraded = AccountDegraded {
        account_id: account,
        adapter: "imap".into(),
        since: now,
        code: "imap.unreachable".into(),
        reason: "no answer".into(),
    };
    let healthy = AccountHealthy {
        account_id: account,
        adapter: "imap".into(),
        since: now,
    };
    let (mut old, mut new) = (
        told(EventId::generate(), "default", &healthy),
        told(EventId::generate(), "default", &degraded),
    );
    old.envelope.time = now;
    new.envelope.time = now + chrono::TimeDelta::seconds(1);
    tell_all(&gateway, &[new, old]).await;
    tell(&gateway, &connected).await;
    let state: (String, Option<String>) = wait_until("the account is there", async || {
        sqlx::query_as("SELECT state, code FROM accounts WHERE name = 'Mail'")
            .fetch_optional(gateway.app.database.pool())
            .await
            .unwrap()
    })
    .await;
    assert_eq!(state, ("degraded".into(), Some("imap.unreachable".into())));
}

#[tokio::test]
async fn a_deleted_workflow_does_not_come_back() {
    let gateway = Gateway::start().await;
    project(&gateway);
    let workflow = WorkflowId::generate();
    tell(&gateway, &saved(workflow, VersionId::generate(), 1)).await;
    let deleted = WorkflowDeleted {
        workflow_id: workflow,
        actor: UserId::generate(),
    };
    tell(&gateway, &deleted).await;
    tell(&gateway, &saved(workflow, VersionId::generate(), 2)).await;
    wait_until("the late draft is applied", async || {
        let found: Option<bool> = sqlx::query_scalar(
            "SELECT deleted_at IS NOT NULL FROM workflows WHERE draft_version = 2",
        )
        .fetch_optional(gateway.app.database.pool())
        .await
        .unwrap();
        found.filter(|deleted| *deleted)
    })
    .await;
}

#[tokio::test]
async fn an_event_of_an_unknown_version_is_put_aside_with_its_reason_and_delays_nothing() {
    let gateway = Gateway::start().await;
    let bus = &gateway.app.bus;
    let mut letters = bus
        .subscribe(&format!("{}.>", DeadLetter::TYPE))
        .await
        .unwrap();
    project(&gateway);
    let (strange, known) = (WorkflowId::generate(), WorkflowId::generate());
    let event = saved(strange, VersionId::generate(), 1);
    let mut future = told(EventId::generate(), "default", &event);
    future.envelope.version = 9;
    let fine = told(
        EventId::generate(),
        "default",
        &saved(known, VersionId::generate(), 1),
    );
    tell_all(&gateway, &[future, fine]).await;
    wait_until("the other event is applied", async || {
        let names = rows(&gateway, "workflows").await;
        (names.len() == 1 && names[0].contains(&known.uuid().to_string())).then_some(())
    })
    .await;
    let letter = letters.next().await.unwrap();
    let letter: DeadLetter = serde_json::from_slice(&letter.payload).unwrap();
    assert!(letter.subject.contains(&strange.to_string()));
    let why = "version 9 of workflow.saved is not known here, version 1 is";
    assert!(letter.cause.ends_with(why), "{}", letter.cause);
}
