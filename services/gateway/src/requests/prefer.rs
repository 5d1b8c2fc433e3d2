//! How long a client wants to wait. Source: RFC 7240.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, request::Parts},
};
use std::{convert::Infallible, time::Duration};

/// The client's wish, bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefer {
    wait: Duration,
    asked: Option<Asked>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Wait,
    RespondAsync,
}

const DEFAULT_WAIT: Duration = Duration::from_secs(5);
const MAX_WAIT: Duration = Duration::from_secs(30);

impl Prefer {
    /// How long to wait for an outcome.
    #[must_use]
    pub const fn wait(self) -> Duration {
        self.wait
    }

    /// The value of `Preference-Applied`; `None` when nothing was asked.
    pub(crate) fn applied(self) -> Option<HeaderValue> {
        let text = match self.asked? {
            Asked::RespondAsync => "respond-async".to_owned(),
            Asked::Wait => format!("wait={}", self.wait.as_secs()),
        };
        HeaderValue::from_str(&text).ok()
    }

    fn read<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut prefer = Self {
            wait: DEFAULT_WAIT,
            asked: None,
        };
        for preference in values.flat_map(|value| value.split(',')).map(str::trim) {
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            if name.eq_ignore_ascii_case("respond-async") {
                return Self {
                    wait: Duration::ZERO,
                    asked: Some(Asked::RespondAsync),
                };
            }
            if name.trim().eq_ignore_ascii_case("wait")
                && let Ok(seconds) = value.trim().trim_matches('"').parse()
            {
                prefer.wait = Duration::from_secs(seconds).min(MAX_WAIT);
                prefer.asked = Some(Asked::Wait);
            }
        }
        prefer
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let values = parts.headers.get_all("prefer").iter();
        Ok(Self::read(values.filter_map(|value| value.to_str().ok())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_bounded_and_told() {
        let read = |text: &str| Prefer::read([text].into_iter());
        assert_eq!(read("").wait(), DEFAULT_WAIT);
        assert_eq!(read("").applied(), None);
        assert_eq!(
            read("return=minimal, wait=2").wait(),
            Duration::from_secs(2)
        );
        assert_eq!(read("wait=600").applied().unwrap(), "wait=30");
        assert_eq!(read("wait=2, respond-async").wait(), Duration::ZERO);
        assert_eq!(read("wait=soon").wait(), DEFAULT_WAIT);
    }
}
