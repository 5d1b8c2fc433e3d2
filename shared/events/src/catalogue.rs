//! The list of all events; whatever is derived from events starts here.

use crate::{About, Event, Stream};
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};

/// One entry of the catalogue.
pub struct EventType {
    /// `<domain>.<fact>[.<detail>]`.
    pub event_type: &'static str,
    pub version: u16,
    pub stream: Option<Stream>,
    pub about: About,
    schema: fn(&mut SchemaGenerator) -> Schema,
}

impl EventType {
    fn of<E: Event>() -> Self {
        Self {
            event_type: E::TYPE,
            version: E::VERSION,
            stream: E::STREAM,
            about: E::ABOUT,
            schema: |generator| generator.root_schema_for::<E>(),
        }
    }

    /// The payload's JSON Schema, draft 2020-12.
    #[must_use]
    pub fn schema(&self) -> Schema {
        (self.schema)(&mut SchemaSettings::draft2020_12().into_generator())
    }

    /// The value of `ce-dataschema`, and the schema's file under `schemas/events/`.
    #[must_use]
    pub fn schema_name(&self) -> String {
        format!("{}.v{}.json", self.event_type, self.version)
    }

    /// Every subject the event can have.
    #[must_use]
    pub fn filter(&self) -> String {
        format!("{}.>", self.event_type)
    }
}

macro_rules! catalogue {
    ($($event:ident,)+) => {
        /// All events, in the order of their domains.
        #[must_use]
        pub fn catalogue() -> Vec<EventType> {
            vec![$(EventType::of::<crate::$event>(),)+]
        }
    };
}

catalogue! {
    WorkflowSaveRequested,
    WorkflowSaved,
    WorkflowRejected,
    WorkflowPublishRequested,
    WorkflowPublished,
    WorkflowDeleteRequested,
    WorkflowDeleted,
    TriggerSwitchRequested,
    TriggerSwitched,
    TriggerDeclined,
    TriggerHeld,
    RetentionRequested,
    RetentionChanged,
    ApprovalRulesRequested,
    ApprovalRulesChanged,
    WorkflowCompleted,
    WorkflowFailed,
    WorkflowCancelled,
    RunVariantRejected,
    BacktestRequested,
    BacktestCompleted,
    WebhookReceived,
    RunRequested,
    RunCancelRequested,
    RunEventArrived,
    QuestionDecided,
    QuestionDelegated,
    RunVariantRequested,
    HttpEffectCompleted,
    HttpEffectFailed,
    SmtpEffectCompleted,
    SmtpEffectFailed,
    LlmEffectCompleted,
    LlmEffectFailed,
    BridgeEffectCompleted,
    BridgeEffectFailed,
    EngineEffectCompleted,
    EngineEffectFailed,
    AssistantEffectCompleted,
    AssistantEffectFailed,
    RunEvents,
    RunLogged,
    RunResponded,
    RunProjected,
    HttpRequestRequested,
    EmailSendRequested,
    LlmCallRequested,
    MessageSendRequested,
    AssistantCallRequested,
    HistorySearchRequested,
    ChildRunRequested,
    RememberRequested,
    EmailReceived,
    MessageReceived,
    AccountConnectRequested,
    AccountConnected,
    AccountRejected,
    AccountHealthy,
    AccountDegraded,
    AccountReauthNeeded,
    AccountRemoveRequested,
    AccountRemoved,
    ScheduleFired,
    ScheduleMissed,
    SchedulePlanned,
    ConversationStartRequested,
    ConversationStarted,
    ConversationRenameRequested,
    ConversationRenamed,
    MessagePosted,
    AnswerStarted,
    ConversationReplied,
    AnswerCompleted,
    AnswerFailed,
    FactRememberRequested,
    FactChangeRequested,
    FactForgetRequested,
    FactLearned,
    FactChanged,
    FactForgotten,
    FactRejected,
    LlmCompleted,
    LlmFailed,
    LlmDelta,
    LlmCatalogued,
    PromptSaveRequested,
    PromptSaved,
    PromptLabelRequested,
    PromptLabelled,
    PromptEvaluationRequested,
    PromptEvaluated,
    PromptRejected,
    FeedbackRequested,
    FeedbackGiven,
    FeedbackRejected,
    PromptDrifted,
    NotificationRaised,
    EventsApplied,
    DeadLetter,
}

/// The entry whose events have this subject: the longest type that is a prefix of it.
#[must_use]
pub fn find<'a>(catalogue: &'a [EventType], subject: &str) -> Option<&'a EventType> {
    catalogue
        .iter()
        .filter(|entry| {
            subject
                .strip_prefix(entry.event_type)
                .is_some_and(|rest| rest.starts_with('.'))
        })
        .max_by_key(|entry| entry.event_type.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, path::Path};

    #[test]
    fn no_two_events_share_a_subject() {
        let all = catalogue();
        for a in &all {
            for b in &all {
                let prefix = b
                    .event_type
                    .strip_prefix(a.event_type)
                    .is_some_and(|rest| rest.starts_with('.'));
                assert!(!prefix, "{} would also match {}", a.filter(), b.event_type);
            }
        }
        let types: BTreeSet<_> = all.iter().map(|entry| entry.event_type).collect();
        assert_eq!(types.len(), all.len());
    }

    #[test]
    fn a_subject_leads_back_to_its_event() {
        let all = catalogue();
        let found = find(&all, "run.effect_completed.http.default.s03").unwrap();
        assert_eq!(found.event_type, "run.effect_completed.http");
        assert!(find(&all, "run.effect_completed").is_none());
    }

    #[test]
    fn schemas_equal_the_committed_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/events");
        let update = std::env::var_os("UPDATE_SCHEMAS").is_some();
        for entry in catalogue() {
            let path = folder.join(entry.schema_name());
            let schema = serde_json::to_string_pretty(&entry.schema()).unwrap() + "\n";
            if update {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &schema).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == schema,
                "{} differs; run `cargo xtask schemas`",
                path.display()
            );
        }
    }
}
