//! The API's description, generated from the handlers.

use axum::http::StatusCode;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, OpenApiVersion, PathItem, RefOr};

/// OpenAPI 3.1 of everything under `/api/v1`, with the permission of each operation.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = crate::routes::all().router.into_openapi();
    document.paths.paths.values_mut().for_each(describe);
    document
}

/// OpenAPI wants a description of every response; the words of its status when its handler gives none.
fn describe(path: &mut PathItem) {
    let operations = [
        &mut path.get,
        &mut path.put,
        &mut path.post,
        &mut path.patch,
        &mut path.delete,
    ];
    for operation in operations.into_iter().flatten() {
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response
                && response.description.is_empty()
            {
                let known = status.parse::<StatusCode>().ok();
                let words = known.and_then(|status| status.canonical_reason());
                words
                    .unwrap_or("problem")
                    .clone_into(&mut response.description);
            }
        }
    }
}

/// The description before its routes.
pub(crate) fn opening() -> OpenApi {
    let info = InfoBuilder::new()
        .title("silver-telegram")
        .version("1")
        .description(Some(
            "Errors are problem+json. Every change that a signed-in person makes honours Idempotency-Key for a day, except \
             making an API key, whose answer is never kept. Permission is asked first, so a repeated removal finds nothing \
             (404). Where Prefer is listed, wait=n and respond-async are honoured.",
        ))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    document.openapi = OpenApiVersion::Version31;
    document
}
