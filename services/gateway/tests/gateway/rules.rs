use crate::{
    facts::{person, project, tell},
    support::Gateway,
};
use events::{ApprovalRulesChanged, Reach, TenantRule};
use http::StatusCode;
use serde_json::{Value, json};
use testkit::wait_until;

const PATH: &str = "/api/v1/approval-rules";

#[tokio::test]
async fn people_read_and_set_when_others_must_agree() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let me = person(&gateway, &who).await;
    project(&gateway);
    let none: Value = gateway.get(PATH, &who).await.json();
    assert_eq!(none, json!({ "rules": [] }));
    let put = async |body: Value| {
        gateway
            .server
            .put(PATH)
            .add_header(http::header::COOKIE, who.clone())
            .add_header("prefer", "respond-async")
            .json(&body)
            .await
    };
    let wish = json!({ "effects": ["write"], "when": "{{ input.body.amount > 500 }}", "own": false, "approvers": [me] });
    let answer = put(json!({ "rules": [wish] })).await;
    answer.assert_status(StatusCode::ACCEPTED);
    let asked = gateway.emitted("workflow.approval_rules_requested").await;
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["rules"][0], wish);
    let changed = ApprovalRulesChanged {
        rules: serde_json::from_value::<Vec<TenantRule>>(json!([wish])).unwrap(),
        actor: me,
    };
    assert_eq!(changed.rules[0].effects, [Reach::Write]);
    tell(&gateway, &changed).await;
    wait_until("the rules", async || {
        let now: Value = gateway.get(PATH, &who).await.json();
        (now["rules"][0]["when"] == wish["when"]).then_some(())
    })
    .await;
    for (field, value) in [
        ("effects", json!([])),
        ("operations", json!(["http.post"])),
        ("when", json!("{{ nodes.a.x }}")),
        ("unless_sure", json!(1.5)),
        ("approvers", json!(vec![me; 21])),
    ] {
        let mut bad = wish.clone();
        bad[field] = value;
        let answer = put(json!({ "rules": [wish, bad] })).await;
        answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = answer.json();
        let pointer = format!("/rules/1/{field}");
        assert_eq!(problem["errors"][0]["pointer"], json!(pointer), "{problem}");
    }
    let answer = put(json!({ "rules": vec![&wish; 21] })).await;
    answer.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
}
