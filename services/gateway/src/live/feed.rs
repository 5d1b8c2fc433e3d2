//! What changed, for one person.

use super::{
    Watch,
    id::refused,
    shared::{Asked, BATCH},
    store::{self, Place, Row},
};
use crate::{App, access::Access, edge::Problem, read::Raw};
use axum::response::sse::Event;
use futures::{Stream, stream};
use std::{collections::VecDeque, sync::Arc};

/// A stream's place in the feed.
struct Follower {
    app: App,
    access: Access,
    watch: Watch,
    after: Place,
    ready: VecDeque<Event>,
    /// There may be more to read already.
    more: bool,
}

/// Follows the feed behind `last`, or from now on.
///
/// # Errors
/// 400 when `last` is no change of this tenant, or one that is forgotten.
pub(super) async fn follow(
    app: App,
    access: Access,
    last: Option<i64>,
) -> Result<impl Stream<Item = Event> + Send + 'static, Problem> {
    let watch = app.live.watch();
    let mut tx = app.reader.begin(&access.tenant).await?;
    let after = match last {
        None => store::newest(&mut tx).await?,
        // What a stream says whose tenant's feed is still empty.
        Some(0) => Place::start(),
        Some(last) => store::place(&mut tx, last)
            .await?
            .ok_or_else(|| refused("it is not in your feed, or no longer"))?,
    };
    drop(tx);
    // So that a client which is cut off before the first change resumes here.
    let ready = Event::default()
        .id(after.seq.to_string())
        .event("ready")
        .data("{}");
    let follower = Follower {
        app,
        access,
        watch,
        after,
        ready: VecDeque::from([ready]),
        more: true,
    };
    Ok(stream::unfold(follower, Follower::next))
}

impl Follower {
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((event, self));
            }
            if !self.more {
                self.watch.changed().await;
            }
            match self.read().await {
                Ok(more) => self.more = more,
                // The client comes again with the last id it saw.
                Err(problem) => {
                    tracing::warn!(code = problem.code(), "feed interrupted");
                    return None;
                }
            }
        }
    }

    /// Reads what is new and may be seen; true when there may be more.
    async fn read(&mut self) -> Result<bool, Arc<Problem>> {
        let asked = Asked {
            tenant: self.access.tenant.clone(),
            after: self.after.clone(),
            moment: self.watch.moment(),
        };
        let shared = self.app.live.shared();
        let rows = shared.changes(&self.app, &asked).await?;
        let Some(last) = rows.last().map(|row| row.place.clone()) else {
            return Ok(false);
        };
        let visible = shared
            .visible(&self.app, &self.access, asked, &rows)
            .await?;
        let shown = rows.iter().filter(|row| match &row.resource {
            None => true,
            Some(resource) => visible.contains(resource),
        });
        self.ready.extend(shown.map(event));
        self.after = last;
        Ok(i64::try_from(rows.len()).is_ok_and(|read| read >= BATCH))
    }
}

fn event(row: &Row) -> Event {
    let data: &Raw = &row.data.0;
    Event::default()
        .id(row.place.seq.to_string())
        .event(&row.event)
        .data(data.get())
}
