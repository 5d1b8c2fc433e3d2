//! Live events, each shown only to those who may view what it is about.

use super::tap_subject::Pattern;
use crate::{
    App,
    access::{Access, Requires, Routes, Standing},
    edge::{Problem, ProblemItem, Query, sse},
};
use authz::{Consistency, Permission, Resource};
use axum::{
    extract::State,
    http::StatusCode,
    response::{Response, sse::Event},
};
use bus::Tap;
use chrono::{DateTime, Utc};
use events::{About, EventType};
use futures::{StreamExt, stream};
use ids::{AccountId, ConversationId, EventId, MemoryId, PromptId, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Which events.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TapQuery {
    /// A subject with wildcards, such as `workflow.>`; everything when left out.
    subject: Option<String>,
}

/// One event as it crossed the bus; the data of an SSE message whose id is the event's.
#[derive(Serialize, ToSchema)]
struct TapEvent<'a> {
    subject: &'a str,
    #[schema(value_type = String)]
    id: EventId,
    #[serde(rename = "type")]
    event_type: &'a str,
    source: &'a str,
    time: DateTime<Utc>,
    #[schema(value_type = String)]
    correlation_id: EventId,
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    causation_id: Option<EventId>,
    #[schema(value_type = Object)]
    data: &'a RawValue,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes.add(Requires::in_tenant(Permission::Tap), routes!(tap))
}

/// Watch live events
#[utoipa::path(get, path = "/api/v1/tap", operation_id = "tap", tag = "events", params(TapQuery),
    responses((status = 200, body = TapEvent, content_type = "text/event-stream"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn tap(
    access: Access,
    standing: Standing,
    State(app): State<App>,
    Query(query): Query<TapQuery>,
) -> Result<Response, Problem> {
    let text = query.subject.as_deref().unwrap_or(">");
    let pattern = Pattern::read(text).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "query.invalid",
            "The query cannot be read",
        )
        .item(ProblemItem::new(
            "/subject",
            "subject.invalid",
            "it is no subject; try workflow.> or run.events.*.>",
        ))
    })?;
    let mut live = stream::SelectAll::new();
    for kind in events::catalogue() {
        if pattern.may_match(kind.event_type, &access.tenant) {
            let subject = format!("{}.{}.>", kind.event_type, access.tenant);
            let heard = app.bus.subscribe(&subject).await.map_err(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "tap not opened");
                Problem::unavailable("the bus cannot be reached")
            })?;
            let kind = Arc::new(kind);
            live.push(heard.map(move |tap| (Arc::clone(&kind), tap)).boxed());
        }
    }
    let sight = Arc::new(Sight {
        app: app.clone(),
        access,
        answers: Mutex::default(),
    });
    let shown = live
        .filter(move |(_, tap)| std::future::ready(pattern.matches(&tap.subject)))
        .filter_map(move |(kind, tap)| {
            let sight = Arc::clone(&sight);
            async move { sight.admits(&kind, &tap).await.then(|| message(&tap))? }
        });
    Ok(sse(&app, standing, shown))
}

fn message(tap: &Tap) -> Option<Event> {
    let envelope = tap.envelope.as_ref()?;
    let event = TapEvent {
        subject: &tap.subject,
        id: envelope.id,
        event_type: &envelope.event_type,
        source: &envelope.source,
        time: envelope.time,
        correlation_id: envelope.correlation_id,
        causation_id: envelope.causation_id,
        data: serde_json::from_slice(&tap.payload).ok()?,
    };
    Event::default()
        .id(envelope.id.to_string())
        .json_data(event)
        .ok()
}

/// What one person may see, remembered per resource for a moment.
struct Sight {
    app: App,
    access: Access,
    answers: Mutex<HashMap<Question, Answer>>,
}

type Question = (Permission, Resource);

/// Whether events about a resource are shown, and until when that is believed.
struct Answer {
    allowed: bool,
    until: Instant,
    /// Refusals in a row.
    refusals: u32,
}

