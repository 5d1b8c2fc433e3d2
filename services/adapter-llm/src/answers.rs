//! Answers to conversations: questions come from the bus into `llm_invocations`, and are worked on from there.
//!
//! A process that works on one renews its claim; when it dies, another (or the same, started again) takes the call on under a
//! higher claim and asks again. What readers see then is decided by [`crate::Transcript`].

use crate::{
    Asker, Ended, Question, Record, Transcript,
    store::invocations::{self, Admitted, Claimed, Story},
    teller::Teller,
};
use ::store::{Apply, Error, Failure, Tx};
use async_trait::async_trait;
use bus::{Bus, Received};
use events::LlmRequested;
use futures::{StreamExt, stream::FuturesUnordered};
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long a process may be silent before another takes its calls on.
pub(crate) const LEASE: Duration = Duration::from_secs(10);
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// How often somebody looks for calls of processes that died.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a shutdown waits for answers that are being told.
const FINISH_WITHIN: Duration = Duration::from_secs(15);
const FORGET_EVERY: Duration = Duration::from_secs(3_600);

/// Works on the questions of conversations.
pub struct Answers {
    asker: Arc<Asker>,
    bus: Bus,
    at_once: usize,
    admitted: Arc<Notify>,
}

impl Answers {
    /// Asks through `asker`, at most so many questions at the same time.
    #[must_use]
    pub fn new(asker: Arc<Asker>, bus: Bus, at_once: usize) -> Self {
        Self {
            asker,
            bus,
            at_once: at_once.max(1),
            admitted: Arc::default(),
        }
    }

    /// Works until `stop`, then finishes what is being told.
    pub async fn work(self: Arc<Self>, stop: CancellationToken) {
        let mut running = FuturesUnordered::new();
        let mut forgotten = tokio::time::Instant::now();
        while !stop.is_cancelled() {
            while running.len() < self.at_once {
                match invocations::claim(self.asker.database.pool(), LEASE).await {
                    Ok(Some(claimed)) => running.push(self.answer(claimed)),
                    Ok(None) => break,
                    Err(error) => {
                        complain(&error, "no question taken on");
                        break;
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.admitted.notified() => {}
                Some(()) = running.next(), if !running.is_empty() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if forgotten.elapsed() > FORGET_EVERY {
                forgotten = tokio::time::Instant::now();
                if let Err(error) = invocations::forget(self.asker.database.pool()).await {
                    complain(&error, "old answers not forgotten");
                }
            }
        }
        let finish = running.collect::<()>();
        if tokio::time::timeout(FINISH_WITHIN, finish).await.is_err() {
            tracing::info!("answers left to the next process");
        }
    }

    async fn answer(&self, claimed: Claimed) {
        let claim = claimed.claim;
        let renewing = async {
            loop {
                tokio::time::sleep(RENEW_EVERY).await;
                match invocations::renew(self.asker.database.pool(), claim, LEASE).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => complain(&error, "claim not renewed"),
                }
            }
        };
        tokio::select! {
            () = self.ask(claimed) => {}
            () = renewing => tracing::warn!(invocation = %claim.invocation, "another process took the question on"),
        }
    }

    async fn ask(&self, claimed: Claimed) {
        let Claimed {
            claim,
            request,
            story,
            transcript,
        } = claimed;
        let Transcript {
            said, seq, from, ..
        } = transcript;
        let mut teller = Teller::resume(
            (&self.asker.database, &self.bus),
            claim,
            request.origin.clone(),
            story.cause(),
            Transcript::resumed(said, seq, from),
        )
        .await;
        let question = Question {
            tenant: &story.tenant,
            prompt: &request.prompt,
            variables: &request.variables,
            messages: &request.messages,
            output_schema: None,
            model: request.model.as_deref(),
            temperature: None,
            max_tokens: request.max_tokens,
        };
        let record = self.asker.ask(&question, Some(&mut teller)).await;
        teller.flush().await;
        let ended = record.ended(request.invocation_id, request.origin);
        while let Err(error) = self.end(claim, &story, &record, &ended).await {
            complain(&error, "answer not recorded yet");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn end(
        &self,
        claim: invocations::Claim,
        story: &Story,
        record: &Record,
        ended: &Ended,
    ) -> Result<(), Error> {
        let mut tx = self.asker.database.begin(story.cause()).await?;
        if invocations::end(tx.conn(), claim, record, ended).await? {
            tell(&mut tx, ended)?;
        }
        tx.commit().await
    }
}

#[async_trait]
impl Apply<LlmRequested> for Answers {
    async fn apply(&self, tx: &mut Tx, received: &Received<LlmRequested>) -> Result<(), Failure> {
        let story = Story::of(&received.envelope);
        match invocations::admit(tx.conn(), &received.event, &story).await? {
            Admitted::New => tx.wake(&self.admitted),
            Admitted::Open => {}
            Admitted::Ended(ended) => tell(tx, &ended)?,
        }
        Ok(())
    }
}

fn tell(tx: &mut Tx, ended: &Ended) -> Result<(), Error> {
    match ended {
        Ended::Completed(event) => tx.emit(event),
        Ended::Failed(event) => tx.emit(event),
    }
    .map(drop)
}

fn complain(error: &Error, told: &'static str) {
    tracing::warn!(error = error as &dyn std::error::Error, "{told}");
}
