//! Writes: a request becomes an event, and its answer is watched for in our own projection.
//!
//! Validate, check, note the idempotency key, emit the request event in one transaction, wait up to `Prefer: wait` for the
//! outcome: then the resource from the read model, or the refusal as 422. Slower: 202 with `Location`.

mod account_settings;
mod accounts;
mod attachments;
mod backtests;
mod branches;
mod conversations;
mod drafting;
mod facts;
mod feedback;
mod idempotency;
mod outcome;
mod prefer;
mod prompts;
mod publishing;
mod questions;
mod retention;
mod rules;
mod runs;
mod store;
mod submit;
mod tap;
mod tap_subject;
mod triggers;
mod variants;
mod workflows;

pub use idempotency::Correlation;
pub use outcome::{Outcome, Outcomes, settle};
pub use prefer::Prefer;

pub(crate) use branches::placed;
pub(crate) use conversations::bounded;
pub(crate) use idempotency::{idempotent, prune};
pub(crate) use questions::answer;
pub(crate) use submit::{Settled, submit};

use crate::{
    App,
    access::{Access, Routes, Thing},
    edge::Problem,
    read,
};
use ids::WorkflowId;

/// All writing routes, and the tap.
pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = workflows::routes(routes);
    let routes = publishing::routes(routes);
    let routes = drafting::routes(routes);
    let routes = retention::routes(routes);
    let routes = rules::routes(routes);
    let routes = runs::routes(routes);
    let routes = questions::routes(routes);
    let routes = variants::routes(routes);
    let routes = backtests::routes(routes);
    let routes = triggers::routes(routes);
    let routes = conversations::routes(routes);
    let routes = facts::routes(routes);
    let routes = feedback::routes(routes);
    let routes = accounts::routes(routes);
    let routes = prompts::routes(routes);
    tap::routes(routes)
}

/// The workflow that a run or a trigger belongs to.
async fn workflow_of(
    app: &App,
    access: &Access,
    thing: Thing,
    id: &str,
) -> Result<Option<WorkflowId>, Problem> {
    let guarded = read::guarded(&app.reader, &access.tenant, thing, id).await?;
    Ok(guarded.and_then(|guarded| guarded.resource.id().parse().ok()))
}
