//! What assistants look up for their person: runs and what came in, found by the read models and under the person's own
//! permissions, as for a request of theirs.
//!
//! The conversation service has made sure for whom an assistant works before it asks. What was found is the result of the
//! assistant's call, and is noted beside its answer, in one transaction. Nothing is changed, so a repeat may look again: the
//! run takes one result for one key.

mod inbox;
mod runs;
mod store;

use crate::{App, access::Access, edge::Problem};
use ::store::{ApplyBatch, Failure, Router, Tx};
use async_trait::async_trait;
use bus::{Manifest, Received};
use events::{AssistantEffectCompleted, EffectResult, HistorySearch, HistorySearchRequested, Json};
use futures::future::try_join_all;
use serde_json::Value;
use std::sync::Arc;

use store::Source;

/// The consumer group.
const GROUP: &str = "history";
/// Searches at a time.
const AT_A_TIME: usize = 8;
/// Characters of an excerpt.
const EXCERPT: usize = 240;

/// Adds what is consumed and told.
pub(crate) fn consumes(manifest: Manifest) -> Manifest {
    let manifest = manifest.consumes::<HistorySearchRequested>(GROUP);
    manifest.publishes::<AssistantEffectCompleted>()
}

/// Answers until the gateway drains.
pub async fn answer(app: App) {
    let (database, bus, stop) = (
        app.database.clone(),
        Arc::clone(&app.bus),
        app.shutdown.clone(),
    );
    let router = Router::new(Arc::new(History { app })).on_batch::<HistorySearchRequested>();
    let consumers = crate::manifest().group(GROUP);
    ::store::consume(database, bus, consumers, router, stop).await;
}

struct History {
    app: App,
}

/// What a search found: for the model, and as it is kept.
struct Found {
    told: Value,
    sources: Vec<Source>,
}

impl History {
    async fn found(&self, asked: &Received<HistorySearchRequested>) -> Result<Found, Failure> {
        let tenant = asked.envelope.tenant.clone();
        let access = Access::of_run(tenant, asked.event.person);
        let found = match &asked.event.search {
            HistorySearch::Runs {
                text,
                workflow,
                status,
                within,
            } => {
                let wanted = runs::Wanted {
                    text: text.as_deref(),
                    workflow: workflow.as_deref(),
                    status: *status,
                    within: *within,
                    asks: &asked.event.origin,
                };
                runs::find(&self.app, &access, &wanted).await
            }
            HistorySearch::Inbox { text, kind, within } => {
                let wanted = (text.as_deref(), *kind, *within);
                inbox::find(&self.app, &access, wanted).await
            }
        };
        found.map_err(|problem| away(&problem))
    }
}

#[async_trait]
impl ApplyBatch<HistorySearchRequested> for History {
    async fn apply_batch(
        &self,
        tx: &mut Tx,
        received: &[Received<HistorySearchRequested>],
    ) -> Result<(), Failure> {
        let mut found: Vec<Found> = Vec::with_capacity(received.len());
        for some in received.chunks(AT_A_TIME) {
            let searches = some.iter().map(|asked| self.found(asked));
            found.extend(try_join_all(searches).await?);
        }
        for (asked, found) in received.iter().zip(found) {
            let Received { envelope, event } = asked;
            if let Some(answer) = event.answer {
                store::note(tx.conn(), &envelope.tenant, answer, &found.sources).await?;
            }
            tx.set_cause(bus::Cause::of(envelope));
            tx.emit(&AssistantEffectCompleted(EffectResult {
                run_id: event.origin.run_id,
                workflow_id: event.origin.workflow_id,
                effect_key: event.origin.effect_key.clone(),
                outcome: Json::from(found.told),
                cost: None,
            }))?;
        }
        Ok(())
    }
}

/// A search refuses nothing: what goes wrong is that something is away.
fn away(problem: &Problem) -> Failure {
    Failure::retry(format!(
        "could not search for an assistant: {}",
        problem.code()
    ))
}

/// The beginning, on one line.
fn excerpt(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_bounded_length() {
        assert_eq!(excerpt(" a\n\tb "), "a b");
        let long = excerpt(&"ä".repeat(EXCERPT + 1));
        assert_eq!(long.chars().count(), EXCERPT + 1);
        assert!(long.ends_with('…'));
    }
}
