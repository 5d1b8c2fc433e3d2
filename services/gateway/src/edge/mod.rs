//! What every route shares: problems, bodies, pages, streams.

mod body;
mod id;
mod page;
mod params;
mod problem;
mod stream;

pub use body::{Body, MAX_BODY_BYTES, depth_at_most};
pub(crate) use body::{too_large, unread};
pub use id::Id;
pub use page::{Page, PageQuery, cursor};
pub(crate) use page::{after, limit};
pub use params::{Path, Query};
pub use problem::{Problem, ProblemItem};
pub(crate) use stream::sse;
