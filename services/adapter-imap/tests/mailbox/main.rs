//! The adapter as a process against a real Dovecot, under faults of both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod kit;

use artifacts::{Artifacts, Directory};
use events::{AccountDegraded, AccountHealthy, AccountReauthNeeded, ArtifactHash, EmailReceived};
use kit::{Bench, mail, mail_with_file};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use testkit::{TestImap, wait_until, wait_until_for};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

const SOON: Duration = Duration::from_secs(20);

/// Waits until each of these mails was told as often as it was delivered, and no more a little later.
async fn told_exactly(bench: &Bench, delivered: &BTreeMap<String, usize>) {
    wait_until_for(Duration::from_secs(60), "all mails are told", async || {
        let told = bench.told();
        let all = delivered
            .iter()
            .all(|(id, count)| told.get(id) >= Some(count));
        all.then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(&bench.told(), delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_is_told_once_whatever_is_killed_or_numbered_anew() {
    const MAILS: usize = 90;
    let mut dice = StdRng::seed_from_u64(7);
    let bench = Bench::start().await;
    let mut server = TestImap::start();
    server.deliver(&mail("was-there-before@example.org"));
    // Arrival is told in whole seconds.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let mut adapter = bench.adapter();
    let account = bench.connect(server.address(), TestImap::PASSWORD).await;
    bench.hears::<AccountHealthy>(account, SOON, |_| true).await;

    let mut delivered = BTreeMap::new();
    for number in 0..MAILS {
        let id = format!("m{number}@example.org");
        // Now and then the same mail arrives twice, as over a mailing list: both are in the mailbox.
        let copies = if dice.random_bool(0.1) { 2 } else { 1 };
        for _ in 0..copies {
            server.deliver(&mail(&id));
        }
        delivered.insert(id, copies);
        match number % 9 {
            2 | 5 => {
                adapter.kill();
                pause(&mut dice).await;
                adapter = bench.adapter();
            }
            4 => {
                server.kill();
                pause(&mut dice).await;
                server.restart();
            }
            7 if number % 27 == 7 => server.renumber(),
            _ => {}
        }
        pause(&mut dice).await;
    }
    told_exactly(&bench, &delivered).await;
    assert!(bench.numberings().len() > 1, "no renumbering was seen");

    // A renumbering with nothing new tells nothing; what comes after it is told.
    server.renumber();
    server.deliver(&mail("after@example.org"));
    delivered.insert("after@example.org".to_owned(), 1);
    told_exactly(&bench, &delivered).await;
}

async fn pause(dice: &mut impl Rng) {
    tokio::time::sleep(Duration::from_millis(dice.random_range(10..300))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_server_is_noticed_and_what_came_meanwhile_is_told() {
    let bench = Bench::start().await;
    let server = TestImap::start();
    let _adapter = bench.adapter();
    let account = bench.connect(server.address(), TestImap::PASSWORD).await;
    bench.hears::<AccountHealthy>(account, SOON, |_| true).await;

    // Connections stay open and nothing answers: idling for 2 s and an answer missed for 3 s tell.
    server.freeze();
    server.deliver(&mail("frozen@example.org"));
    let since = std::time::Instant::now();
    let told = bench
        .hears::<AccountDegraded>(account, SOON, |_| true)
        .await;
    assert_eq!(told["code"], "imap.silent", "{told}");
    assert!(
        since.elapsed() < Duration::from_secs(9),
        "{:?}",
        since.elapsed()
    );

    server.thaw();
    told_exactly(&bench, &[("frozen@example.org".to_owned(), 1)].into()).await;
    let degraded_at = told["since"].as_str().unwrap().to_owned();
    bench
        .hears::<AccountHealthy>(account, SOON, |healthy| {
            healthy["since"].as_str() > Some(degraded_at.as_str())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_idle_is_asked_again_and_again() {
    let bench = Bench::start().await;
    let server = TestImap::without_idle();
    let _adapter = bench.adapter();
    let account = bench.connect(server.address(), TestImap::PASSWORD).await;
    bench.hears::<AccountHealthy>(account, SOON, |_| true).await;
    for number in 0..3 {
        let id = format!("polled-{number}@example.org");
        server.deliver(&mail(&id));
        wait_until("the mail is told", async || {
            bench.told().contains_key(&id).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_refused_password_asks_for_the_person() {
    let bench = Bench::start().await;
    let mut server = TestImap::start();
    let _adapter = bench.adapter();

    // First, because Dovecot lets an address wait that came with a wrong password.
    let lost = bench.connect(server.address(), TestImap::PASSWORD).await;
    bench.hears::<AccountHealthy>(lost, SOON, |_| true).await;

    let refused = bench.connect(server.address(), "not it").await;
    let told = bench
        .hears::<AccountReauthNeeded>(refused, SOON, |_| true)
        .await;
    let reason = told["reason"].as_str().unwrap();
    assert!(
        reason.contains("password") && !reason.contains("not it"),
        "{reason}"
    );

    let busy = bench.connect(busy_server().await, "whatever").await;
    let told = bench.hears::<AccountDegraded>(busy, SOON, |_| true).await;
    assert_eq!(told["code"], "imap.refused", "{told}");
    assert!(
        told["reason"]
            .as_str()
            .unwrap()
            .ends_with("[UNAVAILABLE] try later"),
        "{told}"
    );

    server.kill();
    let told = bench.hears::<AccountDegraded>(lost, SOON, |_| true).await;
    assert!(
        ["imap.unreachable", "imap.connection_lost"].contains(&told["code"].as_str().unwrap()),
        "{told}"
    );
}

/// Greets, and refuses every login for now (RFC 5530).
async fn busy_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"* OK hello\r\n").await.unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                let tag = line.split(' ').next().unwrap_or_default();
                let answer = format!("{tag} NO [UNAVAILABLE] try later\r\n");
                write.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_become_files_up_to_a_bound() {
    let bench = Bench::start().await;
    let server = TestImap::start();
    let _adapter = bench.adapter();
    let account = bench.connect(server.address(), TestImap::PASSWORD).await;
    bench.hears::<AccountHealthy>(account, SOON, |_| true).await;
    let store = Directory::open(bench.artifacts()).unwrap();
    let tenant = ids::TenantId::default_tenant();
    // The mail is larger by a third: within the first look, fetched alone, and above the bound.
    for (id, bytes, is_kept) in [
        ("small@example.org", 10_000, true),
        ("large@example.org", 2_000_000, true),
        ("huge@example.org", 3_000_000, false),
    ] {
        let (mail, file) = mail_with_file(id, bytes);
        server.deliver(&mail);
        let told = bench.hears::<EmailReceived>(account, SOON, |mail| mail["message_id"] == id);
        let told = told.await;
        let attachment = &told["attachments"][0];
        assert_eq!(attachment["name"], format!("{id}.pdf"));
        assert_eq!(told["text"].as_str().unwrap().trim(), "Hello");
        if !is_kept {
            assert!(attachment.get("artifact").is_none(), "{attachment}");
            assert_eq!(told["truncated"], true);
            continue;
        }
        let artifact = &attachment["artifact"]["$artifact"];
        assert_eq!(
            (&artifact["size"], &artifact["media_type"]),
            (&bytes.into(), &"application/pdf".into())
        );
        let hash: ArtifactHash = artifact["hash"].as_str().unwrap().parse().unwrap();
        let mut kept = Vec::new();
        let opened = store.open(&tenant, &hash, 0).await;
        opened.unwrap().bytes.read_to_end(&mut kept).await.unwrap();
        assert!(kept == file, "{id} was stored otherwise");
    }
}
