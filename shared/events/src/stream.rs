//! The JetStream streams and what they keep.

/// A JetStream stream. Its subjects are those of the events declared for it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stream {
    /// Workflow documents and the outcome of runs.
    Workflow,
    /// What the engine's shards read.
    RunInput,
    /// Run logs as they grow.
    Run,
    /// Work for adapters.
    Effect,
    /// What adapters saw, and their accounts.
    Integration,
    /// Due times.
    Schedule,
    /// Messages and answers.
    Conversation,
    /// Model calls and prompts.
    Llm,
    /// Text of answers as it is produced.
    LlmDelta,
    /// What people are told.
    Notification,
    /// Receipts: which consumer has applied what.
    Bus,
    /// Messages nobody could handle.
    DeadLetter,
}

/// How long a stream keeps a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// So many days, on disk.
    Days(u32),
    /// So many minutes, in memory.
    MemoryMinutes(u32),
    /// Until its consumer acknowledged it, on disk.
    WorkQueue,
}

impl Stream {
    /// All streams.
    pub const ALL: [Self; 12] = [
        Self::Workflow,
        Self::RunInput,
        Self::Run,
        Self::Effect,
        Self::Integration,
        Self::Schedule,
        Self::Conversation,
        Self::Llm,
        Self::LlmDelta,
        Self::Notification,
        Self::Bus,
        Self::DeadLetter,
    ];

    /// The name in JetStream.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workflow => "WORKFLOW",
            Self::RunInput => "RUN_INPUT",
            Self::Run => "RUN",
            Self::Effect => "EFFECT",
            Self::Integration => "INTEGRATION",
            Self::Schedule => "SCHEDULE",
            Self::Conversation => "CONVERSATION",
            Self::Llm => "LLM",
            Self::LlmDelta => "LLM_DELTA",
            Self::Notification => "NOTIFICATION",
            Self::Bus => "BUS",
            Self::DeadLetter => "DEAD_LETTER",
        }
    }

    /// What it keeps.
    #[must_use]
    pub const fn retention(self) -> Retention {
        match self {
            Self::Workflow
            | Self::Integration
            | Self::Schedule
            | Self::Llm
            | Self::Notification => Retention::Days(30),
            Self::Run => Retention::Days(7),
            Self::RunInput => Retention::Days(3),
            Self::Conversation | Self::DeadLetter => Retention::Days(90),
            Self::Bus => Retention::Days(1),
            Self::LlmDelta => Retention::MemoryMinutes(10),
            Self::Effect => Retention::WorkQueue,
        }
    }
}
