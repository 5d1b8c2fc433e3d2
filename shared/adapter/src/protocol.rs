//! What an adapter must say about its protocol.

use crate::{Account, AccountKind, Effect, Health};
use async_trait::async_trait;
use events::{EffectCost, ErrorClass, Json, RunError};

/// One protocol: how an effect becomes a call, and what the call means.
#[async_trait]
pub trait Protocol: Send + Sync + 'static {
    /// What its accounts look like.
    type Accounts: AccountKind;
    /// What it is asked to do.
    type Effect: Effect;
    /// What goes out, ready to be sent.
    type Outgoing: Send + Sync + 'static;

    /// Turns an effect into what goes out. Pure: asks for nothing outside its arguments.
    ///
    /// # Errors
    /// What is wrong with the effect; it fails with that, and nothing is sent.
    fn translate(
        &self,
        effect: &Self::Effect,
        account: Option<&Account<Self::Accounts>>,
    ) -> Result<Self::Outgoing, RunError>;

    /// The host that would see the account's credentials; `None` when no host does.
    fn host<'a>(&self, outgoing: &'a Self::Outgoing) -> Option<&'a str>;

    /// Whether the other side recognises a repeat, so that an interrupted call may be made again.
    fn is_idempotent(&self, outgoing: &Self::Outgoing) -> bool;

    /// Effects of one lane share a limit; the account, unless there is none.
    fn lane(&self, effect: &Self::Effect) -> String {
        effect
            .account_id()
            .map(|id| id.to_string())
            .unwrap_or_default()
    }

    /// Makes the call. It must end by itself: bound it in time.
    ///
    /// # Errors
    /// Why it did not work, and how far it came.
    async fn call(&self, call: Call<'_, Self>) -> Result<Done, Failed>;

    /// Tries an account that was connected or changed; `None` when only use can tell.
    async fn verify(
        &self,
        account: &Account<Self::Accounts>,
        credentials: Option<<Self::Accounts as AccountKind>::Credentials>,
    ) -> Option<Health>;
}

/// Everything one call may know.
pub struct Call<'a, P: Protocol + ?Sized> {
    /// Stable across repeats: the other side should be told it.
    pub effect_key: &'a str,
    pub outgoing: &'a P::Outgoing,
    pub account: Option<&'a Account<P::Accounts>>,
    /// Opened for this call.
    pub credentials: Option<&'a <P::Accounts as AccountKind>::Credentials>,
    /// W3C trace context to pass on.
    pub traceparent: Option<&'a str>,
    /// What events about the call follow from.
    pub cause: bus::Cause,
}

/// A call that worked.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// What the node puts out.
    pub outcome: Json,
    /// What it cost, for model calls.
    pub cost: Option<EffectCost>,
}

impl From<serde_json::Value> for Done {
    fn from(outcome: serde_json::Value) -> Self {
        Self {
            outcome: outcome.into(),
            cost: None,
        }
    }
}

/// A call that did not work.
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    pub error: RunError,
    pub reach: Reach,
    /// What this says about the account.
    pub health: Option<Health>,
}

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The other side got nothing that it could act on: tried again while the error may pass.
    Nothing,
    /// It may have acted: tried again only if it recognises a repeat, otherwise unknown.
    Maybe,
    /// It answered, so what happened is known.
    Answered,
}

impl Failed {
    /// The other side got nothing.
    #[must_use]
    pub const fn before(error: RunError) -> Self {
        Self::at(Reach::Nothing, error)
    }

    /// The other side may have acted.
    #[must_use]
    pub const fn during(error: RunError) -> Self {
        Self::at(Reach::Maybe, error)
    }

    /// The other side refused.
    #[must_use]
    pub const fn answered(error: RunError) -> Self {
        Self::at(Reach::Answered, error)
    }

    /// The same, telling how the account is.
    #[must_use]
    pub fn with_health(mut self, health: Health) -> Self {
        self.health = Some(health);
        self
    }

    const fn at(reach: Reach, error: RunError) -> Self {
        Self {
            error,
            reach,
            health: None,
        }
    }
}

/// A run error without detail.
pub fn fault(
    class: ErrorClass,
    code: &str,
    message: impl Into<String>,
    hint: Option<&str>,
) -> RunError {
    RunError::new(class, code, message).hinting(hint.unwrap_or_default())
}
