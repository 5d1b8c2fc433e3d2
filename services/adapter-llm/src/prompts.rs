//! Prompts: those that ship, and those that people write.

use crate::{
    SHIPPED, Template,
    shipped::id,
    store::prompts::{self, Prompt},
};
use ::store::{Apply, Database, Error, Failure, Tx};
use async_trait::async_trait;
use authz::{Grantee, Relation, RelationChange, Relationship, Resource};
use bus::{Cause, Received};
use chrono::Utc;
use events::{PromptRejected, PromptSaveRequested, PromptSaved};
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
        if current == Some(false) {
            tracing::info!(
                prompt = name,
                version,
                "a new shipped text waits beside a person's"
            );
            continue;
        }
        prompts::put_into_production(tx.conn(), prompt_id, version).await?;
        let prompt = Resource::from(prompt_id);
        let relations = [
            prompt
                .clone()
                .granted(Relation::Owner, Grantee::Admins(tenant.clone())),
            prompt.clone().granted(Relation::Viewer, Grantee::Everyone),
            prompt.in_tenant(tenant.clone()),
        ];
        let saved = saved(prompt_id, name, version, text, None);
        tell_with(&mut tx, &saved, relations.into())?;
        tracing::info!(prompt = name, version, "prompt saved");
    }
    tx.commit().await
}

/// Applies what people write.
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
            actor,
        } = event;
        prompts::lock(tx.conn()).await?;
        let known = prompts::get(tx.conn(), *prompt_id).await?;
        let taken = prompts::named(tx.conn(), tenant, name).await?;
        if let Err((code, message)) = judge(event, tenant, known.as_ref(), taken) {
            tx.emit(&PromptRejected {
                prompt_id: *prompt_id,
                code: code.to_owned(),
                message,
            })?;
            return Ok(());
        }
        let Some(prompt) = known else {
            prompts::create(tx.conn(), *prompt_id, tenant, name).await?;
            prompts::add(tx.conn(), *prompt_id, 1, text, false).await?;
            prompts::put_into_production(tx.conn(), *prompt_id, 1).await?;
            let resource = Resource::from(*prompt_id);
            let relations = [
                resource.clone().owned_by(*actor),
                resource.in_tenant(tenant.clone()),
            ];
            let saved = saved(*prompt_id, name, 1, text, Some(*actor));
            return Ok(tell_with(tx, &saved, relations.into())?);
        };
        let version = match prompt.text == *text {
            true => prompt.production,
            false => {
                let version = prompt.latest + 1;
                prompts::add(tx.conn(), *prompt_id, version, text, false).await?;
                prompts::put_into_production(tx.conn(), *prompt_id, version).await?;
                version
            }
        };
        tx.emit(&saved(*prompt_id, name, version, text, Some(*actor)))?;
        Ok(())
    }
}

/// What is wrong with a request, as code and sentence.
fn judge(
    event: &PromptSaveRequested,
    tenant: &TenantId,
    known: Option<&Prompt>,
    taken: Option<PromptId>,
) -> Result<(), (&'static str, String)> {
    let name = event.name.as_str();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
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
