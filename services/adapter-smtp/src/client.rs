//! Sending one mail, and what each way to fail means.

use crate::{
    attachments::Enclosing,
    session::{self, Trouble},
    settings::{Credentials, Settings, SmtpAccounts},
    translate::{self, Outgoing, own_id},
};
use adapter::{Account, Call, Done, Failed, Health, Protocol, fault};
use egress::Egress;
use events::{EmailSendRequested, ErrorClass, RunError, Timestamp};
use lettre::transport::smtp::{
    self,
    client::AsyncSmtpConnection,
    commands::{Data, Mail, Rcpt},
};
use serde_json::json;
use std::{error::Error, time::Duration};
use tokio::time::timeout;

/// For connecting, securing and logging in together.
const OPEN: Duration = Duration::from_secs(30);
/// For the envelope.
const ENVELOPE: Duration = Duration::from_secs(60);
/// For the mail's content and the server's word on it; more for large mails.
const CONTENT: Duration = Duration::from_secs(120);
/// The slowest line on which a large mail is sent, in bytes per second.
const SLOWEST: u64 = 64 << 10;

/// Mail over SMTP, one connection per mail.
pub struct SmtpProtocol {
    egress: Egress,
    enclosing: Enclosing,
}

impl SmtpProtocol {
    /// Sends through `egress`.
    #[must_use]
    pub const fn new(egress: Egress, enclosing: Enclosing) -> Self {
        Self { egress, enclosing }
    }

    async fn open(
        &self,
        settings: &Settings,
        credentials: Option<&Credentials>,
    ) -> Result<AsyncSmtpConnection, Failed> {
        match timeout(OPEN, session::open(&self.egress, settings, credentials)).await {
            Ok(opened) => opened.map_err(|trouble| unopened(&settings.host, &trouble)),
            Err(_) => Err(Failed::before(silent(&settings.host))),
        }
    }
}

#[async_trait::async_trait]
impl Protocol for SmtpProtocol {
    type Accounts = SmtpAccounts;
    type Effect = EmailSendRequested;
    type Outgoing = Outgoing;

    fn translate(
        &self,
        effect: &EmailSendRequested,
        account: Option<&Account<SmtpAccounts>>,
    ) -> Result<Outgoing, RunError> {
        let settings = &account.ok_or_else(no_account)?.settings;
        translate::translate(effect, &settings.host, &settings.from)
    }

    fn host<'a>(&self, outgoing: &'a Outgoing) -> Option<&'a str> {
        Some(&outgoing.host)
    }

    fn is_idempotent(&self, _outgoing: &Outgoing) -> bool {
        false
    }

    async fn call(&self, call: Call<'_, Self>) -> Result<Done, Failed> {
        let account = call.account.ok_or_else(|| Failed::before(no_account()))?;
        let (host, outgoing) = (account.settings.host.as_str(), call.outgoing);
        let files = self
            .enclosing
            .enclose(&call.cause.tenant, &outgoing.attachments)
            .await?;
        let mail = outgoing
            .message(
                call.effect_key,
                Timestamp::from(std::time::SystemTime::now()),
                call.traceparent,
                &files.parts,
            )
            .map_err(Failed::before)?;
        let content = CONTENT + Duration::from_secs(mail.len() as u64 / SLOWEST);
        let mut connection = self.open(&account.settings, call.credentials).await?;
        timeout(ENVELOPE, envelope(&mut connection, outgoing))
            .await
            .unwrap_or_else(|_| Err(Failed::before(silent(host))))?;
        timeout(content, connection.message(&mail))
            .await
            .map_err(|_| Failed::during(silent(host)))?
            .map_err(|error| match error.status() {
                Some(_) => Failed::answered(refused("the mail", &error)),
                None => Failed::during(broken(host, &error)),
            })?;
        // The mail is accepted; whether the goodbye arrives does not matter.
        let _ = timeout(OPEN, connection.quit()).await;
        Ok(json!({ "message_id": own_id(call.effect_key) }).into())
    }

    /// Connects, logs in, and asks the server whether it is there.
    async fn verify(
        &self,
        account: &Account<SmtpAccounts>,
        credentials: Option<Credentials>,
    ) -> Option<Health> {
        let mut connection = match self.open(&account.settings, credentials.as_ref()).await {
            Ok(connection) => connection,
            Err(failed) => {
                return Some(failed.health.unwrap_or(Health::Degraded {
                    code: "smtp.unreachable",
                    reason: failed.error.message,
                }));
            }
        };
        let answers = timeout(OPEN, connection.test_connected()).await == Ok(true);
        let _ = timeout(OPEN, connection.quit()).await;
        Some(match answers {
            true => Health::Healthy,
            false => Health::Degraded {
                code: "smtp.unreachable",
                reason: format!(
                    "{} takes the login and then says nothing",
                    account.settings.host
                ),
            },
        })
    }
}

