//! Runs from their first event to their last, and properties of all of them.

mod budgets;
mod children;
mod control;
mod coordinations;
mod demands;
mod dry;
mod histories;
mod kit;
mod lives;
mod loops;
mod memory;
mod people;
mod properties;
mod rehearsals;
mod taint;
mod transforms;
mod variants;
mod waits;
