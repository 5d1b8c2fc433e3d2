//! Requests over HTTP/1.1 connections that stay open: as fast as answers come, or at a constant rate.

use bytes::Bytes;
use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// What is asked, again and again.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) to: SocketAddr,
    pub(crate) what: What,
}

/// One request.
#[derive(Clone)]
pub(crate) enum What {
    /// The call of a webhook.
    Post { path: String, body: Bytes },
    /// The reading of a resource with an API key.
    Get { path: String, key: String },
}

/// What came of it.
pub(crate) struct Seen {
    /// Microseconds.
    pub(crate) latencies: Histogram<u64>,
    pub(crate) answered: u64,
    pub(crate) errors: u64,
    pub(crate) first_error: Option<String>,
    /// When each answer came.
    pub(crate) at: Vec<Instant>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            latencies: Histogram::new(3).unwrap(),
            answered: 0,
            errors: 0,
            first_error: None,
            at: Vec::new(),
        }
    }
}

impl Seen {
    pub(crate) fn quantile_ms(&self, quantile: f64) -> f64 {
        self.latencies.value_at_quantile(quantile) as f64 / 1_000.0
    }

    fn note(&mut self, since: Instant, answer: Result<(), String>) {
        match answer {
            Ok(()) => {
                let micros = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
                self.latencies.record(micros).unwrap();
                self.answered += 1;
                self.at.push(Instant::now());
            }
            Err(error) => {
                self.errors += 1;
                self.first_error.get_or_insert(error);
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.latencies.add(&other.latencies).unwrap();
        self.answered += other.answered;
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
        self.at.extend(other.at);
    }
}

impl Load {
    /// So many at a time, each after the answer to the one before.
    pub(crate) async fn closed(&self, connections: usize, time: Duration) -> Seen {
        let end = Instant::now() + time;
        self.each(connections, move |load| async move {
            let (mut seen, mut connection) = (Seen::default(), None);
            while Instant::now() < end {
                let since = Instant::now();
                let answer = load.ask(&mut connection).await;
                seen.note(since, answer);
            }
            seen
        })
        .await
    }

    /// So many in all, so many at a time.
    pub(crate) async fn count(&self, connections: usize, count: u64) -> Seen {
        let left = Arc::new(AtomicI64::new(i64::try_from(count).unwrap()));
        self.each(connections, move |load| {
            let left = Arc::clone(&left);
            async move {
                let (mut seen, mut connection) = (Seen::default(), None);
                while left.fetch_sub(1, Ordering::Relaxed) > 0 {
                    let since = Instant::now();
                    let answer = load.ask(&mut connection).await;
                    seen.note(since, answer);
                }
                seen
            }
        })
        .await
    }

    /// So many per second. A request that was due while its connection was busy counts from when it was due, so that a
    /// slow answer is not left out (coordinated omission).
    pub(crate) async fn constant(
        &self,
        per_second: f64,
        connections: usize,
        time: Duration,
    ) -> Seen {
        let begin = Instant::now();
        let next = Arc::new(AtomicU64::new(0));
        self.each(connections, move |load| {
            let next = Arc::clone(&next);
            async move {
                let (mut seen, mut connection) = (Seen::default(), None);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let due = begin + Duration::from_secs_f64(number as f64 / per_second);
                    if due >= begin + time {
                        return seen;
                    }
                    let late = Instant::now() > due;
                    sleep_until(due).await;
                    // Woken a little late by the timer: that is the generator's own doing.
                    let since = if late { due } else { Instant::now() };
                    let answer = load.ask(&mut connection).await;
                    seen.note(since, answer);
                }
            }
        })
        .await
    }

    async fn each<F: Future<Output = Seen> + Send + 'static>(
        &self,
        connections: usize,
        task: impl Fn(Self) -> F,
    ) -> Seen {
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            tasks.spawn(task(self.clone()));
        }
        let mut all = Seen::default();
        while let Some(seen) = tasks.join_next().await {
            all.add(seen.unwrap());
        }
        all
    }

    async fn ask(&self, connection: &mut Option<SendRequest<Full<Bytes>>>) -> Result<(), String> {
        let sender = match connection {
            Some(sender) if !sender.is_closed() => sender,
            _ => connection.insert(self.connect().await.map_err(|error| error.to_string())?),
        };
        let request = match &self.what {
            What::Post { path, body } => Request::post(path)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Full::new(body.clone())),
            What::Get { path, key } => Request::get(path)
                .header(header::AUTHORIZATION, format!("Bearer {key}"))
                .body(Full::default()),
        };
        let mut request = request.unwrap();
        let host = header::HeaderValue::from_static("localhost");
        request.headers_mut().insert(header::HOST, host);
        let asked = async {
            let response = sender.send_request(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            Ok::<_, hyper::Error>((status, body))
        };
        let (status, body) = asked.await.map_err(|error| error.to_string())?;
        match status.is_success() {
            true => Ok(()),
            false => Err(format!("{status}: {}", String::from_utf8_lossy(&body))),
        }
    }

    async fn connect(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.to).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
