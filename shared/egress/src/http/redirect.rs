//! Which request follows from a redirect. Pure.

use super::{Body, Request};
use crate::Error;
use http::{
    HeaderMap, HeaderName, Method, StatusCode,
    header::{
        ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION,
        CONTENT_TYPE, LOCATION, USER_AGENT,
    },
};

/// The headers that cross to another origin. A list of what is harmless, because any other may be a credential.
const HARMLESS: [HeaderName; 3] = [ACCEPT, ACCEPT_LANGUAGE, USER_AGENT];
/// The headers that go with the body.
const OF_BODY: [HeaderName; 4] = [
    CONTENT_TYPE,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LOCATION,
];

/// The next request (RFC 9110 §15.4), or `None` when the answer is final.
pub(super) fn next(
    request: &Request,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Request>, Error> {
    let refused = |reason| Error::Redirect {
        host: request.host(),
        reason,
    };
    let Some(location) = headers.get(LOCATION).filter(|_| is_redirect(status)) else {
        return Ok(None);
    };
    let location = location
        .to_str()
        .map_err(|_| refused("its location is not text"))?;
    let url = request
        .url
        .join(location)
        .map_err(|_| refused("its location is not a URL"))?;

    let mut next = request.clone();
    if becomes_get(status, &request.method) {
        next.method = Method::GET;
        next.body = Body::default();
        OF_BODY
            .iter()
            .for_each(|name| drop(next.headers.remove(name)));
    }
    if url.origin() != request.url.origin() {
        if !next.body.is_empty() {
            return Err(refused("it would send the body to another origin"));
        }
        next.headers = harmless(&next.headers);
    }
    next.url = url;
    Ok(Some(next))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn becomes_get(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        301 | 302 => method == Method::POST,
        303 => method != Method::HEAD,
        _ => false,
    }
}

fn harmless(headers: &HeaderMap) -> HeaderMap {
    HARMLESS
        .into_iter()
        .filter_map(|name| {
            headers
                .get(&name)
                .map(|value| (name.clone(), value.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{
        HeaderValue,
        header::{AUTHORIZATION, COOKIE},
    };

    fn redirected(method: &Method, status: u16, location: &str) -> Result<Option<Request>, Error> {
        let mut request = Request::new(
            method.clone(),
            "https://a.example/dir/page?q=1".parse().unwrap(),
        );
        for name in [
            AUTHORIZATION,
            COOKIE,
            ACCEPT,
            CONTENT_TYPE,
            HeaderName::from_static("x-api-key"),
        ] {
            request.headers.insert(name, HeaderValue::from_static("v"));
        }
        if *method == Method::POST {
            request.body = Bytes::from_static(b"body").into();
        }
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().unwrap());
        next(&request, StatusCode::from_u16(status).unwrap(), &headers)
    }

    fn followed(method: &Method, status: u16, location: &str) -> Request {
        redirected(method, status, location).unwrap().unwrap()
    }

    #[test]
    fn the_method_follows_the_status() {
        for (method, status, expected) in [
            (Method::POST, 301, Method::GET),
            (Method::POST, 302, Method::GET),
            (Method::POST, 303, Method::GET),
            (Method::POST, 307, Method::POST),
            (Method::POST, 308, Method::POST),
            (Method::PUT, 301, Method::PUT),
            (Method::PUT, 303, Method::GET),
            (Method::HEAD, 303, Method::HEAD),
        ] {
            let next = followed(&method, status, "/other");
            assert_eq!(next.method, expected, "{method} {status}");
            assert_eq!(next.url.as_str(), "https://a.example/other");
            assert_eq!(next.body.is_empty(), expected != Method::POST);
        }
    }

    #[test]
    fn the_same_origin_keeps_credentials() {
        let next = followed(&Method::GET, 302, "other");
        assert_eq!(next.url.as_str(), "https://a.example/dir/other");
        assert!(next.headers.contains_key(AUTHORIZATION) && next.headers.contains_key("x-api-key"));
    }

    #[test]
    fn another_host_port_or_scheme_gets_no_credentials() {
        for location in [
            "https://b.example/",
            "//b.example/",
            "https://a.example:8443/",
            "http://a.example/",
        ] {
            let next = followed(&Method::GET, 302, location);
            let names: Vec<_> = next.headers.keys().map(HeaderName::as_str).collect();
            assert_eq!(names, ["accept"], "{location}");
        }
    }

    #[test]
    fn a_body_never_crosses_to_another_origin() {
        let error = redirected(&Method::POST, 307, "https://b.example/")
            .err()
            .unwrap();
        assert!(error.to_string().contains("another origin"), "{error}");
        assert!(
            followed(&Method::POST, 303, "https://b.example/")
                .body
                .is_empty()
        );
    }

    #[test]
    fn an_answer_without_location_is_final() {
        let request = Request::get("https://a.example/".parse().unwrap());
        assert!(
            next(&request, StatusCode::FOUND, &HeaderMap::new())
                .unwrap()
                .is_none()
        );
        assert!(redirected(&Method::GET, 304, "/x").unwrap().is_none());
        assert!(redirected(&Method::GET, 302, "https://[").is_err());
    }
}
