//! The world around the fleet: a guarded server, and the workflows that lead there.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::{Recorded, Reply};

/// Whether a request shows the token.
pub(super) fn has_token(request: &Recorded, token: &str) -> bool {
    let given = request.headers.get("authorization");
    given.is_some_and(|given| given.as_bytes() == format!("Bearer {token}").as_bytes())
}

/// Answers whoever shows the token; whoever does not is told what he showed, as careless servers do.
pub(super) fn guarded(request: &Recorded, token: &str) -> Reply {
    if has_token(request, token) {
        return Reply::json(&json!({ "let": "in" }));
    }
    let shown = request
        .headers
        .get("authorization")
        .map(|given| String::from_utf8_lossy(given.as_bytes()).into_owned());
    Reply {
        status: 401,
        ..Reply::json(&json!({ "refused": shown }))
    }
}

/// Fetches what needs a token, then mails.
pub(super) fn errand(url: &str, http: &str, smtp: &str) -> Value {
    json!({
        "name": "errand",
        "nodes": [
            { "id": "go", "node_type": "trigger.manual", "config": {} },
            { "id": "fetch", "node_type": "http_request", "config": { "method": "GET", "url": url, "account_id": http } },
            { "id": "mail", "node_type": "send_email", "config": {
                "account_id": smtp, "to": ["grace@example.org"], "subject": "Hello", "text": "{{ $string(input) }}" } },
        ],
        "edges": [
            { "source": "go", "source_port": "out", "destination": "fetch", "destination_port": "in" },
            { "source": "fetch", "source_port": "out", "destination": "mail", "destination_port": "in" },
            { "source": "fetch", "source_port": "error", "destination": "mail", "destination_port": "in" },
        ],
    })
}

/// A webhook whose callers sign.
pub(super) fn signed_hook() -> Value {
    let auth =
        json!({ "kind": "hmac_sha256", "header": "x-signature-256", "secret_name": "signed" });
    json!({
        "name": "signed",
        "nodes": [
            { "id": "hook", "node_type": "trigger.webhook", "config": { "path": "signed", "auth": auth } },
            { "id": "answer", "node_type": "http_response", "config": { "body": "{{ input.body }}" } },
        ],
        "edges": [{ "source": "hook", "source_port": "out", "destination": "answer", "destination_port": "in" }],
    })
}

/// What a caller of it signs with, in hexadecimal digits.
pub(super) fn signature(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body.as_bytes());
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
