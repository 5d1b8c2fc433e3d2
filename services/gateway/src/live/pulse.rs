//! From commits to streams: at once after one of this process, soon after one of another replica.
//!
//! A change in the feed is shown when no older transaction runs any more, which is later than its commit. So after news
//! the streams are woken again whenever the oldest running transaction ends, until all that was news can be seen.

use super::{Live, store};
use ::store::Error;
use sqlx::{PgPool, postgres::PgListener};
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long changes are gathered before the streams are woken again: all at once, so that they ask the same.
const GATHER: Duration = Duration::from_millis(25);
/// Other replicas are told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// How soon it is looked again whether what is held back can be seen, at first and at last.
const LOOK_SOON: Duration = Duration::from_millis(20);
const LOOK_LATE: Duration = Duration::from_millis(320);
/// How often a listening connection has to prove that it lives, and how long it may take.
const PROVE_EVERY: Duration = Duration::from_secs(5);
const PROVE_WITHIN: Duration = Duration::from_secs(3);
const RETRY_EVERY: Duration = Duration::from_secs(1);

impl Live {
    /// Passes commits on, to `also` at once and to all streams together, until `stop`.
    pub(crate) async fn keep(&self, pool: &PgPool, also: impl Fn(), stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.own(&also) => {}
            () = self.tell(pool) => {}
            () = self.hear(pool, &also) => {}
            () = self.wake(pool) => {}
        }
    }

    async fn own(&self, also: &impl Fn()) {
        loop {
            self.0.committed.notified().await;
            self.is_news(also);
            self.0.untold.notify_one();
        }
    }

    async fn tell(&self, pool: &PgPool) {
        loop {
            self.0.untold.notified().await;
            if let Err(error) = store::tell(pool, &self.0.name).await {
                warn(&error, "other replicas not told of a commit");
            }
            sleep(TELL_EVERY).await;
        }
    }

    fn is_news(&self, also: &impl Fn()) {
        also();
        self.0.news.notify_one();
    }

    async fn hear(&self, pool: &PgPool, also: &impl Fn()) {
        loop {
            if let Err(error) = self.listen(pool, also).await {
                warn(&error, "commits of other replicas not heard");
            }
            sleep(RETRY_EVERY).await;
        }
    }

    /// Hears other replicas until the connection is lost.
    async fn listen(&self, pool: &PgPool, also: &impl Fn()) -> Result<(), Error> {
        let failed = || Error::query("listen for commits");
        let mut heard = PgListener::connect_with(pool).await.map_err(failed())?;
        heard.listen(store::CHANNEL).await.map_err(failed())?;
        // What was told while nobody listened.
        self.is_news(also);
        loop {
            tokio::select! {
                told = heard.try_recv() => match told.map_err(failed())? {
                    Some(told) if told.payload() == self.0.name => {}
                    Some(_) => self.is_news(also),
                    None => return Ok(()),
                },
                () = sleep(PROVE_EVERY) => match timeout(PROVE_WITHIN, store::prove(&mut heard)).await {
                    Ok(proved) => proved?,
                    Err(_) => return Ok(()),
                },
            }
        }
    }

    async fn wake(&self, pool: &PgPool) {
        let (mut oldest, mut goal, mut pause) = (0, 0, LOOK_SOON);
        loop {
            let news = tokio::select! {
                () = self.0.news.notified() => true,
                () = sleep(pause), if oldest < goal => false,
            };
            if self.0.moments.receiver_count() == 0 {
                goal = oldest;
                continue;
            }
            match store::horizon(pool).await {
                Ok(now) => {
                    if news || now.oldest > oldest {
                        self.0.moments.send_modify(|moment| *moment += 1);
                        sleep(GATHER).await;
                    }
                    (goal, pause) = if news {
                        (now.next, LOOK_SOON)
                    } else {
                        (goal, (pause * 2).min(LOOK_LATE))
                    };
                    oldest = now.oldest;
                }
                Err(error) => {
                    warn(&error, "streams not woken, will be tried again");
                    sleep(RETRY_EVERY).await;
                    self.0.news.notify_one();
                }
            }
        }
    }
}

fn warn(error: &Error, what: &'static str) {
    tracing::warn!(error = error as &dyn std::error::Error, "{what}");
}
