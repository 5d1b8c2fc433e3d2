//! The bus in memory: the same behaviour for tests that need no server.

use crate::{Consumer, Delivery, Error, Message, Position, Pull, Settle, Tap, Transport};
use async_trait::async_trait;
use events::Stream;
use futures::{StreamExt, stream::BoxStream};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Notify, mpsc};

/// A bus that lives as long as the process.
#[derive(Clone)]
pub struct Memory(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    stored: Notify,
    taps: Mutex<Vec<Listener>>,
}

/// A tap: what it filters for, and its queue. Nothing is dropped for a slow one.
struct Listener {
    filter: String,
    queue: mpsc::UnboundedSender<Tap>,
}

#[derive(Default)]
struct State {
    messages: BTreeMap<Stream, Vec<Message>>,
    seen: HashSet<ids::EventId>,
    consumers: BTreeMap<(Stream, String), Cursor>,
}

struct Cursor {
    filters: Vec<String>,
    /// Index of the next message to look at.
    next: usize,
    /// Delivered and not settled, or to come again: index to deliveries so far and when.
    open: BTreeMap<usize, (u64, Option<Instant>)>,
    deliveries: u64,
}

impl Memory {
    /// A bus with these consumers.
    #[must_use]
    pub fn new<'a>(consumers: impl IntoIterator<Item = &'a Consumer>) -> Self {
        let consumers = consumers.into_iter().map(|consumer| {
            let cursor = Cursor {
                filters: consumer.filters.clone(),
                next: 0,
                open: BTreeMap::new(),
                deliveries: 0,
            };
            ((consumer.stream, consumer.name.clone()), cursor)
        });
        let state = State {
            consumers: consumers.collect(),
            ..State::default()
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            stored: Notify::new(),
            taps: Mutex::default(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn taps(&self) -> MutexGuard<'_, Vec<Listener>> {
        self.0.taps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, message: &Message, is_repeat: bool) {
        self.taps().retain(|listener| {
            let is_wanted = matches(&listener.filter, &message.subject);
            if is_wanted {
                listener.queue.send(tap(message.clone())).is_ok()
            } else {
                !listener.queue.is_closed()
            }
        });
        let stream =
            events::find(&events::catalogue(), &message.subject).and_then(|entry| entry.stream);
        let Some(stream) = stream else { return };
        let mut state = self.state();
        if state.seen.insert(message.envelope.id) || is_repeat {
            state
                .messages
                .entry(stream)
                .or_default()
                .push(message.clone());
            drop(state);
            self.0.stored.notify_waiters();
        }
    }
}

#[async_trait]
impl Transport for Memory {
    async fn publish(&self, messages: &[Message]) -> Vec<Result<(), Error>> {
        let mut results = Vec::with_capacity(messages.len());
        for message in messages {
            self.store(message, false);
            results.push(Ok(()));
        }
        results
    }

    async fn repeat(&self, message: &Message) -> Result<(), Error> {
        self.store(message, true);
        Ok(())
    }

    async fn send(&self, message: &Message) -> Result<(), Error> {
        self.store(message, false);
        Ok(())
    }

    async fn pull(
        &self,
        stream: Stream,
        consumer: &str,
        batch: usize,
    ) -> Result<Box<dyn Pull>, Error> {
        let key = (stream, consumer.to_owned());
        if !self.state().consumers.contains_key(&key) {
            return Err(missing(stream, consumer));
        }
        Ok(Box::new(MemoryPull {
            bus: self.clone(),
            key,
            batch,
        }))
    }

    async fn subscribe(&self, subject: &str) -> Result<BoxStream<'static, Tap>, Error> {
        let (queue, tapped) = mpsc::unbounded_channel();
        self.taps().push(Listener {
            filter: subject.to_owned(),
            queue,
        });
        let taps = futures::stream::unfold(tapped, |mut tapped| async move {
            tapped.recv().await.map(|tap| (tap, tapped))
        });
        Ok(taps.boxed())
    }

    async fn incarnation(&self, _: Stream, _: &str) -> Result<i64, Error> {
        Ok(1)
    }

    async fn rewind(&self, stream: Stream, consumer: &str, next: u64) -> Result<u64, Error> {
        let mut state = self.state();
        let cursor = state
            .consumers
            .get_mut(&(stream, consumer.to_owned()))
            .ok_or_else(|| missing(stream, consumer))?;
        cursor.next = usize::try_from(next.saturating_sub(1)).unwrap_or(usize::MAX);
        cursor.open.clear();
        cursor.deliveries = 0;
        drop(state);
        self.0.stored.notify_waiters();
        Ok(0)
    }

    fn is_connected(&self) -> bool {
        true
    }
}

