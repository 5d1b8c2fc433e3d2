//! The bus over NATS `JetStream`.

use crate::{
    Delivery, Envelope, Error, Message, Position, Pull, Settle, Tap, Transport,
    envelope::MESSAGE_ID, manifest::inbox_prefix,
};
use async_nats::{
    Client, HeaderMap, HeaderName,
    connection::State,
    jetstream::{self, AckKind, consumer::PullConsumer},
};
use async_trait::async_trait;
use events::Stream;
use futures::{StreamExt, stream::BoxStream};
use std::time::Duration;

/// A connection to a NATS server.
pub struct Nats {
    client: Client,
    jetstream: jetstream::Context,
}

/// How to reach the server.
pub struct NatsOptions {
    pub url: String,
    /// The service's name; its inboxes carry it.
    pub service: String,
    /// Seed of the service's nkey; `None` only for servers without users, in tests.
    pub nkey_seed: Option<String>,
}

/// How long a pull waits on the server before it asks again.
const PULL_EXPIRES: Duration = Duration::from_secs(30);
/// A server that is silent for twice this long is taken for gone.
const PULL_HEARTBEAT: Duration = Duration::from_secs(5);
/// How long a stored publish waits for its acknowledgement.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(5);

impl Nats {
    /// Connects, and stays connected as well as it can: a lost server is sought again for ever.
    ///
    /// # Errors
    /// `Connect` when the server cannot be reached the first time or refuses the key.
    pub async fn connect(options: NatsOptions) -> Result<Self, Error> {
        let connect = async_nats::ConnectOptions::new()
            .name(&options.service)
            .custom_inbox_prefix(inbox_prefix(&options.service))
            .max_reconnects(None)
            .reconnect_delay_callback(|attempts| {
                Duration::from_millis((50_u64 << attempts.min(5)).min(1_000))
            })
            .client_capacity(16_384)
            .subscription_capacity(65_536);
        let connect = match options.nkey_seed {
            Some(seed) => connect.nkey(seed),
            None => connect,
        };
        let client = connect
            .connect(&options.url)
            .await
            .map_err(|source| Error::Connect {
                url: options.url.clone(),
                source: Box::new(source),
            })?;
        let mut jetstream = jetstream::new(client.clone());
        jetstream.set_timeout(PUBLISH_TIMEOUT);
        Ok(Self { client, jetstream })
    }

    /// The client itself, for tools that administer streams.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    async fn consumer(&self, stream: Stream, name: &str) -> Result<PullConsumer, Error> {
        let opened = async {
            let stream = self
                .jetstream
                .get_stream_no_info(stream.name())
                .await
                .map_err(boxed)?;
            stream.get_consumer(name).await
        };
        opened
            .await
            .map_err(|source| consume_error(stream, name, source))
    }
}

fn boxed(
    error: impl std::error::Error + Send + Sync + 'static,
) -> Box<dyn std::error::Error + Send + Sync> {
    Box::new(error)
}

fn consume_error(
    stream: Stream,
    consumer: &str,
    source: Box<dyn std::error::Error + Send + Sync>,
) -> Error {
    Error::Consume {
        stream: stream.name(),
        consumer: consumer.to_owned(),
        source,
    }
}

fn header_map(envelope: &Envelope) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in envelope.headers() {
        headers.insert(HeaderName::from_static(name), value);
    }
    headers
}

#[async_trait]
impl Transport for Nats {
    async fn publish(&self, messages: &[Message]) -> Vec<Result<(), Error>> {
        let mut waiting = Vec::with_capacity(messages.len());
        for message in messages {
            let sent = if message.stored {
                let headers = header_map(&message.envelope);
                let subject = message.subject.clone();
                self.jetstream
                    .publish_with_headers(subject, headers, message.payload.clone())
                    .await
                    .map(Some)
                    .map_err(|source| publish_error(message, boxed(source)))
            } else {
                self.send(message).await.map(|()| None)
            };
            waiting.push(sent);
        }
        // Together: when the bus is gone, the patience for one acknowledgement is the patience for all.
        let acknowledged = messages.iter().zip(waiting).map(async |(message, sent)| {
            let Some(acknowledgement) = sent? else {
                return Ok(());
            };
            let stored = acknowledgement.await.map(drop);
            stored.map_err(|source| publish_error(message, boxed(source)))
        });
        futures::future::join_all(acknowledged).await
    }

    async fn repeat(&self, message: &Message) -> Result<(), Error> {
        let mut headers = header_map(&message.envelope);
        // The server knows the event's id; under another one it takes the message in.
        headers.insert(MESSAGE_ID, ids::EventId::generate().to_string());
        let (subject, payload) = (message.subject.clone(), message.payload.clone());
        let sent = self
            .jetstream
            .publish_with_headers(subject, headers, payload);
        let stored = async { sent.await?.await };
        let stored = stored.await.map(drop);
        stored.map_err(|source| publish_error(message, boxed(source)))
    }

    async fn send(&self, message: &Message) -> Result<(), Error> {
        self.client
            .publish_with_headers(
                message.subject.clone(),
                header_map(&message.envelope),
                message.payload.clone(),
            )
            .await
            .map_err(|source| publish_error(message, boxed(source)))
    }

