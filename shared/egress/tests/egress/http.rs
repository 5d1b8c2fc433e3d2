//! Redirects, bounds and streams, against real servers on this host.

use bytes::Bytes;
use egress::{Body, Egress, Error, Http, Policy, Request, Streamed};
use futures::{StreamExt, stream};
use http::{
    HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, HOST},
};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

/// How a streamed answer begins.
const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

fn policy(allow: &str) -> Policy {
    allow.parse().unwrap()
}

fn http(policy: Policy) -> Http {
    Egress::new(policy).http()
}

fn local() -> Http {
    http(policy("127.0.0.1"))
}

fn url(server: &MockServer, path: &str) -> url::Url {
    format!("{}{path}", server.uri()).parse().unwrap()
}

async fn serving(at: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(path(at))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

fn redirect(status: u16, to: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).insert_header("location", to)
}

/// A server that reads one request and writes the given pieces with a pause in between.
async fn raw(pieces: &'static [&'static str], pause: Duration) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await;
        for piece in pieces {
            if stream.write_all(piece.as_bytes()).await.is_err() {
                return;
            }
            tokio::time::sleep(pause).await;
        }
    });
    format!("http://{address}/").parse().unwrap()
}

#[tokio::test]
async fn an_answer_of_any_status_comes_back_whole() {
    let server = serving(
        "/x",
        ResponseTemplate::new(404).set_body_string("nothing here"),
    )
    .await;
    let answer = local()
        .send(Request::post(url(&server, "/x"), "ping"))
        .await
        .unwrap();
    assert_eq!(
        (answer.status.as_u16(), answer.body),
        (404, Bytes::from_static(b"nothing here"))
    );
    let got = &server.received_requests().await.unwrap()[0];
    assert_eq!(
        (got.method.as_str(), got.body.as_slice()),
        ("POST", b"ping".as_slice())
    );
    assert_eq!(got.headers["accept-encoding"], "identity");
    assert!(
        got.headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("silver-telegram/")
    );
}

