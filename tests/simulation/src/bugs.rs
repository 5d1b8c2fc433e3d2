//! Bugs on purpose: each takes away one safety device, and a check must turn red.

use clap::ValueEnum;

macro_rules! bugs {
    ($($(#[$doc:meta])* $bug:ident by $check:literal,)*) => {
        /// A bug, by the device that it takes away.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub enum Bug {
            $($(#[$doc])* $bug,)*
        }

        impl Bug {
            /// All of them, each with the check that must notice it.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$bug, $check),)*];
        }
    };
}

bugs! {
    /// A flush of an owner that another one has replaced counts
    NoFence by "owners-follow-each-other",
    /// Effects leave before the statement is answered
    PublishBeforeCommit by "told-is-durable",
    /// A new owner leaves out what its predecessor did not publish
    NotPublishedAgain by "log-is-told",
    /// A flush counts as published when the first of its messages is stored
    MarkedTooEarly by "log-is-told",
    /// An effect without a result is never asked for again
    NeverAskedAgain by "runs-end",
    /// Nobody is woken
    WakeLost by "runs-end",
    /// Runs are woken before their time
    WakeEarly by "timers-are-not-early",
    /// A new owner overlooks an event of the log
    FoldDrift by "log-is-gapless",
    /// A run in memory is not what its events make of it
    MemoryDrift by "memory-is-the-log",
    /// What was decided before a shard was let go is written after it was taken over again
    RoundKept by "replay-decides-the-same",
    /// A frame leaves a number out
    SkipSeq by "log-is-gapless",
    /// An end is written twice
    DoubleTerminal by "nothing-follows-an-end",
    /// An effect is asked for twice under one key
    RequestTwice by "effects-are-asked-for-once",
    /// A result is applied twice
    ResultTwice by "results-count-once",
    /// An answer is applied twice
    AnswerTwice by "answers-count-once",
    /// An adapter forgets what it recorded
    LedgerForgotten by "calls-happen-once",
    /// An outbox forgets what nobody has confirmed
    OutboxForgets by "accepted-runs",
    /// An outbox keeps what everybody has confirmed
    NeverConfirmed by "outboxes-become-empty",
    /// A reader of the log loses a frame
    FrameLost by "model-is-the-log",
    /// A due time is passed over
    DueForgotten by "due-times-are-decided-once",
    /// A due time that is told again is another one
    OtherName by "fired-means-one-run",
    /// A decision made once more takes other dice
    OtherDice by "replay-decides-the-same",
    /// A run that nobody asked for
    GhostRun by "runs-were-asked-for",
}

impl Bug {
    /// As the command line writes it.
    #[must_use]
    pub fn name(self) -> String {
        let name = self.to_possible_value();
        name.map(|name| name.get_name().to_owned())
            .unwrap_or_default()
    }
}
