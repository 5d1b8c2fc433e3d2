//! Runs that are forked, dry, or of a single node.
//!
//! A fork's log holds the taken-over results itself, so nothing of the source is needed later. In a dry run a node that an
//! adapter would work for goes on with a stand-in: what the source recorded, what the document has pinned, an example.

use crate::{
    backtest::spoken, check::refused, decide::Step, input::Rejection, limits, memo::Place,
    run::Run, start::is_too_large,
};
use events::{
    Iteration, Json, RunEvent, RunTrigger, SkipReason, StandIn, TakenResult, TenantRule, Variant,
};
use ids::{NodeId, PortName};
use std::collections::{BTreeMap, HashMap};
use workflow::plan::{NodeIx, NodeKind, PlanNode, PortIx, port};

/// The start of a run that differs from those that triggers start.
#[derive(Debug, Clone, PartialEq)]
pub struct VariantStart {
    pub trigger: RunTrigger,
    /// What the trigger node puts out; `None` for what it has pinned.
    pub payload: Option<Json>,
    pub variant: Variant,
    /// The source's, so that a fork draws the same random numbers; drawn anew when absent.
    pub seed: Option<u64>,
    /// When people must agree, as the tenant says.
    pub rules: Vec<TenantRule>,
    pub taken: Vec<Taken>,
}

/// What a run takes over from another, or from its document.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// The node does not run.
    Result {
        node: NodeId,
        iteration: Iteration,
        node_type: String,
        /// `seq` in the source's log; `None` for what is pinned.
        from_seq: Option<u64>,
        result: TakenResult,
    },
    /// What stands in should a dry run come to ask for it.
    StandIn {
        node: NodeId,
        iteration: Iteration,
        outputs: BTreeMap<PortName, Json>,
    },
}

/// What a run remembers of being a variant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VariantState {
    pub(crate) variant: Variant,
    pub(crate) stand_ins: HashMap<(NodeId, Iteration), BTreeMap<PortName, Json>>,
}

impl VariantState {
    pub(crate) fn of(variant: &Variant) -> Box<Self> {
        Box::new(Self {
            variant: variant.clone(),
            stand_ins: HashMap::new(),
        })
    }

    /// The node that the changed input enters.
    fn entered(&self) -> Option<&NodeId> {
        let at = self.variant.forked_from.as_ref();
        let at = at.and_then(|from| from.at.as_ref());
        self.variant.only.as_ref().or(at)
    }
}

impl Run {
    /// Whether nothing of it leaves the engine.
    #[must_use]
    pub fn is_dry(&self) -> bool {
        let variant = self.variant.as_ref();
        variant.is_some_and(|state| state.variant.dry)
    }

    /// How it differs from a run that its trigger starts.
    #[must_use]
    pub fn variant(&self) -> Option<&Variant> {
        self.variant.as_ref().map(|state| &state.variant)
    }

    fn only(&self) -> Option<&NodeId> {
        self.variant()?.only.as_ref()
    }
}

