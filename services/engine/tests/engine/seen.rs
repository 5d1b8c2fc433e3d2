//! Duplicates across runs, over a real database.

use crate::kit::{
    Fleet,
    documents::{call, document, log_of},
};
use bus::{Cause, Message};
use chrono::{Days, Utc};
use events::{
    EffectOrigin, EngineEffectCompleted, EngineEffectFailed, RememberRequested, RunEvent,
    RunVariantRequested, WorkflowCompleted, WorkflowPublished,
};
use ids::{EventId, RunId, TenantId, UserId, WorkflowId};
use serde_json::{Value, json};
use testkit::wait_until;

/// Lets through what of the body no earlier run has let through.
fn once(path: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "node_type": "trigger.webhook", "config": { "path": path } },
        { "id": "items", "node_type": "transform", "config": { "output": "{{ input.body }}" } },
        { "id": "once", "node_type": "remove_duplicates", "config": { "across_runs": {} } },
    ]);
    document(nodes, &["hook.out>items.in", "items.out>once.in"])
}

/// What a run of the workflow lets through.
async fn passed(fleet: &Fleet, published: &WorkflowPublished, items: Value) -> (RunId, Value) {
    let webhook = call(published, items);
    fleet.publish(&webhook).await;
    (webhook.run_id, output(fleet, webhook.run_id).await)
}

async fn output(fleet: &Fleet, run: RunId) -> Value {
    fleet.hear(|e: &WorkflowCompleted| e.run_id == run).await;
    ended(fleet, run)
}

fn ended(fleet: &Fleet, run: RunId) -> Value {
    match log_of(fleet, run).last() {
        Some(RunEvent::RunCompleted { output, .. }) => output.value()["once"].clone(),
        other => panic!("{other:?}"),
    }
}