#[tokio::test]
async fn without_permission_the_same_server_is_denied() {
    let server = serving("/x", ResponseTemplate::new(200)).await;
    let denied = http(Policy::default())
        .send(Request::get(url(&server, "/x")))
        .await
        .unwrap_err();
    assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_credentials() {
    let server = serving("/from", redirect(302, "/to")).await;
    Mock::given(path("/to"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let request = Request::get(url(&server, "/from"))
        .header(AUTHORIZATION, HeaderValue::from_static("Bearer t"));
    let answer = local().send(request).await.unwrap();
    assert_eq!(answer.url, url(&server, "/to"));
    assert_eq!(
        server.received_requests().await.unwrap()[1].headers["authorization"],
        "Bearer t"
    );
}

#[tokio::test]
async fn a_redirect_to_another_origin_carries_no_credentials() {
    let there = serving("/to", ResponseTemplate::new(200)).await;
    let here = serving("/from", redirect(302, url(&there, "/to").as_str())).await;
    let request = Request::post(url(&here, "/from"), "secret body")
        .header(AUTHORIZATION, HeaderValue::from_static("Bearer t"))
        .header("x-api-key".parse().unwrap(), HeaderValue::from_static("k"))
        .header("cookie".parse().unwrap(), HeaderValue::from_static("c"))
        .header(ACCEPT, HeaderValue::from_static("text/plain"));
    local().send(request).await.unwrap();
    let got = &there.received_requests().await.unwrap()[0];
    assert_eq!(got.method, Method::GET);
    assert!(got.body.is_empty());
    for name in ["authorization", "x-api-key", "cookie"] {
        assert!(!got.headers.contains_key(name), "{name} crossed");
    }
    assert_eq!(got.headers["accept"], "text/plain");
}

#[tokio::test]
async fn a_redirect_that_would_carry_the_body_elsewhere_is_not_followed() {
    let there = serving("/to", ResponseTemplate::new(200)).await;
    let here = serving("/from", redirect(307, url(&there, "/to").as_str())).await;
    let error = local()
        .send(Request::post(url(&here, "/from"), "secret body"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("another origin"), "{error}");
    assert!(there.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_redirect_into_the_private_network_is_denied() {
    for target in [
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://[::1]:5432/",
        "http://2130706434/",
        "//0/",
    ] {
        let server = serving("/from", redirect(302, target)).await;
        let port = server.address().port();
        let error = http(policy(&format!("127.0.0.1:{port}")))
            .send(Request::get(url(&server, "/from")))
            .await
            .unwrap_err();
        let Error::Redirected(cause) = &error else {
            panic!("{target}: {error:?}")
        };
        assert!(
            matches!(**cause, Error::Denied { .. }),
            "{target}: {cause:?}"
        );
        assert!(!error.nothing_sent(), "the first host got the request");
        assert!(
            error.explain().ends_with("allow it with EGRESS_ALLOW"),
            "{}",
            error.explain()
        );
    }
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_refused() {
    for target in [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://user:pw@127.0.0.1/",
    ] {
        let server = serving("/from", redirect(302, target)).await;
        let error = local()
            .send(Request::get(url(&server, "/from")))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, Error::Redirected(cause) if matches!(**cause, Error::Url { .. })),
            "{error:?}"
        );
        assert!(!error.explain().contains("pw"), "{}", error.explain());
    }
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = serving("/loop", redirect(302, "/loop")).await;
    let error = local()
        .send(Request::get(url(&server, "/loop")))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("too many"), "{error}");
    assert_eq!(server.received_requests().await.unwrap().len(), 6);
}

#[tokio::test]
async fn an_answer_over_the_limit_is_cut_off() {
    let mut small = policy("127.0.0.1");
    small.limits.body_bytes = 1000;
    let server = serving(
        "/x",
        ResponseTemplate::new(200).set_body_bytes(vec![0; 1001]),
    )
    .await;
    let error = http(small.clone())
        .send(Request::get(url(&server, "/x")))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::TooLarge { limit: 1000, .. }),
        "{error:?}"
    );
    // Chunked: no length is declared.
    small.limits.body_bytes = 10;
    let endless = raw(
        &[HEAD, "8\r\n12345678\r\n", "8\r\n12345678\r\n"],
        Duration::ZERO,
    )
    .await;
    let error = http(small).send(Request::get(endless)).await.unwrap_err();
    assert!(
        matches!(error, Error::TooLarge { limit: 10, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_of_exactly_the_limit_is_read() {
    let mut small = policy("127.0.0.1");
    small.limits.body_bytes = 1000;
    let server = serving(
        "/x",
        ResponseTemplate::new(200).set_body_bytes(vec![0; 1000]),
    )
    .await;
    assert_eq!(
        http(small)
            .send(Request::get(url(&server, "/x")))
            .await
            .unwrap()
            .body
            .len(),
        1000
    );
}

#[tokio::test]
async fn a_slow_answer_runs_out_of_time() {
    let server = serving(
        "/x",
        ResponseTemplate::new(200).set_delay(Duration::from_secs(30)),
    )
    .await;
    let started = Instant::now();
    let request = Request::get(url(&server, "/x")).timeout(Duration::from_millis(200));
    let error = local().send(request).await.unwrap_err();
    assert_eq!(error.to_string(), "127.0.0.1 did not answer within 200 ms");
    assert!(error.retryable() && !error.nothing_sent());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_stream_arrives_piece_by_piece() {
    let pieces = &[
        HEAD,
        "9\r\ndata: 1\n\n\r\n",
        "9\r\ndata: 2\n\n\r\n",
        "0\r\n\r\n",
    ];
    let from = raw(pieces, Duration::from_millis(50)).await;
    let mut answer = local()
        .send_streaming(Request::get(from).timeout(Duration::from_millis(500)))
        .await
        .unwrap();
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    let mut got = Vec::new();
    while let Some(piece) = answer.body.next().await {
        got.push(piece.unwrap());
    }
    assert_eq!(got, ["data: 1\n\n", "data: 2\n\n"]);
}

#[tokio::test]
async fn a_stream_that_breaks_off_or_falls_silent_is_an_error() {
    let mut impatient = policy("127.0.0.1");
    impatient.limits.idle = Duration::from_millis(200);
    for (pause, expected) in [
        (Duration::ZERO, "failed"),
        (Duration::from_secs(30), "within 200 ms"),
    ] {
        let from = raw(&[HEAD, "5\r\nhello\r\n"], pause).await;
        let answer = http(impatient.clone())
            .send_streaming(Request::get(from))
            .await
            .unwrap();
        let error = answer.collect().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_retryable_and_nothing_was_sent() {
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = local()
        .send(Request::get(
            format!("http://127.0.0.1:{port}/").parse().unwrap(),
        ))
        .await
        .unwrap_err();
    assert!(error.retryable() && error.nothing_sent());
    assert!(
        error
            .explain()
            .starts_with(&format!("could not connect to 127.0.0.1 port {port}: ")),
        "{}",
        error.explain()
    );
}

#[tokio::test]
async fn headers_of_the_transport_cannot_be_given() {
    let request = Request::get("http://127.0.0.1/".parse().unwrap())
        .header(HOST, HeaderValue::from_static("evil"));
    let error = local().send(request).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header `host` is set by the transport and cannot be given"
    );
}

#[tokio::test]
async fn the_method_reaches_the_server_as_given() {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    let answer = local()
        .send(Request::new(Method::DELETE, url(&server, "/thing")))
        .await
        .unwrap();
    assert_eq!(answer.status.as_u16(), 204);
}

/// Six bytes in two pieces, said to be `length`.
fn pieces(length: u64) -> Body {
    let open = || stream::iter(["abc", "def"].map(|piece| Ok(Bytes::from(piece)))).boxed();
    Body::Streamed(Streamed::new(length, open))
}

#[tokio::test]
async fn a_streamed_body_is_sent_with_its_length_and_again_after_a_redirect() {
    let server = serving("/from", redirect(307, "/to")).await;
    Mock::given(path("/to"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&server)
        .await;
    let mut request = Request::post(url(&server, "/from"), "");
    request.body = pieces(6);
    let answer = local().send(request.clone()).await.unwrap();
    assert_eq!(answer.status, 200);
    for got in server.received_requests().await.unwrap() {
        assert_eq!(got.headers["content-length"], "6");
        assert_eq!(got.body, b"abcdef");
    }
    request.body = pieces(7);
    let error = local().send(request).await.unwrap_err();
    assert!(!error.nothing_sent(), "{error:?}");
}
