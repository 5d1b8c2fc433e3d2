//! What an API key may be used for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing that an API key may be used for; its owner's permissions still decide.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Look.
    Read,
    /// Make, change and remove.
    Write,
    /// Start and cancel runs.
    Run,
    /// Accounts' credentials, webhook secrets and API keys.
    Admin,
    /// Watch live events.
    Tap,
}

impl Scope {
    /// As the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Run => "run",
            Self::Admin => "admin",
            Self::Tap => "tap",
        }
    }

    /// The scope that the API writes so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Run, Self::Admin, Self::Tap]
            .into_iter()
            .find(|scope| scope.as_str() == name)
    }
}

/// What the API key of a request may be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(pub Vec<Scope>);

impl Scopes {
    /// Whether `scope` is among them.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}
