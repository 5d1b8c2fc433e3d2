//! Looking for runs.

use super::{EXCERPT, Found, Source, excerpt, store};
use crate::{
    App,
    access::Access,
    edge::Problem,
    read::{
        Run, filter, search,
        store::runs::{self as rows, Span},
    },
};
use authz::ResourceKind;
use events::{EffectOrigin, RunEvent, RunStanding, Within};
use serde_json::{Value, json};

/// What is looked for.
pub(super) struct Wanted<'a> {
    pub(super) text: Option<&'a str>,
    /// Part of a name.
    pub(super) workflow: Option<&'a str>,
    pub(super) status: Option<RunStanding>,
    pub(super) within: Within,
    /// The call that asks: its run is never found, nor are others of its workflow that nobody named.
    pub(super) asks: &'a EffectOrigin,
}

/// Runs of workflows that the person may view.
pub(super) async fn find(
    app: &App,
    access: &Access,
    wanted: &Wanted<'_>,
) -> Result<Found, Problem> {
    let mut visible = filter::visible(app, access, ResourceKind::Workflow).await?;
    let mut tx = app.reader.begin(&access.tenant).await?;
    match wanted.workflow {
        Some(name) => visible = store::named(&mut tx, &visible, name).await?,
        None => visible.retain(|id| *id != wanted.asks.workflow_id.uuid()),
    }
    let status = wanted.status.map(RunStanding::as_str);
    let span = Span::between(wanted.within.since, wanted.within.until);
    // One more, because the run that asks may be among them.
    let limit = i64::from(wanted.within.limit) + 1;
    let (mut runs, more, back_to) = match wanted.text {
        Some(text) => {
            let wanted = search::Wanted {
                text,
                workflows: &visible,
                status,
                span,
                limit,
            };
            let page = search::runs(app, access, &mut tx, &wanted).await?;
            (page.items, page.next_cursor.is_some(), page.searched_until)
        }
        None => {
            let found = rows::page(&mut tx, &visible, status, span, limit + 1).await?;
            let key = |run: &Run| run.id.uuid();
            let page = filter::page(app, access, found, limit, key, |run: &Run| {
                run.workflow_id.into()
            });
            let page = page.await?;
            (page.items, page.next_cursor.is_some(), None)
        }
    };
    runs.retain(|run| run.id != wanted.asks.run_id);
    let most = usize::try_from(wanted.within.limit).unwrap_or(usize::MAX);
    let more = more || runs.len() > most;
    runs.truncate(most);
    let ids: Vec<_> = runs.iter().map(|run| run.id.uuid()).collect();
    let ends = store::ends(&mut tx, &ids).await?;
    let told: Vec<Value> = runs
        .iter()
        .map(|run| {
            let ends = ends.iter().find(|ends| ends.run == run.id.uuid());
            let (began, ended) = ends.map_or((None, None), |ends| {
                (said(&ends.first, began_with), said(&ends.last, ended_with))
            });
            tell(run, began.as_deref(), ended.as_deref())
        })
        .collect();
    let mut told = json!({ "runs": told, "more": more });
    if let (Some(back_to), Some(told)) = (back_to, told.as_object_mut()) {
        told.insert("searched_back_to".to_owned(), json!(back_to));
    }
    let sources = runs.iter().map(|run| Source::Run(run.id)).collect();
    Ok(Found { told, sources })
}

fn tell(run: &Run, began_with: Option<&str>, ended_with: Option<&str>) -> Value {
    let found = run.found.iter();
    let found: Vec<Value> = found
        .map(|found| json!({ "node": found.node, "part": found.part, "text": excerpt(&found.excerpt) }))
        .collect();
    let error = run.error.as_ref().map(|error| excerpt(error.get()));
    let mut told = json!({
        "id": run.id,
        "opens_at": format!("/runs/{}", run.id),
        "workflow": run.workflow_name,
        "status": run.status,
        "started_by": run.trigger.kind,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "began_with": began_with,
        "ended_with": ended_with,
        "error": error,
        "found": found,
        "dry": run.dry,
        "repeats": run.forked_from,
    });
    if let Some(told) = told.as_object_mut() {
        let says = |value: &Value| match value {
            Value::Null | Value::Bool(false) => false,
            Value::Array(items) => !items.is_empty(),
            Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Object(_) => true,
        };
        told.retain(|_, value| says(value));
    }
    told
}

/// What an entry of a stored frame says.
fn said(frame: &str, of: fn(&RunEvent) -> Option<&str>) -> Option<String> {
    let events: Vec<RunEvent> = serde_json::from_str(frame).ok()?;
    events.iter().find_map(of).map(excerpt_of_json)
}

/// Long values are cut before they are looked at word by word.
fn excerpt_of_json(json: &str) -> String {
    let head: String = json.chars().take(EXCERPT * 2).collect();
    excerpt(&head)
}

fn began_with(event: &RunEvent) -> Option<&str> {
    let RunEvent::RunStarted { input, .. } = event else {
        return None;
    };
    Some(input.as_str())
}

fn ended_with(event: &RunEvent) -> Option<&str> {
    let RunEvent::RunCompleted { output, .. } = event else {
        return None;
    };
    Some(output.as_str())
}