/// How long a yes is believed.
const YES: Duration = Duration::from_secs(10);
/// How long the second no in a row is believed; each further one twice as long.
const SECOND_NO: Duration = Duration::from_millis(20);
/// The longest that a no is believed.
const NO: Duration = Duration::from_secs(1);
const MOST_ANSWERS: usize = 10_000;

impl Answer {
    /// An answer given at `now`, after `before`. A first no is not believed for the next event: the relation of a new
    /// resource is written between the request and the fact.
    fn new(allowed: bool, before: Option<&Self>, now: Instant) -> Self {
        let refusals = before.map_or(0, |before| before.refusals);
        let believed = match (allowed, refusals) {
            (true, _) => YES,
            (false, 0) => Duration::ZERO,
            (false, times) => (SECOND_NO * 2_u32.saturating_pow(times.min(8) - 1)).min(NO),
        };
        Self {
            allowed,
            until: now + believed,
            refusals: if allowed {
                0
            } else {
                refusals.saturating_add(1)
            },
        }
    }
}

/// The fields that say what an event is about.
#[derive(Deserialize)]
struct Ids {
    workflow_id: Option<WorkflowId>,
    account_id: Option<AccountId>,
    conversation_id: Option<ConversationId>,
    memory_id: Option<MemoryId>,
    prompt_id: Option<PromptId>,
    origin: Option<Origin>,
}

#[derive(Deserialize)]
struct Origin {
    workflow_id: Option<WorkflowId>,
    conversation_id: Option<ConversationId>,
}

impl Sight {
    async fn admits(&self, kind: &EventType, tap: &Tap) -> bool {
        let question = match kind.about {
            About::Operator => Some((Permission::Administer, Resource::from(&self.access.tenant))),
            about @ (About::Workflow
            | About::Account
            | About::Conversation
            | About::Memory
            | About::Prompt
            | About::Origin) => {
                resource(about, &tap.payload).map(|resource| (Permission::View, resource))
            }
        };
        let Some(question) = question else {
            return false;
        };
        let now = Instant::now();
        let mut answers = self.answers.lock().await;
        if let Some(answer) = answers.get(&question)
            && answer.until > now
        {
            return answer.allowed;
        }
        let (permission, resource) = &question;
        let allowed = self
            .app
            .authz
            .allowed(
                self.access.subject(),
                *permission,
                resource,
                &Consistency::Fully,
            )
            .await;
        if answers.len() >= MOST_ANSWERS {
            answers.clear();
        }
        let answer = Answer::new(allowed, answers.get(&question), now);
        answers.insert(question, answer);
        allowed
    }
}

fn resource(about: About, payload: &[u8]) -> Option<Resource> {
    let ids: Ids = serde_json::from_slice(payload).ok()?;
    match about {
        About::Workflow => ids.workflow_id.map(Resource::from),
        About::Account => ids.account_id.map(Resource::from),
        About::Conversation => ids.conversation_id.map(Resource::from),
        About::Memory => ids.memory_id.map(Resource::from),
        About::Prompt => ids.prompt_id.map(Resource::from),
        About::Origin => {
            let origin = ids.origin?;
            let workflow = origin.workflow_id.map(Resource::from);
            workflow.or(origin.conversation_id.map(Resource::from))
        }
        About::Operator => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_no_is_asked_again_at_once_and_later_ones_less_and_less() {
        let now = Instant::now();
        let mut answer = Answer::new(false, None, now);
        let mut believed = vec![answer.until - now];
        for _ in 0..9 {
            answer = Answer::new(false, Some(&answer), now);
            believed.push(answer.until - now);
        }
        assert_eq!(believed[..3], [0, 20, 40].map(Duration::from_millis));
        assert!(believed.is_sorted());
        assert_eq!(believed[9], NO);
        let yes = Answer::new(true, Some(&answer), now);
        assert_eq!((yes.until - now, yes.refusals), (YES, 0));
    }
}
