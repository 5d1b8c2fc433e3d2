//! Runs from their first event to their last, and properties of all of them.

mod control;
mod histories;
mod kit;
mod lives;
mod loops;
mod properties;
mod transforms;
mod waits;
