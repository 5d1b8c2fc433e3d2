//! Writes: a request becomes an event, and its answer is watched for in our own projection.
//!
//! Validate, check, note the idempotency key, emit the request event in one transaction, wait up to `Prefer: wait` for the
//! outcome: then the resource from the read model, or the refusal as 422. Slower: 202 with `Location`.

mod idempotency;
mod outcome;
mod prefer;
mod store;
mod submit;

pub use idempotency::Correlation;
pub use outcome::{Outcome, Outcomes, settle};
pub use prefer::Prefer;

pub(crate) use idempotency::{idempotent, prune};
pub(crate) use submit::{Settled, submit, until};

use crate::access::Routes;

/// All writing routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
}