/// Sender and recipients, up to the server's consent to take the content. A refused recipient stops the whole mail: half of
/// one would be worse.
async fn envelope(connection: &mut AsyncSmtpConnection, outgoing: &Outgoing) -> Result<(), Failed> {
    let failed = |what: &str, error: smtp::Error| match error.status() {
        Some(_) => Failed::answered(refused(what, &error)),
        None => Failed::before(broken(&outgoing.host, &error)),
    };
    let sender = Mail::new(Some(outgoing.from.email.clone()), Vec::new());
    connection
        .command(sender)
        .await
        .map_err(|error| failed("the sender", error))?;
    for recipient in outgoing.recipients() {
        connection
            .command(Rcpt::new(recipient.clone(), Vec::new()))
            .await
            .map_err(|error| failed(&format!("the recipient {recipient}"), error))?;
    }
    connection
        .command(Data)
        .await
        .map_err(|error| failed("the mail", error))?;
    Ok(())
}

fn unopened(host: &str, trouble: &Trouble) -> Failed {
    match trouble {
        Trouble::Egress(error @ egress::Error::Denied { .. }) => Failed::before(fault(
            ErrorClass::Permission,
            "smtp.host_denied",
            error.explain(),
            Some("ask the operator to allow it with EGRESS_ALLOW"),
        )),
        Trouble::Egress(error) => unreachable(error.explain()),
        Trouble::Starttls(error) => {
            unreachable(format!("could not begin TLS with {host}: {error}"))
        }

        Trouble::Smtp(error) => unreachable(broken(host, error).message),
        Trouble::Refused(error) => {
            let reason = format!("{host} refused the login: {}", told(error));
            let error = fault(
                ErrorClass::Auth,
                "smtp.login_refused",
                reason.clone(),
                Some("enter the password of the account again"),
            );
            Failed::answered(error).with_health(Health::ReauthNeeded { reason })
        }
    }
}

/// Nothing was sent, and the account is told to be unwell.
fn unreachable(reason: String) -> Failed {
    Failed::before(unavailable(reason.clone())).with_health(Health::Degraded {
        code: "smtp.unreachable",
        reason,
    })
}

/// The server's no. A temporary one is the workflow's to retry: servers that say `later` mean minutes.
fn refused(what: &str, error: &smtp::Error) -> RunError {
    let class = match error.is_transient() {
        true => ErrorClass::Unavailable,
        false => ErrorClass::Rejected,
    };
    let message = format!("the mail server refused {what}: {}", told(error));
    let mut refusal = fault(class, "smtp.refused", message, None);
    refusal.detail = error
        .status()
        .map(|code| json!({ "status": code.to_string() }));
    refusal
}

fn broken(host: &str, error: &smtp::Error) -> RunError {
    unavailable(format!(
        "the conversation with {host} broke off: {}",
        told(error)
    ))
}

fn silent(host: &str) -> RunError {
    fault(
        ErrorClass::Timeout,
        "smtp.timed_out",
        format!("{host} fell silent"),
        None,
    )
}

fn unavailable(message: String) -> RunError {
    fault(ErrorClass::Unavailable, "smtp.unreachable", message, None)
}

/// A mail effect always names an account; the ledger has refused it otherwise.
fn no_account() -> RunError {
    fault(
        ErrorClass::Auth,
        "account.unknown",
        "a mail needs an account",
        Some("choose an account in the node"),
    )
}

/// The innermost words, which are the server's own where it spoke.
fn told(error: &smtp::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
