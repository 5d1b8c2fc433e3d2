//! Prompts: those that ship, and those that people write.

use crate::{
    SHIPPED, Template,
    labels::Move,
    shipped::id,
    store::prompts::{self, Prompt},
};
use ::store::{Apply, Database, Error, Failure, Tx};
use async_trait::async_trait;
use authz::{Grantee, Relation, RelationChange, Relationship, Resource};
use bus::{Cause, Received};
use chrono::Utc;
use events::{PRODUCTION, PromptRejected, PromptSaveRequested, PromptSaved};
use ids::{PromptId, TenantId, UserId};

/// The longest prompt, in bytes.
const LONGEST: usize = 32 * 1024;

/// Brings the shipped prompts up to date: a new version only where the text changed. Where a person has written a version, it
/// stays the one in production, and the new text waits beside it.
///
/// # Errors
/// `Query` when the database cannot be reached; nothing has happened then.
pub async fn sync(database: &Database) -> Result<(), Error> {
    let tenant = TenantId::default_tenant();
    let mut tx = database.begin(Cause::root(tenant.clone())).await?;
    prompts::lock(tx.conn()).await?;
    for (name, text) in SHIPPED {
        let prompt_id = id(name);
        let known = prompts::get(tx.conn(), prompt_id).await?;
        let (latest, current) = match &known {
            None => {
                prompts::create(tx.conn(), prompt_id, &tenant, name).await?;
                (0, None)
            }
            Some(prompt) => {
                let shipped = prompts::latest_shipped(tx.conn(), prompt_id).await?;
                if shipped.as_deref() == Some(text) {
                    continue;
                }
                (prompt.latest, Some(prompt.shipped))
            }
        };
        let version = latest + 1;
        prompts::add(tx.conn(), prompt_id, version, text, true).await?;
        let prompt = Resource::from(prompt_id);
        let relations = [
            prompt
                .clone()
                .granted(Relation::Owner, Grantee::Admins(tenant.clone())),
            prompt.clone().granted(Relation::Viewer, Grantee::Everyone),
            prompt.in_tenant(tenant.clone()),
        ];
        let production = Move {
            prompt_id,
            label: PRODUCTION,
            version,
            actor: None,
        };
        let is_mine = current == Some(false);
        let is_tried = !is_mine && production.needs_trial(&mut tx).await?;
        let labelled = !is_mine && !is_tried;
        let saved = PromptSaved {
            labelled,
            ..saved(prompt_id, name, version, text, None)
        };
        tell_with(&mut tx, &saved, relations.into())?;
        tracing::info!(prompt = name, version, labelled, "prompt saved");
        if is_tried {
            production.try_first(&mut tx).await?;
        } else if labelled {
            production.make(&mut tx).await?;
        }
    }
    tx.commit().await
}

/// Applies what people write, label, try and think.
pub struct Prompts;

#[async_trait]
impl Apply<PromptSaveRequested> for Prompts {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<PromptSaveRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let PromptSaveRequested {
            prompt_id,
            name,
            text,
            label,
            actor,
        } = event;
        prompts::lock(tx.conn()).await?;
        let known = prompts::get(tx.conn(), *prompt_id).await?;
        let taken = prompts::named(tx.conn(), tenant, name).await?;
        if let Err((code, message)) = judge(event, tenant, known.as_ref(), taken) {
            return Ok(rejected(tx, *prompt_id, code, &message)?);
        }
        let same = prompts::with_text(tx.conn(), *prompt_id, text).await?;
        let version = same.unwrap_or_else(|| known.as_ref().map_or(1, |prompt| prompt.latest + 1));
        if known.is_none() {
            prompts::create(tx.conn(), *prompt_id, tenant, name).await?;
        }
        if same.is_none() {
            prompts::add(tx.conn(), *prompt_id, version, text, false).await?;
        }
        // A bare name must mean something.
        let label = known
            .as_ref()
            .map_or(Some(PRODUCTION), |_| label.as_deref());
        let wanted = label.map(|label| Move {
            prompt_id: *prompt_id,
            label,
            version,
            actor: Some(*actor),
        });
        let is_tried = match &wanted {
            Some(wanted) => wanted.needs_trial(tx).await?,
            None => false,
        };
        let saved = PromptSaved {
            labelled: wanted.is_some() && !is_tried,
            ..saved(*prompt_id, name, version, text, Some(*actor))
        };
        match known {
            Some(_) => tx.emit(&saved).map(drop)?,
            None => {
                let resource = Resource::from(*prompt_id);
                let relations = [
                    resource.clone().owned_by(*actor),
                    resource.in_tenant(tenant.clone()),
                ];
                tell_with(tx, &saved, relations.into())?;
            }
        }
        match wanted {
            Some(wanted) if is_tried => wanted.try_first(tx).await?,
            Some(wanted) => wanted.make(tx).await?,
            None => {}
        }
        Ok(())
    }
}

