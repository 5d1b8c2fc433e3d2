//! What follows when something happens in a conversation. Pure.

use events::{AttachedFile, RunError};
use ids::{MessageId, RunId};

/// A message of a person, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub message: MessageId,
    pub text: String,
    /// What came along.
    pub files: Vec<AttachedFile>,
    pub state: TurnState,
}

/// The life of a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnState {
    /// Another one is being answered, or nothing has been decided yet.
    Waiting,
    /// A run works on the answer.
    Running { answer: MessageId, run: RunId },
    /// With this text.
    Answered { text: String },
    /// There is no answer.
    Failed,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A person wrote, behind this message.
    Posted {
        message: MessageId,
        after: Option<MessageId>,
        text: String,
    },
    /// Runs can be started now.
    Ready,
    /// The run answered.
    Completed { run: RunId, text: String },
    /// The run did not.
    Failed { run: RunId, error: RunError },
}

/// What is to be done about it, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Keep the message; it will be answered.
    Add {
        message: MessageId,
        after: Option<MessageId>,
        text: String,
    },
    /// Keep the answer and tell it.
    Complete {
        message: MessageId,
        answer: MessageId,
        run: RunId,
        text: String,
    },
    /// Tell that there will be no answer.
    Fail {
        message: MessageId,
        answer: MessageId,
        run: RunId,
        error: RunError,
    },
    /// Start a run that answers this message.
    Begin {
        message: MessageId,
        answer: MessageId,
        run: RunId,
    },
}

/// Ids for an answer that may begin now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    pub answer: MessageId,
    pub run: RunId,
}

/// The steps that follow from `input`, given all turns that have not ended, in their order; without `fresh` no answer can begin.
/// What is known already, and the end of a turn that does not run, have no consequences.
#[must_use]
pub fn decide(open: &[Turn], input: Input, fresh: Option<Fresh>) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut waiting = open
        .iter()
        .filter(|turn| turn.state == TurnState::Waiting)
        .map(|turn| turn.message);
    let running = open.iter().find_map(running);
    let next = match input {
        Input::Posted { message, .. } if open.iter().any(|turn| turn.message == message) => None,
        Input::Posted {
            message,
            after,
            text,
        } => {
            steps.push(Step::Add {
                message,
                after,
                text,
            });
            match running {
                Some(_) => None,
                None => waiting.next().or(Some(message)),
            }
        }
        Input::Ready => match running {
            Some(_) => None,
            None => waiting.next(),
        },
        Input::Completed { run, text } => {
            let Some((message, answer)) = asked(running, run) else {
                return Vec::new();
            };
            steps.push(Step::Complete {
                message,
                answer,
                run,
                text,
            });
            waiting.next()
        }
        Input::Failed { run, error } => {
            let Some((message, answer)) = asked(running, run) else {
                return Vec::new();
            };
            steps.push(Step::Fail {
                message,
                answer,
                run,
                error,
            });
            waiting.next()
        }
    };
    steps.extend(next.zip(fresh).map(|(message, fresh)| Step::Begin {
        message,
        answer: fresh.answer,
        run: fresh.run,
    }));
    steps
}

type Running = (MessageId, MessageId, RunId);

const fn running(turn: &Turn) -> Option<Running> {
    match turn.state {
        TurnState::Running { answer, run } => Some((turn.message, answer, run)),
        TurnState::Waiting | TurnState::Answered { .. } | TurnState::Failed => None,
    }
}

