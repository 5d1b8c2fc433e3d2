//! Tells a conversation what a model says, as it comes.

use crate::{
    Listener, Piece, Transcript,
    store::invocations::{self, Claim},
};
use ::store::Database;
use async_trait::async_trait;
use bus::{Bus, Cause, Message};
use chrono::Utc;
use events::{LlmDelta, LlmOrigin, Told};
use ids::EventId;
use std::time::Duration;
use tokio::time::Instant;

/// Words that come within this time are told together.
const TOGETHER: Duration = Duration::from_millis(50);

/// Numbers the pieces, keeps them in the database, and publishes each after that. A piece that cannot be kept is not told, and
/// none after it: the whole answer comes at its end.
pub(crate) struct Teller<'a> {
    pub(crate) database: &'a Database,
    pub(crate) bus: &'a Bus,
    pub(crate) claim: Claim,
    pub(crate) told: Told,
    pub(crate) cause: Cause,
    pub(crate) transcript: Transcript,
    last: Instant,
    silent: bool,
}

impl<'a> Teller<'a> {
    /// Goes on where the transcript ends; nobody knows whether its last piece arrived, so that is told again.
    pub(crate) async fn resume(
        (database, bus): (&'a Database, &'a Bus),
        (claim, told, transcript): (Claim, Told, Transcript),
        cause: Cause,
    ) -> Self {
        let teller = Self {
            database,
            bus,
            claim,
            told,
            cause,
            transcript,
            last: Instant::now(),
            silent: false,
        };
        if let Some(piece) = teller.transcript.last() {
            teller.publish(piece).await;
        }
        teller
    }

    /// Tells what was held back.
    pub(crate) async fn flush(&mut self) {
        if self.silent {
            return;
        }
        let Some(piece) = self.transcript.tell() else {
            return;
        };
        self.last = Instant::now();
        match invocations::keep_said(self.database.pool(), self.claim, &self.transcript).await {
            Ok(true) => self.publish(piece).await,
            Ok(false) => self.silent = true,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "piece of an answer not kept"
                );
                self.silent = true;
            }
        }
    }

    async fn publish(&self, piece: Piece) {
        let delta = LlmDelta {
            invocation_id: self.claim.invocation,
            origin: LlmOrigin::Conversation {
                conversation_id: self.told.conversation_id,
            },
            message_id: self.told.message_id,
            seq: piece.seq,
            offset: piece.offset,
            text: piece.text,
        };
        let service = self.database.service();
        let id = EventId::generate();
        let message = match Message::encode(service, &self.cause, &delta, id, Utc::now()) {
            Ok(message) => message,
            Err(error) => return unheard(&error),
        };
        for result in self.bus.publish(&[message]).await {
            if let Err(error) = result {
                unheard(&error);
            }
        }
    }
}

/// A reader that misses a piece gets the whole answer at its end.
fn unheard(error: &bus::Error) {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "piece of an answer not published"
    );
}

#[async_trait]
impl Listener for Teller<'_> {
    async fn heard(&mut self, text: &str) {
        self.transcript.hear(text);
        if self.last.elapsed() >= TOGETHER {
            self.flush().await;
        }
    }
}
