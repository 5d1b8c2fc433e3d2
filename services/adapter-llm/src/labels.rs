//! Labels: names for versions of prompts that people move.

use crate::{
    evaluation::{self, Wanted},
    prompts::{Prompts, fits, rejected},
    store::{feedback, labels, prompts},
};
use ::store::{Apply, Error, Failure, Tx};
use async_trait::async_trait;
use bus::Received;
use events::{PromptLabelRequested, PromptLabelled};
use ids::{EvaluationId, PromptId, UserId};

/// The most labels of a prompt.
const MOST: i64 = 20;

/// A label that is to name another version.
pub(crate) struct Move<'a> {
    pub(crate) prompt_id: PromptId,
    pub(crate) label: &'a str,
    pub(crate) version: i32,
    /// Absent for what ships with the product.
    pub(crate) actor: Option<UserId>,
}

impl Move<'_> {
    /// Whether the version is to be tried first. What the label has named before is not: going back is always possible at once.
    pub(crate) async fn needs_trial(&self, tx: &mut Tx) -> Result<bool, Error> {
        let (prompt, label, version) = (self.prompt_id, self.label, self.version);
        let tenant = tx.cause().tenant.clone();
        Ok(!labels::has_named(tx.conn(), prompt, label, version).await?
            && feedback::has_cases(tx.conn(), prompt, &tenant).await?)
    }

    /// Has the version tried; the label moves to it unless it does worse.
    pub(crate) async fn try_first(&self, tx: &mut Tx) -> Result<(), Error> {
        let wanted = Wanted {
            evaluation_id: EvaluationId::generate(),
            prompt_id: self.prompt_id,
            version: self.version,
            label: Some(self.label.to_owned()),
            actor: self.actor,
        };
        evaluation::want(tx, &wanted).await
    }

    /// Moves the label, and tells it.
    pub(crate) async fn make(&self, tx: &mut Tx) -> Result<(), Error> {
        let labelled_at =
            labels::place(tx.conn(), self.prompt_id, self.label, self.version).await?;
        tx.emit(&PromptLabelled {
            prompt_id: self.prompt_id,
            label: self.label.to_owned(),
            version: self.version.unsigned_abs(),
            actor: self.actor,
            labelled_at,
        })?;
        tracing::info!(prompt.id = %self.prompt_id, label = self.label, version = self.version, "prompt labelled");
        Ok(())
    }
}

#[async_trait]
impl Apply<PromptLabelRequested> for Prompts {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<PromptLabelRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let prompt_id = event.prompt_id;
        let version = i32::try_from(event.version).unwrap_or(i32::MAX);
        prompts::lock(tx.conn()).await?;
        let known = prompts::get(tx.conn(), prompt_id).await?;
        if known.is_none_or(|prompt| prompt.tenant != tenant.as_str()) {
            return Ok(rejected(
                tx,
                prompt_id,
                "prompt.not_found",
                "this prompt does not exist",
            )?);
        }
        let label = event.label.as_str();
        if !fits(label) || label.starts_with(|c: char| c.is_ascii_digit()) {
            let message = format!(
                "`{label}` is no label: use 1 to 64 lower-case letters, digits, - and _, and no digit first"
            );
            return Ok(rejected(tx, prompt_id, "prompt.label_invalid", &message)?);
        }
        if !prompts::has(tx.conn(), prompt_id, version).await? {
            let message = format!("the prompt has no version {version}");
            return Ok(rejected(tx, prompt_id, "prompt.version_unknown", &message)?);
        }
        if labels::others(tx.conn(), prompt_id, label).await? >= MOST {
            let message = format!("a prompt has at most {MOST} labels");
            return Ok(rejected(tx, prompt_id, "prompt.too_many_labels", &message)?);
        }
        let wanted = Move {
            prompt_id,
            label,
            version,
            actor: Some(event.actor),
        };
        match wanted.needs_trial(tx).await? {
            true => wanted.try_first(tx).await?,
            false => wanted.make(tx).await?,
        }
        Ok(())
    }
}
