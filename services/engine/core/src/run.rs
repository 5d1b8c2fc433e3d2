//! What a run is: the fold of its log.

use crate::{coordinate::Coordination, memo::Memo, timers::Timers, variant::VariantState};
use events::{Iteration, Json, Parent, Question, RunTrigger, TenantRule};
use ids::{NodeId, PortName, QuestionId, RunId, VersionId, WorkflowId};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::AddAssign,
};
use workflow::plan::{Plan, milliseconds};

/// Which run, of which workflow and version. Not in the log: it is the log's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub run_id: RunId,
    pub workflow_id: WorkflowId,
    pub version_id: VersionId,
}

/// The state of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub(crate) identity: Identity,
    pub(crate) seq: u64,
    pub(crate) status: Status,
    pub(crate) started_at_ms: i64,
    pub(crate) trigger: Option<RunTrigger>,
    pub(crate) seed: u64,
    pub(crate) reply_to: Option<String>,
    pub(crate) parent: Option<Parent>,
    /// `seq` of the first HTTP response.
    pub(crate) answered_at: Option<u64>,
    pub(crate) executed: u64,
    pub(crate) log_bytes: u64,
    pub(crate) nodes: HashMap<NodeId, NodeRuns>,
    pub(crate) effects: HashMap<String, EffectRun>,
    pub(crate) open_effects: usize,
    pub(crate) timers: Timers,
    /// What people are asked.
    pub(crate) questions: BTreeMap<QuestionId, OpenQuestion>,
    /// What people have agreed to, as the log keeps a request; a further try sends the same.
    pub(crate) approved: HashMap<(NodeId, Iteration), Approved>,
    /// The goals that models pursue.
    pub(crate) coordinations: BTreeMap<(NodeId, Iteration), Coordination>,
    /// The nodes that wait for an event.
    pub(crate) awaited: BTreeSet<(NodeId, Iteration)>,
    /// How often the effect of a node has failed that is tried again.
    pub(crate) tries: HashMap<(NodeId, Iteration), u32>,
    pub(crate) spent: Spent,
    /// How it differs from a run that its trigger starts.
    pub(crate) variant: Option<Box<VariantState>>,
    /// When people must agree, as the tenant said when it started.
    pub(crate) rules: Vec<TenantRule>,
    pub(crate) memo: Memo,
}

/// What models have used and cost, in the runs below as well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
    /// Millionths of a US dollar.
    pub(crate) cost_micros: u64,
}

impl AddAssign for Spent {
    fn add_assign(&mut self, more: Self) {
        self.input_tokens += more.input_tokens;
        self.output_tokens += more.output_tokens;
        self.cost_micros += more.cost_micros;
    }
}

impl Spent {
    /// In and out.
    pub(crate) const fn tokens(&self) -> u64 {
        self.input_tokens + self.output_tokens
    }
}

/// What people have agreed to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Approved {
    pub(crate) protocol: String,
    pub(crate) request: Json,
}

/// A question that nobody has answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OpenQuestion {
    pub(crate) node: NodeId,
    pub(crate) iteration: Iteration,
    pub(crate) question: Box<Question>,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Status {
    #[default]
    New,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// One node, in every turn of the loops around it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct NodeRuns {
    /// Outside loops.
    once: Option<NodeState>,
    turns: HashMap<Iteration, NodeState>,
}

/// One execution of one node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeState {
    /// It waits, or its turns are under way.
    Started(Turns),
    /// The effect of this key is open.
    Asked(String),
    Completed(BTreeMap<PortName, Json>),
    /// What leaves by the port `error`.
    Failed(Json),
    Skipped,
}

/// How far a loop is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turns {
    pub(crate) begun: u32,
    pub(crate) total: u32,
    /// Whether no further turn begins.
    pub(crate) stopped: bool,
}

/// An effect that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum EffectRun {
    Open(OpenEffect),
    Done,
}

/// An effect whose result has not arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenEffect {
    pub node: NodeId,
    pub iteration: Iteration,
    pub protocol: String,
    pub request: Json,
    /// Milliseconds since the Unix epoch, UTC.
    pub requested_at_ms: i64,
}

