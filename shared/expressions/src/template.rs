//! A JSON value with holes.

use crate::{
    Context, Error, Expression, Given, Kind, References, escape_pointer, evaluate::Session, limits,
    output, output::Bounded, text, text::Piece, undisturbed,
};
use serde_json::Value;
use std::{io, sync::Arc};

/// A JSON value whose strings may hold `{{ … }}`, parsed once. Cloning counts a reference.
#[derive(Debug, Clone)]
pub struct Template(Arc<Parsed>);

#[derive(Debug)]
struct Parsed {
    part: Part,
    references: References,
    /// Of the references, those whose values are parsed; the others are copied.
    reads: References,
    guarded: bool,
}

#[derive(Debug)]
enum Part {
    /// JSON text without holes.
    Constant(String),
    /// A string that is one expression: keeps the value's type.
    Whole(Expression),
    /// A string with text around its expressions.
    Text(Vec<Piece>),
    Array(Vec<Part>),
    /// Keys as JSON text.
    Object(Vec<(String, Part)>),
}

impl Template {
    /// Parses every expression of a value.
    ///
    /// # Errors
    /// All expressions that do not parse, each with its pointer and position.
    pub fn parse(value: &Value) -> Result<Self, Vec<Error>> {
        let mut errors = Vec::new();
        let part = Part::parse(value, "", &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut expressions = Vec::new();
        part.collect(&mut expressions);
        let (mut references, mut reads) = (References::default(), References::default());
        for expression in &expressions {
            references.add(expression.references());
        }
        part.reads(&mut reads);
        let guarded = expressions.iter().any(|e| e.parsed().guarded);
        Ok(Self(Arc::new(Parsed {
            part,
            references,
            reads,
            guarded,
        })))
    }

    /// What all expressions together name.
    #[must_use]
    pub fn references(&self) -> &References {
        &self.0.references
    }

    /// Every expression, in document order.
    #[must_use]
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut expressions = Vec::new();
        self.0.part.collect(&mut expressions);
        expressions
    }

    /// Whether the value has no expression, so that it renders without a context.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        matches!(self.0.part, Part::Constant(_))
    }

    /// The value as JSON text; a value copied whole from the context is copied byte by byte.
    ///
    /// # Errors
    /// `Kind::Evaluation`, `Kind::Limit` or `Kind::Late`, of the first expression that fails.
    pub fn render_json(&self, context: &dyn Context, given: &Given) -> Result<String, Error> {
        if let Part::Constant(json) = &self.0.part {
            return Ok(json.clone());
        }
        let render = || self.render_in(None, context, given).1;
        undisturbed(render, |error| error.kind == Kind::Late)
    }

    /// As [`Template::render_json`], in a session that is open already; gives it back.
    pub(crate) fn render_in(
        &self,
        session: Option<Session>,
        context: &dyn Context,
        given: &Given,
    ) -> (Option<Session>, Result<String, Error>) {
        let parsed = &*self.0;
        if let Part::Constant(json) = &parsed.part {
            return (session, Ok(json.clone()));
        }
        let mut rendering = Rendering {
            session,
            template: parsed,
            context,
            given,
            out: Bounded::new(limits::OUTPUT_BYTES),
        };
        let rendered = rendering.part(&parsed.part);
        let json = rendered.map(|()| rendering.out.into_text());
        (rendering.session, json)
    }

    /// What is parsed to render it.
    pub(crate) fn reads(&self) -> &References {
        &self.0.reads
    }

    /// Whether the evaluator must know our own functions.
    pub(crate) fn is_guarded(&self) -> bool {
        self.0.guarded
    }

    /// The value; "no value" is `null`.
    ///
    /// # Errors
    /// As [`Template::render_json`].
    pub fn render(&self, context: &dyn Context, given: &Given) -> Result<Value, Error> {
        read(&self.render_json(context, given)?)
    }
}

/// The value of rendered text.
pub(crate) fn read(json: &str) -> Result<Value, Error> {
    serde_json::from_str(json).map_err(|error| Error {
        kind: Kind::Limit,
        pointer: String::new(),
        expression: String::new(),
        position: 0,
        message: format!("the rendered value is no usable JSON: {error}"),
        hint: "nest the value less deeply".into(),
    })
}

