//! What changed, for one person.

use super::{
    Watch,
    id::refused,
    store::{self, Place, Row},
};
use crate::{App, access::Access, edge::Problem, read::Raw};
use authz::Resource;
use axum::response::sse::Event;
use futures::{Stream, stream};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Changes per read.
const BATCH: i64 = 256;

/// A stream's place in the feed.
struct Follower {
    app: App,
    access: Access,
    watch: Watch,
    after: Place,
    ready: VecDeque<Event>,
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
                Ok(true) => {}
                Ok(false) => self.watch.changed().await,
                // The client comes again with the last id it saw.
                Err(problem) => {
                    tracing::warn!(code = problem.code(), "feed interrupted");
                    return None;
                }
            }
        }
    }

    /// Reads what is new and may be seen; true when there may be more.
    async fn read(&mut self) -> Result<bool, Problem> {
        let mut tx = self.app.reader.begin(&self.access.tenant).await?;
        let rows = store::changes(&mut tx, &self.after, BATCH).await?;
        drop(tx);
        let Some(last) = rows.last().map(|row| row.place.clone()) else {
            return Ok(false);
        };
        let visible = self.visible(&rows).await?;
        let shown = rows.iter().filter(|row| match &row.resource {
            None => true,
            Some(resource) => visible.contains(resource.as_str()),
        });
        self.ready.extend(shown.map(event));
        self.after = last;
        Ok(true)
    }

    /// Which of the resources the person may view, as of now.
    async fn visible<'a>(&self, rows: &'a [Row]) -> Result<BTreeSet<&'a str>, Problem> {
        let named: BTreeMap<&str, Resource> = rows
            .iter()
            .filter_map(|row| row.resource.as_deref())
            .filter_map(|text| Some((text, text.parse().ok()?)))
            .collect();
        if named.is_empty() {
            return Ok(BTreeSet::new());
        }
        let resources: Vec<Resource> = named.values().cloned().collect();
        let answers = self.access.may_view(&self.app, &resources).await?;
        let allowed = named
            .into_keys()
            .zip(answers)
            .filter(|(_, allowed)| *allowed);
        Ok(allowed.map(|(text, _)| text).collect())
    }
}

fn event(row: &Row) -> Event {
    let data: &Raw = &row.data.0;
    Event::default()
        .id(row.place.seq.to_string())
        .event(&row.event)
        .data(data.get())
}
