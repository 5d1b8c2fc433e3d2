//! Runs one node whose incoming edges are all settled.

use crate::{
    budget::tokens, context::Scope, decide::Step, key, limits, memo::Place,
    request::AdapterRequest, turns::split, wait::stated,
};
use events::{EffectOrigin, ErrorClass, Json, RunError, RunEvent, SkipReason, WaitReason};
use expressions::Expression;
use ids::PortName;
use std::collections::BTreeMap;
use workflow::{
    config::Take,
    plan::{ConfigError, Join, NodeKind, Plan, PlanNode, PortIx, Work, port},
};

/// Why a node gave up.
pub(crate) type Failed = Box<RunError>;

/// Under this name the log keeps what an output node told the world.
pub(crate) const SAID: &str = "said";

impl Step<'_> {
    pub(crate) fn run_node(&mut self, place: &Place) {
        let plan = self.plan;
        let node = plan.node(place.0);
        let inputs = self.inputs(place);
        if let NodeKind::Join(Join {
            wanted: Some(wanted),
            ..
        }) = node.kind
        {
            let came = u32::try_from(inputs.iter().flatten().count()).unwrap_or(u32::MAX);
            if came < wanted {
                return self.skip(place, SkipReason::TooFewCame { wanted, came });
            }
        } else {
            let mut ports = node.inputs.iter().zip(&inputs);
            let missing = ports.find(|(input, value)| input.required && value.is_none());
            if let Some((input, _)) = missing {
                let port = input.name.clone();
                return self.skip(place, SkipReason::InputNeverCame { port });
            }
        }
        self.tell_test(place, node, &inputs);
        if let Err(error) = self.execute(place, node, &inputs) {
            self.fail(place, *error);
        }
    }

    /// What has come by each input. A loop has no `next` before its turns.
    pub(crate) fn inputs(&mut self, place: &Place) -> Vec<Option<Json>> {
        let plan = self.plan;
        let node = plan.node(place.0);
        let ports = (0..).map(PortIx).take(node.inputs.len());
        ports
            .map(|port| {
                let is_next = port == port::NEXT && node.kind.body().is_some();
                (!is_next).then(|| self.delivered(place, port))?
            })
            .collect()
    }

    fn execute(
        &mut self,
        place: &Place,
        node: &PlanNode,
        inputs: &[Option<Json>],
    ) -> Result<(), Failed> {
        if let Some(outputs) = self.pinned(node) {
            self.complete(place, outputs);
            return Ok(());
        }
        let input = || inputs.first().cloned().flatten().unwrap_or_default();
        match &node.kind {
            NodeKind::Trigger(_) => self.skip(place, SkipReason::OtherTrigger),
            NodeKind::Transform { output } => {
                let value = self.render(place, node, inputs, |scope, given| {
                    output.render_json(scope, given)
                })?;
                self.put_out(
                    place,
                    port::OUT,
                    Json::parse(value).map_err(|cause| unreadable(&cause))?,
                );
            }
            NodeKind::Compute(computation) => self.compute(place, node, computation, inputs)?,
            NodeKind::Branch { condition } => {
                let chosen = self.render(place, node, inputs, |scope, given| {
                    condition.eval_bool(scope, given)
                })?;
                let chosen = if chosen { port::TRUE } else { port::FALSE };
                if let Some(port) = self.output_name(place.0, chosen) {
                    self.emit(RunEvent::BranchTaken {
                        at_ms: self.given.now_ms,
                        node: node.id.clone(),
                        iteration: place.1.clone(),
                        port,
                    });
                }
                self.put_out(place, chosen, input());
            }
            NodeKind::Switch { cases, take } => {
                let chosen = self.choose(place, node, inputs, cases, *take)?;
                let value = input();
                let outputs = chosen.into_iter().map(|name| (name, value.clone()));
                self.complete(place, outputs.collect());
            }
            NodeKind::While { .. } => self.begin_loop(place, Vec::new()),
            NodeKind::Loop { .. } => {
                let items = split(&input()).ok_or_else(no_array)?;
                if items.len() > limits::TURNS as usize {
                    return Err(too_many_turns(items.len()));
                }
                self.begin_loop(place, items);
            }
            NodeKind::Parallel => {
                let value = input();
                let outputs = node
                    .outputs
                    .iter()
                    .map(|name| (name.clone(), value.clone()));
                self.complete(place, outputs.collect());
            }
            NodeKind::Join(_) => self.complete_join(place, inputs),
            NodeKind::Llm(_)
            | NodeKind::Coordinate { .. }
            | NodeKind::HttpRequest
            | NodeKind::SendEmail
            | NodeKind::SendMessage
            | NodeKind::Notify
            | NodeKind::Log
            | NodeKind::HttpResponse
            | NodeKind::Reply
            | NodeKind::Wait { .. }
            | NodeKind::Stop
            | NodeKind::Fail
            | NodeKind::SubWorkflow
            | NodeKind::Approval
            | NodeKind::Ask => {
                let config = self.render(place, node, inputs, |scope, given| {
                    node.config.render_json(scope, given)
                })?;
                if let Some(work) = node.kind.work(&config).map_err(|cause| misfit(&cause))? {
                    self.do_work(place, node, work, inputs)?;
                }
            }
        }
        Ok(())
    }

    /// The outputs of the cases that hold, or `otherwise`; each choice is an event.
    fn choose(
        &mut self,
        place: &Place,
        node: &PlanNode,
        inputs: &[Option<Json>],
        cases: &[Expression],
        take: Take,
    ) -> Result<Vec<PortName>, Failed> {
        let mut chosen = Vec::new();
        for (case, name) in cases.iter().zip(&node.outputs) {
            let holds = self.render(place, node, inputs, |scope, given| {
                case.eval_bool(scope, given)
            })?;
            if holds {
                chosen.push(name.clone());
                if take == Take::First {
                    break;
                }
            }
        }
        if chosen.is_empty() {
            chosen.extend(node.outputs.last().cloned());
        }
        for port in &chosen {
            self.emit(RunEvent::BranchTaken {
                at_ms: self.given.now_ms,
                node: node.id.clone(),
                iteration: place.1.clone(),
                port: port.clone(),
            });
        }
        Ok(chosen)
    }

    pub(crate) fn render<T>(
        &mut self,
        place: &Place,
        node: &PlanNode,
        inputs: &[Option<Json>],
        with: impl FnOnce(&Scope<'_>, &expressions::Given) -> Result<T, expressions::Error>,
    ) -> Result<T, Failed> {
        let (item, index) = match self.turn_around(place) {
            Some(((of, outer), turn)) => (self.item(of, &outer, turn), Some(turn)),
            None => (None, None),
        };
        self.render_turn(place, node, inputs, item, index, with)
    }

    /// As [`Self::render`], for the turn of a loop that `item` and `index` tell of.
    pub(crate) fn render_turn<T>(
        &mut self,
        (_, path): &Place,
        node: &PlanNode,
        inputs: &[Option<Json>],
        item: Option<Json>,
        index: Option<u32>,
        with: impl FnOnce(&Scope<'_>, &expressions::Given) -> Result<T, expressions::Error>,
    ) -> Result<T, Failed> {
        let scope = Scope {
            plan: self.plan,
            run: self.run,
            node,
            path,
            inputs,
            item,
            index,
        };
        let given = expressions::Given {
            now_ms: self.given.now_ms,
            seed: key::expression_seed(self.run.seed, &node.id, path),
        };
        with(&scope, &given).map_err(|cause| expression_failed(&cause))
    }

    pub(crate) fn put_out(&mut self, place: &Place, port: PortIx, value: Json) {
        let name = self.output_name(place.0, port);
        self.complete(place, BTreeMap::from_iter(name.map(|name| (name, value))));
    }

    fn do_work(
        &mut self,
        place: &Place,
        node: &PlanNode,
        work: Work,
        inputs: &[Option<Json>],
    ) -> Result<(), Failed> {
        let input = inputs.first().cloned().flatten().unwrap_or_default();
        let said = match &work {
            Work::Notify(notify) => Json::of(notify),
            Work::Log(log) => Json::of(log),
            Work::HttpResponse(response) => Json::of(response),
            Work::Reply(reply) => Json::of(reply),
            Work::Coordinate(config) => return self.coordinate(place, node, config),
            Work::Llm(call) => {
                if let Some(error) =
                    self.too_expensive(tokens(call.variables.to_string().len(), call.max_tokens))
                {
                    self.fail_run(error);
                    return Ok(());
                }
                return self.request(place, node, work, inputs);
            }
            Work::HttpRequest(_)
            | Work::SendEmail(_)
            | Work::SendMessage(_)
            | Work::SubWorkflow(_) => return self.request(place, node, work, inputs),
            Work::Wait(wait) => {
                self.pause(place, wait.clone(), input);
                return Ok(());
            }
            Work::Approval(approval) => {
                self.approve(place, approval.clone(), input);
                return Ok(());
            }
            Work::Ask(ask) => {
                self.clarify(place, ask.clone());
                return Ok(());
            }
            Work::Stop(stop) => {
                self.stop(place, stop);
                return Ok(());
            }
            Work::Fail(fail) => return Err(stated(fail.clone())),
        };
        let said = said.map_err(|cause| unreadable(&cause))?;
        self.withhold_saying(place, node, &said);
        let mut outputs = BTreeMap::from_iter(SAID.parse::<PortName>().ok().zip(Some(said)));
        if is_read(self.plan, place) {
            outputs.extend(self.output_name(place.0, port::OUT).zip(Some(input)));
        }
        self.complete(place, outputs);
        Ok(())
    }

    fn request(
        &mut self,
        place: &Place,
        node: &PlanNode,
        work: Work,
        inputs: &[Option<Json>],
    ) -> Result<(), Failed> {
        let origin = self.effect_origin(place, node);
        let request = if let Work::SubWorkflow(call) = work {
            let input = inputs.first().and_then(Option::as_ref);
            let tainted = self.handed(place.0, node);
            Some(AdapterRequest::Child(
                self.child(call, origin, input, tainted)?,
            ))
        } else {
            AdapterRequest::of(work, origin)
        };
        let Some(request) = request else {
            return Ok(());
        };
        if request.arguments().as_str().len() > limits::VALUE_BYTES {
            return Err(request_too_large());
        }
        if self.run.is_dry() {
            let (protocol, operation) = (request.protocol(), request.operation());
            let arguments = request.arguments();
            self.withhold(place, node, (protocol, operation), arguments);
            return Ok(());
        }
        let is_first = self.run.state(&node.id, &place.1).is_none();
        if is_first {
            if self.hold_back(place, node, inputs, &request)? {
                return Ok(());
            }
            self.node_started(place);
        }
        self.send(place, node, &request, is_first);
        Ok(())
    }

    /// Sends what people have agreed to.
    pub(crate) fn send_approved(&mut self, place: &Place) {
        let node = self.plan.node(place.0);
        let key = (node.id.clone(), place.1.clone());
        let approved = self.run.approved.get(&key);
        let is_part = self.coordination_around(place).is_some();
        let is_first = !is_part && !self.run.tries.contains_key(&key);
        let origin = self.effect_origin(place, node);
        let request = approved.and_then(|approved| {
            AdapterRequest::read(&approved.protocol, &approved.request, &origin)
        });
        if let Some(request) = request {
            let request = request.agreed().of_try(self.given.now_ms);
            self.send(place, node, &request, is_first);
        }
    }

    pub(crate) fn send(
        &mut self,
        place: &Place,
        node: &PlanNode,
        request: &AdapterRequest,
        is_first: bool,
    ) {
        if is_first && let Some(timeout_ms) = node.patience.timeout_ms {
            self.wait(place, timeout_ms, WaitReason::Deadline);
        }
        self.emit(RunEvent::EffectRequested {
            at_ms: self.given.now_ms,
            node: node.id.clone(),
            iteration: place.1.clone(),
            effect_key: request.origin().effect_key.clone(),
            protocol: request.protocol().to_owned(),
            operation: request.operation().to_owned(),
            request: request.arguments(),
        });
    }

    pub(crate) fn effect_origin(&self, place: &Place, node: &PlanNode) -> EffectOrigin {
        let tried = (node.id.clone(), place.1.clone());
        let tries = self.run.tries.get(&tried).copied().unwrap_or(0);
        let run_id = self.run.identity.run_id;
        let effect_key = key::effect_key(run_id, &node.id, &place.1, tries);
        self.origin(&node.id, &effect_key)
    }
}

/// Whether anything takes what an output node passes on; if not, the log need not repeat it.
fn is_read(plan: &Plan, place: &Place) -> bool {
    !plan.out_edges(place.0).is_empty()
}

pub(crate) fn error(class: ErrorClass, code: &str, message: String, hint: &str) -> Failed {
    Box::new(RunError::new(class, code, message).hinting(hint))
}

pub(crate) fn expression_failed(cause: &expressions::Error) -> Failed {
    let class = match cause.kind {
        expressions::Kind::Limit | expressions::Kind::Late => ErrorClass::Limit,
        expressions::Kind::Parse | expressions::Kind::Evaluation | expressions::Kind::Type => {
            ErrorClass::Expression
        }
    };
    error(class, "expression.failed", cause.to_string(), &cause.hint)
}

pub(crate) fn misfit(cause: &ConfigError) -> Failed {
    let hint = "look at the values that the node's expressions gave";
    error(
        ErrorClass::Schema,
        "node.config_invalid",
        cause.to_string(),
        hint,
    )
}

pub(crate) fn unreadable(cause: &serde_json::Error) -> Failed {
    let message = format!("the node's value is no JSON: {cause}");
    error(ErrorClass::Schema, "value.invalid", message, "")
}

fn no_array() -> Failed {
    let message = "the loop's input `items` is no array".to_owned();
    let hint = "wrap a single value: {{ [input] }}";
    error(ErrorClass::Schema, "loop.no_array", message, hint)
}

fn too_many_turns(given: usize) -> Failed {
    let most = limits::TURNS;
    let message = format!("the loop got {given} items; it takes at most {most}");
    error(
        ErrorClass::Limit,
        "loop.too_many_items",
        message,
        "split the list over several runs",
    )
}

pub(crate) fn request_too_large() -> Failed {
    let most = limits::VALUE_BYTES / 1024;
    let message = format!("the request is larger than {most} KiB of JSON");
    error(
        ErrorClass::Limit,
        "value.too_large",
        message,
        "send only the fields that are needed",
    )
}