fn variant(published: &WorkflowPublished, source: Option<RunId>) -> RunVariantRequested {
    RunVariantRequested {
        run_id: RunId::generate(),
        workflow_id: published.workflow_id,
        version_id: published.version_id,
        source,
        at: None,
        only: None,
        input: None,
        dry: false,
        trigger: None,
        actor: UserId::generate(),
        requested_at: Utc::now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_drops_what_an_earlier_run_of_the_same_workflow_has_seen() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(once("one")).await;
    let (first, new) = passed(&fleet, &published, json!([1, 2, 2])).await;
    assert_eq!(new, json!([1, 2]));
    assert_eq!(
        passed(&fleet, &published, json!([2, 3])).await.1,
        json!([3])
    );
    let other = fleet.publish_workflow(once("other")).await;
    assert_eq!(passed(&fleet, &other, json!([1, 2])).await.1, json!([1, 2]));

    // Whoever repeats a run wants its items again, and a repeat of the repeat as well; others still do not.
    let mut source = first;
    for _ in 0..2 {
        for from in [first, source] {
            let again = variant(&published, Some(from));
            fleet.publish(&again).await;
            assert_eq!(output(&fleet, again.run_id).await, json!([1, 2]));
            source = again.run_id;
        }
    }
    assert_eq!(passed(&fleet, &published, json!([1, 2])).await.1, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_leaves_nothing_behind() {
    let fleet = Fleet::start().await;
    let published = fleet.publish_workflow(once("dry")).await;
    let dry = RunVariantRequested {
        dry: true,
        input: Some(json!({ "body": [1] }).into()),
        ..variant(&published, None)
    };
    fleet.publish(&dry).await;
    wait_until("the dry run's end", || async {
        let log = log_of(&fleet, dry.run_id);
        log.last()?.ended_at_ms()
    })
    .await;
    assert_eq!(ended(&fleet, dry.run_id), json!([1]));
    assert_eq!(fleet.count("SELECT count(*) FROM seen_keys").await, 0);
    assert_eq!(passed(&fleet, &published, json!([1])).await.1, json!([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_killed_between_question_and_answer_drops_nothing() {
    let mut fleet = Fleet::start().await;
    let published = fleet.publish_workflow(once("killed")).await;
    let webhook = call(&published, json!([1, 2]));
    fleet.publish(&webhook).await;
    fleet
        .hear(|e: &RememberRequested| e.origin.run_id == webhook.run_id)
        .await;
    fleet.kill_engine().await;
    fleet.start_engine();
    assert_eq!(output(&fleet, webhook.run_id).await, json!([1, 2]));
}

/// Who asks for which keys.
struct Asking {
    tenant: TenantId,
    request: RememberRequested,
}

impl Asking {
    fn new(workflow_id: WorkflowId, keys: &[u8]) -> Self {
        let origin = EffectOrigin {
            run_id: RunId::generate(),
            workflow_id,
            node: "once".parse().unwrap(),
            effect_key: EventId::generate().to_string(),
        };
        Self {
            tenant: TenantId::default_tenant(),
            request: RememberRequested {
                origin,
                items: keys.iter().map(|key| json!(key)).collect(),
                keys: keys.iter().map(|key| format!("{key:032x}")).collect(),
                days: 30,
                most: 3,
                repeats: None,
            },
        }
    }

    fn of_tenant(mut self, tenant: &str) -> Self {
        self.tenant = tenant.parse().unwrap();
        self
    }

    /// What the engine says is new.
    async fn ask(&self, fleet: &Fleet) -> Value {
        let answers = || {
            let heard = fleet.heard::<EngineEffectCompleted>().into_iter();
            let key = &self.request.origin.effect_key;
            let heard = heard.filter(|(_, e)| e.0.effect_key == *key);
            heard.map(|(_, e)| e.0.outcome.value()).collect::<Vec<_>>()
        };
        let before = answers().len();
        let (cause, id) = (Cause::root(self.tenant.clone()), EventId::generate());
        let message = Message::encode("test", &cause, &self.request, id, Utc::now()).unwrap();
        for result in fleet.bus.publish(&[message]).await {
            result.unwrap();
        }
        wait_until("an answer", || async { answers().get(before).cloned() }).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_effect_gets_the_same_answer_however_often_it_asks() {
    let fleet = Fleet::without_engine().await;
    let workflow = WorkflowId::generate();
    let first = Asking::new(workflow, &[2, 1]);
    assert_eq!(first.ask(&fleet).await, json!([2, 1]));
    let second = Asking::new(workflow, &[1, 3]);
    for _ in 0..2 {
        assert_eq!(second.ask(&fleet).await, json!([3]));
        assert_eq!(first.ask(&fleet).await, json!([2, 1]));
    }
    // Another turn of the same run is another effect.
    let mut turn = Asking::new(workflow, &[1, 2, 4]);
    turn.request.origin.run_id = first.request.origin.run_id;
    assert_eq!(turn.ask(&fleet).await, json!([4]));
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_workflows_and_nodes_know_nothing_of_each_other() {
    let fleet = Fleet::without_engine().await;
    let workflow = WorkflowId::generate();
    assert_eq!(Asking::new(workflow, &[1]).ask(&fleet).await, json!([1]));
    let tenant = Asking::new(workflow, &[1]).of_tenant("other");
    assert_eq!(tenant.ask(&fleet).await, json!([1]));
    let other = Asking::new(WorkflowId::generate(), &[1]);
    assert_eq!(other.ask(&fleet).await, json!([1]));
    let mut node = Asking::new(workflow, &[1]);
    node.request.origin.node = "another".parse().unwrap();
    assert_eq!(node.ask(&fleet).await, json!([1]));
    assert_eq!(Asking::new(workflow, &[1]).ask(&fleet).await, json!([]));
    let mut misfit = Asking::new(workflow, &[1]).request;
    misfit.keys.clear();
    fleet.publish(&misfit).await;
    let key = misfit.origin.effect_key;
    fleet
        .hear(|e: &EngineEffectFailed| e.0.effect_key == key && e.0.error.code == "seen.misfit")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_forgotten_by_age_and_by_number() {
    let fleet = Fleet::without_engine().await;
    let workflow = WorkflowId::generate();
    Asking::new(workflow, &[1]).ask(&fleet).await;
    let older = |statement: &'static str| sqlx::query(statement).execute(fleet.database.pool());
    older("UPDATE seen_keys SET first_seen = first_seen - interval '29 days 23 hours'")
        .await
        .unwrap();
    assert_eq!(Asking::new(workflow, &[1]).ask(&fleet).await, json!([]));
    older("UPDATE seen_keys SET first_seen = first_seen - interval '2 hours'")
        .await
        .unwrap();
    let again = Asking::new(workflow, &[1]);
    assert_eq!(again.ask(&fleet).await, json!([1]));
    assert_eq!(Asking::new(workflow, &[1]).ask(&fleet).await, json!([]));

    let sweep = async |days: u64| {
        let today = Utc::now().date_naive() + Days::new(days);
        engine::keep_runs(&fleet.database, 90, today).await.unwrap();
        fleet.count("SELECT count(*) FROM seen_keys").await
    };
    Asking::new(workflow, &[2, 3, 4, 5]).ask(&fleet).await;
    let another = Asking::new(WorkflowId::generate(), &[1, 2]);
    another.ask(&fleet).await;
    assert_eq!(sweep(0).await, 5, "three of one node, two of the other");
    let oldest = Asking::new(workflow, &[1]);
    assert_eq!(oldest.ask(&fleet).await, json!([1]), "it was forgotten");
    assert_eq!(sweep(30).await, 5);
    assert_eq!(sweep(31).await, 0);
    assert_eq!(fleet.count("SELECT count(*) FROM seen_limits").await, 2);
    sweep(33).await;
    assert_eq!(fleet.count("SELECT count(*) FROM seen_limits").await, 0);
}
