//! The SMTP adapter against a real SMTP server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use adapter::conformance::{Bench, Specimen, conforms};
use adapter_smtp::{Enclosing, MIGRATIONS, SmtpProtocol, manifest};
use artifacts::{Memory, Shelf};
use events::{
    AccountDegraded, AccountHealthy, AccountReauthNeeded, AccountRejected, EffectOrigin,
    EmailSendRequested, ErrorClass,
};
use ids::AccountId;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{TestSmtp, wait_until};

async fn bench() -> Bench<SmtpProtocol> {
    bench_with(None).await
}

async fn bench_with(shelf: Option<Shelf>) -> Bench<SmtpProtocol> {
    Bench::start(manifest(), &MIGRATIONS, |parts| {
        SmtpProtocol::new(parts.egress.clone(), Enclosing::new(shelf, 1 << 20))
    })
    .await
}

/// Settings for `server` over STARTTLS, which trust its certificate.
fn settings(server: &TestSmtp) -> Value {
    let ca = std::fs::read_to_string(&server.certificate().certificate).unwrap();
    json!({
        "host": "127.0.0.1", "port": server.address().port(), "tls": "starttls",
        "from": "Ada <ada@example.org>", "user": "ada", "ca_pem": ca,
    })
}

fn mail(origin: EffectOrigin, account_id: AccountId, to: &str) -> EmailSendRequested {
    EmailSendRequested {
        origin,
        account_id,
        to: vec![to.to_owned()],
        subject: "Grüße".to_owned(),
        text: "Hello".to_owned(),
        html: None,
        in_reply_to: Some("1@example.org".to_owned()),
        references: Vec::new(),
        attachments: Vec::new(),
    }
}

struct Mails(TestSmtp);

impl Specimen for Mails {
    type Protocol = SmtpProtocol;

    fn account(&self) -> (Value, Value, Vec<String>) {
        let hosts = vec!["127.0.0.1".to_owned()];
        (settings(&self.0), json!({ "password": "s3cret" }), hosts)
    }

    fn effect(&self, origin: EffectOrigin, account: AccountId) -> EmailSendRequested {
        mail(origin, account, "bob@example.org")
    }

    fn receipts(&self, effect_key: &str) -> usize {
        let id = format!("Message-ID: <{effect_key}@st>");
        let mails = self.0.mails();
        mails.iter().filter(|mail| mail.data.contains(&id)).count()
    }

