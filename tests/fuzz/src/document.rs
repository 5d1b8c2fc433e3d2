//! Documents: read, compiled and run, or refused.

use crate::{Verdict, life, mutate, values};
use graphs::Dice;
use serde_json::{Value, json};
use workflow::{Document, Problem, compile, validate};

/// Most nodes that a run of a case executes.
const NODES: u64 = 300;

/// Any bytes, or the text of a document with damage.
pub(crate) fn text(dice: &mut Dice) -> Result<Verdict, String> {
    let bytes = match dice.percent(15) {
        true => {
            let count = dice.below(400);
            (0..count).map(|_| (dice.next() >> 32) as u8).collect()
        }
        false => {
            let text = seed(dice).to_string();
            mutate::text(text, dice)
        }
    };
    match String::from_utf8(bytes) {
        // No text is no JSON: it is refused before anybody looks for a document.
        Err(_) => Ok(Verdict::Refused),
        Ok(text) => match Document::read_text(&text) {
            Err(problems) => refused(&problems, None),
            Ok(document) => lives(document, None, dice),
        },
    }
}

/// A document with changes.
pub(crate) fn changed(dice: &mut Dice) -> Result<Verdict, String> {
    let (mut document, donor) = (seed(dice), seed(dice));
    mutate::value(&mut document, &donor, dice);
    match Document::read(&document) {
        Err(problems) => refused(&problems, Some(&document)),
        Ok(read) => lives(read, Some(&document), dice),
    }
}

/// A document as it should be, whose run is fed strangely.
pub(crate) fn fed(dice: &mut Dice) -> Result<Verdict, String> {
    let document = seed(dice);
    match Document::read(&document) {
        Err(problems) => Err(format!("a template is refused: {problems:?}")),
        Ok(read) => lives(read, Some(&document), dice),
    }
}

/// A shipped template, or a random graph.
fn seed(dice: &mut Dice) -> Value {
    let templates = workflow::templates::all();
    let at = dice.below(templates.len() * 2);
    match templates.get(at) {
        Some(template) => json!(template.document),
        None => graphs::grow(&graphs::draw(dice), dice.percent(30)),
    }
}

fn lives(
    mut document: Document,
    value: Option<&Value>,
    dice: &mut Dice,
) -> Result<Verdict, String> {
    let nodes = document.limits.nodes.unwrap_or(NODES).min(NODES);
    document.limits.nodes = Some(nodes);
    let found = validate(&document);
    match compile(&document) {
        Err(problems) => refused(&problems, value),
        Ok(_) if found.iter().any(Problem::is_error) => Err(format!("compiled although {found:?}")),
        Ok(plan) => life::live(&plan, values::any(dice), dice).map(|()| Verdict::Ended),
    }
}

/// A refusal names a place that exists, or one whose surroundings do.
fn refused(problems: &[Problem], value: Option<&Value>) -> Result<Verdict, String> {
    let error = problems.iter().find(|problem| problem.is_error());
    let error = error.ok_or("refused without an error")?;
    let pointer = &error.pointer;
    let exists = |value: &Value| {
        let around = pointer.match_indices('/').map(|(at, _)| &pointer[..at]);
        let place = std::iter::once(pointer.as_str()).chain(around.rev().take(2));
        place
            .into_iter()
            .any(|place| value.pointer(place).is_some())
    };
    match pointer.is_empty() || pointer.starts_with('/') {
        true if value.is_none_or(exists) => Ok(Verdict::Refused),
        true | false => Err(format!("refused at `{pointer}`: {error}")),
    }
}
