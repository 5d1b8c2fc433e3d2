//! What an account is, and how it is.

use events::Timestamp;
use ids::{AccountId, TenantId};
use seal::Sealed;
use serde::de::DeserializeOwned;

/// What the accounts of one adapter look like.
pub trait AccountKind: Send + Sync + 'static {
    /// The adapter as account events name it, such as `imap`; its service is `adapter-<this>`.
    const ADAPTER: &'static str;
    /// Host, port, user name: what is no secret. Derive `Deserialize` with `deny_unknown_fields`.
    type Settings: DeserializeOwned + Send + Sync + 'static;
    /// What is secret; its fields are `seal::Secret`.
    type Credentials: DeserializeOwned + Send + Sync + 'static;

    /// Says what is wrong, before anything is stored. Pure.
    ///
    /// # Errors
    /// The first setting that cannot work.
    fn check(
        settings: &Self::Settings,
        credentials: Option<&Self::Credentials>,
    ) -> Result<(), Problem>;

    /// Where the credentials would be sent: each must be among the hosts that they were sealed for.
    fn hosts(settings: &Self::Settings) -> Vec<String>;
}

/// Why an account is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable, such as `account.host_invalid`.
    pub code: &'static str,
    /// One sentence with the remedy.
    pub message: String,
    /// JSON pointer into the settings.
    pub pointer: Option<String>,
}

impl Problem {
    /// A setting that cannot work.
    pub fn setting(pointer: &str, message: impl Into<String>) -> Self {
        Self {
            code: "account.setting_invalid",
            message: message.into(),
            pointer: Some(pointer.to_owned()),
        }
    }

    /// Credentials that cannot work.
    pub fn credentials(message: impl Into<String>) -> Self {
        Self {
            code: "account.credentials_invalid",
            message: message.into(),
            pointer: None,
        }
    }
}

/// A configured connection to an outside service.
pub struct Account<K: AccountKind> {
    pub id: AccountId,
    pub tenant: TenantId,
    pub name: String,
    pub settings: K::Settings,
    /// Raised by each change.
    pub version: u64,
    pub status: Status,
    pub(crate) sealed: Option<Box<Sealed>>,
    pub(crate) sealed_version: u64,
}

impl<K: AccountKind> Account<K> {
    /// Whether its credentials may be sent to `host`. Without credentials there is nothing to protect.
    #[must_use]
    pub fn allows_host(&self, host: &str) -> bool {
        self.sealed
            .as_ref()
            .is_none_or(|sealed| sealed.context.allows_host(host))
    }
}

/// How an account is, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub state: State,
    /// Stable, where there is something wrong.
    pub code: Option<String>,
    pub reason: Option<String>,
    pub since: Timestamp,
}

/// The states of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Stored, not tried yet.
    Connecting,
    Healthy,
    /// Does not work now; the adapter goes on trying.
    Degraded,
    /// Only a person can help.
    ReauthNeeded,
    Removed,
}

impl State {
    /// As SQL writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::ReauthNeeded => "reauth_needed",
            Self::Removed => "removed",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Connecting,
            Self::Healthy,
            Self::Degraded,
            Self::ReauthNeeded,
            Self::Removed,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// What an adapter found out about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It works.
    Healthy,
    /// It does not work now; the adapter goes on trying.
    Degraded {
        /// Stable, such as `imap.unreachable`.
        code: &'static str,
        /// One sentence for people.
        reason: String,
    },
    /// The other side refuses the credentials.
    ReauthNeeded {
        /// One sentence for people.
        reason: String,
    },
}

impl Health {
    pub(crate) const fn state(&self) -> State {
        match self {
            Self::Healthy => State::Healthy,
            Self::Degraded { .. } => State::Degraded,
            Self::ReauthNeeded { .. } => State::ReauthNeeded,
        }
    }

    pub(crate) const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Degraded { code, .. } => Some(code),
            Self::Healthy | Self::ReauthNeeded { .. } => None,
        }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Healthy => None,
            Self::Degraded { reason, .. } | Self::ReauthNeeded { reason } => Some(reason),
        }
    }
}
