//! Workflows made in conversation: from recipes, changed step by step, published when the person agrees.

use crate::{
    memory::call,
    world::{Talking, account},
};
use events::{
    RunRequested, Timestamp, WorkflowPublishRequested, WorkflowSaveRequested, WorkflowSaved,
    WorkflowVersion,
};
use ids::{AccountId, VersionId, WorkflowId};
use serde_json::{Value, json};

/// A conversation in which a run answers.
async fn asked(talking: &Talking) -> RunRequested {
    talking.post("Remind me to water the plants").await;
    talking.next(0).await
}

fn reminding() -> Value {
    json!({ "recipe": "remind", "text": "Water the plants", "every": "weekday", "at": "07:30" })
}

/// The engine has saved it.
async fn saved(talking: &Talking, workflow_id: WorkflowId, document: &Value) {
    let version = WorkflowVersion {
        version_id: VersionId::generate(),
        number: 3,
        hash: String::new(),
        name: "Remind me".to_owned(),
        description: String::new(),
        document: document.clone(),
        saved_at: Timestamp::default(),
    };
    let actor = talking.person;
    talking
        .publish(&WorkflowSaved {
            workflow_id,
            version,
            actor,
        })
        .await;
}

#[tokio::test]
async fn a_recipe_becomes_a_draft_with_a_summary_and_what_cannot_be_made_a_reason() {
    let talking = Talking::ready().await;
    let run = asked(&talking).await;
    let before = talking.all::<WorkflowSaveRequested>().len();
    let made = call(&talking, &run, "draft_recipe", reminding())
        .await
        .unwrap();
    let draft = talking.next::<WorkflowSaveRequested>(before).await;
    assert_eq!(made["workflow_id"], json!(draft.workflow_id));
    assert_eq!(
        made["summary"][0],
        "when: Schedule (cron: 30 7 * * MON-FRI), → tell"
    );
    assert_eq!(
        draft.document["nodes"][1]["config"]["body"],
        "Water the plants"
    );

    let wish = json!({ "recipe": "none", "text": "mails cannot be deleted" });
    let refused = call(&talking, &run, "draft_recipe", wish)
        .await
        .unwrap_err();
    assert_eq!(refused, "recipe.unfit");
    assert_eq!(talking.all::<WorkflowSaveRequested>().len(), before + 1);
}

#[tokio::test]
async fn a_recipe_that_sends_takes_the_persons_only_account() {
    let talking = Talking::ready().await;
    let run = asked(&talking).await;
    let wish = json!({ "recipe": "forward_mail", "to": "bob@example.org" });
    let refused = call(&talking, &run, "draft_recipe", wish.clone()).await;
    assert_eq!(refused.unwrap_err(), "recipe.unfit", "there is none");
    let mine = AccountId::generate();
    talking.own(mine.into()).await;
    for connected in [mine, AccountId::generate()] {
        talking
            .publish(&account(connected, "smtp", talking.person))
            .await;
    }
    let made = testkit::wait_until("a sender", || async {
        call(&talking, &run, "draft_recipe", wish.clone())
            .await
            .ok()
    })
    .await;
    let made = made["workflow_id"].clone();
    let drafts = talking.all::<WorkflowSaveRequested>();
    let draft = drafts
        .iter()
        .find(|draft| json!(draft.workflow_id) == made)
        .unwrap();
    assert_eq!(
        draft.document["nodes"][1]["config"]["account_id"],
        json!(mine)
    );
}

#[tokio::test]
async fn a_draft_is_changed_and_published_for_who_may_edit_it_and_nobody_else() {
    let talking = Talking::ready().await;
    let run = asked(&talking).await;
    let made = call(&talking, &run, "draft_recipe", reminding())
        .await
        .unwrap();
    let id: WorkflowId = serde_json::from_value(made["workflow_id"].clone()).unwrap();
    let drafted = talking.all::<WorkflowSaveRequested>().pop().unwrap();
    let step =
        json!({ "op": "set", "id": "tell", "pointer": "/config/body", "value": "And the cactus" });
    let change = json!({ "workflow_id": id, "changes": [step] });
    let refused = call(&talking, &run, "change_draft", change.clone()).await;
    assert_eq!(refused.unwrap_err(), "workflow.not_found");
    saved(&talking, id, &drafted.document).await;
    talking.own(id.into()).await;
    let told = testkit::wait_until("the draft", || async {
        call(&talking, &run, "change_draft", change.clone())
            .await
            .ok()
    })
    .await;
    let field = &told["changed"]["nodes"][0]["fields"][0];
    assert_eq!(
        (&field["before"], &field["after"]),
        (&json!("Water the plants"), &json!("And the cactus"))
    );
    let again = talking.all::<WorkflowSaveRequested>().pop().unwrap();
    assert_eq!(
        (again.workflow_id, again.base_version, again.actor),
        (id, Some(3), talking.person)
    );
    assert_eq!(
        again.document["nodes"][1]["config"]["body"],
        "And the cactus"
    );

    for (bad, code) in [
        (
            json!({ "workflow_id": id, "changes": [{ "op": "remove_node", "id": "nobody" }] }),
            "workflow.invalid",
        ),
        (
            json!({ "workflow_id": id, "changes": [{ "op": "remove_node", "id": "when" }] }),
            "workflow.invalid",
        ),
        (
            json!({ "workflow_id": id, "changes": [{ "op": "set", "id": "tell", "pointer": "/allow", "value": { "to": ["*"] } }] }),
            "workflow.invalid",
        ),
        (
            json!({ "workflow_id": id, "changes": "all" }),
            "tool.arguments_invalid",
        ),
        (
            json!({ "workflow_id": WorkflowId::generate(), "changes": [] }),
            "workflow.not_found",
        ),
    ] {
        let refused = call(&talking, &run, "change_draft", bad.clone()).await;
        assert_eq!(refused.unwrap_err(), code, "{bad}");
    }

    let before = talking.all::<WorkflowPublishRequested>().len();
    let other = json!({ "workflow_id": WorkflowId::generate() });
    let refused = call(&talking, &run, "publish_draft", other).await;
    assert_eq!(refused.unwrap_err(), "workflow.not_found");
    let wanted = json!({ "workflow_id": id });
    call(&talking, &run, "publish_draft", wanted).await.unwrap();
    let published = talking.next::<WorkflowPublishRequested>(before).await;
    assert_eq!((published.workflow_id, published.version), (id, Some(3)));
}
