//! Whether what a node puts out is what its document declares.

use crate::{Node, NodeType, OutputPort, Problem, kinds, subschema};
use ids::PortName;
use jsonschema::Validator;
use serde_json::Value;

/// The declared schema of one output, compiled.
#[derive(Debug)]
pub struct OutputCheck {
    /// The output.
    pub port: PortName,
    schema: Validator,
}

/// A value that is not as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFault {
    /// JSON pointer into the value; empty for all of it.
    pub pointer: String,
    /// What is wrong there; does not repeat the value.
    pub message: String,
}

impl OutputCheck {
    /// The first fault of a value.
    #[must_use]
    pub fn fault(&self, value: &Value) -> Option<OutputFault> {
        let error = self.schema.iter_errors(value).next()?;
        Some(OutputFault {
            pointer: error.instance_path().to_string(),
            message: error.masked_with("the value").to_string(),
        })
    }
}

/// Every fault of a value that a person gave, by the schema of a form.
///
/// # Errors
/// The schema cannot be used, and why.
pub fn faults(schema: &Value, value: &Value) -> Result<Vec<OutputFault>, String> {
    let schema = jsonschema::validator_for(schema).map_err(|error| error.to_string())?;
    let fault = |error: jsonschema::ValidationError<'_>| OutputFault {
        pointer: error.instance_path().to_string(),
        message: error.masked_with("the value").to_string(),
    };
    Ok(schema.iter_errors(value).map(fault).collect())
}

/// The checks of one node: of each output whose schema says more than the node type's own, and of what a person, or
/// another workflow, hands over.
///
/// # Errors
/// A schema that cannot be used, such as one that refers to another document.
pub(super) fn of(
    place: usize,
    node: &Node,
    node_type: NodeType,
) -> Result<Vec<OutputCheck>, Vec<Problem>> {
    let own = kinds::node_outputs(node_type, &node.config);
    let is_declared = |port: &&OutputPort| {
        let of_type = own.iter().find(|other| other.name == port.name);
        let is_own = of_type.is_some_and(|other| other.schema == port.schema);
        let is_given = matches!(
            node_type,
            NodeType::TriggerManual | NodeType::TriggerWorkflow | NodeType::Ask
        );
        !subschema::is_any(&port.schema) && (!is_own || is_given)
    };
    let declared = node.outputs.iter().filter(is_declared);
    declared.map(|port| compiled(place, port)).collect()
}

fn compiled(place: usize, port: &OutputPort) -> Result<OutputCheck, Vec<Problem>> {
    let schema = jsonschema::validator_for(&port.schema).map_err(|error| {
        let message = format!(
            "the schema of output `{}` cannot be used: {error}",
            port.name
        );
        let pointer = format!("/nodes/{place}/outputs");
        vec![Problem::error("schema.unusable", pointer, message)]
    })?;
    Ok(OutputCheck {
        port: port.name.clone(),
        schema,
    })
}
