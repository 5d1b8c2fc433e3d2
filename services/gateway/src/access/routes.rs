//! The one way to serve a route.

use crate::{
    App,
    access::{Requires, guard},
    requests,
};
use axum::{extract::Request, middleware, routing::MethodRouter};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

/// One route and what it asks.
#[derive(Debug, Clone)]
pub struct Declared {
    pub method: String,
    pub path: String,
    pub requires: String,
}

/// Routes with their declared permissions and their description.
pub struct Routes {
    pub(crate) router: OpenApiRouter<App>,
    pub(crate) declared: Vec<Declared>,
}

impl Routes {
    /// None yet; `document` opens the description.
    pub(crate) fn new(document: utoipa::openapi::OpenApi) -> Self {
        Self {
            router: OpenApiRouter::with_openapi(document),
            declared: Vec::new(),
        }
    }

    /// Serves `routes` to whoever satisfies `requires`.
    #[must_use]
    pub fn add(mut self, requires: Requires, routes: UtoipaMethodRouter<App>) -> Self {
        for (path, item) in &routes.1.paths {
            let methods = [
                ("GET", item.get.is_some()),
                ("POST", item.post.is_some()),
                ("PUT", item.put.is_some()),
                ("PATCH", item.patch.is_some()),
                ("DELETE", item.delete.is_some()),
            ];
            let served = methods.into_iter().filter(|(_, served)| *served);
            self.declared.extend(served.map(|(method, _)| Declared {
                method: method.to_owned(),
                path: path.clone(),
                requires: requires.to_string(),
            }));
        }
        let layer = middleware::from_fn(move |request: Request, next: middleware::Next| {
            guard::guard(requires, request, next)
        });
        let guarded = routes.map(|methods| {
            let kept = match requires.secret {
                true => methods,
                false => methods.route_layer(middleware::from_fn(requests::idempotent)),
            };
            // Outermost: nothing happens before the check.
            kept.route_layer(layer)
        });
        self.router = self.router.routes(guarded);
        self
    }
}

/// Methods behind the same check, for an address of which no description can be given.
pub(crate) fn guarded(requires: Requires, methods: MethodRouter<App>) -> MethodRouter<App> {
    methods.layer(middleware::from_fn(
        move |request: Request, next: middleware::Next| guard::guard(requires, request, next),
    ))
}
