//! Runs expressions over a context, within bounds.

use crate::{
    Context, Error, Given, Kind, Reference, References, expression::Parsed, guards, limits, output,
};
use jsonata_core::{
    evaluator::{self, Evaluator, EvaluatorError, EvaluatorOptions},
    value::JValue,
};
use std::collections::BTreeMap;

/// One rendering's evaluator and root. Values hold `Rc`, so a session lives and dies on one thread.
pub(crate) struct Session {
    evaluator: Evaluator,
    root: JValue,
}

impl Session {
    /// Reads what `references` name from the context.
    pub(crate) fn open(
        references: &References,
        guarded: bool,
        context: &dyn Context,
        given: &Given,
    ) -> Result<Self, Error> {
        let options = EvaluatorOptions {
            timeout_ms: Some(limits::TIME_MS),
            cancel: None,
            max_stack_depth: Some(limits::DEPTH),
            max_sequence_length: Some(limits::SEQUENCE_ITEMS),
        };
        let mut evaluator = Evaluator::with_options(evaluator::Context::new(), options);
        if guarded {
            guards::register(&mut evaluator, given).map_err(|error| unread("", error.message()))?;
        }
        let root = Root::default().read(references, context)?;
        Ok(Self { evaluator, root })
    }

    /// Gives a name at the root another value.
    pub(crate) fn set(&mut self, name: &str, value: JValue) {
        if let Some(top) = self.root.as_object_mut() {
            top.insert(name.to_owned(), value);
        }
    }

    /// The value of one expression; functions are refused.
    pub(crate) fn value(&mut self, parsed: &Parsed) -> Result<JValue, Error> {
        let value = self
            .evaluator
            .evaluate(&parsed.ast, &self.root)
            .map_err(|error| failed(parsed, &error))?;
        if value.is_function() {
            return Err(parsed.place.error(
                Kind::Type,
                format!("the value is {}", output::type_name(&value)),
                "call it: $name(…)",
            ));
        }
        Ok(value)
    }
}

/// The root object under construction.
#[derive(Default)]
struct Root {
    top: BTreeMap<&'static str, JValue>,
    inputs: BTreeMap<String, JValue>,
    nodes: BTreeMap<String, JValue>,
    bytes: usize,
}

impl Root {
    fn read(mut self, references: &References, context: &dyn Context) -> Result<JValue, Error> {
        if references.is_open() {
            for reference in context.all() {
                self.add(&reference, context)?;
            }
        }
        for reference in references.named() {
            self.add(reference, context)?;
        }
        let object = |map: BTreeMap<String, JValue>| JValue::object(map.into_iter().collect());
        let top = self.top.into_iter();
        let top = top.map(|(name, value)| (name.to_owned(), value));
        let groups = [
            ("inputs".to_owned(), object(self.inputs)),
            ("nodes".to_owned(), object(self.nodes)),
        ];
        Ok(JValue::object(top.chain(groups).collect()))
    }

    fn add(&mut self, reference: &Reference, context: &dyn Context) -> Result<(), Error> {
        let Some(json) = context.json(reference) else {
            return Ok(());
        };
        self.bytes += json.len();
        if self.bytes > limits::INPUT_BYTES {
            let limit = limits::INPUT_BYTES;
            return Err(unread(
                &reference.to_string(),
                &format!("the values that are read exceed {limit} bytes"),
            ));
        }
        let value = JValue::from_json_str(&json)
            .map_err(|error| unread(&reference.to_string(), &error.to_string()))?;
        match reference {
            Reference::Port(port) => self.inputs.insert(port.clone(), value),
            Reference::Node(id) => self.nodes.insert(id.clone(), value),
            Reference::Input => self.top.insert("input", value),
            Reference::Trigger => self.top.insert("trigger", value),
            Reference::Run => self.top.insert("run", value),
            Reference::Item => self.top.insert("item", value),
            Reference::Index => self.top.insert("index", value),
        };
        Ok(())
    }
}

fn unread(name: &str, message: &str) -> Error {
    Error {
        kind: Kind::Limit,
        pointer: String::new(),
        expression: name.to_owned(),
        position: 0,
        message: format!("the context cannot be read: {message}"),
        hint: "pass on fewer fields from the nodes before".into(),
    }
}

fn failed(parsed: &Parsed, error: &EvaluatorError) -> Error {
    let message = error.message();
    let (kind, hint) = match error.code() {
        Some("D1012") => (
            Kind::Late,
            "the expression takes too long: work on less data",
        ),
        Some("D1011" | "U1001") => (Kind::Limit, "the expression nests too deeply: recurse less"),
        Some("D2014" | "D2015") => (Kind::Limit, "the list is too long: filter it first"),
        Some(guards::TOO_LONG) => (Kind::Limit, "the text gets too long: work on less data"),
        Some("T1005" | "T1006") => (
            Kind::Evaluation,
            "check the name of the function; built-in functions start with $",
        ),
        Some(code) if code.starts_with('T') => (
            Kind::Evaluation,
            "convert the value first, with $number(…) or $string(…), or test it with $exists(…)",
        ),
        _ => (
            Kind::Evaluation,
            "try the expression on the recorded input of a run",
        ),
    };
    parsed.place.error(kind, message.to_owned(), hint)
}