impl Part {
    fn parse(value: &Value, pointer: &str, errors: &mut Vec<Error>) -> Self {
        match value {
            Value::String(string) => Self::parse_string(string, pointer, errors),
            Value::Array(items) => {
                let parts = items.iter().enumerate();
                let parts =
                    parts.map(|(i, item)| Self::parse(item, &format!("{pointer}/{i}"), errors));
                Self::array(parts.collect(), value)
            }
            Value::Object(map) => {
                let mut parts = Vec::with_capacity(map.len());
                for (key, item) in map {
                    let escaped = escape_pointer(key);
                    let pointer = format!("{pointer}/{escaped}");
                    if key.contains("{{") {
                        errors.push(key_error(key, &pointer));
                    }
                    let json = Value::String(key.clone()).to_string();
                    parts.push((json, Self::parse(item, &pointer, errors)));
                }
                Self::object(parts, value)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Constant(value.to_string()),
        }
    }

    fn parse_string(string: &str, pointer: &str, errors: &mut Vec<Error>) -> Self {
        let mut pieces = match text::split(string, pointer) {
            Ok(pieces) => pieces,
            Err(error) => {
                errors.push(error);
                Vec::new()
            }
        };
        match pieces.pop() {
            Some(Piece::Hole(expression)) if pieces.is_empty() => Self::Whole(expression),
            Some(last @ Piece::Hole(_)) => {
                pieces.push(last);
                Self::Text(pieces)
            }
            Some(last @ Piece::Literal(_)) if !pieces.is_empty() => {
                pieces.push(last);
                Self::Text(pieces)
            }
            Some(Piece::Literal(_)) | None => {
                Self::Constant(Value::String(string.to_owned()).to_string())
            }
        }
    }

    fn array(parts: Vec<Self>, value: &Value) -> Self {
        if parts.iter().all(|part| matches!(part, Self::Constant(_))) {
            Self::Constant(value.to_string())
        } else {
            Self::Array(parts)
        }
    }

    fn object(parts: Vec<(String, Self)>, value: &Value) -> Self {
        if parts
            .iter()
            .all(|(_, part)| matches!(part, Self::Constant(_)))
        {
            Self::Constant(value.to_string())
        } else {
            Self::Object(parts)
        }
    }

    fn reads(&self, into: &mut References) {
        match self {
            Self::Whole(expression) if expression.parsed().copies.is_some() => {}
            Self::Array(parts) => parts.iter().for_each(|part| part.reads(into)),
            Self::Object(parts) => parts.iter().for_each(|(_, part)| part.reads(into)),
            Self::Whole(_) | Self::Text(_) | Self::Constant(_) => {
                let mut expressions = Vec::new();
                self.collect(&mut expressions);
                expressions.iter().for_each(|e| into.add(e.references()));
            }
        }
    }

    fn collect<'a>(&'a self, into: &mut Vec<&'a Expression>) {
        match self {
            Self::Constant(_) => {}
            Self::Whole(expression) => into.push(expression),
            Self::Text(pieces) => into.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Hole(expression) => Some(expression),
                Piece::Literal(_) => None,
            })),
            Self::Array(parts) => parts.iter().for_each(|part| part.collect(into)),
            Self::Object(parts) => parts.iter().for_each(|(_, part)| part.collect(into)),
        }
    }
}

fn key_error(key: &str, pointer: &str) -> Error {
    Error {
        kind: Kind::Parse,
        pointer: pointer.to_owned(),
        expression: key.to_owned(),
        position: 0,
        message: "a key cannot hold an expression".to_owned(),
        hint: "build the object inside one expression: {{ { input.name: input.value } }}".into(),
    }
}

/// One rendering under way. The context is read when the first expression needs it.
struct Rendering<'a> {
    session: Option<Session>,
    template: &'a Parsed,
    context: &'a dyn Context,
    given: &'a Given,
    out: Bounded,
}

impl Rendering<'_> {
    fn part(&mut self, part: &Part) -> Result<(), Error> {
        match part {
            Part::Constant(json) => self.out.raw(json).map_err(|_| too_long()),
            Part::Whole(expression) => self.whole(expression),
            Part::Text(pieces) => self.text(pieces),
            Part::Array(parts) => {
                self.punctuation("[")?;
                for (i, part) in parts.iter().enumerate() {
                    self.punctuation(if i == 0 { "" } else { "," })?;
                    self.part(part)?;
                }
                self.punctuation("]")
            }
            Part::Object(parts) => {
                self.punctuation("{")?;
                for (i, (key, part)) in parts.iter().enumerate() {
                    self.punctuation(if i == 0 { "" } else { "," })?;
                    self.punctuation(key)?;
                    self.punctuation(":")?;
                    self.part(part)?;
                }
                self.punctuation("}")
            }
        }
    }

    fn punctuation(&mut self, text: &str) -> Result<(), Error> {
        self.out.raw(text).map_err(|_| too_long())
    }

    fn whole(&mut self, expression: &Expression) -> Result<(), Error> {
        let parsed = expression.parsed();
        let written = if let Some(reference) = &parsed.copies {
            let json = self.context.json(reference);
            self.out.raw(json.as_deref().unwrap_or("null"))
        } else {
            let value = self.session()?.value(parsed)?;
            self.out.json(&value)
        };
        written.map_err(|error| output_error(expression, &error))
    }

    fn text(&mut self, pieces: &[Piece]) -> Result<(), Error> {
        let mut string = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => string.push_str(literal),
                Piece::Hole(expression) => {
                    let value = self.session()?.value(expression.parsed())?;
                    output::append_text(&mut string, &value)
                        .map_err(|error| output_error(expression, &error))?;
                }
            }
        }
        self.out.json(&string).map_err(|_| too_long())
    }

    fn session(&mut self) -> Result<&mut Session, Error> {
        let session = match self.session.take() {
            Some(session) => session,
            None => {
                let Parsed { reads, guarded, .. } = self.template;
                Session::open(reads, *guarded, self.context, self.given)?
            }
        };
        Ok(self.session.insert(session))
    }
}

fn output_error(expression: &Expression, error: &io::Error) -> Error {
    expression.parsed().place.error(
        Kind::Limit,
        format!("the value cannot be written: {error}"),
        "select fewer fields or items",
    )
}

fn too_long() -> Error {
    Error {
        kind: Kind::Limit,
        pointer: String::new(),
        expression: String::new(),
        position: 0,
        message: format!(
            "the rendered value is longer than {} bytes",
            limits::OUTPUT_BYTES
        ),
        hint: "select fewer fields or items".into(),
    }
}
