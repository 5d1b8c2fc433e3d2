//! A transform node, parsed once per version and run often.

use crate::{
    Error, Kind,
    call::Call,
    limits,
    part::{self, Part},
};
use expressions::{Context, Expression, Given, Template};
use serde_json::{Map, Value};

/// A node's kind with its expressions. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Computation {
    kind: Kind,
    parts: Vec<Part>,
    config: Template,
    remembers: bool,
}

/// What a node gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// JSON text by output.
    pub outputs: Vec<(&'static str, String)>,
    /// Given when the items of `out` leave the node only as far as no earlier run has let them through.
    pub memory: Option<Memory>,
}

/// What must be known of earlier runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// One for each item of `out`, in their order, all different: 32 hexadecimal characters.
    pub keys: Vec<String>,
    /// How long keys are remembered.
    pub days: u32,
    /// How many keys are remembered, the newest.
    pub most: u32,
}

/// Why a config was refused when its version was to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A text that is no expression or no field path; its pointer is into the config.
    Expression(expressions::Error),
    /// A parameter that is not of its shape, known ahead because nothing of the config is computed.
    Config(Error),
}

impl Computation {
    /// Parses a config.
    ///
    /// # Errors
    /// All faults that show without running it.
    pub fn parse(kind: Kind, config: &Map<String, Value>) -> Result<Self, Vec<Fault>> {
        let remembers = kind.remembers(config);
        let mut config = Value::Object(config.clone());
        let (parts, mut errors) = part::take(&mut config, kind.marked_schema());
        let template = match Template::parse(&config) {
            Ok(template) if errors.is_empty() => template,
            Ok(_) => return Err(errors.into_iter().map(Fault::Expression).collect()),
            Err(others) => {
                errors.extend(others);
                return Err(errors.into_iter().map(Fault::Expression).collect());
            }
        };
        if template.is_constant() {
            let checked = kind.check(&config.to_string());
            checked.map_err(|error| vec![Fault::Config(error)])?;
        }
        Ok(Self {
            kind,
            parts,
            config: template,
            remembers,
        })
    }

    /// Which transform it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether what earlier runs have seen may have to be asked for.
    #[must_use]
    pub const fn remembers(&self) -> bool {
        self.remembers
    }

    /// What is rendered before the node runs: the config, with a number in place of each per-item field.
    #[must_use]
    pub const fn config(&self) -> &Template {
        &self.config
    }

    /// The per-item expressions, in which `item` and `index` are the element, with their pointers into the config.
    #[must_use]
    pub fn per_item(&self) -> Vec<(String, Expression)> {
        self.parts.iter().flat_map(Part::expressions).collect()
    }

    /// Runs it over its inputs, JSON text by port name.
    ///
    /// # Errors
    /// Parameters, values or expressions that do not fit, or a limit.
    pub fn run(
        &self,
        rendered: &str,
        inputs: &[(&str, Option<&str>)],
        context: &dyn Context,
        given: &Given,
    ) -> Result<Outcome, Error> {
        let call = Call {
            inputs,
            parts: &self.parts,
            context,
            given,
        };
        let (outputs, memory) = self.kind.run(rendered, &call)?;
        let written = outputs.into_iter().map(|(port, value)| {
            let json = value.to_string();
            if json.len() > limits::OUTPUT_BYTES {
                return Err(Error::too_large("the result", limits::OUTPUT_BYTES));
            }
            Ok((port, json))
        });
        let outputs = written.collect::<Result<_, _>>()?;
        Ok(Outcome { outputs, memory })
    }
}