/// Says that nothing was done, and why.
pub(crate) fn rejected(
    tx: &mut Tx,
    prompt_id: PromptId,
    code: &str,
    message: &str,
) -> Result<(), Error> {
    tx.emit(&PromptRejected {
        prompt_id,
        code: code.to_owned(),
        message: message.to_owned(),
    })
    .map(drop)
}

/// Whether a text can name a prompt.
pub(crate) fn fits(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(fits)
}

/// What is wrong with a request, as code and sentence.
fn judge(
    event: &PromptSaveRequested,
    tenant: &TenantId,
    known: Option<&Prompt>,
    taken: Option<PromptId>,
) -> Result<(), (&'static str, String)> {
    let name = event.name.as_str();
    if !fits(name) {
        let message = format!(
            "`{name}` is no name of a prompt: use 1 to 64 lower-case letters, digits, - and _"
        );
        return Err(("prompt.name_invalid", message));
    }
    if known.is_some_and(|prompt| prompt.tenant != tenant.as_str()) {
        return Err(("prompt.unknown", "this prompt does not exist".to_owned()));
    }
    if let Some(prompt) = known.filter(|prompt| prompt.name != name) {
        let message = format!(
            "the prompt is called `{}`; workflows name it, so it keeps its name",
            prompt.name
        );
        return Err(("prompt.name_fixed", message));
    }
    if taken.is_some_and(|other| other != event.prompt_id) {
        let message = format!("another prompt is called `{name}`");
        return Err(("prompt.name_taken", message));
    }
    if let Some(label) = event.label.as_deref().filter(|label| *label != PRODUCTION) {
        let message = format!(
            "a new text can be put into `{PRODUCTION}` at once; `{label}` is moved to it afterwards"
        );
        return Err(("prompt.label_invalid", message));
    }
    if event.text.trim().is_empty() {
        return Err(("prompt.empty", "the prompt has no text".to_owned()));
    }
    if event.text.len() > LONGEST {
        let message = format!("the prompt is longer than {LONGEST} bytes");
        return Err(("prompt.too_long", message));
    }
    Template::parse(&event.text).map_err(|problem| ("prompt.invalid", problem))?;
    Ok(())
}

fn saved(
    prompt_id: PromptId,
    name: &str,
    version: i32,
    text: &str,
    actor: Option<UserId>,
) -> PromptSaved {
    PromptSaved {
        prompt_id,
        name: name.to_owned(),
        version: version.unsigned_abs(),
        text: text.to_owned(),
        actor,
        labelled: false,
        saved_at: Utc::now(),
    }
}

fn tell_with(tx: &mut Tx, event: &PromptSaved, touch: Vec<Relationship>) -> Result<(), Error> {
    let change = RelationChange {
        touch,
        delete: Vec::new(),
    };
    let relations = serde_json::to_value(change).map_err(|error| Error::Stored {
        what: "relation",
        cause: error.to_string(),
    })?;
    tx.emit_with_relations(event, relations).map(drop)
}
