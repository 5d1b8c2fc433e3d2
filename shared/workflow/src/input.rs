//! What a person starts a run with.

use crate::plan::OutputFault;
use serde_json::Value;

/// Most faults that are named at once.
const FAULTS: usize = 20;

/// Where `input` is not what the manual trigger's `input_schema` says; none when it fits. A schema that cannot be used finds
/// nothing: the engine has the last word.
#[must_use]
pub fn input_faults(schema: &Value, input: &Value) -> Vec<OutputFault> {
    let Ok(validator) = jsonschema::validator_for(schema) else {
        return Vec::new();
    };
    let faults = validator.iter_errors(input).take(FAULTS);
    faults
        .map(|error| OutputFault {
            pointer: error.instance_path().to_string(),
            message: error.masked_with("the value").to_string(),
        })
        .collect()
}
