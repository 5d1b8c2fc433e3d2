//! The `CloudEvents` attributes of a message, in headers.
//!
//! Source: `CloudEvents` 1.0.2, NATS protocol binding, binary content mode.

use crate::Error;
use events::{Key, Timestamp};
use ids::{EventId, TenantId};

/// Everything about an event but its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub id: EventId,
    pub event_type: String,
    pub version: u16,
    /// The service that published it; not proof of origin, the subject is.
    pub source: String,
    pub tenant: TenantId,
    /// The last tokens of the subject.
    pub key: String,
    pub time: Timestamp,
    /// The first event of the whole story.
    pub correlation_id: EventId,
    /// The event this one follows from.
    pub causation_id: Option<EventId>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// From when on `SpiceDB` knows the relations this event speaks of.
    pub zed_token: Option<String>,
    /// The producer that wants to know when this has been applied.
    pub receipt_to: Option<String>,
}

/// What a new event follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    pub tenant: TenantId,
    /// Absent: the new event starts a story of its own.
    pub correlation_id: Option<EventId>,
    pub causation_id: Option<EventId>,
    pub traceparent: Option<String>,
}

impl Cause {
    /// The start of a story.
    #[must_use]
    pub fn root(tenant: TenantId) -> Self {
        Self {
            tenant,
            correlation_id: None,
            causation_id: None,
            traceparent: crate::current_traceparent(),
        }
    }

    /// What follows from the event with this envelope.
    #[must_use]
    pub fn of(envelope: &Envelope) -> Self {
        Self {
            tenant: envelope.tenant.clone(),
            correlation_id: Some(envelope.correlation_id),
            causation_id: Some(envelope.id),
            traceparent: crate::current_traceparent().or_else(|| envelope.traceparent.clone()),
        }
    }

    /// The same, as part of the story `correlation_id`.
    #[must_use]
    pub const fn correlated(mut self, correlation_id: EventId) -> Self {
        self.correlation_id = Some(correlation_id);
        self
    }
}

/// The header by which the server recognises a repeat.
pub(crate) const MESSAGE_ID: &str = "Nats-Msg-Id";
const CONTENT_TYPE: &str = "application/json";

impl Envelope {
    /// The headers in the order in which people read them.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            (MESSAGE_ID, self.id.to_string()),
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", self.id.to_string()),
            ("ce-type", self.event_type.clone()),
            ("ce-source", format!("/{}", self.source)),
            (
                "ce-time",
                self.time
                    .to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            ),
            ("ce-subject", self.key.clone()),
            (
                "ce-dataschema",
                format!("{}.v{}.json", self.event_type, self.version),
            ),
            ("ce-tenantid", self.tenant.to_string()),
            ("ce-correlationid", self.correlation_id.to_string()),
            ("content-type", CONTENT_TYPE.to_owned()),
        ];
        let optional = [
            ("ce-causationid", self.causation_id.map(|id| id.to_string())),
            ("traceparent", self.traceparent.clone()),
            ("ce-zedtoken", self.zed_token.clone()),
            ("ce-receiptto", self.receipt_to.clone()),
        ];
        headers.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        headers
    }

    /// Reads the headers of a message on `subject`.
    ///
    /// # Errors
    /// `Undecodable` names the header that is missing or wrong.
    pub fn read<'a>(
        subject: &str,
        header: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Self, Error> {
        let undecodable = |cause: String| Error::Undecodable {
            subject: subject.to_owned(),
            cause,
        };
        let required = |name: &str| {
            header(name).ok_or_else(|| undecodable(format!("header {name} is missing")))
        };
        let parse_id = |name: &str, text: &str| {
            text.parse::<EventId>()
                .map_err(|error| undecodable(format!("header {name}: {error}")))
        };
        if required("ce-specversion")? != "1.0" {
            return Err(undecodable("ce-specversion is not 1.0".to_owned()));
        }
        let event_type = required("ce-type")?;
        let schema = required("ce-dataschema")?;
        let version = schema
            .strip_prefix(event_type)
            .and_then(|rest| rest.strip_prefix(".v")?.strip_suffix(".json")?.parse().ok())
            .ok_or_else(|| {
                undecodable(format!(
                    "ce-dataschema `{schema}` is not a version of {event_type}"
                ))
            })?;
        let time = chrono::DateTime::parse_from_rfc3339(required("ce-time")?)
            .map_err(|error| undecodable(format!("header ce-time: {error}")))?;
        let tenant = required("ce-tenantid")?
            .parse()
            .map_err(|error| undecodable(format!("header ce-tenantid: {error}")))?;
        Ok(Self {
            id: parse_id("ce-id", required("ce-id")?)?,
            event_type: event_type.to_owned(),
            version,
            source: required("ce-source")?.trim_start_matches('/').to_owned(),
            tenant,
            key: required("ce-subject")?.to_owned(),
            time: time.to_utc(),
            correlation_id: parse_id("ce-correlationid", required("ce-correlationid")?)?,
            causation_id: header("ce-causationid")
                .map(|text| parse_id("ce-causationid", text))
                .transpose()?,
            traceparent: header("traceparent").map(str::to_owned),
            zed_token: header("ce-zedtoken").map(str::to_owned),
            receipt_to: header("ce-receiptto").map(str::to_owned),
        })
    }

    /// The subject that belongs to this envelope.
    #[must_use]
    pub fn subject(&self) -> String {
        let key = Key::tokens(&self.key);
        format!("{}.{}.{key}", self.event_type, self.tenant)
    }
}
