//! Where a person's message goes in the tree of a conversation.

use crate::{
    access::Access,
    edge::{Problem, ProblemItem},
    projection::store::places::{self, Wanted},
};
use ::store::Tx;
use axum::http::StatusCode;
use events::Place;
use ids::{ConversationId, MessageId};

/// Takes the place that is wanted for a message.
///
/// # Errors
/// 422 when the conversation has no such message; 409 when a branch is to begin while an answer is being written.
pub(crate) async fn placed(
    tx: &mut Tx,
    access: &Access,
    (conversation, message): (ConversationId, MessageId),
    wanted: Wanted,
) -> Result<Place, Problem> {
    let which = (conversation, message);
    let place = places::take(tx.conn(), &access.tenant, which, wanted).await?;
    let pointer = match wanted {
        Wanted::Last | Wanted::After(_) => "/after",
        Wanted::InsteadOf(_) => "/replaces",
    };
    let place = place.ok_or_else(|| unknown(pointer))?;
    if let Wanted::InsteadOf(_) = wanted
        && places::is_answering(tx.conn(), conversation).await?
    {
        return Err(answering());
    }
    Ok(place)
}

/// The words of a message that is asked again.
///
/// # Errors
/// 422 when they have not come yet.
pub(super) async fn again(tx: &mut Tx, message: MessageId) -> Result<String, Problem> {
    let text = places::text(tx.conn(), message).await?;
    text.ok_or_else(|| unknown("/replaces"))
}

fn unknown(pointer: &str) -> Problem {
    let message = "the conversation has no such message of a person";
    Problem::refused("message.unknown", "The message cannot be taken").item(ProblemItem::new(
        pointer,
        "message.unknown",
        message,
    ))
}

fn answering() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "conversation.answering",
        "An answer is being written",
    )
    .detail("a message can be changed or asked again when no answer is being written")
    .hint("stop the answer, or wait for its end")
}
