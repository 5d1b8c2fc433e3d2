//! Paths and queries whose faults are problems.

use crate::edge::{Problem, ProblemItem};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

/// The path's parameters as `T`; 404 when they are none.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|rejection| {
                Problem::not_found("path.unknown", "There is nothing at this address")
                    .detail(rejection.body_text())
            })
    }
}

/// The query as `T`; 400 naming the parameter when it is none. `T` should refuse unknown fields.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "query.invalid",
                    "The query cannot be read",
                )
                .item(ProblemItem::new(
                    "",
                    "query.unexpected",
                    rejection.body_text(),
                ))
            })
    }
}
