//! A large file goes through a workflow: whole, in no event, and in nobody's memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use bus::Transport;
use fleet_tests::{Fleet, Options};
use futures::StreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::wait_until_for;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How large the file is, in MiB, unless `ST_TEST_FILE_MIB` says otherwise.
const MIB: usize = 64;
/// What an event may have, in bytes.
const EVENT: usize = 8 * 1024;
/// What a process may have had in memory, in KiB.
const MEMORY: u64 = 200 * 1024;
/// What is sent at once, in bytes.
const BLOCK: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(900);

type Digests = Arc<Mutex<Vec<(&'static str, usize, String)>>>;

/// A server that gives a file of so many blocks, and notes the SHA-256 of what it gives and gets.
async fn server(blocks: usize) -> (SocketAddr, Digests) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let digests = Digests::default();
    let noted = Arc::clone(&digests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let noted = Arc::clone(&noted);
            tokio::spawn(async move { serve(stream, blocks, &noted).await.unwrap() });
        }
    });
    (address, digests)
}

/// One exchange.
async fn serve(stream: TcpStream, blocks: usize, noted: &Digests) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut length, mut is_get) = (String::new(), 0, false);
    while stream.read_line(&mut line).await? > 2 {
        is_get |= line.starts_with("GET ");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut hash = Sha256::new();
    if is_get {
        length = blocks * BLOCK;
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        let mut block = vec![0xA5; BLOCK];
        for number in 0..blocks {
            block[..8].copy_from_slice(&number.to_le_bytes());
            hash.update(&block);
            stream.write_all(&block).await?;
        }
    } else {
        let (mut block, mut left) = (vec![0; BLOCK], length);
        while left > 0 {
            let read = stream.read(&mut block[..BLOCK.min(left)]).await?;
            assert!(read > 0, "the file broke off");
            hash.update(&block[..read]);
            left -= read;
        }
        let head = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).await?;
    }
    stream.flush().await?;
    let digest: [u8; 32] = hash.finalize().into();
    let digest = events::ArtifactHash::of_digest(&digest).to_string();
    let what = if is_get { "given" } else { "got" };
    noted.lock().unwrap().push((what, length, digest));
    Ok(())
}

/// Our own processes with the most memory that each has had, in KiB.
fn peaks(fleet: &Fleet) -> Vec<(String, u64)> {
    let programs = fleet.programs().into_iter();
    let own = programs.filter(|name| !matches!(name.as_str(), "postgres" | "nats" | "spicedb"));
    own.map(|name| {
        let pid = fleet.pid(&name).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let peak = line.unwrap().split_whitespace().nth(1).unwrap();
        (name, peak.parse().unwrap())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_passes_five_nodes_in_no_event_and_in_no_memory() {
    let mib = std::env::var("ST_TEST_FILE_MIB").map_or(MIB, |text| text.parse().unwrap());
    let blocks = mib * (1 << 20) / BLOCK;
    let (server, digests) = server(blocks).await;
    let fleet = Fleet::start(&Options::default());
    let api = fleet.first_account().await;
    let edge = |from: &str, to: &str| json!({ "source": from, "source_port": "out", "destination": to, "destination_port": "in" });
    let document = json!({
        "name": "large",
        "nodes": [
            { "id": "go", "node_type": "trigger.manual", "config": {} },
            { "id": "fetch", "node_type": "http_request", "config": { "url": format!("http://{server}/film.mp4") } },
            { "id": "pick", "node_type": "transform", "config": { "output": { "film": "{{ input.body }}" } } },
            { "id": "wrap", "node_type": "transform", "config": { "output": { "films": ["{{ input.film }}"] } } },
            { "id": "send", "node_type": "http_request",
              "config": { "method": "POST", "url": format!("http://{server}/in"), "body": "{{ input.films[0] }}" } },
            { "id": "note", "node_type": "log", "config": { "message": "sent", "level": "info" } },
        ],
        "edges": [edge("go", "fetch"), edge("fetch", "pick"), edge("pick", "wrap"), edge("wrap", "send"), edge("send", "note")],
    });
    let workflow = api.publish(&document).await;

    let bus = fleet.administrator_bus().await;
    let mut taps = bus.subscribe(">").await.unwrap();
    let largest = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&largest);
    let listening = tokio::spawn(async move {
        while let Some(tap) = taps.next().await {
            if tap.envelope.is_some() {
                seen.fetch_max(tap.payload.len(), Ordering::Relaxed);
            }
        }
    });
    let run = api.start(&workflow, json!({})).await;
    let path = format!("/api/v1/runs/{run}");
    let ended = wait_until_for(PATIENCE, "the run has ended", async || {
        let run = api.get(&path).await;
        (run["status"] != "running").then_some(run)
    })
    .await;
    assert_eq!(ended["status"], "completed", "{ended}");
    listening.abort();

    let digests = digests.lock().unwrap().clone();
    let [(_, _, given), (_, _, got)] = &digests[..] else {
        panic!("not one file each way: {digests:?}")
    };
    assert_eq!(given, got);
    assert!(
        digests.iter().all(|(_, length, _)| *length == mib << 20),
        "{digests:?}"
    );
    let event = largest.load(Ordering::Relaxed);
    assert!((1..EVENT).contains(&event), "an event has {event} bytes");
    for (name, peak) in peaks(&fleet) {
        assert!(peak < MEMORY, "{name} had {peak} KiB in memory");
    }
    // Who may view the run reads the file, by the name that the address gave it.
    let request = api.request(reqwest::Method::GET, &format!("/api/v1/artifacts/{given}"));
    let part = request.header("range", "bytes=0-7").send().await.unwrap();
    assert_eq!(part.status(), reqwest::StatusCode::PARTIAL_CONTENT);
    let name = part.headers()["content-disposition"].to_str().unwrap();
    assert!(name.ends_with("film.mp4"), "{name}");
    assert_eq!(
        part.bytes().await.unwrap(),
        0_usize.to_le_bytes().as_slice()
    );
}
