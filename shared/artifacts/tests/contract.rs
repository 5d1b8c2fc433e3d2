//! What every store of artifacts promises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use artifacts::{Artifacts, Bucket, Directory, Error, Memory, Source};
use events::ArtifactHash;
use ids::TenantId;
use object_store::{
    ObjectStore, ObjectStoreExt,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use std::{
    io,
    io::Cursor,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};
use testkit::TestS3;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

/// SHA-256 of `abc` (FIPS 180-4).
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const MOST: u64 = 1 << 40;

fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

fn source(bytes: &'static [u8]) -> Source {
    Box::new(Cursor::new(bytes))
}

/// Sends some bytes and breaks off.
struct Broken(bool);

impl AsyncRead for Broken {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        buffer.put_slice(b"abc");
        Poll::Ready(Ok(()))
    }
}

/// So many bytes, none of which is kept.
struct Zeros(u64);

impl AsyncRead for Zeros {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = u64::try_from(buffer.remaining()).unwrap().min(self.0);
        buffer.put_slice(&vec![0; usize::try_from(room).unwrap()]);
        self.0 -= room;
        Poll::Ready(Ok(()))
    }
}

async fn read(store: &dyn Artifacts, hash: &ArtifactHash, first: u64) -> Vec<u8> {
    let mut opened = store.open(&tenant("a"), hash, first).await.unwrap();
    let mut bytes = Vec::new();
    opened.bytes.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn is_there(store: &dyn Artifacts, of: &str, hash: &ArtifactHash) -> bool {
    match store.open(&tenant(of), hash, 0).await {
        Ok(_) => true,
        Err(Error::NotFound(_)) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn keeps_its_promises(store: &dyn Artifacts) {
    let a = tenant("a");
    let put = store.put(&a, source(b"abc"), MOST).await.unwrap();
    assert_eq!((put.hash.as_str(), put.size), (ABC, 3));
    assert_eq!(store.put(&a, source(b"abc"), 3).await.unwrap(), put);
    for (first, rest) in [(0, &b"abc"[..]), (1, b"bc"), (3, b"")] {
        assert_eq!(read(store, &put.hash, first).await, rest);
    }
    let behind = store.open(&a, &put.hash, 4).await;
    assert!(matches!(behind, Err(Error::OutOfRange { size: 3, .. })));
    assert!(!is_there(store, "b", &put.hash).await, "another tenant's");

    // What is too large or breaks off leaves nothing.
    let large = store.put(&a, source(b"abcd"), 3).await;
    assert!(matches!(large, Err(Error::TooLarge { most: 3 })));
    let broken = store.put(&tenant("b"), Box::new(Broken(false)), MOST).await;
    assert!(matches!(broken, Err(Error::Source(_))));
    let later = SystemTime::now() + Duration::from_secs(1);
    let all = store.older(later, None, 10).await.unwrap();
    assert_eq!(all, [(a.clone(), put.hash.clone())]);

    // Removal asks when it was last put.
    let before = SystemTime::now() - Duration::from_secs(60);
    assert!(store.older(before, None, 10).await.unwrap().is_empty());
    assert!(!store.remove(&a, &put.hash, before).await.unwrap());
    assert!(is_there(store, "a", &put.hash).await);
    let mut reading = store.open(&a, &put.hash, 0).await.unwrap();
    assert!(store.remove(&a, &put.hash, later).await.unwrap());
    assert!(!store.remove(&a, &put.hash, later).await.unwrap());
    assert!(!is_there(store, "a", &put.hash).await);
    let mut rest = Vec::new();
    reading.bytes.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"abc", "who reads it, reads it to its end");

    // In pages.
    let mut expected = Vec::new();
    for (of, bytes) in [("b", &b"1"[..]), ("a", b"2"), ("b", b"3"), ("a", b"4")] {
        let put = store.put(&tenant(of), source(bytes), MOST).await.unwrap();
        expected.push((tenant(of), put.hash));
    }
    expected.sort();
    let later = SystemTime::now() + Duration::from_secs(1);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.older(later, after.as_ref(), 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.clone());
        seen.extend(page);
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn memory_keeps_the_promises() {
    keeps_its_promises(&Memory::default()).await;
}

#[tokio::test]
async fn a_directory_keeps_the_promises() {
    let root = tempfile::tempdir().unwrap();
    keeps_its_promises(&Directory::open(root.path()).unwrap()).await;
}

#[tokio::test]
async fn a_bucket_keeps_the_promises() {
    let server = TestS3::start();
    keeps_its_promises(&Bucket::of(at(&server)).unwrap()).await;
}

/// How others reach the bucket of a server.
fn at(server: &TestS3) -> AmazonS3Builder {
    // The client wants it, even where there is no TLS. Another test may have said it.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    AmazonS3Builder::new()
        .with_endpoint(server.url())
        .with_allow_http(true)
        .with_bucket_name(TestS3::BUCKET)
        .with_access_key_id(TestS3::KEY)
        .with_secret_access_key(TestS3::SECRET)
}

async fn objects(bucket: &AmazonS3, folder: &str) -> usize {
    let found = bucket.list_with_delimiter(Some(&Path::from(folder))).await;
    let found = found.unwrap();
    found.objects.len() + found.common_prefixes.len()
}

#[tokio::test]
async fn what_is_put_while_it_is_removed_from_a_bucket_is_put_again() {
    let server = TestS3::start();
    let (store, bucket) = (
        Arc::new(Bucket::of(at(&server)).unwrap()),
        at(&server).build().unwrap(),
    );
    // Somebody is about to remove it: has looked how old it is, before it is put.
    let removing = Path::from(format!("removing/a/{ABC}"));
    bucket.put(&removing, "".into()).await.unwrap();
    let putting = Arc::clone(&store);
    let putting =
        tokio::spawn(async move { putting.put(&tenant("a"), source(b"abc"), MOST).await });
    let kept = Path::from(format!("kept/a/{ABC}"));
    testkit::wait_until("it is put", async || bucket.head(&kept).await.ok()).await;
    let later = SystemTime::now() + Duration::from_secs(60);
    let hash = ABC.parse().unwrap();
    let second = store.remove(&tenant("a"), &hash, later).await.unwrap();
    assert!(!second, "one removes, not two");
    bucket.delete(&kept).await.unwrap();
    assert!(!putting.is_finished(), "a put waits for removals to end");
    bucket.delete(&removing).await.unwrap();
    putting.await.unwrap().unwrap();
    assert!(is_there(store.as_ref(), "a", &hash).await);
    assert_eq!(objects(&bucket, "removing").await, 0);
}

#[tokio::test]
async fn a_large_artifact_goes_to_a_bucket_in_parts() {
    let server = TestS3::start();
    let (store, bucket) = (
        Bucket::of(at(&server)).unwrap(),
        at(&server).build().unwrap(),
    );
    let size = 20 << 20;
    let (a, zeros) = (tenant("a"), || Box::new(Zeros(size)));
    let put = store.put(&a, zeros(), MOST).await.unwrap();
    assert_eq!(put.size, size);
    assert_eq!(store.put(&a, zeros(), MOST).await.unwrap(), put);
    let rest = read(&store, &put.hash, size - 5).await;
    assert_eq!(rest, [0; 5]);
    let large = store.put(&a, zeros(), size - 1).await;
    assert!(matches!(large, Err(Error::TooLarge { .. })));
    assert_eq!(objects(&bucket, "incoming").await, 0, "nothing is left");
    assert_eq!(objects(&bucket, "kept/a").await, 1);
}

#[tokio::test]
async fn a_bucket_that_is_away_can_be_asked_later() {
    let away = Bucket::of(at(&TestS3::start()).with_retry(object_store::RetryConfig {
        max_retries: 0,
        ..Default::default()
    }));
    let put = away.unwrap().put(&tenant("a"), source(b"abc"), MOST).await;
    assert!(put.unwrap_err().is_retryable());
}

#[tokio::test]
async fn what_is_put_anew_counts_from_then_on() {
    let root = tempfile::tempdir().unwrap();
    let store = Directory::open(root.path()).unwrap();
    let put = store.put(&tenant("a"), source(b"abc"), MOST).await.unwrap();
    let file = root.path().join("a/ba").join(ABC);
    let long_ago = SystemTime::now() - Duration::from_secs(3_600);
    let touched = std::fs::File::options().append(true).open(&file).unwrap();
    touched.set_modified(long_ago).unwrap();
    let before = SystemTime::now() - Duration::from_secs(60);
    assert_eq!(store.older(before, None, 10).await.unwrap().len(), 1);
    store.put(&tenant("a"), source(b"abc"), MOST).await.unwrap();
    assert!(!store.remove(&tenant("a"), &put.hash, before).await.unwrap());
    let incoming = std::fs::read_dir(root.path().join("incoming")).unwrap();
    assert_eq!(incoming.count(), 0, "nothing is left behind");
}

#[tokio::test]
async fn a_large_artifact_needs_no_memory() {
    let root = tempfile::tempdir().unwrap();
    let store = Directory::open(root.path()).unwrap();
    let size = 128 << 20;
    let before = most_resident();
    let put = store
        .put(&tenant("a"), Box::new(Zeros(size)), MOST)
        .await
        .unwrap();
    assert_eq!(put.size, size);
    let mut opened = store.open(&tenant("a"), &put.hash, 1 << 20).await.unwrap();
    let read = tokio::io::copy(&mut opened.bytes, &mut tokio::io::sink())
        .await
        .unwrap();
    assert_eq!(read, size - (1 << 20));
    // Other tests of this process go on beside it.
    let grown = most_resident() - before;
    assert!(grown < size / 2, "grown by {grown} bytes");
}

/// The most memory this process ever had, in bytes.
fn most_resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1_024
}
