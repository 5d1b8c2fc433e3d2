//! What comes from outside and what is done there.

use super::World;
use serde_json::json;
use testkit::TestImap;

pub(super) async fn a_mail_becomes_a_triaged_item(world: &World) {
    let api = &world.api;
    api.publish(&api.template("conditional").await).await;
    let settings = json!({ "host": "127.0.0.1", "port": world.imap.address().port(), "tls": "none", "username": TestImap::USER });
    api.connect("imap", settings, json!({ "password": TestImap::PASSWORD }))
        .await;
    world.imap.deliver(
        "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: URGENT: the server is down\r\n\
         Message-ID: <urgent-1@example.org>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nPlease come at once, this is urgent.\r\n",
    );
    let inbox = api
        .until("the mail is triaged", "/api/v1/inbox", |page| {
            page["items"][0]["category"] == "urgent" && page["items"][0]["run_id"].is_string()
        })
        .await;
    let item = &inbox["items"][0];
    assert_eq!(item["subject"], "URGENT: the server is down");
    assert!(item["confidence"].as_f64().unwrap() > 0.5, "{item}");
    let run = item["run_id"].as_str().unwrap();
    assert_eq!(api.ended(run).await["status"], "completed");
    let notifications = api
        .until("a notification", "/api/v1/notifications", |page| {
            page["items"][0]["run_id"] == run
        })
        .await;
    assert_eq!(notifications["items"][0]["urgency"], "high");
    let calls = api.get(&format!("/api/v1/invocations?run_id={run}")).await;
    assert!(
        calls["items"][0]["model"].is_string(),
        "the model call is not recorded: {calls}"
    );
}

pub(super) async fn a_wrong_password_is_named(world: &World) {
    let settings = json!({ "host": "127.0.0.1", "port": world.imap.address().port(), "tls": "none", "username": TestImap::USER });
    let account = json!({ "adapter": "imap", "name": "wrong", "settings": settings, "credentials": { "password": "not it" } });
    let made = world.api.post("/api/v1/accounts", &account).await;
    let path = format!("/api/v1/accounts/{}", made["id"].as_str().unwrap());
    let account = world
        .api
        .until("the account asks for a login", &path, |a| {
            a["status"]["state"] == "reauth_needed"
        })
        .await;
    assert!(
        account["status"]["reason"]
            .as_str()
            .unwrap()
            .contains("password"),
        "{account}"
    );
}

pub(super) async fn a_mail_is_sent_once(world: &World) {
    let api = &world.api;
    let settings = json!({ "host": "127.0.0.1", "port": world.smtp.address().port(), "tls": "none", "from": "ada@example.org" });
    let account = api.connect("smtp", settings, json!({})).await;
    let document = json!({
        "name": "send",
        "nodes": [
            { "id": "go", "node_type": "trigger.manual", "config": {} },
            { "id": "mail", "node_type": "send_email", "config": {
                "account_id": account, "to": ["grace@example.org"], "subject": "Hello {{ input.name }}", "text": "Hi" } },
        ],
        "edges": [{ "source": "go", "source_port": "out", "destination": "mail", "destination_port": "in" }],
    });
    let id = api.publish(&document).await;
    let run = api.start(&id, json!({ "name": "Grace" })).await;
    let ended = api.ended(&run).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    let mails = world.smtp.mails();
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.data.contains("Hello Grace"))
            .count(),
        1
    );
}
