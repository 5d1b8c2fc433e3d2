//! What a model gets to read of a conversation. Pure.

use crate::{Turn, TurnState, files::with_files};
use events::{ChatMessage, ChatRole};
use ids::MessageId;

/// A character of most languages is a quarter of a token; good enough to choose what to leave out.
const CHARS_PER_TOKEN: usize = 4;
/// What the frame around each message costs, in tokens.
const FRAME_TOKENS: usize = 4;

/// How much a model gets to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub tokens: usize,
}

impl Budget {
    /// A quarter for what is known of the person, the rest for what was said.
    pub(crate) const fn split(self) -> (Self, Self) {
        let memory = self.tokens / 4;
        let said = self.tokens - memory;
        (Self { tokens: memory }, Self { tokens: said })
    }
}

/// The exchange that ends with `message`, oldest first: each message with its answer, as many whole turns as the budget holds,
/// newest first, then what was said elsewhere `before`. The message itself always goes along, cut at the budget. Neighbours of
/// one speaker are joined, because some models insist on taking turns.
#[must_use]
pub fn exchange(
    before: &[ChatMessage],
    turns: &[Turn],
    message: MessageId,
    budget: Budget,
) -> Vec<ChatMessage> {
    let at = turns
        .iter()
        .position(|turn| turn.message == message)
        .unwrap_or(turns.len());
    let mut left = budget.tokens;
    let mut chosen = Vec::new();
    if let Some(turn) = turns.get(at) {
        let room = left.saturating_sub(FRAME_TOKENS) * CHARS_PER_TOKEN;
        let text = with_files(&turn.text, &turn.files);
        let text: String = text.chars().take(room).collect();
        left = left.saturating_sub(cost(&text));
        chosen.push(said(ChatRole::User, &text));
    }
    let mut fits = |needed: usize| {
        let rest = left.checked_sub(needed);
        left = rest.unwrap_or_default();
        rest.is_some()
    };
    for turn in turns.iter().take(at).rev() {
        let answer = match &turn.state {
            TurnState::Answered { text } => Some(text.as_str()),
            TurnState::Waiting | TurnState::Running { .. } | TurnState::Failed => None,
        };
        let asked = with_files(&turn.text, &turn.files);
        let needed = cost(&asked) + answer.map_or(0, cost);
        if !fits(needed) {
            break;
        }
        chosen.extend(answer.map(|text| said(ChatRole::Assistant, text)));
        chosen.push(said(ChatRole::User, &asked));
    }
    // Where a turn did not fit, nothing that is older does.
    let earlier = before.iter().rev();
    let earlier = earlier.take_while(|said| fits(cost(&said.text)));
    chosen.extend(earlier.cloned());
    chosen.reverse();
    join(chosen)
}

fn said(role: ChatRole, text: &str) -> ChatMessage {
    ChatMessage::said(role, text)
}

pub(crate) fn cost(text: &str) -> usize {
    text.chars().count().div_ceil(CHARS_PER_TOKEN) + FRAME_TOKENS
}

fn join(messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let mut joined: Vec<ChatMessage> = Vec::with_capacity(messages.len());
    for message in messages {
        match joined.last_mut() {
            Some(last) if last.role == message.role => {
                last.text.push_str("\n\n");
                last.text.push_str(&message.text);
            }
            _ => joined.push(message),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLENTY: Budget = Budget { tokens: 1_000 };

    fn turn(n: u128, text: &str, answer: Option<&str>) -> Turn {
        let state = answer.map_or(TurnState::Failed, |text| TurnState::Answered {
            text: text.into(),
        });
        Turn {
            message: MessageId::from_u128(n),
            text: text.into(),
            files: Vec::new(),
            state,
        }
    }

    fn texts(turns: &[Turn], n: u128, budget: Budget) -> Vec<String> {
        let messages = exchange(&[], turns, MessageId::from_u128(n), budget);
        messages.into_iter().map(|message| message.text).collect()
    }

    #[test]
    fn answers_stand_after_the_messages_they_answer() {
        let mut turns = vec![turn(1, "one", Some("1")), turn(2, "two", Some("2"))];
        turns.push(turn(3, "three", None));
        turns.push(turn(4, "posted meanwhile", None));
        assert_eq!(texts(&turns, 3, PLENTY), ["one", "1", "two", "2", "three"]);
    }

    #[test]
    fn a_message_without_an_answer_is_joined_to_the_next() {
        let turns = [turn(1, "one", None), turn(2, "two", None)];
        assert_eq!(texts(&turns, 2, PLENTY), ["one\n\ntwo"]);
    }

    #[test]
    fn the_oldest_turns_are_left_out_first() {
        let long = "x".repeat(400);
        let turns = [
            turn(1, &long, Some("old")),
            turn(2, "two", Some("2")),
            turn(3, "three", None),
        ];
        assert_eq!(
            texts(&turns, 3, Budget { tokens: 60 }),
            ["two", "2", "three"]
        );
    }

    #[test]
    fn a_message_longer_than_the_budget_is_cut() {
        let turns = [turn(1, &"ä".repeat(1_000), None)];
        let texts = texts(&turns, 1, Budget { tokens: 14 });
        assert_eq!(texts, ["ä".repeat(40)]);
    }

    #[test]
    fn what_was_said_elsewhere_comes_first_and_is_left_out_first() {
        let before = [
            said(ChatRole::User, "elsewhere"),
            said(ChatRole::Assistant, "there"),
        ];
        let turns = [turn(1, "one", Some("1")), turn(2, "two", None)];
        let texts = |budget| -> Vec<String> {
            let all = exchange(&before, &turns, MessageId::from_u128(2), budget);
            all.into_iter().map(|message| message.text).collect()
        };
        assert_eq!(texts(PLENTY), ["elsewhere", "there", "one", "1", "two"]);
        assert_eq!(texts(Budget { tokens: 22 }), ["there", "one", "1", "two"]);
        assert_eq!(texts(Budget { tokens: 6 }), ["two"]);
    }
}
