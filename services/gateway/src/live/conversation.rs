//! What happens in a conversation: messages, and answers word by word.

use super::{Watch, id::refused};
use crate::{
    App,
    edge::Problem,
    read::store::conversations::{self as rows, Entry},
};
use axum::response::sse::Event;
use futures::{Stream, stream};
use ids::{ConversationId, TenantId};
use std::collections::VecDeque;

/// Entries per read.
const BATCH: i64 = 256;

/// A stream's place in a conversation.
struct Follower {
    app: App,
    tenant: TenantId,
    conversation: ConversationId,
    watch: Watch,
    after: i64,
    ready: VecDeque<Event>,
}

/// Follows a conversation behind `last`; without it, from the first words of an answer that still streams, or from now on.
///
/// # Errors
/// 400 when the conversation's stream is shorter than `last`.
pub(super) async fn follow(
    app: App,
    tenant: TenantId,
    conversation: ConversationId,
    last: Option<i64>,
) -> Result<impl Stream<Item = Event> + Send + 'static, Problem> {
    let watch = app.live.watch();
    let mut tx = app.reader.begin(&tenant).await?;
    let (begin, end) = rows::ends(&mut tx, conversation).await?.unwrap_or_default();
    drop(tx);
    if last.is_some_and(|last| last > end) {
        return Err(refused("the conversation's stream does not reach as far"));
    }
    let after = last.unwrap_or(begin);
    // So that a client which is cut off before the first entry resumes here.
    let ready = Event::default()
        .id(after.to_string())
        .event("ready")
        .data("{}");
    let follower = Follower {
        app,
        tenant,
        conversation,
        watch,
        after,
        ready: VecDeque::from([ready]),
    };
    Ok(stream::unfold(follower, Follower::next))
}

impl Follower {
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((event, self));
            }
            match self.read().await {
                Ok(entries) if entries.is_empty() => self.watch.changed().await,
                Ok(entries) => self.ready.extend(entries.iter().map(event)),
                // The client comes again with the last id it saw.
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        conversation.id = %self.conversation,
                        "stream of a conversation interrupted"
                    );
                    return None;
                }
            }
        }
    }

    async fn read(&mut self) -> Result<Vec<Entry>, store::Error> {
        let mut tx = self.app.reader.begin(&self.tenant).await?;
        let entries = rows::entries(&mut tx, self.conversation, self.after, BATCH).await?;
        if let Some(last) = entries.last() {
            self.after = last.seq;
        }
        Ok(entries)
    }
}

fn event(entry: &Entry) -> Event {
    Event::default()
        .id(entry.seq.to_string())
        .event(&entry.event)
        .data(entry.data.0.get())
}
