//! What adapters see outside, and the accounts they see it with.

use crate::{About, ArtifactValue, Event, Key, Stream, Timestamp};
use ids::{AccountId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! integration_event {
    ($name:ident, $type:literal) => {
        impl Event for $name {
            const TYPE: &'static str = $type;
            const STREAM: Option<Stream> = Some(Stream::Integration);
            const ABOUT: About = About::Account;
            fn key(&self) -> Key {
                Key::of(self.account_id)
            }
        }
    };
}

/// A mail arrived in a watched folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EmailReceived {
    pub account_id: AccountId,
    pub folder: String,
    /// IMAP identity: with `uid_validity` it names this mail in this folder for ever.
    pub uid: u32,
    pub uid_validity: u32,
    /// The `Message-ID` header, without angle brackets.
    pub message_id: Option<String>,
    pub in_reply_to: Option<String>,
    #[serde(default)]
    pub references: Vec<String>,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    #[serde(default)]
    pub cc: Vec<Mailbox>,
    pub subject: String,
    pub sent_at: Option<Timestamp>,
    pub received_at: Timestamp,
    /// Plain text, made from HTML where that is all there is; cut at 32 KiB.
    pub text: String,
    /// Whether `text` was cut.
    #[serde(default)]
    pub truncated: bool,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}
integration_event!(EmailReceived, "integration.email.received");

/// A mail address with its display name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mailbox {
    #[serde(default)]
    pub name: Option<String>,
    pub address: String,
}

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    pub name: Option<String>,
    pub content_type: String,
    pub size_bytes: u64,
    /// What stands for its bytes; absent where they stayed in the mailbox, because the mail is too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<ArtifactValue>,
}

/// A message arrived through a bridge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageReceived {
    pub account_id: AccountId,
    /// The bridge's own id of the message: a repeat is dropped.
    pub external_id: String,
    pub from: String,
    pub to: String,
    pub text: String,
    pub sent_at: Timestamp,
}
integration_event!(MessageReceived, "integration.message.received");

/// A person connects an account, or changes it. Credentials travel sealed to the adapter's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountConnectRequested {
    pub account_id: AccountId,
    /// The service that will use it, such as `imap`.
    pub adapter: String,
    pub name: String,
    /// Host, port, user name: everything that is no secret.
    pub settings: Value,
    /// `seal::Sealed` as JSON; absent when the change leaves the credentials alone.
    #[serde(default)]
    pub sealed: Option<Value>,
    /// Raised by each change; an older one changes nothing.
    pub version: u64,
    pub actor: UserId,
}
integration_event!(
    AccountConnectRequested,
    "integration.account.connect_requested"
);

/// The adapter has stored an account and will use it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountConnected {
    pub account_id: AccountId,
    pub adapter: String,
    pub name: String,
    pub settings: Value,
    pub version: u64,
    pub actor: UserId,
}
integration_event!(AccountConnected, "integration.account.connected");

/// The adapter refused an account's settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRejected {
    pub account_id: AccountId,
    pub adapter: String,
    pub code: String,
    pub message: String,
    /// JSON pointer into the settings.
    pub pointer: Option<String>,
}
integration_event!(AccountRejected, "integration.account.rejected");

/// The account works.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountHealthy {
    pub account_id: AccountId,
    pub adapter: String,
    pub since: Timestamp,
}
integration_event!(AccountHealthy, "integration.account.healthy");

/// The account does not work now; the adapter goes on trying.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountDegraded {
    pub account_id: AccountId,
    pub adapter: String,
    pub since: Timestamp,
    pub code: String,
    pub reason: String,
}
integration_event!(AccountDegraded, "integration.account.degraded");

/// The other side refuses the credentials; only a person can help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountReauthNeeded {
    pub account_id: AccountId,
    pub adapter: String,
    pub since: Timestamp,
    pub reason: String,
}
integration_event!(AccountReauthNeeded, "integration.account.reauth_needed");

/// A person wants an account gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRemoveRequested {
    pub account_id: AccountId,
    pub adapter: String,
    pub actor: UserId,
}
integration_event!(
    AccountRemoveRequested,
    "integration.account.remove_requested"
);

/// The account and its credentials are gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRemoved {
    pub account_id: AccountId,
    pub adapter: String,
}
integration_event!(AccountRemoved, "integration.account.removed");
