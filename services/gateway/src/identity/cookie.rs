//! The cookies of sign-in. `__Host-`: set by this host over TLS (or localhost), for every path, never by a subdomain.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, SameSite};

/// The session's token.
pub(super) const SESSION: &str = "__Host-st_session";
/// Binds a sign-in with a provider to the browser that began it.
pub(super) const SIGN_IN: &str = "__Host-st_sign_in";

/// The value of a cookie of the request.
pub(super) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Gives the browser a cookie that scripts cannot read and that does not travel from other sites' forms.
pub(super) fn set(name: &'static str, value: String, seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build();
    header_value(&format!("{cookie}; Max-Age={seconds}"))
}

/// Takes a cookie away.
pub(super) fn clear(name: &'static str) -> HeaderValue {
    set(name, String::new(), 0)
}

fn header_value(text: &str) -> HeaderValue {
    // Names are constants and values base64, so the text is always a header.
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
