//! What assistants know of people: learned, confirmed, searched, forgotten. The memory's row is held while it changes.

use crate::{
    Budget, fact,
    fact::Word,
    recall::{self, Chosen, Found},
    store::facts,
};
use ::store::{Apply, Database, Failure, Tx};
use async_trait::async_trait;
use authz::{RelationChange, Resource};
use bus::Received;
use chrono::Utc;
use embedding::{Embedder, Embedding};
use events::{
    Fact, FactChangeRequested, FactChanged, FactForgetRequested, FactForgotten, FactLearned,
    FactRejected, FactRememberRequested, FactState,
};
use ids::{FactId, MemoryId, RunId, TenantId, UserId};
use tokio_util::sync::CancellationToken;

/// Most suppositions that wait for a person; a model cannot bury them in more.
const MOST_PROPOSED: i64 = 500;
/// Most facts of one memory.
const MOST: i64 = 50_000;
/// Facts that are read at once to get their vectors.
const AT_A_TIME: i64 = 50;

/// Keeps memories.
pub struct Memory {
    embedder: Option<Embedder>,
}

/// Something to be known.
pub(crate) struct New<'a> {
    pub(crate) fact: FactId,
    pub(crate) person: UserId,
    pub(crate) text: &'a str,
    pub(crate) word: Word,
    pub(crate) pinned: bool,
    pub(crate) replaces: Option<FactId>,
    pub(crate) run: Option<RunId>,
}

/// Why something is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is no such fact that counts.
    Unknown,
    /// It is known already.
    Known(FactId),
    /// There is no room.
    Full,
}

impl Refused {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "fact.not_found",
            Self::Known(_) => "fact.known",
            Self::Full => "fact.too_many",
        }
    }

    pub(crate) fn message(self) -> String {
        match self {
            Self::Unknown => "there is no such fact that still counts".to_owned(),
            Self::Known(id) => format!("this is known already, as {id}"),
            Self::Full => format!(
                "no more than {MOST_PROPOSED} suppositions and {MOST} facts are kept; confirm or forget some"
            ),
        }
    }
}

impl Memory {
    /// Compares meanings by this model, if there is one; words alone otherwise.
    #[must_use]
    pub const fn new(embedder: Option<Embedder>) -> Self {
        Self { embedder }
    }

    /// What is in the context of an answer to `question`.
    pub(crate) async fn context(
        &self,
        tx: &mut Tx,
        memory: MemoryId,
        run: RunId,
        (question, budget): (&str, Budget),
    ) -> Result<Vec<Chosen>, Failure> {
        let chosen = recall::choose(self.search(tx, memory, question).await?, budget);
        let recalled: Vec<_> = chosen.iter().map(Chosen::recalled).collect();
        facts::recalled(tx.conn(), run, &recalled).await?;
        Ok(chosen)
    }

    /// What has to do with a question, the person's own word included.
    pub(crate) async fn search(
        &self,
        tx: &mut Tx,
        memory: MemoryId,
        question: &str,
    ) -> Result<Found, Failure> {
        // The model is not even loaded for who has told nothing.
        if !facts::has_any(tx.conn(), memory).await? {
            return Ok(Found::default());
        }
        let meaning = self.meaning(question).await;
        Ok(facts::search(tx.conn(), memory, question, meaning.as_ref()).await?)
    }

    /// Keeps something, if it may be kept.
    pub(crate) async fn learn(
        &self,
        tx: &mut Tx,
        tenant: &TenantId,
        new: New<'_>,
    ) -> Result<Result<Fact, Refused>, Failure> {
        let memory = MemoryId::of(tenant, new.person);
        facts::hold(tx.conn(), memory, tenant).await?;
        if let Some(known) = facts::one(tx.conn(), memory, new.fact).await? {
            return Ok(Ok(known));
        }
        let known = facts::with_text(tx.conn(), memory, new.text).await?;
        // Written otherwise, it may take its own place.
        if let Some(known) = known.filter(|known| new.replaces != Some(known.fact_id)) {
            return self.again(tx, known, &new).await;
        }
        let replaced = match new.replaces {
            Some(id) => match counting(facts::one(tx.conn(), memory, id).await?) {
                Some(replaced) => Some(replaced),
                None => return Ok(Err(Refused::Unknown)),
            },
            None => None,
        };
        let (source, state) = fact::standing(new.word, replaced.as_ref().map(|old| old.source));
        let (proposed, all) = facts::counts(tx.conn(), memory).await?;
        if all >= MOST || state == FactState::Proposed && proposed >= MOST_PROPOSED {
            return Ok(Err(Refused::Full));
        }
        let now = Utc::now();
        let learned = Fact {
            fact_id: new.fact,
            memory_id: memory,
            text: new.text.to_owned(),
            source,
            state,
            pinned: new.pinned,
            replaces: new.replaces,
            replaced_by: None,
            run_id: new.run,
            uses: 0,
            learned_at: now,
            changed_at: now,
        };
        let meaning = self.meaning(new.text).await;
        facts::add(tx.conn(), &learned, meaning.as_ref()).await?;
        let event = FactLearned {
            memory_id: memory,
            fact: learned.clone(),
        };
        match facts::tell(tx.conn(), memory).await? {
            true => {
                let memory = Resource::from(memory);
                let relations = RelationChange {
                    touch: vec![
                        memory.clone().owned_by(new.person),
                        memory.in_tenant(tenant.clone()),
                    ],
                    delete: Vec::new(),
                };
                let relations = serde_json::to_value(relations).map_err(Failure::poison)?;
                tx.emit_with_relations(&event, relations)?;
            }
            false => {
                tx.emit(&event)?;
            }
        }
        if let Some(replaced) = replaced.filter(|_| state == FactState::Held) {
            let old = fact::superseded(replaced, learned.fact_id, now);
            self.change(tx, old).await?;
        }
        Ok(Ok(learned))
    }

