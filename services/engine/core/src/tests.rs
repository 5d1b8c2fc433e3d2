//! Runs from their first event to their last, and properties of all of them.

mod children;
mod control;
mod kit;
mod lives;
mod loops;
mod people;
mod properties;
mod transforms;
mod variants;
mod waits;
