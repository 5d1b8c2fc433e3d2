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
    Some(RunError {
        class: ErrorClass::Schema,
        code: "value.not_as_declared".to_owned(),
        message: format!(
            "output `{}` is not what its schema declares{place}: {}",
            check.port, fault.message
        ),
        hint: Some("change the value, or the schema of the output".to_owned()),
        node: None,
        detail: Some(json!({ "port": check.port, "pointer": fault.pointer })),
        retry_after_ms: None,
    })
}

pub(crate) fn value_too_large() -> RunError {
    RunError {
        class: ErrorClass::Limit,
        code: "value.too_large".to_owned(),
        message: format!(
            "the value is larger than {} KiB of JSON",
            limits::VALUE_BYTES / 1024
        ),
        hint: Some("pass on only the fields that are needed".to_owned()),
        node: None,
        detail: None,
        retry_after_ms: None,
    }
}
