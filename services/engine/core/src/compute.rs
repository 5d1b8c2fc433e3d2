//! Runs one data transform.

use crate::{
    decide::Step,
    memo::Place,
    node::{Failed, error, unreadable},
};
use events::{ErrorClass, Json};
use std::collections::BTreeMap;
use transforms::{Class, Computation};
use workflow::plan::PlanNode;

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
        let values = self.render(place, node, inputs, |scope, given| {
            let config = node.config.render_json(scope, given)?;
            let compute = || computation.run(&config, &ports, scope, given);
            Ok(expressions::undisturbed(compute, |cause| {
                cause.class == Class::Late
            }))
        })?;
        let mut outputs = BTreeMap::new();
        for (port, value) in values.map_err(|cause| refused(&cause))? {
            let value = Json::parse(value).map_err(|cause| unreadable(&cause))?;
            let name = node.outputs.iter().find(|name| name.as_str() == port);
            outputs.extend(name.map(|name| (name.clone(), value)));
        }
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
