//! One list, item by item: what expressions read beside `item` and `index` is parsed once for the whole list.

use crate::{
    Context, Error, Given, Kind, Reference, References, Template, evaluate::Session, limits,
};
use jsonata_core::value::JValue;
use serde_json::Value;
use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

/// Templates that are rendered for one item after the other. Inside, `item` and `index` are the element and its place;
/// they hide those of a loop around the node.
pub struct Each<'a> {
    scope: Scope<'a>,
    given: &'a Given,
    reads: References,
    guarded: bool,
    session: Option<Session>,
    until: Instant,
}

impl<'a> Each<'a> {
    /// For these templates and no others. All renderings together may take [`limits::LIST_TIME_MS`] from now.
    pub fn new<'t>(
        templates: impl IntoIterator<Item = &'t Template>,
        context: &'a dyn Context,
        given: &'a Given,
    ) -> Self {
        let mut reads = References::default();
        let mut guarded = false;
        for template in templates {
            reads.add(template.reads());
            guarded |= template.is_guarded();
        }
        Self {
            scope: Scope {
                context,
                item: String::from("null"),
                index: 0,
            },
            given,
            reads,
            guarded,
            session: None,
            until: Instant::now() + Duration::from_millis(limits::LIST_TIME_MS),
        }
    }

    /// Goes to an item.
    ///
    /// # Errors
    /// `Kind::Limit`: the item nests too deeply to be read.
    pub fn enter(&mut self, item: &Value, index: usize) -> Result<(), Error> {
        self.scope.item = item.to_string();
        self.scope.index = index;
        if let Some(session) = &mut self.session {
            for reference in [Reference::Item, Reference::Index] {
                if self.reads.is_open() || self.reads.named().any(|named| *named == reference) {
                    let json = self.scope.json(&reference).unwrap_or_default();
                    let value = JValue::from_json_str(&json)
                        .map_err(|error| refused(format!("the item cannot be read: {error}")))?;
                    session.set(&reference.to_string(), value);
                }
            }
        }
        Ok(())
    }

    /// The value of one of the templates for the item that was entered; "no value" is `null`.
    ///
    /// # Errors
    /// As [`Template::render_json`]; `Kind::Late` as well when the list as a whole took too long.
    pub fn render(&mut self, template: &Template) -> Result<Value, Error> {
        if !template.is_constant() && Instant::now() >= self.until {
            let most = limits::LIST_TIME_MS;
            let message = format!("the expressions took longer than {most} ms for the list");
            return Err(Error {
                kind: Kind::Late,
                ..refused(message)
            });
        }
        let session = match self.session.take() {
            Some(session) => Some(session),
            None if template.is_constant() => None,
            None => Some(Session::open(
                &self.reads,
                self.guarded,
                &self.scope,
                self.given,
            )?),
        };
        let (session, rendered) = template.render_in(session, &self.scope, self.given);
        self.session = session;
        rendered.and_then(|json| crate::template::read(&json))
    }
}

/// The node's own context with the item laid over it.
struct Scope<'a> {
    context: &'a dyn Context,
    item: String,
    index: usize,
}

impl Context for Scope<'_> {
    fn json(&self, reference: &Reference) -> Option<Cow<'_, str>> {
        match reference {
            Reference::Item => Some(Cow::Borrowed(&self.item)),
            Reference::Index => Some(Cow::Owned(self.index.to_string())),
            Reference::Input
            | Reference::Port(_)
            | Reference::Node(_)
            | Reference::Trigger
            | Reference::Run => self.context.json(reference),
        }
    }

    fn all(&self) -> Vec<Reference> {
        let own = [Reference::Item, Reference::Index];
        let others = self.context.all().into_iter();
        let others = others.filter(|reference| !own.contains(reference));
        others.chain(own.clone()).collect()
    }
}

fn refused(message: String) -> Error {
    Error {
        kind: Kind::Limit,
        pointer: String::new(),
        expression: "item".to_owned(),
        position: 0,
        message,
        hint: "work on fewer or smaller items".into(),
    }
}
