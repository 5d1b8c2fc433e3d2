//! Many frames as the rows that they make. Pure.

use super::{
    frame::{End, Frame, FrameRow, Logged, Start, Told, read},
    question::QuestionChange,
    reach::{Span, spans as spans_of},
};
use crate::projection::Change;
use ::store::Failure;
use bus::Message;
use events::{Event, RunLogged};
use ids::{RunId, Shard, TenantId, VersionId, WorkflowId};
use std::collections::BTreeMap;

/// What a batch says of one run; merged with what is known of it.
pub(crate) struct RunRow {
    pub(crate) run_id: RunId,
    pub(crate) tenant: TenantId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) version_id: Option<VersionId>,
    pub(crate) start: Option<Start>,
    pub(crate) end: Option<End>,
    pub(crate) verdict: Option<Verdict>,
    pub(crate) urgent: bool,
}

/// What a Classify node said.
pub(crate) struct Verdict {
    pub(crate) category: String,
    pub(crate) confidence: Option<f64>,
    /// The event's place in the run; the last one counts.
    pub(crate) seq: i64,
}

/// The frames of a message.
///
/// # Errors
/// `Poison` when it is not a `run.logged` of a version known here.
pub(super) fn frames(message: &Message) -> Result<Vec<Frame<'_>>, Failure> {
    let envelope = &message.envelope;
    if envelope.event_type != RunLogged::TYPE || envelope.version != RunLogged::VERSION {
        return Err(Failure::poison(format!(
            "{} version {} where {} version {} was expected",
            envelope.event_type,
            envelope.version,
            RunLogged::TYPE,
            RunLogged::VERSION
        )));
    }
    let logged: Logged<'_> = serde_json::from_slice(&message.payload).map_err(Failure::poison)?;
    Ok(logged.frames)
}

/// Frames of one transaction.
#[derive(Default)]
pub(super) struct Batch<'a> {
    frames: Vec<FrameRow<'a>>,
    positions: BTreeMap<Shard, Vec<i64>>,
    runs: BTreeMap<RunId, RunRow>,
    questions: Vec<QuestionOf>,
}

/// A change of a question, and where it belongs.
pub(crate) struct QuestionOf {
    pub(crate) tenant: TenantId,
    pub(crate) workflow_id: WorkflowId,
    pub(crate) run_id: RunId,
    pub(crate) change: QuestionChange,
}

/// What they change.
pub(super) struct Rows<'a> {
    pub(super) frames: Vec<FrameRow<'a>>,
    /// Those of which something is told.
    pub(super) runs: Vec<RunRow>,
    pub(super) questions: Vec<QuestionOf>,
    pub(super) spans: BTreeMap<Shard, Vec<Span>>,
    pub(super) changes: BTreeMap<TenantId, Vec<Change>>,
}

impl RunRow {
    /// Nothing is known of it but where it belongs.
    pub(crate) const fn new(run_id: RunId, tenant: TenantId, workflow_id: WorkflowId) -> Self {
        Self {
            run_id,
            tenant,
            workflow_id,
            version_id: None,
            start: None,
            end: None,
            verdict: None,
            urgent: false,
        }
    }

    /// Whether it adds anything to the run's row.
    const fn tells(&self) -> bool {
        self.start.is_some() || self.end.is_some() || self.verdict.is_some() || self.urgent
    }
}

impl<'a> Batch<'a> {
    /// Adds a frame of this tenant.
    ///
    /// # Errors
    /// `Poison` when one of its events is not what its type promises.
    pub(super) fn add(&mut self, tenant: &'a TenantId, frame: &Frame<'_>) -> Result<(), Failure> {
        let run = self
            .runs
            .entry(frame.run_id)
            .or_insert_with(|| RunRow::new(frame.run_id, tenant.clone(), frame.workflow_id));
        run.version_id = Some(frame.version_id);
        for (event, seq) in frame.events.iter().zip(frame.first_seq..) {
            match read(event.get(), seq).map_err(Failure::poison)? {
                Told::Started(start) => run.start = Some(start),
                Told::Ended(_) if planted::bug("model-drift") => {}
                Told::Ended(end) => run.end = Some(end),
                Told::Classified(category, confidence) => {
                    if run.verdict.as_ref().is_none_or(|before| before.seq < seq) {
                        run.verdict = Some(Verdict {
                            category,
                            confidence,
                            seq,
                        });
                    }
                }
                Told::Asked(change) => self.questions.push(QuestionOf {
                    tenant: tenant.clone(),
                    workflow_id: frame.workflow_id,
                    run_id: frame.run_id,
                    change,
                }),
                Told::Nothing => {}
            }
        }
        if !(planted::bug("lost-position") && frame.first_seq > 1) {
            self.positions
                .entry(frame.shard)
                .or_default()
                .push(frame.pos);
        }
        if planted::bug("lost-frame") && frame.first_seq > 1 {
            return Ok(());
        }
        self.frames.push(FrameRow {
            run_id: frame.run_id,
            first_seq: frame.first_seq,
            last_seq: frame.last_seq(),
            tenant,
            events: frame.text(),
        });
        Ok(())
    }

    /// The rows, each kind in the order of its keys, so that two replicas never wait for each other in a circle.
    pub(super) fn rows(mut self) -> Rows<'a> {
        self.frames
            .sort_unstable_by_key(|frame| (frame.run_id, frame.first_seq));
        self.questions.sort_by_key(|of| of.change.question);
        let changes = self.changes();
        let spans = self.positions.into_iter();
        Rows {
            frames: self.frames,
            runs: self.runs.into_values().filter(RunRow::tells).collect(),
            questions: self.questions,
            spans: spans
                .map(|(shard, positions)| (shard, spans_of(positions)))
                .collect(),
            changes,
        }
    }

    /// One change per workflow: which runs changed is read again anyway.
    fn changes(&self) -> BTreeMap<TenantId, Vec<Change>> {
        let mut of_workflow: BTreeMap<(&TenantId, WorkflowId), RunId> = BTreeMap::new();
        for run in self.runs.values() {
            // Runs come in order, so the newest stays.
            of_workflow.insert((&run.tenant, run.workflow_id), run.run_id);
        }
        let mut changes: BTreeMap<TenantId, Vec<Change>> = BTreeMap::new();
        for ((tenant, workflow), newest) in of_workflow {
            let changes = changes.entry(tenant.clone()).or_default();
            changes.push(Change::run(workflow, newest));
        }
        for of in &self.questions {
            let changes = changes.entry(of.tenant.clone()).or_default();
            changes.push(Change::question(of.workflow_id, of.change.question));
        }
        changes
    }
}