    async fn pull(
        &self,
        stream: Stream,
        consumer: &str,
        batch: usize,
    ) -> Result<Box<dyn Pull>, Error> {
        let opened = self.consumer(stream, consumer).await?;
        let messages = opened
            .stream()
            .max_messages_per_batch(batch)
            .expires(PULL_EXPIRES)
            .heartbeat(PULL_HEARTBEAT)
            .messages()
            .await
            .map_err(|source| consume_error(stream, consumer, boxed(source)))?;
        let chunks = messages.ready_chunks(batch).boxed();
        Ok(Box::new(NatsPull {
            stream,
            consumer: consumer.to_owned(),
            chunks,
        }))
    }

    async fn subscribe(&self, subject: &str) -> Result<BoxStream<'static, Tap>, Error> {
        let subscriber = self
            .client
            .subscribe(subject.to_owned())
            .await
            .map_err(|source| Error::Subscribe {
                subject: subject.to_owned(),
                source: boxed(source),
            })?;
        Ok(subscriber.map(tap).boxed())
    }

    async fn incarnation(&self, stream: Stream, consumer: &str) -> Result<i64, Error> {
        let consumer = self.consumer(stream, consumer).await?;
        let nanos = consumer.cached_info().created.timestamp_nanos_opt();
        Ok(nanos.unwrap_or_default())
    }

    async fn rewind(&self, stream: Stream, consumer: &str, next: u64) -> Result<u64, Error> {
        let reset = async {
            let stream = self
                .jetstream
                .get_stream_no_info(stream.name())
                .await
                .map_err(boxed)?;
            stream
                .reset_consumer(consumer, Some(next.max(1)))
                .await
                .map_err(boxed)
        };
        let reset = reset
            .await
            .map_err(|source| consume_error(stream, consumer, source))?;
        let delivered = reset.info.delivered;
        if delivered.stream_sequence >= next.max(1) {
            let taken = std::io::Error::other("another reader has taken what comes first");
            return Err(consume_error(stream, consumer, boxed(taken)));
        }
        Ok(delivered.consumer_sequence)
    }

    fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }
}

fn publish_error(message: &Message, source: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Publish {
        subject: message.subject.clone(),
        source,
    }
}

fn read_envelope(subject: &str, headers: Option<&HeaderMap>) -> Result<Envelope, Error> {
    Envelope::read(subject, |name| Some(headers?.get(name)?.as_str()))
}

fn tap(message: async_nats::Message) -> Tap {
    Tap {
        envelope: read_envelope(&message.subject, message.headers.as_ref()).ok(),
        subject: message.subject.to_string(),
        payload: message.payload,
        reply: message.reply.map(|reply| reply.to_string()),
    }
}

type Chunk = Vec<Result<jetstream::Message, jetstream::consumer::pull::MessagesError>>;

struct NatsPull {
    stream: Stream,
    consumer: String,
    chunks: BoxStream<'static, Chunk>,
}

#[async_trait]
impl Pull for NatsPull {
    async fn next(&mut self) -> Result<Vec<Delivery>, Error> {
        let ended = || boxed(std::io::Error::from(std::io::ErrorKind::UnexpectedEof));
        let chunk = self
            .chunks
            .next()
            .await
            .ok_or_else(|| consume_error(self.stream, &self.consumer, ended()))?;
        let mut deliveries = Vec::with_capacity(chunk.len());
        for message in chunk {
            match message {
                Ok(message) => deliveries.push(delivery(message)),
                // What was delivered before the failure is handled first; the failure shows again on the next pull.
                Err(_) if !deliveries.is_empty() => break,
                Err(source) => {
                    return Err(consume_error(self.stream, &self.consumer, boxed(source)));
                }
            }
        }
        Ok(deliveries)
    }
}

fn delivery(message: jetstream::Message) -> Delivery {
    let position = message.info().map_or(
        Position {
            stream_seq: 0,
            consumer_seq: 0,
            deliveries: 1,
        },
        |info| Position {
            stream_seq: info.stream_sequence,
            consumer_seq: info.consumer_sequence,
            deliveries: u64::try_from(info.delivered).unwrap_or(1),
        },
    );
    let (message, acker) = message.split();
    let subject = message.subject.to_string();
    let payload = message.payload;
    let decoded = read_envelope(&subject, message.headers.as_ref()).map(|envelope| Message {
        subject: subject.clone(),
        envelope,
        payload: payload.clone(),
        stored: true,
    });
    Delivery {
        settle: Box::new(NatsSettle {
            subject: subject.clone(),
            acker,
        }),
        subject,
        message: decoded,
        payload,
        position,
    }
}

struct NatsSettle {
    subject: String,
    acker: jetstream::message::Acker,
}

impl NatsSettle {
    async fn with(&self, kind: AckKind) -> Result<(), Error> {
        self.acker
            .ack_with(kind)
            .await
            .map_err(|source| Error::Settle {
                subject: self.subject.clone(),
                source,
            })
    }
}

#[async_trait]
impl Settle for NatsSettle {
    async fn ack(&self) -> Result<(), Error> {
        self.with(AckKind::Ack).await
    }

    async fn retry(&self, delay: Duration) -> Result<(), Error> {
        self.with(AckKind::Nak(Some(delay))).await
    }

    async fn term(&self) -> Result<(), Error> {
        self.with(AckKind::Term).await
    }
}
