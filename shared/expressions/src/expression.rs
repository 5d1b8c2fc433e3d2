//! One parsed expression and its place in the document.

use crate::{
    Context, Error, Given, Kind, Reference, References, evaluate::Session, harden, limits,
    output::Bounded, text, undisturbed,
};
use jsonata_core::{ast::AstNode, value::JValue};
use serde_json::Value;
use std::sync::Arc;

/// A parsed `{{ … }}`: a condition, a filter, or one hole of a [`crate::Template`]. Cloning counts a reference.
#[derive(Clone)]
pub struct Expression(Arc<Parsed>);

pub(crate) struct Parsed {
    pub(crate) place: Place,
    pub(crate) ast: AstNode,
    pub(crate) references: References,
    /// Whether the evaluator must know our own functions.
    pub(crate) guarded: bool,
    /// Set when the whole expression is one reference, whose JSON can be copied unread.
    pub(crate) copies: Option<Reference>,
}

/// Where an expression stands, for its errors.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) pointer: String,
    /// Characters from the start of the string to the source.
    pub(crate) position: usize,
    pub(crate) source: String,
}

impl Place {
    pub(crate) fn error(&self, kind: Kind, message: String, hint: &'static str) -> Error {
        Error {
            kind,
            pointer: self.pointer.clone(),
            expression: self.source.trim().to_owned(),
            position: self.position,
            message,
            hint: hint.into(),
        }
    }
}

impl Expression {
    /// Parses a string that is exactly one `{{ … }}`.
    ///
    /// # Errors
    /// `Kind::Parse`: text outside the braces, no braces, or a source that is no JSONata.
    pub fn parse(string: &str) -> Result<Self, Error> {
        Self::parse_at(string, "")
    }

    /// As [`Expression::parse`]; errors carry `pointer`, the place of the string in its document.
    ///
    /// # Errors
    /// As [`Expression::parse`].
    pub fn parse_at(string: &str, pointer: &str) -> Result<Self, Error> {
        let mut pieces = text::split(string, pointer)?;
        match (pieces.pop(), pieces.pop()) {
            (Some(text::Piece::Hole(expression)), None) => Ok(expression),
            _ => Err(Error {
                kind: Kind::Parse,
                pointer: pointer.to_owned(),
                expression: string.to_owned(),
                position: 0,
                message: "expected one expression and nothing else".to_owned(),
                hint: "write it as {{ input.amount > 100 }}".into(),
            }),
        }
    }

    /// Parses the source between two braces.
    pub(crate) fn parse_source(place: Place) -> Result<Self, Error> {
        if place.source.len() > limits::SOURCE_BYTES {
            return Err(place.error(
                Kind::Limit,
                format!(
                    "the expression is longer than {} bytes",
                    limits::SOURCE_BYTES
                ),
                "split it over several transform nodes",
            ));
        }
        let (ast, guarded) = harden::parse(&place)?;
        let references = References::of(&ast);
        Ok(Self(Arc::new(Parsed {
            copies: crate::references::sole_reference(&ast),
            place,
            ast,
            references,
            guarded,
        })))
    }

    pub(crate) fn parsed(&self) -> &Parsed {
        &self.0
    }

    /// The source between the braces, without surrounding blanks.
    #[must_use]
    pub fn source(&self) -> &str {
        self.0.place.source.trim()
    }

    /// JSON pointer of the string that holds the expression, inside the value that was parsed.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.place.pointer
    }

    /// Characters from the start of that string to the expression.
    #[must_use]
    pub fn position(&self) -> usize {
        self.0.place.position
    }

    /// What the expression names.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.0.references
    }

    /// Of what it names, that whose values its value may carry; what only a condition looks at is not among it.
    #[must_use]
    pub fn carries(&self) -> References {
        References::carried(&self.0.ast)
    }

    /// The value; "no value" is `null`.
    ///
    /// # Errors
    /// `Kind::Evaluation`, `Kind::Limit` or `Kind::Late`.
    pub fn eval(&self, context: &dyn Context, given: &Given) -> Result<Value, Error> {
        let value = self.value(context, given)?;
        let mut json = Bounded::new(limits::OUTPUT_BYTES);
        let written = json.json(&value).map_err(|error| error.to_string());
        let read = written.and_then(|()| {
            serde_json::from_str(&json.into_text()).map_err(|error| error.to_string())
        });
        read.map_err(|error| {
            self.0.place.error(
                Kind::Limit,
                format!("the value cannot be written: {error}"),
                "select fewer fields or items",
            )
        })
    }

    fn value(&self, context: &dyn Context, given: &Given) -> Result<JValue, Error> {
        let evaluate = || {
            let mut session = Session::open(&self.0.references, self.0.guarded, context, given)?;
            session.value(&self.0)
        };
        undisturbed(evaluate, |error| error.kind == Kind::Late)
    }

    /// The value of a condition.
    ///
    /// # Errors
    /// `Kind::Type` when the value is no boolean, otherwise as [`Expression::eval`].
    pub fn eval_bool(&self, context: &dyn Context, given: &Given) -> Result<bool, Error> {
        let value = self.value(context, given)?;
        value.as_bool().ok_or_else(|| {
            let found = crate::output::type_name(&value);
            self.0.place.error(
                Kind::Type,
                format!("the condition must give true or false, not {found}"),
                "compare the value (input.count > 0), or ask $exists(…) or $boolean(…)",
            )
        })
    }
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{{{{ {} }}}}", self.source())
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.0.place.source == other.0.place.source
    }
}
