//! The tools that a model wants, as they come piece by piece.

use events::ToolCall;
use serde_json::json;

/// A tool that is wanted, or more of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CallPiece {
    /// What has the same place belongs together; without one, it is a whole call.
    pub(crate) at: Option<usize>,
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// JSON as text.
    pub(crate) arguments: String,
}

/// Calls as they come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls(Vec<CallPiece>);

impl Calls {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, piece: CallPiece) {
        let mut known = self.0.iter_mut().filter(|_| piece.at.is_some());
        let Some(call) = known.find(|call| call.at == piece.at) else {
            return self.0.push(piece);
        };
        call.id = piece.id.or_else(|| call.id.take());
        call.name.push_str(&piece.name);
        call.arguments.push_str(&piece.arguments);
    }

    /// What is wanted. A call without an id is named by its place in the exchange, in which `before` calls came earlier.
    /// Arguments that are no JSON stay the text that they are, none at all are an empty object.
    pub(crate) fn whole(self, before: usize) -> Vec<ToolCall> {
        let calls = self.0.into_iter().zip(before + 1..);
        calls
            .map(|(call, at)| ToolCall {
                id: call
                    .id
                    .filter(|id| !id.is_empty())
                    .unwrap_or_else(|| format!("call_{at}")),
                name: call.name,
                arguments: match call.arguments.trim() {
                    "" => json!({}),
                    text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
                },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(at: Option<usize>, id: &str, name: &str, arguments: &str) -> CallPiece {
        CallPiece {
            at,
            id: (!id.is_empty()).then(|| id.to_owned()),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        }
    }

    #[test]
    fn calls_come_in_pieces_or_whole() {
        let mut calls = Calls::default();
        for piece in [
            piece(Some(1), "c1", "send", ""),
            piece(Some(1), "", "", r#"{"to":"#),
            piece(Some(4), "c2", "look", "no JSON"),
            piece(Some(1), "", "", "1}"),
            piece(None, "", "rest", r#"{"x":1}"#),
            piece(None, "", "rest", ""),
        ] {
            calls.take(piece);
        }
        let whole: Vec<_> = calls
            .whole(2)
            .into_iter()
            .map(|call| (call.id, call.name, call.arguments))
            .collect();
        assert_eq!(
            whole,
            [
                ("c1".to_owned(), "send".to_owned(), json!({ "to": 1 })),
                ("c2".to_owned(), "look".to_owned(), json!("no JSON")),
                ("call_5".to_owned(), "rest".to_owned(), json!({ "x": 1 })),
                ("call_6".to_owned(), "rest".to_owned(), json!({})),
            ]
        );
    }
}
