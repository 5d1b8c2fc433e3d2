//! Everything outside the engine's replicas: time, databases, the bus, adapters, clients.

use crate::{
    adapter::Adapter,
    bugs::Bug,
    bus::{Bus, Event, Message, Receipt, SERVICES, Service},
    check::Check,
    lane::Decided,
    log::{Flush, Log},
    model::Model,
    outbox::{Inbox, Outbox},
    schedule::Schedules,
};
use engine_core::{Effect, Given};
use graphs::Dice;
use ids::{RunId, Shard, VersionId, WorkflowId};
use std::collections::{BTreeMap, BTreeSet};
use workflow::Plan;

/// When every simulation begins: 2026-09-21T13:33:20Z.
pub(crate) const BEGINNING_MS: i64 = 1_790_000_000_000;
/// Rows that a relay publishes at a time.
const ROUND: usize = 8;

pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) now_ms: i64,
    pub(crate) plans: Vec<Plan>,
    pub(crate) log: Log,
    pub(crate) bus: Bus,
    pub(crate) outboxes: BTreeMap<Service, Outbox<Event>>,
    matching: Inbox,
    pub(crate) model: Model,
    pub(crate) adapter: Adapter,
    pub(crate) schedules: Schedules,
    pub(crate) check: Check,
    /// Shards that runs live on.
    pub(crate) shards: BTreeSet<Shard>,
    bug: Option<Bug>,
}

impl World {
    pub(crate) fn new(dice: Dice, plans: Vec<Plan>, bug: Option<Bug>) -> Self {
        Self {
            dice,
            now_ms: BEGINNING_MS,
            plans,
            log: Log::default(),
            bus: Bus::default(),
            outboxes: SERVICES.iter().map(|s| (*s, Outbox::default())).collect(),
            matching: Inbox::default(),
            model: Model::default(),
            adapter: Adapter::default(),
            schedules: Schedules::default(),
            check: Check::default(),
            shards: BTreeSet::new(),
            bug,
        }
    }

    pub(crate) fn bug(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// The time as a clock that is ahead by `skew_ms` says, and randomness.
    pub(crate) const fn given(&mut self, skew_ms: i64) -> Given {
        Given {
            now_ms: self.now_ms + skew_ms,
            seed: self.dice.next(),
        }
    }

    /// An id that nobody has, of this time.
    pub(crate) fn id(&mut self) -> u128 {
        let time = u128::try_from(self.now_ms).unwrap_or_default() << 80;
        time | (u128::from(self.dice.next()) << 8) | u128::from(self.dice.next() & 0xFF)
    }

    pub(crate) fn workflow(&self, plan: usize) -> WorkflowId {
        WorkflowId::from_u128(100 + plan as u128)
    }

    pub(crate) fn plan_of(&self, workflow: WorkflowId) -> usize {
        usize::try_from(workflow.as_u128() - 100).unwrap_or_default()
    }

    pub(crate) fn version_of(&self, plan: usize) -> VersionId {
        VersionId::from_u128(200 + plan as u128)
    }

    /// Stages an event in a service's outbox.
    pub(crate) fn emit(&mut self, from: Service, id: u128, event: Event) {
        let awaiting: &[&str] = match &event {
            Event::Input(body) => {
                self.shards.insert(Shard::of(body.run_id()));
                &["engine"]
            }
            Event::Fired(_) => &["matching"],
        };
        let now_ms = self.now_ms;
        if let Some(outbox) = self.outboxes.get_mut(&from) {
            outbox.insert(id, event, awaiting, now_ms);
        }
    }

    /// One round of a service's relay; `dies` says whether it ends before it notes what it published. Whether anything was due.
    pub(crate) fn relay(&mut self, from: Service, dies: bool) -> bool {
        if self.bus.away {
            return false;
        }
        let due = self.outboxes.get(&from);
        let due = due.map(|outbox| outbox.due(self.now_ms, ROUND));
        let due = due.unwrap_or_default();
        let mut ids = Vec::new();
        for row in &due {
            // What the bus refuses now comes later, behind others.
            if self.dice.percent(4) {
                continue;
            }
            ids.push(row.id);
            self.bus.put(Message {
                id: row.id,
                from,
                event: row.event.clone(),
            });
        }
        let (now_ms, forgets) = (self.now_ms, self.bug(Bug::OutboxForgets));
        if let Some(outbox) = self.outboxes.get_mut(&from).filter(|_| !dies) {
            if forgets {
                outbox.forget(&ids);
            }
            outbox.published(&ids, now_ms);
        }
        !due.is_empty()
    }

    /// Applies one receipt. Whether there was one.
    pub(crate) fn receive(&mut self) -> bool {
        let Some(receipt) = self.bus.receipts.pop_front() else {
            return false;
        };
        if !self.bug(Bug::NeverConfirmed)
            && let Some(outbox) = self.outboxes.get_mut(&receipt.to)
        {
            outbox.confirm(receipt.consumer, &receipt.ids);
        }
        true
    }

    /// Matches one due time with its trigger: the inbox and the run that is wanted commit together. Whether there was one.
    pub(crate) fn matched(&mut self, dies: bool) -> bool {
        let Some(message) = self.bus.fired.front().cloned() else {
            return false;
        };
        if dies {
            // It was not acknowledged and comes again.
            return true;
        }
        self.bus.fired.pop_front();
        if let Event::Fired(start) = message.event
            && self.matching.admit(message.id)
        {
            let id = start.run_id.as_u128();
            self.emit(
                Service::Engine,
                id,
                Event::Input(crate::bus::Body::Start(start)),
            );
        }
        self.bus.receipts.push_back(Receipt {
            to: message.from,
            consumer: "matching",
            ids: vec![message.id],
        });
        true
    }

    /// Notes what a flush made durable.
    pub(crate) fn committed(
        &mut self,
        flush: &Flush,
        committed: &BTreeSet<Shard>,
        decisions: Vec<(RunId, Vec<Decided>)>,
    ) {
        let of = |run: &RunId| committed.contains(&Shard::of(*run));
        let decisions = decisions.into_iter().filter(|(run, _)| of(run));
        self.check.decisions(decisions);
        self.check.flush(flush, committed, self.now_ms);
    }

    /// Notes what the world was told of an event.
    pub(crate) fn told(&mut self, run_id: RunId, seq: u64, effect: &Effect) {
        self.check.told(&self.log, run_id, seq, effect);
    }
}
