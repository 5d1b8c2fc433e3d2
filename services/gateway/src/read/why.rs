//! Why a trigger started a run, or none.

use super::{
    filter,
    store::{triggers, why as rows},
    triggers::Trigger,
};
use crate::{
    App,
    access::Access,
    edge::{Id, Path, Problem, ProblemItem, Query},
};
use authz::ResourceKind;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use ids::{AccountId, EventId, RunId, TriggerId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which time is asked about.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhyQuery {
    /// A moment (RFC 3339), or a time of the day such as `08:00`: the last such time, in the time zone of the schedule, of
    /// other triggers in UTC. Left out: now.
    pub at: Option<String>,
    /// Until when: a moment, or a time of the day, then the first such time after `at`; left out, a quarter of an hour after
    /// it. What happened up to a minute before `at` is told too.
    pub until: Option<String>,
}

/// What happened to a trigger in a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Why {
    pub trigger: Trigger,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// The code of what explains most: started, held, a reason such as filtered, off, removed, `account_degraded`, missed,
    /// `not_due` or `nothing_received`.
    pub answer: String,
    /// The same in one sentence.
    pub summary: String,
    /// Everything that is known of that time, oldest first; at most 200.
    pub findings: Vec<Finding>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Finding {
    pub at: DateTime<Utc>,
    pub code: String,
    pub message: String,
    /// The event that the trigger was given.
    #[schema(value_type = Option<Id>)]
    pub event_id: Option<EventId>,
    /// The run that was started, or that the event waits for.
    #[schema(value_type = Option<Id>)]
    pub run_id: Option<RunId>,
    /// The account that did not work.
    #[schema(value_type = Option<Id>)]
    pub account_id: Option<AccountId>,
    /// How many times at once, for missed due times.
    pub count: i64,
}

/// Most findings that are told.
const MOST: i64 = 200;
const BEFORE: TimeDelta = TimeDelta::minutes(1);
const AFTER: TimeDelta = TimeDelta::minutes(15);
const A_DAY: TimeDelta = TimeDelta::days(1);

/// Why a trigger started a run, or none
#[utoipa::path(
    get, path = "/api/v1/triggers/{id}/why", operation_id = "explain_trigger", tag = "triggers",
    params(("id" = Id, Path), WhyQuery),
    responses((status = 200, body = Why),
        (status = "default", description = "problem", body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn explain_trigger(
    access: Access,
    State(app): State<App>,
    Path(id): Path<TriggerId>,
    Query(query): Query<WhyQuery>,
) -> Result<Json<Why>, Problem> {
    let accounts = filter::visible(&app, &access, ResourceKind::IntegrationAccount).await?;
    let mut tx = app.reader.begin(&access.tenant).await?;
    let trigger = triggers::one(&mut tx, id)
        .await?
        .ok_or_else(|| Problem::not_found("trigger.not_found", "There is no such trigger"))?;
    let zone = trigger.timezone.clone().unwrap_or_else(|| "UTC".to_owned());
    let at = match &query.at {
        None => Utc::now(),
        Some(text) => moment(&mut tx, "at", text, &zone, Utc::now()).await?,
    };
    let until = match &query.until {
        None => at + AFTER,
        Some(text) => moment(&mut tx, "until", text, &zone, at + A_DAY).await?,
    };
    if until < at {
        return Err(unreadable("until", "it is before `at`"));
    }
    let span = (at - BEFORE, until);
    let mut findings = rows::events(&mut tx, id, span, MOST).await?;
    let states = rows::states(&mut tx, id, span).await?;
    findings.extend(states.into_iter().filter(|state| state.code != "on"));
    if trigger.kind == "integration_event" {
        let named = rows::account_of(&mut tx, id).await?;
        let named = named.and_then(|id| id.parse::<AccountId>().ok());
        let mine = accounts.into_iter();
        let mine = mine.filter(|id| named.is_none_or(|named| named.uuid() == *id));
        let mine: Vec<_> = mine.collect();
        findings.extend(rows::accounts(&mut tx, &mine, span).await?);
    }
    findings.sort_by_key(|finding| finding.at);
    let (answer, summary) = answer(&trigger, &findings);
    let trigger = super::triggers::with_urls(&app, vec![trigger]).pop();
    let trigger = trigger
        .ok_or_else(|| Problem::not_found("trigger.not_found", "There is no such trigger"))?;
    Ok(Json(Why {
        trigger,
        from: span.0,
        until: span.1,
        answer,
        summary,
        findings,
    }))
}

/// What explains most of what was found: a run, then what kept an event back, then what kept events away.
fn answer(trigger: &Trigger, findings: &[Finding]) -> (String, String) {
    let started = findings.iter().find(|finding| finding.code == "started");
    let held = findings.iter().rev().find(|finding| finding.code == "held");
    let kept = findings.iter().rev().find(|f| f.event_id.is_some());
    let away = findings.iter().rev().find(|f| f.code != "held");
    let found = started.or(held).or(kept).or(away);
    match (found, trigger.kind.as_str()) {
        (Some(found), _) => (found.code.clone(), found.message.clone()),
        (None, "schedule") => {
            let cron = trigger.cron.as_deref().unwrap_or_default();
            let zone = trigger.timezone.as_deref().unwrap_or("UTC");
            let next = trigger.next_fires.first();
            let next = next.map_or_else(String::new, |next| format!("; it is due next at {next}"));
            let summary = format!("nothing was due then: `{cron}` in {zone}{next}");
            ("not_due".to_owned(), summary)
        }
        (None, kind) => {
            let what = match kind {
                "webhook" => "no call was accepted",
                "manual" => "nobody started it",
                _ => "no event of this kind came",
            };
            (
                "nothing_received".to_owned(),
                format!("{what} in that time"),
            )
        }
    }
}

async fn moment(
    conn: &mut sqlx::PgConnection,
    parameter: &'static str,
    text: &str,
    zone: &str,
    latest: DateTime<Utc>,
) -> Result<DateTime<Utc>, Problem> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    match chrono::NaiveTime::parse_from_str(text, "%H:%M") {
        Ok(time) => {
            let time = time.format("%H:%M").to_string();
            Ok(rows::moment(conn, &time, zone, latest).await?)
        }
        Err(_) => {
            let hint =
                "it is neither a moment such as 2026-01-31T08:00:00Z nor a time such as 08:00";
            Err(unreadable(parameter, hint))
        }
    }
}

fn unreadable(parameter: &str, why: &str) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "query.invalid",
        "The query cannot be read",
    )
    .item(ProblemItem::new(
        "",
        "query.bad_time",
        format!("`{parameter}`: {why}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trigger(kind: &str) -> Trigger {
        Trigger {
            id: TriggerId::generate(),
            workflow_id: ids::WorkflowId::generate(),
            workflow_name: String::new(),
            node_id: "t".to_owned(),
            kind: kind.to_owned(),
            enabled: true,
            webhook_url: None,
            auth: None,
            secret_set: false,
            next_fires: Vec::new(),
            cron: Some("0 7 * * *".to_owned()),
            timezone: None,
            event_type: None,
            last_reason: None,
        }
    }

    fn finding(code: &str, event: bool) -> Finding {
        Finding {
            at: Utc::now(),
            code: code.to_owned(),
            message: code.to_owned(),
            event_id: event.then(EventId::generate),
            run_id: None,
            account_id: None,
            count: 1,
        }
    }

    #[test]
    fn a_run_explains_more_than_what_was_declined_and_that_more_than_an_account() {
        let mut findings = vec![
            finding("account_degraded", false),
            finding("filtered", true),
            finding("started", true),
        ];
        let trigger = trigger("integration_event");
        assert_eq!(answer(&trigger, &findings).0, "started");
        findings.pop();
        assert_eq!(answer(&trigger, &findings).0, "filtered");
        findings.pop();
        assert_eq!(answer(&trigger, &findings).0, "account_degraded");
        findings.pop();
        assert_eq!(answer(&trigger, &findings).0, "nothing_received");
    }

    #[test]
    fn a_schedule_without_a_due_time_says_when_it_is_due() {
        let (code, summary) = answer(&trigger("schedule"), &[]);
        assert_eq!(code, "not_due");
        assert!(summary.contains("0 7 * * *"), "{summary}");
    }
}
