//! Which events a tap asks for. Pure.

use ids::TenantId;

/// A subject pattern: tokens, `*` for any one, a final `>` for all that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<String>);

const MAX_TOKENS: usize = 12;

impl Pattern {
    /// Reads a pattern; `None` when it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let tokens: Vec<String> = text.split('.').map(str::to_owned).collect();
        let last = tokens.len().checked_sub(1)?;
        let fits = |(at, token): (usize, &String)| match token.as_str() {
            ">" => at == last,
            "*" => true,
            word => {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            }
        };
        (tokens.len() <= MAX_TOKENS && tokens.iter().enumerate().all(fits)).then_some(Self(tokens))
    }

    /// Whether some subject of this event type in the tenant can match.
    pub(super) fn may_match(&self, event_type: &str, tenant: &TenantId) -> bool {
        let known = event_type.split('.').chain([tenant.as_str()]);
        let mut tokens = self.0.iter().map(String::as_str);
        for word in known {
            match tokens.next() {
                Some(">") => return true,
                Some("*") => {}
                Some(token) if token == word => {}
                Some(_) | None => return false,
            }
        }
        // At least one token of the key follows.
        tokens.next().is_some()
    }

    /// Whether a subject matches.
    pub(super) fn matches(&self, subject: &str) -> bool {
        let mut words = subject.split('.');
        for token in &self.0 {
            match (token.as_str(), words.next()) {
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (token, Some(word)) if token == word => {}
                _ => return false,
            }
        }
        words.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_selects_types_and_subjects() {
        let tenant = TenantId::default_tenant();
        let pattern = Pattern::read("workflow.*.default.>").unwrap();
        assert!(pattern.may_match("workflow.saved", &tenant));
        assert!(!pattern.may_match("run.events", &tenant));
        assert!(pattern.matches("workflow.saved.default.01J"));
        assert!(!pattern.matches("workflow.saved.default"));
        assert!(!pattern.matches("workflow.saved.other.01J"));
        assert!(Pattern::read(">").unwrap().may_match("run.events", &tenant));
        assert!(
            Pattern::read("run.events.default.*.*")
                .unwrap()
                .matches("run.events.default.a.b")
        );
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "a..b", "a.>.b", "a b", "$JS.API", "_INBOX.*x"] {
            assert_eq!(Pattern::read(bad), None, "{bad}");
        }
    }
}
