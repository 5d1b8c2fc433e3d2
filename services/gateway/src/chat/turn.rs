//! A message of another program: posted in a conversation of the person, and its answer listened for.

use super::{
    exchange::Exchange,
    store,
    words::{Listener, Told},
};
use crate::{
    App,
    access::Access,
    edge::Problem,
    live::Watch,
    projection::store::places::Wanted,
    read::store::conversations as rows,
    requests::{Prefer, Settled, placed, submit},
};
use bus::Cause;
use events::{ConversationStartRequested, MessagePosted};
use futures::{Stream, stream};
use ids::{ConversationId, EventId, MessageId, TenantId};
use std::{collections::VecDeque, time::Duration};
use tokio::time::{Instant, timeout_at};

/// Entries of a conversation's stream per read.
const BATCH: i64 = 256;
/// How long an answer is waited for: as long as clients of such APIs do. The answer itself goes on.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Opens a conversation that goes on from `exchange`.
///
/// # Errors
/// 503 when it does not come about in time.
pub(super) async fn open(
    app: &App,
    access: &Access,
    prefer: Prefer,
    exchange: &Exchange,
) -> Result<ConversationId, Problem> {
    let correlation = EventId::generate();
    let conversation_id = ConversationId::from_u128(correlation.as_u128());
    let event = ConversationStartRequested {
        conversation_id,
        title: exchange.title(),
        before: exchange.before.clone(),
        actor: access.user,
    };
    match submit(app, access, correlation, prefer, &event).await? {
        Settled::Done => Ok(conversation_id),
        Settled::Pending => Err(Problem::unavailable(
            "the conversation could not be opened in time",
        )),
    }
}

/// The conversation in which the person has said all of this before.
///
/// # Errors
/// 503 when the database is away.
pub(super) async fn known(
    app: &App,
    access: &Access,
    exchange: &Exchange,
) -> Result<Option<ConversationId>, Problem> {
    let mut tx = app.reader.begin(&access.tenant).await?;
    let digest = exchange.digest(&access.user.to_string());
    Ok(store::find(&mut tx, &digest).await?)
}

/// Posts a message; the answer can be listened for from here on.
///
/// # Errors
/// 503 when the database is away.
pub(super) async fn post(
    app: &App,
    access: &Access,
    conversation: ConversationId,
    (correlation, text, deliverable): (EventId, &str, Option<String>),
) -> Result<Turn, Problem> {
    let watch = app.live.watch();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let ends = rows::ends(&mut tx, conversation).await?;
    drop(tx);
    let message = MessageId::from_u128(correlation.as_u128());
    let mut tx = app
        .database
        .begin(Cause::root(access.tenant.clone()))
        .await?;
    let place = placed(&mut tx, access, (conversation, message), Wanted::Last).await?;
    let posted = MessagePosted {
        conversation_id: conversation,
        message_id: message,
        text: text.to_owned(),
        attachments: Vec::new(),
        place: Some(place),
        deliverable,
        actor: access.user,
        posted_at: chrono::Utc::now(),
    };
    tx.emit_as(correlation, &posted)?;
    tx.commit().await?;
    Ok(Turn {
        app: app.clone(),
        tenant: access.tenant.clone(),
        conversation,
        message,
        listener: Listener::of(message),
        watch,
        after: ends.map_or(0, |(_, end)| end),
        ready: VecDeque::new(),
        until: Instant::now() + PATIENCE,
    })
}

/// An answer that is listened for.
pub(super) struct Turn {
    app: App,
    tenant: TenantId,
    conversation: ConversationId,
    pub(super) message: MessageId,
    listener: Listener,
    watch: Watch,
    after: i64,
    ready: VecDeque<Told>,
    until: Instant,
}

impl Turn {
    /// What comes next of the answer. After its end nothing more does.
    pub(super) async fn next(&mut self) -> Told {
        loop {
            if let Some(told) = self.ready.pop_front() {
                return told;
            }
            match self.read().await {
                Ok(true) => {}
                Ok(false) => {
                    if timeout_at(self.until, self.watch.changed()).await.is_err() {
                        return late();
                    }
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "an answer is not listened for any more"
                    );
                    return Told::Failed {
                        code: "database.unavailable".to_owned(),
                        message: "the answer cannot be read now; it goes on in the conversation"
                            .to_owned(),
                    };
                }
            }
        }
    }

    /// As a stream that ends with the answer.
    pub(super) fn told(self) -> impl Stream<Item = Told> + Send + 'static {
        stream::unfold(Some(self), |turn| async {
            let mut turn = turn?;
            let told = turn.next().await;
            let goes_on = !matches!(told, Told::Done | Told::Failed { .. });
            Some((told, goes_on.then_some(turn)))
        })
    }

    async fn read(&mut self) -> Result<bool, ::store::Error> {
        let mut tx = self.app.reader.begin(&self.tenant).await?;
        let entries = rows::entries(&mut tx, self.conversation, self.after, BATCH).await?;
        for entry in &entries {
            self.after = entry.seq;
            let told = self.listener.hear(&entry.event, entry.data.0.get());
            self.ready.extend(told);
        }
        Ok(!entries.is_empty())
    }
}

fn late() -> Told {
    Told::Failed {
        code: "conversation.late".to_owned(),
        message: "the answer takes longer than 15 minutes; it goes on in the conversation"
            .to_owned(),
    }
}

/// Remembers how far the exchange has come, so that the client's next message goes on here.
///
/// # Errors
/// When the database is away.
pub(super) async fn remember(
    (app, access): (&App, &Access),
    conversation: ConversationId,
    exchange: Exchange,
    answer: &str,
) -> Result<(), ::store::Error> {
    let digest = exchange.answered(answer).digest(&access.user.to_string());
    let conn = app.database.pool().acquire().await;
    let mut conn = conn.map_err(::store::Error::query("connect"))?;
    store::put(&mut conn, &access.tenant, &digest, conversation).await
}
