//! Splits a string into literal text and `{{ … }}`.

use crate::{Error, Expression, Kind, expression::Place};

/// How many closing braces one opening is tried against.
const CANDIDATES: usize = 64;

#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Literal(String),
    Hole(Expression),
}

/// The pieces of `string` in order. An expression ends at the first `}}` after which what lies between parses: `}}` inside
/// a string, a comment or a nested object is part of the expression.
pub(crate) fn split(string: &str, pointer: &str) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    let mut rest = string;
    let mut position = 0;
    while let Some((literal, after)) = rest.split_once("{{") {
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        position += literal.chars().count() + 2;
        let (expression, remaining) = hole(after, position, pointer)?;
        position += expression.parsed().place.source.chars().count() + 2;
        pieces.push(Piece::Hole(expression));
        rest = remaining;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

/// The expression at the start of `text` and what follows its braces.
fn hole<'a>(text: &'a str, position: usize, pointer: &str) -> Result<(Expression, &'a str), Error> {
    let mut furthest: Option<Error> = None;
    let ends = text.match_indices('}').map(|(at, _)| at);
    let ends = ends.filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with("}}")));
    for end in ends.take(CANDIDATES) {
        let (source, rest) = text.split_at(end);
        let place = Place {
            pointer: pointer.to_owned(),
            position,
            source: source.to_owned(),
        };
        match Expression::parse_source(place) {
            Ok(expression) => return Ok((expression, rest.get(2..).unwrap_or_default())),
            Err(error) => {
                if furthest
                    .as_ref()
                    .is_none_or(|best| error.position > best.position)
                {
                    furthest = Some(error);
                }
            }
        }
    }
    Err(furthest.unwrap_or_else(|| Error {
        kind: Kind::Parse,
        pointer: pointer.to_owned(),
        expression: text.chars().take(80).collect(),
        position,
        message: "the expression is not closed".to_owned(),
        hint: "end it with }}".into(),
    }))
}
