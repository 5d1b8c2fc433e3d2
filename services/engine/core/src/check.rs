//! What values must be, whoever made them.

use crate::limits;
use events::{ErrorClass, Json, RunError};
use ids::PortName;
use serde_json::json;
use std::collections::BTreeMap;
use workflow::plan::{OutputCheck, PlanNode};

/// The first output that is not what the document declares; costs nothing where it declares nothing.
pub(crate) fn not_as_declared(
    node: &PlanNode,
    outputs: &BTreeMap<PortName, Json>,
) -> Option<RunError> {
    let mut checks = node.checks.iter();
    checks.find_map(|check| refused(check, outputs.get(&check.port)?))
}

/// Why this value may not leave by the port that the check is about.
pub(crate) fn refused(check: &OutputCheck, value: &Json) -> Option<RunError> {
    let fault = check.fault(&value.value())?;
    let place = match fault.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" at `{pointer}`"),
    };
    let message = format!(
        "output `{}` is not what its schema declares{place}: {}",
        check.port, fault.message
    );
    let error = RunError::new(ErrorClass::Schema, "value.not_as_declared", message)
        .hinting("change the value, or the schema of the output");
    Some(RunError {
        detail: Some(json!({ "port": check.port, "pointer": fault.pointer })),
        ..error
    })
}

pub(crate) fn value_too_large() -> RunError {
    let most = limits::VALUE_BYTES / 1024;
    let message = format!("the value is larger than {most} KiB of JSON");
    RunError::new(ErrorClass::Limit, "value.too_large", message)
        .hinting("pass on only the fields that are needed")
}
