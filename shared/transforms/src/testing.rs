//! Runs a kind in a test: a config and inputs in, a value out.

use crate::{Computation, Error, Fault, Kind, Memory, Outcome};
use expressions::Given;
use serde_json::{Value, json};

/// 2026-11-21T14:13:20Z.
pub(crate) const NOW: i64 = 1_795_270_400_000;

/// What `kind` puts out by its ports for values by port.
pub(crate) fn outputs(kind: &str, config: Value, inputs: &[(&str, Value)]) -> Result<Value, Error> {
    outcome(kind, config, inputs).map(|(outputs, _)| outputs)
}

/// What `kind` must know of earlier runs for the value of `in`.
pub(crate) fn memory(kind: &str, config: Value, input: Value) -> Option<Memory> {
    let (_, memory) = outcome(kind, config, &[("in", input)]).unwrap();
    memory
}

fn outcome(
    kind: &str,
    config: Value,
    inputs: &[(&str, Value)],
) -> Result<(Value, Option<Memory>), Error> {
    let computation = parse(kind, config).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let texts: Vec<(&str, String)> = inputs
        .iter()
        .map(|(port, v)| (*port, v.to_string()))
        .collect();
    let by_port: Vec<(&str, Option<&str>)> = texts
        .iter()
        .map(|(port, text)| (*port, Some(text.as_str())))
        .collect();
    let ports: Value = inputs
        .iter()
        .map(|(port, v)| ((*port).to_owned(), v.clone()))
        .collect();
    let context = json!({ "inputs": ports, "input": ports["in"], "item": "of the loop around" });
    let given = Given {
        now_ms: NOW,
        seed: 7,
    };
    let rendered = computation.config().render_json(&context, &given).unwrap();
    let Outcome { outputs, memory } = computation.run(&rendered, &by_port, &context, &given)?;
    assert!(memory.is_none() || computation.remembers());
    let kind = computation.kind();
    let declared = kind.outputs(&serde_json::Map::new());
    let names: Vec<&str> = declared.iter().map(|port| port.name).collect();
    assert_eq!(
        outputs.iter().map(|(port, _)| *port).collect::<Vec<_>>(),
        names
    );
    let value =
        |(port, json): &(&str, String)| ((*port).to_owned(), serde_json::from_str(json).unwrap());
    Ok((Value::Object(outputs.iter().map(value).collect()), memory))
}

/// What `kind` puts out by `out` for the value of `in`; checked against the schema it promises.
pub(crate) fn run(kind: &str, config: Value, input: Value) -> Result<Value, Error> {
    let map = config.as_object().unwrap().clone();
    let value = outputs(kind, config, &[("in", input)])?["out"].take();
    let promised = &Kind::named(kind).unwrap().outputs(&map)[0].schema;
    let validator = jsonschema::validator_for(promised).unwrap();
    assert!(validator.is_valid(&value), "{value} is not {promised}");
    Ok(value)
}

/// The code and message of what `kind` says to this.
pub(crate) fn refused(kind: &str, config: Value, input: Value) -> (&'static str, String) {
    let error = run(kind, config, input).unwrap_err();
    (error.code, error.message)
}

pub(crate) fn parse(kind: &str, config: Value) -> Result<Computation, Vec<Fault>> {
    let kind = Kind::named(kind).unwrap();
    let schema = Value::from((kind.config_schema())());
    let validator = jsonschema::validator_for(&schema).unwrap();
    // As validation does: a text with an expression may stand for anything.
    let computed = |at: &Value| at.as_str().is_some_and(|text| text.contains("{{"));
    let mut errors = validator.iter_errors(&config);
    let error = errors.find(|e| {
        !config
            .pointer(e.instance_path().as_str())
            .is_some_and(computed)
    });
    if let Some(error) = error {
        let pointer = error.instance_path().to_string();
        return Err(vec![Fault::Config(Error::config(
            pointer,
            error.to_string(),
        ))]);
    }
    Computation::parse(kind, config.as_object().unwrap())
}
