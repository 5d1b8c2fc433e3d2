//! The servers of the kit do what the tests that use them rely on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bus::Transport;
use sqlx::{Connection, Executor, PgConnection, migrate::Migrator};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use testkit::{HttpSink, TestDatabase, TestImap, TestNats, TestSmtp, TestSpiceDb, wait_until};

static NOTHING: Migrator = Migrator::DEFAULT;

#[tokio::test]
async fn roles_have_the_rights_of_production_and_no_others() {
    let database = TestDatabase::create("testkit-probe", &NOTHING).await;
    let mut owner = PgConnection::connect(&database.owner_url()).await.unwrap();
    owner
        .execute("CREATE TABLE probe (id bigint PRIMARY KEY)")
        .await
        .unwrap();
    let mut worker = PgConnection::connect(&database.worker_url()).await.unwrap();
    worker
        .execute("INSERT INTO probe VALUES (1)")
        .await
        .unwrap();
    assert!(
        worker
            .execute("CREATE TABLE other (id bigint)")
            .await
            .is_err(),
        "a worker makes no tables"
    );
    let mut reader = PgConnection::connect(&database.reader_url()).await.unwrap();
    assert!(
        reader.execute("SELECT * FROM probe").await.is_err(),
        "a reader has what a migration grants"
    );
    owner
        .execute("GRANT SELECT ON probe TO testkit_probe_reader")
        .await
        .unwrap();
    reader.execute("SELECT * FROM probe").await.unwrap();
    let other = TestDatabase::create("testkit-other", &NOTHING).await;
    let stranger = other
        .worker_url()
        .replace("testkit_other_worker", "testkit_probe_worker");
    assert!(
        PgConnection::connect(&stranger).await.is_err(),
        "no role opens another's database"
    );
}

#[tokio::test]
async fn nats_keeps_its_streams_over_a_kill() {
    let mut nats = TestNats::start();
    nats.provision(&[]).await;
    nats.restart();
    let bus = nats.connect("probe").await;
    let manifest = bus::Manifest::new("probe").database();
    nats.provision(std::slice::from_ref(&manifest)).await;
    let (stream, consumer) = manifest.group("receipts")[0].clone();
    assert!(bus.incarnation(stream, &consumer).await.unwrap() > 0);
}

#[tokio::test]
async fn http_sink_records_what_it_answered() {
    let sink = HttpSink::start().await;
    let mut stream = TcpStream::connect(sink.address()).unwrap();
    stream
        .write_all(
            b"POST /a?b=c HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n[]",
        )
        .unwrap();
    let requests = wait_until("a request", async || {
        Some(sink.requests()).filter(|all| !all.is_empty())
    })
    .await;
    assert_eq!(requests[0].uri, "/a?b=c");
    assert_eq!(requests[0].json(), serde_json::json!([]));
}

#[tokio::test]
async fn each_spicedb_has_a_key_of_its_own() {
    assert_ne!(TestSpiceDb::start().key, TestSpiceDb::start().key);
}

#[tokio::test]
async fn smtp_keeps_mail_and_refuses_on_request() {
    let smtp = TestSmtp::start();
    let said = talk(&smtp, "someone@example.org");
    assert!(said.iter().any(|line| line.starts_with("250")), "{said:?}");
    assert_eq!(smtp.wait_for(1).await[0].to, ["someone@example.org"]);
    assert!(
        talk(&smtp, "refused@example.org")
            .iter()
            .any(|line| line.starts_with("550"))
    );
}

#[tokio::test]
async fn imap_shows_what_is_delivered_and_renumbers() {
    let mut imap = TestImap::start();
    imap.deliver("Subject: one\r\n\r\nfirst\r\n");
    let before = select(&imap);
    assert!(
        before.iter().any(|line| line.contains("1 EXISTS")),
        "{before:?}"
    );
    imap.renumber();
    let validity = |lines: &[String]| {
        lines
            .iter()
            .find(|line| line.contains("UIDVALIDITY"))
            .cloned()
    };
    assert_ne!(validity(&before), validity(&select(&imap)));
    imap.freeze();
    imap.thaw();
    select(&imap);
}

fn talk(smtp: &TestSmtp, to: &str) -> Vec<String> {
    let rcpt = format!("RCPT TO:<{to}>");
    let words = [
        "EHLO probe",
        "MAIL FROM:<a@example.org>",
        &rcpt,
        "DATA",
        "Subject: x\r\n\r\nhello\r\n.",
        "QUIT",
    ];
    dialogue(smtp.address(), &words, |line| line.get(3..4) == Some(" "))
}

fn select(imap: &TestImap) -> Vec<String> {
    let login = format!("a LOGIN {} \"{}\"", TestImap::USER, TestImap::PASSWORD);
    dialogue(
        imap.address(),
        &[&login, "a SELECT INBOX", "a LOGOUT"],
        |line| line.starts_with("a ") || line.starts_with("* OK [CAPABILITY"),
    )
}

/// Says each word after the answer to the one before has ended.
fn dialogue(
    address: std::net::SocketAddr,
    words: &[&str],
    ends: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(10)))
        .unwrap();
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut words = words.iter();
    let mut heard = Vec::new();
    for line in lines.map_while(Result::ok) {
        let over = ends(&line);
        heard.push(line);
        if over && let Some(word) = words.next() {
            stream.write_all(format!("{word}\r\n").as_bytes()).unwrap();
        }
    }
    heard
}
