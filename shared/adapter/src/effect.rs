//! The kinds of effects, as one trait.

use events::{
    AssistantCallRequested, AssistantEffectCompleted, AssistantEffectFailed, BridgeEffectCompleted,
    BridgeEffectFailed, EffectFailure, EffectOrigin, EffectResult, EmailSendRequested, Event,
    HttpEffectCompleted, HttpEffectFailed, HttpRequestRequested, LlmCallRequested,
    LlmEffectCompleted, LlmEffectFailed, MessageSendRequested, SmtpEffectCompleted,
    SmtpEffectFailed,
};
use ids::AccountId;

/// A request for work outside, and the events that answer it.
pub trait Effect: Event + Clone {
    /// What tells that it is done.
    type Completed: Event;
    /// What tells that it cannot be done.
    type Failed: Event;

    /// Where it comes from, and its stable key.
    fn origin(&self) -> &EffectOrigin;
    /// The account whose credentials it needs.
    fn account_id(&self) -> Option<AccountId>;
    /// The event for a result.
    fn completed(result: EffectResult) -> Self::Completed;
    /// The event for a failure.
    fn failed(failure: EffectFailure) -> Self::Failed;
}

macro_rules! effects {
    ($($effect:ident => $completed:ident, $failed:ident, |$this:ident| $account:expr;)+) => {$(
        impl Effect for $effect {
            type Completed = $completed;
            type Failed = $failed;

            fn origin(&self) -> &EffectOrigin {
                &self.origin
            }

            fn account_id(&self) -> Option<AccountId> {
                let $this = self;
                $account
            }

            fn completed(result: EffectResult) -> $completed {
                $completed(result)
            }

            fn failed(failure: EffectFailure) -> $failed {
                $failed(failure)
            }
        }
    )+};
}

effects! {
    HttpRequestRequested => HttpEffectCompleted, HttpEffectFailed, |effect| effect.account_id;
    EmailSendRequested => SmtpEffectCompleted, SmtpEffectFailed, |effect| Some(effect.account_id);
    MessageSendRequested => BridgeEffectCompleted, BridgeEffectFailed, |effect| Some(effect.account_id);
    AssistantCallRequested => AssistantEffectCompleted, AssistantEffectFailed, |_effect| None;
    LlmCallRequested => LlmEffectCompleted, LlmEffectFailed, |_effect| None;
}
