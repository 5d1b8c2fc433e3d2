//! The tables of every adapter.

pub(crate) mod accounts;
pub(crate) mod ledger;