fn missing(stream: Stream, consumer: &str) -> Error {
    let source = Box::new(std::io::Error::from(std::io::ErrorKind::NotFound));
    Error::Consume {
        stream: stream.name(),
        consumer: consumer.to_owned(),
        source,
    }
}

fn tap(message: Message) -> Tap {
    Tap {
        subject: message.subject,
        envelope: Some(message.envelope),
        payload: message.payload,
        reply: None,
    }
}

/// NATS wildcards: `*` is one token, a final `>` one or more.
fn matches(filter: &str, subject: &str) -> bool {
    let mut tokens = subject.split('.');
    for part in filter.split('.') {
        match (part, tokens.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (part, Some(token)) if part == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

struct MemoryPull {
    bus: Memory,
    key: (Stream, String),
    batch: usize,
}

impl MemoryPull {
    fn take(&self) -> Vec<Delivery> {
        let mut state = self.bus.state();
        let State {
            messages,
            consumers,
            ..
        } = &mut *state;
        let Some(cursor) = consumers.get_mut(&self.key) else {
            return Vec::new();
        };
        let stored = messages.get(&self.key.0).map_or(&[][..], Vec::as_slice);
        let now = Instant::now();
        let mut due: BTreeSet<usize> = cursor
            .open
            .iter()
            .filter(|(_, (_, again))| again.is_some_and(|at| at <= now))
            .map(|(i, _)| *i)
            .collect();
        while due.len() < self.batch && cursor.next < stored.len() {
            if stored
                .get(cursor.next)
                .is_some_and(|m| cursor.filters.iter().any(|f| matches(f, &m.subject)))
            {
                due.insert(cursor.next);
            }
            cursor.next += 1;
        }
        let mut deliveries = Vec::new();
        for index in due {
            let Some(message) = stored.get(index) else {
                continue;
            };
            let attempt = cursor.open.get(&index).map_or(1, |(count, _)| count + 1);
            cursor.open.insert(index, (attempt, None));
            cursor.deliveries += 1;
            deliveries.push(Delivery {
                subject: message.subject.clone(),
                payload: message.payload.clone(),
                message: Ok(message.clone()),
                position: Position {
                    stream_seq: index as u64 + 1,
                    consumer_seq: cursor.deliveries,
                    deliveries: attempt,
                },
                settle: Box::new(MemorySettle {
                    bus: self.bus.clone(),
                    key: self.key.clone(),
                    index,
                }),
            });
        }
        deliveries
    }
}

#[async_trait]
impl Pull for MemoryPull {
    async fn next(&mut self) -> Result<Vec<Delivery>, Error> {
        loop {
            let deliveries = self.take();
            if !deliveries.is_empty() {
                return Ok(deliveries);
            }
            // The pause bounds the wait for a retry that becomes due, and for a store between look and wait.
            let pause = tokio::time::sleep(Duration::from_millis(5));
            let bus = self.bus.clone();
            tokio::select! { () = bus.0.stored.notified() => {}, () = pause => {} }
        }
    }
}

struct MemorySettle {
    bus: Memory,
    key: (Stream, String),
    index: usize,
}

impl MemorySettle {
    fn settle(&self, again: Option<Duration>) {
        let mut state = self.bus.state();
        let Some(cursor) = state.consumers.get_mut(&self.key) else {
            return;
        };
        match again {
            Some(delay) => {
                if let Some((_, due)) = cursor.open.get_mut(&self.index) {
                    *due = Some(Instant::now() + delay);
                }
            }
            None => drop(cursor.open.remove(&self.index)),
        }
    }
}

#[async_trait]
impl Settle for MemorySettle {
    async fn ack(&self) -> Result<(), Error> {
        self.settle(None);
        Ok(())
    }

    async fn retry(&self, delay: Duration) -> Result<(), Error> {
        self.settle(Some(delay));
        Ok(())
    }

    async fn term(&self) -> Result<(), Error> {
        self.settle(None);
        Ok(())
    }
}
