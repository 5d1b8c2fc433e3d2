//! The API's description, generated from the handlers.

use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, OpenApiVersion};

/// OpenAPI 3.1 of everything under `/api/v1`, with the permission of each operation.
#[must_use]
pub fn document() -> OpenApi {
    crate::routes::all().router.into_openapi()
}

/// The description before its routes.
pub(crate) fn opening() -> OpenApi {
    let info = InfoBuilder::new()
        .title("silver-telegram")
        .version("1")
        .description(Some(
            "Errors are problem+json. POST honours Idempotency-Key; writes honour Prefer: wait=n and respond-async.",
        ))
        .build();
    let mut document = OpenApiBuilder::new().info(info).build();
    document.openapi = OpenApiVersion::Version31;
    document
}
