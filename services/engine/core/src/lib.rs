//! What a run does next, and what it has become: the engine without a clock, a database or a bus.
//!
//! [`decide`] turns one input into run events, [`evolve`] turns a run event into state, [`effects`] says what the world
//! must be told of events that are durable. They take time, ids and randomness as arguments, so a replay and a test
//! choose them. It refuses IO of any kind.
//!
//! | state | input | events | state after |
//! |---|---|---|---|
//! | new | start | `run_started`, `plan_computed`, then as below | running or ended |
//! | new | a variant: forked, dry, or of one node | `run_started`, `plan_computed`, `result_taken` and `stand_in_given` for what is taken over, then as below | running or ended |
//! | new | a start that was promised and cannot be ([`refuse`]) | `run_started`, `run_failed` | failed |
//! | running | effect completed | `effect_completed`, `cost_incurred`?, `node_completed`, then as below | running or ended |
//! | running | effect failed, `error` wired | `effect_completed`, `node_failed`, then as below | running or ended |
//! | running | effect failed, to be tried again | `effect_completed`, `wait_started` | running |
//! | running | effect failed, `error` not wired | `effect_completed`, `node_failed`, `run_failed` | failed |
//! | running | the same inside a loop that goes on after errors | `effect_completed`, `node_failed`, then as below | running or ended |
//! | running | wake | `timer_fired` for each wait that is due, and what follows from it | running or ended |
//! | running | event arrived | `event_arrived`, `node_completed`, then as below | running or ended |
//! | running | a person decides | `approval_decided`, the effect or what the node puts out instead, then as below | running or ended |
//! | running | a person answers | `clarification_answered`, `node_completed`, then as below | running or ended |
//! | running | a person passes a question on | `question_assigned` | running |
//! | running | cancel | `run_cancelled` | cancelled |
//! | running | go on | as below | running or ended |
//! | running | a result a second time | rejected: repeated | – |
//! | ended | anything | rejected: stale (a start: repeated) | – |
//!
//! "As below": every node whose incoming edges are all settled runs, in the order in which they became ready, until none
//! is left. A pure node gives `node_completed` (after `branch_taken` for a branch), an effect node `node_started` and
//! `effect_requested`, a loop `node_started`, one `loop_iterated` per turn and `node_completed` when all turns are over,
//! a node that a required value cannot reach `node_skipped`. A wait, a pause before the next try, a join with a time of its
//! own and a deadline give `wait_started`. A question to people gives `approval_requested` or `clarification_needed`, a wait
//! for an event `event_awaited`. A goal that a model pursues gives `coordination_began`, then for each round what an effect node
//! gives and `round_decided`. A child run that is needed no more gives `child_abandoned`. When nothing is left, no effect is open and nothing waits, `run_completed`.
//! The trigger node has no events of its own: `run_started` carries what it puts out. A dry run gives `effect_withheld` and
//! `node_completed` where others ask an adapter, lets every wait end at once, and has no effects.
//!
//! Invariants: `seq` has no gap; nothing follows an end; folding what `decide` emitted gives the state it assumed; an
//! effect key never changes; a step costs O(out-degree).

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::needless_pass_by_value,
        clippy::wildcard_enum_match_arm,
        reason = "tests"
    )
)]

mod ask;
mod backtest;
mod budget;
mod check;
mod child;
mod compute;
mod context;
mod coordinate;
mod decide;
mod decided;
mod demand;
mod effects;
mod evolve;
mod fork;
mod input;
mod join;
mod key;
pub mod limits;
mod memo;
mod node;
mod park;
mod request;
mod run;
mod settle;
mod start;
mod taint;
mod timers;
mod turns;
mod variant;
mod wait;

pub use backtest::rehearse;
pub use decide::{advance, decide};
pub use effects::{Effect, effects};
pub use evolve::{evolve, fold};
pub use fork::{ForkProblem, TakenOver, Wanted, take_nothing, take_over};
pub use input::{Decision, Given, Input, Quiescence, Rejection};
pub use park::Idle;
pub use request::AdapterRequest;
pub use run::{Identity, OpenEffect, Run, Status};
pub use start::refuse;
pub use variant::{Taken, VariantStart};

#[cfg(test)]
mod tests;