impl Step<'_> {
    pub(crate) fn start_variant(&mut self, start: VariantStart) -> Result<(), Rejection> {
        let VariantStart {
            trigger,
            payload,
            variant,
            seed,
            rules,
            taken,
        } = start;
        let started = self.plan.find(trigger.node.as_str());
        let started = started
            .filter(|node| matches!(self.plan.node(*node).kind, NodeKind::Trigger(_)))
            .ok_or(Rejection::UnknownTrigger)?;
        let node = self.plan.node(started);
        let pinned = || node.pinned.values().next().map(Json::from);
        let payload = payload.or_else(pinned).unwrap_or_default();
        let input = variant.input.as_ref();
        let too_large = is_too_large(&payload) || input.is_some_and(is_too_large);
        let check = node.checks.first().filter(|_| variant.only.is_none());
        let wrong = match too_large {
            true => Some(crate::check::value_too_large()),
            false => check.and_then(|check| refused(check, &payload)),
        };
        self.emit(RunEvent::RunStarted {
            at_ms: self.given.now_ms,
            trigger,
            input: if too_large { Json::null() } else { payload },
            seed: seed.unwrap_or(self.given.seed),
            reply_to: None,
            parent: None,
            variant: Some(Box::new(Variant {
                input: variant.input.filter(|_| !too_large),
                ..variant
            })),
            rules,
        });
        self.plan_computed();
        if let Some(mut error) = wrong {
            error.node = Some(node.id.clone());
            self.fail_run(error);
            return Ok(());
        }
        taken.into_iter().for_each(|taken| self.take_result(taken));
        for (at, node) in self.plan.nodes().iter().enumerate() {
            let place = (NodeIx(u32::try_from(at).unwrap_or(u32::MAX)), Vec::new());
            let other = matches!(node.kind, NodeKind::Trigger(_)) && place.0 != started;
            if other && self.run.state(&node.id, &[]).is_none() {
                self.skip(&place, SkipReason::OtherTrigger);
            }
        }
        self.rebuild();
        Ok(())
    }

    fn take_result(&mut self, taken: Taken) {
        let at_ms = self.given.now_ms;
        self.emit(match taken {
            Taken::Result {
                node,
                iteration,
                node_type,
                from_seq,
                result,
            } => RunEvent::ResultTaken {
                at_ms,
                node,
                iteration,
                node_type,
                from_seq,
                result,
            },
            Taken::StandIn {
                node,
                iteration,
                outputs,
            } => RunEvent::StandInGiven {
                at_ms,
                node,
                iteration,
                outputs,
            },
        });
    }

    /// Whether a place may run: in a test, only those of one node.
    pub(crate) fn is_wanted(&self, (node, _): &Place) -> bool {
        let Some(only) = self.run.only() else {
            return true;
        };
        let head = self.plan.outermost(*node);
        self.plan.node(head).id == *only
    }

    /// The node that is tested needs nothing that comes by an edge.
    pub(crate) fn consider_test(&mut self) {
        let only = self.run.only();
        let only = only.and_then(|id| self.plan.find(id.as_str()));
        if let Some(node) = only {
            self.run.memo.ready.push_back((node, Vec::new()));
        }
    }

    /// Says with what a test begins.
    pub(crate) fn tell_test(&mut self, place: &Place, node: &PlanNode, inputs: &[Option<Json>]) {
        if self.run.only() != Some(&node.id) {
            return;
        }
        let parameters = self.render(place, node, inputs, |scope, given| {
            node.config.render_json(scope, given)
        });
        let parameters = parameters.ok().and_then(|text| Json::parse(text).ok());
        let ports = node.inputs.iter().map(|input| input.name.clone());
        let mut left = limits::VALUE_BYTES;
        let mut fits = |value: &Json| {
            let rest = left.checked_sub(value.as_written().len());
            left = rest.unwrap_or(left);
            rest.is_some()
        };
        let parameters = parameters.filter(&mut fits);
        let came = ports
            .zip(inputs)
            .filter_map(|(name, value)| Some((name, value.clone().filter(&mut fits)?)));
        self.emit(RunEvent::NodeTested {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            inputs: came.collect(),
            parameters,
        });
    }

    /// What has come by a port: what the person said instead, or else the first value that an edge has delivered.
    pub(crate) fn delivered(&mut self, (node, path): &Place, port: PortIx) -> Option<Json> {
        if self.run.variant.is_some()
            && let Some(value) = self.given_instead(*node, path, port)
        {
            return Some(value);
        }
        let edges = self.plan.in_edges_of(*node, port);
        self.first_delivered(edges, path)
    }

    fn given_instead(&self, node: NodeIx, path: &[u32], port: PortIx) -> Option<Json> {
        let state = self.run.variant.as_ref()?;
        let node = self.plan.node(node);
        let input = state.variant.input.as_ref()?;
        if !path.is_empty() || state.entered() != Some(&node.id) {
            return None;
        }
        if node.inputs.len() < 2 || node.kind.body().is_some() {
            return (port == port::IN).then(|| input.clone());
        }
        let name = node.inputs.get(usize::from(port.0))?.name.as_str();
        input.value().get(name).map(Json::from)
    }

    /// What a node of a dry run puts out without running. Nodes that an adapter works for say first what they would ask.
    pub(crate) fn pinned(&self, node: &PlanNode) -> Option<BTreeMap<PortName, Json>> {
        let runs = node.pinned.is_empty() || node.kind.is_effect() || !self.run.is_dry();
        // The node that is tested is the one to see at work.
        let tested = self.run.only() == Some(&node.id);
        (!runs && !tested).then(|| pinned(node))
    }

    /// Notes what an adapter would have been asked, and goes on with a stand-in.
    pub(crate) fn withhold(
        &mut self,
        place: &Place,
        node: &PlanNode,
        (protocol, operation): (&str, &str),
        request: Json,
    ) {
        let (instead, outputs) = self.stand_in(place, node);
        self.node_started(place);
        self.withheld(place, node, (protocol, operation), request, instead);
        self.complete(place, outputs);
    }

    /// Notes what people or callers would have been told.
    pub(crate) fn withhold_saying(&mut self, place: &Place, node: &PlanNode, said: &Json) {
        let Some(spoken) = spoken(node.node_type.as_str()) else {
            return;
        };
        if self.run.is_dry() {
            self.withheld(place, node, spoken, said.clone(), StandIn::Nothing);
        }
    }

    pub(crate) fn withheld(
        &mut self,
        place: &Place,
        node: &PlanNode,
        (protocol, operation): (&str, &str),
        request: Json,
        instead: StandIn,
    ) {
        self.emit(RunEvent::EffectWithheld {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            iteration: place.1.clone(),
            protocol: protocol.to_owned(),
            operation: operation.to_owned(),
            request,
            instead,
        });
    }

    pub(crate) fn stand_in(
        &self,
        (_, path): &Place,
        node: &PlanNode,
    ) -> (StandIn, BTreeMap<PortName, Json>) {
        let recorded = self.run.variant.as_ref();
        let recorded =
            recorded.and_then(|state| state.stand_ins.get(&(node.id.clone(), path.clone())));
        if let Some(outputs) = recorded {
            return (StandIn::Recorded, outputs.clone());
        }
        if !node.pinned.is_empty() {
            return (StandIn::Pinned, pinned(node));
        }
        let out = node.outputs.first().cloned();
        let example = out.map(|name| (name, Json::from(&node.example)));
        (StandIn::Example, BTreeMap::from_iter(example))
    }

    /// In a dry run the time that comes next comes at once. Whether there was one.
    pub(crate) fn skip_wait(&mut self) -> bool {
        if !self.run.is_dry() || self.run.has_ended() {
            return false;
        }
        let first = self.run.timers.first().cloned();
        let waited = first.is_some();
        first.into_iter().for_each(|due| self.fire(due));
        waited
    }
}

/// The outputs that a document has pinned to a node.
pub(crate) fn pinned(node: &PlanNode) -> BTreeMap<PortName, Json> {
    let values = node.pinned.iter();
    values
        .map(|(name, value)| (name.clone(), Json::from(value)))
        .collect()
}
