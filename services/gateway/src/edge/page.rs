//! Lists in pages, by key and not by number.

use crate::edge::{Problem, ProblemItem};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// For `?cursor=`; `null` on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Which page is wanted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items per page, 1 to 200; 50 when left out.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

impl PageQuery {
    /// Items per page.
    #[must_use]
    pub fn limit(&self) -> i64 {
        limit(self.limit)
    }

    /// The key behind which the page begins; `None` on the first page.
    ///
    /// # Errors
    /// 400 when the cursor is none of ours.
    pub fn after<C: DeserializeOwned>(&self) -> Result<Option<C>, Problem> {
        after(self.cursor.as_deref())
    }
}

/// Items per page, for queries that have fields of their own beside it.
pub(crate) fn limit(asked: Option<u32>) -> i64 {
    i64::from(asked.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT))
}

/// Reads a cursor, for queries that have fields of their own beside it.
pub(crate) fn after<C: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<C>, Problem> {
    let Some(text) = cursor else { return Ok(None) };
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .map(Some)
        .ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "query.invalid",
                "The query cannot be read",
            )
            .item(ProblemItem::new(
                "/cursor",
                "cursor.unknown",
                "it is not a cursor of this list",
            ))
        })
}

/// A cursor that leads behind `key`.
pub fn cursor(key: &impl Serialize) -> String {
    // A key is a tuple of ids and times, which can always be written.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}