impl Run {
    /// The run before its first event.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            seq: 0,
            status: Status::New,
            started_at_ms: 0,
            trigger: None,
            seed: 0,
            reply_to: None,
            parent: None,
            answered_at: None,
            executed: 0,
            log_bytes: 0,
            nodes: HashMap::new(),
            effects: HashMap::new(),
            open_effects: 0,
            timers: Timers::default(),
            questions: BTreeMap::new(),
            approved: HashMap::new(),
            coordinations: BTreeMap::new(),
            awaited: BTreeSet::new(),
            tries: HashMap::new(),
            spent: Spent::default(),
            variant: None,
            rules: Vec::new(),
            memo: Memo::default(),
        }
    }

    /// Which run it is.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// `seq` of the newest event; 0 before the first.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(
            self.status,
            Status::Completed | Status::Failed | Status::Cancelled
        )
    }

    /// When it started, in milliseconds since the Unix epoch, UTC; 0 before.
    #[must_use]
    pub const fn started_at_ms(&self) -> i64 {
        self.started_at_ms
    }

    /// Who waits for its answer.
    #[must_use]
    pub fn reply_to(&self) -> Option<&str> {
        self.reply_to.as_deref()
    }

    /// The same run, whose answer goes to `replica`.
    #[must_use]
    pub fn answering(mut self, replica: String) -> Self {
        self.reply_to = Some(replica);
        self
    }

    /// The run that waits for this one.
    #[must_use]
    pub const fn parent(&self) -> Option<&Parent> {
        self.parent.as_ref()
    }

    /// Whether something may still come from outside, or in time.
    pub(crate) fn is_waiting(&self) -> bool {
        self.open_effects > 0
            || !self.timers.is_empty()
            || !self.questions.is_empty()
            || !self.awaited.is_empty()
    }

    /// What started it.
    #[must_use]
    pub const fn trigger(&self) -> Option<&RunTrigger> {
        self.trigger.as_ref()
    }

    /// When it must be woken at the latest ([`crate::Input::Wake`]), in milliseconds since the Unix epoch, UTC; `None` when
    /// it waits for no time.
    #[must_use]
    pub fn wake_at_ms(&self, plan: &Plan) -> Option<i64> {
        if self.status != Status::Running {
            return None;
        }
        let timer = self.timers.first().map(|(wake_at_ms, ..)| *wake_at_ms);
        timer.into_iter().chain(self.ends_at_ms(plan)).min()
    }

    /// When its time is over.
    pub(crate) fn ends_at_ms(&self, plan: &Plan) -> Option<i64> {
        let longest_ms = milliseconds(plan.limits().seconds?);
        Some(self.started_at_ms.saturating_add(longest_ms))
    }

    /// Effects without a result, with their keys, in no order.
    pub fn open_effects(&self) -> impl Iterator<Item = (&str, &OpenEffect)> {
        self.effects
            .iter()
            .filter_map(|(key, effect)| match effect {
                EffectRun::Open(open) => Some((key.as_str(), open)),
                EffectRun::Done => None,
            })
    }

    pub(crate) fn state(&self, node: &NodeId, path: &[u32]) -> Option<&NodeState> {
        let runs = self.nodes.get(node)?;
        if path.is_empty() {
            runs.once.as_ref()
        } else {
            runs.turns.get(path)
        }
    }

    /// A node has ended: what it still waited for will not come.
    pub(crate) fn settle(&mut self, node: &NodeId, path: &[u32], state: NodeState) {
        if let Some(NodeState::Asked(key)) = self.state(node, path) {
            let key = key.clone();
            self.close(key);
        }
        self.timers.end_all(node, path);
        self.questions
            .retain(|_, open| open.node != *node || open.iteration != path);
        if !self.awaited.is_empty() {
            self.awaited.remove(&(node.clone(), path.to_vec()));
        }
        if !self.approved.is_empty() {
            self.approved.remove(&(node.clone(), path.to_vec()));
        }
        if !self.coordinations.is_empty() {
            self.note_end(node, path);
        }
        if !self.tries.is_empty() {
            self.tries.remove(&(node.clone(), path.to_vec()));
        }
        self.set_state(node, path, state);
    }

    /// What a part of a coordination has come to is what its next choice rests on; the end of the whole is the end of both.
    fn note_end(&mut self, node: &NodeId, path: &[u32]) {
        self.coordinations.remove(&(node.clone(), path.to_vec()));
        for (outer, open) in &mut self.coordinations {
            if Coordination::holds(outer, node, path) {
                open.evidence.push(self.seq);
            }
        }
    }

    /// An effect needs no result any more.
    pub(crate) fn close(&mut self, effect_key: String) {
        let before = self.effects.insert(effect_key, EffectRun::Done);
        if matches!(before, Some(EffectRun::Open(_))) {
            self.open_effects = self.open_effects.saturating_sub(1);
        }
    }

    pub(crate) fn set_state(&mut self, node: &NodeId, path: &[u32], state: NodeState) {
        if !self.nodes.contains_key(node) {
            self.nodes.insert(node.clone(), NodeRuns::default());
        }
        if let Some(runs) = self.nodes.get_mut(node) {
            if path.is_empty() {
                runs.once = Some(state);
            } else {
                runs.turns.insert(path.to_vec(), state);
            }
        }
    }
}

impl NodeState {
    /// Whether the node will put out nothing more.
    pub(crate) const fn is_settled(&self) -> bool {
        !matches!(self, Self::Started(_) | Self::Asked(_))
    }
}

impl Status {
    /// As JSON and SQL write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}
