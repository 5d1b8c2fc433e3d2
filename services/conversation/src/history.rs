//! What an assistant looks for among runs and in the inbox. Who keeps the read models answers; here it is read, and made sure
//! for whom.

use crate::store::turns;
use ::store::{Failure, Tx};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use events::{
    AssistantCallRequested, ErrorClass, HistorySearch, HistorySearchRequested, RunError, Timestamp,
};
use ids::UserId;
use serde_json::{Value, json};

/// What is told when nobody says how much.
const FOUND: u32 = 10;

/// Asks for it; what is found is the result of the call.
pub(crate) async fn ask(
    tx: &mut Tx,
    asked: &AssistantCallRequested,
    person: UserId,
    search: HistorySearch,
) -> Result<(), Failure> {
    let answer = turns::answer_of(tx.conn(), asked.origin.run_id).await?;
    tx.emit(&HistorySearchRequested {
        origin: asked.origin.clone(),
        search,
        person,
        answer,
    })?;
    Ok(())
}

/// What is looked for. Pure.
pub(crate) fn search(operation: &str, arguments: &Value) -> Result<HistorySearch, RunError> {
    let mut asked = arguments.as_object().cloned().unwrap_or_default();
    for (name, after) in [("since", 0), ("until", 1)] {
        if let Some(text) = asked.get(name).and_then(Value::as_str) {
            let moment = moment(name, text, after)?;
            asked.insert(name.to_owned(), json!(moment));
        }
    }
    asked.retain(|_, value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
    asked.entry("limit").or_insert(json!(FOUND));
    let kind = match operation {
        "search_inbox" => {
            let of = asked.remove("kind");
            asked.extend(of.map(|of| ("of".to_owned(), of)));
            "inbox"
        }
        _ => "runs",
    };
    asked.insert("kind".to_owned(), json!(kind));
    serde_json::from_value(Value::Object(asked)).map_err(|cause| unfit(cause.to_string()))
}

/// A time, or the midnight (UTC) so many days after that of a day.
fn moment(name: &str, text: &str, after: u64) -> Result<Timestamp, RunError> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.with_timezone(&Utc));
    }
    let day: Option<NaiveDate> = text.parse().ok();
    let day = day.and_then(|day| day.checked_add_days(Days::new(after)));
    day.map(|day| day.and_time(NaiveTime::MIN).and_utc())
        .ok_or_else(|| {
            unfit(format!(
                "`{name}` is neither a day as 2026-03-31 nor a time as 2026-03-31T09:00:00Z: {text}"
            ))
        })
}

fn unfit(message: String) -> RunError {
    RunError::new(ErrorClass::Schema, "tool.arguments_invalid", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::{InboxKind, Within};

    #[test]
    fn a_day_counts_whole_and_a_time_as_it_is() {
        let arguments = json!({ "since": "2026-03-30", "until": "2026-03-31", "text": " ", "workflow": "Triage" });
        let within = Within {
            since: Some("2026-03-30T00:00:00Z".parse().unwrap()),
            until: Some("2026-04-01T00:00:00Z".parse().unwrap()),
            limit: FOUND,
        };
        let wanted = HistorySearch::Runs {
            text: None,
            workflow: Some("Triage".into()),
            status: None,
            within,
        };
        assert_eq!(search("search_runs", &arguments).unwrap(), wanted);
        let arguments =
            json!({ "until": "2026-03-31T09:30:00+02:00", "kind": "email", "limit": 3 });
        let HistorySearch::Inbox { within, kind, .. } = search("search_inbox", &arguments).unwrap()
        else {
            panic!("it is the inbox that is searched");
        };
        let until: Timestamp = "2026-03-31T07:30:00Z".parse().unwrap();
        assert_eq!((within.until, within.limit), (Some(until), 3));
        assert_eq!(kind, Some(InboxKind::Email));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (arguments, named) in [
            (json!({ "since": "yesterday" }), "`since`"),
            (json!({ "status": "broken" }), "broken"),
            (json!({ "text": 7 }), "string"),
        ] {
            let refused = search("search_runs", &arguments).unwrap_err();
            assert!(refused.message.contains(named), "{}", refused.message);
        }
    }
}