    fn is_idempotent(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn it_does_what_every_adapter_does() {
    let mut bench = bench().await;
    let mails = Mails(TestSmtp::start_with_login("ada", "s3cret"));
    conforms(&mut bench, &mails).await;
}

#[tokio::test]
async fn a_mail_arrives_with_its_trace_over_starttls_and_a_login() {
    let bench = bench().await;
    let server = TestSmtp::start_with_login("ada", "s3cret");
    let account = bench
        .connect(
            settings(&server),
            &json!({ "password": "s3cret" }),
            &["127.0.0.1"],
        )
        .await;
    bench.hears::<AccountHealthy>(|_| true).await;
    bench
        .request_traced(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            &mail(bench.origin("k"), account, "Bob <bob@example.org>"),
        )
        .await;
    assert_eq!(
        bench.answer("k", 1).await.unwrap(),
        json!({ "message_id": "k@st" })
    );
    let received = &server.wait_for(1).await[0];
    assert_eq!(
        (received.from.as_str(), &received.to[..]),
        ("ada@example.org", &["bob@example.org".to_owned()][..])
    );
    for line in [
        "Message-ID: <k@st>",
        "In-Reply-To: <1@example.org>",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ] {
        assert!(received.data.contains(line), "{line} in {}", received.data);
    }
}

#[tokio::test]
async fn a_wrong_password_asks_for_a_new_one() {
    let bench = bench().await;
    let server = TestSmtp::start_with_login("ada", "s3cret");
    bench
        .connect(
            settings(&server),
            &json!({ "password": "guess" }),
            &["127.0.0.1"],
        )
        .await;
    let told = bench.hears::<AccountReauthNeeded>(|_| true).await;
    assert!(
        told["reason"]
            .as_str()
            .unwrap()
            .contains("refused the login"),
        "{told}"
    );
}

#[tokio::test]
async fn an_unreachable_server_degrades_the_account_and_a_new_setting_heals_it() {
    let bench = bench().await;
    let mut server = TestSmtp::start();
    let settings = settings(&server);
    server.kill();
    bench
        .connect(settings, &json!({ "password": "p" }), &["127.0.0.1"])
        .await;
    let told = bench.hears::<AccountDegraded>(|_| true).await;
    assert_eq!(told["code"], "smtp.unreachable");
}

#[tokio::test]
async fn a_refusal_is_told_and_nothing_is_sent() {
    let bench = bench().await;
    let server = TestSmtp::start();
    let mut settings = settings(&server);
    settings["tls"] = json!("none");
    let event = bench.connect_request(settings, &json!({ "password": "p" }), &["127.0.0.1"]);
    let account = event.account_id;
    let mut without_login = event;
    without_login.sealed = None;
    bench
        .publish(
            &bus::Cause::root("default".parse().unwrap()),
            &without_login,
        )
        .await;
    bench.hears::<AccountHealthy>(|_| true).await;
    for (to, class) in [
        ("refused@example.org", ErrorClass::Rejected),
        ("later@example.org", ErrorClass::Unavailable),
    ] {
        bench.request(&mail(bench.origin(to), account, to)).await;
        let error = bench.answer(to, 1).await.unwrap_err();
        assert_eq!(error.class, class, "{}", error.message);
        assert!(error.message.contains(to), "{}", error.message);
    }
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn credentials_do_not_follow_a_change_of_host() {
    let bench = bench().await;
    let server = TestSmtp::start_with_login("ada", "p");
    let mut event = bench.connect_request(
        settings(&server),
        &json!({ "password": "p" }),
        &["127.0.0.1"],
    );
    let cause = bus::Cause::root("default".parse().unwrap());
    bench.publish(&cause, &event).await;
    bench.hears::<AccountHealthy>(|_| true).await;
    event.version = 2;
    event.sealed = None;
    event.settings["host"] = json!("localhost");
    bench.publish(&cause, &event).await;
    let told = bench.hears::<AccountRejected>(|_| true).await;
    assert_eq!(
        (&told["code"], &told["pointer"]),
        (&json!("account.host_not_allowed"), &json!("/host"))
    );
}

#[tokio::test]
async fn silence_after_the_content_is_unknown() {
    let bench = bench().await;
    let server = HalfDeaf::start().await;
    let mut settings =
        json!({ "host": "127.0.0.1", "port": server.port, "tls": "none", "from": "a@example.org" });
    settings["user"] = json!("a");
    let mut event = bench.connect_request(settings, &json!({ "password": "p" }), &["127.0.0.1"]);
    event.sealed = None;
    bench
        .publish(&bus::Cause::root("default".parse().unwrap()), &event)
        .await;
    bench.hears::<AccountHealthy>(|_| true).await;
    bench
        .request(&mail(
            bench.origin("k"),
            event.account_id,
            "bob@example.org",
        ))
        .await;
    assert_eq!(
        bench.answer("k", 1).await.unwrap_err().class,
        ErrorClass::Unknown
    );
    wait_until("one content", async || {
        (server.contents() == 1).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(server.contents(), 1, "never silently repeated");
}

/// A mail server that takes the content and hangs up instead of answering.
struct HalfDeaf {
    port: u16,
    contents: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl HalfDeaf {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let contents = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = std::sync::Arc::clone(&contents);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(converse(stream, std::sync::Arc::clone(&counted)));
            }
        });
        Self { port, contents }
    }

    fn contents(&self) -> usize {
        self.contents.load(std::sync::atomic::Ordering::SeqCst)
    }
}

async fn converse(
    stream: tokio::net::TcpStream,
    contents: std::sync::Arc<std::sync::atomic::AtomicUsize>,
) {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 half deaf\r\n").await.unwrap();
    let (mut line, mut content) = (String::new(), false);
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        if content && line.trim_end() == "." {
            contents.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            return;
        }
        let answer: &[u8] = match line.get(..4) {
            _ if content => b"",
            Some("DATA") => b"354 go\r\n",
            Some("QUIT") => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        content |= line.starts_with("DATA");
        stream.write_all(answer).await.unwrap();
        line.clear();
    }
}

#[tokio::test]
async fn files_are_enclosed_with_a_mail() {
    let shelf = Shelf {
        artifacts: Arc::new(Memory::default()),
        most_bytes: 4 << 20,
    };
    let bench = bench_with(Some(shelf.clone())).await;
    let server = TestSmtp::start_with_login("ada", "s3cret");
    let login = json!({ "password": "s3cret" });
    let account = bench
        .connect(settings(&server), &login, &["127.0.0.1"])
        .await;
    let tenant = ids::TenantId::default_tenant();
    let mut values = Vec::new();
    for (bytes, name) in [
        (&[0xFF_u8; 300 << 10][..], "large.bin"),
        (&b"abc"[..], "abc.txt"),
    ] {
        let bytes = Box::new(std::io::Cursor::new(bytes.to_vec()));
        let kept = shelf
            .keep(&tenant, bytes, Some("application/x-own"), Some(name))
            .await;
        values.push(json!({ "$artifact": kept.unwrap() }));
    }
    let mut effect = mail(bench.origin("k"), account, "bob@example.org");
    effect.attachments = values;
    bench.request(&effect).await;
    assert!(bench.answer("k", 1).await.is_ok());
    let received = &server.wait_for(1).await[0].data;
    for part in [
        "multipart/mixed",
        "filename=\"large.bin\"",
        "filename=\"abc.txt\"",
        "YWJj",
    ] {
        assert!(received.contains(part), "{part} in {received}");
    }
    assert!(received.len() > 400 << 10);

    let large = Box::new(std::io::Cursor::new(vec![0; (1 << 20) + 1]));
    let large = shelf.keep(&tenant, large, None, None).await.unwrap();
    effect.origin = bench.origin("large");
    effect.attachments = vec![json!({ "$artifact": large })];
    bench.request(&effect).await;
    let error = bench.answer("large", 1).await.unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (ErrorClass::Limit, "smtp.attachments_too_large")
    );
    assert_eq!(server.mails().len(), 1);
}