/// Message and answer of the running turn, if it is this run that works on it.
fn asked(running: Option<Running>, run: RunId) -> Option<(MessageId, MessageId)> {
    running
        .filter(|(_, _, asked)| *asked == run)
        .map(|(message, answer, _)| (message, answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::ErrorClass;

    const FRESH: Option<Fresh> = Some(Fresh {
        answer: MessageId::from_u128(90),
        run: RunId::from_u128(91),
    });

    const fn message(n: u128) -> MessageId {
        MessageId::from_u128(n)
    }

    fn turn(n: u128, state: TurnState) -> Turn {
        Turn {
            files: Vec::new(),
            message: message(n),
            text: format!("message {n}"),
            state,
        }
    }

    const fn running(n: u128) -> TurnState {
        TurnState::Running {
            answer: message(n + 100),
            run: RunId::from_u128(n + 200),
        }
    }

    fn posted(n: u128) -> Input {
        Input::Posted {
            message: message(n),
            after: None,
            text: format!("message {n}"),
        }
    }

    fn begin(n: u128) -> Step {
        Step::Begin {
            message: message(n),
            answer: message(90),
            run: RunId::from_u128(91),
        }
    }

    fn add(n: u128) -> Step {
        Step::Add {
            message: message(n),
            after: None,
            text: format!("message {n}"),
        }
    }

    #[test]
    fn the_first_message_is_answered_at_once() {
        assert_eq!(decide(&[], posted(1), FRESH), [add(1), begin(1)]);
    }

    #[test]
    fn a_message_during_an_answer_waits() {
        assert_eq!(decide(&[turn(1, running(1))], posted(2), FRESH), [add(2)]);
    }

    #[test]
    fn the_end_of_an_answer_begins_the_oldest_waiting_one() {
        let open = [
            turn(1, running(1)),
            turn(2, TurnState::Waiting),
            turn(3, TurnState::Waiting),
        ];
        let completed = Input::Completed {
            run: RunId::from_u128(201),
            text: "yes".into(),
        };
        let complete = Step::Complete {
            message: message(1),
            answer: message(101),
            run: RunId::from_u128(201),
            text: "yes".into(),
        };
        assert_eq!(decide(&open, completed, FRESH), [complete, begin(2)]);
    }

    #[test]
    fn a_failure_does_not_hold_up_the_next_message() {
        let open = [turn(1, running(1)), turn(2, TurnState::Waiting)];
        let error = RunError {
            class: ErrorClass::Timeout,
            code: "llm.timeout".into(),
            message: "no answer".into(),
            hint: None,
            node: None,
            detail: None,
            retry_after_ms: None,
        };
        let failed = Input::Failed {
            run: RunId::from_u128(201),
            error,
        };
        let steps = decide(&open, failed, FRESH);
        assert!(matches!(steps[0], Step::Fail { .. }));
        assert_eq!(steps[1..], [begin(2)]);
    }

    #[test]
    fn without_an_assistant_messages_wait_until_there_is_one() {
        assert_eq!(decide(&[], posted(1), None), [add(1)]);
        let open = [turn(1, TurnState::Waiting), turn(2, TurnState::Waiting)];
        assert_eq!(decide(&open, posted(3), None), [add(3)]);
        assert_eq!(decide(&open, Input::Ready, FRESH), [begin(1)]);
        assert_eq!(decide(&[turn(1, running(1))], Input::Ready, FRESH), []);
    }

    #[test]
    fn a_repeat_changes_nothing() {
        assert!(decide(&[turn(1, running(1))], posted(1), FRESH).is_empty());
        let late = Input::Completed {
            run: RunId::from_u128(7),
            text: "late".into(),
        };
        assert!(decide(&[turn(1, running(1))], late.clone(), FRESH).is_empty());
        assert!(decide(&[], late, FRESH).is_empty());
    }

    #[test]
    fn whatever_happens_at_most_one_turn_runs_and_all_are_answered_in_order() {
        let mut open: Vec<Turn> = Vec::new();
        let mut answered = Vec::new();
        for round in 0..200_u128 {
            // Posts and ends of answers in a mixed but fixed order.
            let ends = round % 3 == 2 && !open.is_empty();
            let input = match open.first().map(|turn| &turn.state) {
                Some(TurnState::Running { run, .. }) if ends => Input::Completed {
                    run: *run,
                    text: String::new(),
                },
                _ => posted(round),
            };
            let fresh = Fresh {
                answer: message(1_000 + round),
                run: RunId::from_u128(2_000 + round),
            };
            for step in decide(&open, input, Some(fresh)) {
                match step {
                    Step::Add { message, text, .. } => open.push(Turn {
                        files: Vec::new(),
                        message,
                        text,
                        state: TurnState::Waiting,
                    }),
                    Step::Complete { message, .. } | Step::Fail { message, .. } => {
                        assert_eq!(open.remove(0).message, message);
                        answered.push(message);
                    }
                    Step::Begin {
                        message,
                        answer,
                        run,
                    } => {
                        let turn = open.iter_mut().find(|turn| turn.message == message);
                        turn.unwrap().state = TurnState::Running { answer, run };
                    }
                }
            }
            let running = open.iter().filter(|turn| turn.state != TurnState::Waiting);
            assert_eq!(running.count(), usize::from(!open.is_empty()));
        }
        assert!(answered.is_sorted() && answered.len() > 50);
    }
}
