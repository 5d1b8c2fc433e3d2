//! Sign-in with OpenID providers: authorization code, state, nonce and PKCE.
//!
//! State lives in a row and is bound to one browser by a short-lived cookie, so that nobody can finish a sign-in that
//! somebody else began. Who somebody is, (issuer, subject) says, never the e-mail: that may change hands.

mod identify;
mod providers;
mod start;
mod state;

pub(super) use providers::Providers;

use crate::access::{Requires, Routes};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa_axum::routes;

pub(super) fn routes(routes: Routes) -> Routes {
    let reason = "signing in is how somebody becomes known";
    routes
        .add(Requires::anyone(reason), routes!(start::start_sign_in))
        .add(Requires::anyone(reason), routes!(identify::finish_sign_in))
}

/// Sends the browser on.
fn redirect(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::LOCATION,
        HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/")),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

/// Back to the door, which says what the code means.
fn turned_away(code: &str) -> Response {
    redirect(&format!("/sign-in?error={code}"), [])
}
