//! Runs one data transform.

use crate::{
    decide::Step,
    memo::Place,
    node::{Failed, error, request_too_large, unreadable},
    request::AdapterRequest,
};
use events::{ErrorClass, Json, RememberRequested, StandIn};
use ids::PortName;
use std::collections::BTreeMap;
use transforms::{Class, Computation, Memory, Outcome};
use workflow::plan::{PlanNode, port};

impl Step<'_> {
    pub(crate) fn compute(
        &mut self,
        place: &Place,
        node: &PlanNode,
        computation: &Computation,
        inputs: &[Option<Json>],
    ) -> Result<(), Failed> {
        let ports = node.inputs.iter().zip(inputs);
        let ports: Vec<(&str, Option<&str>)> = ports
            .map(|(port, value)| (port.name.as_str(), value.as_ref().map(Json::as_str)))
            .collect();
        let outcome = self.render(place, node, inputs, |scope, given| {
            let config = node.config.render_json(scope, given)?;
            let compute = || computation.run(&config, &ports, scope, given);
            Ok(expressions::undisturbed(compute, |cause| {
                cause.class == Class::Late
            }))
        })?;
        let Outcome {
            outputs: values,
            memory,
        } = outcome.map_err(|cause| refused(&cause))?;
        let mut outputs = BTreeMap::new();
        for (port, value) in values {
            let value = Json::parse(value).map_err(|cause| unreadable(&cause))?;
            let name = node.outputs.iter().find(|name| name.as_str() == port);
            outputs.extend(name.map(|name| (name.clone(), value)));
        }
        match memory.filter(|memory| !memory.keys.is_empty()) {
            Some(memory) => self.ask_what_is_new(place, node, outputs, memory),
            None => {
                self.complete(place, outputs);
                Ok(())
            }
        }
    }

    /// Asks which of the items no earlier run has let through: the node puts them out when the answer is there. A dry run
    /// asks nobody, so all of them are new unless something else stands in.
    fn ask_what_is_new(
        &mut self,
        place: &Place,
        node: &PlanNode,
        outputs: BTreeMap<PortName, Json>,
        memory: Memory,
    ) -> Result<(), Failed> {
        let out = self.output_name(place.0, port::OUT);
        let items = out.and_then(|out| outputs.get(&out));
        let items = items.map_or_else(|| Ok(Vec::new()), Json::read);
        let variant = self.run.variant();
        let repeated = variant.and_then(|variant| variant.forked_from.as_ref());
        let request = AdapterRequest::Remember(RememberRequested {
            items: items.map_err(|cause| unreadable(&cause))?,
            keys: memory.keys,
            days: memory.days,
            most: memory.most,
            repeats: repeated.map(events::ForkedFrom::origin),
            origin: self.effect_origin(place, node),
        });
        let arguments = request.arguments();
        if arguments.as_str().len() > crate::limits::VALUE_BYTES {
            return Err(request_too_large());
        }
        self.node_started(place);
        if !self.run.is_dry() {
            self.send(place, node, &request, true);
            return Ok(());
        }
        let (instead, recorded) = self.stand_in(place, node);
        let asked = (request.protocol(), request.operation());
        self.withheld(place, node, asked, arguments, instead);
        let outputs = match instead {
            StandIn::Recorded | StandIn::Pinned => recorded,
            StandIn::Example | StandIn::Nothing => outputs,
        };
        self.complete(place, outputs);
        Ok(())
    }
}

fn refused(cause: &transforms::Error) -> Failed {
    let class = match cause.class {
        Class::Config | Class::Value => ErrorClass::Schema,
        Class::Expression => ErrorClass::Expression,
        Class::Limit | Class::Late => ErrorClass::Limit,
    };
    error(class, cause.code, cause.message.clone(), &cause.hint)
}
