//! Who may do what: the port to SpiceDB, and its twin in memory.
//!
//! Ownership lives in SpiceDB alone, as relationships such as `workflow:01J…#owner@user:01J…` under the schema in
//! [`SCHEMA`]. Callers ask an [`Authz`] whether a [`Subject`] has a [`Permission`] on a [`Resource`].
//!
//! - **Unavailable means denied**: [`Authz::allowed`] turns every error into a no.
//! - Destructive actions, the use of credentials and approvals ask [`Consistency::Fully`]; the rest asks for
//!   [`Consistency::AtLeast`] the [`ZedToken`] that came with the row.
//! - Check decides; a lookup only proposes.
//! - [`Memory`] evaluates the same schema text, so the two cannot drift; one suite runs against both.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "tests"
    )
)]

mod cached;
mod change;
mod editors;
mod error;
mod memory;
mod port;
mod relationship;
mod schema;
mod spicedb;
mod text;
mod vocabulary;

pub use cached::Cached;
pub use change::RelationChange;
pub use editors::editors_may;
pub use error::Error;
pub use memory::Memory;
pub use port::{Authz, Consistency, ZedToken};
pub use relationship::{Filter, Grantee, Relationship, Resource, Subject};
pub use spicedb::SpiceDb;
pub use vocabulary::{Permission, Relation, ResourceKind};

/// The schema in SpiceDB's language; the provisioner writes it.
pub const SCHEMA: &str = include_str!("../schema.zed");
