use crate::support::{Gateway, PASSWORD, TOKEN, cookie};
use http::{StatusCode, header::COOKIE};
use serde_json::{Value, json};

fn credentials(password: &str) -> Value {
    json!({ "email": "Ada@example.org", "password": password })
}

#[tokio::test]
async fn the_first_account_is_made_once_with_the_operators_token() {
    let gateway = Gateway::start().await;
    let state: Value = gateway.server.get("/api/v1/setup").await.json();
    assert_eq!(state, json!({ "needs_first_account": true, "oidc": [] }));
    let setup = |token: &str, password: &str| {
        gateway.server.post("/api/v1/setup").json(
            &json!({ "token": token, "email": "ada@example.org", "name": "Ada", "password": password }),
        )
    };
    let refused = setup("guess", PASSWORD).await;
    refused.assert_status(StatusCode::FORBIDDEN);
    assert_eq!(refused.json::<Value>()["code"], "setup.wrong_token");
    let weak = setup(TOKEN, "short").await;
    weak.assert_status(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(weak.json::<Value>()["errors"][0]["pointer"], "/password");

    let made = setup(TOKEN, PASSWORD).await;
    made.assert_status(StatusCode::CREATED);
    let line = made.header("set-cookie").to_str().unwrap().to_owned();
    for part in [
        "__Host-st_session=",
        "HttpOnly",
        "Secure",
        "SameSite=Lax",
        "Path=/",
    ] {
        assert!(line.contains(part), "{part} is missing from {line}");
    }
    let me: Value = gateway.get("/api/v1/me", &cookie(&line)).await.json();
    assert_eq!(me, made.json::<Value>());
    assert_eq!(
        (&me["is_admin"], &me["tenant"]),
        (&json!(true), &json!("default"))
    );
    let again = setup(TOKEN, PASSWORD).await;
    again.assert_status(StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_session_begins_with_a_password_and_ends_with_signing_out() {
    let gateway = Gateway::start().await;
    let first = gateway.first_account().await;
    let wrong = gateway
        .server
        .post("/api/v1/session")
        .json(&credentials("wrong password"))
        .await;
    wrong.assert_status(StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.json::<Value>()["code"], "session.bad_credentials");

    let signed_in = gateway
        .server
        .post("/api/v1/session")
        .add_header(COOKIE, first.clone())
        .json(&credentials(PASSWORD))
        .await;
    signed_in.assert_status_ok();
    let second = cookie(signed_in.header("set-cookie").to_str().unwrap());
    assert_ne!(first, second, "a sign-in makes a new session");
    let old = gateway.get("/api/v1/me", &first).await;
    old.assert_status(StatusCode::UNAUTHORIZED);
    assert_eq!(old.json::<Value>()["code"], "session.expired");

    gateway
        .server
        .delete("/api/v1/session")
        .add_header(COOKIE, second.clone())
        .await
        .assert_status(StatusCode::NO_CONTENT);
    gateway
        .get("/api/v1/me", &second)
        .await
        .assert_status(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_after_idle_and_absolute_time() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    for (column, days) in [("seen_at", 15), ("created_at", 91)] {
        gateway.get("/api/v1/me", &who).await.assert_status_ok();
        let statement = match column {
            "seen_at" => "UPDATE sessions SET seen_at = now() - make_interval(days => $1)",
            _ => "UPDATE sessions SET created_at = now() - make_interval(days => $1)",
        };
        let pool = gateway.app.database.pool();
        sqlx::query(statement)
            .bind(days)
            .execute(pool)
            .await
            .unwrap();
        let answer = gateway.get("/api/v1/me", &who).await;
        answer.assert_status(StatusCode::UNAUTHORIZED);
        assert_eq!(
            answer.json::<Value>()["code"],
            "session.expired",
            "{column}"
        );
        sqlx::query("UPDATE sessions SET seen_at = now(), created_at = now()")
            .execute(pool)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let gateway = Gateway::start().await;
    gateway.first_account().await;
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        let answer = gateway
            .server
            .post("/api/v1/session")
            .json(&credentials("a guess"))
            .await;
        last = answer.status_code();
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.maybe_header("retry-after").is_some());
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let right = gateway
        .server
        .post("/api/v1/session")
        .json(&credentials(PASSWORD))
        .await;
    right.assert_status(StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn another_site_cannot_act_with_a_persons_cookie() {
    let gateway = Gateway::start().await;
    let who = gateway.first_account().await;
    let attempts = [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![
            ("origin", "https://evil.example"),
            ("host", "localhost:7800"),
        ],
        vec![("origin", "null"), ("host", "localhost:7800")],
    ];
    for headers in attempts {
        let mut request = gateway.post("/api/v1/conversations", &who, &json!({}));
        for (name, value) in &headers {
            request = request.add_header(*name, *value);
        }
        let answer = request.await;
        answer.assert_status(StatusCode::FORBIDDEN);
        assert_eq!(
            answer.json::<Value>()["code"],
            "request.cross_site",
            "{headers:?}"
        );
    }
    gateway
        .post("/api/v1/conversations", &who, &json!({}))
        .add_header("sec-fetch-site", "same-origin")
        .add_header("prefer", "respond-async")
        .await
        .assert_status(StatusCode::ACCEPTED);
}