    /// It is known in the same words: a supposition that the person says themselves is one no more.
    async fn again(
        &self,
        tx: &mut Tx,
        known: Fact,
        new: &New<'_>,
    ) -> Result<Result<Fact, Refused>, Failure> {
        match (new.word, known.state) {
            (Word::Quoted, FactState::Proposed) if known.replaces.is_none() => {
                let known = fact::confirmed(known, Utc::now());
                self.change(tx, known.clone()).await?;
                Ok(Ok(known))
            }
            (Word::Person, _) => Ok(Err(Refused::Known(known.fact_id))),
            (Word::Quoted | Word::Model, _) => Ok(Ok(known)),
        }
    }

    /// Counts the answer of this run for what it used.
    pub(crate) async fn used(&self, tx: &mut Tx, run: RunId) -> Result<(), Failure> {
        for used in facts::used_by(tx.conn(), run).await? {
            if used.state != FactState::Superseded {
                self.change(tx, fact::used(used, Utc::now())).await?;
            }
        }
        Ok(())
    }

    async fn change(&self, tx: &mut Tx, fact: Fact) -> Result<(), Failure> {
        facts::update(tx.conn(), &fact).await?;
        tx.emit(&FactChanged {
            memory_id: fact.memory_id,
            fact,
        })?;
        Ok(())
    }

    /// What a text means, where something knows. Memory is searched by words where the model fails.
    async fn meaning(&self, text: &str) -> Option<Embedding> {
        let embedding = self.embedder.as_ref()?.embed(text).await;
        embedding
            .inspect_err(|error| tracing::warn!(%error, "memory is searched by words alone"))
            .ok()
    }

    /// Gives facts their vectors that have none of this model: they were learned without it, or by another.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn refresh(
        &self,
        database: &Database,
        stop: &CancellationToken,
    ) -> Result<(), ::store::Error> {
        let mut conn = database
            .pool()
            .acquire()
            .await
            .map_err(::store::Error::query("connect"))?;
        if !facts::any(&mut conn).await? {
            return Ok(());
        }
        while let Some(model) = self.meaning("").await.filter(|_| !stop.is_cancelled()) {
            let stale = facts::stale(&mut conn, &model.model, AT_A_TIME).await?;
            if stale.is_empty() {
                break;
            }
            for (id, text) in stale {
                let Some(embedding) = self.meaning(&text).await else {
                    return Ok(());
                };
                facts::embed(&mut conn, id, &embedding).await?;
            }
        }
        Ok(())
    }
}

/// What has not been superseded.
fn counting(fact: Option<Fact>) -> Option<Fact> {
    fact.filter(|fact| fact.state != FactState::Superseded)
}

fn refuse(tx: &mut Tx, memory_id: MemoryId, fact_id: FactId, why: Refused) -> Result<(), Failure> {
    tx.emit(&FactRejected {
        fact_id,
        memory_id,
        code: why.code().to_owned(),
        message: why.message(),
    })?;
    Ok(())
}

#[async_trait]
impl Apply<FactRememberRequested> for Memory {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<FactRememberRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let new = New {
            fact: event.fact_id,
            person: event.actor,
            text: &event.text,
            word: Word::Person,
            pinned: event.pinned,
            replaces: event.replaces,
            run: None,
        };
        match self.learn(tx, tenant, new).await? {
            Ok(_) => Ok(()),
            Err(why) => refuse(tx, event.memory_id, event.fact_id, why),
        }
    }
}

#[async_trait]
impl Apply<FactChangeRequested> for Memory {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<FactChangeRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        let (memory, id) = (event.memory_id, event.fact_id);
        facts::hold(tx.conn(), memory, tenant).await?;
        let Some(known) = counting(facts::one(tx.conn(), memory, id).await?) else {
            return refuse(tx, memory, id, Refused::Unknown);
        };
        let now = Utc::now();
        let replaces = known
            .replaces
            .filter(|_| known.state == FactState::Proposed);
        let mut changed = match event.confirmed {
            true => fact::confirmed(known, now),
            false => known,
        };
        changed.pinned = event.pinned.unwrap_or(changed.pinned);
        changed.changed_at = now;
        if let Some(old) = replaces.filter(|_| event.confirmed)
            && let Some(old) = counting(facts::one(tx.conn(), memory, old).await?)
        {
            self.change(tx, fact::superseded(old, id, now)).await?;
        }
        self.change(tx, changed).await
    }
}

#[async_trait]
impl Apply<FactForgetRequested> for Memory {
    async fn apply(
        &self,
        tx: &mut Tx,
        received: &Received<FactForgetRequested>,
    ) -> Result<(), Failure> {
        let (event, tenant) = (&received.event, &received.envelope.tenant);
        facts::hold(tx.conn(), event.memory_id, tenant).await?;
        let gone = facts::forget(tx.conn(), event.memory_id, event.fact_id).await?;
        if gone.is_empty() {
            return refuse(tx, event.memory_id, event.fact_id, Refused::Unknown);
        }
        let (rows, vectors) = facts::left(tx.conn(), &gone).await?;
        tx.emit(&FactForgotten {
            memory_id: event.memory_id,
            fact_id: event.fact_id,
            also: gone.into_iter().filter(|id| *id != event.fact_id).collect(),
            rows_left: rows.unsigned_abs(),
            vectors_left: vectors.unsigned_abs(),
            forgotten_at: Utc::now(),
        })?;
        Ok(())
    }
}
