//! Who may do what, decided before a handler runs.
//!
//! Routes are served only through [`Routes`], and [`Routes::add`] takes a [`Requires`]: a route without a declared
//! permission does not compile. What a person may not view does not exist for them (404); what they may view but not do
//! is refused (403); without SpiceDB nothing is allowed (503).

mod guard;
mod person;
mod requires;
mod routes;
mod scope;
mod standing;

pub use guard::Guarded;
pub use person::Access;
pub(crate) use person::Credential;
pub use requires::{Requires, Thing};
pub(crate) use routes::guarded;
pub use routes::{Declared, Routes};
pub use scope::{Scope, Scopes};
pub(crate) use standing::Standing;
